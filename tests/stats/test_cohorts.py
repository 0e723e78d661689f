"""Staggered starts: equal to the simple comparison where that is right, and right where it is not."""

from math import nan

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.change import ChangeEffect, collapse, difference_of_changes
from surveyapp.stats.cohorts import StaggeredEffect, minimum_detectable_staggered, staggered_effect
from surveyapp.stats.detectable import Detectable
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.power import detectable_difference, detectable_shift

Floats = NDArray[np.float64]


def told(outcome: StaggeredEffect | CannotTell) -> StaggeredEffect:
    """Give the effect, which these designs always allow."""
    assert isinstance(outcome, StaggeredEffect)
    return outcome


def panel(starts: Floats, waves: int, *, gain: float = 0.0, noise: float = 0.2, seed: int = 1) -> Floats:
    """Make scores of teams that differ, waves that move all, and a gain from each start on."""
    rng = np.random.default_rng(seed)
    teams = len(starts)
    score = rng.normal(3.5, 0.4, (teams, 1)) + rng.normal(0, 0.3, waves) + rng.normal(0, noise, (teams, waves))
    return np.asarray(score + gain * (np.arange(waves) >= starts[:, None]))


STARTS = np.repeat([4.0, 6.0, np.nan], [5, 6, 7])


def test_one_cohort_equals_the_difference_of_changes() -> None:
    """Estimate, standard error and degrees of freedom."""
    starts = np.repeat([3.0, np.nan], [6, 10])
    score = panel(starts, 6, gain=0.3)
    found = told(staggered_effect(score, starts, waves_before=3, waves_after=3))
    simple = difference_of_changes(collapse(score, 3).change, starts == 3)
    assert isinstance(simple, ChangeEffect)
    assert (found.estimate, found.se, found.df) == pytest.approx((simple.estimate, simple.se, simple.df), rel=1e-9)


def test_cohorts_are_weighted_by_their_size() -> None:
    """Each cohort beside those that had not started by the end of its window."""
    score = panel(STARTS, 9, gain=0.3)
    found = told(staggered_effect(score, STARTS, waves_before=2, waves_after=2))
    assert [(c.start, c.n_treated, c.n_comparison) for c in found.cohorts] == [(4, 5, 13), (6, 6, 7)]
    change = collapse(score[:, 2:6], 2).change
    assert found.cohorts[0].estimate == pytest.approx(change[:5].mean() - change[5:].mean(), rel=1e-9)
    pooled = (5 * found.cohorts[0].estimate + 6 * found.cohorts[1].estimate) / 11
    assert found.estimate == pytest.approx(pooled, rel=1e-9)
    assert (found.n, found.n_treated, found.left_out) == (18, 11, 0)


def test_growing_effects_do_not_turn_against_themselves() -> None:
    """With noise-free effects that grow each wave the average gain of the window comes out."""
    since = np.arange(10) - np.nan_to_num(STARTS, nan=99.0)[:, None]
    score = panel(STARTS, 10, noise=1e-6) + np.where(since >= 0, 0.2 * (since + 1), 0.0)
    found = told(staggered_effect(score, STARTS, waves_before=2, waves_after=2))
    assert found.estimate == pytest.approx(0.3, abs=1e-5)


def test_a_start_as_late_as_its_window_allows_is_used() -> None:
    """Also one as early as that, with just three teams beside five."""
    starts = np.repeat([2.0, 7.0, np.nan], [3, 3, 5])
    found = told(staggered_effect(panel(starts, 9), starts, waves_before=2, waves_after=2))
    assert [(c.start, c.n_treated, c.n_comparison) for c in found.cohorts] == [(2, 3, 8), (7, 3, 5)]


def test_missing_waves_learn_the_mood_from_those_that_wait() -> None:
    """What the start does is not taken for the mood of everybody."""
    starts = np.repeat([3.0, np.nan], [6, 7])
    score = panel(starts, 6, gain=1.0, noise=1e-6)
    score[0, 4] = np.nan
    found = told(staggered_effect(score, starts, waves_before=3, waves_after=3))
    assert found.estimate == pytest.approx(1.0, abs=1e-4)


def test_starts_without_enough_others_are_left_out() -> None:
    """Six and two: too few to compare with."""
    starts = np.repeat([4.0, np.nan], [6, 2])
    assert isinstance(staggered_effect(panel(starts, 9), starts, waves_before=2, waves_after=2), CannotTell)


def test_a_team_in_two_cohorts_is_counted_once() -> None:
    """Waiting teams serve twice, and the interval knows."""
    score = panel(STARTS, 9)
    found = told(staggered_effect(score, STARTS, waves_before=2, waves_after=2))
    assert found.df < 17


def test_cohorts_without_a_fair_comparison_are_left_out_and_counted() -> None:
    """Two teams, or a start without waves before it."""
    starts = np.repeat([1.0, 4.0, 5.0, np.nan], [4, 5, 2, 8])
    found = told(staggered_effect(panel(starts, 8), starts, waves_before=2, waves_after=2))
    assert [cohort.start for cohort in found.cohorts] == [4]
    assert found.left_out == 6


