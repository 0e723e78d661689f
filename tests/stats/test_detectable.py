"""What a before/after design could find."""

import numpy as np
import pytest
from scipy import integrate, special

from surveyapp.stats.before_after import BeforeAfter, before_after
from surveyapp.stats.detectable import Detectable, minimum_detectable_change, minimum_detectable_given_baseline
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.power import detectable_difference


def size(outcome: Detectable | CannotTell) -> float:
    """Give the size, which these designs always have."""
    assert isinstance(outcome, Detectable)
    return outcome.estimate


@pytest.mark.parametrize(
    ("treated", "comparison", "sizes"),
    [
        (4, 4, (0.85, 0.58, 0.49, 0.41)),
        (4, 20, (0.58, 0.39, 0.33, 0.28)),
        (6, 18, (0.50, 0.34, 0.28, 0.24)),
        (10, 30, (0.38, 0.26, 0.22, 0.18)),
        (1, 19, (1.09, 0.74, 0.62, 0.53)),
    ],
)
def test_equal_variance_sizes_equal_the_published_table(
    treated: int, comparison: int, sizes: tuple[float, ...]
) -> None:
    """80 % power of a pooled t test for 1, 3, 6 and 13 waves a side."""
    for sd, size in zip((0.36, 0.245, 0.206, 0.175), sizes, strict=True):
        assert detectable_difference(sd, treated, comparison) == pytest.approx(size, rel=0.03)


@pytest.mark.parametrize(
    ("treated", "comparison", "simulated"),
    [
        (3, 5, 2.92),
        (5, 3, 2.94),
        (3, 6, 2.68),
        (4, 5, 2.30),
        (5, 5, 2.10),
        (3, 9, 2.59),
        (6, 6, 1.77),
        (4, 8, 2.02),
        (3, 17, 2.76),
        (17, 3, 2.79),
        (4, 20, 1.99),
        (4, 36, 2.05),
        (3, 37, 2.95),
        (6, 18, 1.49),
        (8, 32, 1.24),
        (10, 10, 1.34),
        (10, 30, 1.12),
        (20, 20, 0.92),
    ],
)
def test_what_is_announced_is_what_was_found_in_simulation(treated: int, comparison: int, simulated: float) -> None:
    """The change, in standard deviations, that permutation and interval found in 80 % of 2,000 other sets."""
    assert size(minimum_detectable_change(1.0, treated, comparison)) == pytest.approx(simulated, rel=0.035)


def test_four_of_eight_are_found_when_they_all_moved_further() -> None:
    """Of 70 assignments only the most extreme and its mirror image lie under 5 %: every treated above every other."""
    announced = size(minimum_detectable_change(1.0, 4, 4))

    def apart(x: float) -> float:
        density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
        return float(4 * density * special.ndtr(x) ** 3 * special.ndtr(announced - x) ** 4)

    assert integrate.quad(apart, -8, 8)[0] == pytest.approx(0.8, abs=0.015)
    assert announced > detectable_difference(1.0, 4, 4, level=2 / 70) * 1.05


def test_with_many_teams_on_both_sides_it_is_the_textbook_size() -> None:
    """Whatever the method, it then knows the spread."""
    assert size(minimum_detectable_change(0.3, 60, 60)) == pytest.approx(detectable_difference(0.3, 60, 60), rel=0.003)


def test_with_three_of_many_the_interval_asks_for_more_than_the_permutation() -> None:
    """Two degrees of freedom, for all that is known of the treated side."""
    assert size(minimum_detectable_change(1.0, 3, 57)) > 1.15 * detectable_difference(1.0, 3, 57)


@pytest.mark.parametrize(("comparison", "level"), [(19, 0.05), (39, 0.05), (25, 0.1)])
def test_what_one_team_takes_equals_simulated_ranks(comparison: int, level: float) -> None:
    """A normal change that ranks high enough among the others, all taken from the mean of all, four times in five."""
    announced = size(minimum_detectable_change(1.0, 1, comparison, level=level))
    changes = np.random.default_rng(11).normal(size=(50_000, comparison + 1))
    changes[:, 0] += announced
    away = np.abs(changes - changes.mean(axis=1, keepdims=True))
    ahead = round(level * (comparison + 1) - 0.49)
    assert np.mean(away[:, 0] > np.sort(away[:, 1:], axis=1)[:, -ahead]) == pytest.approx(0.8, abs=0.015)


def test_what_one_team_takes_among_many_is_the_normal_size() -> None:
    """The rank then knows the spread."""
    assert size(minimum_detectable_change(0.3, 1, 3_999)) == pytest.approx(0.3 * (1.959964 + 0.841621), rel=0.005)


def test_one_small_team_takes_its_own_spread() -> None:
    """Changes are ranked for their size, so that the team must move further than teams of its size do."""
    own = size(minimum_detectable_change([0.6] + [0.3] * 40, 1, 40))
    assert own == pytest.approx(2 * size(minimum_detectable_change(0.3, 1, 40)), rel=0.01)


@pytest.mark.parametrize("comparison", [43, 44, 60])
def test_what_two_teams_take_is_the_size_of_the_pooled_test(comparison: int) -> None:
    """With all assignments behind it the level is nearly reached; looked at or by formula."""
    assert size(minimum_detectable_change(0.3, 2, comparison)) == pytest.approx(
        detectable_difference(0.3, 2, comparison), rel=0.025
    )


