"""Which test a design allows, how far teams move anyway, and the draw of who starts."""

import numpy as np
import pytest

from surveyapp.stats.designs import (
    Spread,
    WaitingList,
    fitting_test,
    spread_by_size,
    spread_given_baseline,
    spread_of_change,
    waiting_list_draw,
)
from surveyapp.stats.outcome import CannotTell


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


def test_spread_by_size_is_known() -> None:
    """Waves without memory: what people mean is averaged over fewer of them in a small team."""
    size = np.repeat([4.0, 9.0, 25.0], 700)
    score = np.random.default_rng(2).normal(0, 0.6 / np.sqrt(size)[:, None], (2_100, 9))
    found = spread_by_size(score, size, 3, 2)
    assert not isinstance(found, CannotTell)
    known = 0.6 * (5 / 6) ** 0.5 / np.array([2.0, 3.0, 5.0])
    assert found[[0, 700, 1_400]] == pytest.approx(known, rel=0.03)


def test_spread_by_size_of_equal_teams_is_the_common_one() -> None:
    """All teams are alike, what they share is taken out, and a withheld wave is left out."""
    score = np.random.default_rng(3).normal(3.5, 0.4, (24, 6)) + np.array([0.0, 0.5, -1.0, 2.0, 0.0, 1.0])
    score[0, 5] = np.nan
    found = spread_by_size(score, np.full(24, 8.0), 1, 1)
    assert not isinstance(found, CannotTell)
    assert found == pytest.approx(np.full(24, spread(spread_of_change(score, 1, 1)).estimate), rel=1e-3)


@pytest.mark.parametrize(
    ("shape", "n", "needed", "unit"),
    [((30, 3), 3, 4, "waves"), ((19, 12), 19, 20, "teams")],
)
def test_spread_by_size_takes_teams_and_waves(shape: tuple[int, int], n: int, needed: int, unit: str) -> None:
    """Under 20 teams the common spread says more."""
    outcome = spread_by_size(np.random.default_rng(1).normal(size=shape), np.ones(shape[0]), 2, 2)
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed, outcome.unit) == (n, needed, unit)


def test_teams_of_any_size_that_never_move_cannot_tell() -> None:
    """A spread of zero would promise to find anything."""
    assert isinstance(spread_by_size(np.full((30, 4), 3.5), np.ones(30), 2, 2), CannotTell)


def test_spread_given_a_baseline_is_known() -> None:
    """Lasting differences and waves without memory: regression on one noisy wave leaves the textbook variance."""
    rng = np.random.default_rng(2)
    score = rng.normal(0, 0.3, (3_000, 1)) + rng.normal(0, 0.4, (3_000, 8))
    found = spread(spread_given_baseline(score, 1, 2))
    known = (0.09 + 0.16 / 2 - 0.09**2 / 0.25) ** 0.5
    assert found.estimate == pytest.approx(known, rel=0.02)
    assert found.low < known < found.high
    assert (found.n, found.windows) == (3_000, 5)


def test_spread_given_a_baseline_of_one_window_is_the_residual_one() -> None:
    """That of a straight line through the teams; a team without one of both does not count."""
    score = np.random.default_rng(3).normal(3.5, 0.4, (12, 3))
    score[0, 0] = score[1, 2] = np.nan
    x, y = score[2:, 0], score[2:, 2]
    residual = y - np.polyval(np.polyfit(x, y, 1), x)
    found = spread(spread_given_baseline(score, 1, 1))
    assert found.n == 10
    assert found.estimate == pytest.approx((residual @ residual / 8) ** 0.5, rel=1e-9)


@pytest.mark.parametrize(
    ("shape", "n", "needed", "unit"),
    [((20, 3), 3, 4, "waves"), ((7, 12), 7, 8, "teams")],
)
def test_a_past_too_thin_for_a_baseline_cannot_tell(shape: tuple[int, int], n: int, needed: int, unit: str) -> None:
    """Fewer waves than the plan has, or too few teams."""
    outcome = spread_given_baseline(np.random.default_rng(1).normal(size=shape), 1, 2)
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed, outcome.unit) == (n, needed, unit)


def test_later_waves_that_follow_from_the_baseline_cannot_tell() -> None:
    """A spread of zero would promise to find anything."""
    assert isinstance(spread_given_baseline(np.full((10, 4), 3.5), 0, 2), CannotTell)


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
