"""How often bands, lines, slopes and alerts are right in made-up organisations: shares for tests and for a table."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import ScaleKey, Thresholds, draw_and_count
from surveyapp.stats.alerts import drop_alerts
from surveyapp.stats.estimates import Band, Coding, team_band
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.reliability import pooled_spread
from surveyapp.stats.scores import person_scores
from surveyapp.stats.shrinkage import shrink
from surveyapp.stats.simulate import Organisation, organisation
from surveyapp.stats.since import moves_since
from surveyapp.stats.slopes import slope_among_teams
from surveyapp.stats.smoothing import smooth
from surveyapp.stats.steps import StepVariance, step_variance
from surveyapp.stats.trend import pooled_line, wave_change

Floats = NDArray[np.float64]
BASE = Recipe(sizes=(3, 12))
LARGE = Recipe(sizes=(7, 12))
PLACES = {
    "weak shocks": BASE,
    "strong shocks": replace(BASE, shock_share=0.55, shock_persistence=0.8),
    "organisation drifts": replace(BASE, drift_sd=0.1),
    "12 teams": replace(BASE, teams=12),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What statistics see of an organisation: every array has the shape (teams, waves)."""

    means: Floats
    counts: Floats
    grid: Floats
    below: Floats
    above: Floats
    sd: float

    def rounding(self) -> Floats:
        """Variance that coding added; where an end-coded score lies in its range is anybody's guess."""
        return self.grid**2 / 12 + (self.below + self.above) ** 2 / 12


def spread(made: Organisation) -> float:
    """Pooled spread inside a team and wave."""
    scores = person_scores(made.keyed()).estimate
    found = pooled_spread(scores, made.team * made.recipe.waves + made.wave)
    assert not isinstance(found, CannotTell)
    return found.estimate


def exact(made: Organisation) -> Figures:
    """Means without any policy."""
    nothing = np.zeros(made.climate.shape)
    return Figures(made.means(), made.counts().astype(float), nothing, nothing, nothing, spread(made))


def released(made: Organisation, rng: np.random.Generator) -> Figures:
    """Means as the release policy lets them out, with the spread rounded to a tenth."""
    recipe = made.recipe
    keys = tuple(f"q{item}" for item in range(recipe.items))
    scale = ScaleKey("all", keys, recipe.points, 4)
    thresholds = Thresholds(count_min=5, item_min=7, roster_min=7)
    shape = made.climate.shape
    table = np.full((5, *shape), np.nan)
    answers = made.keyed()
    order = np.argsort(made.team * recipe.waves + made.wave, kind="stable")
    starts = np.searchsorted((made.team * recipe.waves + made.wave)[order], np.arange(made.climate.size + 1))
    for cell in range(made.climate.size):
        team, wave = divmod(cell, recipe.waves)
        rows = answers[order[starts[cell] : starts[cell + 1]]]
        if made.sizes[team] < thresholds.roster_min:
            continue
        sheets = [{key: int(x) for key, x in zip(keys, row, strict=True) if np.isfinite(x)} for row in rows]
        group = draw_and_count(sheets, [scale], thresholds, lambda count: int(rng.integers(count)))
        figure = group.figures["scale:all"]
        if isinstance(figure, Shown):
            coded = figure.high - figure.low > 0.3
            ends = (figure.value - figure.low, figure.high - figure.value) if coded else (0.0, 0.0)
            table[:, team, wave] = (figure.value, figure.n, 0.0 if coded else 0.2, *ends)
    means, counts, grid, below, above = table
    return Figures(means, np.nan_to_num(counts), grid, below, above, round(spread(made), 1))


def band_coverage(recipe: Recipe, runs: int, seed: int, *, policy: bool = False, least: int = 3) -> float:
    """Share of single-wave bands that hold the truth."""
    rng, hits = np.random.default_rng(seed), []
    for _ in range(runs):
        made = organisation(rng, replace(recipe, waves=1))
        seen = released(made, rng) if policy else exact(made)
        for team in map(int, np.flatnonzero(seen.counts[:, 0] >= least)):
            band = _band(seen, team, 0, int(made.sizes[team]))
            hits.append(band.low <= made.truth[team, 0] <= band.high)
    return float(np.mean(hits))


def change_coverage(recipe: Recipe, runs: int, seed: int) -> float:
    """Share of intervals around the change between two waves that hold the true change."""
    rng, hits = np.random.default_rng(seed), []
    for _ in range(runs):
        made = organisation(rng, replace(recipe, waves=2))
        seen = exact(made)
        for team in map(int, np.flatnonzero((seen.counts >= 3).all(axis=1))):
            bands = [_band(seen, team, wave, int(made.sizes[team])) for wave in (0, 1)]
            change = wave_change(bands[0], bands[1])
            hits.append(change.low <= made.truth[team, 1] - made.truth[team, 0] <= change.high)
    return float(np.mean(hits))


def _band(seen: Figures, team: int, wave: int, roster: int) -> Band:
    place = team, wave
    coding = Coding(float(seen.grid[place]), float(seen.below[place]), float(seen.above[place]))
    found = team_band(float(seen.means[place]), int(seen.counts[place]), roster, sd=seen.sd, coding=coding)
    assert isinstance(found, Band)
    return found


