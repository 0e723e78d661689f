"""Permutation of who was treated: against exact enumeration in R, theory, refusals."""

import itertools
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.levels import size_scale
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.permutation import (
    PermutationTest,
    PlaceboRank,
    Statistic,
    permutation_test,
    placebo_rank,
    scaled_changes,
)


def told(outcome: PermutationTest | CannotTell) -> PermutationTest:
    """Give the test, which these data always allow."""
    assert isinstance(outcome, PermutationTest)
    return outcome


def ranked(outcome: PlaceboRank | CannotTell) -> PlaceboRank:
    """Give the rank, which these data always allow."""
    assert isinstance(outcome, PlaceboRank)
    return outcome


def generator(seed: int = 1) -> np.random.Generator:
    """Make a generator as a record would seed it."""
    return np.random.default_rng(seed)


@pytest.mark.parametrize("treated", [(0, 1, 2), (2, 5), (1, 3, 4, 6, 7)])
def test_studentised_statistic_equals_direct_enumeration(treated: tuple[int, ...]) -> None:
    """Every assignment computed one by one with Welch's statistic."""
    change = generator(3).normal(size=10) * np.r_[np.ones(5), np.full(5, 4.0)]

    def welch(places: tuple[int, ...]) -> float:
        inside, outside = change[list(places)], np.delete(change, places)
        error = inside.var(ddof=1) / len(inside) + outside.var(ddof=1) / len(outside)
        return abs(float(inside.mean() - outside.mean())) / float(error**0.5)

    sizes = [welch(places) for places in itertools.combinations(range(10), len(treated))]
    expected = np.mean([size >= welch(treated) - 1e-12 for size in sizes])
    found = told(permutation_test(change, np.isin(np.arange(10), treated), rng=generator()))
    assert found.p == pytest.approx(expected, rel=1e-12)


