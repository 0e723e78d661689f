"""Telling in three modes, the talk by receipt, the inbox of stewards, and forgetting."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, NotFound, UnknownBallot
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.log import inbox
from surveyapp.services.log.purging import forget_reporters
from surveyapp.services.log.reading import LogPage, find_event, read_log, set_withdrawn
from surveyapp.services.log.reports import REPORTER, STEWARD, Told, add_to_talk, read_talk
from surveyapp.services.log.sealing import names_key, open_name
from surveyapp.services.log.stewards import make_key, stewarded_units
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.learning import LearningEvent
from surveyapp.store.reporters import Message, Receipt, ReporterLink, ReporterName, StewardKey
from surveyapp.store.tables import metadata
from tests.fixtures.accounts import add_account
from tests.fixtures.world import World
from tests.services.log.conftest import NOW, PASSPHRASE, WORDS, Tell

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 1, 23, tzinfo=UTC)


def team_reads(world: World, now: datetime = NOW, words: str = "") -> LogPage:
    """Read the log of the cranes as its manager would."""
    return read_log(world.session, world.organisation_id, [world.units["Cranes"].id], now, words=words)


def units(world: World) -> list[UUID]:
    """Return every unit."""
    return [unit.id for unit in world.units.values()]


def event_of(world: World, told: Told) -> LearningEvent:
    """Return the row of what was told."""
    return world.session.get_one(LearningEvent, (world.organisation_id, told.event_id))


def publish(world: World, told: Told, words: str = "A hook was open and slipped.", delay: timedelta = 2 * DAY) -> None:
    """Publish a report."""
    inbox.publish(world.session, world.organisation_id, units(world), told.event_id, words, delay=delay, now=NOW)


def count(session: Session, table: type) -> int:
    """Count the rows of a table."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_told_to_the_team_is_read_at_once(harbour: World, tells: Tell) -> None:
    """There is no receipt, for the answer is given in the team."""
    told = tells("named")
    assert told.receipt == ""
    assert [each.what_happened for each in team_reads(harbour).entries] == [WORDS]


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_what_a_steward_is_told_is_not_in_the_log(harbour: World, erin: Viewer, tells: Tell, mode: str) -> None:
    """Neither in the list, nor in a search, nor by its id."""
    told = tells(mode)
    assert team_reads(harbour).total == 0
    assert team_reads(harbour, words="hook").total == 0
    with pytest.raises(NotFound):
        find_event(harbour.session, harbour.organisation_id, told.event_id, NOW)


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_nobody_is_told_in_confidence_without_a_steward(harbour: World, tells: Tell, mode: str) -> None:
    """It is refused before anything is stored, so that nothing lies where nobody looks."""
    with pytest.raises(Invalid) as refused:
        tells(mode)
    assert refused.value.field == "mode"
    assert count(harbour.session, LearningEvent) == 0