def test_two_of_twenty_take_a_change_that_nine_assignments_in_190_reach() -> None:
    """Power of the plain permutation, counted in other sets than those it was computed from."""
    announced = size(minimum_detectable_change(1.0, 2, 18))
    rng, found = np.random.default_rng(5), 0
    for _ in range(400):
        score = np.column_stack([np.zeros(20), rng.normal(size=20) + announced * (np.arange(20) < 2)])
        outcome = before_after(score, np.arange(20) < 2, 1, rng=rng)
        found += isinstance(outcome, BeforeAfter) and outcome.p <= 0.05 and outcome.low > 0
    assert found / 400 == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(("treated", "comparison"), [(1, 30), (2, 20), (2, 60), (3, 6), (6, 18)])
def test_a_spread_for_each_team_says_the_same_when_all_are_alike(treated: int, comparison: int) -> None:
    """And more is taken when the treated teams are the restless ones, less when they are the quiet ones."""
    teams = treated + comparison
    alike = size(minimum_detectable_change(0.3, treated, comparison))
    assert size(minimum_detectable_change([0.3] * teams, treated, comparison)) == pytest.approx(alike, rel=1e-9)
    restless = [0.5] * treated + [0.3] * comparison
    quiet = [0.2] * treated + [0.3] * comparison
    assert size(minimum_detectable_change(restless, treated, comparison)) > alike
    assert size(minimum_detectable_change(quiet, treated, comparison)) < alike


@pytest.mark.parametrize(("treated", "comparison"), [(1, 30), (2, 20), (3, 6), (6, 18)])
def test_it_grows_with_the_spread_and_the_power(treated: int, comparison: int) -> None:
    """Twice the spread, twice the size; nine of ten take more than eight."""
    one, two = (size(minimum_detectable_change(sd, treated, comparison)) for sd in (0.2, 0.4))
    assert two == pytest.approx(2 * one)
    assert size(minimum_detectable_change(0.2, treated, comparison, wanted=0.9)) > one
    assert size(minimum_detectable_change(0.2, treated, comparison, level=0.1)) < one


def test_designs_without_a_test_detect_nothing() -> None:
    """No size is promised for them."""
    assert isinstance(minimum_detectable_change(0.3, 1, 5), CannotTell)


def test_spread_must_be_above_zero_and_fit_the_teams() -> None:
    """The message names the value, and how many there should be."""
    with pytest.raises(ValueError, match="sd must be above 0, got 0"):
        minimum_detectable_change(0.0, 6, 18)
    with pytest.raises(ValueError, match="sd must be above 0, got -1"):
        minimum_detectable_change([0.3] * 23 + [-1.0], 6, 18)
    with pytest.raises(ValueError, match="sd must be one number, or one for each of 24 teams, got 23"):
        minimum_detectable_change([0.3] * 23, 6, 18)


def test_power_must_exceed_the_level() -> None:
    """A test that does nothing has the power of its level."""
    for treated in (1, 2, 6):
        with pytest.raises(ValueError, match=r"power must be above level 0\.05, got 0\.04"):
            minimum_detectable_change(0.2, treated, 30, wanted=0.04)
    with pytest.raises(ValueError, match=r"^power must lie between 0 and 1, got 2$"):
        minimum_detectable_change(0.2, 1, 30, wanted=2)


LOW_TO_HIGH = np.linspace(2.6, 4.4, 40)


def test_teams_spread_over_the_baseline_take_what_a_draw_takes() -> None:
    """The score then says nothing about who was chosen."""
    marked = np.arange(40) % 4 == 1
    marked[[1, 38]] = False, True
    found = size(minimum_detectable_given_baseline(0.3, LOW_TO_HIGH, marked))
    assert found == pytest.approx(size(minimum_detectable_change(0.3, 10, 30)), rel=0.03)


def test_the_lowest_take_more_than_a_draw() -> None:
    """By the root of what the choice leaves of the variance of who was treated."""
    marked = np.arange(40) < 8
    share = np.corrcoef(marked, LOW_TO_HIGH)[0, 1] ** 2
    found = size(minimum_detectable_given_baseline(0.3, LOW_TO_HIGH, marked))
    assert found == pytest.approx(detectable_difference(0.3, 8, 32) / (1 - share) ** 0.5, rel=0.1)
    assert size(minimum_detectable_given_baseline(0.6, LOW_TO_HIGH, marked)) == pytest.approx(2 * found)


def test_teams_without_a_baseline_do_not_count() -> None:
    """As if they were not there."""
    marked = np.arange(40) < 8
    gaps = LOW_TO_HIGH.copy()
    gaps[[0, 39]] = np.nan
    kept = minimum_detectable_given_baseline(0.3, LOW_TO_HIGH[1:39], marked[1:39])
    assert minimum_detectable_given_baseline(0.3, gaps, marked) == kept


@pytest.mark.parametrize("treated", [0, 2, 38])
def test_low_teams_take_three_on_each_side(treated: int) -> None:
    """Fewer have no test."""
    assert isinstance(minimum_detectable_given_baseline(0.3, LOW_TO_HIGH, np.arange(40) < treated), CannotTell)


def test_a_baseline_that_is_the_choice_itself_cannot_tell() -> None:
    """Two scores only: the effect and the slope are one."""
    marked = np.arange(12) < 4
    assert isinstance(minimum_detectable_given_baseline(0.3, np.where(marked, 3.0, 4.0), marked), CannotTell)
    with pytest.raises(ValueError, match="sd must be above 0, got 0"):
        minimum_detectable_given_baseline(0.0, LOW_TO_HIGH, np.arange(40) < 8)
    with pytest.raises(ValueError, match="columns differ in length: baseline 40, treated 39"):
        minimum_detectable_given_baseline(0.3, LOW_TO_HIGH, np.arange(39) < 8)
    with pytest.raises(ValueError, match="power must be above level"):
        minimum_detectable_given_baseline(0.3, LOW_TO_HIGH, np.arange(40) < 8, wanted=0.01)
