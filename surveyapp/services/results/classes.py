"""Results of waves by an attribute: the classes of one wave side by side, the same for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.languages import translated, translator
from surveyapp.privacy.classes import ATTRIBUTES
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.questions import Instrument
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.results.files import said
from surveyapp.services.results.reading import Band, Head, WaveResult, read_lines, released_waves
from surveyapp.store.organisation import ReportingGroup
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave, WaveGroup


@dataclass(frozen=True, slots=True)
class ClassWave:
    """A released wave by an attribute, with its classes by name: the order says nothing about their numbers."""

    number: int
    closed_at: datetime
    attribute: str
    classes: tuple[WaveResult, ...]

    @property
    def by(self) -> str:
        """What the classes are classes of, in English."""
        return ATTRIBUTES[self.attribute]


@dataclass(frozen=True, slots=True)
class ClassResults:
    """The waves of a pulse that have results by an attribute, newest first."""

    pulse_name: str
    time_zone: str
    instrument: Instrument
    waves: tuple[ClassWave, ...]


def class_results(session: Session, organisation_id: UUID, pulse_id: UUID) -> ClassResults:
    """Return everything that a pulse released by an attribute.

    Raises
    ------
    NotFound
        When there is no such pulse.
    """
    pulse = session.get(Pulse, (organisation_id, pulse_id))
    if pulse is None:
        message = "There is no such pulse"
        raise NotFound(message)
    copy = session.get_one(InstrumentCopy, (organisation_id, pulse.instrument_id))
    heads = released_waves(session, organisation_id, pulse_id, None, by_class=True)
    waves = tuple(_wave(session, organisation_id, head) for head in heads)
    return ClassResults(pulse.name, pulse.time_zone, read_instrument(copy.toml), waves)


def pulse_by_class(session: Session, organisation_id: UUID, group_id: UUID) -> UUID | None:
    """Return the pulse of a group that is a class of people; None for a group of units."""
    return session.scalars(
        select(Wave.pulse_id)
        .join(WaveGroup, (WaveGroup.organisation_id == Wave.organisation_id) & (WaveGroup.wave_id == Wave.id))
        .where(Wave.organisation_id == organisation_id, WaveGroup.group_id == group_id, Wave.attribute != "")
    ).first()


def has_classes(session: Session, organisation_id: UUID, pulse_id: UUID) -> bool:
    """Tell whether a pulse released results by an attribute."""
    return bool(released_waves(session, organisation_id, pulse_id, 1, by_class=True))


def _wave(session: Session, organisation_id: UUID, head: Head) -> ClassWave:
    attribute = session.get_one(Wave, (organisation_id, head.wave_id)).attribute
    places = session.execute(
        select(WaveGroup.group_id, ReportingGroup.name, ReportingGroup.series, WaveGroup.roster)
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == WaveGroup.organisation_id) & (ReportingGroup.id == WaveGroup.group_id),
        )
        .where(WaveGroup.organisation_id == organisation_id, WaveGroup.wave_id == head.wave_id)
    )
    found = [_class(session, organisation_id, head, place) for place in places]
    return ClassWave(
        head.number, head.closed_at, attribute, tuple(sorted(found, key=lambda each: natural(each.group_name)))
    )


def natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts names with numbers in them as people do: 3 to 10 years before 10 and more."""
    words = "".join(each if each.isdigit() else f" {each} " if each == "+" else each for each in name).split()
    return [(int(word), "") if word.isdigit() else (10**9, word.casefold()) for word in words]


def _class(session: Session, organisation_id: UUID, head: Head, place: Row[UUID, str, str, int]) -> WaveResult:
    figures: dict[str, Figure] = {}
    bands: dict[str, Band] = {}
    of_group = select(ReportingGroup.id).where(ReportingGroup.id == place.group_id)
    for line in read_lines(session, organisation_id, [head], of_group):
        figures[line.name] = line.figure
        if line.band:
            bands[line.name] = line.band
    return WaveResult(
        wave_id=head.wave_id,
        number=head.number,
        closed_at=head.closed_at,
        group_id=place.group_id,
        group_name=place.name,
        series=place.series,
        roster=place.roster,
        figures=figures,
        bands=bands,
    )


def class_rows(results: ClassResults, language: str) -> list[list[str]]:
    """Return what the page shows as a table, a line for each wave and class, with reasons where nothing is shown."""
    _ = translator(language).gettext
    header = [_("Wave"), _("Closed"), _("Results by"), _("Class"), _("Answered")]
    for _name, text, has_band in _columns(results, language):
        header += [text, f"{text}: n", *([f"{text}: {_('likely range')}"] if has_band else [])]
    return [header, *(_row(results, wave, each, language) for wave in results.waves for each in wave.classes)]


def _columns(results: ClassResults, language: str) -> Iterator[tuple[str, str, bool]]:
    instrument = results.instrument
    for scale in instrument.scales:
        yield f"scale:{scale.key}", instrument.text_in(scale.name, language), True
    for item in instrument.items:
        yield f"item:{item.key}", instrument.text_in(item.text, language), False


def _row(results: ClassResults, wave: ClassWave, each: WaveResult, language: str) -> list[str]:
    day = wave.closed_at.astimezone(ZoneInfo(results.time_zone)).date().isoformat()
    row = [str(wave.number), day, translated(wave.by, language), each.group_name, said(each.participation, language)]
    for name, _text, has_band in _columns(results, language):
        figure = each.figure(name)
        row += [said(figure, language), str(figure.n) if isinstance(figure, Shown) else ""]
        row += [each.band_text(name)] if has_band else []
    return row
