"""The default line and the change between two waves hold the truth."""

from typing import Any

import numpy as np
import pytest

from surveyapp.stats.estimates import Band, Coding, team_band
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.reliability import pooled_spread
from surveyapp.stats.scores import person_scores
from surveyapp.stats.simulate import organisation
from surveyapp.stats.steps import StepVariance, step_variance
from surveyapp.stats.trend import pooled_line, wave_change


def band(*arguments: Any, **options: Any) -> Band:
    """Make a band that is known to exist."""
    made = team_band(*arguments, **options)
    assert isinstance(made, Band)
    return made


def spread(made: Any) -> float:
    """Within-team standard deviation of a made-up organisation."""
    scores = person_scores(made.keyed()).estimate
    found = pooled_spread(scores, made.team * made.recipe.waves + made.wave)
    assert not isinstance(found, CannotTell)
    return found.estimate


def test_the_line_pools_the_sheets_of_three_waves() -> None:
    """Every sheet counts the same, and the first waves use what there is."""
    line = pooled_line([3.0, 3.6, 4.2, 3.0], [5, 10, 5, 5], sd=0.6)
    assert line.n.tolist() == [5, 15, 20, 20]
    assert line.estimate == pytest.approx([3.0, 3.4, 3.6, (36 + 21 + 15) / 20])
    assert line.high[2] - line.estimate[2] == pytest.approx(1.959964 * 0.6 / 20**0.5, rel=1e-6)


def test_the_usual_team_has_the_known_half_width() -> None:
    """Eight members, six answers and a spread of .65 give plus or minus .30."""
    line = pooled_line([3.5] * 3, [6] * 3, sd=0.65)
    assert line.high[2] - 3.5 == pytest.approx(0.30, abs=0.005)


def test_a_window_without_figures_is_open() -> None:
    """One gap is bridged, three in a row are not."""
    gap = float("nan")
    line = pooled_line([3.0, gap, gap, gap, 4.0], [6, 0, 0, 0, 6], sd=0.6)
    assert line.estimate == pytest.approx([3.0, 3.0, 3.0, np.nan, 4.0], nan_ok=True)
    assert np.isnan(line.low[3])
    assert np.isnan(line.high[3])


def test_many_teams_have_their_lines_at_once() -> None:
    """A table of teams gives the line of each row."""
    means = np.random.default_rng(1).normal(3, 1, (4, 6))
    both = pooled_line(means, np.full((4, 6), 6), sd=0.6)
    alone = pooled_line(means[2], np.full(6, 6), sd=0.6)
    assert both.low[2] == pytest.approx(alone.low, rel=1e-12)


def test_rounding_and_few_degrees_of_freedom_widen_the_line() -> None:
    """Published means on a grid and a spread from little data are trusted less."""
    arguments: tuple[Any, Any] = ([3.0] * 3, [6] * 3)
    plain = pooled_line(*arguments, sd=0.6).high[2]
    assert pooled_line(*arguments, sd=0.6, df=8).high[2] > plain
    rounded = pooled_line(*arguments, sd=0.6, rounding=0.01).high[2] - 3
    assert rounded == pytest.approx(1.959964 * (0.36 / 18 + 0.01 / 3) ** 0.5, rel=1e-6)


@pytest.mark.parametrize("response", [0.5, 0.78, 0.95])
def test_the_line_holds_the_safety_at_its_last_wave(response: float) -> None:
    """In a moving organisation about 95 of 100 bands of three waves hold the truth of the last one."""
    made = organisation(np.random.default_rng(2), Recipe(teams=400, waves=5, response=response))
    line = pooled_line(made.means(), made.counts(), sd=spread(made))
    told = np.isfinite(line.low[:, -1])
    hits = (line.low[:, -1] <= made.truth[:, -1]) & (made.truth[:, -1] <= line.high[:, -1])
    assert 0.92 <= hits[told].mean() <= 0.975


def test_with_rosters_and_steps_the_variance_is_that_of_the_parts() -> None:
    """Each mean with its finite team, and each step weighed by all that is older than it."""
    steps = StepVariance(24, 12, 0.04, 0.0, 0.1, 0.5, 0.95, "given")
    line = pooled_line([3.0, 3.6, 4.2, 3.0], [5, 10, 5, 5], sd=0.6, rosters=[10, 20, 10, 10], steps=steps)
    sampled = sum(n**2 * 0.36 * (1 / n - 0.5 / (2 * n)) for n in (10, 5, 5)) / 20**2
    moved = 0.04 * ((10 / 20) ** 2 + (15 / 20) ** 2)
    assert line.high[3] - line.estimate[3] == pytest.approx(1.959964 * (sampled + moved) ** 0.5, rel=1e-6)
    assert line.high[0] - line.estimate[0] == pytest.approx(1.959964 * 0.6 * (1 / 5 - 0.5 / 10) ** 0.5, rel=1e-6)


