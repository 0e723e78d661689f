"""Reading an uploaded file in the background: a look at what it would add, and then taking it in as a whole.

A small file is read while the page waits, a large one by the worker, which says how far it is. What fails can be run
again; what was taken in is taken in once, whoever is killed in between.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, NotFound, Said, SurveyError, packed, unpacked
from surveyapp.services.installation.uploads import KeptFile, kept_file
from surveyapp.services.log.cells import Progress, Reading
from surveyapp.services.log.exchange import COLUMNS, SCOPES, Plan, apply_plan, plan_file
from surveyapp.services.log.mapping import check, reading_of, remember, to_text
from surveyapp.services.tables import BadCell, read_headings, read_table
from surveyapp.store.organisation import Organisation
from surveyapp.store.uploads import ImportJob, Upload

# What is larger is read by the worker: a page should not wait for it.
SMALL_BYTES = 300_000
BAD_SHOWN = 500
MOST_ATTEMPTS = 3
# How often the worker says how far it is.
TELLS_EVERY = timedelta(seconds=1)
LOOK, TAKE = "look", "take"
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
Key = tuple[UUID, UUID]
Writing = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a file would add, or what is wrong with it: the first bad cells of all that there are."""

    new: int
    known: int
    ignored: tuple[str, ...]
    bad: tuple[BadCell, ...]
    bad_count: int


@dataclass(frozen=True, slots=True)
class FileJob:
    """How far a file is: ``found`` is there once somebody has looked, ``failure`` says why it did not work."""

    id: UUID
    name: str
    kind: str
    reading: Reading
    step: str
    state: str
    done: int
    total: int
    found: Found | None
    failure: str

    @property
    def at_work(self) -> bool:
        """Whether it waits for the worker, or is with it."""
        return self.state in {WAITING, RUNNING}


def uploaded(session: Session, organisation_id: UUID, account_id: UUID, file_id: UUID) -> KeptFile:
    """Return an uploaded file of events, deliveries or exposure; raises NotFound for any other."""
    file = kept_file(session, organisation_id, account_id, file_id)
    if file.kind not in SCOPES:
        message = "There is no such file"
        raise NotFound(message)
    return file


def find_job(session: Session, organisation_id: UUID, account_id: UUID, file_id: UUID) -> FileJob:
    """Return how far a file is; raises NotFound when it is another account's, or nobody said how to read it yet."""
    file = uploaded(session, organisation_id, account_id, file_id)
    job = session.get(ImportJob, (organisation_id, file_id))
    if job is None:
        message = "Nobody said yet how to read this file"
        raise NotFound(message)
    said = json.loads(job.found) if job.found else {}
    reading = reading_of(job.reading)
    return FileJob(
        id=job.id,
        name=file.name,
        kind=file.kind,
        reading=reading,
        step=job.step,
        state=job.state,
        done=job.done,
        total=job.total,
        found=_found(said) if "new" in said else None,
        failure=unpacked(said.get("failure", "")),
    )


def _found(said: Mapping[str, Any]) -> Found:
    bad = tuple(BadCell(**{name: unpacked(part) for name, part in each.items()}) for each in said["bad"])
    return Found(said["new"], said["known"], tuple(said["ignored"]), bad, said["bad_count"])


def begin_look(
    session: Session, organisation_id: UUID, account_id: UUID, file_id: UUID, reading: Reading, now: datetime
) -> bool:
    """Say how a file is to be read and ask for a look at it; returns whether that is soon done.

    Raises
    ------
    Invalid
        When the reading cannot be.
    Conflict
        While the file is being taken in, or after that.
    """
    file = uploaded(session, organisation_id, account_id, file_id)
    before = session.get(ImportJob, (organisation_id, file_id))
    if before is not None and (before.step == TAKE and before.state != FAILED):
        message = "This file is taken in already; choose it again to read it otherwise"
        raise Conflict(message)
    check(reading, file.kind, [each.name for each in read_headings(file.content, COLUMNS[file.kind])])
    remember(session, organisation_id, file.kind, reading, now)
    session.merge(
        ImportJob(
            organisation_id=organisation_id,
            id=file_id,
            reading=to_text(reading),
            step=LOOK,
            state=WAITING,
            done=0,
            total=0,
            attempts=0,
            found="",
            asked_at=now,
            finished_at=None,
        )
    )
    session.commit()
    return len(file.content) <= SMALL_BYTES


def begin_take(session: Session, organisation_id: UUID, account_id: UUID, file_id: UUID, now: datetime) -> bool:
    """Ask for taking in what somebody looked at; returns whether that is soon done.

    Raises
    ------
    Conflict
        When nobody has looked yet, or something is to be put right first.
    """
    file, job = uploaded(session, organisation_id, account_id, file_id), _job(session, (organisation_id, file_id))
    found = find_job(session, organisation_id, account_id, file_id).found
    if job.step == TAKE and job.state != FAILED:
        # Whoever presses twice is shown how far it is.
        return False
    if found is None or found.bad_count:
        message = "Look at the file first: nothing is taken in before everything in it is good"
        raise Conflict(message)
    job.step, job.state, job.attempts, job.done, job.asked_at = TAKE, WAITING, 0, 0, now
    session.commit()
    return len(file.content) <= SMALL_BYTES


