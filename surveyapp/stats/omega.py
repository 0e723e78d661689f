"""McDonald's omega: how well the sum of a scale measures the one thing that its questions share."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from surveyapp.stats.checks import FloatArray, at_least, share
from surveyapp.stats.estimates import quantile
from surveyapp.stats.moments import Covariances
from surveyapp.stats.outcome import CannotTell


@dataclass(frozen=True, slots=True, eq=False)
class Omega:
    """McDonald's omega of a scale.

    Parameters
    ----------
    n : int
        Answer sheets.
    estimate, low, high : float
        Omega and its interval, without unit, between 0 and 1.
    loadings : array of float, shape (items,)
        How much each item moves with what they share, in points per standard deviation.
    uniquenesses : array of float, shape (items,)
        Variance of each item that is its own, in squared points, with n in the denominator.
    chi_square, degrees : float, int
        Misfit of the one-factor model and its degrees of freedom.
    rmsea : float
        Misfit per degree of freedom; above .10 the questions ask for more than one thing.
    level : float
        Confidence of the interval.
    method : str
        How it was estimated.
    """

    n: int
    estimate: float
    low: float
    high: float
    loadings: FloatArray
    uniquenesses: FloatArray
    chi_square: float
    degrees: int
    rmsea: float
    level: float
    method: str


def omega(covariances: Covariances, *, minimum: int = 100, level: float = 0.95) -> Omega | CannotTell:
    """McDonald's omega from a one-factor model by maximum likelihood.

    Parameters
    ----------
    covariances : Covariances
        Of complete sheets: ``ItemMoments.of(answers).complete()``.
    minimum : int
        Sheets needed, at least 3.
    level : float
        Confidence.

    Returns
    -------
    Omega or CannotTell
        CannotTell with fewer sheets than the minimum, fewer than three items, items that never vary or repeat each
        other, and when the questions share nothing that one factor could be.

    Raises
    ------
    ValueError
        When minimum or level lie outside their range.

    Notes
    -----
    ``sum(l)**2 / (sum(l)**2 + sum(u))``. Unlike alpha it lets items weigh differently. Assumes one factor and answers
    that are about normal; the interval is that of the delta method on the log odds. Look at the misfit first: with two
    factors in the scale the number means little. For the expert's page.

    References
    ----------
    McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum.
    Joreskog, K. G. (1967). https://doi.org/10.1007/BF02289658

    Examples
    --------
    >>> loadings = np.array([0.9, 0.8, 0.7, 0.6])
    >>> table = np.outer(loadings, loadings) + np.diag([0.5, 0.5, 0.6, 0.7])
    >>> found = omega(Covariances(200, table))
    >>> round(found.estimate, 6), round(9 / (9 + 2.3), 6)
    (0.79646, 0.79646)
    """
    at_least("minimum", minimum, 3)
    share("level", level)
    refusal = _too_thin(covariances, minimum)
    if refusal is not None:
        return refusal
    n = covariances.n
    spread = np.sqrt(np.diagonal(covariances.table) * (n - 1) / n)
    correlations = covariances.table * ((n - 1) / n) / np.outer(spread, spread)
    found = _fit(correlations)
    if found is None:
        return CannotTell("the questions do not share one thing that can be measured", n, None, "answers")
    loadings, uniquenesses = found
    standard = spread * loadings, spread**2 * uniquenesses
    return _described(correlations, standard, (loadings, uniquenesses), spread, n, level)


def _too_thin(covariances: Covariances, minimum: int) -> CannotTell | None:
    if covariances.items < 3:
        return CannotTell("too few questions for a scale", covariances.items, 3, "items")
    if covariances.n < minimum:
        return CannotTell("too few answer sheets", covariances.n, minimum, "answers")
    variances = np.diagonal(covariances.table)
    if not (variances > 0).all():
        return CannotTell("one question has the same answer on all sheets", covariances.n, None, "answers")
    if np.linalg.eigvalsh(covariances.table / np.sqrt(np.outer(variances, variances)))[0] < 1e-8:
        return CannotTell("one question can be computed from the others", covariances.n, None, "answers")
    return None


def _fit(correlations: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Fit standardised items; None when a uniqueness runs to zero or there is no factor."""
    items = correlations.shape[0]
    values, vectors = np.linalg.eigh(correlations)
    first = vectors[:, -1] * sqrt(values[-1])
    start = np.concatenate((first * np.sign(first.sum() or 1) * 0.8, np.full(items, np.log(0.5))))
    found = minimize(_misfit, start, args=(correlations,), jac=True, method="BFGS", options={"gtol": 1e-9})
    loadings, logs = found.x[:items], found.x[items:]
    if loadings.sum() < 0:
        loadings = -loadings
    # A factor that fewer than three items share is not determined by their correlations.
    shared = np.sort(np.abs(loadings))[-3] > 0.01
    if np.exp(logs).min() < 1e-4 or np.abs(found.jac).max() > 1e-4 or loadings.sum() < 1e-3 or not shared:
        return None
    return loadings, np.exp(logs)


