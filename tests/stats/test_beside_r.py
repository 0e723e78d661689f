"""On other data than the reference tables the same R packages still give the same figures.

Runs where R is installed with clubSandwich, lme4 and survival, and is skipped elsewhere.
"""

import csv
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from surveyapp.stats import glm
from surveyapp.stats.intraclass import IntraclassCorrelation, icc1
from surveyapp.stats.latency import cumulative_share
from surveyapp.stats.survival import (
    Curve,
    Duration,
    WaitingDifference,
    compare_waiting,
    median_time,
    restricted_mean,
    share_done,
    waiting_curve,
)
from surveyapp.stats.variance import BetweenVariance, one_way
from tests.stats.register.entry import told

Columns = dict[str, Any]
SEEDS = range(8)
IN_R = """
suppressMessages({library(clubSandwich); library(lme4); library(survival)})
everything <- read.csv(commandArgs(TRUE)[1])
say <- function(...) cat(format(c(...), digits = 15), "\\n")
for (s in unique(everything$seed)) {
  d <- everything[everything$seed == s, ]; d$team <- factor(d$team)
  rates <- glm(count ~ x + offset(log(exposure)), quasipoisson, d)
  for (m in list(rates, glm(cbind(hits, trials - hits) ~ x, binomial, d), lm(score ~ x, d))) {
    t <- coef_test(m, "CR2", cluster = d$team); say(coef(m)[2], t$SE[2], t$df_Satt[2], t$p_Satt[2])
  }
  l <- suppressMessages(lmer(score ~ 1 + (1 | team), d, control = lmerControl(optCtrl = list(xtol_abs = 1e-14))))
  say(as.numeric(VarCorr(l)$team), sigma(l)^2, fixef(l), sqrt(vcov(l)[1, 1]))
  a <- summary(aov(score ~ team, d))[[1]]; say(a[, "Mean Sq"], a[1, "Pr(>F)"])
  f <- survfit(Surv(wait, done) ~ 1, d, conf.type = "log-log"); at <- summary(f, times = 6)
  half <- quantile(f, 0.5); mean <- summary(f, rmean = 10)$table
  say(half$quantile, half$lower, half$upper); say(1 - at$surv, 1 - at$upper, 1 - at$lower)
  say(mean[["rmean"]], mean[["se(rmean)"]])
  say(pchisq(survdiff(Surv(wait, done) ~ group, d)$chisq, 1, lower = FALSE))
  say(summary(survfit(Surv(wait, factor(end, 0:2)) ~ 1, d), times = 6)$pstate[2])
}
"""
PARTS = ("counts", "shares", "scores", "variance", "analysis", "half", "done", "mean", "log-rank", "withdrawn")


def made(seed: int) -> Columns:
    """Unequal teams, with and without differences between them, ties and open cases."""
    rng = np.random.default_rng(seed)
    teams = int(rng.integers(6, 30))
    team = np.repeat(np.arange(teams), rng.integers(1, 15, teams))
    size, between = team.size, rng.normal(0, [0.0, 0.3, 1.0][seed % 3], teams)[team]
    x, exposure = rng.normal(size=size) + rng.normal(size=teams)[team], rng.uniform(0.5, 20, size)
    trials, done = rng.integers(1, 9, size), rng.random(size) < 0.7
    return {
        "seed": np.full(size, seed),
        "team": team,
        "x": x,
        "exposure": exposure,
        "count": rng.poisson(exposure * np.exp(0.3 * x - 1 + between / 2)),
        "trials": trials,
        "hits": rng.binomial(trials, 1 / (1 + np.exp(-0.5 * x))),
        "score": 3 + between + rng.normal(size=size),
        "wait": np.ceil(rng.exponential(8, size)),
        "done": done.astype(int),
        "end": np.where(done, rng.integers(1, 3, size), 0),
        "group": (rng.random(size) < 0.5).astype(int),
    }


def _models(d: Columns) -> Iterator[list[float]]:
    design = np.column_stack([np.ones(len(d["x"])), d["x"]])
    for fit in (
        glm.fit_mean(design, d["count"], "poisson", offset=np.log(d["exposure"])),
        glm.fit_mean(design, d["hits"], "binomial", trials=d["trials"]),
        glm.fit_mean(design, d["score"], "gaussian"),
    ):
        found = told(glm.Contrast, glm.sandwich(told(glm.Fit, fit), d["team"]).contrast([0, 1]))
        yield [found.estimate, found.se, found.df, found.p]


def _teams(d: Columns) -> Iterator[list[float]]:
    parts = told(BetweenVariance, one_way(d["score"], d["team"]))
    yield [parts.estimate, parts.within, parts.mean, parts.mean_error]
    analysis = told(IntraclassCorrelation, icc1(d["score"], d["team"], least_teams=2, least_persons=3))
    yield [analysis.between, analysis.within, analysis.p]


def _waiting(d: Columns) -> Iterator[list[float]]:
    done = d["done"] == 1
    curve = told(Curve, waiting_curve(d["wait"], done))
    for found in (median_time(curve), share_done(curve, 6.0)):
        duration = told(Duration, found)
        yield [duration.estimate, duration.low, duration.high]
    mean = told(Duration, restricted_mean(d["wait"], done, 10.0))
    yield [mean.estimate, (mean.high - mean.low) / 2 / 1.959963984540054]
    yield [told(WaitingDifference, compare_waiting(d["wait"], done, d["group"] == 1)).p]
    yield [told(Duration, cumulative_share(d["wait"], d["end"], 6.0)).estimate]


@pytest.fixture(scope="module")
def told_by_r(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, str], list[float]]:
    """Every figure of R, by seed and part."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    folder = tmp_path_factory.mktemp("r")
    with (folder / "d.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(made(0))
        for seed in SEEDS:
            writer.writerows(zip(*(column.tolist() for column in made(seed).values()), strict=True))
    (folder / "figures.R").write_text(IN_R, encoding="utf-8")
    ran = subprocess.run([program, folder / "figures.R", folder / "d.csv"], capture_output=True, text=True, check=False)
    if "there is no package" in ran.stderr:
        pytest.skip("R is installed without clubSandwich, lme4 or survival")
    assert ran.returncode == 0, ran.stderr
    said = [[np.inf if word == "NA" else float(word) for word in line.split()] for line in ran.stdout.splitlines()]
    return dict(zip(((seed, part) for seed in SEEDS for part in PARTS), said, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_other_data_give_the_figures_of_r(seed: int, told_by_r: dict[tuple[int, str], list[float]]) -> None:
    """Closed forms to 1e-9; variances to the last digits that lme4 finds."""
    data = made(seed)
    ours = dict(zip(PARTS, [*_models(data), *_teams(data), *_waiting(data)], strict=True))
    for part in PARTS:
        error = 1e-5 if part == "variance" else 1e-9
        assert ours[part] == pytest.approx(told_by_r[seed, part], rel=error, abs=1e-7), part