def test_random_draws_come_close_to_all_assignments(monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer looked at, p estimates the exact one and is never 0."""
    change, marked = generator(8).normal(size=14), np.arange(14) < 5
    exact = told(permutation_test(change, marked, rng=generator()))
    monkeypatch.setattr("surveyapp.stats.permutation.ENUMERATED", 100)
    drawn = told(permutation_test(change, marked, rng=generator()))
    assert (exact.exact, drawn.exact) == (True, False)
    assert drawn.p == pytest.approx(exact.p, abs=4 * (exact.p * (1 - exact.p) / 9_999) ** 0.5)
    assert drawn.p * 10_000 == pytest.approx(round(drawn.p * 10_000), abs=1e-6)


def test_the_smallest_random_p_counts_the_observed_assignment() -> None:
    """However large the effect, p is (1 + 0) / (1 + draws)."""
    marked = np.arange(60) < 30
    found = told(permutation_test(100.0 * marked + generator().normal(size=60), marked, rng=generator(), draws=199))
    assert found.p == 1 / 200


def test_the_same_seed_gives_the_same_p() -> None:
    """A p-value can be recomputed from the record."""
    change, marked = generator(2).normal(size=80), np.arange(80) < 40
    assert permutation_test(change, marked, rng=generator(9)) == permutation_test(change, marked, rng=generator(9))


@pytest.mark.parametrize("shift", ["low", "high"])
def test_the_interval_ends_where_the_test_begins_to_reject(shift: str) -> None:
    """Taking away an effect just outside is rejected, just inside is not."""
    change, marked = generator(6).normal(size=20), np.isin(np.arange(20), (3, 7, 8, 12, 19))
    found = told(permutation_test(change, marked, rng=generator(), statistic="difference"))
    end = getattr(found, shift)
    outward = 1e-4 if shift == "high" else -1e-4
    p = [
        told(permutation_test(change - (end + move) * marked, marked, rng=generator(), statistic="difference")).p
        for move in (outward, -outward)
    ]
    assert p[0] <= 0.05 < p[1]


def test_ties_count_as_extreme() -> None:
    """Rounding must not tear apart assignments that are exactly as extreme."""
    change = [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.3, 0.3]
    found = told(permutation_test(change, [1, 1, 1, 1, 0, 0, 0, 0], rng=generator(), statistic="difference"))
    sums = [sum(round(10 * change[place]) for place in places) for places in itertools.combinations(range(8), 4)]
    assert found.p == pytest.approx(np.mean([abs(s - 9) >= 2 for s in sums]))


@pytest.mark.parametrize("statistic", ["difference", "studentised"])
def test_constant_groups_are_no_division_by_zero(statistic: Statistic) -> None:
    """Two groups that are constant and differ are as extreme as can be."""
    marked = np.arange(10) < 4
    found = told(permutation_test(1.0 * marked, marked, rng=generator(), statistic=statistic))
    assert found.p == pytest.approx(1 / 210)


def test_few_assignments_cannot_tell() -> None:
    """28 ways to choose can never be significant in a useful way."""
    outcome = permutation_test(np.arange(8.0), [1, 1, 0, 0, 0, 0, 0, 0], rng=generator())
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed) == (28, 40)


def test_equal_changes_cannot_tell() -> None:
    """Nothing moved, nothing is said."""
    assert isinstance(permutation_test(np.ones(10), np.arange(10) < 4, rng=generator()), CannotTell)


@pytest.mark.parametrize(
    ("change", "treated", "more", "message"),
    [
        ([1.0] * 9, [1] * 4 + [0] * 4, {}, "change 9, treated 8"),
        ([1.0] * 8, [2] + [0] * 7, {}, "treated must be one-dimensional, with True or False"),
        ([1.0] * 8, [1] + [0] * 7, {}, "at least 2 teams must be treated for this statistic, got 1"),
        ([1.0] * 8, [1] * 8, {}, "at least 2 teams must be not treated for this statistic, got 0"),
        ([np.nan] * 8, [1] * 4 + [0] * 4, {}, "change must be finite, got nan"),
        ([1.0] * 8, [1] * 4 + [0] * 4, {"draws": 20}, "draws must be a whole number from 99, got 20"),
        ([1.0] * 8, [1] * 4 + [0] * 4, {"confidence": 1.0}, "confidence must lie between 0 and 1, got 1"),
    ],
)
def test_nonsense_is_refused(change: Any, treated: Any, more: Any, message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        permutation_test(change, treated, rng=generator(), **more)


def test_rank_counts_the_teams_that_moved_less() -> None:
    """The third largest of 25 moves has p = 3 / 25."""
    change = np.r_[np.linspace(-0.1, 0.1, 22), 0.5, -0.6, 0.4]
    found = ranked(placebo_rank(change, np.full(25, 8), 24))
    assert (found.n, found.larger_than, found.p) == (24, 22, 3 / 25)
    assert found.estimate == pytest.approx(0.4 - (0.5 - 0.6) / 24)


def test_small_teams_are_allowed_to_move_more() -> None:
    """The same move is more remarkable in a large team."""
    rng = generator(12)
    sizes = np.r_[np.full(20, 3), np.full(20, 30), 3, 30].astype(float)
    change = np.r_[rng.normal(size=40) / np.sqrt(sizes[:40]), 0.7, 0.7]
    small, large = (ranked(placebo_rank(change, sizes, place)) for place in (40, 41))
    assert small.p > 0.2
    assert large.p < 0.1


def test_scale_of_past_windows_is_the_fitted_line() -> None:
    """Squared moves of exactly a + b / size give back the scaled rank by hand."""
    sizes = np.r_[np.full(10, 2.0), np.full(12, 8.0)]
    spread = np.sqrt(0.01 + 0.4 / sizes)
    history = np.array([spread, spread]) * np.tile([1, -1], 11)
    change = np.r_[np.zeros(21), 0.6]
    change[:2] = 0.9, -0.9
    found = ranked(placebo_rank(change, sizes, 21, history=history))
    scaled = np.abs(change - change.mean()) / spread
    assert found.larger_than == 21 == int(np.sum(scaled[:21] < scaled[21]))


def test_interval_of_the_rank_ends_where_it_begins_to_reject() -> None:
    """Taking the end away from the team makes its rank just not remarkable."""
    change, sizes = generator(4).normal(size=30), np.full(30, 8.0)
    found = ranked(placebo_rank(change, sizes, 7))
    for end, outward in ((found.low, -1e-6), (found.high, 1e-6)):
        moved = [change - (end + move) * (np.arange(30) == 7) for move in (outward, -outward)]
        outer, inner = (ranked(placebo_rank(values, sizes, 7)).p for values in moved)
        assert outer <= 0.05 < inner


def test_without_an_effect_every_rank_is_as_likely() -> None:
    """Over all choices of the treated team the p-values are 1/n, 2/n, ..., 1."""
    change, sizes = generator(5).normal(size=25), generator(6).integers(4, 13, 25)
    found = sorted(ranked(placebo_rank(change, sizes, place)).p for place in range(25))
    assert found == pytest.approx(np.arange(1, 26) / 25)


def test_too_few_placebos_cannot_tell() -> None:
    """With 18 others even the largest move has p above 5 %."""
    outcome = placebo_rank(np.arange(19.0), np.full(19, 8), 3)
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed) == (18, 19)


def test_placebos_that_never_move_cannot_tell() -> None:
    """There is no scale to compare with."""
    assert isinstance(placebo_rank(np.r_[np.ones(24), 3.0], np.full(25, 8), 24), CannotTell)


@pytest.mark.parametrize(
    ("size", "treated", "message"),
    [
        (np.full(25, 0), 3, "size must be above 0, got 0"),
        (np.full(24, 8), 3, "change 25, size 24"),
        (np.full(25, 8), 25, "treated must be a whole number from 0 to 24, got 25"),
        (np.full(25, 8), -1, "treated must be a whole number from 0 to 24, got -1"),
    ],
)
def test_nonsense_for_the_rank_is_refused(size: Any, treated: int, message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        placebo_rank(np.arange(25.0), size, treated)


def test_a_picture_of_scaled_changes_shows_the_rank() -> None:
    """As many dots lie nearer to the middle as the rank counts."""
    rng = np.random.default_rng(11)
    sizes = rng.integers(4, 20, 25)
    change = rng.normal(0, 1 / np.sqrt(sizes))
    for place in (0, 7, 24):
        size = np.abs(scaled_changes(change, sizes))
        assert int(np.sum(size < size[place])) == ranked(placebo_rank(change, sizes, place)).larger_than


def test_a_change_does_not_count_for_its_own_scale() -> None:
    """Mean and usual size come from the other teams, by least squares with neither part below zero."""
    rng = np.random.default_rng(3)
    for sizes in (rng.integers(4, 20, 25).astype(float), np.full(25, 8.0), np.linspace(4, 5, 25)):
        change = rng.normal(size=25)
        expected = []
        for team in range(25):
            others = np.delete(np.arange(25), team)
            mean = change[others].mean()
            usual = size_scale((change[others] - mean) ** 2, 1 / sizes[others], 1 / sizes[[team]])[0]
            expected.append((change[team] - mean) / usual)
        assert scaled_changes(change, sizes) == pytest.approx(expected, rel=1e-9)


def test_the_smallest_team_is_found_when_it_moves_far() -> None:
    """Its large change does not make large changes of small teams look usual."""
    rng = np.random.default_rng(4)
    sizes = np.r_[4.0, np.linspace(6, 20, 32)]
    change = rng.normal(size=33) / np.sqrt(sizes)
    change[0] = 3.5 / 2
    found = placebo_rank(change, sizes, 0)
    assert isinstance(found, PlaceboRank)
    assert found.larger_than == 32
