"""The parts of which every report is made, whatever its question: the same on the page, in the file and as PDF."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveyapp.charts.intervals import IntervalChart
from surveyapp.charts.placebos import PlaceboChart
from surveyapp.charts.trend import TrendChart
from surveyapp.languages import format_date
from surveyapp.services.insight.report_basis import Basis
from surveyapp.services.insight.report_inputs import Inputs
from surveyapp.web.language import gettext, language, reason

# Rows of inputs that are printed; longer tables are files of their own, for nobody reads them on paper.
PRINTED_ROWS = 400
# The columns that fit on paper; the file has them all.
PRINTED = ("wave", "closed_at", "team", "side", "n", "text", "reason", "person_weeks", "reports")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what it measures, and what it shows in words for those who do not see it."""

    chart: IntervalChart | PlaceboChart | TrendChart
    measure: str
    finding: str

    @property
    def kind(self) -> str:
        """How it is drawn."""
        if isinstance(self.chart, PlaceboChart):
            return "placebos"
        return "intervals" if isinstance(self.chart, IntervalChart) else "trend"


@dataclass(frozen=True, slots=True)
class Figures:
    """A table: the first cell of each row is its head."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading: sentences, then pictures, then tables; ``said`` is the one sentence to take away."""

    heading: str
    said: str = ""
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Figures, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One question with everything that is needed to hand it over and to check it.

    ``question`` and ``answer`` are as the statistics had them, for whoever computes the figures again.
    """

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    basis: Basis
    inputs: Inputs
    question: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    seed: str = ""

    @property
    def file_name(self) -> str:
        """What files of this report are called, without their ending."""
        return f"{self.basis.organisation} {self.title} {self.basis.released_at.date().isoformat()}"

    @property
    def printed(self) -> Figures | None:
        """The rows of inputs that stand in the report itself, in the columns that fit."""
        if not 0 < len(self.inputs.rows) <= PRINTED_ROWS:
            return None
        header = tuple(name for name in PRINTED if name in self.inputs.header)
        rows = tuple(tuple(_written(name, row[name]) for name in header) for row in self.inputs.rows)
        return Figures(gettext("Inputs"), header, rows)

    @property
    def about(self) -> dict[str, Any]:
        """What goes with the rows into the JSON file."""
        return {
            "title": self.title,
            "basis": self.basis.as_plain(),
            "question": self.question,
            "answer": self.answer,
            "seed": self.seed,
        }


def rests_on(basis: Basis) -> str:
    """Say which release a report rests on, which is the only date in it."""
    return gettext("Rests on everything released up to wave %(wave)s, on %(day)s.") % {
        "wave": basis.wave,
        "day": format_date(basis.released_at, language(), basis.time_zone, length="long"),
    }


def programs_of(basis: Basis) -> str:
    """Name the programs with their versions."""
    return ", ".join(f"{name} {version}" for name, version in basis.programs.items())


def _written(name: str, value: object) -> str:
    """Write a value of the inputs for a reader: days without their time, and numbers to one decimal."""
    if name == "closed_at":
        return str(value)[:10]
    if name in {"text", "reason"} and value:
        return reason(str(value))
    return "" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)