def test_confidence_needs_a_name(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Without one it is anonymous, and should be called so."""
    with pytest.raises(Invalid, match="choose anonymous"):
        tells("confidential", "  ")


def test_anonymous_keeps_neither_name_nor_hour(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Times are moved to the week at the door; no hours are kept from which somebody could count to the telling."""
    times = {"occurred_at": NOW - timedelta(hours=30), "needed_by": NOW + timedelta(hours=9)}
    told = tells("anonymous", noticed_at=NOW - timedelta(hours=5), **times)
    event = event_of(harbour, told)
    assert (event.told_at, event.noticed_at, event.occurred_at) == (MONDAY, MONDAY, MONDAY)
    assert (event.told_precision, event.detection_hours, event.voice_hours) == ("week", 25, None)
    assert event.lead_hours is None
    assert count(harbour.session, ReporterLink) + count(harbour.session, ReporterName) == 0
    assert harbour.session.scalars(select(Receipt.purge_at)).one() == datetime(2026, 8, 28, 22, tzinfo=UTC)


def test_a_steward_learns_the_name_with_the_passphrase(harbour: World, erin: Viewer, tells: Tell) -> None:
    """And not without it."""
    told, who = tells("confidential", " Charlie "), (harbour.session, erin, units(harbour))
    assert inbox.open_reporter(*who, told.event_id, PASSPHRASE, NOW) == "Charlie"
    with pytest.raises(Invalid, match="the passphrase of your key") as refused:
        inbox.open_reporter(*who, told.event_id, "a wrong passphrase", NOW)
    assert "wrong passphrase" not in refused.value.message


def test_another_steward_does_not_learn_the_name(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Who was no steward when it was told holds no key to it, and neither does a key made later."""
    told = tells("confidential")
    frank = add_account(harbour, "frank", steward="Harbour")
    make_key(harbour.session, frank, PASSPHRASE, NOW)
    with pytest.raises(NotFound):
        inbox.open_reporter(harbour.session, frank, units(harbour), told.event_id, PASSPHRASE, NOW)
    make_key(harbour.session, erin, PASSPHRASE, NOW)
    with pytest.raises(NotFound):
        inbox.open_reporter(harbour.session, erin, units(harbour), told.event_id, PASSPHRASE, NOW)


def everything(session: Session) -> list[bytes]:
    """Return every value of every table, as a copy of the database would hold it."""
    values = [value for table in metadata.sorted_tables for row in session.execute(select(table)) for value in row]
    return [value if isinstance(value, bytes) else str(value).encode() for value in values if value is not None]


def test_a_copy_of_the_database_resolves_nobody(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Neither by reading it, nor with any secret of the installation, nor with another steward's passphrase."""
    who = "Quentin Quarterdeck"
    tells("confidential", who)
    tells("named", who)
    copy = everything(harbour.session)
    assert not [value for value in copy if b"uentin" in value]
    link = harbour.session.scalars(select(ReporterLink)).one()
    key = harbour.session.scalars(select(StewardKey)).one()
    secrets = [
        harbour.settings.secret_key.encode(),
        harbour.settings.ballot_key,
        names_key(harbour.settings.secret_key),
    ]
    for secret in [*secrets, *(value for value in copy if len(value) == 32)]:
        for sealed in (link.sealed, key.sealed_private):
            for bound in (b"", link.event_id.bytes, key.public):
                with pytest.raises(InvalidTag):
                    AESGCM(secret[:32]).decrypt(sealed[:12], sealed[12:], bound)


def test_the_length_of_a_sealed_name_told_whose_it_is(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Beside a roster a length names somebody in most teams, so all names take the same room."""
    names = ("Bo", "Quentin Quarterdeck", "\N{LATIN SMALL LETTER E WITH ACUTE}" * 120)
    for mode in ("confidential", "named"):
        told = [tells(mode, name) for name in names]
    assert {len(each) for each in harbour.session.scalars(select(ReporterLink.sealed))} == {48 + 256}
    rows = {row.event_id: row.sealed for row in harbour.session.scalars(select(ReporterName))}
    assert {len(each) for each in rows.values()} == {12 + 256 + 16}
    key = names_key(harbour.settings.secret_key)
    assert [open_name(key, rows[each.event_id], each.event_id) for each in told] == list(names)


def test_a_name_given_to_the_team_opens_for_its_own_event_only(harbour: World, tells: Tell) -> None:
    """It is sealed under a key of the installation and bound to the event."""
    first, second = tells("named", "Charlie"), tells("named", "Bob")
    key = names_key(harbour.settings.secret_key)
    row = harbour.session.get_one(ReporterName, (harbour.organisation_id, first.event_id))
    assert open_name(key, row.sealed, first.event_id) == "Charlie"
    with pytest.raises(InvalidTag):
        open_name(key, row.sealed, second.event_id)


def test_no_table_of_events_has_room_for_a_person(harbour: World) -> None:
    """Nobody is in the log, nor in reviews, deliveries or exposure."""
    for name in ("learning_event", "review", "review_action", "work_delivery", "exposure"):
        columns = {column.name for column in metadata.tables[name].columns} - {"person_weeks"}
        words = {part for column in columns for part in column.split("_")}
        assert words.isdisjoint({"person", "member", "account", "author", "reporter", "email", "name"}), name
    keys = {
        key.target_fullname.partition(".")[0]
        for column in inspect(LearningEvent).columns
        for key in column.foreign_keys
    }
    assert keys == {"organisation", "unit"}


def test_reporter_and_steward_talk_through_the_receipt(harbour: World, erin: Viewer, tells: Tell) -> None:
    """The code may be typed as people type; only days are kept."""
    told = tells("anonymous")
    inbox.answer(harbour.session, harbour.organisation_id, units(harbour), told.event_id, "Which hook?", NOW)
    add_to_talk(harbour.session, told.receipt.lower(), "The third one.", NOW + DAY)
    talk = read_talk(harbour.session, told.receipt, NOW + DAY)
    assert [(turn.side, turn.words) for turn in talk.turns] == [(STEWARD, "Which hook?"), (REPORTER, "The third one.")]
    assert talk.turns[1].day == (NOW + DAY).date()
    assert event_of(harbour, told).feedback_at == NOW


def test_a_wrong_receipt_opens_nothing(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Whether it could be one or not."""
    tells("anonymous")
    with pytest.raises(NotFound):
        read_talk(harbour.session, "0000-0000-0000-0000", NOW)
    with pytest.raises(UnknownBallot):
        read_talk(harbour.session, "no code", NOW)


@pytest.mark.parametrize(("words", "expected"), [("  ", "a sentence"), ("x" * 4001, "at most 4000 characters")])
def test_a_turn_of_the_talk_says_something(
    harbour: World, erin: Viewer, tells: Tell, words: str, expected: str
) -> None:
    """And not too much at once."""
    told = tells("anonymous")
    with pytest.raises(Invalid, match=expected):
        add_to_talk(harbour.session, told.receipt, words, NOW)


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_the_team_reads_the_copy_of_a_week_some_days_later(
    harbour: World, erin: Viewer, tells: Tell, mode: str
) -> None:
    """In the steward's words, without anything that is finer than the week."""
    publish(harbour, tells(mode, surprise="Bob again", barrier="Bob's glove", noticed_at=NOW - timedelta(hours=5)))
    assert team_reads(harbour, NOW + 2 * DAY - timedelta(seconds=1)).total == 0
    (entry,) = team_reads(harbour, NOW + 2 * DAY).entries
    assert (entry.what_happened, entry.told_at, entry.told_precision) == (
        "A hook was open and slipped.",
        MONDAY,
        "week",
    )
    assert (entry.surprise, entry.barrier, entry.noticed_at, entry.occurred_at) == ("", "", None, None)
    assert team_reads(harbour, NOW + 2 * DAY, words="bob").total == 0
    assert team_reads(harbour, NOW + 2 * DAY, words="open").total == 1


def test_the_delay_is_drawn_between_one_day_and_three() -> None:
    """And is not always the same."""
    drawn = {inbox.draw_delay() for _ in range(200)}
    assert timedelta(hours=24) <= min(drawn) < max(drawn) <= timedelta(hours=72)
    assert len(drawn) > 100


def test_better_words_do_not_move_the_moment(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Or correcting a word would tell when it was published."""
    told = tells("confidential")
    publish(harbour, told, delay=DAY)
    publish(harbour, told, "A hook slipped.", delay=3 * DAY)
    assert [each.what_happened for each in team_reads(harbour, NOW + DAY).entries] == ["A hook slipped."]


def test_a_manager_cannot_withdraw_what_a_steward_was_told(harbour: World, erin: Viewer, tells: Tell) -> None:
    """It may be about the manager."""
    told = tells("confidential")
    publish(harbour, told)
    with pytest.raises(Exception, match="stays in the log"):
        set_withdrawn(harbour.session, harbour.organisation_id, told.event_id, withdrawn=True)


def test_the_draft_of_the_copy_leaves_out_names_of_the_roster(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Bob is one of the cranes; the steward reads the draft before anybody else does."""
    tree = tree_of(harbour.session, harbour.organisation_id)
    report = inbox.find_report(harbour.session, erin, tree, units(harbour), tells().event_id)
    assert report.draft == "[…] left the hook open. It slipped while nobody stood below."
    assert report.sealed_to_me


def test_the_inbox_holds_what_stewards_were_told_about_their_units(harbour: World, erin: Viewer, tells: Tell) -> None:
    """A steward of the gates reads nothing of the cranes, and nobody finds there what the team was told."""
    told = tells("confidential")
    tells("named")
    session, owner = harbour.session, harbour.organisation_id
    assert [each.id for each in inbox.read_inbox(session, owner, units(harbour)).reports] == [told.event_id]
    frank = add_account(harbour, "frank", steward="Gates")
    tree = tree_of(session, owner)
    mine = stewarded_units(session, frank, tree, NOW.date())
    assert inbox.read_inbox(session, owner, mine).total == 0
    with pytest.raises(NotFound):
        inbox.find_report(session, frank, tree, mine, told.event_id)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["third", "second", "first"]),
        ({"state": "open"}, ["third"]),
        ({"state": "published"}, ["second"]),
        ({"state": "closed"}, ["first"]),
        ({"kind": "idea"}, ["second"]),
        ({"words": "THIRD"}, ["third"]),
        ({"state": "nothing"}, ["third", "second", "first"]),
    ],
)
def test_the_inbox_is_searched(
    harbour: World, erin: Viewer, tells: Tell, wanted: dict[str, Any], found: list[str]
) -> None:
    """By state, kind and words."""
    session, owner, everywhere = harbour.session, harbour.organisation_id, units(harbour)
    first, second = tells(what_happened="first"), tells(what_happened="second", kind="idea", told_at=NOW - DAY)
    tells(what_happened="third", told_at=NOW - DAY / 2)
    publish(harbour, second)
    inbox.close(session, owner, everywhere, first.event_id, NOW)
    page = inbox.read_inbox(session, owner, everywhere, **wanted)
    assert [each.what_happened for each in page.reports] == found


def test_what_waits_for_a_word_comes_first(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Until the steward has answered; a further word of the reporter brings it back."""
    session, owner, everywhere = harbour.session, harbour.organisation_id, units(harbour)
    old = tells(what_happened="old", told_at=NOW - DAY)
    answered = tells(what_happened="answered")
    inbox.answer(session, owner, everywhere, answered.event_id, "Thank you.", NOW)
    waiting = inbox.read_inbox(session, owner, everywhere).reports
    assert [(each.id, each.waits) for each in waiting] == [(old.event_id, True), (answered.event_id, False)]
    add_to_talk(session, answered.receipt, "There is more.", NOW)
    assert [each.waits for each in inbox.read_inbox(session, owner, everywhere).reports] == [True, True]


def test_a_closed_report_takes_no_answer(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Closing twice is closing once."""
    told, who = tells(), (harbour.session, harbour.organisation_id, units(harbour))
    inbox.close(*who, told.event_id, NOW)
    inbox.close(*who, told.event_id, NOW + DAY)
    assert event_of(harbour, told).closed_at == NOW
    with pytest.raises(Conflict):
        inbox.answer(*who, told.event_id, "Late", NOW)


def test_who_told_is_forgotten_ten_days_after_closing(harbour: World, erin: Viewer, tells: Tell) -> None:
    """With it everything that is finer than the copy; the talk stays."""
    told = tells("confidential", noticed_at=NOW - timedelta(hours=5), surprise="Bob again")
    publish(harbour, told)
    inbox.answer(harbour.session, harbour.organisation_id, units(harbour), told.event_id, "Thank you.", NOW)
    inbox.close(harbour.session, harbour.organisation_id, units(harbour), told.event_id, NOW)
    forget_reporters(harbour.session, NOW + 10 * DAY - timedelta(seconds=1))
    assert (count(harbour.session, ReporterLink), event_of(harbour, told).what_happened) == (1, WORDS)
    forget_reporters(harbour.session, NOW + 10 * DAY)
    event = event_of(harbour, told)
    assert count(harbour.session, ReporterLink) == 0
    assert (event.what_happened, event.surprise) == ("A hook was open and slipped.", "")
    assert (event.told_at, event.noticed_at, event.voice_hours) == (MONDAY, MONDAY, None)
    assert len(read_talk(harbour.session, told.receipt, NOW + 80 * DAY).turns) == 1


def test_the_talk_is_forgotten_three_months_after_closing(harbour: World, erin: Viewer, tells: Tell) -> None:
    """The receipt opens nothing any more."""
    told = tells("anonymous")
    add_to_talk(harbour.session, told.receipt, "More.", NOW)
    inbox.close(harbour.session, harbour.organisation_id, units(harbour), told.event_id, NOW)
    with pytest.raises(NotFound):
        read_talk(harbour.session, told.receipt, NOW + 90 * DAY)
    forget_reporters(harbour.session, NOW + 90 * DAY)
    assert count(harbour.session, Receipt) + count(harbour.session, Message) == 0


def test_what_nobody_closes_is_forgotten_too(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Half a year after it was told, whoever forgot to close it."""
    tells("confidential")
    tells("named")
    forget_reporters(harbour.session, NOW + 181 * DAY)
    assert count(harbour.session, ReporterLink) + count(harbour.session, ReporterName) == 0


def test_a_code_is_never_stored(harbour: World, erin: Viewer, tells: Tell) -> None:
    """Only its hash is."""
    told = tells("anonymous")
    assert re.fullmatch(r"[0-9A-Z]{16}", told.receipt)
    assert not [value for value in everything(harbour.session) if told.receipt.encode() in value]
