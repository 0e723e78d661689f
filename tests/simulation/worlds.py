"""Organisations in which the truth is known, and what each test says about them.

Every entry of `NOTHING` draws an organisation in which nothing happened and tells whether the test called it
something. `python -m tests.simulation.worlds 3000` prints the table of false alarms.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import Support, code
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.before_after import BeforeAfter, before_after
from surveyapp.stats.change import collapse, difference_of_changes
from surveyapp.stats.cohorts import StaggeredEffect, staggered_effect
from surveyapp.stats.confirmation import Swapped, swap_averages, swap_whole_series
from surveyapp.stats.lags import counts_after_scores
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.panel import Incidents, Panel, panel
from surveyapp.stats.recipe import Recipe
from surveyapp.stats.relations import Outcome, relate
from surveyapp.stats.simulate import Log, Organisation, organisation
from surveyapp.stats.survival import WaitingDifference, compare_waiting

Floats = NDArray[np.float64]
World = Callable[[np.random.Generator], bool | None]

LEVEL = 0.05
BASE = Recipe(teams=40, waves=12)
STRONG = replace(BASE, shock_share=0.6, shock_persistence=0.8)
DRIFT = replace(BASE, drift=0.8, drift_sd=0.1)


def released(made: Organisation, rng: np.random.Generator) -> Floats:
    """Give what a release says of each team and wave: one sheet left out, coded to the grid, NaN if withheld."""
    recipe, keyed = made.recipe, made.keyed()
    values = np.full(made.climate.shape, np.nan)
    order = np.lexsort((rng.random(len(made.team)), made.wave, made.team))
    cell = (made.team * recipe.waves + made.wave)[order]
    starts = np.flatnonzero(np.r_[True, np.diff(cell) > 0])
    for rows in np.split(order, starts[1:]):
        counted = keyed[rows[1:]]
        answers = int(np.isfinite(counted).sum())
        support = Support(answers, len(counted), recipe.items, recipe.points, recipe.points - 1)
        figure = code(int(np.nansum(counted)), support, 5)
        if isinstance(figure, Shown):
            values[made.team[rows[0]], made.wave[rows[0]]] = figure.value
    return values


def scores(rng: np.random.Generator, recipe: Recipe, *, coded: bool = False, effect: Floats | float = 0.0) -> Floats:
    """Draw an organisation and give its team scores, plain or as released."""
    made = organisation(rng, recipe, effect=effect)
    return released(made, rng) if coded else made.means()


def cells(rng: np.random.Generator, recipe: Recipe, *, coded: bool = False) -> tuple[Floats, ...]:
    """Draw an organisation and give score, reports, exposure, team and wave by cell.

    Where scores drift, more and more of what happens is reported by everybody, as when a tool is taken up.
    """
    made = organisation(rng, recipe)
    team, wave = np.indices(made.climate.shape).astype(float)
    score = released(made, rng) if coded else made.means()
    reports = made.log.self_reported
    if recipe.drift:
        reports = rng.binomial(reports, np.linspace(0.3, 1.0, recipe.waves))
    columns = score, reports.astype(float), made.log.person_weeks, team, wave
    return tuple(column.ravel() for column in columns)


def incidents(rng: np.random.Generator, recipe: Recipe) -> Panel:
    """Draw an organisation and give its panel."""
    made = organisation(rng, recipe)
    team, wave = np.indices(made.climate.shape)
    log = made.log
    columns = (
        team,
        wave,
        made.means(),
        log.person_weeks,
        log.self_reported,
        log.external,
        log.both,
        log.near_misses,
        log.harm,
        log.days_to_surface,
    )
    return panel(Incidents(*(column.ravel() for column in columns)))


def programme(recipe: Recipe, treated: int, *, coded: bool = False, smallest: bool = False) -> World:
    """Half the waves before, half after; teams at random, or the smallest ones."""

    def world(rng: np.random.Generator) -> bool | None:
        made = organisation(rng, recipe)
        score = released(made, rng) if coded else made.means()
        order = np.argsort(made.sizes, kind="stable") if smallest else rng.permutation(recipe.teams)
        marked = np.isin(np.arange(recipe.teams), order[:treated])
        found = before_after(score, marked, recipe.waves // 2, rng=rng, size=made.sizes, draws=999)
        return found.p <= LEVEL if isinstance(found, BeforeAfter) else None

    return world


def interval_of_programme(recipe: Recipe, treated: int) -> World:
    """The same judged by the interval of the difference of changes."""

    def world(rng: np.random.Generator) -> bool | None:
        change = collapse(scores(rng, recipe), recipe.waves // 2).change
        found = difference_of_changes(change, np.arange(recipe.teams) < treated)
        return None if isinstance(found, CannotTell) else not found.low <= 0 <= found.high

    return world


def lowest_chosen(recipe: Recipe, waves: int, *, coded: bool = False, naive: bool = False) -> World:
    """The lowest fifth over the last waves before the start is coached without effect."""

    def world(rng: np.random.Generator) -> bool | None:
        score = scores(rng, recipe, coded=coded)
        half = recipe.waves // 2
        last = score[:, half - waves : half]
        seen = np.isfinite(last).any(axis=1)
        baseline = np.full(recipe.teams, np.nan)
        baseline[seen] = np.nanmean(last[seen], axis=1)
        marked = baseline <= np.sort(baseline[seen])[math.ceil(seen.sum() / 5) - 1]
        if naive:
            found = before_after(score[:, half - waves :], marked, waves, rng=rng, draws=999)
        else:
            found = before_after(score, marked, half, rng=rng, chosen_on=baseline)
        return found.p <= LEVEL if isinstance(found, BeforeAfter) else None

    return world


def beside(recipe: Recipe, treated: int, value: Callable[[Log], Floats], *, lowest: bool = False) -> World:
    """An outcome of the log of coached teams beside that of the others; teams at random, or the lowest of one wave."""

    def world(rng: np.random.Generator) -> bool | None:
        made = organisation(rng, recipe)
        half = recipe.waves // 2
        order = np.argsort(made.means()[:, half - 1]) if lowest else rng.permutation(recipe.teams)
        marked = np.isin(np.arange(recipe.teams), order[:treated])
        weeks = made.log.person_weeks.mean(axis=1)
        found = before_after(value(made.log), marked, half, rng=rng, size=weeks, draws=999)
        return found.p <= LEVEL if isinstance(found, BeforeAfter) else None

    return world


def rate_told(log: Log) -> Floats:
    """Reports for 100 person-weeks."""
    return np.asarray(100 * log.self_reported / log.person_weeks)


def share_told(log: Log) -> Floats:
    """Percentage of what others found that the team had told; NaN where nothing was found."""
    return np.where(log.external > 0, 100 * log.both / np.maximum(log.external, 1), np.nan)


def time_to_surface(log: Log) -> Floats:
    """Logarithm of typical hours."""
    return np.log(np.maximum(24 * log.days_to_surface, 1.0))


def staggered(recipe: Recipe, cohort: int, *, coded: bool = False) -> World:
    """Three cohorts and the rest waiting."""

    def world(rng: np.random.Generator) -> bool | None:
        start = np.full(recipe.teams, np.nan)
        start[: 3 * cohort] = np.repeat([4.0, 6.0, 8.0], cohort)
        found = staggered_effect(scores(rng, recipe, coded=coded), start, waves_before=3, waves_after=2)
        return found.p <= LEVEL if isinstance(found, StaggeredEffect) else None

    return world


def relation(recipe: Recipe, part: str, *, coded: bool = False, calendar: bool = True) -> World:
    """Reports that have nothing to do with scores."""

    def world(rng: np.random.Generator) -> bool | None:
        found = safety_and_counts(*cells(rng, recipe, coded=coded), calendar=calendar)
        return getattr(found, part).p <= LEVEL if isinstance(found, SafetyAndCounts) else None

    return world


def other_relation(recipe: Recipe, part: str, kind: Literal["share", "time"], *, coded: bool = False) -> World:
    """A share of the log, or a typical time, that has nothing to do with scores."""

    def world(rng: np.random.Generator) -> bool | None:
        made = organisation(rng, recipe)
        log, (team, wave) = made.log, np.indices(made.climate.shape)
        score = released(made, rng) if coded else made.means()
        if kind == "share":
            outcome = Outcome("binomial", log.both.ravel(), log.external.ravel())
        else:
            outcome = Outcome("gaussian", 24 * log.days_to_surface.ravel(), (log.self_reported > 0).ravel())
        found = relate(score.ravel(), outcome, team.ravel(), wave.ravel())
        return getattr(found, part).p <= LEVEL if isinstance(found, SafetyAndCounts) else None

    return world


def swapped(recipe: Recipe, swap: Callable[..., Swapped | CannotTell], *, coded: bool = False) -> World:
    """The same confirmed by swapping teams."""

    def world(rng: np.random.Generator) -> bool | None:
        found = swap(*cells(rng, recipe, coded=coded), rng=rng, swaps=999)
        return found.p <= LEVEL if isinstance(found, Swapped) else None

    return world


def any_delay(recipe: Recipe) -> World:
    """Any of five delays after correction."""

    def world(rng: np.random.Generator) -> bool | None:
        return bool(counts_after_scores(*cells(rng, recipe)).family.found(LEVEL))

    return world


def any_sign(recipe: Recipe) -> World:
    """Any figure of the panel after correction."""

    def world(rng: np.random.Generator) -> bool | None:
        return bool(incidents(rng, recipe).family.found(LEVEL))

    return world


def waiting(cases: int) -> World:
    """Two groups of equal speed, a third still open."""

    def world(rng: np.random.Generator) -> bool | None:
        wait, end = rng.exponential(1, 2 * cases), rng.exponential(2, 2 * cases)
        found = compare_waiting(np.minimum(wait, end), wait <= end, np.arange(2 * cases) < cases)
        return found.p <= LEVEL if isinstance(found, WaitingDifference) else None

    return world


FEW = replace(BASE, teams=12)
LARGE = (7, 16)
FOLLOWING = replace(BASE, error_slope=math.log(0.74), report_slope=0.65)
NOTHING: dict[str, World] = {
    "programme, 10 of 40 teams": programme(BASE, 10),
    "programme, 10 of 40, strong shocks": programme(STRONG, 10),
    "programme, 10 of 40, drift": programme(DRIFT, 10),
    "programme, 10 of 40, as released": programme(replace(BASE, sizes=(7, 16)), 10, coded=True),
    "programme, 6 smallest of 24": programme(replace(BASE, teams=24, sizes=(4, 20)), 6, smallest=True),
    "programme, 3 of 12": programme(FEW, 3),
    "programme, 4 of 8": programme(replace(BASE, teams=8), 4),
    "programme, 2 of 22": programme(replace(BASE, teams=22), 2),
    "programme, 1 of 33": programme(replace(BASE, teams=33), 1),
    "programme, 1 of 33, strong shocks": programme(replace(STRONG, teams=33), 1),
    "programme, 1 smallest of 33": programme(replace(BASE, teams=33, sizes=(4, 20)), 1, smallest=True),
    "programme, interval, 10 of 40": interval_of_programme(BASE, 10),
    "programme, interval, 6 of 24": interval_of_programme(replace(BASE, teams=24), 6),
    "lowest fifth of 40 on one wave": lowest_chosen(BASE, 1),
    "lowest fifth of 40 on one wave, strong shocks": lowest_chosen(STRONG, 1),
    "lowest fifth of 40 on three waves": lowest_chosen(BASE, 3),
    "lowest fifth of 40, as released": lowest_chosen(replace(BASE, sizes=(7, 16)), 1, coded=True),
    "staggered, 3 cohorts of 6 in 40": staggered(BASE, 6),
    "relation inside 40 teams": relation(BASE, "within"),
    "relation inside 40 teams, strong shocks": relation(STRONG, "within"),
    "relation inside 40 teams, drift": relation(DRIFT, "within"),
    "relation inside 12 teams, drift": relation(replace(DRIFT, teams=12), "within"),
    "relation between 40 teams, drift": relation(DRIFT, "between"),
    "relation inside 12 teams": relation(FEW, "within"),
    "relation inside 40 teams, as released": relation(replace(BASE, sizes=(7, 16)), "within", coded=True),
    "relation between 40 teams": relation(BASE, "between"),
    "relation between 12 teams": relation(FEW, "between"),
    "series swapped, 40 teams": swapped(BASE, swap_whole_series),
    "series swapped, 12 teams, drift": swapped(replace(DRIFT, teams=12), swap_whole_series),
    "series swapped, as released": swapped(replace(BASE, sizes=(7, 16)), swap_whole_series, coded=True),
    "averages swapped, 40 teams": swapped(BASE, swap_averages),
    "any of five delays": any_delay(BASE),
    "any figure of the panel": any_sign(BASE),
    "waiting, 8 a group": waiting(8),
    "waiting, 20 a group": waiting(20),
    "relation inside 40 teams, about 40 events": relation(replace(BASE, error_rate=0.013), "within"),
    "relation inside 12 teams, about 40 events": relation(replace(FEW, error_rate=0.045), "within"),
    "any figure of the panel, few errors": any_sign(replace(BASE, error_rate=0.02)),
    "programme, 3 of 12, strong shocks": programme(replace(STRONG, teams=12), 3),
    "programme, 3 of 12, drift": programme(replace(DRIFT, teams=12), 3),
    "programme, 3 of 12, as released": programme(replace(FEW, sizes=LARGE), 3, coded=True),
    "programme, 2 of 22, strong shocks": programme(replace(STRONG, teams=22), 2),
    "programme, 2 of 22, as released": programme(replace(BASE, teams=22, sizes=LARGE), 2, coded=True),
    "programme, 1 of 33, as released": programme(replace(BASE, teams=33, sizes=LARGE), 1, coded=True),
    "lowest fifth of 40, drift": lowest_chosen(DRIFT, 1),
    "staggered, 3 cohorts of 6 in 40, strong shocks": staggered(STRONG, 6),
    "staggered, 3 cohorts of 6 in 40, drift": staggered(DRIFT, 6),
    "staggered, 3 cohorts of 6 in 40, as released": staggered(replace(BASE, sizes=LARGE), 6, coded=True),
    "relation between 40 teams, as released": relation(replace(BASE, sizes=LARGE), "between", coded=True),
    "share told, inside 40 teams": other_relation(BASE, "within", "share"),
    "share told, between 40 teams": other_relation(BASE, "between", "share"),
    "share told, inside 40, as released": other_relation(replace(BASE, sizes=LARGE), "within", "share", coded=True),
    "days to surface, inside 40 teams": other_relation(BASE, "within", "time"),
    "days to surface, between 40 teams": other_relation(BASE, "between", "time"),
    "share told, inside 12 teams, strong shocks": other_relation(replace(STRONG, teams=12), "within", "share"),
    "beside a programme: reports, 10 of 40": beside(BASE, 10, rate_told),
    "beside a programme: few reports, 10 of 40": beside(replace(BASE, error_rate=0.02), 10, rate_told),
    "beside a programme: reports, 3 of 12": beside(FEW, 3, rate_told),
    "beside a programme: reports, 1 of 33": beside(replace(BASE, teams=33), 1, rate_told),
    "beside a programme: share told, 10 of 40": beside(BASE, 10, share_told),
    "beside a programme: days to surface, 10 of 40": beside(BASE, 10, time_to_surface),
    "beside a programme: errors follow safety, lowest 8 of 40": beside(FOLLOWING, 8, rate_told, lowest=True),
}


def share(world: World, runs: int, seed: int) -> tuple[float, int]:
    """Give the share of organisations in which something was called, and of how many."""
    said = [answer for run in range(runs) if (answer := world(np.random.default_rng([seed, run]))) is not None]
    return (sum(said) / len(said) if said else math.nan), len(said)


def table(runs: int, chosen: str = "") -> None:
    """Print the share of false alarms in every world whose name holds a text."""
    for place, (name, world) in enumerate(NOTHING.items()):
        if chosen in name:
            rate, said = share(world, runs, place)
            error = math.sqrt(rate * (1 - rate) / said) if said else math.nan
            sys.stdout.write(f"| {name} | {100 * rate:.1f} % | {100 * error:.1f} | {said} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    table(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
