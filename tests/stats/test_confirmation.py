"""Swapping series between teams: planted relations, drift, exact arithmetic, refusals."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats.confirmation import Swapped, swap_averages, swap_whole_series
from surveyapp.stats.outcome import CannotTell

Table = dict[str, Any]


def told(outcome: Swapped | CannotTell) -> Swapped:
    """Give the result, which these data always allow."""
    assert isinstance(outcome, Swapped)
    return outcome


def panel(teams: int, waves: int, *, within: float = 0.0, between: float = 0.0, drift: float = 0.0) -> Table:
    """Make cells with planted relations inside teams and between them."""
    rng = np.random.default_rng(5)
    team, wave = np.repeat(np.arange(teams), waves), np.tile(np.arange(waves), teams)
    own, base = rng.normal(0, 0.4, len(team)), rng.normal(0, 0.4, teams)[team]
    count = rng.poisson(3 * np.exp(within * own + between * base + drift * wave))
    score = 3.5 + base + own + drift * wave
    return {"score": score, "count": count, "exposure": np.full(len(team), 2.0), "team": team, "wave": wave}


def generator() -> np.random.Generator:
    """Make a generator as a record would seed it."""
    return np.random.default_rng(3)


def test_a_planted_relation_inside_teams_is_found() -> None:
    """And stays outside the range of chance."""
    found = told(swap_whole_series(**panel(20, 12, within=1.0), rng=generator(), swaps=999))
    assert found.p <= 0.01
    assert found.estimate > found.high
    assert (found.n, found.swaps) == (20, 999)


def test_the_range_of_chance_is_that_of_the_swaps() -> None:
    """About symmetrical, and p is below 5 % just outside of it."""
    found = told(swap_averages(**panel(20, 6), rng=generator(), swaps=9_999))
    assert found.low == pytest.approx(-found.high, abs=0.02)
    # Spearman's correlation of 20 pairs exceeds 0.447 with 2.5 %.
    assert found.high == pytest.approx(0.447, abs=0.015)
    narrow = told(swap_averages(**panel(20, 6), rng=generator(), swaps=9_999, confidence=0.8))
    assert narrow.high < found.high


def test_a_relation_between_teams_is_not_one_inside() -> None:
    """Levels of teams are ranked away."""
    found = told(swap_whole_series(**panel(20, 12, between=1.0), rng=generator(), swaps=999))
    assert found.p > 0.05


def test_drift_that_all_teams_share_is_no_relation() -> None:
    """Means of waves are taken out."""
    found = told(swap_whole_series(**panel(20, 12, drift=0.1), rng=generator(), swaps=999))
    assert found.p > 0.05


def test_a_planted_relation_between_teams_is_found() -> None:
    """Spearman's correlation of averages, with the p-value of swapping."""
    cells = panel(20, 6, between=1.0)
    found = told(swap_averages(**cells, rng=generator(), swaps=999))
    shape = (20, 6)
    expected = stats.spearmanr(cells["score"].reshape(shape).mean(1), cells["count"].reshape(shape).sum(1)).statistic
    assert found.estimate == pytest.approx(expected, rel=1e-9)
    assert found.p <= 0.01


def test_correlation_is_that_of_ranks_without_wave_means() -> None:
    """By hand on a complete table."""
    cells = panel(12, 5)
    tables = [stats.rankdata(cells[name].reshape(12, 5), axis=1) for name in ("score", "count")]
    left = [(ranks - 3) / 5 - ((ranks - 3) / 5).mean(axis=0) for ranks in tables]
    expected = np.sum(left[0] * left[1]) / np.sqrt(np.sum(left[0] ** 2) * np.sum(left[1] ** 2))
    found = told(swap_whole_series(**cells, rng=generator(), swaps=99))
    assert found.estimate == pytest.approx(expected, rel=1e-9)


def test_many_teams_give_the_same_by_the_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the table of all pairs the figures are equal."""
    one = told(swap_whole_series(**panel(14, 6), rng=generator(), swaps=199))
    monkeypatch.setattr("surveyapp.stats.confirmation.PAIRWISE", 5)
    other = told(swap_whole_series(**panel(14, 6), rng=generator(), swaps=199))
    assert (one.estimate, one.p, one.low) == pytest.approx((other.estimate, other.p, other.low), rel=1e-9)


def test_missing_cells_count_as_average() -> None:
    """A withheld score leaves a gap, not an error."""
    cells = panel(14, 6)
    cells["score"][[4, 17]] = np.nan
    assert -1 < told(swap_whole_series(**cells, rng=generator(), swaps=99)).estimate < 1


def test_the_same_seed_gives_the_same_p() -> None:
    """A p-value can be recomputed from the record."""
    cells = panel(14, 6)
    assert swap_whole_series(**cells, rng=generator()) == swap_whole_series(**cells, rng=generator())


@pytest.mark.parametrize("swap", [swap_whole_series, swap_averages])
def test_few_teams_cannot_tell(swap: Any) -> None:
    """Eleven teams are not enough."""
    outcome = swap(**panel(11, 6), rng=generator())
    assert (outcome.n, outcome.needed, outcome.unit) == (11, 12, "teams")


def test_two_waves_cannot_tell() -> None:
    """Two ranks inside a team carry next to nothing."""
    assert isinstance(swap_whole_series(**panel(14, 2), rng=generator()), CannotTell)


@pytest.mark.parametrize("swap", [swap_whole_series, swap_averages])
def test_no_events_cannot_tell(swap: Any) -> None:
    """Nothing was counted."""
    assert isinstance(swap(**(panel(14, 6) | {"count": np.zeros(84)}), rng=generator()), CannotTell)


@pytest.mark.parametrize("swap", [swap_whole_series, swap_averages])
def test_equal_scores_cannot_tell(swap: Any) -> None:
    """All the same in every cell."""
    assert isinstance(swap(**(panel(14, 6) | {"score": np.full(84, 3.0)}), rng=generator()), CannotTell)


def test_few_swaps_are_refused() -> None:
    """The message names the limit."""
    with pytest.raises(ValueError, match="swaps must be a whole number from 99, got 10"):
        swap_whole_series(**panel(14, 6), rng=generator(), swaps=10)
