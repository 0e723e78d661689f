"""What a comparison may claim: decided here once, so that no page, list or report can say more than the design allows.

Two things are never said: that nothing happened, when the interval holds a change that the comparison could have found;
and that something was the reason for a change, when no other teams stood beside.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Answer = Mapping[str, Any]
LEVEL = 0.05
# In points. A larger change would matter to a team, so an interval that holds one never says that nothing happened.
SMALL = 0.25


class Verdict(StrEnum):
    """The claims that there are; everything that is said of a comparison is one of these."""

    REFUSED = "the design has no test"
    EARLY = "before its planned end"
    ROSE = "rose more than the comparison"
    FELL = "fell more than the comparison"
    ONE_OF_MANY = "would be found alone, but not among all that were registered"
    SMALL = "any difference is small"
    OPEN = "cannot tell"


def verdict_of(answer: Answer, adjusted: float | None) -> Verdict:
    """Return the claim that an answer supports.

    Parameters
    ----------
    answer : mapping
        From the worker: estimate, ends of the interval (None for an open one), p and the detectable change.
    adjusted : float or None
        The p-value adjusted for all registered primary outcomes; None as long as it is unknown.
    """
    if "reason" in answer:
        return Verdict.REFUSED
    if answer.get("waves_to_come"):
        return Verdict.EARLY
    low, high = answer["low"], answer["high"]
    beyond = (low is not None and low > 0) or (high is not None and high < 0)
    if beyond and answer["p"] <= LEVEL:
        return Verdict.OPEN if adjusted is None else _among_all(answer, adjusted)
    return Verdict.SMALL if is_small(answer) else Verdict.OPEN


def _among_all(answer: Answer, adjusted: float) -> Verdict:
    if adjusted > LEVEL:
        return Verdict.ONE_OF_MANY
    return Verdict.ROSE if answer["estimate"] > 0 else Verdict.FELL


def is_small(answer: Answer) -> bool:
    """Tell whether the interval excludes every change that would matter or that the design was made to find."""
    low, high, limit = (answer.get(name) for name in ("low", "high", "detectable"))
    if low is None or high is None or limit is None:
        return False
    return bool(max(-low, high) < min(limit, SMALL))
