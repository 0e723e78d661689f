"""How long the nightly work on one scale takes: from a database to the stored lines, relations and measures.

The steps are those of the worker, in its order, in the first night after all waves but one, in which everything is
read from rows, and in the night after the last wave. Beside them stands what no program that reads all rows can go
below: the same columns read by the bare driver into arrays. Filling runs in a process of its own, so that its memory
is not counted. Seconds are of the processor, for other work on the machine lengthens the clock, which stands beside it.
"""

import argparse
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from sqlalchemy import Engine, func, make_url, select
from sqlalchemy.orm import Session

from benchmarks.deposits import databases
from benchmarks.large import Size, begin, close_of, go_on
from surveyapp import jobs
from surveyapp.settings import Settings
from surveyapp.store.database import make_engine
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.releases import TeamLine
from surveyapp.vault.doors import open_whole

STEPS = ("drawing lines", "asking about relations", "analysing", "measuring")
# What lines and relations cannot do without, as one select for each table.
FLOOR = (
    "SELECT release_id, group_id, value, low, high, n FROM release_row WHERE value IS NOT NULL",
    "SELECT wave_id, group_id, roster FROM wave_group",
    "SELECT unit_id, told_at, kind, found_by, reached, severity, detection_hours, voice_hours FROM learning_event",
    "SELECT unit_id, delivered_at, planned, rework_of FROM work_delivery",
)


def timed(what: str, work: Callable[[], object]) -> float:
    """Run, and print and return the seconds of the processor."""
    wall, start = perf_counter(), process_time()
    work()
    spent = process_time() - start
    print(f"{what:<64} {spent:8.2f} s  {perf_counter() - wall:8.2f} s by the clock  {peak():6.0f} MB", flush=True)
    return spent


def peak() -> float:
    """Return the most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_with_driver(path: str) -> None:
    """Read the columns with the bare driver, numbers into arrays."""
    connection = sqlite3.connect(path)
    for statement in FLOOR:
        columns = zip(*connection.execute(statement), strict=True)
        [np.array(column) for column in columns if isinstance(column[0], float)]
    connection.close()


@contextmanager
def settings_for(kind: str, folder: Path) -> Iterator[Settings]:
    """Give the settings of an installation on a kind of database."""
    with databases(kind, folder) as (main, vault, _):
        known = {"DATABASE_URL": main, "VAULT_URL": vault, "VAULT_KEYS": str(folder / "keys")}
        yield Settings.from_env(known | {"SECRET_KEY": "benchmark" * 4})


@contextmanager
def filler(settings: Settings, size: Size) -> Iterator[Callable[[int], None]]:
    """Give what fills the database with so many more waves, in another process, and says how many rows there are."""
    with get_context("spawn").Pool(1) as pool:
        pool.apply(begin, (settings, size))

        def fill(waves: int) -> None:
            start = perf_counter()
            rows = pool.apply(go_on, (waves,))
            told = ", ".join(f"{count:,} {name}" for name, count in rows.items())
            print(f"filled in {perf_counter() - start:.0f} s: {told}", flush=True)

        yield fill


def run_steps(settings: Settings, engine: Engine, waves: int, wanted: list[str]) -> float:
    """Do what the worker does after the last release."""
    work = jobs.Work(settings, engine, open_whole(settings), close_of(waves) + timedelta(hours=1), lambda: False)
    total = 0.0
    for step in jobs.STEPS:
        if step.name in wanted:
            total += timed(step.name, lambda step=step: do(work, step))  # type: ignore[misc]
    return total


def do(work: jobs.Work, step: jobs.Step) -> None:
    """Find what is due, and do it."""
    with Session(work.engine) as session:
        keys = step.find(session, work.now)
    for key in keys:
        with work.writing() as session:
            step.do(work, session, key)


def outcome(engine: Engine) -> str:
    """Say what was stored."""
    with Session(engine) as session:
        lines = session.scalar(select(func.count()).select_from(TeamLine))
        states = session.execute(select(StoredAnalysis.state, func.count()).group_by(StoredAnalysis.state)).all()
    return f"{lines:,} lines; answers " + ", ".join(f"{state} {count:,}" for state, count in states)


def main() -> None:
    """Fill a database, run the nightly work, and print seconds and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--teams", type=int, default=10_000)
    parser.add_argument("--waves", type=int, default=52)
    parser.add_argument("--steps", nargs="+", default=list(STEPS), choices=STEPS)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        settings_for(options.kind, Path(name)) as settings,
        filler(settings, Size(options.teams, options.waves)) as fill,
    ):
        engine = make_engine(settings.database_url)
        released = 0
        for night, waves in (("the first night", options.waves - 1), ("after one more wave", 1)):
            fill(waves)
            print(night)
            released += waves
            total = run_steps(settings, engine, released, options.steps)
            print(f"{'in all':<64} {total:8.2f} s; {outcome(engine)}", flush=True)
        if options.kind == "sqlite":
            path = make_url(settings.database_url).database or ""
            timed("beside: the same columns read by sqlite3 alone", lambda: read_with_driver(path))
        engine.dispose()


if __name__ == "__main__":
    main()
