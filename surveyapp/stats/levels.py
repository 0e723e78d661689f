"""What several ways of comparing teams share: the mean of each wave, and how chance grows in small teams."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from surveyapp.stats.checks import BoolArray, FloatArray, above, matrix


def panel(means: ArrayLike, counts: ArrayLike) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Read team means, their counts, and where there is a figure.

    Parameters
    ----------
    means : array_like, shape (teams, waves)
        In points; NaN where a team has no figure.
    counts : array_like, shape (teams, waves)
        Sheets in each mean, at least 1 where there is one.

    Returns
    -------
    tuple of arrays, shape (teams, waves)
        Means, counts with 1 where there is no figure, and flags.

    Raises
    ------
    ValueError
        When the shapes differ or a count is below 1.

    Examples
    --------
    >>> panel([[3.0, float("nan")]], [[5, 0]])[1].tolist()
    [[5.0, 1.0]]
    """
    y, n = matrix("means", means, missing=True), np.asarray(counts, dtype=np.float64)
    if y.shape != n.shape:
        raise ValueError(f"means and counts must have the same shape, got {y.shape} and {n.shape}")
    there = np.isfinite(y)
    above("counts", n[there], 1, allowed=True)
    return y, np.where(there, n, 1.0), there


def wave_levels(y: FloatArray, there: BoolArray) -> FloatArray:
    """Mean of each wave over the same teams: a missing team is imagined at its usual distance from the others.

    Parameters
    ----------
    y : array of float, shape (teams, waves)
        Team means, in points; anything where there is no figure.
    there : array of bool, shape (teams, waves)
        Where there is a figure.

    Returns
    -------
    array of float, shape (waves,)
        In points; NaN for waves without any figure.

    Raises
    ------
    Nothing.

    Notes
    -----
    Effects of teams and waves by least squares, fitted by turns. Without gaps this is the plain mean. A plain mean with
    gaps would fall when a good team misses a wave, and every other team would seem to rise.

    Examples
    --------
    >>> y = np.array([[4.0, 4.2, 4.1], [3.0, np.nan, 3.1]])
    >>> wave_levels(y, np.isfinite(y)).round(3).tolist()
    [3.5, 3.7, 3.6]
    """
    filled = np.where(there, y, 0.0)
    per_team, per_wave = np.maximum(there.sum(axis=1), 1), np.maximum(there.sum(axis=0), 1)
    teams, waves = np.zeros(y.shape[0]), np.zeros(y.shape[1])
    for _ in range(200):
        before = waves
        waves = (filled - there * teams[:, None]).sum(axis=0) / per_wave
        teams = (filled - there * waves).sum(axis=1) / per_team
        teams -= teams.sum() / max(teams.size, 1)
        if np.allclose(waves, before, rtol=0, atol=1e-10):
            break
    return np.where(there.any(axis=0), waves, np.nan)


def size_scale(squares: FloatArray, noise: FloatArray, wanted: FloatArray) -> FloatArray:
    """Usual size of a deviation, given how much noise a team of its size has.

    Parameters
    ----------
    squares : array of float, shape (cases,)
        Squared deviations, in squared points.
    noise : array of float, shape (cases,)
        Noise of each for a unit variance of sheets, such as 1/n.
    wanted : array of float
        Noise of the cases to tell the size for.

    Returns
    -------
    array of float
        Root of ``a + b * noise``, in points, where a and b fit the squares and neither is below zero.

    Raises
    ------
    Nothing.

    Notes
    -----
    Without this small teams would be noticed far too often, and large ones hardly ever.

    Examples
    --------
    >>> size_scale(np.array([0.02, 0.06]), np.array([0.1, 0.5]), np.array([0.2])).round(4).tolist()
    [0.1732]
    """
    (lasting, per_noise), _ = nnls(np.column_stack((np.ones(noise.size), noise)), squares)
    return np.asarray(np.sqrt(lasting + per_noise * wanted), dtype=np.float64)
