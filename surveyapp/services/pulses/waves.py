"""Waves on schedule: planned, opened with frozen groups and terms, closed. Every step may run twice or late."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.privacy.ballots import ALPHABET, derive_code, hash_code
from surveyapp.privacy.groups import plan_groups
from surveyapp.services.pulses.attributes import class_groups
from surveyapp.services.roster.counting import Tree, counted_in, tree_of, unit_rosters
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import FROM_PULSE, TERMS, Pulse, Wave, WaveGroup
from surveyapp.vault.deposit import put_up
from surveyapp.vault.doors import Vault

LOOK_AHEAD = timedelta(days=14)


def terms_digest(wave: Wave) -> str:
    """Return the digest of everything an answering person was promised; boxes are sealed to it."""
    terms = {name: getattr(wave, name) for name in TERMS}
    return hashlib.sha256(json.dumps(terms, sort_keys=True, default=str).encode()).hexdigest()


def wave_times(pulse: Pulse, number: int) -> tuple[datetime, datetime]:
    """Return when a wave opens and closes; opening hours follow the pulse's time zone through summer time."""
    zone = ZoneInfo(pulse.time_zone)
    day = pulse.first_day + timedelta(weeks=pulse.cadence_weeks * (number - 1))
    opening = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=pulse.opens_at_minute)
    return opening.astimezone(UTC), (opening + timedelta(hours=pulse.open_hours)).astimezone(UTC)


def schedule_next(session: Session, pulse: Pulse, now: datetime) -> Wave | None:
    """Add the next wave of a running pulse when it opens soon; waves that were missed altogether are skipped."""
    last = session.scalar(
        select(func.max(Wave.number)).where(Wave.organisation_id == pulse.organisation_id, Wave.pulse_id == pulse.id)
    )
    if pulse.cadence_weeks == 0 and (last or wave_times(pulse, 1)[1] <= now):
        return None
    number = (last or 0) + 1
    while wave_times(pulse, number)[1] <= now:
        number += 1
    opens_at, closes_at = wave_times(pulse, number)
    ended = pulse.last_day is not None and opens_at.date() > pulse.last_day
    if ended or opens_at > now + LOOK_AHEAD:
        return None
    wave = Wave(
        organisation_id=pulse.organisation_id,
        id=uuid4(),
        pulse_id=pulse.id,
        number=number,
        comments=pulse.comments,
        state="scheduled",
        opens_at=opens_at,
        closes_at=closes_at,
        attribute="",
        **{name: getattr(pulse, name) for name in FROM_PULSE},
    )
    session.add(wave)
    session.commit()
    return wave


def open_wave(session: Session, vault: Vault, ballot_key: bytes, wave: Wave) -> None:
    """Freeze groups, roster and terms, put up the boxes, and let the invitations go out."""
    _freeze(session, wave)
    session.commit()
    invitations = session.scalars(
        select(Invitation).where(Invitation.organisation_id == wave.organisation_id, Invitation.wave_id == wave.id)
    ).all()
    groups = session.scalars(
        select(WaveGroup.group_id).where(
            WaveGroup.organisation_id == wave.organisation_id, WaveGroup.wave_id == wave.id
        )
    )
    ballots: dict[UUID, list[bytes]] = {group_id: [] for group_id in groups}
    for invitation in invitations:
        ballots[invitation.group_id].append(hash_code(derive_code(ballot_key, invitation.seed)))
    put_up(vault, wave.organisation_id, wave.id, ballots, terms_digest(wave))
    for invitation in invitations:
        session.add(new_delivery(invitation, "invitation", wave.opens_at))
    wave.state = "open"
    session.commit()


