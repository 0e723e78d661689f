"""Pulses and waves as the command line lists them, and setting a pulse going."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, NotFound
from surveyapp.services.auditing import note
from surveyapp.store.organisation import Unit
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave, WaveGroup


@dataclass(frozen=True, slots=True)
class PulseLine:
    """A pulse in one line."""

    name: str
    state: str
    cadence_weeks: int
    audience: str
    instrument: str
    waves: int


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A wave in one line; how many answered is not in it, for that is said in the release only."""

    pulse: str
    number: int
    state: str
    opens_at: datetime
    closes_at: datetime
    groups: int
    people: int


def list_pulses(session: Session, organisation_id: UUID) -> list[PulseLine]:
    """Return the pulses of an organisation by name."""
    waves = (
        select(func.count(Wave.id))
        .where(Wave.organisation_id == Pulse.organisation_id, Wave.pulse_id == Pulse.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Pulse.name, Pulse.state, Pulse.cadence_weeks, Unit.name, InstrumentCopy.title, waves)
        .join(Unit, (Unit.organisation_id == Pulse.organisation_id) & (Unit.id == Pulse.unit_id))
        .join(
            InstrumentCopy,
            (InstrumentCopy.organisation_id == Pulse.organisation_id) & (InstrumentCopy.id == Pulse.instrument_id),
        )
        .where(Pulse.organisation_id == organisation_id)
        .order_by(Pulse.name)
    )
    return [PulseLine(*row) for row in rows]


def list_waves(session: Session, organisation_id: UUID) -> list[WaveLine]:
    """Return the waves of an organisation, the latest first."""
    rows = session.execute(
        select(
            Pulse.name,
            Wave.number,
            Wave.state,
            Wave.opens_at,
            Wave.closes_at,
            func.count(WaveGroup.group_id),
            func.coalesce(func.sum(WaveGroup.roster), 0),
        )
        .join(Pulse, (Pulse.organisation_id == Wave.organisation_id) & (Pulse.id == Wave.pulse_id))
        .outerjoin(WaveGroup, (WaveGroup.organisation_id == Wave.organisation_id) & (WaveGroup.wave_id == Wave.id))
        .where(Wave.organisation_id == organisation_id)
        .group_by(Pulse.name, Wave.organisation_id, Wave.id)
        .order_by(Wave.opens_at.desc(), Pulse.name)
    )
    return [WaveLine(*row) for row in rows]


def start_pulse(session: Session, organisation_id: UUID, name: str, now: datetime) -> None:
    """Set a pulse going, so that its next wave is scheduled.

    Raises
    ------
    NotFound
        When there is no pulse of this name.
    Conflict
        When it is running, or is a single wave of the past.
    """
    pulse = session.scalars(
        select(Pulse).where(Pulse.organisation_id == organisation_id, Pulse.name == name)
    ).one_or_none()
    if pulse is None:
        message = f"There is no pulse called {name}; `surveyapp pulse list` names them"
        raise NotFound(message)
    if pulse.state == "running" or not pulse.cadence_weeks:
        why = "is running already" if pulse.state == "running" else "is a wave of the past and has no rhythm"
        message = f"{name} {why}"
        raise Conflict(message)
    pulse.state = "running"
    note(session, organisation_id, None, "start pulse", name, now)
    session.commit()
