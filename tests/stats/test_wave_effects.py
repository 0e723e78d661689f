"""Slopes beside wave effects: many teams give what few do, cheaper."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats import glm
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.wave_effects import Slopes, slopes_beside_waves

Floats = NDArray[np.float64]


def told(outcome: Slopes | CannotTell) -> Slopes:
    """Give the slopes, which these data always allow."""
    assert isinstance(outcome, Slopes)
    return outcome


def cells(teams: int = 30, waves: int = 6) -> dict[str, Any]:
    """Make two columns, some missing cells, and places of teams and waves."""
    rng = np.random.default_rng(2)
    team, wave = np.repeat(np.arange(teams), waves), np.tile(np.arange(waves), teams)
    keep = rng.random(len(team)) < 0.9
    return {"columns": rng.normal(size=(keep.sum(), 2)), "team": team[keep], "wave": wave[keep]}


def outcome_of(family: glm.Family, columns: Floats, trials: Floats) -> Floats:
    """Draw an outcome that follows both columns."""
    rng, level = np.random.default_rng(3), columns @ [0.4, -0.3]
    if family == "gaussian":
        return np.asarray(level + rng.normal(size=len(level)))
    if family == "poisson":
        return rng.poisson(2 * np.exp(level)).astype(float)
    return rng.binomial(trials.astype(int), 1 / (1 + np.exp(-level))).astype(float)


@pytest.mark.parametrize("family", ["gaussian", "poisson", "binomial"])
def test_many_teams_give_the_slopes_of_all_columns(family: glm.Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """Effects taken out by means equal effects as columns: estimate, CR1 and dispersion."""
    data = cells()
    trials = np.full(len(data["team"]), 5.0)
    y = outcome_of(family, data["columns"], trials)
    monkeypatch.setattr("surveyapp.stats.wave_effects.EXACT_TEAMS", 10)
    given = trials if family == "binomial" else None
    found = told(slopes_beside_waves(**data, outcome=y, family=family, trials=given))
    design = np.column_stack([data["columns"], data["wave"][:, None] == np.arange(6)])
    fit = glm.fit_mean(design, y, family, trials=given)
    assert isinstance(fit, glm.Fit)
    robust = glm.sandwich(fit, data["team"], method="CR1")
    for place, slope in enumerate(found.slopes):
        expected = robust.contrast(np.eye(8)[place])
        assert isinstance(expected, glm.Contrast)
        # The two start elsewhere, and both take the information from the weights of their last step.
        assert (slope.estimate, slope.se, slope.df, slope.n) == pytest.approx(
            (expected.estimate, expected.se, 29, 30), rel=1e-6
        )
    assert found.dispersion == pytest.approx(fit.dispersion, rel=1e-6)


@pytest.mark.parametrize("limit", [10, 1_000])
@pytest.mark.parametrize("change", ["waves", "each other", "constant"])
def test_columns_that_say_the_same_cannot_tell(limit: int, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the waves, as each other, or nothing, with few teams and with many."""
    data = cells()
    columns = data["columns"]
    columns[:, 1] = {"waves": data["wave"] * 0.5, "each other": 2 * columns[:, 0], "constant": 3.5}[change]
    monkeypatch.setattr("surveyapp.stats.wave_effects.EXACT_TEAMS", limit)
    y = outcome_of("gaussian", np.random.default_rng(4).normal(size=columns.shape), columns[:, 0])
    assert isinstance(slopes_beside_waves(**data, outcome=y, family="gaussian"), CannotTell)


@pytest.mark.parametrize("limit", [10, 1_000])
def test_an_outcome_that_never_happens_in_a_wave_cannot_tell(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its effect has no finite value."""
    data = cells()
    monkeypatch.setattr("surveyapp.stats.wave_effects.EXACT_TEAMS", limit)
    y = outcome_of("poisson", data["columns"], data["columns"][:, 0]) * (data["wave"] != 3)
    assert isinstance(slopes_beside_waves(**data, outcome=y, family="poisson"), CannotTell)


@pytest.mark.parametrize("limit", [10, 1_000])
def test_a_perfect_fit_cannot_tell(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without residuals there is no interval."""
    data = cells()
    monkeypatch.setattr("surveyapp.stats.wave_effects.EXACT_TEAMS", limit)
    outcome = slopes_beside_waves(**data, outcome=np.zeros(len(data["team"])), family="gaussian")
    assert isinstance(outcome, CannotTell)


def test_one_team_cannot_tell() -> None:
    """Nothing says how teams vary."""
    data = cells(teams=1, waves=9)
    outcome = slopes_beside_waves(**data, outcome=np.zeros(len(data["team"])), family="gaussian")
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed) == (1, 2)


def test_confidence_is_a_share() -> None:
    """The message names the value."""
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1, got 95"):
        slopes_beside_waves(**cells(), outcome=np.zeros(3), family="gaussian", confidence=95)
