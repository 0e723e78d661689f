"""Scores and counts of many teams beside statsmodels in the same run, and how time grows with the teams."""

import resource
from collections.abc import Callable
from time import perf_counter

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from surveyapp.stats.association import SafetyAndCounts, safety_and_counts

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


def relations(teams: int, waves: int, *, beside: bool) -> float:
    """Time and return the relation, and statsmodels beside it where its memory allows."""
    columns = cells(teams, waves)
    ours = safety_and_counts(*columns)
    if not isinstance(ours, SafetyAndCounts):
        raise TypeError(ours.reason)
    own = seconds(lambda: safety_and_counts(*columns))
    line = f"| {teams} teams x {waves} waves | {own:.2f} s | {'' if beside else '|'}"
    if beside:
        other = seconds(lambda: by_statsmodels(columns))
        gap = abs(by_statsmodels(columns) / ours.within.estimate - 1)
        line += f"statsmodels {other:.2f} s, slopes differ by {gap:.0e} |"
    print(line, flush=True)
    return own


def exponent(teams: list[int], times: list[float]) -> float:
    """Give the power of the number of teams with which time grows."""
    return float(np.polyfit(np.log(teams), np.log(times), 1)[0])


def main() -> None:
    """Print the table."""
    print("| what | here | beside |\n|---|---|---|")
    for what, counts in (("CR2", [100, 200, 400, 1_000]), ("CR1", [2_000, 5_000, 10_000])):
        times = [relations(teams, 52, beside=what == "CR2") for teams in counts]
        print(f"| {what}: time grows with the teams to the power of | {exponent(counts, times):.2f} | |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| most memory | {peak:.0f} MB | with what stands beside |")


if __name__ == "__main__":
    main()
