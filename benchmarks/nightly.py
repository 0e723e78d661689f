"""How long the nightly statistics of an organisation take: 10,000 teams and 52 waves by default, in one process.

Beside each step stands what one would otherwise call, in the same run: scipy's own slope for each team, statsmodels'
mixed model, and lme4 when R with that package is installed. Those run on fewer teams and are extrapolated in
proportion, which flatters the mixed models.
"""

import argparse
import resource
from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

from benchmarks.with_r import in_r
from surveyapp.stats.alerts import drop_alerts
from surveyapp.stats.moments import keyed
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.scores import person_scores, team_scores
from surveyapp.stats.shrinkage import shrink
from surveyapp.stats.simulate import answers_of, climate
from surveyapp.stats.slopes import theil_sen_panel
from surveyapp.stats.smoothing import smooth
from surveyapp.stats.trend import pooled_line
from surveyapp.stats.variance import one_way

Floats = NDArray[np.float64]
SD = 0.62
FEW = 200


def timed(what: str, work: Callable[[], object], *, times: float = 1.0) -> float:
    """Run, print and return the seconds, multiplied when only a part was run."""
    start = perf_counter()
    work()
    seconds = (perf_counter() - start) * times
    print(f"{what:<72} {seconds:8.2f} s", flush=True)
    return seconds


def figures(rng: np.random.Generator, teams: int, waves: int) -> tuple[Floats, Floats, Floats]:
    """Means, counts and rosters, scored wave by wave from about 3.1 million sheets."""
    recipe = Recipe(teams=teams, waves=waves)
    latent, sizes = climate(rng, recipe), rng.integers(4, 13, teams)
    team = np.repeat(np.arange(teams), sizes)
    offsets = rng.normal(0, 0.25, 5)
    means, counts = np.empty(latent.shape), np.empty(latent.shape)
    spent = 0.0
    for wave in range(waves):
        there = rng.random(team.size) < 0.78
        raw = answers_of(rng, (latent[team, wave] + rng.normal(0, 0.6, team.size))[there], offsets)
        start = perf_counter()
        found = team_scores(person_scores(keyed(raw)).estimate, team[there], count=teams)
        spent += perf_counter() - start
        means[:, wave], counts[:, wave] = found.estimate, found.n
    print(f"{'sheets scored and averaged by team: ' + format(int(counts.sum()), ','):<72} {spent:8.2f} s", flush=True)
    return means, counts, sizes.astype(np.float64)


def shrink_all(means: Floats, counts: Floats, sizes: Floats) -> None:
    """Variance between teams and shrunken scores of every wave."""
    for wave in range(means.shape[1]):
        some = np.isfinite(means[:, wave])
        shrink(means[some, wave], counts[some, wave], sizes[some], sd=SD)


def with_statsmodels(scores: Floats, teams: NDArray[np.int64]) -> None:
    """One mixed model."""
    MixedLM(scores, np.ones((scores.size, 1)), groups=teams).fit(reml=True)


def with_lme4(scores: Floats, teams: NDArray[np.int64], repeats: int) -> float | str:
    """Seconds for one model in R, or why there are none."""
    code = f"d$g <- factor(d$g); cat(system.time(for (i in 1:{repeats}) lmer(y ~ 1 + (1 | g), d))[['elapsed']])"
    found = in_r(code, {"y": scores, "g": teams.astype(np.float64)}, "lme4")
    return found if isinstance(found, str) else found[0] / repeats


def main() -> None:
    """Time everything and print the memory that was needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=10_000)
    parser.add_argument("--waves", type=int, default=52)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    means, counts, sizes = figures(rng, options.teams, options.waves)
    counts = np.where(np.isfinite(means), counts, 1)
    total = timed("variance between teams and empirical Bayes, every wave", lambda: shrink_all(means, counts, sizes))
    total += timed("lines of three pooled waves", lambda: pooled_line(means, counts, sd=SD))
    total += timed("state-space lines with their four parameters", lambda: smooth(means, counts, sizes[:, None]))
    total += timed("median slopes", lambda: theil_sen_panel(means))
    total += timed("alerts of the present wave", lambda: drop_alerts(means, counts))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'in all, with a peak memory of ' + format(memory, '.0f') + ' MB':<72} {total:8.2f} s")
    few = np.where(np.isfinite(means[:FEW]), means[:FEW], 3.6)
    scale = options.teams / FEW
    timed(
        f"beside: scipy.stats.theilslopes team by team ({FEW} teams, extrapolated)",
        lambda: [stats.theilslopes(row) for row in few],
        times=scale,
    )
    teams = np.repeat(np.arange(FEW), 6)
    scores = rng.normal(0, 0.3, FEW)[teams] + rng.normal(0, SD, teams.size)
    mixed = scale * options.waves
    timed(
        "beside: our mixed model of one wave, called as often (extrapolated)",
        lambda: one_way(scores, teams),
        times=mixed,
    )
    timed(
        "beside: statsmodels MixedLM, called as often (extrapolated)",
        lambda: with_statsmodels(scores, teams),
        times=mixed,
    )
    seconds = with_lme4(scores, teams, 10)
    print(
        f"beside: {seconds}"
        if isinstance(seconds, str)
        else f"{'beside: lme4, called as often (extrapolated)':<72} {seconds * mixed:8.2f} s"
    )


if __name__ == "__main__":
    main()
