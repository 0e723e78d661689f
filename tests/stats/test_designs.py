"""Which test a design allows, what it could find, and the draw of who starts."""

import numpy as np
import pytest

from surveyapp.stats.designs import (
    Detectable,
    Spread,
    WaitingList,
    fitting_test,
    minimum_detectable_change,
    spread_of_change,
    waiting_list_draw,
)
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.power import detectable_difference


@pytest.mark.parametrize(
    ("design", "test"),
    [
        ((1, 19, 6, 6), "placebo rank"),
        ((2, 18, 1, 1), "permutation"),
        ((3, 5, 1, 1), "studentised permutation"),
        ((4, 4, 1, 1), "studentised permutation"),
        ((30, 3, 1, 1), "studentised permutation"),
    ],
)
def test_each_design_has_its_test(design: tuple[int, int, int, int], test: str) -> None:
    """The test follows from the numbers alone, at the limits of what is allowed."""
    assert fitting_test(*design) == test


@pytest.mark.parametrize(
    ("design", "low", "n", "needed"),
    [
        ((1, 0, 6, 6), False, 0, 19),
        ((1, 18, 6, 6), False, 18, 19),
        ((1, 19, 5, 6), False, 5, 6),
        ((1, 19, 6, 5), False, 5, 6),
        ((2, 17, 6, 6), False, 17, 18),
        ((3, 4, 6, 6), False, 7, 8),
        ((6, 2, 6, 6), False, 2, 3),
        ((5, 5, 0, 3), False, 0, 1),
        ((5, 5, 3, 0), False, 0, 1),
        ((1, 30, 6, 6), True, 1, 3),
        ((2, 30, 6, 6), True, 2, 3),
    ],
)
def test_designs_without_a_valid_test_are_refused(
    design: tuple[int, int, int, int], low: object, n: int, needed: int
) -> None:
    """The outcome says what there is and what it would take."""
    outcome = fitting_test(*design, chosen_low=low is True)
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed) == (n, needed)


def test_teams_chosen_low_are_adjusted_for_their_baseline() -> None:
    """No other test is offered for them."""
    assert fitting_test(3, 5, 1, 1, chosen_low=True) == "adjusted for the baseline"


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ((0, 5, 1, 1), "treated must be a whole number from 1, got 0"),
        ((3, -1, 1, 1), "comparison must be a whole number from 0, got -1"),
        ((3, 5, -1, 1), "waves_before must be a whole number from 0, got -1"),
    ],
)
def test_impossible_designs_are_refused(design: tuple[int, int, int, int], message: str) -> None:
    """The message names the number and its limit."""
    with pytest.raises(ValueError, match=message):
        fitting_test(*design)


def spread(outcome: Spread | CannotTell) -> Spread:
    """Give the spread, which these data always allow."""
    assert isinstance(outcome, Spread)
    return outcome


def detectable(outcome: Detectable | CannotTell) -> Detectable:
    """Give the size, which these designs always have."""
    assert isinstance(outcome, Detectable)
    return outcome


def test_spread_of_independent_waves_is_known() -> None:
    """Waves without memory: the variance of a change is s² (1/before + 1/after)."""
    score = np.random.default_rng(2).normal(0, 0.3, (2_000, 9))
    found = spread(spread_of_change(score, 3, 2))
    assert found.estimate == pytest.approx(0.3 * (1 / 3 + 1 / 2) ** 0.5, rel=0.02)
    assert (found.n, found.windows) == (2_000, 5)
    assert found.low < 0.3 * (1 / 3 + 1 / 2) ** 0.5 < found.high


def test_spread_with_one_window_is_the_textbook_one() -> None:
    """Standard deviation of the changes and its chi-square interval."""
    score = np.random.default_rng(3).normal(3.5, 0.4, (10, 2))
    found = spread(spread_of_change(score, 1, 1))
    assert found.estimate == pytest.approx(np.diff(score).std(ddof=1), rel=1e-12)
    # Quantiles of chi-square with 9 degrees of freedom.
    assert found.low == pytest.approx(found.estimate * (9 / 19.0227678) ** 0.5, rel=1e-7)
    assert found.high == pytest.approx(found.estimate * (9 / 2.7003895) ** 0.5, rel=1e-7)


