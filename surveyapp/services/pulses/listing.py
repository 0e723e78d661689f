"""Waves as the command line lists them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.store.pulses import Pulse, Wave, WaveGroup


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
