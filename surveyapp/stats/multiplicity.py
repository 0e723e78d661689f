"""Many questions at once: p-values that account for how many were asked, and a record of the family."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from surveyapp.stats import checks
from surveyapp.stats.checks import FloatArray
from surveyapp.stats.flips import FLIPS, TeamParts, flip_teams

Correction = Literal["Holm", "Benjamini-Hochberg", "Benjamini-Yekutieli", "Westfall-Young"]


def holm(p: ArrayLike) -> FloatArray:
    """Adjust p-values so that any false alarm in the family is as rare as the level.

    Parameters
    ----------
    p : array_like, shape (questions,)
        From any tests, however dependent.

    Returns
    -------
    ndarray, shape (questions,)
        Adjusted p-values in the same order.

    Raises
    ------
    ValueError
        If a value is outside [0, 1].

    Notes
    -----
    For few questions where a single false alarm does harm. For many, `benjamini_hochberg` finds more.

    References
    ----------
    .. [1] Holm (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
       Statistics 6, 65-70. https://www.jstor.org/stable/4615733

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    values = _p_values(p)
    order = np.argsort(values, kind="stable")
    raised = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


def benjamini_hochberg(p: ArrayLike, *, any_dependence: bool = False) -> FloatArray:
    """Adjust p-values so that at most the level of what is called found is false, on average.

    Parameters
    ----------
    p : array_like, shape (questions,)
        From tests that are independent or rise and fall together, such as the same relation at several lags.
    any_dependence : bool
        Pay the price of Benjamini and Yekutieli for tests that may oppose each other.

    Returns
    -------
    ndarray, shape (questions,)
        Adjusted p-values in the same order.

    Raises
    ------
    ValueError
        If a value is outside [0, 1].

    References
    ----------
    .. [1] Benjamini, Hochberg (1995). Controlling the false discovery rate. Journal of the Royal Statistical
       Society B 57, 289-300. https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    values = _p_values(p)
    if not len(values):
        return values
    return np.asarray(stats.false_discovery_control(values, method="by" if any_dependence else "bh"))


def _p_values(p: ArrayLike) -> FloatArray:
    values = checks.vector("p", p)
    if (bad := (values < 0) | (values > 1)).any():
        raise ValueError(f"p must lie between 0 and 1, got {values[bad][0]:g}")
    return values


@dataclass(frozen=True, slots=True)
class Family:
    """Questions that were asked together.

    Parameters
    ----------
    name : str
        What they have in common.
    p, adjusted : dict of str to float
        P-values by question, before and after the correction.
    method : str
        The correction.
    flips : int
        How many ways to flip whole teams it rests on; 0 when it uses nothing but the p-values.
    """

    name: str
    p: Mapping[str, float]
    adjusted: Mapping[str, float]
    method: Correction
    flips: int = 0

    @property
    def size(self) -> int:
        """How many questions were asked; always show it next to a finding."""
        return len(self.p)

    def found(self, level: float = 0.05) -> tuple[str, ...]:
        """Give the questions whose adjusted p-value does not exceed the level."""
        checks.share("level", level)
        return tuple(question for question, p in self.adjusted.items() if p <= level)


def family(name: str, p: Mapping[str, float], *, method: Correction = "Benjamini-Hochberg") -> Family:
    """Correct the p-values of questions that were asked together.

    Parameters
    ----------
    name : str
        What they have in common.
    p : mapping of str to float
        P-value of every question that was asked, also of those that found nothing.
    method : {"Benjamini-Hochberg", "Holm", "Benjamini-Yekutieli"}
        The correction.

    Returns
    -------
    Family

    Raises
    ------
    ValueError
        If a p-value is outside [0, 1] or the method is unknown.

    Examples
    --------
    >>> lags = family("reports after scores", {"same wave": 0.004, "one later": 0.2})
    >>> lags.size, lags.adjusted["same wave"], lags.found()
    (2, 0.008, ('same wave',))
    """
    values = list(p.values())
    if method == "Holm":
        adjusted = holm(values)
    elif method in {"Benjamini-Hochberg", "Benjamini-Yekutieli"}:
        adjusted = benjamini_hochberg(values, any_dependence=method == "Benjamini-Yekutieli")
    else:
        raise ValueError(f"method must be Holm, Benjamini-Hochberg or Benjamini-Yekutieli, got {method!r}")
    return Family(name, dict(p), dict(zip(p, adjusted.tolist(), strict=True)), method)


def joint_family(
    name: str,
    p: Mapping[str, float],
    by_team: Mapping[str, TeamParts],
    *,
    rng: np.random.Generator,
    flips: int = FLIPS,
) -> Family:
    """Correct the p-values of questions asked of the same teams by what chance does to all of them together.

    Parameters
    ----------
    name : str
        What they have in common.
    p : mapping of str to float
        P-value of every question that was asked.
    by_team : mapping of str to TeamParts
        What each team adds to the slope of each question.
    rng : numpy.random.Generator
        Seed it from the record.
    flips : int
        Random ways to flip, as in `surveyapp.stats.flips.flip_teams`.

    Returns
    -------
    Family

    Raises
    ------
    ValueError
        If a p-value is outside [0, 1], a question has no parts, or as `surveyapp.stats.flips.flip_teams`.

    Notes
    -----
    Any false alarm in the family is as rare as the level, like with `holm`, but without paying for questions that
    answer each other. No corrected p-value is below its own, so that no claim contradicts an interval.

    References
    ----------
    .. [1] Romano, Wolf (2005). Exact and approximate stepdown methods for multiple hypothesis testing. Journal of the
       American Statistical Association 100, 94-108. https://doi.org/10.1198/016214504000000539

    Examples
    --------
    >>> drawn = np.random.default_rng(2).normal(size=(20, 2))
    >>> parts = {name: TeamParts(column, np.zeros((20, 0))) for name, column in zip("ab", (drawn + [2, 0]).T)}
    >>> found = joint_family("two", {"a": 0.001, "b": 0.6}, parts, rng=np.random.default_rng(1))
    >>> found.found(), found.size, found.flips
    (('a',), 2, 10000)
    """
    if p.keys() != by_team.keys():
        raise ValueError(f"by_team must have the questions of p, got {sorted(by_team)} for {sorted(p)}")
    flipped = flip_teams([by_team[question] for question in p], rng=rng, flips=flips)
    adjusted = np.maximum(flipped.adjusted, _p_values(list(p.values()))).tolist()
    return Family(name, dict(p), dict(zip(p, adjusted, strict=True)), "Westfall-Young", flipped.flips)
