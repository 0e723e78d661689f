"""Slopes agree with R, and a team is told to move only when it moves more than the others."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import climate
from surveyapp.stats.slopes import (
    OrganisationSlope,
    SlopeAmongTeams,
    TheilSen,
    organisation_slope,
    slope_among_teams,
    theil_sen,
    theil_sen_panel,
)

Floats = NDArray[np.float64]
STRONG = Recipe(teams=15, waves=20, shock_share=0.55, shock_persistence=0.8)


def sen(outcome: TheilSen | CannotTell) -> TheilSen:
    """Give a description that is known to exist."""
    assert isinstance(outcome, TheilSen)
    return outcome


def among(outcome: SlopeAmongTeams | CannotTell) -> SlopeAmongTeams:
    """Give a comparison that is known to exist."""
    assert isinstance(outcome, SlopeAmongTeams)
    return outcome


def figures(rng: np.random.Generator, recipe: Recipe) -> tuple[Floats, Floats]:
    """Means and counts of teams that go nowhere but up and down."""
    true = climate(rng, recipe)
    counts = np.broadcast_to(rng.integers(3, 10, (recipe.teams, 1)), true.shape)
    return true + rng.normal(0, 0.6, true.shape) / np.sqrt(counts), counts.astype(float)


def test_one_wild_wave_does_not_turn_the_slope() -> None:
    """A single outlier moves the least-squares slope, the median of slopes hardly."""
    values = np.arange(12) * 0.1
    values[11] -= 5
    assert sen(theil_sen(np.arange(12), values)).estimate == pytest.approx(0.1)


def test_sens_interval_covers_for_independent_figures() -> None:
    """Where its assumption holds, the interval holds the slope 95 times in 100."""
    rng = np.random.default_rng(1)
    runs = [sen(theil_sen(np.arange(20), rng.normal(0, 1, 20))) for _ in range(500)]
    assert 0.93 <= np.mean([run.low <= 0 <= run.high for run in runs]) <= 0.975


def test_gaps_and_equal_times_are_left_out() -> None:
    """A figure that is missing makes no pair, and two figures of one day make no slope."""
    made = sen(theil_sen([1, 2, 2, 3, 4], [1.0, 2.0, 2.2, float("nan"), 4.0]))
    assert made.n == 4
    assert made.estimate == pytest.approx(np.median([1.0, 1.2, 1.0, 1.0, 0.9]))


def test_theil_sen_needs_four_figures_at_two_times() -> None:
    """Fewer are refused with what would be needed."""
    assert theil_sen([1, 2, 3], [1, 2, 3]) == CannotTell("too few figures for a slope", 3, 4, "waves")
    assert theil_sen([], []) == CannotTell("too few figures for a slope", 0, 4, "waves")
    assert theil_sen([1] * 4, [1, 2, 3, 4]) == CannotTell("all figures are of the same time", 4, None, "waves")


def test_a_level_line_has_slope_zero_and_no_width() -> None:
    """All equal figures are no accident for this description."""
    made = sen(theil_sen([1, 2, 3, 4, 5], [3.0] * 5))
    assert (made.estimate, made.low, made.high) == (0, 0, 0)


@pytest.mark.parametrize(
    ("times", "values", "options", "named"),
    [
        ([1, 2], [1.0], {}, "times 2, values 1"),
        ([1, float("inf")], [1.0, 2.0], {}, "times must be finite, got inf"),
        ([1, 2, 3, 4], [1.0, 2, 3, 4], {"level": 1.0}, "level must lie between 0 and 1, got 1"),
    ],
)
def test_theil_sen_names_impossible_input(times: Any, values: Any, options: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    with pytest.raises(ValueError, match=named):
        theil_sen(times, values, **options)


def test_the_panel_gives_every_team_its_slope() -> None:
    """Whatever the block, each row has the slope that it has alone, gaps included."""
    means = np.random.default_rng(2).normal(3, 1, (7, 11))
    means[np.random.default_rng(3).random(means.shape) < 0.3] = np.nan
    made = theil_sen_panel(means, block=3)
    assert made == pytest.approx([sen(theil_sen(np.arange(11), row)).estimate for row in means], rel=1e-12)


def test_a_team_with_one_figure_has_no_slope() -> None:
    """It is left open, as is every team of a single wave."""
    assert np.isnan(theil_sen_panel(np.array([[3.0, np.nan, np.nan]]))).all()
    assert np.isnan(theil_sen_panel(np.array([[3.0]]))).all()
    with pytest.raises(ValueError, match="block must be a whole number from 1"):
        theil_sen_panel([[3.0]], block=0)


def test_with_equal_teams_it_is_crawford_and_howells_test() -> None:
    """With equal sizes the test is that of one case against a sample of controls."""
    means, counts = figures(np.random.default_rng(4), STRONG)
    counts[:] = 6
    slopes = np.array([stats.linregress(np.arange(20), row).slope for row in means])
    others = slopes[1:]
    t = (slopes[0] - others.mean()) / (others.std(ddof=1) * (1 + 1 / 14) ** 0.5)
    made = among(slope_among_teams(means, counts, 0))
    assert made.p == pytest.approx(2 * stats.t.sf(abs(t), 13), rel=1e-9)
    assert made.estimate == pytest.approx(slopes[0] - others.mean(), rel=1e-9)


def test_teams_that_go_nowhere_are_rarely_told_to_move() -> None:
    """With strong ups and downs one team in twenty is called moving, not one in four."""
    rng = np.random.default_rng(5)
    called = [among(slope_among_teams(*figures(rng, STRONG), team)).p < 0.05 for _ in range(30) for team in range(15)]
    assert 0.02 <= np.mean(called) <= 0.08


def test_the_interval_covers_what_was_planted() -> None:
    """A slope that is added to one team lies in its interval about 95 times in 100."""
    rng = np.random.default_rng(6)
    hits = []
    for _ in range(300):
        means, counts = figures(rng, STRONG)
        means[3] += np.arange(20) * 0.03
        made = among(slope_among_teams(means, counts, 3))
        hits.append(made.low <= 0.03 <= made.high)
    assert 0.915 <= np.mean(hits) <= 0.98


def test_a_drift_of_all_is_no_slope_of_one() -> None:
    """What the whole organisation does is taken out, also when teams have gaps at different times."""
    rng = np.random.default_rng(7)
    means, counts = figures(rng, STRONG)
    gaps = rng.random(means.shape) < 0.2
    still, moved = np.where(gaps, np.nan, means), np.where(gaps, np.nan, means + np.arange(20) * 0.2)
    first, second = (among(slope_among_teams(table, counts, 2)) for table in (still, moved))
    assert second.estimate == pytest.approx(first.estimate, abs=1e-6)
    assert second.own == pytest.approx(first.own + 0.2, abs=1e-6)


def test_the_organisation_slope_is_a_t_test_over_teams() -> None:
    """One slope for each team, then scipy's test."""
    means, counts = figures(np.random.default_rng(8), STRONG)
    slopes = [stats.linregress(np.arange(20), row).slope for row in means]
    expected = stats.ttest_1samp(slopes, 0)
    made = organisation_slope(means, counts)
    assert isinstance(made, OrganisationSlope)
    assert made.p == pytest.approx(expected.pvalue, rel=1e-9)
    interval = expected.confidence_interval()
    assert (made.low, made.high) == pytest.approx((interval.low, interval.high), rel=1e-9)


