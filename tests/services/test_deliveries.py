"""Who is written to, who is reminded, and what a failure leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.services.deliveries import (
    ATTEMPTS,
    BACK_OFF,
    LEASE,
    Letter,
    claim,
    count_queue,
    due_deliveries,
    give_up_the_dead,
    queue_reminders,
    record_failure,
    record_sent,
)
from surveyapp.store.database import make_engine, writing
from surveyapp.store.invitations import Delivery
from surveyapp.store.people import Member
from surveyapp.store.pulses import Wave
from tests.fixtures.world import World, item_keys

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
HALF = OPENS + timedelta(hours=48)
LATE = OPENS + timedelta(hours=80)
HOUR = timedelta(hours=1)
PEOPLE = 34


def opened(world: World) -> Wave:
    """Open a wave for everybody."""
    return world.open(world.pulse("Harbour"))


def take(world: World, now: datetime, limit: int = 1000) -> list[Letter]:
    """Claim everything that is due."""
    ids = due_deliveries(world.session, world.organisation_id, now, limit)
    letters = [take_one(world, each, now) for each in ids]
    return [letter for letter in letters if letter is not None]


def take_one(world: World, delivery_id: object, now: datetime) -> Letter | None:
    """Claim one mail."""
    delivery = world.session.scalars(select(Delivery).where(Delivery.id == delivery_id)).one()
    key = world.settings.ballot_key
    return claim(world.session, world.vault, key, world.organisation_id, delivery.id, now)


def send_all(world: World, now: datetime) -> list[Letter]:
    """Claim everything that is due and say that it was sent."""
    letters = take(world, now)
    for letter in letters:
        record_sent(world.session, letter)
    return letters


def remind(world: World, wave: Wave, now: datetime) -> int:
    """Queue the reminders that are due."""
    return queue_reminders(world.session, world.vault, world.settings.ballot_key, wave, now)


def test_everybody_who_is_counted_is_invited_once(harbour: World) -> None:
    """One mail per member, from the moment of opening."""
    opened(harbour)
    assert due_deliveries(harbour.session, harbour.organisation_id, OPENS - HOUR, 100) == []
    letters = send_all(harbour, OPENS)
    assert len({letter.email for letter in letters}) == len(letters) == PEOPLE
    assert take(harbour, OPENS + 10 * HOUR) == []


def test_the_code_in_a_letter_opens_the_box(harbour: World) -> None:
    """What is mailed is the ballot that the vault knows."""
    wave = opened(harbour)
    letter = next(letter for letter in take(harbour, OPENS) if letter.group_name == "Gates")
    assert letter.code.replace("-", "") in harbour.codes(wave, "Gates")
    harbour.answer(wave, "Gates", letter.code, dict.fromkeys(item_keys(harbour, wave), 4))


def test_a_letter_says_who_is_counted_together_and_until_when(harbour: World) -> None:
    """The mail repeats what the page promises."""
    wave = opened(harbour)
    letter = next(letter for letter in take(harbour, OPENS) if letter.group_name == "Gates")
    assert letter.group_size == 13
    assert letter.slug == harbour.group_of(wave, "Gates").slug
    assert (letter.closes_at, letter.results_at) == (wave.closes_at, wave.closes_at)


def test_codes_and_addresses_are_not_in_what_is_printed(harbour: World) -> None:
    """A letter that ends up in a log or a traceback gives nothing away."""
    opened(harbour)
    letter = take(harbour, OPENS, 1)[0]
    printed = repr(letter)
    assert letter.code not in printed
    assert letter.results_code not in printed
    assert letter.email not in printed


def test_only_unspent_ballots_are_reminded(harbour: World) -> None:
    """Whoever answered hears nothing more."""
    wave = opened(harbour)
    send_all(harbour, OPENS)
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 4) for _ in range(9)])
    answered = set(harbour.codes(wave, "Gates")[:9])
    assert remind(harbour, wave, HALF) == PEOPLE - 9
    letters = send_all(harbour, HALF)
    assert {letter.kind for letter in letters} == {"reminder-1"}
    assert not answered & {letter.code.replace("-", "") for letter in letters}


def test_a_reminder_is_not_sent_to_whoever_answers_while_it_waits(harbour: World) -> None:
    """The ballot is looked at again just before the mail goes out."""
    wave = opened(harbour)
    send_all(harbour, OPENS)
    remind(harbour, wave, HALF)
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 4) for _ in range(13)])
    assert len(take(harbour, HALF + HOUR)) == PEOPLE - 13


def test_reminders_come_at_half_and_five_sixths_of_the_time(harbour: World) -> None:
    """Two reminders at most, each queued once."""
    wave = opened(harbour)
    send_all(harbour, OPENS)
    queued = {}
    for hours in (47, 48, 49, 79, 80, 95):
        now = OPENS + hours * HOUR
        queued[hours] = remind(harbour, wave, now)
        send_all(harbour, now)
    assert queued == {47: 0, 48: PEOPLE, 49: 0, 79: 0, 80: PEOPLE, 95: 0}


def test_a_worker_that_was_away_sends_one_reminder_and_not_two(harbour: World) -> None:
    """Nobody gets the first reminder after the time of the second."""
    wave = opened(harbour)
    send_all(harbour, OPENS)
    remind(harbour, wave, LATE)
    assert {letter.kind for letter in send_all(harbour, LATE)} == {"reminder-2"}


def test_nobody_is_reminded_while_the_invitation_waits(harbour: World) -> None:
    """A mail server that was down for two days does not send two mails to everybody."""
    wave = opened(harbour)
    assert remind(harbour, wave, HALF) == 0
    assert len(send_all(harbour, HALF)) == PEOPLE


def test_nothing_is_sent_after_the_close(harbour: World) -> None:
    """An invitation to a closed wave helps nobody."""
    wave = opened(harbour)
    assert take(harbour, wave.closes_at) == []
    assert remind(harbour, wave, wave.closes_at) == 0
    assert count_queue(harbour.session, harbour.organisation_id, wave.closes_at).waiting == 0


@pytest.mark.postgres
def test_a_mail_is_claimed_by_one_worker(harbour: World) -> None:
    """The second to reach for it gets nothing."""
    opened(harbour)
    mail = due_deliveries(harbour.session, harbour.organisation_id, OPENS, 1)[0]
    harbour.session.commit()
    engine = make_engine(harbour.settings.database_url)
    with Session(writing(engine)) as other:
        key = harbour.settings.ballot_key
        first = claim(other, harbour.vault, key, harbour.organisation_id, mail, OPENS)
    engine.dispose()
    assert first is not None
    assert take_one(harbour, mail, OPENS) is None


def test_a_mail_in_the_hands_of_a_dead_worker_is_sent_by_another(harbour: World) -> None:
    """After the lease, and not before."""
    opened(harbour)
    lost = take(harbour, OPENS, 1)[0]
    taken = {letter.delivery_id for letter in take(harbour, OPENS + LEASE - timedelta(seconds=1))}
    assert lost.delivery_id not in taken
    again = take(harbour, OPENS + LEASE)
    assert [(letter.delivery_id, letter.attempt) for letter in again] == [(lost.delivery_id, 2)]


def test_failures_are_tried_again_later_and_later(harbour: World) -> None:
    """Five attempts over half a day, then the mail has failed."""
    opened(harbour)
    now, waited = OPENS, []
    mail = due_deliveries(harbour.session, harbour.organisation_id, OPENS, 1)[0]
    for _ in range(ATTEMPTS):
        letter = take_one(harbour, mail, now)
        assert letter is not None
        record_failure(harbour.session, letter, "the mail server hung up", now, for_good=False)
        delivery = harbour.session.get_one(Delivery, (harbour.organisation_id, mail))
        waited.append(delivery.due_at - now)
        now = max(now, delivery.due_at)
    assert tuple(waited[:-1]) == BACK_OFF
    assert delivery.state == "failed"
    assert take_one(harbour, mail, now + timedelta(days=1)) is None


def test_an_address_that_does_not_exist_is_tried_once(harbour: World) -> None:
    """There is no use in asking again."""
    opened(harbour)
    letter = take(harbour, OPENS, 1)[0]
    record_failure(harbour.session, letter, "the mail server refused the address (550)", OPENS, for_good=True)
    delivery = harbour.session.get_one(Delivery, (harbour.organisation_id, letter.delivery_id))
    assert (delivery.state, delivery.attempts) == ("failed", 1)


def test_whoever_got_no_invitation_still_gets_a_reminder(harbour: World) -> None:
    """A failed invitation is one more reason to write again."""
    wave = opened(harbour)
    letters = take(harbour, OPENS)
    record_failure(harbour.session, letters[0], "refused", OPENS, for_good=True)
    for letter in letters[1:]:
        record_sent(harbour.session, letter)
    assert remind(harbour, wave, HALF) == PEOPLE


def test_a_death_during_the_last_attempt_is_a_failure(harbour: World) -> None:
    """Nothing stays in hand for ever."""
    opened(harbour)
    mail = due_deliveries(harbour.session, harbour.organisation_id, OPENS, 1)[0]
    for attempt in range(ATTEMPTS):
        assert take_one(harbour, mail, OPENS + attempt * LEASE) is not None
    give_up_the_dead(harbour.session, harbour.organisation_id, OPENS + ATTEMPTS * LEASE)
    failed = select(func.count()).select_from(Delivery).where(Delivery.state == "failed")
    assert harbour.session.scalar(failed) == 1


def test_a_slow_worker_does_not_overwrite_the_next_one(harbour: World) -> None:
    """What counts is the attempt that was made last."""
    opened(harbour)
    slow = take(harbour, OPENS, 1)[0]
    faster = take_one(harbour, slow.delivery_id, OPENS + LEASE)
    assert faster is not None
    record_sent(harbour.session, faster)
    record_failure(harbour.session, slow, "the mail server hung up", OPENS + LEASE, for_good=False)
    assert harbour.session.get_one(Delivery, (harbour.organisation_id, slow.delivery_id)).state == "sent"


def test_the_queue_is_counted(harbour: World) -> None:
    """The operator learns how many wait and how many were given up, and nothing else."""
    opened(harbour)
    letters = take(harbour, OPENS, 3)
    record_sent(harbour.session, letters[0])
    record_failure(harbour.session, letters[1], "refused", OPENS, for_good=True)
    queue = count_queue(harbour.session, harbour.organisation_id, OPENS)
    assert (queue.waiting, queue.failed) == (PEOPLE - 2, 1)


def test_a_letter_speaks_the_language_of_the_member(harbour: World) -> None:
    """The language comes from the roster."""
    harbour.session.scalars(select(Member).where(Member.code == "charlie")).one().language = "de"
    harbour.session.commit()
    opened(harbour)
    assert {letter.language for letter in take(harbour, OPENS) if letter.name == "Charlie"} == {"de"}
