"""The heat map as a table of boxes: what each says, its step of the scale, and words for whoever sees no colours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import url_for

from surveyapp.charts.heat import Step, mark_reasons, step_of, steps
from surveyapp.languages import format_date, format_short_day
from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.services.results.reading import Head
from surveyapp.services.results.side_by_side import Line, SideBySide, TeamWave
from surveyapp.web.language import gettext, language, reason

ONE_YEAR = timedelta(days=360)


@dataclass(frozen=True, slots=True)
class Box:
    """One team in one wave; ``step`` is 0 where nothing is shown, and ``text`` then the letter of the reason."""

    step: int
    text: str
    words: str
    n: int
    band: str
    broken: bool

    @property
    def look(self) -> str:
        """The classes of the cell."""
        return f"{f'step-{self.step}' if self.step else 'hidden'}{' broken' if self.broken else ''}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the map."""

    name: str
    href: str
    under: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One wave: its label on the map, and its day in full."""

    number: int
    label: str
    day: str


@dataclass(frozen=True, slots=True)
class Map:
    """Everything that the page draws."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    steps: tuple[Step, ...]
    reasons: tuple[tuple[str, str], ...]

    @property
    def any_broken(self) -> bool:
        """Whether a line has to be explained beyond which other people are counted."""
        return any(box.broken for row in self.rows for box in row.boxes)


def heat_map(found: SideBySide, pulse_id: UUID) -> Map:
    """Lay out what was released about some lines."""
    figures = [wave.figure for waves in found.waves for wave in waves]
    letters = mark_reasons([figure.reason for figure in figures if isinstance(figure, Withheld)])
    columns = tuple(_columns(found.heads, found.time_zone))
    say = _Sentences.translated()
    rows = [
        Row(
            name_of(line),
            _href(line, pulse_id),
            _under(line, waves),
            tuple(_boxes(waves, columns, found.points, letters, say)),
        )
        for line, waves in zip(found.lines, found.waves, strict=True)
    ]
    return Map(columns, tuple(rows), steps(found.points), tuple((letters[each], reason(each)) for each in letters))


def name_of(line: Line) -> str:
    """Name a line, and say so where it is the people of a higher unit itself."""
    return gettext("Directly in %(unit)s") % {"unit": line.names[0]} if line.directly else ", ".join(line.names)


def _href(line: Line, pulse_id: UUID) -> str:
    return url_for("team.direct" if line.directly else "team.page", unit_id=line.units[0], pulse=pulse_id)


def _under(line: Line, waves: Sequence[TeamWave]) -> str:
    """Say under which name a line was counted last, if under another one, and else what is above it."""
    group = next((wave.group_name for wave in reversed(waves) if wave.group_name), "")
    if group and group not in line.names:
        return gettext("counted in %(group)s") % {"group": group}
    return line.above


def _columns(heads: Sequence[Head], time_zone: str) -> Iterable[Column]:
    years = bool(heads) and heads[-1].closed_at - heads[0].closed_at > ONE_YEAR
    for head in heads:
        label = format_short_day(head.closed_at, language(), time_zone, with_year=years)
        yield Column(head.number, label, format_date(head.closed_at, language(), time_zone, length="medium"))


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What boxes say, looked up once for a map and not for each of its cells."""

    shown: str
    with_band: str
    hidden: str

    @classmethod
    def translated(cls) -> "_Sentences":
        """Return them in the language of this request."""
        return cls(
            gettext("%(day)s: %(text)s, n = %(n)s"),
            gettext("%(day)s: %(text)s, n = %(n)s, likely range %(band)s"),
            gettext("%(day)s: not shown: %(reason)s"),
        )


def _boxes(
    waves: Sequence[TeamWave], columns: Sequence[Column], points: int, letters: Mapping[str, str], say: _Sentences
) -> Iterable[Box]:
    for wave, column in zip(waves, columns, strict=True):
        figure, band = wave.figure, wave.band_text
        if isinstance(figure, Shown):
            # Most texts are the number itself, in every language.
            text = figure.text if figure.text.replace(".", "", 1).isdecimal() else reason(figure.text)
            values = {"day": column.day, "text": text, "n": figure.n, "band": band}
            words = (say.with_band if band else say.shown) % values
            yield Box(step_of(figure, points), text, words, figure.n, band, wave.broken)
        else:
            words = say.hidden % {"day": column.day, "reason": reason(figure.reason)}
            yield Box(0, letters[figure.reason], words, 0, "", wave.broken)
