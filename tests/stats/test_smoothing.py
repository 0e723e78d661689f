"""The smoothed line is the best prediction of its model, and its bands hold the truth."""

from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.kalman import Movement, Series, run, smoothed
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import organisation
from surveyapp.stats.smoothing import TeamLines, smooth

Floats = NDArray[np.float64]
MOVEMENT = Movement(lasting=0.08, moving=0.05, persistence=0.6, noise=0.4)


def found(outcome: TeamLines | CannotTell) -> TeamLines:
    """Give lines that are known to exist."""
    assert isinstance(outcome, TeamLines)
    return outcome


def panel(seed: int, teams: int, waves: int, movement: Movement = MOVEMENT) -> tuple[Floats, Floats, Floats]:
    """Draw truth, means and counts from the model itself."""
    rng = np.random.default_rng(seed)
    lags = np.abs(np.subtract.outer(np.arange(waves), np.arange(waves)))
    covariance = movement.lasting + movement.moving * movement.persistence**lags
    truth = 3.6 + rng.multivariate_normal(np.zeros(waves), covariance, teams)
    counts = rng.integers(3, 10, truth.shape).astype(float)
    return truth, truth + rng.normal(0, np.sqrt(movement.noise / counts)), counts


class Dense:
    """The same model written out with matrices, one team at a time."""

    def __init__(self, means: Floats, noise: Floats, times: Floats, movement: Movement) -> None:
        self.means, self.noise = means, noise
        lags = np.abs(np.subtract.outer(times, times))
        self.prior = movement.lasting + movement.moving * movement.persistence**lags

    def deviance(self) -> float:
        """-2 log likelihood less constants."""
        total = 0.0
        for means, noise in zip(self.means, self.noise, strict=True):
            seen = np.isfinite(means)
            variance = self.prior[np.ix_(seen, seen)] + np.diag(noise[seen])
            total += np.linalg.slogdet(variance)[1] + means[seen] @ np.linalg.solve(variance, means[seen])
        return total

    def line(self, team: int) -> tuple[Floats, Floats, Floats]:
        """Prediction, its variance, and what is left to the mean of the waves."""
        seen = np.isfinite(self.means[team])
        variance = self.prior[np.ix_(seen, seen)] + np.diag(self.noise[team][seen])
        weights = self.prior[:, seen] @ np.linalg.inv(variance)
        spread = np.diag(self.prior - weights @ self.prior[seen])
        return weights @ self.means[team][seen], spread, 1 - weights.sum(axis=1)


