"""Figures of the outcome measures in words that take no side: a number with its interval and n, or what is missing."""

from dataclasses import dataclass

from surveyapp.learning.outcomes import MEASURES
from surveyapp.services.log.team_page import Finding
from surveyapp.web.language import gettext, reason

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
    return f"{value:.2f}" if unit.startswith("ratio") else f"{value:.1f}"
