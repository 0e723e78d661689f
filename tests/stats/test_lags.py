"""Counts some waves after the score: shifting, family size, refusals."""

from typing import Any

import numpy as np
import pytest

from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.lags import counts_after_scores
from surveyapp.stats.outcome import CannotTell

Table = dict[str, Any]


def panel(teams: int, waves: int, *, delay: int = 0, effect: float = 0.0) -> Table:
    """Make counts that follow the score some waves later."""
    rng = np.random.default_rng(6)
    score = rng.normal(3.5, 0.4, (teams, waves + delay))
    count = rng.poisson(3 * np.exp(effect * (score[:, :waves] - 3.5)))
    team, wave = np.repeat(np.arange(teams), waves), np.tile(np.arange(waves), teams)
    seen = score[:, delay:]
    return {
        "score": seen.ravel(),
        "count": count.ravel(),
        "exposure": np.ones(teams * waves),
        "team": team,
        "wave": wave,
    }


def test_a_planted_delay_is_found() -> None:
    """The largest effect lies at its place."""
    found = counts_after_scores(**panel(20, 12, delay=3, effect=1.0))
    sizes = {delay: one.within.estimate for delay, one in found.found.items() if isinstance(one, SafetyAndCounts)}
    assert max(sizes, key=lambda delay: sizes[delay]) == 3
    assert "3" in found.family.found(0.001)


def test_no_delay_is_the_plain_relation() -> None:
    """Shifted by nothing."""
    cells = panel(15, 6)
    assert counts_after_scores(**cells, delays=[0]).found[0] == safety_and_counts(**cells)


def test_a_delay_pairs_counts_with_the_wave_before() -> None:
    """The same as shifting by hand and leaving out the first wave, whatever the order of rows."""
    cells = panel(15, 6)
    order = np.random.default_rng(1).permutation(90)
    found = counts_after_scores(**{name: column[order] for name, column in cells.items()}, delays=[1]).found[1]
    later, earlier = cells["wave"] > 0, cells["wave"] < 5
    by_hand = safety_and_counts(
        cells["score"][earlier],
        cells["count"][later],
        cells["exposure"][later],
        cells["team"][later],
        cells["wave"][later],
    )
    assert isinstance(found, SafetyAndCounts)
    assert isinstance(by_hand, SafetyAndCounts)
    assert found.within.estimate == pytest.approx(by_hand.within.estimate, rel=1e-9)
    assert found.within.se == pytest.approx(by_hand.within.se, rel=1e-9)


def test_the_number_of_the_first_wave_does_not_matter() -> None:
    """Waves may be numbered from any start."""
    cells = panel(15, 6)
    later = cells | {"wave": cells["wave"] + 40}
    one, other = (counts_after_scores(**each).family.p for each in (cells, later))
    assert one == pytest.approx(other)


def test_the_family_counts_the_delays_that_could_be_told() -> None:
    """Four waves leave nothing for a delay of three or four."""
    found = counts_after_scores(**panel(15, 4))
    assert found.size == 3
    assert isinstance(found.found[3], CannotTell)
    assert found.adjusted_p(4) is None
    assert found.adjusted_p(0) is not None


def test_corrected_p_values_are_no_smaller() -> None:
    """Benjamini-Hochberg over the delays."""
    found = counts_after_scores(**panel(15, 10))
    assert all(found.family.adjusted[name] >= p for name, p in found.family.p.items())
    assert found.family.method == "Benjamini-Hochberg"


def test_no_cells_cannot_tell() -> None:
    """An empty table is an answer for every delay, not an error."""
    found = counts_after_scores([], [], [], [], [])
    assert all(isinstance(one, CannotTell) for one in found.found.values())
    assert found.size == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"delays": (0, 0)}, "delays must differ"),
        ({"delays": (-1,)}, "delay must be a whole number from 0, got -1"),
        ({"wave": np.full(90, 0.5)}, r"wave must be whole numbers, got 0\.5"),
        ({"score": np.ones(89)}, "score 89"),
    ],
)
def test_nonsense_is_refused(more: Table, message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        counts_after_scores(**(panel(15, 6) | more))
