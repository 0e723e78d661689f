"""What the outcomes beside a comparison mean: for each a sentence that claims no more than its interval."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from surveyapp.languages import signed
from surveyapp.services.insight.verdicts import Verdict, verdict_of
from surveyapp.web.coach.relation_words import OUTCOMES, factor
from surveyapp.web.coach.words import Answer, cannot_tell, sides, teams
from surveyapp.web.language import gettext as _
from surveyapp.web.language import reason

WHEN = ("before", "after")
HOURS_A_DAY = 24
WHOLE = 100.0
# From here on a decimal says nothing.
MANY = 10
# In what the figures of each side are told.
SCALES: Mapping[str, str] = {
    "reports": _("per 100 person-weeks"),
    "told": _("in percent"),
    "voice": _("in hours"),
    "surfacing": _("in days"),
    "found": _("per 100 person-weeks"),
    "rework": _("in percent"),
    "independent": _("per 100 weeks under way"),
}
# In the order in which they are shown, with what a change of each is told in.
UNITS: Mapping[str, str] = {
    "reports": _("reports per 100 person-weeks"),
    "told": _("percentage points"),
    "voice": _("times as long"),
    "surfacing": _("times as long"),
    "found": _("errors per 100 person-weeks"),
    "rework": _("percentage points"),
    "independent": _("arrivals per 100 weeks under way"),
}
NAMES: Mapping[str, str] = {key: words.name for key, words in OUTCOMES.items()} | {
    "surfacing": _("From happening to telling")
}
MEASURES: Mapping[str, str] = {key: words.measure for key, words in OUTCOMES.items()} | {
    "told": _("Errors that the team found first, of those that others found or that reached somebody outside"),
    "surfacing": _("Typical days until an error is told"),
    "rework": _("Deliveries that were unplanned and put right another one, of all deliveries"),
}
TIMES = {
    Verdict.ROSE: _("Longer than before, beyond the other teams: %(low)s to %(high)s %(unit)s."),
    Verdict.FELL: _("Shorter than before, beyond the other teams: %(low)s to %(high)s %(unit)s."),
}
COUNTS = {
    Verdict.ROSE: _("More than before, beyond the other teams: %(low)s to %(high)s %(unit)s."),
    Verdict.FELL: _("Less than before, beyond the other teams: %(low)s to %(high)s %(unit)s."),
}
NO_CLAIM = {
    Verdict.EARLY: _("Cannot tell yet: so far anything from %(low)s to %(high)s %(unit)s fits."),
    Verdict.ONE_OF_MANY: _(
        "Cannot tell: alone %(low)s to %(high)s %(unit)s would be a sign, "
        "but among %(asked)s outcomes some look like this by chance."
    ),
    Verdict.OPEN: _("Cannot tell: anything from %(low)s to %(high)s %(unit)s fits."),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What one side had in a time: how much it rests on, and the interval or why there is none."""

    n: str
    interval: str
    known: bool = True

    def __str__(self) -> str:
        """Write both in one line."""
        return f"{self.n}: {self.interval}"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side had before and after."""

    label: str
    before: Counted
    after: Counted


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome as it is shown; without sides it is one of which too little is known."""

    name: str
    measure: str
    scale: str
    said: str
    sides: tuple[Side, ...]


def outcomes(answer: Answer) -> list[Outcome]:
    """Return every outcome beside a comparison, those of which too little is known among them."""
    known = answer.get("beside", {}).get("outcomes", {})
    return [
        Outcome(_(NAMES[key]), _(MEASURES[key]), _(SCALES[key]), *_told(key, known[key], answer))
        for key in UNITS
        if key in known
    ]


def effects(answer: Answer) -> list[tuple[str, Answer]]:
    """Return how much more one side moved, by the name of the outcome, of outcomes of which that is known."""
    known = answer.get("beside", {}).get("outcomes", {})
    return [(_(NAMES[key]), known[key]["effect"]) for key in UNITS if "low" in known.get(key, {}).get("effect", {})]


def _told(key: str, one: Answer, answer: Answer) -> tuple[str, tuple[Side, ...]]:
    if "reason" in one:
        return cannot_tell(one), ()
    shown = (Side(label, *(_figure(key, one, one[side][when]) for when in WHEN)) for side, label in sides().items())
    return _sentence(key, one, answer), tuple(shown)


def _sentence(key: str, one: Answer, answer: Answer) -> str:
    effect = one["effect"]
    if "reason" in effect:
        return cannot_tell(effect)
    values = {"low": _change(one, effect["low"], "0"), "high": _change(one, effect["high"], "∞"), "unit": _(UNITS[key])}
    claims = NO_CLAIM | (TIMES if one["kind"] == "time" else COUNTS)
    said = _(claims[verdict(one, answer)]) % (values | {"asked": answer["beside"]["asked"]})
    return f"{teams(effect['n'])}: {said}"


def verdict(one: Answer, answer: Answer) -> Verdict:
    """Return the claim that the change of an outcome supports, corrected for all that are looked at."""
    effect = one["effect"]
    ends = {name: effect[name] for name in ("estimate", "low", "high")}
    if one["kind"] == "time":
        # Factors, of which 1 says the same as 0 says of a difference.
        ends = {name: math.log(end) if end else None for name, end in ends.items()}
    return verdict_of(effect | ends | {"waves_to_come": answer.get("waves_to_come")}, effect["adjusted"])


def _change(one: Answer, value: float | None, unknown: str) -> str:
    if one["kind"] == "time":
        return factor(value, unknown)
    if value is None:
        return unknown
    # No share moves by more than all of it.
    return signed(max(-WHOLE, min(value, WHOLE)), 0) if one["kind"] == "share" else signed(value)


def _figure(key: str, one: Answer, figure: Answer) -> Counted:
    said = {"time": "n = %(n)s", "share": _("%(cases)s of %(whole)s")}.get(one["kind"], _("%(cases)s in %(whole)s"))
    given = {"n": figure["n"], "cases": figure.get("cases"), "whole": f"{figure.get('whole', 0):.0f}"}
    if "reason" in figure:
        return Counted(said % given, _("no interval (%(reason)s)") % {"reason": reason(figure["reason"])}, known=False)
    return Counted(said % given, _interval(key, one, figure))


def _interval(key: str, one: Answer, figure: Answer) -> str:
    scale = {"share": 100.0, "time": 1 / HOURS_A_DAY if key == "surfacing" else 1.0}.get(one["kind"], 1.0)
    # Where not even the longest of all times is long enough, the interval is open.
    low, high = (None if figure[end] is None else scale * figure[end] for end in ("low", "high"))
    places = 0 if one["kind"] == "share" or (low or 0.0) >= MANY else 1
    ends = "0" if low is None else f"{low:.{places}f}", "∞" if high is None else f"{high:.{places}f}"
    return " \N{EN DASH} ".join(ends)
