"""What happens by itself: waves are scheduled, opened, reminded of, closed and released, and mail goes out.

The tables say what is due, so that a tick may come late, come twice or be killed at any point: the next one finds what
is left to do. One worker at a time takes the turn; mails are claimed one by one.
"""

import fcntl
import logging
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from threading import Event
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.errors import SurveyError
from surveyapp.mail.delegations import write_notice
from surveyapp.mail.letters import write_invitation
from surveyapp.mail.post import NotTaken, PostOffice
from surveyapp.mail.replies import write_reply_reminder
from surveyapp.services import deliveries
from surveyapp.services.delegation import reminding
from surveyapp.services.insight.answers import answer_waiting, ask_relations, prepare_waiting
from surveyapp.services.insight.comparisons import ask_comparisons
from surveyapp.services.insight.measuring import due_organisations, keep_measured, measured
from surveyapp.services.insight.relations import due_relations
from surveyapp.services.installation import tidying
from surveyapp.services.installation.uploads import forget_files
from surveyapp.services.log import file_jobs
from surveyapp.services.log.exchange import forget_requests
from surveyapp.services.log.purging import forget_reporters
from surveyapp.services.pulses import due
from surveyapp.services.pulses.waves import close_wave, open_wave, schedule_next
from surveyapp.services.replies import reminding as missing_replies
from surveyapp.services.results.drawing import draw_lines, keep_numbers, pulses_to_draw
from surveyapp.services.results.releasing import release_wave
from surveyapp.settings import Settings
from surveyapp.store.database import empty_log, make_engine, writing
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.vault.doors import Vault, open_whole

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 30
LOOKS_EVERY_SECONDS = 2
# The number under which workers on PostgreSQL agree on whose turn it is; any would do.
TURN = 7_316_552_871
MAILS_PER_TICK = 200
FAILURES_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Work:
    """What a tick works on, and the moment that it takes for the present."""

    settings: Settings
    engine: Engine
    vault: Vault
    now: datetime
    stopping: Callable[[], bool]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that takes the write lock before it reads."""
        with Session(writing(self.engine)) as session:
            yield session


@dataclass(frozen=True, slots=True)
class Done:
    """What a tick did; ``busy`` when another worker had the turn, ``more`` when mails are left that could go now."""

    steps: int
    failures: int
    sent: int
    busy: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of work: how to find what is due, and how to do one of it."""

    name: str
    find: Callable[[Session, datetime], list[due.Key]]
    do: Callable[[Work, Session, due.Key], object]


def tick(
    settings: Settings, engine: Engine, vault: Vault, now: datetime, stopping: Callable[[], bool] = lambda: False
) -> Done:
    """Do everything that is due.

    Parameters
    ----------
    settings : Settings
        What the installation chose.
    engine : Engine
        The main database, as ``make_engine`` returns it.
    vault : Vault
        The handle on the vault.
    now : datetime
        The moment that counts as the present.
    stopping : callable
        Asked between two pieces of work; when it says yes, the rest is left to the next tick.
    """
    work = Work(settings, engine, vault, now, stopping)
    with turn(engine) as mine:
        counts = [_run(work, step) for step in STEPS] if mine else []
    sent, more = _send(work)
    # What was deleted is gone from the database at once, and from its log now.
    empty_log(engine)
    return Done(sum(done for done, _ in counts), sum(failed for _, failed in counts), sent, not mine, more)


@contextmanager
def turn(engine: Engine) -> Iterator[bool]:
    """Say whether this worker may work: one at a time, and a dead one gives the turn back."""
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database:
        with _file_turn(Path(f"{database}.turn")) as mine:
            yield mine
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(TURN))))
        try:
            yield mine
        finally:
            if mine:
                connection.scalar(select(func.pg_advisory_unlock(TURN)))


@contextmanager
def _file_turn(path: Path) -> Iterator[bool]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def _run(work: Work, step: Step) -> tuple[int, int]:
    """Do one kind of work; what fails is logged and does not keep the rest from being done."""
    done = failed = 0
    try:
        with Session(work.engine) as session:
            keys = step.find(session, work.now)
    except Exception as error:  # noqa: BLE001  # The other steps go on, and the next tick tries again.
        _log_failure(step.name, None, error)
        return 0, 1
    for key in keys:
        if work.stopping():
            break
        try:
            with work.writing() as session:
                step.do(work, session, key)
            done += 1
        except Exception as error:  # noqa: BLE001  # One pulse that fails must not stop the others.
            _log_failure(step.name, key, error)
            failed += 1
    return done, failed


