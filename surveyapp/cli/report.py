"""The report of the audit, in words for whoever represents the employees; as text, as a page and as data."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from surveyapp.privacy.audit.verdicts import Tally
from surveyapp.services.installation.attacking import OrganisationAudit
from surveyapp.services.installation.storage import Check

WIDTH = 96
METHOD = (
    "Everything that was ever published about answers was read back as an attacker would read it: each text says which "
    "sums of answers are possible, because the rules of publishing are public. For every single answer a solver then "
    "looked for two different values that fit everything published, one of them favourable. Where it finds them, "
    "nobody can say what somebody answered, nor prove that it was criticism."
)
ELSEWHERE = (
    "Of waves in which only some answered nothing that is kept tells who they were, so they cannot be attacked here; "
    "somebody who watched who answered could. On simulated teams in which nobody ever changes an answer, two waves "
    "gave away 1 of 5,007 answers as they are usually spread, and one in a hundred in teams split between 1 and 5."
)
LIMITS = (
    "Guesses, and what somebody's style of writing gives away. What two or more people of one group could work out "
    "together. What somebody with the keys of the server could have copied while a wave was open. And whether this "
    "program is the one that its authors published: compare its version and its files."
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: a heading, sentences, and points that are as they should be or not."""

    title: str
    sentences: tuple[str, ...]
    points: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found in an installation."""

    made_at: str
    seconds: float
    organisations: dict[str, OrganisationAudit]
    storage: tuple[Check, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing at all was found."""
        return not self.findings and all(check.kept for check in self.storage)

    @property
    def findings(self) -> tuple[Check, ...]:
        """Everything that must not be, in one line each."""
        return tuple(
            Check(kept=False, text=f"{name}: {each.where}: {each.what}")
            for name, audit in self.organisations.items()
            for each in audit.findings
        )

    def total(self, who: str) -> Tally:
        """Add up what the outsider or the talker works out in all organisations."""
        return sum((getattr(audit, who) for audit in self.organisations.values()), Tally())


def sections(report: Report) -> Iterator[Section]:
    """Put a report into words."""
    outsider, talker = report.total("outsider"), report.total("talker")
    yield Section("Result", (_verdict(report), f"Made on {report.made_at} in {report.seconds:.0f} seconds."))
    yield Section("What was done", (METHOD, _extent(report)))
    yield Section("Somebody who reads everything and knows who answered", (_told(outsider),))
    yield Section("The same, when one person of each group tells all own answers", (_told(talker),))
    yield Section("Findings", () if report.findings else ("None.",), report.findings)
    yield Section("How answers are stored", (), report.storage)
    yield Section("Several waves together", (_across(report),))
    yield Section("What this cannot show", (LIMITS,))


def _verdict(report: Report) -> str:
    if report.clean:
        return "Nothing was found. No answer can be worked out from anything that was published."
    wrong = sum(not check.kept for check in report.storage)
    return f"{len(report.findings)} findings in what was published, {wrong} in how answers are stored. They are below."


def _extent(report: Report) -> str:
    audits = report.organisations.values()
    solves = report.total("outsider").solves + report.total("talker").solves
    return (
        f"{sum(each.texts for each in audits):,} texts about {sum(each.groups for each in audits):,} groups in "
        f"{sum(each.releases for each in audits):,} releases were attacked; the solver would have been asked "
        f"{solves:,} times if equal texts did not have equal answers. {sum(each.pages for each in audits):,} results "
        f"of higher units were compared with what was released below them."
    )


def _told(tally: Tally) -> str:
    return (
        f"Answers attacked: {tally.answers:,}. Worked out: {tally.determined:,}. "
        f"Proven to be unfavourable: {tally.broken:,}. Undecided, which counts as a failure: {tally.undecided:,}."
    )


def _across(report: Report) -> str:
    found = [audit.across for audit in report.organisations.values()]
    series = sum(each.statements for each in found)
    left = sum(each.not_attempted for each in found)
    why = (
        f"{left:,} more were published in several waves, but not everybody answered each time. They were not attacked: "
        "who answered was destroyed at the release. What somebody learns who kept count is measured on made-up teams. "
    )
    why = why if left else ""
    if not series:
        return f"No group had two waves in which everybody answered, so there was nothing to compare. {why}{ELSEWHERE}"
    outsider = sum((each.outsider for each in found), Tally())
    talker = sum((each.talker for each in found), Tally())
    return (
        "An experiment and no finding, for no promise covers it: suppose that nobody of a group ever changed an "
        f"answer. In {series:,} series of waves in which everybody answered, the texts contradict that in "
        f"{sum(each.refuted for each in found):,}. In the others, {outsider.exposed:,} of {outsider.answers:,} answers "
        f"would not be deniable before somebody who reads everything, and {talker.exposed:,} of {talker.answers:,} if "
        f"one person talks as well. {why}{ELSEWHERE}"
    )


def as_text(report: Report) -> str:
    """Return the report for a terminal."""
    from textwrap import fill

    lines = []
    for section in sections(report):
        lines += ["", section.title, "-" * len(section.title)]
        lines += [fill(sentence, WIDTH) for sentence in section.sentences]
        lines += [
            fill(point.text, WIDTH, initial_indent=_mark(point), subsequent_indent=" " * 10) for point in section.points
        ]
    return "\n".join(lines[1:])


def _mark(point: Check) -> str:
    return f"{'kept' if point.kept else 'BROKEN':<10}"


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as plain values for JSON."""
    return {"clean": report.clean, **asdict(report)}


def as_page(report: Report) -> str:
    """Return the report as one page without anything to load."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("surveyapp.cli"), autoescape=True, trim_blocks=True)
    return environment.get_template("audit.html").render(report=report, sections=list(sections(report)))
