"""Import a roster of 50,000 people into an empty organisation, again unchanged, and again with one in ten moved.

Run it from the repository: ``python benchmarks/roster.py [PEOPLE]``.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from surveyapp.services.installation.databases import upgrade
from surveyapp.services.roster.importing import apply, plan, read_roster
from surveyapp.services.tables import write_csv
from surveyapp.settings import Settings
from surveyapp.store.database import make_engine, writing
from surveyapp.store.organisation import Organisation

TEAM = 9
MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def roster_file(people: int, moved: Callable[[int], bool] = lambda _: False) -> bytes:
    """Write a complete roster file; people for whom ``moved`` is true sit one team further."""
    rows: list[tuple[str, ...]] = [("person_id", "name", "email", "unit", "lead")]
    for number in range(people):
        team = number // TEAM + moved(number)
        path = f"Works / Division {team // 500} / Department {team // 25} / Team {team}"
        lead = "yes" if number % TEAM == 0 else "no"
        rows.append((f"P{number}", f"Person {number}", f"p{number}@example.org", path, lead))
    return write_csv(rows)


def measure(session: Session, organisation_id: UUID, label: str, content: bytes) -> None:
    """Import one file and print what each step took."""
    busy, marks = time.process_time(), [time.perf_counter()]
    table = read_roster(content)
    marks.append(time.perf_counter())
    found = plan(session, organisation_id, table, MONDAY, complete=True)
    marks.append(time.perf_counter())
    apply(session, organisation_id, found, NOON)
    marks.append(time.perf_counter())
    steps = ", ".join(f"{after - before:.2f}" for before, after in pairwise(marks))
    print(f"{label}: {marks[-1] - marks[0]:.2f} s (read, plan, apply: {steps})", end="; ")
    print(f"{time.process_time() - busy:.2f} s of the processor; {found.summary}")


def main() -> None:
    """Measure three imports on SQLite as an installation configures it."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"SECRET_KEY": "k" * 32, "INSTANCE": str(Path(folder))})
        upgrade(settings)
        with Session(writing(make_engine(settings.database_url))) as session:
            organisation_id = uuid4()
            session.add(
                Organisation(organisation_id=organisation_id, name="Works", time_zone="Europe/Berlin", language="en")
            )
            session.commit()
            same = roster_file(people)
            measure(session, organisation_id, "first", same)
            measure(session, organisation_id, "again", same)
            measure(session, organisation_id, "moved", roster_file(people, lambda number: number % 10 == 0))


if __name__ == "__main__":
    main()
