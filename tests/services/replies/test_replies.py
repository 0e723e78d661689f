"""Replies: drafted, published as editions that stay, shown to exactly the group they are for, and asked for by mail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.answering import find_page
from surveyapp.services.replies.published import editions_of
from surveyapp.services.replies.reminding import letters_due, note_sent, waves_to_remind_of
from surveyapp.services.replies.writing import LONGEST, Desk, Words, desk_of, publish, save_draft
from surveyapp.services.results.reading import replies_in, unit_trend
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.accounts import Account
from surveyapp.store.organisation import AuditEntry, ReportingGroup
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.replies import PublishedReply, ReplyDraft
from tests.fixtures.accounts import add_account
from tests.fixtures.past import Past

NOW = datetime(2026, 4, 6, 12, tzinfo=UTC)
WORDS = Words("Too many meetings", "No meetings on Fridays", "No new tool: there is no money for it")


@pytest.fixture
def alice(past: Past) -> Viewer:
    """Give the account of the manager of the gates."""
    return add_account(past.world, "alice", manager="Gates")


def desk(past: Past, viewer: Viewer, unit: str = "Gates", number: int = 3) -> Desk:
    """Return where a reply is written."""
    tree = tree_of(past.session, past.owner)
    return desk_of(past.session, viewer, tree, past.unit(unit), past.waves[number - 1])


def say(past: Past, viewer: Viewer, words: Words = WORDS, unit: str = "Gates", number: int = 3) -> None:
    """Draft and publish a reply."""
    save_draft(past.session, desk(past, viewer, unit, number), words, NOW)
    found = desk(past, viewer, unit, number)
    publish(past.session, viewer, found, len(found.editions) + 1, NOW)


def open_next(past: Past) -> Wave:
    """Open the next wave."""
    return past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))


def shown_on(past: Past, wave: Wave, unit: str) -> str | None:
    """Return what the answer page of a unit's group says that will be done."""
    page = find_page(past.session, past.world.group_of(wave, unit).slug, wave.opens_at)
    return page.reply.will_do if page.reply else None


def test_a_draft_is_kept_and_read_by_nobody_else(past: Past, alice: Viewer) -> None:
    """Not even by a coach, and not by the team."""
    dana = add_account(past.world, "dana", coach="Harbour")
    save_draft(past.session, desk(past, alice), Words(" Too\r\nmany\x00 ", "", ""), NOW)
    assert desk(past, alice).draft == Words("Too\nmany", "", "")
    assert desk(past, dana).draft is None
    assert (
        replies_in(past.session, past.owner, unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates")))
        == ()
    )


def test_what_is_published_is_read_with_the_results(past: Past, alice: Viewer) -> None:
    """By the group, under the name of whoever wrote it; the draft is gone and the trail has it without the words."""
    say(past, alice)
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"))
    (reply,) = replies_in(past.session, past.owner, trend)
    assert (reply.wave_number, reply.edition, reply.will_do, reply.written_by) == (3, 1, WORDS.will_do, "Alice")
    assert past.session.scalars(select(ReplyDraft)).all() == []
    trail = past.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "publish reply")).all()
    assert trail == ["Speaking up 3, Gates: edition 1"]


def test_a_correction_is_a_further_edition(past: Past, alice: Viewer) -> None:
    """The first one stays as it was, and the database refuses to change or remove it."""
    say(past, alice)
    say(past, alice, replace(WORDS, will_do="No meetings on Mondays"))
    found = editions_of(past.session, past.owner, past.waves[2], past.group("Gates"))
    assert [(each.edition, each.will_do) for each in found] == [(2, "No meetings on Mondays"), (1, WORDS.will_do)]
    for statement in (update(PublishedReply).values(heard="Nothing"), delete(PublishedReply)):
        with pytest.raises(DBAPIError, match="append-only"):
            past.session.execute(statement)
        past.session.rollback()


@pytest.mark.parametrize(("words", "edition"), [(replace(WORDS, heard=""), 1), (WORDS, 2), (None, 1)])
def test_only_what_was_looked_at_is_published(past: Past, alice: Viewer, words: Words | None, edition: int) -> None:
    """Nothing half-written, nothing over somebody else's edition, and nothing twice."""
    if words:
        save_draft(past.session, desk(past, alice), words, NOW)
    with pytest.raises(Conflict):
        publish(past.session, alice, desk(past, alice), edition, NOW)


