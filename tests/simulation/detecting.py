"""How often a change of just the announced size is found, in organisations whose truth is known.

What is announced comes from a large past of the same kind, so that the formula is judged and not the luck of one past.
"Found" is what the product asks for before it claims a rise: p within the level and an interval above 0.
`python -m tests.simulation.detecting 1000` prints the table.
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats import designs, detectable
from surveyapp.stats.before_after import BeforeAfter, before_after
from surveyapp.stats.cohorts import StaggeredEffect, minimum_detectable_staggered, staggered_effect
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import Organisation, organisation
from tests.simulation import worlds

Floats = NDArray[np.float64]
AROUND = (0.9, 1.0, 1.1)


@dataclass(frozen=True, slots=True)
class Planned:
    """A programme: how many teams and which ones, waves on each side, whether published rows count, and most runs."""

    teams: int
    treated: int
    side: int = 3
    which: str = "any"
    sizes: tuple[int, int] = (4, 12)
    coded: bool = False
    most: int = 400

    @property
    def recipe(self) -> Recipe:
        """The organisation; its teams stay off the ends of the scale."""
        return replace(worlds.BASE, teams=self.teams, waves=2 * self.side, sizes=self.sizes, centre=3.0)


PLANS = {
    "1 of 12": Planned(12, 1, 6),
    "2 of 12": Planned(12, 2),
    "1 of 20": Planned(20, 1, 6),
    "1 of 40": Planned(40, 1, 6),
    "2 of 20": Planned(20, 2, most=1_000),
    "2 of 40": Planned(40, 2),
    "3 of 8": Planned(8, 3, most=1_000),
    "3 of 12": Planned(12, 3, most=1_000),
    "3 of 40": Planned(40, 3),
    "4 of 8": Planned(8, 4, most=1_000),
    "4 of 12": Planned(12, 4, most=1_000),
    "4 of 40": Planned(40, 4),
    "5 of 10": Planned(10, 5, most=1_000),
    "8 of 40": Planned(40, 8, most=1_000),
    "8 of 40, six waves a side": Planned(40, 8, 6),
    "8 of 40, as released": Planned(40, 8, sizes=(7, 16), coded=True),
    "20 of 40": Planned(40, 20),
    "5 smallest of 20": Planned(20, 5, which="smallest", sizes=(4, 20)),
    "5 largest of 20": Planned(20, 5, which="largest", sizes=(4, 20)),
    "1 smallest of 33": Planned(33, 1, 6, which="smallest", sizes=(4, 20)),
    "lowest 8 of 40": Planned(40, 8, which="low"),
    "lowest 8 of 40, as released": Planned(40, 8, which="low", sizes=(7, 16), coded=True),
    "lowest 4 of 12": Planned(12, 4, which="low"),
    "three starts of 6 in 40": Planned(40, 18, which="staggered"),
    "two starts of 4 in 16": Planned(16, 8, which="staggered"),
}


def scores(made: Organisation, planned: Planned, rng: np.random.Generator) -> Floats:
    """Give what statistics see: team means, or what was published of them."""
    return worlds.released(made, rng) if planned.coded else made.means()


@cache
def past(side: int, sizes: tuple[int, int], coded: bool) -> tuple[Floats, Floats]:  # noqa: FBT001 - a key
    """Give scores of 2,000 teams of the same kind over 12 waves or more, and their sizes."""
    planned = Planned(2_000, 1, side, sizes=sizes, coded=coded)
    made = organisation(np.random.default_rng(1), replace(planned.recipe, waves=max(12, 2 * side)))
    return scores(made, planned, np.random.default_rng(2)), made.sizes.astype(float)


def marks(planned: Planned, made: Organisation, score: Floats) -> NDArray[np.bool_]:
    """Choose who is treated."""
    last = np.where(np.isnan(score[:, planned.side - 1]), np.inf, score[:, planned.side - 1])
    order = {"smallest": made.sizes, "largest": -made.sizes, "low": last}.get(planned.which, np.arange(planned.teams))
    return np.isin(np.arange(planned.teams), np.argsort(order, kind="stable")[: planned.treated])


def starts(planned: Planned) -> Floats:
    """Give when teams start that do so two waves after one another."""
    cohorts = 3 if planned.treated == 18 else 2
    start = np.full(planned.teams, np.nan)
    start[: planned.treated] = np.repeat(2.0 * np.arange(cohorts), planned.treated // cohorts)
    return start


@cache
def announced(planned: Planned, sizes: tuple[int, ...] = (), base: tuple[float, ...] = ()) -> float:
    """Give the size that would be announced; for some choices it depends on who is chosen."""
    table, known = past(planned.side, planned.sizes, planned.coded)
    found: detectable.Detectable | CannotTell
    if planned.which == "low":
        given = designs.spread_given_baseline(table, 0, planned.side)
        assert isinstance(given, designs.Spread)
        chosen = np.argsort(base, kind="stable")[: planned.treated]
        marked = np.isin(np.arange(len(base)), chosen)
        found = detectable.minimum_detectable_given_baseline(given.estimate, base, marked)
    elif planned.which == "staggered":
        sides = {"waves_before": planned.side, "waves_after": planned.side}
        found = minimum_detectable_staggered(table, starts(planned), **sides)
    else:
        found = detectable.minimum_detectable_change(
            _spreads(table, known, planned, sizes), planned.treated, planned.teams - planned.treated
        )
    return found.estimate if isinstance(found, detectable.Detectable) else math.nan


def _spreads(table: Floats, known: Floats, planned: Planned, sizes: Sequence[int]) -> Floats | float:
    if not sizes:
        spread = designs.spread_of_change(table, planned.side, planned.side)
        assert isinstance(spread, designs.Spread)
        return spread.estimate
    by_size = designs.spread_by_size(table, known, planned.side, planned.side)
    assert not isinstance(by_size, CannotTell)
    return np.array([by_size[known == size][0] for size in sizes])


def found_at(planned: Planned, rng: np.random.Generator) -> tuple[float, tuple[bool, ...]]:
    """Draw an organisation, and tell whether a change of the announced size, or a tenth less or more, is found."""
    made = organisation(rng, replace(planned.recipe, waves=2 * planned.side + 4 * (planned.which == "staggered")))
    score = scores(made, planned, rng)
    if planned.which == "staggered":
        return _staggered(planned, score)
    marked = marks(planned, made, score)
    low = score[:, planned.side - 1] if planned.which == "low" else None
    if low is not None:
        size = announced(planned, base=tuple(low[np.isfinite(low)]))
    elif planned.which in ("smallest", "largest"):
        size = announced(planned, tuple(made.sizes[marked].tolist() + made.sizes[~marked].tolist()))
    else:
        size = announced(planned)
    after = marked[:, None] * (np.arange(2 * planned.side) >= planned.side)
    said = []
    for part in AROUND:
        given = score + part * size * after
        found = before_after(given, marked, planned.side, rng=rng, size=made.sizes, chosen_on=low, draws=999)
        said.append(isinstance(found, BeforeAfter) and found.p <= worlds.LEVEL and found.low > 0)
    return size, tuple(said)


def _staggered(planned: Planned, score: Floats) -> tuple[float, tuple[bool, ...]]:
    start, side = starts(planned), planned.side
    size = announced(planned)
    said = []
    for part in AROUND:
        given = score + part * size * (np.arange(score.shape[1]) >= start[:, None] + side)
        found = staggered_effect(given, start + side, waves_before=side, waves_after=side)
        said.append(isinstance(found, StaggeredEffect) and found.low > 0)
    return size, tuple(said)


def shares(planned: Planned, runs: int, seed: int) -> tuple[float, Floats]:
    """Give the announced size, on average, and how often a tenth less, itself and a tenth more was found."""
    if planned.which == "any" and math.isnan(announced(planned)):
        return math.nan, np.full(3, math.nan)
    found = [found_at(planned, np.random.default_rng([seed, run])) for run in range(min(runs, planned.most))]
    return float(np.mean([size for size, _ in found])), np.mean([said for _, said in found], axis=0)


def table(runs: int, chosen: str = "", say: Callable[[str], object] = sys.stdout.write) -> None:
    """Print a row for every plan whose name holds a text."""
    for place, (name, planned) in enumerate(PLANS.items()):
        if chosen not in name:
            continue
        size, found = shares(planned, runs, place)
        if math.isnan(size):
            say(f"| {name} | no test | - | - | - | - | - |\n")
        else:
            less, at, more = (f"{100 * share:.0f} %" for share in found)
            waves, number = f"{planned.side} + {planned.side}", min(runs, planned.most)
            say(f"| {name} | {waves} | {size:.2f} | {at} | {less} | {more} | {number} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    table(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
