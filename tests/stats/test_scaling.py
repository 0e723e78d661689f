"""Nothing grows with the square of the number of teams."""

from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.alerts import drop_alerts
from surveyapp.stats.association import safety_and_counts
from surveyapp.stats.before_after import before_after
from surveyapp.stats.panel import Incidents, panel
from surveyapp.stats.shrinkage import shrink
from surveyapp.stats.slopes import theil_sen_panel
from surveyapp.stats.smoothing import smooth
from surveyapp.stats.steps import step_variance
from surveyapp.stats.trend import pooled_line
from surveyapp.stats.variance import one_way

Task = Callable[[], object]
# Four times the teams take four times as long at best and sixteen times when teams are paired.
FEW, MANY = 250, 1_000


def table(teams: int, waves: int = 16) -> tuple[Any, Any]:
    """Means and counts of teams that move."""
    rng = np.random.default_rng(1)
    moves = np.cumsum(rng.normal(0, 0.1, (teams, waves)), axis=1)
    return 3.5 + moves + rng.normal(0, 0.25, (teams, waves)), np.full((teams, waves), 6.0)


def cells(teams: int, waves: int = 4) -> dict[str, Any]:
    """Scores and counts by cell."""
    rng = np.random.default_rng(2)
    team, wave = (column.ravel() for column in np.indices((teams, waves)))
    size = teams * waves
    return {
        "score": 3.5 + rng.normal(0, 0.4, size),
        "count": rng.poisson(2.0, size),
        "exposure": np.full(size, 8.0),
        "team": team,
        "wave": wave,
    }


def incidents(teams: int) -> Incidents:
    """A log with everything that the panel reads."""
    columns = cells(teams)
    counted = dict.fromkeys(("told", "found", "near_misses", "harm"), columns["count"])
    return Incidents(
        team=columns["team"],
        wave=columns["wave"],
        score=columns["score"],
        person_weeks=columns["exposure"],
        both=columns["count"] // 2,
        days=1.0 + columns["count"],
        **counted,
    )


def people(teams: int) -> tuple[Any, Any]:
    """Scores of six persons in each team."""
    team = np.repeat(np.arange(teams), 6)
    return np.random.default_rng(3).normal(3.5, 0.7, team.size) + team % 3, team


def tasks(teams: int) -> dict[str, Task]:
    """Everything that is computed for all teams together."""
    means, counts = table(teams)
    treated = np.arange(teams) < teams // 4
    return {
        "relation": lambda: safety_and_counts(**cells(teams)),
        "panel": lambda: panel(incidents(teams)),
        "alerts": lambda: drop_alerts(means, counts),
        "lines": lambda: smooth(means[:, :8], counts[:, :8]),
        "pooled lines": lambda: pooled_line(means, counts, sd=0.6),
        "steps": lambda: step_variance(means, counts, 9, sd=0.6),
        "slopes": lambda: theil_sen_panel(means),
        "empirical Bayes": lambda: shrink(means[:, 0], counts[:, 0], counts[:, 0] + 2, sd=0.6),
        "variance between teams": lambda: one_way(*people(teams)),
        "before and after": lambda: before_after(means, treated, 8, rng=np.random.default_rng(4), draws=199),
    }


def seconds(work: Task) -> float:
    """Processor time of the quickest of three rounds, so that a busy machine does not matter."""
    times = []
    for _ in range(3):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


@pytest.mark.parametrize("name", list(tasks(2)))
def test_time_grows_less_than_with_the_square_of_teams(name: str) -> None:
    """Well under sixteen times as long for four times as many; what takes no time at all is not judged."""
    few, many = (seconds(tasks(teams)[name]) for teams in (FEW, MANY))
    assert many < 9 * max(few, 0.003)
