"""Organisations made up from a seed: to test the estimators, and to fill a demonstration.

Every latent quantity is in points of the answer scale (1..V), high being favourable. The answer of a person
to an item is the sum of the climate of the team, the stable part and the mood of the person, the offset of the
item and noise, rounded to the scale.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr

from surveyapp.stats.recipe import Recipe

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Answers = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Log:
    """Errors of each team and wave; every array has the shape (teams, waves).

    Parameters
    ----------
    person_weeks : array of float
        Exposure.
    errors : array of int
        What truly happened, which nobody sees.
    self_reported, external, both : array of int
        Reported by the team, found by somebody outside, and both.
    near_misses, harm : array of int
        Near misses that the team told, and errors that did harm.
    days_to_surface : array of float
        Mean days until the errors of the team surfaced; NaN where nothing happened.
    """

    person_weeks: Floats
    errors: Integers
    self_reported: Integers
    external: Integers
    both: Integers
    near_misses: Integers
    harm: Integers
    days_to_surface: Floats


@dataclass(frozen=True, slots=True)
class Organisation:
    """A made-up organisation with its truth.

    Parameters
    ----------
    recipe : Recipe
        What it was made of.
    sizes : array of int, shape (teams,)
        Persons on the roster of each team, the same in all waves.
    climate : array of float, shape (teams, waves)
        Latent climate of the team, in points.
    truth : array of float, shape (teams, waves)
        The mean score that the whole roster would give if mood and noise were averaged out, in points.
    offsets : array of float, shape (items,)
        How much easier each item is to agree with, in points.
    team, wave, person : array of int, shape (sheets,)
        Of each answer sheet; a replaced person has a new number.
    answers : array of int8, shape (sheets, items)
        As given, before reverse keys are undone; 0 means skipped.
    log : Log
        Errors and reports.
    """

    recipe: Recipe
    sizes: Integers
    climate: Floats
    truth: Floats
    offsets: Floats
    team: Integers
    wave: Integers
    person: Integers
    answers: Answers
    log: Log

    def keyed(self) -> Floats:
        """Answers with reverse keys undone and NaN where skipped, shape (sheets, items)."""
        answers = self.answers.astype(np.float64)
        turned = list(self.recipe.reverse)
        answers[:, turned] = np.where(answers[:, turned] > 0, self.recipe.points + 1 - answers[:, turned], 0)
        return np.where(answers > 0, answers, np.nan)

    def counts(self) -> Integers:
        """How many answered, shape (teams, waves)."""
        cell = self.team * self.recipe.waves + self.wave
        return np.bincount(cell, minlength=self.climate.size).reshape(self.climate.shape)

    def means(self) -> Floats:
        """Mean of the person scores (mean of the items answered), NaN without answers, shape (teams, waves)."""
        keyed = self.keyed()
        items = np.isfinite(keyed).sum(axis=1)
        told = items > 0
        cell = (self.team * self.recipe.waves + self.wave)[told]
        sums = np.bincount(cell, weights=np.nansum(keyed, axis=1)[told] / items[told], minlength=self.climate.size)
        counts = np.bincount(cell, minlength=self.climate.size)
        means = np.full(self.climate.size, np.nan)
        np.divide(sums, counts, out=means, where=counts > 0)
        return means.reshape(self.climate.shape)


def climate(rng: np.random.Generator, recipe: Recipe, *, effect: ArrayLike = 0.0) -> Floats:
    """Draw the latent climate of every team in every wave.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    recipe : Recipe
        What the organisation is made of.
    effect : array_like, broadcast to (teams, waves)
        Added to the climate, in points: what an intervention did.

    Returns
    -------
    array of float, shape (teams, waves)
        In points.

    Examples
    --------
    >>> climate(np.random.default_rng(1), Recipe(teams=3, waves=2, shock_share=0)).shape
    (3, 2)
    """
    lasting = rng.normal(0, recipe.team_sd * sqrt(1 - recipe.shock_share), (recipe.teams, 1))
    moving = shocks(
        rng,
        (recipe.teams, recipe.waves),
        sd=recipe.team_sd * sqrt(recipe.shock_share),
        persistence=recipe.shock_persistence,
    )
    steps = np.cumsum(rng.normal(0, recipe.drift_sd, recipe.waves))
    drift = np.linspace(0, recipe.drift, recipe.waves) + steps - steps[0]
    return np.asarray(recipe.centre + lasting + moving + drift + np.asarray(effect), dtype=np.float64)


def shocks(rng: np.random.Generator, shape: tuple[int, int], *, sd: float, persistence: float) -> Floats:
    """Draw stationary AR(1) series, one in each row.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    shape : tuple of int
        Series and waves.
    sd : float
        Standard deviation of each value, in points.
    persistence : float
        Correlation of neighbouring waves, 0 <= persistence <= 1.

    Returns
    -------
    array of float with that shape
        In points.

    Examples
    --------
    >>> shocks(np.random.default_rng(1), (2, 3), sd=1.0, persistence=1.0).std(axis=1).round(9).tolist()
    [0.0, 0.0]
    """
    series = rng.normal(0, sd, shape)
    fresh = sqrt(1 - persistence**2)
    for wave in range(1, shape[1]):
        series[:, wave] = persistence * series[:, wave - 1] + fresh * series[:, wave]
    return series


def answers_of(
    rng: np.random.Generator,
    level: ArrayLike,
    offsets: ArrayLike,
    *,
    item_noise: float = 0.7,
    points: int = 5,
    reverse: tuple[int, ...] = (),
) -> Answers:
    """Draw the answers of persons with given levels to items with given offsets.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    level : array_like, shape (persons,)
        Climate of the team plus the stable part and the mood of the person, in points.
    offsets : array_like, shape (items,)
        How much easier each item is to agree with, in points.
    item_noise : float
        Standard deviation of a single answer around what the person means, in points.
    points : int
        Answers go from 1 to points.
    reverse : tuple of int
        Positions of the items whose answers are turned round.

    Returns
    -------
    array of int8, shape (persons, items)
        Answers 1..points as given, reverse items turned round.

    Examples
    --------
    >>> answers_of(np.random.default_rng(1), [4.0, 2.0], [0.0, 0.3], item_noise=0.0, reverse=(1,)).tolist()
    [[4, 2], [2, 4]]
    """
    means = np.add.outer(np.asarray(level, dtype=np.float64), np.asarray(offsets, dtype=np.float64))
    answers = np.clip(np.rint(means + rng.normal(0, item_noise, means.shape)), 1, points).astype(np.int8)
    answers[:, list(reverse)] = points + 1 - answers[:, list(reverse)]
    return answers


def expected_answer(level: ArrayLike, *, noise_sd: float, points: int = 5) -> Floats:
    """Mean of the rounded and clipped answer whose latent value has this level and noise.

    Parameters
    ----------
    level : array_like
        Latent values, in points.
    noise_sd : float
        Standard deviation around them, in points, > 0.
    points : int
        Answers go from 1 to points.

    Returns
    -------
    array of float with the shape of level
        In points, between 1 and points.

    Examples
    --------
    >>> expected_answer([3.0, 9.0], noise_sd=0.5).round(6).tolist()
    [3.0, 5.0]
    """
    borders = np.arange(1, points) + 0.5
    above = ndtr((np.asarray(level, dtype=np.float64)[..., None] - borders) / noise_sd)
    return np.asarray(1 + above.sum(axis=-1), dtype=np.float64)


def organisation(rng: np.random.Generator, recipe: Recipe, *, effect: ArrayLike = 0.0) -> Organisation:
    """Draw an organisation: climate, persons, answer sheets and the log of errors.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance; the same seed and recipe give the same organisation.
    recipe : Recipe
        What it is made of.
    effect : array_like, broadcast to (teams, waves)
        Added to the climate, in points.

    Returns
    -------
    Organisation
        With its truth.

    Notes
    -----
    The recipe is in latent points. Rounding to the scale adds about 1/12 to the variance of each answer, and the ends
    of the scale take some variance away. Nobody games the survey, and there are no seasons.

    Examples
    --------
    >>> made = organisation(np.random.default_rng(7), Recipe(teams=3, waves=2, response=1.0))
    >>> bool(made.counts()[0, 0] == made.sizes[0])
    True
    """
    sizes = rng.integers(recipe.sizes[0], recipe.sizes[1] + 1, recipe.teams)
    latent = climate(rng, recipe, effect=effect)
    offsets = rng.normal(0, recipe.item_spread, recipe.items)
    offsets -= offsets.mean()
    team = np.repeat(np.arange(recipe.teams), sizes)
    person, stable = _persons(rng, recipe, team.size)
    meant = latent[team] + stable
    level = meant + rng.normal(0, sqrt(recipe.mood_variance), meant.shape)
    seat, wave = np.nonzero(rng.random(level.shape) < _response(recipe, level))
    answers = answers_of(
        rng,
        level[seat, wave],
        offsets,
        item_noise=recipe.item_noise,
        points=recipe.points,
        reverse=recipe.reverse,
    )
    answers[rng.random(answers.shape) < recipe.skip] = 0
    return Organisation(
        recipe=recipe,
        sizes=sizes,
        climate=latent,
        truth=_truth(recipe, meant, offsets, sizes),
        offsets=offsets,
        team=team[seat],
        wave=wave,
        person=person[seat, wave],
        answers=answers,
        log=log_of(rng, recipe, latent, sizes),
    )


def _persons(rng: np.random.Generator, recipe: Recipe, seats: int) -> tuple[Integers, Floats]:
    """Who sits on each seat in each wave, and the stable part of that person."""
    shape = (seats, recipe.waves)
    arrives = rng.random(shape) < recipe.turnover
    arrives[:, 0] = True
    since = np.maximum.accumulate(np.where(arrives, np.arange(recipe.waves), 0), axis=1)
    parts = rng.normal(0, recipe.within_sd * sqrt(recipe.stable_share), shape)
    number = np.cumsum(arrives).reshape(shape) - 1
    return number, np.take_along_axis(parts, since, axis=1)


def _response(recipe: Recipe, level: Floats) -> Floats:
    """Chance to answer; it depends on the own level only when silence does."""
    if recipe.silence == 0:
        return np.full(level.shape, recipe.response)
    return np.asarray(expit(logit(recipe.response) + recipe.silence * (level - recipe.centre)))


def _truth(recipe: Recipe, meant: Floats, offsets: Floats, sizes: Integers) -> Floats:
    """Average the expected answers of all items over the roster, mood and noise integrated out."""
    noise = sqrt(recipe.mood_variance + recipe.item_noise**2)
    expected = np.zeros_like(meant)
    for offset in offsets:
        expected += expected_answer(meant + offset, noise_sd=noise, points=recipe.points)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    sums = np.add.reduceat(expected, starts, axis=0)
    return np.asarray(sums / (sizes[:, None] * offsets.size), dtype=np.float64)


def log_of(rng: np.random.Generator, recipe: Recipe, latent: Floats, sizes: Integers) -> Log:
    """Let errors happen, which are told or not by how far the climate lies from the centre.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    recipe : Recipe
        What the organisation is made of.
    latent : array of float, shape (teams, waves)
        Climate, in points.
    sizes : array of int, shape (teams,)
        Persons of each team.

    Returns
    -------
    Log

    Examples
    --------
    >>> log_of(np.random.default_rng(1), Recipe(teams=1), np.full((1, 4), 3.6), np.array([8])).errors.shape
    (1, 4)
    """
    spread = recipe.team_sd or 1.0
    safety = (latent - recipe.centre) / spread
    weeks = rng.binomial(np.rint(sizes[:, None] * recipe.weeks).astype(np.int64), recipe.presence, latent.shape)
    own_rate = rng.normal(-(recipe.error_spread**2) / 2, recipe.error_spread, (recipe.teams, 1))
    rate = recipe.error_rate * np.exp(own_rate + recipe.error_slope * safety)
    tells = expit(logit(recipe.report_share) + recipe.report_slope * safety)
    errors = rng.poisson(weeks * rate)
    told = rng.binomial(errors, tells)
    both = rng.binomial(told, recipe.external_share)
    untold = rng.binomial(errors - told, recipe.external_share)
    near = rng.binomial(rng.poisson(weeks * rate * recipe.near_miss_factor), tells)
    # One draw stands for the mean of all waiting times: its spread shrinks with their number.
    wait = recipe.surface_days * np.exp(recipe.surface_slope * safety)
    days = wait * np.exp(rng.normal(0, 1, errors.shape) / np.sqrt(np.maximum(errors, 1)))
    return Log(
        person_weeks=weeks.astype(np.float64),
        errors=errors,
        self_reported=told,
        external=both + untold,
        both=both,
        near_misses=near,
        harm=rng.binomial(errors, recipe.harm_share),
        days_to_surface=np.where(errors > 0, days, np.nan),
    )
