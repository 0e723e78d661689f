"""What an answer of the statistics means, in sentences that claim no more than its interval."""

from collections.abc import Mapping
from typing import Any

from surveyapp.web.language import gettext, ngettext, reason

Answer = Mapping[str, Any]


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
        "teams": ngettext("%(n)s team", "%(n)s teams", answer["n_teams"]) % {"n": answer["n_teams"]},
        "waves": ngettext("%(n)s wave", "%(n)s waves", answer["n_waves"]) % {"n": answer["n_waves"]},
        "events": ngettext("%(n)s report", "%(n)s reports", answer["events"]) % {"n": answer["events"]},
    }


def within(part: Answer) -> str:
    """Say what the relation inside teams means."""
    values = _factors(part)
    if part["low"] > 1:
        return (
            gettext("When a team feels one point safer than usual, it reports at least %(low)s times as much per week.")
            % values
        )
    if part["high"] < 1:
        return (
            gettext("When a team feels one point safer than usual, it reports at most %(high)s times as much per week.")
            % values
        )
    return gettext("Cannot tell: anything from %(low)s to %(high)s times as many reports fits.") % values


def between(part: Answer) -> str:
    """Say what the relation between teams means."""
    values = _factors(part)
    if part["low"] > 1:
        return gettext("Teams that are one point safer report at least %(low)s times as much per week.") % values
    if part["high"] < 1:
        return gettext("Teams that are one point safer report at most %(high)s times as much per week.") % values
    return gettext("Cannot tell: anything from %(low)s to %(high)s times as many reports fits.") % values


def _factors(part: Answer) -> dict[str, str]:
    return {"low": f"{part['low']:.2f}", "high": f"{part['high']:.2f}"}


def change(answer: Answer) -> str:
    """Say what a comparison means; that nothing happened is never said when the interval is wide."""
    low, high = answer["low"], answer["high"]
    values = {"low": _points(low), "high": _points(high)}
    if low is not None and low > 0:
        return (
            gettext("The chosen teams rose more than the others, by %(low)s to %(high)s points beyond them.") % values
        )
    if high is not None and high < 0:
        return (
            gettext("The chosen teams fell more than the others, by %(low)s to %(high)s points beyond them.") % values
        )
    detectable = answer.get("detectable")
    if detectable and low is not None and high is not None and -detectable < low and high < detectable:
        return (
            gettext(
                "Any difference is smaller than this comparison set out to find: between %(low)s and %(high)s points."
            )
            % values
        )
    return gettext("Cannot tell: anything from %(low)s to %(high)s points fits.") % values


def _points(value: float | None) -> str:
    return gettext("an unknown number of") if value is None else f"{value:+.2f}"


def p_value(p: float) -> str:
    """Write a p-value; it is never zero."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
