"""Figures of the outcome measures in words that take no side: a number with its interval and n, or what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from surveyapp.charts.cycles import CycleChart, Given, cycle_chart
from surveyapp.languages import signed, written
from surveyapp.learning.catalogue import MEASURES
from surveyapp.services.insight.suggesting import Suggestion
from surveyapp.services.log.team_page import Finding
from surveyapp.web.language import gettext, reason
from surveyapp.web.language import gettext as _

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
OPEN_END = "\N{INFINITY}"


@dataclass(frozen=True, slots=True)
class Line:
    """A measure as a page shows it; ``figure`` is empty when ``missing`` says why."""

    key: str
    name: str
    figure: str
    interval: str
    n: int
    unit: str
    rule: str
    method: str
    missing: str


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
        return f"{where}: {_missing(found)}"
    reach = f"{_number(found.low, 'share')} \N{EN DASH} {_number(found.high, 'share')}"
    return f"{where}: {_number(found.estimate, 'share')} ({reach}), n = {found.n}"


def line(finding: Finding) -> Line:
    """Write a finding."""
    measure = MEASURES[finding.key]
    told = finding.estimate is not None
    interval = f"{_number(finding.low, measure.unit)} \N{EN DASH} {_number(finding.high, measure.unit)}"
    return Line(
        key=finding.key,
        name=gettext(measure.name),
        figure=_number(finding.estimate, measure.unit) if told else "",
        interval=interval if told else "",
        n=finding.n,
        unit=gettext(measure.unit),
        rule=gettext(measure.rule),
        method=finding.method,
        missing="" if told else _missing(finding),
    )


def _missing(finding: Finding) -> str:
    said = gettext("Cannot tell yet: %(reason)s.") % {"reason": reason(finding.reason)}
    if finding.needed is not None and finding.needed > finding.n:
        said += " " + gettext("About %(more)s more %(unit)s needed.") % {
            "more": finding.needed - finding.n,
            "unit": reason(finding.unit),
        }
    return said


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return OPEN_END
    if unit.startswith("share"):
        return f"{100 * value:.0f} %"
    return written(value, 2 if unit.startswith("ratio") else 1)