def test_what_all_teams_share_is_no_spread() -> None:
    """A rise of everybody is taken out."""
    score = np.random.default_rng(3).normal(3.5, 0.4, (10, 4))
    raised = score + np.array([0.0, 0.5, -1.0, 2.0])
    assert spread(spread_of_change(raised, 1, 1)).estimate == pytest.approx(
        spread(spread_of_change(score, 1, 1)).estimate, rel=1e-12
    )


def test_withheld_waves_leave_teams_out_of_a_window() -> None:
    """A team without a score on one side does not count there."""
    score = np.random.default_rng(3).normal(3.5, 0.4, (10, 2))
    score[0, 1] = np.nan
    found = spread(spread_of_change(score, 1, 1))
    assert found.n == 9
    assert found.estimate == pytest.approx(np.diff(score[1:]).std(ddof=1), rel=1e-12)


@pytest.mark.parametrize(
    ("shape", "n", "needed", "unit"),
    [((20, 3), 3, 4, "waves"), ((7, 12), 7, 8, "teams")],
)
def test_a_short_past_cannot_tell(shape: tuple[int, int], n: int, needed: int, unit: str) -> None:
    """Fewer waves than the plan has, or too few teams."""
    outcome = spread_of_change(np.random.default_rng(1).normal(size=shape), 2, 2)
    assert outcome == CannotTell(outcome.reason, n, needed, unit) if isinstance(outcome, CannotTell) else False


def test_teams_that_never_move_cannot_tell() -> None:
    """A spread of zero would promise to find anything."""
    assert isinstance(spread_of_change(np.full((10, 4), 3.5), 2, 2), CannotTell)


def test_all_scores_withheld_cannot_tell() -> None:
    """No team has both sides."""
    outcome = spread_of_change(np.full((10, 4), np.nan), 2, 2)
    assert isinstance(outcome, CannotTell)
    assert outcome.n == 0


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
        (3, 6, 2.56),
        (3, 17, 2.30),
        (3, 40, 2.45),
        (4, 4, 2.89),
        (4, 8, 1.96),
        (4, 20, 1.87),
        (5, 15, 1.67),
        (5, 60, 1.63),
        (6, 18, 1.44),
        (10, 30, 1.08),
        (20, 5, 1.66),
    ],
)
def test_detectable_change_is_within_a_tenth_of_simulation(treated: int, comparison: int, simulated: float) -> None:
    """The true change, in standard deviations, that the studentised permutation found in 80 % of 1,000 runs."""
    found = detectable(minimum_detectable_change(1.0, treated, comparison))
    assert found.estimate == pytest.approx(simulated, rel=0.1)


@pytest.mark.parametrize(("comparison", "level"), [(19, 0.05), (39, 0.05), (25, 0.1)])
def test_detectable_change_of_one_team_equals_simulated_ranks(comparison: int, level: float) -> None:
    """A normal change that ranks high enough among equally spread others, four times in five."""
    plan = detectable(minimum_detectable_change(1.0, 1, comparison, level=level))
    rng = np.random.default_rng(11)
    others = np.sort(np.abs(rng.normal(size=(100_000, comparison))), axis=1)
    own = np.abs(plan.estimate + rng.normal(0, (1 + 1 / comparison) ** 0.5, 100_000))
    ahead = round(level * (comparison + 1) - 0.49)
    assert np.mean(own > others[:, -ahead]) == pytest.approx(0.8, abs=0.005)


def test_detectable_change_of_one_team_among_many_is_the_normal_one() -> None:
    """The rank then knows the spread."""
    plan = detectable(minimum_detectable_change(0.3, 1, 3_999))
    assert plan.estimate == pytest.approx(0.3 * (1.959964 + 0.841621), rel=0.005)


def test_detectable_change_of_two_teams_is_that_of_the_pooled_test() -> None:
    """With all assignments behind it the level is nearly reached."""
    plan = detectable(minimum_detectable_change(0.3, 2, 60))
    assert plan.estimate == pytest.approx(detectable_difference(0.3, 2, 60), rel=0.005)


