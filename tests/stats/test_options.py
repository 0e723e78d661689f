"""Every function that takes a confidence refuses what is none, by name, whatever the data are."""

import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveyapp import stats
from surveyapp.stats import (
    alerts,
    among_teams,
    association,
    before_after,
    change,
    cohorts,
    confirmation,
    correlation,
    designs,
    detectable,
    estimates,
    interrupted,
    intraclass,
    lags,
    latency,
    multiplicity,
    omega,
    panel,
    permutation,
    power,
    rates,
    relations,
    reliability,
    shrinkage,
    since,
    slopes,
    smoothing,
    steps,
    survival,
    trend,
    variance,
    wave_effects,
)
from surveyapp.stats.moments import Covariances

Call = Callable[..., object]
RNG = np.random.default_rng(1)
TEAMS, WAVES = 30, 20
MEANS = RNG.normal(3.5, 0.3, (TEAMS, WAVES))
COUNTS = np.full((TEAMS, WAVES), 6.0)
FIRST, LAST = MEANS[:, 0], MEANS[:, -1]
MARKED = np.arange(TEAMS) < 6
SCORES, PEOPLE = MEANS.ravel(), np.indices(MEANS.shape)[0].ravel()
CELLS = SCORES, RNG.poisson(2.0, SCORES.size), np.full(SCORES.size, 8.0), PEOPLE, np.indices(MEANS.shape)[1].ravel()
TABLE = Covariances(500, np.full((4, 4), 0.5) + 0.5 * np.eye(4))
DAYS, DONE = np.arange(1.0, 31.0), np.ones(30, dtype=bool)
STARTS = np.where(MARKED, 8.0, np.nan)
NO_PANEL = panel.Panel({}, multiplicity.family("none", {}))
SHEETS = RNG.integers(1, 6, (60, 4))

