"""The band around a team score holds what it promises."""

from itertools import combinations
from math import inf
from typing import Any

import numpy as np
import pytest

from surveyapp.stats.estimates import Band, Coding, quantile, sampling_variance, silence_bounds, team_band
from surveyapp.stats.outcome import CannotTell


def band(*arguments: Any, **options: Any) -> Band:
    """Make a band that is known to exist."""
    made = team_band(*arguments, **options)
    assert isinstance(made, Band)
    return made


def test_the_correction_is_the_variance_over_all_possible_samples() -> None:
    """Enumerating every choice of respondents gives the variance of the stable part exactly."""
    stable = np.array([0.9, -0.2, 0.4, -1.3, 0.6, 0.1])
    means = [np.mean(chosen) for chosen in combinations(stable, 4)]
    variance = float(sampling_variance(4, 6, sd=stable.std(ddof=1), stable_share=1.0))
    assert np.var(means) == pytest.approx(variance, rel=1e-12)


@pytest.mark.parametrize(("n", "roster", "half"), [(4, 5, 0.50), (6, 8, 0.41), (7, 8, 0.36), (9, 12, 0.34)])
def test_usual_teams_have_the_known_half_widths(n: int, roster: int, half: float) -> None:
    """A spread of .65 points gives the half-widths that users are told to expect."""
    assert (band(3.0, n, roster, sd=0.65).high - 3.0) == pytest.approx(half, abs=0.01)


def test_answers_of_everybody_leave_mood_and_noise() -> None:
    """A full response is no certainty: the part that changes from wave to wave stays."""
    made = band(3.0, 8, 8, sd=0.8, stable_share=0.5)
    assert made.standard_error == pytest.approx(0.8 * (0.5 / 8) ** 0.5, rel=1e-12)
    assert made.response == 1.0


def test_few_degrees_of_freedom_widen_the_band() -> None:
    """A standard deviation from little data is trusted less."""
    assert band(3.0, 6, 8, df=5).high > band(3.0, 6, 8, df=200).high > band(3.0, 6, 8).high
    assert quantile(0.9, inf) == quantile(0.9)


def test_rounding_adds_its_variance() -> None:
    """A grid of .2 points adds .2 squared over 12."""
    rounded, exact = band(3.0, 6, 8, coding=Coding(grid=0.2)), band(3.0, 6, 8)
    assert rounded.standard_error**2 - exact.standard_error**2 == pytest.approx(0.04 / 12, rel=1e-9)


def test_end_coding_widens_its_own_side_only() -> None:
    """What the text "or more" hides above does not move the lower end."""
    coded, exact = band(4.6, 6, 8, coding=Coding(above=0.4)), band(4.6, 6, 8)
    assert coded.low == exact.low
    assert coded.high == pytest.approx(exact.high + 0.4)
    assert band(1.5, 6, 8, coding=Coding(below=0.3)).low == pytest.approx(band(1.5, 6, 8).low - 0.3)


def test_the_band_is_cut_at_the_ends_of_the_scale() -> None:
    """No band reaches where no answer can be."""
    assert band(4.9, 5, 8, scale=(1.0, 5.0)).high == 5.0
    assert band(1.1, 5, 8, scale=(1.0, 5.0)).low == 1.0


def test_no_answers_give_a_typed_refusal() -> None:
    """Without answers there is no band, and one answer would be needed."""
    assert team_band(float("nan"), 0, 8) == CannotTell("nobody is counted", 0, 1, "answers")
    assert silence_bounds(float("nan"), 0, 8) == CannotTell("nobody is counted", 0, 1, "answers")


def test_people_who_all_agree_have_a_band_without_width() -> None:
    """A spread of zero is possible and gives a point."""
    made = band(4.0, 3, 6, sd=0.0)
    assert made.low == made.high == 4.0


@pytest.mark.parametrize(
    ("arguments", "options", "named"),
    [
        ((3.0, 9, 8), {}, "n 9 of 8"),
        ((3.0, -1, 8), {}, "n must be at least 1, got -1"),
        ((3.0, 4, 8), {"sd": -0.1}, "sd must be finite and at least 0, got -0.1"),
        ((3.0, 4, 8), {"stable_share": 1.1}, "stable_share must lie between 0 and 1, got 1.1"),
        ((3.0, 4, 8), {"df": 0.0}, "df must be above 0, got 0"),
        ((3.0, 4, 8), {"level": 1.0}, "level must lie between 0 and 1, got 1"),
        ((float("nan"), 4, 8), {}, "mean must be finite, got nan"),
    ],
)
def test_impossible_input_names_value_and_limit(
    arguments: tuple[float, int, int], options: dict[str, float], named: str
) -> None:
    """The message says which value is wrong and what would be right."""
    with pytest.raises(ValueError, match=named):
        band(*arguments, **options)


@pytest.mark.parametrize("field", ["grid", "below", "above"])
def test_coding_refuses_negative_widths(field: str) -> None:
    """A width below zero is named."""
    with pytest.raises(ValueError, match=f"{field} must be finite and at least 0, got -1"):
        Coding(**{field: -1.0})


def test_silence_bounds_hold_for_every_silent_team() -> None:
    """Every combination of silent answers has its mean inside, and both ends are reached."""
    bounds = silence_bounds(4.0, 3, 5)
    assert not isinstance(bounds, CannotTell)
    means = [(12 + first + second) / 5 for first in range(1, 6) for second in range(1, 6)]
    assert (min(means), max(means)) == (bounds.low, bounds.high)


@pytest.mark.parametrize(("mean", "n", "named"), [(3.0, 6, "roster of 5, got 6"), (5.5, 3, "between 1 and 5, got 5.5")])
def test_silence_bounds_refuse_impossible_input(mean: float, n: int, named: str) -> None:
    """More answers than people and means off the scale are named."""
    with pytest.raises(ValueError, match=named):
        silence_bounds(mean, n, 5)