def test_missing_waves_leave_a_team_out_of_its_window() -> None:
    """A team without a side has no change."""
    score = panel(STARTS, 9)
    score[0, 2:4] = np.nan
    found = told(staggered_effect(score, STARTS, waves_before=2, waves_after=2))
    assert found.cohorts[0].n_treated == 4


@pytest.mark.parametrize(
    "starts",
    [np.full(18, np.nan), np.full(18, 4.0), np.full(18, 0.0), np.repeat([4.0, np.nan], [2, 16])],
)
def test_designs_without_a_comparison_cannot_tell(starts: Floats) -> None:
    """Nobody started, everybody at once, nothing before, or too few."""
    outcome = staggered_effect(panel(starts, 9), starts, waves_before=2, waves_after=2)
    assert isinstance(outcome, CannotTell)


def test_scores_that_never_move_cannot_tell() -> None:
    """No variation, no interval."""
    outcome = staggered_effect(np.full((18, 9), 3.0), STARTS, waves_before=2, waves_after=2)
    assert isinstance(outcome, CannotTell)


@pytest.mark.parametrize(
    ("start", "before", "message"),
    [
        (np.full(18, 2.5), 2, r"start must be a whole number from 0, or NaN, got 2\.5"),
        (np.full(18, -1.0), 2, "start must be a whole number from 0, or NaN, got -1"),
        (np.full(17, 2.0), 2, "score 18, start 17"),
        (np.full(18, 2.0), 0, "waves_before must be a whole number from 1, got 0"),
    ],
)
def test_nonsense_is_refused(start: Floats, before: int, message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        staggered_effect(panel(STARTS, 9), start, waves_before=before, waves_after=2)


def announced(score: Floats, start: list[float], before: int, after: int) -> float:
    """Give what these cohorts would find, which they always do."""
    found = minimum_detectable_staggered(score, start, waves_before=before, waves_after=after)
    assert isinstance(found, Detectable)
    return found.estimate


def test_what_one_start_takes_is_that_of_the_difference_of_changes() -> None:
    """Waves without memory: the variance of a change is s² (1/before + 1/after)."""
    score = np.random.default_rng(2).normal(3.5, 0.3, (3_000, 9))
    found = announced(score, [0.0] * 8 + [nan] * 32, 3, 2)
    sd = 0.3 * (1 / 3 + 1 / 2) ** 0.5
    df = (1 / 8 + 1 / 32) ** 2 / (1 / (8**2 * 7) + 1 / (32**2 * 31))
    assert found == pytest.approx(detectable_difference(sd, 8, 32, df=df), rel=0.02)


def test_teams_that_wait_serve_several_cohorts_in_waves_that_overlap() -> None:
    """What is announced is the spread of the estimate itself, over organisations in which waves hang together."""
    rng = np.random.default_rng(4)
    start = [0.0] * 5 + [2.0] * 5 + [nan] * 10

    steps = rng.normal(0, 0.15, (4_000, 20, 8)).cumsum(axis=2)
    many = 3.5 + steps + rng.normal(0, 0.2, (4_000, 20, 8))
    early = many[:, :, 3:6].mean(axis=2) - many[:, :, :3].mean(axis=2)
    late = many[:, :, 5:].mean(axis=2) - many[:, :, 2:5].mean(axis=2)
    waiting = (early + late)[:, 10:].mean(axis=1)
    effects = (early[:, :5].mean(axis=1) + late[:, 5:10].mean(axis=1) - waiting) / 2
    one = told(staggered_effect(many[0], np.array(start) + 3, waves_before=3, waves_after=3))
    assert one.estimate == pytest.approx(effects[0], rel=1e-9)
    found = announced(many[:200].reshape(-1, 8), start, 3, 3)
    assert found == pytest.approx(detectable_shift(one.df) * float(np.std(effects)), rel=0.03)


def test_a_short_past_stands_in_for_waves_that_lie_further_apart() -> None:
    """Waves without memory are all as far apart."""
    score = np.random.default_rng(2).normal(3.5, 0.3, (3_000, 9))
    start = [0.0] * 6 + [2.0] * 6 + [nan] * 12
    assert announced(score[:, :3], start, 4, 4) == pytest.approx(announced(score, start, 4, 4), rel=0.03)


@pytest.mark.parametrize(
    ("shape", "start"),
    [((7, 9), [0.0] * 6 + [nan] * 6), ((30, 1), [0.0] * 6 + [nan] * 6), ((30, 9), [0.0] * 2 + [nan] * 9)],
)
def test_a_thin_past_or_small_cohorts_announce_nothing(shape: tuple[int, int], start: list[float]) -> None:
    """Under 8 teams, with one wave, or without a cohort of three."""
    score = np.random.default_rng(2).normal(3.5, 0.3, shape)
    assert isinstance(minimum_detectable_staggered(score, start, waves_before=3, waves_after=3), CannotTell)


def test_starts_of_a_plan_are_places() -> None:
    """The message names the value."""
    with pytest.raises(ValueError, match=r"start must be a whole number from 0, or NaN, got 1\.5"):
        minimum_detectable_staggered(np.ones((9, 9)), [0.0, 1.5], waves_before=1, waves_after=1)
    with pytest.raises(ValueError, match="waves_after must be a whole number from 1, got 0"):
        minimum_detectable_staggered(np.ones((9, 9)), [0.0, 1.0], waves_before=1, waves_after=0)
