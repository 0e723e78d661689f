"""Programmes without any effect, taken through the product: and what it says of them in the end.

People answer, the release policy codes what is published, released rows are stored, a plan is registered, the worker
compares, and the verdict is the one that the page shows. Only boxes and mails are left out.
`python -m tests.simulation.programmes 1000` prints the table.
"""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import create_engine, delete, insert
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from surveyapp.services.insight.advice import Wish, ask_advice, find_advice, register_advised
from surveyapp.services.insight.answers import answer_waiting
from surveyapp.services.insight.comparisons import comparison_of, family_of
from surveyapp.services.insight.plans import DRAWN, LOW
from surveyapp.services.insight.verdicts import Verdict, verdict_of
from surveyapp.services.pulses.instruments import add_shipped
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import organisation
from surveyapp.store.base import Base
from surveyapp.store.interventions import InterventionVersion
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.organisation import AuditEntry, Organisation, ReportingGroup, ReportingGroupUnit, Unit
from surveyapp.store.pulses import TERMS, Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow
from surveyapp.store.tables import metadata
from tests.simulation.worlds import BASE, DRIFT, STRONG, released

Floats = NDArray[np.float64]
INSTRUMENTS = Path(__file__).parents[2] / "instruments"
OWNER, PULSE = UUID(int=1), UUID(int=2)
CADENCE = timedelta(weeks=2)
FIRST = datetime(2025, 1, 6, 12, tzinfo=UTC)
SCALE, ROSTER = "speaking-up", 12
GIVEN = {"way_in": "confidential", "count_min": 5, "item_min": 7, "roster_min": 7, "grace_days": 0, "comments": False}


@dataclass(frozen=True)
class Programme:
    """Teams chosen on the last of the waves before the start, and the reason that is registered for it."""

    recipe: Recipe
    chosen: str
    lowest: int = 8
    before: int = 6


LARGE = (7, 16)
PROGRAMMES = {
    "lowest 8 of 40, registered as chosen low": Programme(replace(BASE, sizes=LARGE), LOW),
    "the same, strong shocks": Programme(replace(STRONG, sizes=LARGE), LOW),
    "the same, the organisation drifts": Programme(replace(DRIFT, sizes=LARGE), LOW),
    "lowest 16 of 40, drawn who starts first": Programme(replace(BASE, sizes=LARGE), DRAWN, lowest=16),
}


