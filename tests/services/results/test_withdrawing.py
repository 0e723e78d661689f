"""Withdrawing a comment: the words go, the fact stays, and the chain of releases holds."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from surveyapp.errors import Forbidden, Invalid, NotFound
from surveyapp.privacy.comments import COACHES, EVERYBODY
from surveyapp.services.accounts.access import Grant, Viewer
from surveyapp.services.results.comments import words_of_trend
from surveyapp.services.results.files import export_rows
from surveyapp.services.results.reading import unit_trend
from surveyapp.services.results.releasing import broken_links
from surveyapp.services.results.withdrawing import find_withdrawable, withdraw
from surveyapp.store.organisation import AuditEntry
from surveyapp.store.releases import CommentText, CommentWithdrawal, ReleasedComment
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.past import WORDS, Past
from tests.fixtures.tampering import tamper


def comment_for(past: Past, audience: str = EVERYBODY) -> UUID:
    """Return the id of a comment of the gates."""
    mine = select(ReleasedComment.id).where(ReleasedComment.audience == audience).order_by(ReleasedComment.id)
    return past.session.scalars(mine).first() or UUID(int=0)


def who(past: Past, **roles: str) -> Viewer:
    """Return somebody with these roles."""
    return add_account(past.world, "somebody", **roles)


def test_the_words_go_and_the_fact_stays(past: Past) -> None:
    """Page and file say that a comment was withdrawn and why; nobody has its words, and the audit trail has not."""
    coach, comment = who(past, coach="Gates"), comment_for(past)
    text = find_withdrawable(past.session, coach, comment).text
    withdraw(past.session, coach, comment, "author", NOON)
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"))
    words = words_of_trend(past.session, past.owner, trend)
    assert set(words[0].comments) == set(WORDS) - {text}
    assert words[0].withdrawn == ("its author asked for it",)
    assert "its author asked for it" in export_rows(trend, "en", words)[-1]
    entry = past.session.scalars(select(AuditEntry).where(AuditEntry.action == "withdraw comment")).one()
    assert text not in entry.detail
    with pytest.raises(NotFound):
        withdraw(past.session, coach, comment, "author", NOON)


def test_the_chain_holds_and_notices_words_that_vanish(past: Past) -> None:
    """After a withdrawal every release verifies; words deleted without one break it, and so do words put back."""
    comment, coach = comment_for(past), who(past, coach="Gates")
    kept = past.session.get_one(CommentText, (past.owner, comment))
    salt, text = kept.salt, kept.text
    withdraw(past.session, coach, comment, "person", NOON)
    assert broken_links(past.session, past.owner) == []
    past.session.add(CommentText(organisation_id=past.owner, comment_id=comment, salt=salt, text=text))
    assert broken_links(past.session, past.owner) == [3]
    past.session.rollback()
    past.session.execute(delete(CommentText))
    assert broken_links(past.session, past.owner) == [3]


def test_nothing_of_the_words_can_be_tried_afterwards(past: Past) -> None:
    """What is left is a digest whose salt is gone; the file of the database has the words no more."""
    comment, coach = comment_for(past), who(past, coach="Gates")
    text = past.session.get_one(CommentText, (past.owner, comment)).text
    withdraw(past.session, coach, comment, "hurtful", NOON)
    assert past.session.get(CommentText, (past.owner, comment)) is None
    # Closes the write-ahead log, as every start and night does.
    tamper(past.world, "PRAGMA wal_checkpoint(TRUNCATE)")
    database = Path(past.world.settings.database_url.removeprefix("sqlite:///"))
    assert text.encode() not in database.read_bytes()


def test_nobody_takes_back_what_was_said_about_them(past: Past) -> None:
    """Coaches who read it may, administrators what everybody reads, and managers of the group never."""
    lines: list[tuple[dict[str, str], str, bool]] = [
        ({"coach": "Operations"}, EVERYBODY, True),
        ({"coach": "Operations"}, COACHES, True),
        ({"admin": "Harbour"}, EVERYBODY, True),
        ({"admin": "Harbour"}, COACHES, False),
        ({"manager": "Gates"}, EVERYBODY, False),
        ({"admin": "Harbour", "manager": "Gates"}, EVERYBODY, False),
        ({"coach": "Gates", "manager": "Gates"}, EVERYBODY, False),
        ({"coach": "Cranes"}, EVERYBODY, False),
    ]
    for roles, audience, may in lines:
        grants = tuple(Grant(role, past.unit(unit)) for role, unit in roles.items())
        viewer, comment = Viewer(uuid4(), past.owner, "Dana", "", "en", grants), comment_for(past, audience)
        if may:
            assert find_withdrawable(past.session, viewer, comment).group_name == "Gates"
        else:
            with pytest.raises(Forbidden, match="Only coaches"):
                withdraw(past.session, viewer, comment, "author", NOON)


def test_a_reason_is_one_of_few(past: Past) -> None:
    """Free words would repeat what is to be gone."""
    coach = Viewer(uuid4(), past.owner, "Dana", "", "en", (Grant("coach", past.unit("Gates")),))
    with pytest.raises(Invalid, match="reason"):
        withdraw(past.session, coach, comment_for(past), "She wrote that", NOON)


def test_a_withdrawal_is_final(past: Past) -> None:
    """Neither the words nor the withdrawal can be rewritten."""
    comment = comment_for(past)
    withdraw(past.session, who(past, coach="Gates"), comment, "author", NOON)
    past.session.get_one(CommentWithdrawal, (past.owner, comment)).reason = "person"
    with pytest.raises(DBAPIError, match="append-only"):
        past.session.flush()
    past.session.rollback()
    past.session.scalars(select(CommentText)).all()[0].text = "All is well"
    with pytest.raises(DBAPIError, match="append-only"):
        past.session.flush()
