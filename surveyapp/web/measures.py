"""An outcome measure as pages write it: a number with its interval and n, or what is missing to tell it."""

from dataclasses import dataclass

from surveyapp.languages import written
from surveyapp.learning.catalogue import MEASURES
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
    interval = f"{number(finding.low, measure.unit)} \N{EN DASH} {number(finding.high, measure.unit)}"
    return Line(
        key=finding.key,
        name=gettext(measure.name),
        figure=number(finding.estimate, measure.unit) if told else "",
        interval=interval if told else "",
        n=finding.n,
        unit=gettext(measure.unit),
        rule=gettext(measure.rule),
        method=finding.method,
        missing="" if told else missing(finding),
    )


def missing(finding: Finding) -> str:
    """Say what is missing before a measure can be told."""
    said = gettext("Cannot tell yet: %(reason)s.") % {"reason": reason(finding.reason)}
    if finding.needed is not None and finding.needed > finding.n:
        said += " " + gettext("About %(more)s more %(unit)s needed.") % {
            "more": finding.needed - finding.n,
            "unit": reason(finding.unit),
        }
    return said


def number(value: float | None, unit: str) -> str:
    """Write a number of a measure as its unit asks for."""
    if value is None:
        return OPEN_END
    if unit.startswith("share"):
        return f"{100 * value:.0f} %"
    return written(value, 2 if unit.startswith("ratio") else 1)
