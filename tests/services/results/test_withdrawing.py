"""Withdrawing a comment: the words go, the fact stays, and the chain of releases holds."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from surveyapp.errors import Forbidden, Invalid, NotFound
from surveyapp.privacy.comments import COACHES, EVERYBODY, Note
from surveyapp.services.accounts.access import Grant, Viewer
from surveyapp.services.results.chain import broken_links, end_of_chain, withdrawal_hash
from surveyapp.services.results.comments import words_of_trend
from surveyapp.services.results.files import export_rows
from surveyapp.services.results.reading import unit_trend
from surveyapp.services.results.withdrawing import find_withdrawable, withdraw
from surveyapp.store.database import empty_log
from surveyapp.store.organisation import AuditEntry
from surveyapp.store.releases import CommentText, CommentWithdrawal, ReleasedComment
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.past import WORDS, Past
from tests.fixtures.tampering import tampered
from tests.fixtures.world import World, item_keys


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
    """What is left is a digest whose salt is gone; the files of the database have the words no more."""
    comment, coach = comment_for(past), who(past, coach="Gates")
    text = past.session.get_one(CommentText, (past.owner, comment)).text
    withdraw(past.session, coach, comment, "hurtful", NOON)
    assert past.session.get(CommentText, (past.owner, comment)) is None
    past.session.rollback()
    # As the worker does with every tick.
    empty_log(past.session.get_bind().engine)
    database = Path(past.world.settings.database_url.removeprefix("sqlite:///"))
    assert text.encode() not in b"".join(each.read_bytes() for each in database.parent.glob(f"{database.name}*"))


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


@pytest.fixture
def withdrawn(harbour: World, dana: Viewer) -> World:
    """Give a world whose chain is a release, two withdrawals and another release."""
    pulse = harbour.pulse("Harbour")
    for number in range(2):
        wave = harbour.open(pulse)
        notes = [Note(text, EVERYBODY) for text in WORDS[:3]] if number == 0 else []
        harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 3)] * 9, notes)
        harbour.release(wave)
        for comment in harbour.session.scalars(select(ReleasedComment.id)).all()[:2] if number == 0 else []:
            withdraw(harbour.session, dana, comment, "author", wave.closes_at)
    return harbour


FORGED = """
    INSERT INTO comment_withdrawal (organisation_id, comment_id, at, account_id, reason, sequence, previous_hash, hash)
    SELECT organisation_id, (SELECT comment_id FROM comment_text), at, account_id, reason, {sequence},
    '{after}', hash FROM comment_withdrawal WHERE sequence = 2
"""
WORDS_GONE = "DELETE FROM comment_text"
# What somebody does who has the database in hand, and the links of the chain that tell.
TAMPERED: dict[str, tuple[tuple[str, ...], list[int]]] = {
    "removed": (("DELETE FROM comment_withdrawal WHERE sequence = 2",), [1, 3]),
    "the last one removed": (("DELETE FROM comment_withdrawal WHERE sequence = 3",), [1, 4]),
    "of another day": (("UPDATE comment_withdrawal SET at = '2020-01-01 00:00:00' WHERE sequence = 3",), [3]),
    "for another reason": (("UPDATE comment_withdrawal SET reason = 'hurtful' WHERE sequence = 2",), [2]),
    "moved behind the release": (("UPDATE comment_withdrawal SET sequence = 5 WHERE sequence = 3",), [4, 5]),
    "forged at the end": ((FORGED.format(sequence=5, after="of the last"), WORDS_GONE), [5]),
    "forged in between": (
        ("UPDATE release SET sequence = 5 WHERE sequence = 4", FORGED.format(sequence=4, after="of the third")),
        [1, 4, 5],
    ),
    "another time of a release": (("UPDATE release SET released_at = '2020-01-01 00:00:00' WHERE sequence = 4",), [4]),
}


@pytest.mark.postgres
def test_a_forged_removed_or_backdated_withdrawal_breaks_the_chain(withdrawn: World) -> None:
    """Releases and withdrawals are links of one chain, so later releases commit to what was withdrawn before."""
    session, owner = withdrawn.session, withdrawn.organisation_id
    assert (broken_links(session, owner), end_of_chain(session, owner).sequence) == ([], 4)
    for what, (statements, found) in TAMPERED.items():
        with tampered(withdrawn, *statements):
            assert (what, broken_links(session, owner)) == (what, found)
    assert broken_links(session, owner) == []


def test_a_withdrawal_with_a_proper_hash_is_not_older_than_what_it_follows(withdrawn: World, dana: Viewer) -> None:
    """Whoever knows how hashes are made can add a link at the end, but not one of an earlier day."""
    session, owner = withdrawn.session, withdrawn.organisation_id
    end = end_of_chain(session, owner)
    assert end.made_at
    words = session.scalars(select(CommentText)).one()
    forged = CommentWithdrawal(
        organisation_id=owner, comment_id=words.comment_id, account_id=dana.account_id, reason="author",
        at=end.made_at - timedelta(seconds=1), sequence=5, previous_hash=end.hash, hash="",
    )  # fmt: skip
    forged.hash = withdrawal_hash(forged)
    session.add(forged)
    session.delete(words)
    session.flush()
    assert broken_links(session, owner) == [5]


def test_a_clock_that_was_set_back_breaks_nothing(withdrawn: World, dana: Viewer) -> None:
    """A withdrawal is never told to be older than the release before it."""
    session, owner = withdrawn.session, withdrawn.organisation_id
    [comment] = session.scalars(select(CommentText.comment_id))
    end = end_of_chain(session, owner)
    withdraw(session, dana, comment, "author", NOON - timedelta(days=9999))
    assert session.get_one(CommentWithdrawal, (owner, comment)).at == end.made_at
    assert broken_links(session, owner) == []
