"""Single estimates beside R, statsmodels and plain numpy in one run, and whether they agree.

R stands beside where it is installed with lme4 and clubSandwich; otherwise a cell says that it is not.
"""

import resource

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

from benchmarks.relations import by_statsmodels, cells, seconds
from benchmarks.with_r import in_r
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.permutation import PermutationTest, permutation_test
from surveyapp.stats.variance import BetweenVariance, one_way

WAVES = 12
DRAWS = 9_999
CR2_IN_R = """
d$team <- factor(d$team); d$wave <- factor(d$wave); d$average <- ave(d$score, d$team); d$own <- d$score - d$average;
start <- proc.time()[[3]];
m <- glm(count ~ own + average + wave + offset(log(exposure)), quasipoisson, d);
t <- coef_test(m, vcov = 'CR2', cluster = d$team, coefs = 'own');
cat(proc.time()[[3]] - start, format(c(t$SE, t$df_Satt), digits = 15))
"""
REML_IN_R = """
d$team <- factor(d$team); start <- proc.time()[[3]]; l <- lmer(score ~ 1 + (1 | team), d);
cat(proc.time()[[3]] - start, format(as.numeric(VarCorr(l)$team), digits = 15))
"""


def beside(name: str, found: list[float] | str, own: list[float]) -> str:
    """Describe what R took, and how far its figures lie from ours."""
    if isinstance(found, str):
        return f"R: {found}"
    gap = max(abs(theirs / ours - 1) for theirs, ours in zip(found[1:], own, strict=True))
    return f"{name} {found[0]:.3f} s, differs by {gap:.0e}"


def row(what: str, own: float, *others: str) -> None:
    """Print a line of the table."""
    print(f"| {what} | {own:.3f} s | {'; '.join(others)} |", flush=True)


def permutations(teams: int) -> None:
    """Time 9,999 assignments of half the teams, beside scipy and a loop over numpy."""
    rng = np.random.default_rng(1)
    treated = np.arange(teams) < teams // 2
    change = rng.normal(size=teams) + 0.3 * treated

    def ours() -> PermutationTest:
        found = permutation_test(change, treated, rng=np.random.default_rng(2))
        if not isinstance(found, PermutationTest):
            raise TypeError(found.reason)
        return found

    def welch(first: NDArray[np.float64], second: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        t = stats.ttest_ind(first, second, axis=axis, equal_var=False).statistic
        return np.abs(np.asarray(t, dtype=np.float64))

    def by_scipy() -> float:
        sides = change[treated], change[~treated]
        found = stats.permutation_test(
            sides, welch, vectorized=True, alternative="greater", n_resamples=DRAWS, rng=np.random.default_rng(3)
        )
        return float(found.pvalue)

    def by_numpy() -> float:
        drawn = np.random.default_rng(4)
        half, sizes = teams // 2, []
        for _ in range(DRAWS):
            mixed = drawn.permutation(change)
            first, second = mixed[:half], mixed[half:]
            error = first.var(ddof=1) / first.size + second.var(ddof=1) / second.size
            sizes.append(abs(first.mean() - second.mean()) / error**0.5)
        here = float(welch(change[treated], change[~treated]))
        return float(1 + np.sum(np.array(sizes) >= here)) / (1 + DRAWS)

    agree = f"p {ours().p:.3f}, {by_scipy():.3f}, {by_numpy():.3f}"
    others = f"scipy {seconds(by_scipy):.2f} s", f"numpy in a loop {seconds(by_numpy):.2f} s", agree
    row(f"{DRAWS:,} assignments of {teams} teams", seconds(ours), *others)


def relation(teams: int) -> None:
    """Time counts on scores with CR2 and Satterthwaite, beside clubSandwich and statsmodels."""
    columns = cells(teams, WAVES)
    found = safety_and_counts(*columns)
    if not isinstance(found, SafetyAndCounts):
        raise TypeError(found.reason)
    table = dict(zip(("score", "count", "exposure", "team", "wave"), columns, strict=True))
    club = in_r(CR2_IN_R, table, "clubSandwich")
    row(
        f"CR2 of counts on scores, {teams} teams x {WAVES} waves",
        seconds(lambda: safety_and_counts(*columns)),
        beside("clubSandwich", club, [found.within.se, found.within.df]),
        f"statsmodels {seconds(lambda: by_statsmodels(columns)):.3f} s (CR1, without degrees of freedom)",
    )


def mixed(teams: int) -> None:
    """Time the variance between teams, beside lme4 and statsmodels."""
    rng = np.random.default_rng(5)
    team = np.repeat(np.arange(teams), rng.integers(4, 13, teams))
    score = 3.6 + rng.normal(0, 0.3, teams)[team] + rng.normal(0, 0.65, team.size)
    found = one_way(score, team)
    if not isinstance(found, BetweenVariance):
        raise TypeError(found.reason)
    lme4 = in_r(REML_IN_R, {"score": score, "team": team.astype(np.float64)}, "lme4")

    def by_mixedlm() -> object:
        return MixedLM(score, sm.add_constant(np.empty((score.size, 0))), groups=team).fit(reml=True)

    row(
        f"variance between {teams} teams by REML",
        seconds(lambda: one_way(score, team)),
        beside("lme4", lme4, [found.estimate]),
        f"statsmodels {seconds(by_mixedlm):.3f} s",
    )


def main() -> None:
    """Print the table."""
    print("| what | here | beside |\n|---|---|---|")
    permutations(200)
    for teams in (100, 1_000):
        relation(teams)
        mixed(teams)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| most memory | {peak:.0f} MB | with what stands beside |")


if __name__ == "__main__":
    main()
