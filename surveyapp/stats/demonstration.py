"""Two years of an organisation that does not exist, drawn from a seed, with a truth to hold the pages against.

It is asked in the second of them; its log goes back for both.

Everything that comes out is plain numbers, so that whoever puts it into a database needs no numpy.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import Floats, Integers, Log, Organisation, answers_of, climate, log_of, organisation

PAST_WAVES = 26
# For so many waves before the first one the log was kept and nobody was asked.
BEFORE = 26
# Speaking up, in points: teams differ, shocks fade, safer teams tell much more and sooner, and err as often as others.
RECIPE = Recipe(
    teams=40,
    waves=PAST_WAVES + 1,
    sizes=(4, 12),
    items=3,
    icc=0.19,
    shock_share=0.27,
    shock_persistence=0.6,
    turnover=0.012,
    skip=0.02,
    error_rate=0.08,
    error_slope=0.0,
    report_slope=1.1,
    external_share=0.2,
    surface_slope=-0.4,
)
# From this wave on, the coached teams are so many points higher.
COACHED_FROM, GAIN = 17, 0.4
RESPONSE = (0.70, 0.78)
# How much of the open wave has come in.
SO_FAR = 0.45
# The correlation of the other scales with speaking up, and how much higher or lower they lie.
RELATED, SHIFTS = 0.6, (0.0, 0.2, -0.2)
FOUND_OUTSIDE = ("customer", "monitoring", "other_team", "audit")
# What is told without anything having gone wrong, beside near misses; safer teams tell more of it as well.
NEARLY = ("near_miss", "unsafe_condition", "good_catch", "help_request", "idea")
SHARES = (0.4, 0.15, 0.2, 0.1, 0.15)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who belongs to a team from one wave until before another."""

    team: int
    first: int
    until: int
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Something that went wrong or nearly did, and was told in the time that a wave of its team speaks of.

    Parameters
    ----------
    wave : int
        Counted from 0; what was told before the first wave has a number below.
    at : float
        Where in the time from the close of the wave before to the close of this one, 0 to 1.
    hidden, silent : float
        Days until somebody noticed, and from then until it was told.
    """

    team: int
    wave: int
    kind: str
    at: float
    hidden: float
    silent: float
    found_by: str
    severity: int


@dataclass(frozen=True, slots=True)
class Story:
    """What happened: who was there, what they answered, what was told.

    Parameters
    ----------
    people : tuple of Person
        The lead of each team first.
    sheets : tuple of dict
        For each wave, the scored answers (0 for skipped, items in the order of the scales) by the place of a person.
        The last wave is open and half full.
    told : tuple of Told
    climate : tuple of tuple of float
        The truth behind speaking up, in points, by team and wave.
    errors : tuple of int
        How many errors each team truly made in the two years, told or not.
    """

    people: tuple[Person, ...]
    sheets: tuple[dict[int, tuple[int, ...]], ...]
    told: tuple[Told, ...]
    climate: tuple[tuple[float, ...], ...]
    errors: tuple[int, ...]


def draw_story(seed: int, scales: Sequence[int], coached: Sequence[int]) -> Story:
    """Draw a year from a seed.

    Parameters
    ----------
    seed : int
        The same seed gives the same year.
    scales : sequence of int
        How many items each scale has; the first scale is the one with the truth.
    coached : sequence of int
        The teams that get better from wave ``COACHED_FROM`` on.

    Returns
    -------
    Story

    Examples
    --------
    >>> len(draw_story(1, (3, 3, 3), (0, 1)).sheets)
    27
    """
    rng = np.random.default_rng(seed)
    effect = np.zeros((RECIPE.teams, RECIPE.waves))
    effect[list(coached), COACHED_FROM:] = GAIN
    made = organisation(rng, RECIPE, effect=effect)
    people = _people(rng, made.sizes)
    # Dice of its own, so that another log leaves the answers as they are.
    dice = np.random.default_rng((seed, 1))
    log = _log_of_two_years(dice, made, effect)
    return Story(
        people=tuple(people),
        sheets=tuple(_sheets(rng, people, _climates(rng, made, len(scales)), scales)),
        told=tuple(_told(dice, log)),
        climate=tuple(tuple(row) for row in made.climate.tolist()),
        errors=tuple(log.errors.sum(axis=1).tolist()),
    )


def drawer(seed: int) -> Callable[[int], int]:
    """Return a function that draws a whole number below another one, always the same from the same seed."""
    rng = np.random.default_rng(seed)
    return lambda below: int(rng.integers(below))


def _people(rng: np.random.Generator, sizes: Integers) -> list[Person]:
    """Fill the seats of every team; a lead stays, others leave now and then and somebody new comes."""
    people = [Person(team, 0, RECIPE.waves, is_lead=True) for team in range(RECIPE.teams)]
    for team in np.repeat(np.arange(RECIPE.teams), sizes).tolist():
        changes = np.flatnonzero(rng.random(RECIPE.waves) < RECIPE.turnover).tolist()
        bounds = [0, *(wave for wave in changes if wave > 0), RECIPE.waves]
        people += [Person(team, first, until, is_lead=False) for first, until in pairwise(bounds)]
    return people


def _climates(rng: np.random.Generator, made: Organisation, scales: int) -> list[Floats]:
    """Give every further scale a climate of its own that goes along with speaking up."""
    found = [made.climate]
    for shift in SHIFTS[1:scales]:
        own = climate(rng, RECIPE) - RECIPE.centre
        shared = made.climate - RECIPE.centre
        found.append(RECIPE.centre + shift + RELATED * shared + sqrt(1 - RELATED**2) * own)
    return found


def _sheets(
    rng: np.random.Generator, people: Sequence[Person], climates: Sequence[Floats], scales: Sequence[int]
) -> Iterator[dict[int, tuple[int, ...]]]:
    team = np.array([person.team for person in people])
    first, until = (np.array([getattr(person, name) for person in people]) for name in ("first", "until"))
    stable = rng.normal(0, RECIPE.within_sd * sqrt(RECIPE.stable_share), len(people))
    offsets = [rng.normal(0, RECIPE.item_spread, items) for items in scales]
    for wave in range(RECIPE.waves):
        response = rng.uniform(*RESPONSE) * (SO_FAR if wave == RECIPE.waves - 1 else 1)
        there = (first <= wave) & (wave < until) & (rng.random(len(people)) < response)
        who = rng.permutation(np.flatnonzero(there))
        own = stable[who] + rng.normal(0, sqrt(RECIPE.mood_variance), who.size)
        answers = np.hstack(
            [
                answers_of(rng, levels[team[who], wave] + own, easier - easier.mean(), item_noise=RECIPE.item_noise)
                for levels, easier in zip(climates, offsets, strict=True)
            ]
        )
        answers[rng.random(answers.shape) < RECIPE.skip] = 0
        yield {person: tuple(sheet) for person, sheet in zip(who.tolist(), answers.tolist(), strict=True)}


def _log_of_two_years(rng: np.random.Generator, made: Organisation, effect: Floats) -> Log:
    """Draw the log; the year before the first wave had the climate of the year after it, told backwards."""
    backwards = (made.climate - effect)[:, BEFORE:0:-1]
    return log_of(rng, RECIPE, np.hstack([backwards, made.climate[:, :PAST_WAVES]]), made.sizes)


def _told(rng: np.random.Generator, log: Log) -> Iterator[Told]:
    """Tell what the log counts: errors of the team's own finding, those found elsewhere, and what nearly happened."""
    for team, place in np.ndindex(log.errors.shape):
        own, outside = int(log.self_reported[team, place]), int(log.external[team, place] - log.both[team, place])
        days = float(np.nan_to_num(log.days_to_surface[team, place], nan=RECIPE.surface_days))
        where = (team, place - BEFORE)
        for number in range(own + outside):
            found_by = str(rng.choice(("owner", "own_team") if number < own else FOUND_OUTSIDE))
            harm = rng.random() < RECIPE.harm_share
            yield _event(rng, where, "error", days, found_by, int(rng.integers(2, 5) if harm else 1))
        for _ in range(int(log.near_misses[team, place])):
            found_by = str(rng.choice(("owner", "own_team", "monitoring"), p=(0.4, 0.45, 0.15)))
            yield _event(rng, where, str(rng.choice(NEARLY, p=SHARES)), days / 3, found_by, int(rng.integers(0, 3)))


def _event(
    rng: np.random.Generator, where: tuple[int, int], kind: str, days: float, found_by: str, severity: int
) -> Told:
    hidden, silent = np.minimum(rng.exponential(days / 2, 2), 45.0).tolist()
    return Told(*where, kind, float(rng.random()), hidden, silent, found_by, severity)
