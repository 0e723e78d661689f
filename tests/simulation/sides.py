"""How often intervals of what several teams have together hold the truth, when teams differ.

Every team has a level of its own, and moves about it from wave to wave. Beside each interval stands the one that takes
events for independent. `python -m tests.simulation.sides 1000` prints the table.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.among_teams import median_among_teams, rate_among_teams, share_among_teams
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.outcomes import Figure, median_of
from surveyapp.stats.rates import Rate, poisson_rate, share

Floats = NDArray[np.float64]
Interval = tuple[float, float]
WAVES = 6
# How far levels move from wave to wave, beside how far teams lie apart.
MOVING = 0.5


@dataclass(frozen=True)
class Sides:
    """Teams of 5 to 16 people; ``apart`` is the spread of their levels on the scale of logarithms, or of log odds."""

    kind: str
    teams: int
    apart: float
    # Events, trials or hours of a team in a wave, on average.
    each: float = 2.0


SETTINGS = [
    Sides(kind, teams, apart)
    for kind in ("rate", "share", "median")
    for teams in (3, 6, 12, 30)
    for apart in (0.0, 0.5, 0.8)
]


def levels(rng: np.random.Generator, plan: Sides) -> Floats:
    """Draw where each team is in each wave, around 0."""
    own = rng.normal(0, plan.apart, (plan.teams, 1))
    return np.asarray(own + rng.normal(0, MOVING * plan.apart, (plan.teams, WAVES)))


def intervals(rng: np.random.Generator, plan: Sides) -> tuple[Interval | None, Interval | None, float]:
    """Give the interval by team, the one of independent events, and the truth; None where there is no interval."""
    size = np.repeat(rng.integers(5, 17, plan.teams)[:, None], WAVES, axis=1)
    team = np.repeat(np.arange(plan.teams), WAVES)
    where, mean = levels(rng, plan), plan.each * size / 10.5
    if plan.kind == "rate":
        # Logarithms that spread raise the mean.
        raised = math.exp((1 + MOVING**2) * plan.apart**2 / 2)
        count = rng.poisson(mean * np.exp(where) / raised)
        if count.sum() < 5:
            return None, None, 0.0
        here = rate_among_teams(count.ravel(), size.ravel(), team)
        return _ends(here), _ends(poisson_rate(int(count.sum()), float(size.sum()))), plan.each / 10.5
    number = rng.poisson(mean)
    if number.sum() < 6:
        return None, None, 0.0
    if plan.kind == "share":
        hits = rng.binomial(number, 1 / (1 + np.exp(-where)))
        here = share_among_teams(hits.ravel(), number.ravel(), team)
        return _ends(here), _ends(share(int(hits.sum()), int(number.sum()))), 0.5
    cell = np.repeat(np.arange(team.size), number.ravel())
    hours = np.exp(3 + where.ravel()[cell] + rng.normal(0, 1, len(cell)))
    return _ends(median_among_teams(hours, team[cell])), _ends(median_of(hours)), math.exp(3)


def _ends(found: Figure | Rate | CannotTell) -> Interval | None:
    return None if isinstance(found, CannotTell) else (found.low, found.high)


def covered(plan: Sides, runs: int, seed: int) -> tuple[float, float, float, int]:
    """Give the coverage by team and of independent events, how much wider by team, and how many were told."""
    found = [intervals(np.random.default_rng([seed, run]), plan) for run in range(runs)]
    told = [(one, other, truth) for one, other, truth in found if one and other]
    hits = np.array([[low <= truth <= high for low, high in (one, other)] for one, other, truth in told])
    wider = np.median([(one[1] - one[0]) / (other[1] - other[0]) for one, other, _ in told])
    return float(hits[:, 0].mean()), float(hits[:, 1].mean()), float(wider), len(told)


def row(plan: Sides, runs: int, seed: int, show: Callable[[str], object]) -> None:
    """Print a line of the table."""
    here, alone, wider, told = covered(plan, runs, seed)
    shares = f"{100 * alone:.1f} % | {100 * here:.1f} % | {wider:.1f}"
    show(f"| {plan.kind} | {plan.teams} | {plan.apart:g} | {shares} | {told} of {runs} |\n")


if __name__ == "__main__":
    for each in SETTINGS:
        row(each, int(sys.argv[1]), 1, sys.stdout.write)
        sys.stdout.flush()
