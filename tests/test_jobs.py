"""The worker: waves open, remind, close and are released by themselves, however it is treated."""

import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, make_url, select

from surveyapp.jobs import Done, tick, turn, work_until
from surveyapp.privacy.ballots import derive_code, show_code
from surveyapp.services.accounts.attempts import ANY_ORGANISATION
from surveyapp.services.insight.relations import RELATION
from surveyapp.services.results.chain import broken_links
from surveyapp.store.accounts import SignInAttempt
from surveyapp.store.database import make_engine
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.pulses import Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow
from tests.fixtures.mail import MailServer
from tests.fixtures.worker import Worker, tick_once
from tests.fixtures.world import World, item_keys

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(hours=96)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = 34


def states(world: World) -> list[str]:
    """Return the states of all waves by number."""
    return list(world.session.scalars(select(Wave.state).order_by(Wave.number)))


def first_wave(world: World) -> Wave:
    """Return the first wave."""
    return world.session.scalars(select(Wave).where(Wave.number == 1)).one()


def recipients(server: MailServer) -> list[str]:
    """Return to whom mails went."""
    return sorted(str(message["To"].addresses[0].addr_spec) for message in server.messages)


def test_a_wave_runs_from_its_schedule_to_its_release(harbour: World, worker: Worker) -> None:
    """Nobody has to press anything."""
    harbour.pulse("Harbour")
    seen = []
    for moment in (OPENS - DAY, OPENS, OPENS + DAY, CLOSES - HOUR, CLOSES):
        worker.tick(moment)
        seen.append(first_wave(harbour).state)
    assert seen == ["scheduled", "open", "open", "open", "erased"]
    assert broken_links(harbour.session, harbour.organisation_id) == []


def test_what_was_deleted_stayed_in_the_log_of_the_database(harbour: World, worker: Worker) -> None:
    """Every tick leaves SQLite's write-ahead log empty, for rows that were deleted stand in it."""
    worker.tick(OPENS)
    log = Path(f"{make_url(harbour.settings.database_url).database}-wal")
    assert log.stat().st_size == 0


def test_ticking_again_changes_nothing(harbour: World, worker: Worker) -> None:
    """The tables say what is due, so a second tick at the same moment finds nothing to do."""
    harbour.pulse("Harbour")
    for moment in (OPENS - DAY, OPENS, CLOSES):
        worker.tick(moment)
        before = content(harbour)
        worker.tick(moment)
        assert content(harbour) == before


def content(world: World) -> dict[str, list[str]]:
    """Return the rows of everything a tick writes."""
    tables = (Wave, WaveGroup, Invitation, Delivery, Release, ReleaseRow)
    return {
        table.__tablename__: sorted(repr(row) for row in world.session.execute(select(*table.__table__.columns)))
        for table in tables
    }


@pytest.mark.parametrize("late", [HOUR, 3 * DAY])
def test_a_wave_opens_late_and_closes_on_time(harbour: World, worker: Worker, late: timedelta) -> None:
    """A worker that was away shortens the time for answering, and changes no promise."""
    harbour.pulse("Harbour")
    worker.tick(OPENS - DAY)
    worker.tick(OPENS + late)
    assert first_wave(harbour).state == "open"
    assert first_wave(harbour).closes_at == CLOSES


def test_a_wave_that_was_missed_is_dropped_and_the_next_one_comes(harbour: World, worker: Worker) -> None:
    """After two weeks without a worker nobody is asked about the past."""
    harbour.pulse("Harbour")
    worker.tick(OPENS - DAY)
    worker.tick(OPENS + 10 * DAY)
    assert [wave.number for wave in harbour.session.scalars(select(Wave))] == [2]
    worker.tick(OPENS + 14 * DAY)
    assert states(harbour)[0] == "open"


def test_an_open_wave_is_released_a_week_late(harbour: World, worker: Worker) -> None:
    """Answers given in time count, whenever the worker comes back."""
    harbour.pulse("Harbour")
    worker.tick(OPENS - DAY)
    worker.tick(OPENS)
    wave = first_wave(harbour)
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 4) for _ in range(9)])
    worker.tick(CLOSES + 7 * DAY)
    participation = select(ReleaseRow.text).where(
        ReleaseRow.figure == "participation", ReleaseRow.group_id == harbour.group_of(wave, "Gates").group_id
    )
    assert harbour.session.scalar(participation) == "9 of 13"


def test_boxes_are_kept_for_the_grace_and_no_longer(harbour: World, worker: Worker) -> None:
    """The boxes go when the days that the pulse declared are over."""
    harbour.pulse("Harbour", grace_days=3)
    for moment in (OPENS, CLOSES, CLOSES + 2 * DAY):
        worker.tick(moment)
        worker.tick(moment)
    assert first_wave(harbour).state == "released"
    worker.tick(CLOSES + 3 * DAY)
    assert first_wave(harbour).state == "erased"
    assert list(harbour.vault.keys.iterdir()) == []