def gappy(seed: int) -> tuple[Series, Dense]:
    """Make six short series with gaps, uneven waves and rounding, for both ways of computing."""
    rng = np.random.default_rng(seed)
    means, counts = rng.normal(0, 0.4, (6, 9)), rng.integers(2, 9, (6, 9)).astype(float)
    there = rng.random((6, 9)) < 0.8
    times = np.cumsum(rng.uniform(0.5, 2, 9))
    gaps = np.diff(times, prepend=times[0] - 1)
    series = Series.of(np.where(there, means, 0), 1 / counts, np.full((6, 9), 0.003), there, gaps)
    noise = MOVEMENT.noise / counts + 0.003
    return series, Dense(np.where(there, means, np.nan), noise, times, MOVEMENT)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_filter_gives_the_likelihood_of_the_matrices(seed: int) -> None:
    """Wave by wave or all at once, the likelihood is the same."""
    series, dense = gappy(seed)
    assert run(series, MOVEMENT) * series.there.sum() == pytest.approx(dense.deviance(), rel=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_smoother_gives_the_prediction_of_the_matrices(seed: int) -> None:
    """Line, variance and weight of the wave mean agree with the dense formulas, also in gaps."""
    series, dense = gappy(seed)
    line, variance, pull = smoothed(series, MOVEMENT)
    for team in range(6):
        expected = dense.line(team)
        np.testing.assert_allclose((line[team], variance[team], pull[team]), expected, rtol=1e-9, atol=1e-12)


def test_a_lasting_level_alone_is_the_one_way_prediction() -> None:
    """Without movement the line is flat and shrunk by n t2 / (n t2 + s2)."""
    means = np.array([[0.2, 0.6, 0.1]])
    series = Series.of(means, np.full((1, 3), 1 / 4), np.zeros((1, 3)), np.ones((1, 3), dtype=bool), np.ones(3))
    line, variance, _ = smoothed(series, Movement(0.1, 0.0, 0.5, 0.4))
    weight = 0.1 / (0.1 + 0.4 / 12)
    assert line[0] == pytest.approx([weight * 0.3] * 3)
    assert variance[0] == pytest.approx([0.1 * (1 - weight)] * 3)


def test_the_parameters_of_many_teams_are_found() -> None:
    """From 600 teams all four parameters come back, though answers are not linked."""
    _, means, counts = panel(4, 600, 16)
    made = found(smooth(means, counts)).movement
    assert astuple(made) == pytest.approx(astuple(MOVEMENT), rel=0.15)


def test_the_likelihood_has_no_higher_point_nearby() -> None:
    """With many teams, where the prior weighs nothing, a step in any parameter is less likely."""
    _, means, counts = panel(5, 300, 12)
    lines = found(smooth(means, counts))
    deviations = means - means.mean(axis=0)
    there = np.ones(means.shape, dtype=bool)
    series = Series.of(deviations, 1 / counts, np.zeros(means.shape), there, np.ones(12))
    best = run(series, lines.movement)
    for field in ("lasting", "moving", "persistence", "noise"):
        for factor in (0.9, 1.1):
            moved = replace(lines.movement, **{field: getattr(lines.movement, field) * factor})
            assert run(series, moved) > best


@pytest.mark.parametrize("teams", [20, 40])
def test_bands_hold_the_truth(teams: int) -> None:
    """With unlinked answers of finite teams the bands hold the truth about 95 times in 100."""
    rng = np.random.default_rng(6)
    hits = []
    for _ in range(160 // teams):
        made = organisation(rng, Recipe(teams=teams, waves=12, shock_share=0.5, shock_persistence=0.7))
        lines = found(smooth(made.means(), made.counts(), made.sizes[:, None]))
        hits.append(((lines.low <= made.truth) & (made.truth <= lines.high))[np.isfinite(lines.low)].mean())
    assert 0.91 <= np.mean(hits) <= 0.985


def test_the_line_is_closer_to_the_truth_than_the_waves() -> None:
    """Smoothing halves the squared error, and more."""
    truth, means, counts = panel(7, 60, 20)
    lines = found(smooth(means, counts))
    assert np.mean((lines.estimate - truth) ** 2) < 0.5 * np.mean((means - truth) ** 2)


def test_a_gap_widens_the_band_and_a_wave_without_figures_stays_open() -> None:
    """What nobody answered is not drawn; what one team did not answer is told with less certainty."""
    _, means, counts = panel(8, 25, 10)
    means[3, 5] = np.nan
    means[:, 7] = np.nan
    lines = found(smooth(means, counts))
    assert lines.error[3, 5] > lines.error[3, 4]
    assert np.isnan(lines.estimate[:, 7]).all()
    assert np.isfinite(np.delete(lines.estimate, 7, axis=1)).all()


def test_a_team_that_never_had_a_figure_stays_open() -> None:
    """It has no line and does not count."""
    _, means, counts = panel(9, 21, 9)
    means[20] = np.nan
    lines = found(smooth(means, counts))
    assert lines.n == 20
    assert np.isnan(lines.estimate[20]).all()


def test_teams_that_come_and_go_do_not_move_the_organisation() -> None:
    """When the best teams miss a wave, the mean of that wave does not drop."""
    _, means, counts = panel(10, 30, 10, Movement(0.5, 0.001, 0.5, 0.05))
    best = means.mean(axis=1) > np.median(means.mean(axis=1))
    complete = found(smooth(means, counts)).waves
    means[best, 4] = np.nan
    lines = found(smooth(means, counts))
    assert abs(lines.waves[4] - complete[4]) < 0.1
    assert np.nanmean(means[:, 4]) < complete[4] - 0.3


def test_known_parameters_are_taken_as_they_are() -> None:
    """With a movement given nothing is estimated, for instance for one new wave."""
    _, means, counts = panel(11, 20, 8)
    assert found(smooth(means, counts, movement=MOVEMENT)).movement == MOVEMENT


def test_rounding_and_rosters_change_the_noise() -> None:
    """Rounding makes the line smoother and less sure, a complete team makes it surer."""
    _, means, counts = panel(12, 30, 10)
    plain = found(smooth(means, counts, movement=MOVEMENT)).error
    assert (found(smooth(means, counts, movement=MOVEMENT, rounding=0.05)).error > plain).all()
    assert (found(smooth(means, counts, counts, movement=MOVEMENT)).error < plain).all()


def test_distant_waves_tell_less_of_each_other() -> None:
    """When the waves lie further apart, the neighbours help less."""
    _, means, counts = panel(13, 25, 8)
    near, far = (
        found(smooth(means, counts, movement=MOVEMENT, times=np.arange(8) * step)).error.mean() for step in (0.2, 5)
    )
    assert near < far


@pytest.mark.parametrize(
    ("shape", "refusal"),
    [
        ((19, 12), CannotTell("too few teams to tell noise from movement", 19, 20, "teams")),
        ((25, 7), CannotTell("too few waves to tell noise from movement", 7, 8, "waves")),
        ((0, 0), CannotTell("too few teams to tell noise from movement", 0, 20, "teams")),
    ],
)
def test_few_teams_or_waves_give_a_typed_refusal(shape: tuple[int, int], refusal: CannotTell) -> None:
    """Nineteen teams or seven waves are too few."""
    means = np.random.default_rng(14).normal(3, 1, shape)
    assert smooth(means, np.full(shape, 5)) == refusal


def test_equal_figures_everywhere_give_a_typed_refusal() -> None:
    """When nothing differs, nothing can be learned about differences."""
    made = smooth(np.full((20, 8), 3.0), np.full((20, 8), 5))
    assert made == CannotTell("all teams have the same figures", 20, None, "teams")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"counts": np.full((20, 7), 5)}, "same shape"),
        ({"counts": np.full((20, 8), 0)}, "counts must be at least 1, got 0"),
        ({"rounding": -1.0}, "rounding must be at least 0, got -1"),
        ({"times": [1.0, 2.0]}, "each of 8 waves"),
        ({"times": [1.0, 2, 3, 3, 5, 6, 7, 8]}, "must rise"),
        ({"level": 1.0}, "level must lie between 0 and 1, got 1"),
        ({"rosters": 4}, "got n 5 of 4"),
    ],
)
def test_impossible_input_is_named(options: dict[str, Any], named: str) -> None:
    """The message says which value is wrong."""
    arguments: dict[str, Any] = {
        "means": np.random.default_rng(15).normal(3, 1, (20, 8)),
        "counts": np.full((20, 8), 5),
    }
    with pytest.raises(ValueError, match=named):
        smooth(**(arguments | options))
