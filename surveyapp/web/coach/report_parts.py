"""The parts of which every report is made, whatever its question: the same on the page, in the file and as PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveyapp.charts.intervals import IntervalChart
from surveyapp.charts.trend import TrendChart
from surveyapp.languages import format_date
from surveyapp.services.insight.report_basis import Basis
from surveyapp.services.insight.report_inputs import Inputs
from surveyapp.web.language import gettext, language

# Rows of inputs that are printed; longer tables are files of their own, for nobody reads them on paper.
PRINTED_ROWS = 400


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what it measures, and what it shows in words for those who do not see it."""

    chart: IntervalChart | TrendChart
    measure: str
    finding: str

    @property
    def kind(self) -> str:
        """How it is drawn."""
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
    def printed(self) -> Sequence[Mapping[str, Any]]:
        """The rows of inputs that stand in the report itself."""
        return self.inputs.rows if len(self.inputs.rows) <= PRINTED_ROWS else ()

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


def written(value: object) -> str:
    """Write a value of the inputs for a reader: numbers to three decimals, and nothing where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return str(value)