def _log_failure(name: str, key: due.Key | None, error: Exception) -> None:
    """Log what failed and where; only our own messages are safe to repeat, others may quote values."""
    what = error.message if isinstance(error, SurveyError) else _places(error)
    logger.error("%s failed for %s: %s: %s", name, key[1] if key else "all", type(error).__name__, what)


def _places(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return ", ".join(f"{frame.name} at {Path(frame.filename).name}:{frame.lineno}" for frame in frames)


def _schedule(work: Work, session: Session, key: due.Key) -> None:
    schedule_next(session, session.get_one(Pulse, key), work.now)


def _drop(_work: Work, session: Session, key: due.Key) -> None:
    logger.warning("wave %s was never opened and is dropped", key[1])
    due.drop_wave(session, session.get_one(Wave, key))


def _open(work: Work, session: Session, key: due.Key) -> None:
    open_wave(session, work.vault, work.settings.ballot_key, session.get_one(Wave, key))
    logger.info("wave %s is open", key[1])
    _say_what_waits(work, session, key[0])


def _remind(work: Work, session: Session, key: due.Key) -> None:
    wave = session.get_one(Wave, key)
    queued = deliveries.queue_reminders(session, work.vault, work.settings.ballot_key, wave, work.now)
    # How many there are is not said: it would tell how many have answered.
    if queued and not work.settings.mail_url:
        logger.warning("MAIL_URL is not set, so nobody is reminded")


def _say_what_waits(work: Work, session: Session, organisation_id: UUID) -> None:
    if not work.settings.mail_url:
        waiting = deliveries.count_queue(session, organisation_id, work.now).waiting
        logger.warning("MAIL_URL is not set, so nobody is invited: %d mails wait", waiting)


def _close(work: Work, session: Session, key: due.Key) -> None:
    close_wave(session, session.get_one(Wave, key), work.now)
    logger.info("wave %s is closed", key[1])


def _release(work: Work, session: Session, key: due.Key) -> None:
    wave = session.get_one(Wave, key)
    # Asked before and answered after the release, so that a crash between the two forgets no question.
    ask_relations(session, wave.organisation_id, wave.pulse_id, work.now)
    ask_comparisons(session, wave.organisation_id, wave.pulse_id, work.now)
    release_wave(session, work.vault, wave, work.now)
    logger.info("wave %s is released", key[1])


def _relate(work: Work, session: Session, key: due.Key) -> None:
    ask_relations(session, *key, work.now)


def _analyse(work: Work, session: Session, _key: due.Key) -> None:
    """Compute without holding the write lock, which pages wait for, longer than for moments."""
    tidying.resume_analyses(session)
    prepare_waiting(session)
    session.rollback()
    with Session(work.engine) as computing:
        answer_waiting(computing)


def _draw(work: Work, session: Session, key: due.Key) -> None:
    keep_numbers(session, *key)
    session.rollback()
    with Session(work.engine) as computing:
        draw_lines(computing, *key, work.now)


def _measure(work: Work, session: Session, key: due.Key) -> None:
    """Compute while nothing is locked, and take the write lock, which pages wait for, only to keep what was found."""
    with Session(work.engine) as reading:
        found = measured(reading, key[0], work.now)
    keep_measured(session, key[0], found, work.now)


def _read_file(work: Work, session: Session, key: due.Key) -> None:
    """Read an uploaded file without holding the write lock, which pages wait for, longer than for moments."""
    session.rollback()
    with Session(work.engine) as reading:
        file_jobs.run_job(reading, work.writing, key, work.now, clock.now)


def _give_up(work: Work, session: Session, key: due.Key) -> None:
    deliveries.give_up_the_dead(session, key[0], work.now)


def _forget(work: Work, session: Session, _key: due.Key) -> None:
    tidying.forget_sign_ins(session, work.now)
    forget_files(session, work.now)
    forget_reporters(session, work.now)
    forget_requests(session, work.now)


def _tell(work: Work, session: Session, key: due.Key) -> None:
    """Send what is due about one delegation; without a mail server the pages say it all."""
    if not work.settings.mail_url:
        return
    with Session(work.engine) as reading:
        letters = reminding.letters_due(reading, key, work.now)
    for letter in letters:
        sent = letter.usable and _post(work, partial(write_notice, letter))
        reminding.note_sent(session, letter, work.now, sent=sent)


def _post(work: Work, write: Callable[[str, str, datetime], EmailMessage]) -> bool:
    """Send one mail; one that is refused for good is given up, and a server that is away is asked again later."""
    settings = work.settings
    try:
        with PostOffice(settings.mail_url) as office:
            office.send(write(settings.base_url, settings.mail_from, work.now))
    except NotTaken as error:
        if not error.for_good:
            raise
        return False
    return True


def _remind_of_reply(work: Work, session: Session, key: due.Key) -> None:
    """Remind managers of replies that are missing; without a mail server the pages say it."""
    if not work.settings.mail_url:
        return
    with Session(work.engine) as reading:
        letters = missing_replies.letters_due(reading, key)
    for letter in letters:
        mail = partial(write_reply_reminder, letter)
        missing_replies.note_sent(session, letter, work.now, sent=_post(work, mail))


STEPS = (
    Step("dropping a missed wave", due.waves_to_drop, _drop),
    Step("scheduling", due.pulses_to_schedule, _schedule),
    Step("opening", due.waves_to_open, _open),
    Step("reminding", due.open_waves, _remind),
    Step("closing", due.waves_to_close, _close),
    Step("releasing", due.waves_to_release, _release),
    Step("drawing lines", pulses_to_draw, _draw),
    Step("asking about relations", due_relations, _relate),
    Step("analysing", due.once, _analyse),
    Step("telling about delegations", reminding.with_notices, _tell),
    Step("reminding of replies", missing_replies.waves_to_remind_of, _remind_of_reply),
    Step("measuring", due_organisations, _measure),
    Step("reading a file", file_jobs.waiting_jobs, _read_file),
    Step("giving up mails", due.organisations, _give_up),
    Step("forgetting", due.once, _forget),
)


def _send(work: Work) -> tuple[int, bool]:
    """Send what waits, and say how many mails went out and whether more could go at once."""
    if not work.settings.mail_url:
        return 0, False
    with Session(work.engine) as session:
        waiting = {
            organisation_id: deliveries.due_deliveries(session, organisation_id, work.now, MAILS_PER_TICK)
            for organisation_id, _ in due.organisations(session, work.now)
        }
    queue = [(organisation_id, each) for organisation_id, ids in waiting.items() for each in ids]
    if not queue:
        return 0, False
    try:
        with PostOffice(work.settings.mail_url) as office:
            return _send_all(work, office, queue)
    except NotTaken as error:
        logger.warning("mails wait: %s", error)
        return 0, False


def _send_all(work: Work, office: PostOffice, queue: list[tuple[UUID, UUID]]) -> tuple[int, bool]:
    sent = in_a_row = 0
    for organisation_id, delivery_id in queue:
        if work.stopping() or in_a_row >= FAILURES_IN_A_ROW:
            return sent, False
        taken = _send_one(work, office, organisation_id, delivery_id)
        sent += taken is True
        in_a_row = in_a_row + 1 if taken is False else 0
    return sent, len(queue) >= MAILS_PER_TICK and sent > 0


def _send_one(work: Work, office: PostOffice, organisation_id: UUID, delivery_id: UUID) -> bool | None:
    """Send one mail; None stands for one that was no longer there to send."""
    settings = work.settings
    with work.writing() as session:
        letter = deliveries.claim(session, work.vault, settings.ballot_key, organisation_id, delivery_id, work.now)
    if letter is None:
        return None
    # No transaction is open while the mail server takes its time.
    try:
        office.send(write_invitation(letter, settings.base_url, settings.mail_from, work.now))
    except NotTaken as error:
        logger.warning("delivery %s failed at attempt %d: %s", delivery_id, letter.attempt, error)
        with work.writing() as session:
            deliveries.record_failure(session, letter, str(error), work.now, for_good=error.for_good)
        # An address that is refused says nothing about the next one.
        return None if error.for_good else False
    with work.writing() as session:
        deliveries.record_sent(session, letter)
    return True


def _pause(stop: Event, engine: Engine) -> None:
    """Wait for the next tick, or until somebody uploads a file and looks at its progress."""
    for _ in range(PAUSE_SECONDS // LOOKS_EVERY_SECONDS):
        if stop.wait(LOOKS_EVERY_SECONDS):
            return
        with suppress(DBAPIError), Session(engine) as session:
            if file_jobs.waiting_jobs(session, clock.now()):
                return


def work_until(stop: Event, settings: Settings) -> None:
    """Tick every half minute until told to stop; a piece of work that was begun is brought to its end."""
    engine, vault = make_engine(settings.database_url), open_whole(settings)
    logger.info("the worker is running")
    while not stop.is_set():
        more = False
        try:
            more = tick(settings, engine, vault, clock.now(), stop.is_set).more
        except Exception as error:  # noqa: BLE001  # A database that is away for a while comes back.
            _log_failure("a tick", None, error)
        if not more:
            _pause(stop, engine)
    engine.dispose()
    vault.engine.dispose()
    logger.info("the worker has stopped")
