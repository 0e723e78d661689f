"""What an answer of the statistics means, in sentences that claim no more than its interval."""

from collections.abc import Mapping
from typing import Any

from surveyapp.web.language import gettext, ngettext, reason

Answer = Mapping[str, Any]
# In points. A larger change would matter to a team, so an interval that holds one never says that nothing happened.
SMALL = 0.25


def cannot_tell(answer: Answer) -> str:
    """Say why nothing can be told yet, and about how much more it takes."""
    said = gettext("Cannot tell yet: %(reason)s.") % {"reason": reason(answer["reason"])}
    if answer.get("needed"):
        said += " " + gettext("There are %(n)s %(unit)s now; about %(needed)s are needed.") % {
            "n": answer["n"],
            "unit": reason(answer["unit"]),
            "needed": answer["needed"],
        }
    return said


def teams(n: int) -> str:
    """Say how many teams."""
    return ngettext("%(n)s team", "%(n)s teams", n) % {"n": n}


def sides(answer: Answer) -> str:
    """Say what a comparison rests on."""
    return gettext("%(treated)s with it and %(others)s without, %(before)s waves before and %(after)s after") % {
        "treated": teams(answer["n_treated"]),
        "others": answer["n"] - answer["n_treated"],
        "before": answer["waves_before"],
        "after": answer["waves_after"],
    }


def change(answer: Answer) -> str:
    """Say what a comparison means; that nothing happened is never said when the interval is wide."""
    low, high = answer["low"], answer["high"]
    values = {"low": points(low), "high": points(high)}
    if low is not None and low > 0:
        return gettext("These teams rose more than the others, by %(low)s to %(high)s points beyond them.") % values
    if high is not None and high < 0:
        return gettext("These teams fell more than the others, by %(low)s to %(high)s points beyond them.") % values
    if _is_small(answer):
        return gettext("Any difference is small: between %(low)s and %(high)s points.") % values
    return gettext("Cannot tell: anything from %(low)s to %(high)s points fits.") % values


def _is_small(answer: Answer) -> bool:
    """Tell whether the interval leaves room for small changes only, and the design could find larger ones."""
    low, high, limit = (answer.get(name) for name in ("low", "high", "detectable"))
    if low is None or high is None or limit is None:
        return False
    return bool(max(-low, high) < min(limit, SMALL))


def points(value: float | None) -> str:
    """Write a change in points with its sign."""
    return gettext("an unknown number of") if value is None else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def detectable(answer: Answer) -> str:
    """Say how large a change must be for the comparison to be likely to find it."""
    if not answer.get("detectable"):
        return gettext("The waves before the first day cannot tell yet how large a change this comparison could find.")
    said = gettext(
        "Judged by the waves before the first day, this comparison finds a change of %(points)s points "
        "in 8 of 10 cases. Smaller ones may go unseen."
    )
    return said % {"points": f"{answer['detectable']:.2f}"}


def p_value(p: float) -> str:
    """Write a p-value; it is never zero."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
