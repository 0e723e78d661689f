"""Pulses and their waves as admins read them; of a wave that is open nothing is counted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.questions import Instrument
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.pulses.running import find_pulse, terms_of
from surveyapp.services.pulses.terms import PulseTerms
from surveyapp.services.pulses.waves import wave_times
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave
from surveyapp.store.releases import Release, ReleaseRow

UPCOMING = 3


@dataclass(frozen=True, slots=True)
class PulseLine:
    """A pulse in a list, with its wave that is open or comes next."""

    id: UUID
    name: str
    state: str
    audience: str
    cadence_weeks: int
    time_zone: str
    open_until: datetime | None
    next_opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A wave: ``groups`` and ``with_number`` are None until it is released."""

    number: int
    state: str
    opens_at: datetime
    closes_at: datetime
    groups: int | None
    with_number: int | None
    attribute: str


@dataclass(frozen=True, slots=True)
class PulseCard:
    """A pulse with everything that was decided about it, its waves, and when the next ones open."""

    line: PulseLine
    terms: PulseTerms
    instrument: Instrument
    waves: tuple[WaveLine, ...]
    upcoming: tuple[tuple[datetime, datetime], ...]


def list_pulses(session: Session, organisation_id: UUID, now: datetime) -> list[PulseLine]:
    """Return the pulses of an organisation: running ones first, then drafts, then those that have ended."""
    order = {"running": 0, "draft": 1, "stopped": 2}
    pulses = session.scalars(select(Pulse).where(Pulse.organisation_id == organisation_id))
    lines = [_line(session, pulse, now) for pulse in pulses]
    return sorted(lines, key=lambda line: (order[line.state], line.name.casefold(), line.id))


def _line(session: Session, pulse: Pulse, now: datetime) -> PulseLine:
    open_until = session.scalars(
        select(Wave.closes_at).where(
            Wave.organisation_id == pulse.organisation_id, Wave.pulse_id == pulse.id, Wave.state == "open"
        )
    ).first()
    upcoming = _upcoming(pulse, now)
    return PulseLine(
        id=pulse.id,
        name=pulse.name,
        state=pulse.state,
        audience=tree_of(session, pulse.organisation_id).path(pulse.unit_id),
        cadence_weeks=pulse.cadence_weeks,
        time_zone=pulse.time_zone,
        open_until=open_until,
        next_opens_at=upcoming[0][0] if upcoming else None,
    )


def _upcoming(pulse: Pulse, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Return when the next waves open and close, for as long as the pulse runs."""
    if pulse.state == "stopped" or not pulse.cadence_weeks:
        return ()
    number = 1
    found: list[tuple[datetime, datetime]] = []
    while len(found) < UPCOMING:
        opens_at, closes_at = wave_times(pulse, number)
        if pulse.last_day is not None and opens_at.date() > pulse.last_day:
            break
        if opens_at > now:
            found.append((opens_at, closes_at))
        number += 1
    return tuple(found)


def pulse_card(session: Session, organisation_id: UUID, pulse_id: UUID, now: datetime) -> PulseCard:
    """Return one pulse.

    Raises
    ------
    NotFound
        When the organisation has no such pulse.
    """
    pulse = find_pulse(session, organisation_id, pulse_id)
    copy = session.get_one(InstrumentCopy, (organisation_id, pulse.instrument_id))
    return PulseCard(
        line=_line(session, pulse, now),
        terms=terms_of(session, pulse),
        instrument=read_instrument(copy.toml),
        waves=tuple(_waves(session, pulse)),
        upcoming=_upcoming(pulse, now),
    )


def _waves(session: Session, pulse: Pulse) -> list[WaveLine]:
    """Return the waves, newest first; what is counted about one comes from its release and from nowhere else."""
    counts = {
        wave_id: (groups, numbers)
        for wave_id, groups, numbers in session.execute(
            select(Release.wave_id, func.count(), func.count(ReleaseRow.text))
            .join(
                ReleaseRow,
                (ReleaseRow.organisation_id == Release.organisation_id) & (ReleaseRow.release_id == Release.id),
            )
            .where(Release.organisation_id == pulse.organisation_id, ReleaseRow.figure == "participation")
            .group_by(Release.wave_id)
        )
    }
    waves = session.scalars(
        select(Wave)
        .where(Wave.organisation_id == pulse.organisation_id, Wave.pulse_id == pulse.id)
        .order_by(Wave.number.desc())
    )
    return [
        WaveLine(
            number=wave.number,
            # That the boxes of a released wave are gone by now is the business of the vault.
            state="released" if wave.state == "erased" else wave.state,
            opens_at=wave.opens_at,
            closes_at=wave.closes_at,
            groups=counts.get(wave.id, (None, None))[0],
            with_number=counts.get(wave.id, (None, None))[1],
            attribute=wave.attribute,
        )
        for wave in waves
    ]


def open_waves(session: Session, organisation_id: UUID) -> list[tuple[str, datetime, str]]:
    """Return pulse, end and time zone of every wave that is open, whose roster stays as it was."""
    rows = session.execute(
        select(Pulse.name, Wave.closes_at, Pulse.time_zone)
        .join(Wave, (Wave.organisation_id == Pulse.organisation_id) & (Wave.pulse_id == Pulse.id))
        .where(Pulse.organisation_id == organisation_id, Wave.state == "open")
        .order_by(Wave.closes_at)
    )
    return [(name, closes_at, time_zone) for name, closes_at, time_zone in rows]