LEVELS: dict[str, Call] = {
    "alerts.drop_alerts": lambda **o: alerts.drop_alerts(MEANS, COUNTS, **o),
    "cohorts.minimum_detectable_staggered": lambda **o: cohorts.minimum_detectable_staggered(
        MEANS, STARTS - 8, waves_before=3, waves_after=2, **o
    ),
    "detectable.minimum_detectable_given_baseline": lambda **o: detectable.minimum_detectable_given_baseline(
        0.3, FIRST, MARKED, **o
    ),
    "detectable.minimum_detectable_change": lambda **o: detectable.minimum_detectable_change(0.3, 6, 18, **o),
    "estimates.quantile": estimates.quantile,
    "estimates.team_band": lambda **o: estimates.team_band(3.5, 6, 8, **o),
    "intraclass.icc1": lambda **o: intraclass.icc1(SCORES, PEOPLE, **o),
    "intraclass.icc1_from_sums": lambda **o: intraclass.icc1_from_sums(COUNTS[:, 0], FIRST, 20.0, **o),
    "omega.omega": lambda **o: omega.omega(TABLE, **o),
    "power.detectable_correlation": lambda **o: power.detectable_correlation(30, **o),
    "power.detectable_difference": lambda **o: power.detectable_difference(0.3, 6, 18, **o),
    "power.detectable_hazard_ratio": lambda **o: power.detectable_hazard_ratio(40, 0.5, **o),
    "power.detectable_rate_ratio": lambda **o: power.detectable_rate_ratio(20, score_sd=0.3, expected_count=9, **o),
    "power.detectable_shift": lambda **o: power.detectable_shift(20, **o),
    "power.shift_power": lambda **o: power.shift_power(2.0, 20, **o),
    "power.teams_needed": lambda **o: power.teams_needed(1.4, score_sd=0.3, expected_count=9, **o),
    "relations.relate_all": lambda **o: relations.relate_all(
        SCORES, {}, PEOPLE, CELLS[4], panel=NO_PANEL, rng=RNG, **o
    ),
    "reliability.alpha": lambda **o: reliability.alpha(SHEETS, **o),
    "reliability.alpha_from_covariances": lambda **o: reliability.alpha_from_covariances(TABLE, **o),
    "reliability.item_rest": lambda **o: reliability.item_rest(TABLE, **o),
    "reliability.pooled_spread": lambda **o: reliability.pooled_spread(SCORES, PEOPLE, **o),
    "reliability.pooled_spread_from_squares": lambda **o: reliability.pooled_spread_from_squares([5, 6], [2, 3], **o),
    "shrinkage.shrink": lambda **o: shrinkage.shrink(FIRST, COUNTS[:, 0], COUNTS[:, 0] + 2, sd=0.6, **o),
    "slopes.organisation_slope": lambda **o: slopes.organisation_slope(MEANS, COUNTS, **o),
    "slopes.slope_among_teams": lambda **o: slopes.slope_among_teams(MEANS, COUNTS, 0, **o),
    "slopes.theil_sen": lambda **o: slopes.theil_sen(np.arange(WAVES), MEANS[0], **o),
    "smoothing.smooth": lambda **o: smoothing.smooth(MEANS, COUNTS, **o),
    "since.moves_since": lambda **o: since.moves_since(MEANS, MEANS * 0 + 0.2, 0, 1, **o),
    "steps.step_variance": lambda **o: steps.step_variance(MEANS, COUNTS, 8, sd=0.6, **o),
    "trend.pooled_line": lambda **o: trend.pooled_line(MEANS, COUNTS, sd=0.6, **o),
    "variance.between_variance": lambda **o: variance.between_variance(FIRST, np.full(TEAMS, 0.05), **o),
    "variance.one_way": lambda **o: variance.one_way(SCORES, PEOPLE, **o),
    "variance.one_way_from_sums": lambda **o: variance.one_way_from_sums(COUNTS[:, 0], FIRST, 20.0, **o),
}
CONFIDENCES: dict[str, Call] = {
    "among_teams.median_among_teams": lambda **o: among_teams.median_among_teams(DAYS, np.arange(len(DAYS)) % 4, **o),
    "among_teams.rate_among_teams": lambda **o: among_teams.rate_among_teams([3, 5, 9], [8, 8, 9], [1, 2, 3], **o),
    "among_teams.share_among_teams": lambda **o: among_teams.share_among_teams([3, 5, 7], [8, 8, 9], [1, 2, 3], **o),
    "association.safety_and_counts": lambda **o: association.safety_and_counts(*CELLS, **o),
    "change.adjusted_for_baseline": lambda **o: change.adjusted_for_baseline(LAST, FIRST, MARKED, **o),
    "before_after.before_after": lambda **o: before_after.before_after(MEANS, MARKED, 10, rng=RNG, **o),
    "change.mean_change": lambda **o: change.mean_change(FIRST, **o),
    "change.difference_of_changes": lambda **o: change.difference_of_changes(FIRST, MARKED, **o),
    "cohorts.staggered_effect": lambda **o: cohorts.staggered_effect(MEANS, STARTS, waves_before=3, waves_after=2, **o),
    "confirmation.swap_averages": lambda **o: confirmation.swap_averages(*CELLS, rng=RNG, **o),
    "confirmation.swap_whole_series": lambda **o: confirmation.swap_whole_series(*CELLS, rng=RNG, **o),
    "correlation.between_teams": lambda **o: correlation.between_teams(SCORES, CELLS[1], PEOPLE, **o),
    "correlation.pearson": lambda **o: correlation.pearson(FIRST, LAST, **o),
    "correlation.spearman": lambda **o: correlation.spearman(FIRST, LAST, **o),
    "correlation.within_teams": lambda **o: correlation.within_teams(SCORES, CELLS[1], PEOPLE, **o),
    "designs.spread_given_baseline": lambda **o: designs.spread_given_baseline(MEANS, 1, 3, **o),
    "designs.spread_of_change": lambda **o: designs.spread_of_change(MEANS, 3, 3, **o),
    "interrupted.step_in_series": lambda **o: interrupted.step_in_series(SCORES[:40], 20, **o),
    "lags.counts_after_scores": lambda **o: lags.counts_after_scores(*CELLS, **o),
    "latency.cumulative_share": lambda **o: latency.cumulative_share(DAYS, DONE.astype(int), 6.0, **o),
    "latency.surfacing_time": lambda **o: latency.surfacing_time(DAYS * 0, DAYS, now=90, horizon=40, **o),
    "panel.all_errors": lambda **o: panel.all_errors(40, 30, 12, **o),
    "permutation.permutation_test": lambda **o: permutation.permutation_test(FIRST, MARKED, rng=RNG, **o),
    "permutation.placebo_rank": lambda **o: permutation.placebo_rank(FIRST, COUNTS[:, 0], 3, **o),
    "rates.compare_rates": lambda **o: rates.compare_rates(4, 10, 9, 12, **o),
    "rates.poisson_rate": lambda **o: rates.poisson_rate(3, 26, **o),
    "rates.rate_against": lambda **o: rates.rate_against(3, 26, 0.2, **o),
    "rates.share": lambda **o: rates.share(7, 20, **o),
    "relations.relate": lambda **o: relations.relate(
        SCORES, relations.Outcome("poisson", CELLS[1], CELLS[2]), PEOPLE, CELLS[4], **o
    ),
    "survival.compare_waiting": lambda **o: survival.compare_waiting(DAYS, DONE, MARKED, **o),
    "survival.restricted_mean": lambda **o: survival.restricted_mean(DAYS, DONE, 9.0, **o),
    "survival.waiting_curve": lambda **o: survival.waiting_curve(DAYS, DONE, **o),
    "wave_effects.slopes_beside_waves": lambda **o: wave_effects.slopes_beside_waves(
        SCORES[:, None], np.asarray(CELLS[1], dtype=float), "poisson", wave=CELLS[4], team=PEOPLE, **o
    ),
}
# Checked in tests of their own: these take what the others have made, or make up data.
ELSEWHERE = {"glm.interval", "panel.panel", "panel.verdict", "simulate.answers_of", "simulate.expected_answer"}


@pytest.mark.parametrize("value", [0.0, 1.0, 95.0, float("nan")])
@pytest.mark.parametrize("name", LEVELS)
def test_a_level_lies_between_0_and_1(name: str, value: float) -> None:
    """Percent, nothing and everything are no levels."""
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        LEVELS[name](level=value)


@pytest.mark.parametrize("value", [0.0, 1.0, 95.0, float("nan")])
@pytest.mark.parametrize("name", CONFIDENCES)
def test_a_confidence_lies_between_0_and_1(name: str, value: float) -> None:
    """Percent, nothing and everything are no confidences."""
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        CONFIDENCES[name](confidence=value)


@pytest.mark.parametrize(("option", "tried"), [("level", LEVELS), ("confidence", CONFIDENCES)])
def test_no_function_is_forgotten(option: str, tried: dict[str, Call]) -> None:
    """A new function with such an option is tried as well."""
    found = set()
    for module in pkgutil.iter_modules(stats.__path__):
        room: Any = pkgutil.resolve_name(f"surveyapp.stats.{module.name}")
        for name, one in inspect.getmembers(room, inspect.isfunction):
            own = one.__module__ == room.__name__ and not name.startswith("_")
            if own and option in inspect.signature(one).parameters:
                found.add(f"{module.name}.{name}")
    assert found - ELSEWHERE == set(tried)