@contextmanager
def product(recipe: Recipe) -> Iterator[Session]:
    """Give a database with an organisation whose waves have been released, without figures so far."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Organisation(organisation_id=OWNER, name="Harbour", time_zone="UTC", language="en"))
        session.commit()
        instrument = next(
            each.id for each in add_shipped(session, OWNER, INSTRUMENTS) if each.key == "speaking-up-autonomy"
        )
        for rows in _rows(recipe, instrument):
            session.add_all(rows)
            session.flush()
        session.commit()
        yield session
    engine.dispose()


def _rows(recipe: Recipe, instrument: UUID) -> Iterator[list[Base]]:
    own = {"organisation_id": OWNER}
    teams, waves = range(recipe.teams), range(recipe.waves)
    yield [Unit(**own, id=OWNER, parent_id=None, code="all", name="All", retired_on=None)]
    yield [Unit(**own, id=unit_of(team), parent_id=OWNER, code=f"{team}", name=f"{team}") for team in teams]
    terms = GIVEN | {"instrument_id": instrument}
    yield [
        Pulse(
            **own,
            **terms,
            id=PULSE,
            name="Check",
            unit_id=OWNER,
            cadence_weeks=2,
            first_day=FIRST.date(),
            opens_at_minute=0,
            open_hours=96,
            time_zone="UTC",
            state="running",
        )
    ]
    yield [
        ReportingGroup(
            **own,
            id=unit_of(team),
            pulse_id=PULSE,
            quarter="a",
            unit_id=unit_of(team),
            series=f"{team}",
            name=f"{team}",
        )
        for team in teams
    ]
    yield [ReportingGroupUnit(**own, group_id=unit_of(team), unit_id=unit_of(team)) for team in teams]
    rounds = [
        Wave(
            **own,
            **terms,
            id=wave_of(wave),
            pulse_id=PULSE,
            number=wave + 1,
            opens_at=closed(wave) - timedelta(hours=96),
            closes_at=closed(wave),
            state="released",
        )
        for wave in waves
    ]
    yield list(rounds)
    yield [_group(wave, team) for team in teams for wave in rounds]
    yield [
        Release(
            **own,
            id=wave_of(wave),
            wave_id=wave_of(wave),
            sequence=wave + 1,
            released_at=closed(wave),
            policy="{}",
            previous_hash="",
            hash="",
        )
        for wave in waves
    ]


def _group(wave: Wave, team: int) -> WaveGroup:
    terms = {name: getattr(wave, name) for name in TERMS}
    slug = f"{team}-{wave.number}"
    return WaveGroup(**terms, organisation_id=OWNER, wave_id=wave.id, group_id=unit_of(team), slug=slug, roster=ROSTER)


def unit_of(team: int) -> UUID:
    """Return the id of a team."""
    return UUID(int=1000 + team)


def wave_of(wave: int) -> UUID:
    """Return the id of a wave."""
    return UUID(int=100 + wave)


def closed(wave: int) -> datetime:
    """Return when a wave closed."""
    return FIRST + wave * CADENCE


def publish(session: Session, values: Floats) -> None:
    """Put the released figures of another organisation in place, and forget what was registered."""
    for table in (ReleaseRow, StoredAnalysis, InterventionVersion, AuditEntry):
        session.execute(delete(table))
    rows = [
        {
            "organisation_id": OWNER,
            "release_id": wave_of(wave),
            "group_id": unit_of(team),
            "figure": f"scale:{SCALE}",
            "text": f"{values[team, wave]:.1f}",
            "value": values[team, wave],
            "low": 1.0,
            "high": 5.0,
            "n": 8,
        }
        for team, wave in np.argwhere(np.isfinite(values)).tolist()
    ]
    session.execute(insert(ReleaseRow), rows)
    session.commit()


def said_of(session: Session, programme: Programme, values: Floats) -> Verdict:
    """Register the programme at its start, and return what the page says after its end."""
    publish(session, values)
    last = values[:, programme.before - 1]
    order = [team for team in np.argsort(last, kind="stable").tolist() if math.isfinite(last[team])]
    advice_id = ask_advice(session, OWNER, wish(programme, order[: programme.lowest]), closed(programme.before - 1))
    answer_waiting(session)
    units = {OWNER, *map(unit_of, range(programme.recipe.teams))}
    advice = find_advice(session, OWNER, advice_id, units)
    known = register_advised(session, OWNER, advice, account_id=None, now=closed(programme.before - 1))
    answer_waiting(session)
    return verdict_of(comparison_of(session, OWNER, known).answer, family_of(session, OWNER).of(known))


def wish(programme: Programme, teams: list[int]) -> Wish:
    """Return the plan as a coach would type it."""
    start, end = (_day_after(wave) for wave in (programme.before - 1, programme.recipe.waves - 1))
    return Wish(
        title="Coaching",
        what="An hour every other week",
        pulse_id=PULSE,
        scale=SCALE,
        chosen=programme.chosen,
        why="They were the lowest",
        selection_wave=programme.before,
        start=start,
        teams=[unit_of(team) for team in teams],
        later=end if programme.chosen == DRAWN else None,
        later_teams=(),
        compared_with=(),
        planned_end=end + timedelta(days=1),
    )


def _day_after(wave: int) -> date:
    return closed(wave).date() + timedelta(days=1)


def verdicts(programme: Programme, runs: int, seed: int) -> dict[Verdict, int]:
    """Count what is said of organisations in which nobody was helped."""
    said = dict.fromkeys(Verdict, 0)
    with product(programme.recipe) as session:
        for run in range(runs):
            rng = np.random.default_rng([seed, run])
            said[said_of(session, programme, released(organisation(rng, programme.recipe), rng))] += 1
    return said


def claims(said: dict[Verdict, int]) -> int:
    """Count those of which a change was claimed, in whichever direction."""
    return said[Verdict.ROSE] + said[Verdict.FELL]


def row(name: str, said: dict[Verdict, int], show: Callable[[str], object]) -> None:
    """Print a line of the table."""
    runs = sum(said.values())
    rate = claims(said) / runs
    error = math.sqrt(rate * (1 - rate) / runs)
    counts = " | ".join(str(said[each]) for each in (Verdict.ROSE, Verdict.FELL, Verdict.SMALL, Verdict.OPEN))
    show(f"| {name} | {100 * rate:.1f} % | {100 * error:.1f} | {counts} | {runs} |\n")


if __name__ == "__main__":
    for place, (title, each) in enumerate(PROGRAMMES.items()):
        row(title, verdicts(each, int(sys.argv[1]), place), sys.stdout.write)
        sys.stdout.flush()