def _misfit(point: FloatArray, correlations: FloatArray) -> tuple[float, FloatArray]:
    """Likelihood of a one-factor model and its gradient, with the inverse in closed form."""
    items = correlations.shape[0]
    loadings, uniquenesses = point[:items], np.exp(point[items:])
    scaled = loadings / uniquenesses
    total = 1 + float(loadings @ scaled)
    inverse = np.diag(1 / uniquenesses) - np.outer(scaled, scaled) / total
    product = inverse @ correlations
    value = float(np.log(uniquenesses).sum() + np.log(total) + np.trace(product))
    # The derivative with respect to the implied covariance is inverse - inverse S inverse.
    slope = inverse - product @ inverse
    return value, np.concatenate((2 * slope @ loadings, np.diagonal(slope) * uniquenesses))


def _described(
    correlations: FloatArray,
    found: tuple[FloatArray, FloatArray],
    standard: tuple[FloatArray, FloatArray],
    spread: FloatArray,
    n: int,
    level: float,
) -> Omega:
    loadings, uniquenesses = found
    items = loadings.size
    common, own = float(loadings.sum()) ** 2, float(uniquenesses.sum())
    estimate = common / (common + own)
    low, high = _interval(estimate, _error(standard, spread, n), level)
    least = _misfit(np.concatenate((standard[0], np.log(standard[1]))), correlations)[0]
    chi_square = n * (least - float(np.linalg.slogdet(correlations)[1]) - items)
    degrees = items * (items - 3) // 2
    rmsea = sqrt(max(chi_square / degrees - 1, 0) / n) if degrees else 0.0
    return Omega(
        n=n,
        estimate=estimate,
        low=low,
        high=high,
        loadings=loadings,
        uniquenesses=uniquenesses,
        chi_square=chi_square,
        degrees=degrees,
        rmsea=rmsea,
        level=level,
        method="one-factor maximum likelihood, delta interval on log odds",
    )


def _interval(estimate: float, error: float, level: float) -> tuple[float, float]:
    odds = np.log(estimate / (1 - estimate))
    reach = quantile(level) * error
    return float(expit(odds - reach)), float(expit(odds + reach))


def _error(standard: tuple[FloatArray, FloatArray], spread: FloatArray, n: int) -> float:
    """Take the standard error of the log odds of omega from the expected information of the covariances."""
    loadings, uniquenesses = standard
    items = loadings.size
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(uniquenesses))
    unit = np.eye(items)
    changes = [np.outer(unit[i], loadings) + np.outer(loadings, unit[i]) for i in range(items)]
    changes += [np.outer(unit[i], unit[i]) for i in range(items)]
    products = [inverse @ change for change in changes]
    information = n / 2 * np.array([[np.sum(one * two.T) for two in products] for one in products])
    slope = np.concatenate((2 * spread / (spread @ loadings), -(spread**2) / (spread**2 @ uniquenesses)))
    return sqrt(float(slope @ np.linalg.solve(information, slope)))