def run_again(session: Session, organisation_id: UUID, account_id: UUID, file_id: UUID, now: datetime) -> bool:
    """Ask once more for what failed; returns whether that is soon done. Anything else stays as it is."""
    file, job = uploaded(session, organisation_id, account_id, file_id), _job(session, (organisation_id, file_id))
    if job.state != FAILED:
        return False
    job.state, job.attempts, job.done, job.asked_at = WAITING, 0, 0, now
    session.commit()
    return len(file.content) <= SMALL_BYTES


def waiting_jobs(session: Session, _now: datetime) -> list[Key]:
    """Return the files that wait for the worker, or were with one that is no more; the longest waiting first."""
    rows = session.execute(
        select(ImportJob.organisation_id, ImportJob.id)
        .where(
            ImportJob.organisation_id.in_(select(Organisation.organisation_id)),
            ImportJob.state.in_((WAITING, RUNNING)),
        )
        .order_by(ImportJob.asked_at, ImportJob.id)
    )
    return [(organisation_id, file_id) for organisation_id, file_id in rows]


def run_job(reading: Session, writing: Writing, key: Key, now: datetime, clock: Callable[[], datetime]) -> None:
    """Do what was asked for with a file.

    Parameters
    ----------
    reading : Session
        For reading the file, which may take a while; nothing is locked by it.
    writing : callable
        Opens a session that writes, for moments only.
    now : datetime
        The moment that counts as the present for what is in the file.
    clock : callable
        Tells the time, so that progress is told at a steady pace.
    """
    with writing() as session:
        if not _claim(session, key):
            return
    try:
        plan = _plan(reading, key, now, _teller(writing, key, clock))
        reading.rollback()
        with writing() as session:
            _finish(session, key, plan, now)
    except Exception as error:
        reading.rollback()
        with writing() as session:
            session.rollback()
            _fail(session, key, error)
        raise


def _claim(session: Session, key: Key) -> bool:
    """Take a file on; one that killed its worker again and again is given up."""
    job = session.get(ImportJob, key)
    if job is None or job.state not in {WAITING, RUNNING}:
        return False
    job.attempts += 1
    job.state = RUNNING if job.attempts <= MOST_ATTEMPTS else FAILED
    if job.state == FAILED:
        job.found = _with_failure(
            job, Said("it was begun {times} times and never came to its end", times=MOST_ATTEMPTS)
        )
    session.commit()
    return job.state == RUNNING


def _plan(session: Session, key: Key, now: datetime, progress: Progress) -> Plan:
    upload, job = session.get_one(Upload, key), _job(session, key)
    reading = reading_of(job.reading)
    table = read_table(upload.content, COLUMNS[upload.kind], reading.columns)
    return plan_file(session, key[0], upload.kind, table, reading, now=now, progress=progress)


def _teller(writing: Writing, key: Key, clock: Callable[[], datetime]) -> Progress:
    """Return what writes down how far it is, once in a while."""
    last = clock() - TELLS_EVERY

    def tell(done: int, total: int) -> None:
        nonlocal last
        if clock() - last < TELLS_EVERY:
            return
        last = clock()
        with writing() as session:
            if job := session.get(ImportJob, key):
                job.done, job.total = done, total
                session.commit()

    return tell


def _finish(session: Session, key: Key, plan: Plan, now: datetime) -> None:
    """Write down what was found and take it in if that was asked for, in one transaction."""
    job, upload = _job(session, key), session.get_one(Upload, key)
    found = Found(len(plan.new), plan.known, plan.ignored, plan.bad[:BAD_SHOWN], len(plan.bad))
    rows = len(plan.new) + plan.known
    kept = asdict(found) | {"bad": [{name: packed(part) for name, part in asdict(each).items()} for each in found.bad]}
    job.state, job.done, job.total, job.found, job.finished_at = DONE, rows, rows, json.dumps(kept), now
    if job.step == TAKE and not plan.bad:
        # The file has served its purpose; how it went is shown for a day.
        upload.content = b""
        session.flush()
        apply_plan(session, key[0], upload.kind, plan)
    elif job.step == TAKE:
        # What was good when somebody looked need not be any more; they look again.
        job.step = LOOK
    session.commit()


def _fail(session: Session, key: Key, error: Exception) -> None:
    job = session.get(ImportJob, key)
    if job is not None:
        # Only our own words are safe to repeat; others may quote what is in the file.
        job.state = FAILED
        job.found = _with_failure(job, error.message if isinstance(error, SurveyError) else type(error).__name__)
        session.commit()


def _with_failure(job: ImportJob, failure: str) -> str:
    return json.dumps((json.loads(job.found) if job.found else {}) | {"failure": packed(failure)})


def _job(session: Session, key: Key) -> ImportJob:
    job = session.get(ImportJob, key)
    if job is None:
        message = "Nobody said yet how to read this file"
        raise NotFound(message)
    return job
