"""What there is to do at a moment, found by asking the tables: nothing else remembers a schedule."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from surveyapp.services.accounts.attempts import ANY_ORGANISATION
from surveyapp.store.organisation import Organisation
from surveyapp.store.pulses import Pulse, Wave, WaveGroup

# An organisation, and one of its pulses or waves.
Key = tuple[UUID, UUID]


def organisations(session: Session, _now: datetime) -> list[Key]:
    """Return every organisation, as a key whose two parts are the same."""
    return [(each, each) for each in session.scalars(select(Organisation.organisation_id))]


def once(_session: Session, _now: datetime) -> list[Key]:
    """Return one key that means nothing, for what concerns no organisation."""
    return [(ANY_ORGANISATION, ANY_ORGANISATION)]


def pulses_to_schedule(session: Session, _now: datetime) -> list[Key]:
    """Return the running pulses that have a rhythm."""
    return _keys(
        session.execute(
            select(Pulse.organisation_id, Pulse.id).where(Pulse.state == "running", Pulse.cadence_weeks > 0)
        ).all()
    )


def waves_to_drop(session: Session, now: datetime) -> list[Key]:
    """Return the waves that closed before anybody opened them."""
    begun = exists().where(WaveGroup.organisation_id == Wave.organisation_id, WaveGroup.wave_id == Wave.id)
    return _waves(session, Wave.state == "scheduled", Wave.closes_at <= now, ~begun)


def waves_to_open(session: Session, now: datetime) -> list[Key]:
    """Return the waves whose time has come, and those whose opening was cut short."""
    begun = exists().where(WaveGroup.organisation_id == Wave.organisation_id, WaveGroup.wave_id == Wave.id)
    runs = exists().where(
        Pulse.organisation_id == Wave.organisation_id, Pulse.id == Wave.pulse_id, Pulse.state == "running"
    )
    return _waves(
        session, Wave.state == "scheduled", Wave.opens_at <= now, or_(begun, and_(runs, Wave.closes_at > now))
    )


def open_waves(session: Session, now: datetime) -> list[Key]:
    """Return the waves that take answers."""
    return _waves(session, Wave.state == "open", Wave.closes_at > now)


def waves_to_close(session: Session, now: datetime) -> list[Key]:
    """Return the open waves whose time is over."""
    return _waves(session, Wave.state == "open", Wave.closes_at <= now)


def waves_to_release(session: Session, now: datetime) -> list[Key]:
    """Return the closed waves, and the released ones whose boxes are to be destroyed."""
    over = or_(Wave.boxes_kept_until.is_(None), Wave.boxes_kept_until <= now)
    return _waves(session, or_(Wave.state == "closed", and_(Wave.state == "released", over)))


def drop_wave(session: Session, wave: Wave) -> None:
    """Remove a wave that never took place."""
    session.execute(
        delete(Wave).where(Wave.organisation_id == wave.organisation_id, Wave.id == wave.id, Wave.state == "scheduled")
    )
    session.commit()


def _waves(session: Session, *conditions: ColumnElement[bool]) -> list[Key]:
    # Releases of one organisation form a chain, so that waves are taken in the order in which they closed.
    found = select(Wave.organisation_id, Wave.id).where(*conditions).order_by(Wave.closes_at, Wave.id)
    return _keys(session.execute(found).all())


def _keys(rows: Sequence[tuple[UUID, UUID]]) -> list[Key]:
    return [(organisation_id, each) for organisation_id, each in rows]
