"""A large organisation written straight into tables: teams, groups of every quarter, released waves, and a log.

Nothing of it was ever answered: the nightly work starts from release rows, and half a million of them take a minute to
write and hours to answer. The seed is fixed, ids included.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from surveyapp.services.installation.databases import upgrade
from surveyapp.services.pulses.instruments import add_shipped
from surveyapp.settings import Settings
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import climate
from surveyapp.store.database import make_engine
from surveyapp.store.learning import LearningEvent
from surveyapp.store.organisation import Organisation, ReportingGroup, ReportingGroupUnit, Unit
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow
from surveyapp.store.reviews import WorkDelivery

FIRST = datetime(2024, 1, 5, tzinfo=UTC)
OPEN, CADENCE, QUARTER = timedelta(hours=96), timedelta(weeks=2), timedelta(weeks=13)
SCALE = "speaking-up"
COUNT_MIN = 5
BATCH = 50_000
TERMS: dict[str, Any] = {"way_in": "confidential", "count_min": COUNT_MIN, "item_min": 7, "roster_min": 7}
TERMS |= {"grace_days": 0}
Row = Mapping[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made up; events and deliveries are those of an average team in an average wave."""

    teams: int
    waves: int
    events: float = 1.0
    deliveries: float = 0.5


def make(settings: Settings, size: Size) -> dict[str, int]:
    """Migrate an empty database, fill it, and return how many rows the tables have that the nightly work reads."""
    begin(settings, size)
    return go_on(size.waves)


def begin(settings: Settings, size: Size) -> None:
    """Migrate an empty database and write an organisation without waves, which this process goes on with."""
    upgrade(settings)
    _begun.append(_Filling(make_engine(settings.database_url), settings, size))


def go_on(waves: int) -> dict[str, int]:
    """Write so many more waves with what was told in their time, and return how many rows there are."""
    filling = _begun[-1]
    filling.fill(waves)
    tables = (ReleaseRow, WaveGroup, ReportingGroup, LearningEvent, WorkDelivery)
    with filling.engine.connect() as connection:
        counts = {each.__tablename__: connection.scalar(select(func.count()).select_from(each)) for each in tables}
    filling.engine.dispose()
    return {name: count or 0 for name, count in counts.items()}


def close_of(wave: int) -> datetime:
    """Return when a wave closed; waves count from 0."""
    return FIRST + wave * CADENCE + OPEN


