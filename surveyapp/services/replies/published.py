"""Reading published replies: with the results, and on the answer page of the next wave. No account is known here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from surveyapp.store.organisation import ReportingGroup
from surveyapp.store.pulses import Wave, WaveGroup
from surveyapp.store.replies import PublishedReply


@dataclass(frozen=True, slots=True)
class Reply:
    """One edition of a reply, as the group reads it."""

    wave_id: UUID
    wave_number: int
    closed_at: datetime
    edition: int
    heard: str
    will_do: str
    will_not_do: str
    written_by: str
    published_at: datetime


def editions_of(session: Session, organisation_id: UUID, wave_id: UUID, group_id: UUID) -> tuple[Reply, ...]:
    """Return every edition of a reply, newest first."""
    mine = (PublishedReply.wave_id == wave_id, PublishedReply.group_id == group_id)
    return tuple(reply for reply, _ in _rows(session, organisation_id, *mine))


def replies_to(session: Session, organisation_id: UUID, places: Collection[tuple[UUID, UUID]]) -> tuple[Reply, ...]:
    """Return the newest edition of every reply to some waves of some groups, newest wave first.

    Parameters
    ----------
    session : Session
    organisation_id : UUID
    places : collection of tuple
        Waves, each with the group that was counted then.
    """
    wanted = set(places)
    waves = {wave_id for wave_id, _ in wanted}
    found: dict[UUID, Reply] = {}
    for reply, group_id in _rows(session, organisation_id, PublishedReply.wave_id.in_(waves)):
        if (reply.wave_id, group_id) in wanted:
            found.setdefault(reply.wave_id, reply)
    return tuple(found.values())


def reply_before(session: Session, organisation_id: UUID, wave: Wave, group: ReportingGroup) -> Reply | None:
    """Return what was said to the same people about the wave before, if it was said.

    The same people are the groups of the same units: whoever is counted together with others than before reads
    nothing that was written for another group.
    """
    place = place_before(session, organisation_id, wave, group.series)
    return next(iter(replies_to(session, organisation_id, [place])), None) if place else None


def place_before(session: Session, organisation_id: UUID, wave: Wave, series: str) -> tuple[UUID, UUID] | None:
    """Find the last wave before one in which a series of groups took part, and its group then."""
    row = session.execute(
        select(WaveGroup.wave_id, WaveGroup.group_id)
        .join(Wave, (Wave.organisation_id == WaveGroup.organisation_id) & (Wave.id == WaveGroup.wave_id))
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == WaveGroup.organisation_id) & (ReportingGroup.id == WaveGroup.group_id),
        )
        .where(
            WaveGroup.organisation_id == organisation_id,
            Wave.pulse_id == wave.pulse_id,
            Wave.number < wave.number,
            ReportingGroup.series == series,
        )
        .order_by(Wave.number.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.wave_id, row.group_id)


def _rows(session: Session, organisation_id: UUID, *only: ColumnElement[bool]) -> Iterator[tuple[Reply, UUID]]:
    """Read replies with their groups, the newest wave and edition first."""
    rows = session.execute(
        select(PublishedReply, Wave.number, Wave.closes_at)
        .join(Wave, (Wave.organisation_id == PublishedReply.organisation_id) & (Wave.id == PublishedReply.wave_id))
        .where(PublishedReply.organisation_id == organisation_id, *only)
        .order_by(Wave.number.desc(), PublishedReply.edition.desc())
    )
    for row, number, closed_at in rows:
        yield (
            Reply(
                wave_id=row.wave_id,
                wave_number=number,
                closed_at=closed_at,
                edition=row.edition,
                heard=row.heard,
                will_do=row.will_do,
                will_not_do=row.will_not_do,
                written_by=row.written_by,
                published_at=row.published_at,
            ),
            row.group_id,
        )