@pytest.mark.parametrize(
    ("teams", "waves", "refusal"),
    [
        (10, 8, CannotTell("too few other teams to compare with", 9, 10, "teams")),
        (12, 5, CannotTell("too few waves of this team for a slope", 5, 6, "waves")),
    ],
)
def test_thin_data_give_a_typed_refusal(teams: int, waves: int, refusal: CannotTell) -> None:
    """Few teams and few waves are told apart."""
    means = np.random.default_rng(9).normal(3, 1, (teams, waves))
    assert slope_among_teams(means, np.full(means.shape, 6), 0) == refusal


def test_the_organisation_needs_ten_teams() -> None:
    """Nine teams are refused, and teams that all move alike as well."""
    means = np.random.default_rng(10).normal(3, 1, (9, 8))
    refusal = CannotTell("too few teams with enough waves", 9, 10, "teams")
    assert organisation_slope(means, np.full(means.shape, 6)) == refusal
    same = np.tile(np.arange(8.0), (12, 1))
    assert organisation_slope(same, np.full(same.shape, 6)) == CannotTell("all teams moved alike", 12, None, "teams")


def test_others_that_all_moved_alike_measure_nothing() -> None:
    """Without scatter among the others nothing is larger than chance."""
    means = np.full((12, 8), 3.0)
    means[0] += np.arange(8)
    refusal = CannotTell("all other teams moved alike", 11, None, "teams")
    assert slope_among_teams(means, np.full(means.shape, 6), 0) == refusal


@pytest.mark.parametrize(
    ("options", "named"),
    [({"team": 12}, "whole number from 0 to 11, got 12"), ({"team": -1}, "got -1"), ({"level": 0.0}, "level must lie")],
)
def test_impossible_questions_are_named(options: dict[str, Any], named: str) -> None:
    """An unknown row and a level outside its range are named."""
    arguments: dict[str, Any] = {"means": np.ones((12, 8)), "counts": np.ones((12, 8)), "team": 0}
    with pytest.raises(ValueError, match=named):
        slope_among_teams(**(arguments | options))
