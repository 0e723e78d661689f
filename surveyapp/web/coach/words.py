"""What pages on answers of the statistics have in common: n before anything else, and why there is no answer."""

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


def teams(n: int) -> str:
    """Say how many teams."""
    return ngettext("%(n)s team", "%(n)s teams", n) % {"n": n}


def waves(n: int) -> str:
    """Say how many waves."""
    return ngettext("%(n)s wave", "%(n)s waves", n) % {"n": n}


def p_value(p: float) -> str:
    """Write a p-value; it is never zero."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def sides() -> dict[str, str]:
    """Name the two sides of a comparison before and after."""
    return {"treated": gettext("These teams"), "comparison": gettext("The other teams")}
