"""Figures of the outcome measures in words that take no side: a number with its interval and n, or what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from surveyapp.charts.cycles import CycleChart, Given, cycle_chart
from surveyapp.languages import signed
from surveyapp.learning.catalogue import MEASURES
from surveyapp.services.insight.suggesting import Suggestion
from surveyapp.services.log.team_page import Finding
from surveyapp.web.language import gettext
from surveyapp.web.language import gettext as _
from surveyapp.web.measures import Line, line, missing, number

EXPECTED = range(2)
PERCENT = tuple((share / 100, str(share)) for share in (0, 50, 100))
# What delegators note of themselves, beside what people say of them in the pulse.
SIGNALS = (
    ("M12a", "hovering", _("Looks at the work more often than agreed")),
    ("M12b", "understand-first", _("Steps in before the agreed moment")),
    ("M12c", "understand-first", _("Corrects before asking")),
    ("M12", "angry-reaction", _("Takes over, or reacts")),
)
STATEMENTS = {
    "hovering": _("Nobody checks the work more often than needed"),
    "understand-first": _("Understands first, then steps in"),
    "angry-reaction": _("Stays calm when told about a mistake"),
}
ANSWERED = {"useful": _("useful"), "not_useful": _("not useful"), "not_tried": _("not tried")}


@dataclass(frozen=True, slots=True)
class Signal:
    """One way of not letting go: what was noted, and what people say of it as it was published, of how many."""

    name: str
    noted: Line
    statement: str
    said: str
    n: int


def signals(lines: Mapping[str, Line], said: Mapping[str, tuple[str, int]]) -> list[Signal]:
    """Put what delegators note beside what people say; a gap between the two is worth a talk."""
    return [
        Signal(gettext(name), lines[key], gettext(STATEMENTS[statement]), *said.get(statement, ("", 0)))
        for key, statement, name in SIGNALS
        if key in lines
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to try, why, what it was said for, and what came of it once it has an answer."""

    key: str
    ask: str
    attempt: str
    why: str
    measure: str
    since: date
    then: Line
    now: Line | None
    said: str


def steps(suggested: Sequence[Suggestion], lines: Mapping[str, Line]) -> list[Step]:
    """Write what was suggested; the measure it was said for is told as it was then and as it is now."""
    return [
        Step(
            key=each.rule.key,
            ask=gettext(each.rule.ask),
            attempt=gettext(each.rule.attempt),
            why=gettext(each.rule.why),
            measure=gettext(MEASURES[each.rule.measure].name),
            since=each.since,
            then=line(each.then),
            now=lines.get(each.rule.measure),
            said=gettext(ANSWERED[each.said]) if each.said else "",
        )
        for each in suggested
    ]


def rises_chart(found: Mapping[int, Finding]) -> CycleChart | None:
    """Draw the share of deliveries within the bar around a rise of autonomy, as far as it can be told."""
    given = [
        Given(
            label=signed(place, None),
            words=_at(place, each),
            value=each.estimate,
            low=each.low,
            high=each.high,
            expected=place in EXPECTED,
        )
        for place, each in sorted(found.items())
    ]
    return cycle_chart(given, PERCENT) if any(each.value is not None for each in given) else None


def _at(place: int, found: Finding) -> str:
    where = gettext("Delivery %(place)s") % {"place": signed(place, None)}
    if found.estimate is None:
        return f"{where}: {missing(found)}"
    reach = f"{number(found.low, 'share')} \N{EN DASH} {number(found.high, 'share')}"
    return f"{where}: {number(found.estimate, 'share')} ({reach}), n = {found.n}"