def shrunk_coverage(recipe: Recipe, runs: int, seed: int) -> float:
    """Share of empirical Bayes intervals that hold the truth."""
    rng, hits = np.random.default_rng(seed), []
    for _ in range(runs):
        made = organisation(rng, replace(recipe, waves=1))
        seen = exact(made)
        some = seen.counts[:, 0] >= 3
        found = shrink(seen.means[some, 0], seen.counts[some, 0], made.sizes[some], sd=seen.sd)
        if not isinstance(found, CannotTell):
            hits.extend((found.low <= made.truth[some, 0]) & (made.truth[some, 0] <= found.high))
    return float(np.mean(hits))


def pooled_coverage(recipe: Recipe, runs: int, seed: int) -> float:
    """Share of three-wave bands that hold the truth of the last wave."""
    rng, hits = np.random.default_rng(seed), []
    for _ in range(runs):
        made = organisation(rng, replace(recipe, waves=3))
        seen = exact(made)
        rosters = made.sizes[:, None]
        steps = step_variance(seen.means, seen.counts, rosters, sd=seen.sd)
        assert isinstance(steps, StepVariance)
        line = pooled_line(seen.means, seen.counts, sd=seen.sd, rosters=rosters, steps=steps)
        told = np.isfinite(line.low[:, -1])
        hits.extend(((line.low <= made.truth) & (made.truth <= line.high))[told, -1])
    return float(np.mean(hits))


def line_coverage(recipe: Recipe, runs: int, seed: int, *, policy: bool = False) -> float:
    """Share of state-space bands that hold the truth, over all waves."""
    rng, hits = np.random.default_rng(seed), []
    for _ in range(runs):
        made = organisation(rng, recipe)
        seen = released(made, rng) if policy else exact(made)
        rounding = np.nan_to_num(seen.rounding())
        lines = smooth(seen.means, seen.counts, made.sizes[:, None], rounding=rounding)
        if not isinstance(lines, CannotTell):
            told = np.isfinite(lines.low)
            hits.append(((lines.low <= made.truth) & (made.truth <= lines.high))[told].mean())
    return float(np.mean(hits)) if hits else float("nan")


def slope_rate(recipe: Recipe, runs: int, seed: int, *, policy: bool = False) -> float:
    """Share of teams whose slope is called unlike the others though nothing was planted."""
    rng = np.random.default_rng(seed)
    hits: list[bool] = []
    for _ in range(runs):
        made = organisation(rng, recipe)
        seen = released(made, rng) if policy else exact(made)
        found = [slope_among_teams(seen.means, seen.counts, team) for team in range(recipe.teams)]
        hits.extend(slope.p < 0.05 for slope in found if not isinstance(slope, CannotTell))
    return float(np.mean(hits))


def moved_rate(recipe: Recipe, runs: int, seed: int, *, policy: bool = False) -> float:
    """Share of teams said to have moved more than teams here do by chance, though nothing was planted."""
    rng = np.random.default_rng(seed)
    hits: list[bool] = []
    for _ in range(runs):
        made = organisation(rng, recipe)
        seen = released(made, rng) if policy else exact(made)
        lines = smooth(seen.means, seen.counts, made.sizes[:, None], rounding=np.nan_to_num(seen.rounding()))
        assert not isinstance(lines, CannotTell)
        moves = moves_since(lines.estimate, lines.error, 2, recipe.waves - 1)
        assert not isinstance(moves.usual, CannotTell)
        told = np.isfinite(moves.usual)
        off = (moves.low > 0) | (moves.high < 0)
        hits.extend(((np.abs(moves.estimate) > moves.usual) & off)[told].tolist())
    return float(np.mean(hits))


def alert_rates(
    recipe: Recipe, runs: int, seed: int, *, policy: bool = False, fall: float = 0.47
) -> tuple[float, float]:
    """False alarms in a team's year of 26 waves, and the share of lasting falls found within six waves."""
    rng = np.random.default_rng(seed)
    begun, years = 0, 0.0
    named: list[bool] = []
    teams, waves, start = recipe.teams, recipe.waves, 26
    few = max(1, teams // 4)
    effect = np.zeros((teams, waves))
    effect[:few, waves - 6 :] = -fall
    for _ in range(runs):
        for planted in (False, True):
            made = organisation(rng, recipe, effect=effect if planted else 0.0)
            seen = released(made, rng) if policy else exact(made)
            first = waves - 5 if planted else start
            flags = [drop_alerts(seen.means[:, :end], seen.counts[:, :end]) for end in range(first, waves + 1)]
            fallen = np.column_stack([found.fallen for found in flags if not isinstance(found, CannotTell)])
            judged = np.isfinite(seen.means[:, -16:]).sum(axis=1) >= 8
            if planted:
                named.extend(
                    bool(row.any()) for row, seen_enough in zip(fallen[:few], judged, strict=False) if seen_enough
                )
            else:
                begun += int(fallen[:, 0].sum() + (fallen[:, 1:] & ~fallen[:, :-1]).sum())
                years += int(judged.sum()) * fallen.shape[1] / 26
    return begun / years, float(np.mean(named))
