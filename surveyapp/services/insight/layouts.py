"""A plan laid over what was released: which teams stand on which side, in which waves, with which scores."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.plans import Plan

MISSING = float("nan")
Table = list[list[float]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Teams by waves, within the time that the plan counts.

    ``cohorts`` says for each team with which cohort it starts, None for a team of the comparison, and ``first`` for
    each cohort which is its first wave after the start. Teams are reporting groups, for those have numbers.
    """

    cells: tuple[Cell, ...]
    waves: tuple[int, ...]
    teams: tuple[str, ...]
    cohorts: tuple[int | None, ...]
    first: tuple[int, ...]

    @property
    def treated(self) -> list[bool]:
        """Which teams the plan names as treated."""
        return [cohort is not None for cohort in self.cohorts]

    @property
    def before(self) -> int:
        """Waves before anything was done."""
        return min(self.first)

    @property
    def after(self) -> int:
        """Waves since everybody who is to start has started."""
        return len(self.waves) - max(self.first)

    @property
    def scores(self) -> Table:
        """Scores of teams by waves; missing where withheld."""
        known = {(cell.series, cell.wave): cell.score for cell in self.cells if cell.score is not None}
        return [[known.get((team, wave), MISSING) for wave in self.waves] for team in self.teams]

    @property
    def sizes(self) -> list[float]:
        """Answers behind one wave of each team, on average."""
        counted: dict[str, list[int]] = {}
        for cell in self.cells:
            if cell.score is not None:
                counted.setdefault(cell.series, []).append(cell.n)
        return [sum(counted[team]) / len(counted[team]) if team in counted else 1.0 for team in self.teams]

    def on_wave(self, wave: int) -> list[float]:
        """Return the score of every team on one wave."""
        if wave not in self.waves:
            return [MISSING] * len(self.teams)
        place = self.waves.index(wave)
        return [row[place] for row in self.scores]

    def at_start(self) -> tuple[int, int]:
        """Return how many treated and comparison teams there were in the last wave before the start."""
        last = self.waves[self.before - 1] if self.before else None
        there = {cell.series for cell in self.cells if cell.wave == last}
        sides = [cohort is not None for team, cohort in zip(self.teams, self.cohorts, strict=True) if team in there]
        return sum(sides), len(sides) - sum(sides)


def lay_out(cells: Sequence[Cell], plan: Plan, zone: ZoneInfo) -> Layout:
    """Lay a plan over the cells of its pulse.

    Waves past the planned end do not count. After a draw those who wait are the comparison, up to their own start.
    """
    drawn = plan.draw is not None
    cohorts = plan.cohorts[:1] if drawn else plan.cohorts
    end = midnight(plan.cohorts[1].start if drawn else plan.planned_end + timedelta(days=1), zone)
    counted = [cell for cell in cells if cell.closed_at < end]
    others = plan.cohorts[1].covers if drawn else plan.compared_covers
    sides = _sides(counted, [each.covers for each in cohorts], others)
    waves = sorted({cell.wave: cell.closed_at for cell in counted}.items())
    return Layout(
        cells=tuple(cell for cell in counted if cell.series in sides),
        waves=tuple(number for number, _ in waves),
        teams=tuple(sides),
        cohorts=tuple(sides.values()),
        first=tuple(sum(1 for _, closed_at in waves if closed_at < midnight(each.start, zone)) for each in cohorts),
    )


def _sides(
    cells: Sequence[Cell], covers: Sequence[Collection[UUID]], others: Collection[UUID]
) -> dict[str, int | None]:
    """Return the cohort of each team; a team that is counted together with a treated one is treated."""
    units: dict[str, set[UUID]] = {}
    for cell in cells:
        units.setdefault(cell.series, set()).update(cell.units)
    sides: dict[str, int | None] = {}
    for team in sorted(units):
        cohort = next((place for place, each in enumerate(covers) if not units[team].isdisjoint(each)), None)
        if cohort is not None or not others or not units[team].isdisjoint(others):
            sides[team] = cohort
    return sides


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time.min, zone)