def test_a_long_text_is_refused(past: Past, alice: Viewer) -> None:
    """The message has the length and the limit, and not the text."""
    with pytest.raises(Invalid, match=f"{LONGEST + 1} characters"):
        save_draft(past.session, desk(past, alice), replace(WORDS, heard="x" * (LONGEST + 1)), NOW)


@pytest.mark.parametrize(
    ("roles", "unit", "may"),
    [
        ({"manager": "Gates"}, "Gates", True),
        ({"manager": "Operations"}, "Gates", True),
        ({"coach": "Gates"}, "Gates", False),
        ({"admin": "Harbour"}, "Gates", False),
        ({"manager": "Pilots"}, "Pilots", False),
        ({"manager": "Operations"}, "Pilots", True),
    ],
)
def test_whoever_manages_the_whole_group_writes(past: Past, roles: dict[str, str], unit: str, may: bool) -> None:  # noqa: FBT001  # A case.
    """A pooled group is spoken to by who manages all of its units; coaches and admins read."""
    found = desk(past, add_account(past.world, "somebody", **roles), unit)
    assert found.may_write is may
    if not may:
        with pytest.raises(Forbidden):
            save_draft(past.session, found, WORDS, NOW)


def test_an_open_wave_has_no_reply(past: Past, alice: Viewer) -> None:
    """There is nothing yet to reply to."""
    past.waves.append(open_next(past).id)
    with pytest.raises(NotFound):
        desk(past, alice, number=4)


def test_the_next_answer_page_shows_it_to_its_group_alone(past: Past, alice: Viewer) -> None:
    """And only what was said about the wave just before."""
    say(past, alice, replace(WORDS, will_do="Long ago"), number=2)
    wave = open_next(past)
    assert shown_on(past, wave, "Gates") is None
    say(past, alice)
    assert shown_on(past, wave, "Gates") == WORDS.will_do
    assert shown_on(past, wave, "Cranes") is None
    assert shown_on(past, past.wave(3), "Gates") == "Long ago"


def test_another_composition_does_not_see_it(past: Past, alice: Viewer) -> None:
    """Whoever is counted with other people now was not the one who was spoken to."""
    say(past, alice)
    wave = open_next(past)
    group = past.world.group_of(wave, "Gates").group_id
    past.session.execute(update(ReportingGroup).where(ReportingGroup.id == group).values(series="others"))
    assert shown_on(past, wave, "Gates") is None


def test_managers_are_reminded_once_and_only_of_what_is_missing(past: Past, alice: Viewer) -> None:
    """The nearest who manage a whole group: one mail each when the next wave opens, with nothing about results."""
    add_account(past.world, "oscar", manager="Operations")
    add_account(past.world, "top", manager="Harbour")
    assert waves_to_remind_of(past.session, NOW) == []
    wave = open_next(past)
    assert waves_to_remind_of(past.session, wave.opens_at) == [(past.owner, wave.id)]
    assert waves_to_remind_of(past.session, wave.opens_at + timedelta(days=1)) == []
    letters = letters_due(past.session, (past.owner, wave.id))
    assert {letter.name: [each.group_name for each in letter.silences] for letter in letters} == {
        "Alice": ["Gates"],
        "Oscar": ["Cranes", "Pilots + Tugs + Operations"],
    }
    assert {each.wave_id for letter in letters for each in letter.silences} == {past.waves[2]}
    note_sent(past.session, letters[0], NOW, sent=True)
    assert [letter.name for letter in letters_due(past.session, (past.owner, wave.id))] == ["Oscar"]


def test_nobody_is_reminded_of_what_was_said(past: Past, alice: Viewer) -> None:
    """Nor an account that is shut."""
    say(past, alice)
    oscar = add_account(past.world, "oscar", manager="Operations")
    past.session.execute(update(Account).where(Account.id == oscar.account_id).values(disabled=True))
    wave = open_next(past)
    assert letters_due(past.session, (past.owner, wave.id)) == []


def test_the_desk_says_that_people_are_asked_again(past: Past, alice: Viewer) -> None:
    """Until something is published."""
    assert not desk(past, alice).overdue
    open_next(past)
    assert desk(past, alice).overdue
    say(past, alice)
    assert not desk(past, alice).overdue
