"""How long the relation of one scale takes as the worker computes it: from a database to the stored answer.

An organisation is written straight into tables: groups, waves, release rows, and a log with about one event for each
team and wave. Then the worker is asked as after a release. Seconds are of the processor, for other work on the machine
lengthens the clock.
"""

import argparse
import resource
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from surveyapp.services.insight.answers import answer_waiting
from surveyapp.services.insight.relations import ask_relation, relation_of
from surveyapp.services.installation.databases import upgrade
from surveyapp.services.pulses.instruments import add_shipped
from surveyapp.settings import Settings
from surveyapp.store.database import make_engine
from surveyapp.store.learning import LearningEvent
from surveyapp.store.organisation import Organisation, ReportingGroup, ReportingGroupUnit, Unit
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow

FIRST = datetime(2024, 1, 5, tzinfo=UTC)
SCALE = "speaking-up"
BATCH = 50_000
TERMS: dict[str, Any] = {
    "way_in": "confidential",
    "count_min": 5,
    "item_min": 7,
    "roster_min": 7,
    "grace_days": 0,
}
Rows = Iterable[Mapping[str, Any]]


def write(engine: Engine, table: type[Any], owner: UUID, rows: Rows) -> None:
    """Insert rows of an organisation, some tens of thousands at a time."""
    made = [{"organisation_id": owner, **row} for row in rows]
    with engine.begin() as connection:
        for start in range(0, len(made), BATCH):
            connection.execute(insert(table), made[start : start + BATCH])


def found(engine: Engine, settings: Settings) -> tuple[UUID, UUID, UUID]:
    """Make the organisation, its instrument and its pulse."""
    owner, pulse, root = uuid4(), uuid4(), uuid4()
    with Session(engine) as session:
        session.add(Organisation(organisation_id=owner, name="Large", time_zone="UTC", language="en"))
        session.add(Unit(organisation_id=owner, id=root, parent_id=None, code="root", name="Large", retired_on=None))
        session.commit()
        shipped = {each.key: each for each in add_shipped(session, owner, settings.instruments)}
        instrument = shipped["speaking-up-autonomy"].id
        session.add(
            Pulse(
                organisation_id=owner,
                id=pulse,
                unit_id=root,
                instrument_id=instrument,
                name="Pulse",
                cadence_weeks=2,
                first_day=FIRST.date(),
                last_day=None,
                opens_at_minute=540,
                open_hours=96,
                time_zone="UTC",
                comments=True,
                state="running",
                **TERMS,
            )
        )
        session.commit()
    return owner, pulse, instrument


def fill(engine: Engine, settings: Settings, teams: int, waves: int) -> tuple[UUID, UUID]:
    """Write teams, released waves and a log."""
    rng = np.random.default_rng(1)
    owner, pulse, instrument = found(engine, settings)
    units, groups = [uuid4() for _ in range(teams)], [uuid4() for _ in range(teams)]
    names = [f"T{place:05}" for place in range(teams)]
    both = list(zip(units, groups, names, strict=True))
    write(
        engine,
        Unit,
        owner,
        ({"id": u, "parent_id": None, "code": n, "name": n, "retired_on": None} for u, _, n in both),
    )
    write(
        engine,
        ReportingGroup,
        owner,
        ({"id": g, "pulse_id": pulse, "quarter": "2024Q1", "unit_id": u, "series": n, "name": n} for u, g, n in both),
    )
    write(engine, ReportingGroupUnit, owner, ({"group_id": g, "unit_id": u} for u, g, _ in both))
    scores = 3.5 + rng.normal(0, 0.3, (teams, 1)) + rng.normal(0, 0.3, (teams, waves))
    for number in range(waves):
        at = FIRST + timedelta(weeks=2 * number)
        values = dict(zip(groups, scores[:, number].round(1).tolist(), strict=True))
        write_wave(engine, owner, {"pulse_id": pulse, "instrument_id": instrument}, number, values)
        write(engine, LearningEvent, owner, events(rng, units, at + timedelta(hours=96)))
    return owner, pulse


