"""Relations and permutations beside statsmodels and scipy in the same run: seconds, and whether they agree."""

import resource
from collections.abc import Callable
from time import perf_counter

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.permutation import PermutationTest, permutation_test

ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    """Give the median of three rounds."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return sorted(times)[ROUNDS // 2]


def cells(teams: int, waves: int) -> tuple[NDArray[np.float64], ...]:
    """Make scores, counts and exposure of teams over waves."""
    rng = np.random.default_rng(0)
    team, wave = np.repeat(np.arange(teams), waves), np.tile(np.arange(waves), teams)
    score = 3.5 + rng.normal(0, 0.3, len(team)) + rng.normal(0, 0.3, teams)[team]
    count = rng.poisson(np.exp(0.3 * (score - 3.5) + rng.normal(0, 0.3, teams)[team]))
    columns = score, count, np.full(len(team), 8.0), team, wave
    return tuple(np.asarray(column, dtype=np.float64) for column in columns)


def by_statsmodels(columns: tuple[NDArray[np.float64], ...]) -> float:
    """Fit the same means with clustered errors; give the within slope."""
    score, count, exposure, team, wave = columns
    codes = team.astype(int)
    average = (np.bincount(codes, score) / np.bincount(codes))[codes]
    design = np.column_stack([score - average, average, wave[:, None] == np.unique(wave)]).astype(float)
    model = sm.GLM(count, design, sm.families.Poisson(), offset=np.log(exposure))
    return float(model.fit(cov_type="cluster", cov_kwds={"groups": codes}).params[0])


def relations(teams: int, waves: int, *, beside: bool) -> None:
    """Time the relation, and statsmodels beside it where its memory allows."""
    columns = cells(teams, waves)
    ours = safety_and_counts(*columns)
    if not isinstance(ours, SafetyAndCounts):
        raise TypeError(ours.reason)
    own = seconds(lambda: safety_and_counts(*columns))
    line = f"| {teams} teams x {waves} waves | {own:.2f} s | "
    if beside:
        other = seconds(lambda: by_statsmodels(columns))
        gap = abs(by_statsmodels(columns) / ours.within.estimate - 1)
        line += f"statsmodels {other:.2f} s, slopes differ by {gap:.0e} |"
    print(line)


def permutations() -> None:
    """Time 9,999 assignments of 100 among 200 teams, beside scipy."""
    rng = np.random.default_rng(1)
    treated = np.arange(200) < 100
    change = rng.normal(size=200) + 0.3 * treated
    ours = permutation_test(change, treated, rng=np.random.default_rng(2))
    if not isinstance(ours, PermutationTest):
        raise TypeError(ours.reason)
    own = seconds(lambda: permutation_test(change, treated, rng=np.random.default_rng(2)))

    def scipy_way() -> float:
        found = stats.permutation_test(
            (change[treated], change[~treated]),
            lambda a, b, axis: np.abs(stats.ttest_ind(a, b, axis=axis, equal_var=False).statistic),
            vectorized=True,
            alternative="greater",
            n_resamples=9_999,
            rng=np.random.default_rng(3),
        )
        return float(found.pvalue)

    other = seconds(scipy_way)
    print(f"| 9,999 x 200 teams | {own:.2f} s | scipy {other:.2f} s, p {ours.p:.3f} and {scipy_way():.3f} |")


def main() -> None:
    """Print the table."""
    print("| what | here | beside |\n|---|---|---|")
    permutations()
    for teams, beside in ((40, True), (200, True), (400, True), (1_000, True), (2_000, False), (10_000, False)):
        relations(teams, 52, beside=beside)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| most memory | {peak:.0f} MB | with what stands beside |")


if __name__ == "__main__":
    main()
