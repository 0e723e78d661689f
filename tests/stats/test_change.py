"""Before and after: against R, planted effects, missing waves, refusals."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from surveyapp.stats.change import (
    BaselineEffect,
    ChangeEffect,
    adjusted_for_baseline,
    collapse,
    difference_of_changes,
    mean_change,
)
from surveyapp.stats.outcome import CannotTell

Floats = NDArray[np.float64]


def effect(outcome: ChangeEffect | CannotTell) -> ChangeEffect:
    """Give the effect, which these data always allow."""
    assert isinstance(outcome, ChangeEffect)
    return outcome


def generator(seed: int = 1) -> np.random.Generator:
    """Make a generator as a record would seed it."""
    return np.random.default_rng(seed)


def test_degrees_of_freedom_for_two_groups_have_a_closed_form() -> None:
    """Bell-McCaffrey for a difference of two means."""
    found = effect(difference_of_changes(generator().normal(size=24), np.arange(24) < 6))
    expected = (1 / 6 + 1 / 18) ** 2 / (1 / (6**2 * 5) + 1 / (18**2 * 17))
    assert found.df == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("n", "treated", "needed"), [(10, 0, 3), (10, 2, 3), (10, 8, 3), (7, 3, 8)])
def test_thin_comparisons_cannot_tell(n: int, treated: int, needed: int) -> None:
    """Intervals of one or two teams on a side are not honest."""
    outcome = difference_of_changes(generator().normal(size=n), np.arange(n) < treated)
    assert isinstance(outcome, CannotTell)
    assert outcome.needed == needed


def test_equal_changes_cannot_tell() -> None:
    """Nothing varies, so nothing has an interval."""
    assert isinstance(difference_of_changes(np.zeros(10), np.arange(10) < 4), CannotTell)


def test_a_mean_change_has_the_interval_of_student() -> None:
    """Teams without a change are left out; the interval is that of a t test over teams."""
    change = generator().normal(0.1, 0.3, 12)
    found = mean_change(np.r_[change, np.nan])
    expected = stats.ttest_1samp(change, 0.0).confidence_interval(0.95)
    assert not isinstance(found, CannotTell)
    assert found.n == 12
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("change", [[], [0.1, 0.2], [0.1, 0.2, np.nan], [0.2, 0.2, 0.2]])
def test_a_mean_of_few_or_equal_changes_cannot_tell(change: list[float]) -> None:
    """Two teams have no interval, and equal ones none that is honest."""
    assert isinstance(mean_change(change), CannotTell)


def test_collapse_averages_a_complete_table_as_it_is() -> None:
    """Means of the waves on each side."""
    means = collapse([[1.0, 2.0, 6.0], [3.0, 3.0, 5.0]], 2)
    assert means.before.tolist() == [1.5, 3.0]
    assert means.after.tolist() == [6.0, 5.0]
    assert (means.waves_before, means.waves_after) == (2, 1)


def test_a_missing_wave_does_not_lend_its_mood() -> None:
    """Teams that only differ by a constant keep the same change whatever they miss."""
    waves = np.array([0.0, 1.0, -0.5, 0.3, 0.9, 0.2])
    score = np.arange(5.0)[:, None] + waves
    score[1, 1], score[2, 3], score[4, 0] = np.nan, np.nan, np.nan
    change = collapse(score, 3).change
    assert change == pytest.approx(np.full(5, waves[3:].mean() - waves[:3].mean()), abs=1e-9)


def test_moods_are_learnt_from_the_comparison() -> None:
    """What a treatment does in a wave is not mistaken for the mood of everybody."""
    waves = np.array([0.0, 0.4, -0.2, 0.1])
    score = np.zeros((6, 1)) + waves
    score[:3, 2:] += 1.0
    score[0, 1] = np.nan
    change = collapse(score, 2, comparison=np.arange(6) >= 3).change
    assert change[:3] - change[3:] == pytest.approx(np.ones(3), abs=1e-9)


def test_a_side_without_scores_is_not_complete() -> None:
    """NaN, never a made-up mean."""
    means = collapse([[1.0, 2.0], [np.nan, 2.0], [1.0, 1.0]], 1)
    assert means.complete.tolist() == [True, False, True]


@pytest.mark.parametrize("start", [0, 3, -1])
def test_start_must_leave_a_wave_on_each_side(start: int) -> None:
    """The message names the allowed places."""
    with pytest.raises(ValueError, match=f"start must be a whole number from 1 to 2, got {start}"):
        collapse(np.ones((4, 3)), start)


def chosen_low(seed: int, gain: float = 0.0) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Choose the 8 lowest of 40 teams on one wave; give after, baseline and choice."""
    rng = generator(seed)
    lasting = rng.normal(3.5, 0.3, 40)
    baseline, after = lasting + rng.normal(0, 0.3, 40), lasting + rng.normal(0, 0.15, 40)
    treated = baseline <= np.sort(baseline)[7]
    return after + gain * treated, baseline, treated


def test_low_teams_rise_anyway_without_an_effect() -> None:
    """Over 300 organisations the naive gain is large and the adjusted one is none."""
    adjusted, naive, rises = [], [], []
    for seed in range(300):
        after, baseline, treated = chosen_low(seed)
        found = adjusted_for_baseline(after, baseline, treated)
        assert isinstance(found, BaselineEffect)
        adjusted.append(found.effect.estimate)
        rises.append(found.rises_anyway)
        naive.append(float((after - baseline)[treated].mean()))
    assert np.mean(naive) > 0.2
    assert np.mean(rises) == pytest.approx(np.mean(naive), abs=0.02)
    assert np.mean(adjusted) == pytest.approx(0.0, abs=0.02)


def test_the_adjusted_effect_is_the_regression_coefficient() -> None:
    """The same as least squares on treatment and baseline."""
    after, baseline, treated = chosen_low(3, gain=0.5)
    found = adjusted_for_baseline(after, baseline, treated)
    assert isinstance(found, BaselineEffect)
    design = np.column_stack([np.ones(40), treated, baseline])
    constant, gain, slope = np.linalg.lstsq(design, after)[0]
    assert found.effect.estimate == pytest.approx(gain, rel=1e-10)
    untreated = constant + slope * baseline[treated].mean()
    assert found.rises_anyway == pytest.approx(untreated - baseline[treated].mean(), rel=1e-9)


def test_equal_baselines_cannot_tell() -> None:
    """Then nobody was chosen for being low."""
    assert isinstance(adjusted_for_baseline(generator().normal(size=10), np.ones(10), np.arange(10) < 4), CannotTell)