def _freeze(session: Session, wave: Wave) -> None:
    """Write the groups and invitations of a wave, unless an opening that was cut short already did."""
    known = select(func.count()).select_from(WaveGroup)
    if session.scalar(known.where(WaveGroup.organisation_id == wave.organisation_id, WaveGroup.wave_id == wave.id)):
        return
    pulse = session.get_one(Pulse, (wave.organisation_id, wave.pulse_id))
    tree = tree_of(session, wave.organisation_id)
    day = wave.opens_at.astimezone(ZoneInfo(pulse.time_zone)).date()
    counted = counted_in(session, wave.organisation_id, day, tree)
    if wave.attribute:
        _invite(session, wave, class_groups(session, wave, pulse, counted.keys()))
        return
    group_of_unit = groups_of_quarter(session, pulse, f"{day.year}-Q{(day.month + 2) // 3}", tree, counted)
    members: dict[UUID, list[UUID]] = {}
    for member, unit in counted.items():
        group = next((group_of_unit[each] for each in tree.above(unit) if each in group_of_unit), None)
        if group is not None:
            members.setdefault(group, []).append(member)
    _invite(session, wave, members)


def _invite(session: Session, wave: Wave, members: Mapping[UUID, Sequence[UUID]]) -> None:
    for group, people in members.items():
        session.add(_wave_group(wave, group, len(people)))
    session.flush()
    for group, people in members.items():
        session.add_all(_invitation(wave, group, member) for member in people)


def groups_of_quarter(
    session: Session, pulse: Pulse, quarter: str, tree: Tree, counted: dict[UUID, UUID]
) -> dict[UUID, UUID]:
    """Return the reporting group of every unit for a quarter, planning it from the rosters the first time."""
    mine = (ReportingGroup.organisation_id == pulse.organisation_id, ReportingGroup.pulse_id == pulse.id)
    chosen = select(ReportingGroup.id).where(*mine, ReportingGroup.quarter == quarter)
    if session.scalars(chosen).first() is None:
        for plan in plan_groups(unit_rosters(tree, counted, pulse.unit_id), pulse.roster_min):
            group = ReportingGroup(
                organisation_id=pulse.organisation_id,
                id=uuid4(),
                pulse_id=pulse.id,
                quarter=quarter,
                unit_id=plan.unit_id,
                series=plan.series,
                name=plan.name[:200],
            )
            session.add(group)
            session.flush()
            session.add_all(
                ReportingGroupUnit(organisation_id=pulse.organisation_id, group_id=group.id, unit_id=unit)
                for unit in plan.units
            )
        session.flush()
    rows = session.execute(
        select(ReportingGroupUnit.unit_id, ReportingGroupUnit.group_id).where(
            ReportingGroupUnit.organisation_id == pulse.organisation_id, ReportingGroupUnit.group_id.in_(chosen)
        )
    )
    return dict(rows.all())


def _wave_group(wave: Wave, group_id: UUID, roster: int) -> WaveGroup:
    return WaveGroup(
        organisation_id=wave.organisation_id,
        wave_id=wave.id,
        group_id=group_id,
        slug=new_slug(wave.organisation_id),
        roster=roster,
        **{name: getattr(wave, name) for name in TERMS},
    )


def new_slug(organisation_id: UUID) -> str:
    """Return the public name of a box: whose organisation it is, then chance."""
    return organisation_id.hex[:8] + "".join(secrets.choice(ALPHABET.lower()) for _ in range(12))


def _invitation(wave: Wave, group_id: UUID, member_id: UUID) -> Invitation:
    return Invitation(
        organisation_id=wave.organisation_id,
        id=uuid4(),
        wave_id=wave.id,
        group_id=group_id,
        member_id=member_id,
        seed=secrets.token_bytes(16),
    )


def new_delivery(invitation: Invitation, kind: str, due_at: datetime) -> Delivery:
    """Return the record of a mail that is to be sent."""
    return Delivery(
        organisation_id=invitation.organisation_id,
        id=uuid4(),
        invitation_id=invitation.id,
        kind=kind,
        state="waiting",
        attempts=0,
        due_at=due_at,
        error="",
    )


def close_wave(session: Session, wave: Wave, now: datetime) -> None:
    """Close a wave at its fixed time, never before."""
    if wave.state == "open" and now >= wave.closes_at:
        wave.state = "closed"
        session.commit()