def test_an_old_figure_alone_carries_every_step_since() -> None:
    """After two waves without figures the band has grown by two steps."""
    steps = StepVariance(24, 12, 0.04, 0.0, 0.1, 0.5, 0.95, "given")
    gap = float("nan")
    line = pooled_line([3.0, gap, gap], [6, 0, 0], sd=0.6, rosters=8, steps=steps)
    expected = 0.36 * (1 / 6 - 0.5 / 8) + 2 * 0.04
    assert line.high[2] - line.estimate[2] == pytest.approx(1.959964 * expected**0.5, rel=1e-6)


@pytest.mark.parametrize("icc", [0.05, 0.19])
def test_the_line_that_knows_how_teams_move_holds_its_promise(icc: float) -> None:
    """Also where teams hardly differ, which the line without rosters takes for movement."""
    made = organisation(np.random.default_rng(3), Recipe(teams=400, waves=3, response=0.95, icc=icc))
    rosters, sd = made.sizes[:, None], spread(made)
    steps = step_variance(made.means(), made.counts(), rosters, sd=sd)
    assert isinstance(steps, StepVariance)
    line = pooled_line(made.means(), made.counts(), sd=sd, rosters=rosters, steps=steps)
    hits = (line.low[:, -1] <= made.truth[:, -1]) & (made.truth[:, -1] <= line.high[:, -1])
    assert 0.92 <= hits.mean() <= 0.975


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"counts": [6]}, "same shape"),
        ({"rosters": 8}, "rosters and steps must be given together"),
        ({"counts": [0, 6]}, "counts must be at least 1, got 0"),
        ({"sd": 0.0}, "sd must be above 0, got 0"),
        ({"window": 0}, "window must be a whole number from 1"),
        ({"rounding": -1}, "rounding must be at least 0, got -1"),
        ({"level": 2.0}, "level must lie between 0 and 1, got 2"),
        ({"means": 3.0, "counts": 6}, "same shape"),
    ],
)
def test_impossible_lines_are_named(options: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    arguments: dict[str, Any] = {"means": [3.0, 3.5], "counts": [6, 6], "sd": 0.6}
    with pytest.raises(ValueError, match=named):
        pooled_line(**(arguments | options))


def test_the_usual_change_has_the_known_half_width() -> None:
    """Two waves of a team of eight give plus or minus .58."""
    change = wave_change(band(3.8, 6, 8, sd=0.65), band(3.5, 6, 8, sd=0.65))
    assert change.estimate == pytest.approx(-0.3)
    assert change.high - change.estimate == pytest.approx(0.58, abs=0.005)
    assert change.n == 12


def test_end_coding_of_either_wave_leaves_the_change_open_to_one_side() -> None:
    """If the first score may have been higher, the team may have fallen further."""
    plain, coded = band(4.5, 7, 9), band(4.5, 7, 9, coding=Coding(above=0.3))
    fell, rose = wave_change(coded, plain), wave_change(plain, coded)
    exact = wave_change(plain, plain)
    assert (fell.low, fell.high) == pytest.approx((exact.low - 0.3, exact.high))
    assert (rose.low, rose.high) == pytest.approx((exact.low, exact.high + 0.3))


def test_end_coding_below_opens_the_other_side() -> None:
    """If the first score may have been lower, the team may have risen further."""
    plain, coded = band(1.5, 7, 9), band(1.5, 7, 9, coding=Coding(below=0.2))
    exact, rose = wave_change(plain, plain), wave_change(coded, plain)
    assert (rose.low, rose.high) == pytest.approx((exact.low, exact.high + 0.2))


def test_the_change_of_unlinked_waves_is_covered() -> None:
    """About 95 of 100 intervals hold the true change, though nobody knows who answered twice."""
    made = organisation(np.random.default_rng(3), Recipe(teams=500, waves=2))
    means, counts, sd = made.means(), made.counts(), spread(made)
    hits = []
    for team in np.flatnonzero((counts > 0).all(axis=1)):
        first, second = (band(means[team, wave], counts[team, wave], made.sizes[team], sd=sd) for wave in (0, 1))
        change = wave_change(first, second)
        hits.append(change.low <= made.truth[team, 1] - made.truth[team, 0] <= change.high)
    assert 0.925 <= np.mean(hits) <= 0.975


def test_few_degrees_of_freedom_widen_the_change() -> None:
    """The quantile is that of Student's t."""
    bands = band(3.8, 6, 8), band(3.5, 6, 8)
    assert wave_change(*bands, df=6).high > wave_change(*bands).high


def test_bands_of_different_levels_do_not_compare() -> None:
    """The message names both levels."""
    with pytest.raises(ValueError, match=r"got 0.95 and 0.9"):
        wave_change(band(3.0, 6, 8), band(3.0, 6, 8, level=0.9))