def test_a_stopped_pulse_opens_nothing(harbour: World, worker: Worker) -> None:
    """A wave that was scheduled before its pulse was stopped does not take place."""
    pulse = harbour.pulse("Harbour")
    worker.tick(OPENS - DAY)
    pulse.state = "stopped"
    worker.tick(OPENS)
    assert states(harbour) == ["scheduled"]


@pytest.mark.postgres
def test_two_workers_at_once_do_no_harm(harbour: World, worker: Worker, smtp_server: MailServer) -> None:
    """At every stage two workers tick at the same moment, and everything happens once."""
    harbour.pulse("Harbour")
    worker.with_mail(smtp_server.url)
    for moment in (OPENS - DAY, OPENS, OPENS + 2 * DAY, CLOSES):
        assert all(done.failures == 0 for done in together(worker, moment))
        worker.tick(moment)
    harbour.session.expire_all()
    assert harbour.session.scalar(select(func.count()).select_from(Release)) == 1
    written_to = recipients(smtp_server)
    assert len(written_to) == 2 * PEOPLE
    assert len(set(written_to)) == PEOPLE


def together(worker: Worker, moment: datetime) -> list[Done]:
    """Tick twice at the same time."""
    worker.world.session.commit()
    done: list[Done] = []
    threads = [
        threading.Thread(target=lambda: done.append(tick_once(worker.settings, moment)), name=f"worker-{number}")
        for number in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    return done


@pytest.mark.postgres
def test_one_worker_has_the_turn(harbour: World) -> None:
    """While one works the other is told to wait; afterwards the turn is free again."""
    first, second = (make_engine(harbour.settings.database_url) for _ in range(2))
    with turn(first) as mine, turn(second) as also_mine:
        assert (mine, also_mine) == (True, False)
    with turn(second) as mine:
        assert mine
    for engine in (first, second):
        engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("stage", ["opening", "closing"])
def test_a_killed_worker_leaves_nothing_half_done(harbour: World, worker: Worker, stage: str) -> None:
    """Killed at one statement after another, the next tick ends where an undisturbed one would."""
    pulse = harbour.pulse("Harbour")
    if stage == "closing":
        worker.tick(OPENS)
        worker.tick(OPENS)
        wave = first_wave(harbour)
        harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 4) for _ in range(9)])
    moment = {"opening": OPENS, "closing": CLOSES}[stage]
    statement = 3
    while worker.killed_tick(moment, statement):
        statement += 23
    assert statement > 20
    worker.tick(moment)
    wave = first_wave(harbour)
    assert wave.pulse_id == pulse.id
    if stage == "opening":
        assert wave.state == "open"
        assert harbour.session.scalar(select(func.count()).select_from(Delivery)) == PEOPLE
        seed = harbour.session.scalars(select(Invitation.seed)).first() or b""
        assert derive_code(harbour.settings.ballot_key, seed) in {
            code for unit in ("Gates", "Cranes", "Tugs", "Operations") for code in harbour.codes(wave, unit)
        }
    else:
        assert wave.state == "erased"
        assert harbour.session.scalar(select(func.count()).select_from(Release)) == 1
        assert broken_links(harbour.session, harbour.organisation_id) == []


def test_a_worker_killed_while_sending_forgets_nobody(harbour: World, worker: Worker, smtp_server: MailServer) -> None:
    """Everybody gets the invitation, and at most the one mail in hand goes out twice per death."""
    harbour.pulse("Harbour")
    worker.tick(OPENS)
    worker.tick(OPENS)
    worker.with_mail(smtp_server.url)
    deaths = sum(worker.killed_tick(OPENS + HOUR, statement) for statement in (41, 62, 77))
    assert deaths == 3
    worker.tick(OPENS + 2 * HOUR)
    written_to = recipients(smtp_server)
    assert len(set(written_to)) == PEOPLE
    assert len(written_to) <= PEOPLE + deaths
    ids = {message["Message-ID"] for message in smtp_server.messages}
    assert len(ids) == PEOPLE


