"""Rates and shares with exact or near-exact intervals: small numbers deserve wide ones."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from surveyapp.stats import checks
from surveyapp.stats.outcome import CannotTell


@dataclass(frozen=True, slots=True)
class Rate:
    """Events over exposure, or successes over trials, with an interval.

    Parameters
    ----------
    n : int
        Events or trials, as the estimator says.
    estimate, low, high : float
        Per unit of exposure, or a share.
    method : str
        How the interval was made.
    """

    n: int
    estimate: float
    low: float
    high: float
    method: str


def poisson_rate(count: int, exposure: float, *, confidence: float = 0.95) -> Rate:
    """Give events per unit of exposure with Garwood's exact interval.

    Parameters
    ----------
    count : int
        Events.
    exposure : float
        Such as person-weeks.
    confidence : float
        Coverage, at least.

    Returns
    -------
    Rate
        Its n is the number of events. The upper end is finite without any event.

    Raises
    ------
    ValueError
        If count is negative or not whole, exposure not above 0, or confidence outside (0, 1).

    Notes
    -----
    Exact when events are independent at a constant rate. Too narrow when one event brings others, as when one
    cause is reported many times: count causes.

    References
    ----------
    .. [1] Garwood (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.
       https://doi.org/10.1093/biomet/28.3-4.437

    Examples
    --------
    >>> rate = poisson_rate(3, 26)
    >>> round(rate.estimate, 4), round(rate.low, 4), round(rate.high, 4)
    (0.1154, 0.0238, 0.3372)
    """
    events = checks.at_least("count", count, 0)
    weeks, tail = checks.positive("exposure", exposure), (1 - checks.share("confidence", confidence)) / 2
    low = float(special.gammaincinv(events, tail)) if events else 0.0
    high = float(special.gammainccinv(events + 1, tail))
    return Rate(events, events / weeks, low / weeks, high / weeks, "Garwood")


def share(successes: int, trials: int, *, confidence: float = 0.95) -> Rate | CannotTell:
    """Give a share with Wilson's interval.

    Parameters
    ----------
    successes, trials : int
        How many, of how many.
    confidence : float
        Coverage on average.

    Returns
    -------
    Rate or CannotTell
        Its n is the number of trials; CannotTell without any.

    Raises
    ------
    ValueError
        If a number is negative or not whole, successes exceed trials, or confidence is outside (0, 1).

    Notes
    -----
    The interval stays inside 0 and 1 and has a width at both ends. Trials must be independent: not the answers
    of one person to several items.

    References
    ----------
    .. [1] Brown, Cai, DasGupta (2001). Interval estimation for a binomial proportion. Statistical Science 16,
       101-133. https://doi.org/10.1214/ss/1009213286

    Examples
    --------
    >>> found = share(8, 10)
    >>> round(found.low, 4), round(found.high, 4)
    (0.4902, 0.9433)
    """
    k, n = checks.at_least("successes", successes, 0), checks.at_least("trials", trials, 0)
    if k > n:
        raise ValueError(f"successes must not exceed trials, got {k} of {n}")
    z = float(special.ndtri((1 + checks.share("confidence", confidence)) / 2))
    if not n:
        return CannotTell("there is nothing to take a share of", 0, 1, "trials")
    centre = (k + z**2 / 2) / (n + z**2)
    margin = z / (n + z**2) * (k * (n - k) / n + z**2 / 4) ** 0.5
    low, high = 0.0 if k == 0 else centre - margin, 1.0 if k == n else centre + margin
    return Rate(n, k / n, low, high, "Wilson")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A rate against another one.

    Parameters
    ----------
    n : int
        Events in all.
    estimate, low, high : float
        Rate ratio; the upper end is infinite when there was no event to compare with.
    p : float
        Two-sided: all outcomes no likelier than the one seen.
    method : str
        How it was compared.
    """

    n: int
    estimate: float
    low: float
    high: float
    p: float
    method: str


def rate_against(count: int, exposure: float, expected: float, *, confidence: float = 0.95) -> Comparison:
    """Compare a rate with one that is known, exactly.

    Parameters
    ----------
    count : int
        Events.
    exposure : float
        Such as person-weeks.
    expected : float
        Known events per unit of exposure.
    confidence : float
        Coverage, at least.

    Returns
    -------
    Comparison
        Ratio to the known rate.

    Raises
    ------
    ValueError
        If count is negative or not whole, or exposure or expected is not above 0.

    Notes
    -----
    Assumes independent events, as `poisson_rate`. A rate estimated from the same organisation is not known:
    use `compare_rates`.

    Examples
    --------
    >>> round(rate_against(10, 20.0, 0.2).p, 4)
    0.0081
    """
    rate = poisson_rate(count, exposure, confidence=confidence)
    count, mean = rate.n, checks.positive("expected", expected) * exposure
    # Far beyond the mean nothing is as likely as what is seen near it.
    outcomes = np.arange(int(max(count, mean) * 2 + 10 * mean**0.5 + 50))
    likely = stats.poisson.pmf(outcomes, mean)
    p = min(1.0, float(likely[likely <= likely[count] * (1 + 1e-7)].sum()))
    return Comparison(count, rate.estimate / expected, rate.low / expected, rate.high / expected, p, "exact Poisson")


def compare_rates(
    count: int, exposure: float, other_count: int, other_exposure: float, *, confidence: float = 0.95
) -> Comparison | CannotTell:
    """Compare two rates exactly, given the events in all.

    Parameters
    ----------
    count, other_count : int
        Events on each side.
    exposure, other_exposure : float
        Such as person-weeks.
    confidence : float
        Coverage, at least.

    Returns
    -------
    Comparison or CannotTell
        Ratio of the first rate to the other; CannotTell without any event.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or an exposure is not above 0.

    Notes
    -----
    Given the sum, the first count is binomial under equal rates [1]_. Not for several teams on a side: teams differ
    more than Poisson says, so use `surveyapp.stats.association` or a change for each team.

    References
    ----------
    .. [1] Przyborowski, Wilenski (1940). Homogeneity of results in testing samples from Poisson series.
       Biometrika 31, 313-323. https://doi.org/10.1093/biomet/31.3-4.313

    Examples
    --------
    >>> found = compare_rates(11, 800, 21, 3011)
    >>> round(found.estimate, 4), round(found.p, 4)
    (1.9715, 0.0797)
    """
    first, other = checks.at_least("count", count, 0), checks.at_least("other_count", other_count, 0)
    weeks = checks.positive("exposure", exposure), checks.positive("other_exposure", other_exposure)
    tail = (1 - checks.share("confidence", confidence)) / 2
    if not first + other:
        return CannotTell("no event on either side", 0, 1, "events")
    shares = (first / (first + other), *_clopper_pearson(first, other, tail))
    ratio, low, high = (_odds(each) * weeks[1] / weeks[0] for each in shares)
    p = _no_likelier(first, first + other, weeks[0] / sum(weeks))
    return Comparison(first + other, ratio, low, high, p, "exact binomial given the sum")


def _clopper_pearson(successes: int, failures: int, tail: float) -> tuple[float, float]:
    """Give the shares under which so many or more, and so many or fewer, have this probability."""
    low = float(special.betaincinv(successes, failures + 1, tail)) if successes else 0.0
    return low, float(special.betainccinv(successes + 1, failures, tail)) if failures else 1.0


def _no_likelier(successes: int, trials: int, chance: float) -> float:
    """Add up the probabilities of all outcomes that are no likelier than the one seen."""
    hits = np.arange(trials + 1)
    misses = trials - hits
    likely = special.xlogy(hits, chance) + special.xlog1py(misses, -chance) - special.betaln(hits + 1, misses + 1)
    return min(1.0, float(np.exp(likely[likely <= likely[successes] + 1e-7]).sum()) / (trials + 1))


def _odds(value: float) -> float:
    return value / (1 - value) if value < 1 else float("inf")
