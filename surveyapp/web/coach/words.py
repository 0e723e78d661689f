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


def basis(answer: Answer) -> str:
    """Say what a relation rests on: the n before anything else."""
    return gettext("%(teams)s, %(waves)s, %(events)s") % {
        "teams": _teams(answer["n_teams"]),
        "waves": ngettext("%(n)s wave", "%(n)s waves", answer["n_waves"]) % {"n": answer["n_waves"]},
        "events": ngettext("%(n)s report", "%(n)s reports", answer["events"]) % {"n": answer["events"]},
    }


def _teams(n: int) -> str:
    return ngettext("%(n)s team", "%(n)s teams", n) % {"n": n}


def sides(answer: Answer) -> str:
    """Say what a comparison rests on."""
    return gettext("%(treated)s with it and %(others)s without, %(before)s waves before and %(after)s after") % {
        "treated": _teams(answer["n_treated"]),
        "others": answer["n"] - answer["n_treated"],
        "before": answer["waves_before"],
        "after": answer["waves_after"],
    }


def within(part: Answer) -> str:
    """Say what the relation inside teams means."""
    values = _factors(part)
    if part["low"] is not None and part["low"] > 1:
        return (
            gettext(
                "In weeks in which a team feels one point safer than usual, it reports more: %(low)s or more times."
            )
            % values
        )
    if part["high"] is not None and part["high"] < 1:
        return (
            gettext(
                "In weeks in which a team feels one point safer than usual, it reports less: %(high)s times or less."
            )
            % values
        )
    return _open(values)


def between(part: Answer) -> str:
    """Say what the relation between teams means."""
    values = _factors(part)
    if part["low"] is not None and part["low"] > 1:
        return gettext("Teams that are one point safer on average report more: %(low)s or more times.") % values
    if part["high"] is not None and part["high"] < 1:
        return gettext("Teams that are one point safer on average report less: %(high)s times or less.") % values
    return _open(values)


def _open(values: dict[str, str]) -> str:
    return (
        gettext("Cannot tell: for one point more, anything from %(low)s to %(high)s times as many reports fits.")
        % values
    )


def _factors(part: Answer) -> dict[str, str]:
    return {"low": factor(part["low"], "0"), "high": factor(part["high"], "∞")}


def factor(value: float | None, unknown: str) -> str:
    """Write a factor; an open end of an interval has a sign of its own."""
    return unknown if value is None else f"{value:.2f}"


def factors(part: Answer) -> str:
    """Write the interval of a factor."""
    return f"{factor(part['low'], '0')} \N{EN DASH} {factor(part['high'], '∞')}"


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