def test_one_broken_pulse_does_not_stop_the_others(
    harbour: World, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    """A pulse whose time zone is gone is logged without a value, and the other one opens."""
    harbour.pulse("Gates", name="Broken", time_zone="Atlantis/Centre")
    harbour.pulse("Cranes", name="Whole")
    with caplog.at_level(logging.ERROR):
        worker.tick(OPENS)
        done = worker.tick(OPENS)
    assert done.failures == 1
    assert states(harbour)[0] == "open"
    assert "scheduling failed" in caplog.text
    assert "Atlantis" not in caplog.text


def test_old_tries_to_sign_in_are_forgotten(harbour: World, worker: Worker) -> None:
    """A day later nobody needs to know that somebody mistyped a password."""
    for number, at in enumerate((OPENS - 2 * DAY, OPENS - HOUR)):
        harbour.session.add(SignInAttempt(organisation_id=ANY_ORGANISATION, id=UUID(int=number), email_hash="x", at=at))
    worker.tick(OPENS)
    assert harbour.session.scalars(select(SignInAttempt.at)).all() == [OPENS - HOUR]


def test_a_mail_server_that_gives_up_half_way_forgets_nobody(
    harbour: World, worker: Worker, failing_smtp_server: MailServer, smtp_server: MailServer
) -> None:
    """Two mails got through; the others wait, and nobody is written to twice."""
    harbour.pulse("Harbour")
    worker.with_mail(failing_smtp_server.url).tick(OPENS)
    assert len(failing_smtp_server.messages) == 2
    worker.with_mail(smtp_server.url).tick(OPENS + HOUR)
    written_to = recipients(failing_smtp_server) + recipients(smtp_server)
    assert len(written_to) == len(set(written_to)) == PEOPLE


def test_a_mail_server_that_is_away_costs_no_attempt(harbour: World, worker: Worker, smtp_server: MailServer) -> None:
    """However long it is away, everybody is written to when it is back."""
    harbour.pulse("Harbour")
    worker.with_mail("smtp://127.0.0.1:9")
    for hours in range(10):
        worker.tick(OPENS + hours * HOUR)
    assert set(harbour.session.scalars(select(Delivery.attempts))) == {0}
    worker.with_mail(smtp_server.url).tick(OPENS + 10 * HOUR)
    assert len(recipients(smtp_server)) == PEOPLE


def test_logs_hold_neither_codes_nor_addresses(
    harbour: World, worker: Worker, failing_smtp_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even at the finest level, and not when something fails."""
    harbour.pulse("Harbour")
    with caplog.at_level(logging.DEBUG):
        worker.with_mail(failing_smtp_server.url).tick(OPENS)
    codes = {code for unit in ("Gates", "Cranes", "Tugs") for code in harbour.codes(first_wave(harbour), unit)}
    # The server of the test writes down everything that it hears.
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "mail.log")
    assert "hung up" in said
    assert "@example.org" not in said
    assert not any(code in said or show_code(code) in said for code in codes)


def test_without_a_mail_server_the_log_says_how_many_wait(
    harbour: World, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator learns what is missing."""
    harbour.pulse("Harbour")
    with caplog.at_level(logging.WARNING):
        worker.tick(OPENS)
        worker.tick(OPENS + HOUR)
    assert caplog.text.count(f"{PEOPLE} mails wait") == 1


def test_after_a_release_the_worker_answers_what_follows_from_it(harbour: World, worker: Worker) -> None:
    """The relation of every scale to the log is asked and answered without anybody pressing a button."""
    harbour.pulse("Harbour")
    for moment in (OPENS, CLOSES):
        worker.tick(moment)
    asked = select(StoredAnalysis.state).where(StoredAnalysis.kind == RELATION)
    assert list(harbour.session.scalars(asked)) == ["done"] * 3


def test_a_question_that_a_dead_worker_had_begun_is_answered(harbour: World, worker: Worker) -> None:
    """Nobody waits for it for ever."""
    harbour.pulse("Harbour")
    for moment in (OPENS, CLOSES):
        worker.tick(moment)
    for analysis in harbour.session.scalars(select(StoredAnalysis).where(StoredAnalysis.kind == RELATION)):
        analysis.state, analysis.answer = "running", ""
    worker.tick(CLOSES + HOUR)
    assert set(harbour.session.scalars(select(StoredAnalysis.state))) == {"done"}


def test_a_worker_that_is_told_to_stop_begins_nothing_new(harbour: World, worker: Worker) -> None:
    """The rest is left to whoever comes next."""
    harbour.pulse("Harbour")
    harbour.session.commit()
    engine, vault = make_engine(worker.settings.database_url), harbour.vault
    done = tick(worker.settings, engine, vault, OPENS, lambda: True)
    engine.dispose()
    assert done.steps == 0
    assert states(harbour) == []


def test_a_worker_survives_a_database_that_is_away(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    """It says so, and goes on when it is told to stop."""
    stop = threading.Event()
    broken = replace(worker.settings, database_url="sqlite:////nowhere/at/all.db")
    thread = threading.Thread(target=work_until, args=(stop, broken))
    with caplog.at_level(logging.INFO):
        thread.start()
        while "failed" not in caplog.text and thread.is_alive():
            stop.wait(0.05)
        stop.set()
        thread.join(timeout=30)
    assert not thread.is_alive()
    assert "the worker has stopped" in caplog.text