def write_wave(
    engine: Engine, owner: UUID, keys: Mapping[str, UUID], number: int, scores: Mapping[UUID, float]
) -> None:
    """Write a wave with its groups, its release and one figure of each group."""
    wave, release, at = uuid4(), uuid4(), FIRST + timedelta(weeks=2 * number)
    terms = TERMS | {
        "instrument_id": keys["instrument_id"],
        "opens_at": at,
        "closes_at": at + timedelta(hours=96),
        "attribute": "",
    }
    said = {"id": wave, "pulse_id": keys["pulse_id"], "number": number + 1, "comments": True, "state": "released"}
    write(engine, Wave, owner, [said | terms | {"boxes_kept_until": None}])
    write(
        engine,
        WaveGroup,
        owner,
        ({"wave_id": wave, "group_id": g, "slug": uuid4().hex, "roster": 8} | terms for g in scores),
    )
    row = {"wave_id": wave, "sequence": number + 1, "released_at": at, "policy": "{}", "previous_hash": "", "hash": "-"}
    write(engine, Release, owner, [row | {"id": release}])
    shown = {"release_id": release, "figure": f"scale:{SCALE}", "text": "-", "n": 7, "reason": None}
    write(
        engine,
        ReleaseRow,
        owner,
        (shown | {"group_id": g, "value": v, "low": v - 0.3, "high": v + 0.3} for g, v in scores.items()),
    )


def events(rng: np.random.Generator, units: list[UUID], close: datetime) -> Rows:
    """Draw about one event for each team in the two weeks before a close."""
    columns = {column.key: None for column in LearningEvent.__table__.columns if column.key != "organisation_id"}
    texts = dict.fromkeys(("what_happened", "surprise", "contributing", "shown_words"), "")
    fixed = columns | texts | {"mode": "named", "source": "form", "withdrawn": False}
    fixed |= dict.fromkeys(("occurred_precision", "noticed_precision", "told_precision"), "exact")
    for unit, count in zip(units, rng.poisson(1.0, len(units)).tolist(), strict=True):
        for _ in range(count):
            ours, hours = bool(rng.random() < 0.5), float(rng.uniform(1, 300))
            yield fixed | {
                "id": uuid4(),
                "unit_id": unit,
                "kind": "error" if rng.random() < 0.6 else "near_miss",
                "told_at": close - timedelta(hours=hours),
                "found_by": "own_team" if ours else "customer",
                "reached": "external" if rng.random() < 0.4 else "none",
                "voice_hours": hours / 10,
                "detection_hours": hours / 5,
            }


def main() -> None:
    """Print seconds of the processor, and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=10_000)
    parser.add_argument("--waves", type=int, default=52)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings.from_env(
            {
                "SECRET_KEY": "benchmark" * 4,
                "DATABASE_URL": f"sqlite:///{folder}/main.db",
                "VAULT_URL": f"sqlite:///{folder}/vault.db",
                "VAULT_KEYS": str(folder / "keys"),
            }
        )
        upgrade(settings)
        engine = make_engine(settings.database_url)
        owner, pulse = fill(engine, settings, options.teams, options.waves)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with Session(engine) as session:
            ask_relation(session, owner, pulse, SCALE, FIRST + timedelta(weeks=2 * options.waves))
            start = process_time()
            answer_waiting(session)
            seconds = process_time() - start
            answer = relation_of(session, owner, pulse, SCALE)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = answer.answer if answer else {}
        print(
            f"{told['n_teams']} teams, {told['n_waves']} waves, {told['asked']} questions: {seconds:.1f} s of processor"
        )
        print(f"most memory {peak:.0f} MB, of which {before:.0f} MB to make it up")
        engine.dispose()


if __name__ == "__main__":
    main()