class _Filling:
    """Writes one organisation."""

    def __init__(self, engine: Engine, settings: Settings, size: Size) -> None:
        self.engine, self.settings, self.size = engine, settings, size
        self.rng, self.ids = np.random.default_rng(1), Random(1)  # noqa: S311  # No secret.
        self.owner, self.pulse, self.root = self.id(), self.id(), self.id()
        self.units = [self.id() for _ in range(size.teams)]
        self.rosters = self.rng.integers(6, 15, size.teams)
        self.instrument = self.found()
        lasting = {"parent_id": self.root, "retired_on": None}
        self.write(
            Unit,
            ({"id": unit, "code": f"T{n}", "name": f"Team {n}", **lasting} for n, unit in enumerate(self.units)),
        )
        self.means = climate(self.rng, Recipe(teams=size.teams, waves=size.waves))
        self.written, self.quarter, self.groups = 0, -1, list[UUID]()

    def id(self) -> UUID:
        """Return an id that is the same in every run."""
        return UUID(int=self.ids.getrandbits(128), version=4)

    def write(self, table: type[Any], rows: Iterable[Row]) -> None:
        """Insert rows, some tens of thousands at a time."""
        made = [{"organisation_id": self.owner, **row} for row in rows]
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "sqlite":
                # What is made up can be made up again.
                connection.exec_driver_sql("PRAGMA secure_delete=OFF")
            for start in range(0, len(made), BATCH):
                connection.execute(insert(table), made[start : start + BATCH])

    def fill(self, waves: int) -> None:
        """Write so many more waves."""
        for wave in range(self.written, self.written + waves):
            if self.quarter != (quarter := wave * CADENCE // QUARTER):
                self.quarter, self.groups = quarter, self.groups_of(quarter)
            self.write_wave(wave, self.instrument, self.groups, self.means[:, wave])
            self.write(LearningEvent, self.events(wave))
            self.write(WorkDelivery, self.deliveries(wave))
        self.written += waves

    def found(self) -> UUID:
        """Make the organisation and its pulse, and return the instrument."""
        mine = {"organisation_id": self.owner}
        with Session(self.engine) as session:
            session.add(Organisation(**mine, name="Large", time_zone="UTC", language="en"))
            session.add(Unit(**mine, id=self.root, parent_id=None, code="root", name="Large", retired_on=None))
            session.commit()
            shipped = {each.key: each for each in add_shipped(session, self.owner, self.settings.instruments)}
            instrument = shipped["speaking-up-autonomy"].id
        pulse = {"id": self.pulse, "unit_id": self.root, "instrument_id": instrument, "name": "Pulse"}
        times = {"cadence_weeks": 2, "first_day": FIRST.date(), "last_day": None, "opens_at_minute": 540}
        rest = {"open_hours": 96, "time_zone": "UTC", "comments": True, "state": "running"}
        self.write(Pulse, [pulse | times | rest | TERMS])
        return instrument

    def groups_of(self, quarter: int) -> list[UUID]:
        """Write the groups of a quarter: each team is one, and continues the series of its name."""
        groups = [self.id() for _ in self.units]
        both = list(zip(groups, self.units, strict=True))
        fixed = {"pulse_id": self.pulse, "quarter": str(quarter)}
        self.write(
            ReportingGroup,
            (
                fixed | {"id": group, "unit_id": unit, "series": unit.hex, "name": f"Team {n}"}
                for n, (group, unit) in enumerate(both)
            ),
        )
        self.write(ReportingGroupUnit, ({"group_id": group, "unit_id": unit} for group, unit in both))
        return groups

    def write_wave(self, wave: int, instrument: UUID, groups: list[UUID], means: Floats) -> None:
        """Write a wave with its groups, its release and one figure of each group."""
        number, release, closes_at = self.id(), self.id(), close_of(wave)
        times = {"opens_at": closes_at - OPEN, "closes_at": closes_at}
        terms = TERMS | times | {"instrument_id": instrument, "attribute": ""}
        said = {"id": number, "pulse_id": self.pulse, "number": wave + 1, "comments": True, "state": "erased"}
        self.write(Wave, [said | terms | {"boxes_kept_until": None}])
        rosters = zip(groups, self.rosters.tolist(), strict=True)
        self.write(
            WaveGroup,
            ({"wave_id": number, "group_id": g, "slug": self.id().hex, "roster": n} | terms for g, n in rosters),
        )
        hashes = {"policy": "{}", "previous_hash": "", "hash": "-"}
        head = {"id": release, "wave_id": number, "sequence": wave + 1, "released_at": closes_at}
        self.write(Release, [head | hashes])
        self.write(ReleaseRow, self.figures(release, groups, means))

    def figures(self, release: UUID, groups: list[UUID], means: Floats) -> Iterable[Row]:
        """Draw who answered and what was published of it: a number on a grid of a tenth, or the reason for none."""
        counts = self.rng.binomial(self.rosters, 0.78)
        values = (means + self.rng.normal(0, 0.62, means.size) / np.sqrt(np.maximum(counts, 1))).clip(1.1, 4.9)
        fixed = {"release_id": release, "figure": f"scale:{SCALE}"}
        none: Row = dict.fromkeys(("text", "value", "low", "high", "n"))
        for group, n, value in zip(groups, counts.tolist(), values.round(1).tolist(), strict=True):
            shown = {"text": f"{value:.1f}", "value": value, "low": value - 0.05, "high": value + 0.05, "n": n}
            outcome = shown | {"reason": None} if n >= COUNT_MIN else {**none, "reason": "fewer than 5 answers"}
            yield fixed | {"group_id": group} | outcome

    def events(self, wave: int) -> Iterable[Row]:
        """Draw what was told in the two weeks before a close."""
        columns = {column.key: None for column in LearningEvent.__table__.columns if column.key != "organisation_id"}
        texts = dict.fromkeys(("what_happened", "surprise", "contributing", "shown_words"), "")
        fixed = columns | texts | {"mode": "named", "source": "form", "withdrawn": False}
        fixed |= dict.fromkeys(("occurred_precision", "noticed_precision", "told_precision"), "exact")
        for unit, ours, error, outside, hours in self._drawn(self.size.events):
            told_at = close_of(wave) - timedelta(hours=300 * hours)
            yield fixed | {
                "id": self.id(),
                "unit_id": unit,
                "kind": "error" if error < 0.6 else "near_miss",
                **dict.fromkeys(("told_at", "shown_from", "listed_at"), told_at),
                "found_by": "own_team" if ours < 0.5 else "customer",
                "reached": "external" if outside < 0.4 else "none",
                "voice_hours": 30 * hours,
                "detection_hours": 60 * hours,
            }

    def deliveries(self, wave: int) -> Iterable[Row]:
        """Draw what was delivered in the two weeks before a close; a tenth puts right what was delivered before."""
        columns = {column.key: None for column in WorkDelivery.__table__.columns if column.key != "organisation_id"}
        fixed = columns | {"source": "benchmark", "kind": "delivery"}
        for unit, again, _, _, hours in self._drawn(self.size.deliveries):
            made = self.id()
            yield fixed | {
                "id": made,
                "unit_id": unit,
                "external_id": made.hex,
                "planned": again > 0.1,
                "rework_of": "0" if again <= 0.1 else None,
                "delivered_at": close_of(wave) - timedelta(hours=300 * hours),
            }

    def _drawn(self, rate: float) -> Iterable[tuple[UUID, float, float, float, float]]:
        """Draw so many cases for an average team, each with four numbers between 0 and 1."""
        counts = self.rng.poisson(rate, len(self.units)).tolist()
        chances = iter(self.rng.random((sum(counts), 4)).tolist())
        for unit, count in zip(self.units, counts, strict=True):
            for _ in range(count):
                ours, error, outside, hours = next(chances)
                yield unit, ours, error, outside, hours


# What this process has begun, to be gone on with.
_begun: list[_Filling] = []