def test_detectable_change_of_several_has_one_degree_more_than_bell_mccaffrey() -> None:
    """At a level that 134,596 assignments reach."""
    plan = detectable(minimum_detectable_change(0.3, 6, 18))
    df = 1 + (1 / 6 + 1 / 18) ** 2 / (1 / (6**2 * 5) + 1 / (18**2 * 17))
    assert plan.estimate == pytest.approx(detectable_difference(0.3, 6, 18, df=df), rel=1e-4)


def test_few_assignments_make_the_level_smaller() -> None:
    """70 assignments with their mirror images reach 2 of 70, not 5 %."""
    plan = detectable(minimum_detectable_change(0.3, 4, 4))
    assert plan.estimate == pytest.approx(detectable_difference(0.3, 4, 4, level=2 / 70), rel=1e-9)


def test_detectable_change_grows_with_the_spread_and_falls_with_teams() -> None:
    """Twice the spread, twice the size; more teams find less."""
    plan = detectable(minimum_detectable_change(0.2, 6, 18))
    assert detectable(minimum_detectable_change(0.4, 6, 18)).estimate == pytest.approx(2 * plan.estimate)
    assert detectable(minimum_detectable_change(0.2, 12, 36)).estimate < plan.estimate
    assert detectable(minimum_detectable_change(0.2, 6, 18, wanted=0.9)).estimate > plan.estimate


def test_designs_without_a_test_detect_nothing() -> None:
    """No size is promised for them."""
    assert isinstance(minimum_detectable_change(0.3, 1, 5), CannotTell)


def test_spread_must_be_above_zero() -> None:
    """The message names the value."""
    with pytest.raises(ValueError, match="sd must be above 0, got 0"):
        minimum_detectable_change(0.0, 6, 18)


def test_power_must_exceed_the_level() -> None:
    """A test that does nothing has the power of its level."""
    with pytest.raises(ValueError, match=r"power must be above level 0\.05, got 0\.04"):
        minimum_detectable_change(0.2, 1, 30, wanted=0.04)
    with pytest.raises(ValueError, match=r"^power must lie between 0 and 1, got 2$"):
        minimum_detectable_change(0.2, 1, 30, wanted=2)


TEAMS = [f"team {letter}" for letter in "abcdefghij"]


def test_a_draw_starts_the_asked_number_and_forgets_nobody() -> None:
    """Every team starts now or later, in the order given."""
    draw = waiting_list_draw(TEAMS, 4, rng=np.random.default_rng(1))
    assert isinstance(draw, WaitingList)
    assert (len(draw.first), draw.assignments) == (4, 210)
    assert sorted(draw.first + draw.later) == TEAMS
    assert list(draw.first) == sorted(draw.first)


def test_every_team_is_as_likely_to_start() -> None:
    """Over many draws each of ten teams starts in four tenths."""
    rng = np.random.default_rng(1)
    draws = [waiting_list_draw(TEAMS, 4, rng=rng) for _ in range(2_000)]
    counts = [sum(isinstance(draw, WaitingList) and team in draw.first for draw in draws) for team in TEAMS]
    assert counts == pytest.approx([800] * 10, abs=4 * (2_000 * 0.24) ** 0.5)


def test_a_draw_can_be_checked_with_its_seed() -> None:
    """The same seed starts the same teams."""
    draws = [waiting_list_draw(TEAMS, 5, rng=np.random.default_rng(77)) for _ in range(2)]
    assert draws[0] == draws[1]


def test_a_draw_without_a_valid_test_is_refused() -> None:
    """Six teams are too few to learn anything."""
    assert isinstance(waiting_list_draw(TEAMS[:6], 3, rng=np.random.default_rng(1)), CannotTell)


@pytest.mark.parametrize(
    ("teams", "first", "message"),
    [
        (["a", "b", "a"], 1, "teams must name each team once, got 'a' more than once"),
        (["a", "b", "c"], 3, "first must leave a team to wait, got 3 of 3"),
        (["a", "b", "c"], 0, "first must be a whole number from 1, got 0"),
    ],
)
def test_an_impossible_draw_is_refused(teams: list[str], first: int, message: str) -> None:
    """The message names the argument and its limit."""
    with pytest.raises(ValueError, match=message):
        waiting_list_draw(teams, first, rng=np.random.default_rng(1))
