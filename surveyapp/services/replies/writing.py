"""Writing a reply: a draft until it is published, and from then on editions that stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound, Said
from surveyapp.privacy.comments import plain
from surveyapp.services.accounts.access import MANAGER, Viewer, may_see_unit
from surveyapp.services.installation.auditing import note
from surveyapp.services.replies.published import Reply, editions_of
from surveyapp.services.roster.counting import Tree
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release
from surveyapp.store.replies import REPLY_LENGTH, PublishedReply, ReplyDraft

LONGEST = REPLY_LENGTH
# What a reply must say; not everything has something that will not be done.
NEEDED = ("heard", "will_do")


@dataclass(frozen=True, slots=True)
class Words:
    """What was heard, what will be done, and what will not be and why."""

    heard: str
    will_do: str
    will_not_do: str

    @property
    def complete(self) -> bool:
        """Whether it says all that it must before it is published."""
        return all(getattr(self, name) for name in NEEDED)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the reply to one wave of one group is written; ``draft`` is shown to those who may write alone."""

    organisation_id: UUID
    wave_id: UUID
    wave_number: int
    closed_at: datetime
    time_zone: str
    pulse_id: UUID
    pulse_name: str
    group_id: UUID
    group_name: str
    may_write: bool
    draft: Words | None
    editions: tuple[Reply, ...]
    next_is_open: bool

    @property
    def published(self) -> Reply | None:
        """What the group reads."""
        return self.editions[0] if self.editions else None

    @property
    def overdue(self) -> bool:
        """Whether people are asked again without having been told what became of the last time."""
        return self.next_is_open and not self.editions


def desk_of(
    session: Session,
    viewer: Viewer,
    tree: Tree,
    unit_id: UUID,
    wave_id: UUID,
    known: Iterable[Reply] | None = None,
) -> Desk:
    """Return where the reply to a wave is written for the group in which a unit was counted.

    Parameters
    ----------
    session : Session
    viewer : Viewer
    tree : Tree
    unit_id, wave_id : UUID
    known : iterable of Reply, optional
        What is published to the group, where that was read already.

    Raises
    ------
    NotFound
        When the wave is not released, or the unit was in none of its groups.
    """
    owner = viewer.organisation_id
    rows = session.execute(_places(owner, unit_id, wave_id)).all()
    if not rows:
        message = "There are no results of this wave here that could be replied to"
        raise NotFound(message)
    wave, pulse, group, draft, next_is_open, _ = rows[0]
    may_write = all(may_see_unit(viewer, tree, row.unit_id, [MANAGER]) for row in rows)
    editions = editions_of(session, owner, wave.id, group.id) if known is None else known
    return Desk(
        organisation_id=owner,
        wave_id=wave.id,
        wave_number=wave.number,
        closed_at=wave.closes_at,
        time_zone=pulse.time_zone,
        pulse_id=pulse.id,
        pulse_name=pulse.name,
        group_id=group.id,
        group_name=group.name,
        may_write=may_write,
        draft=_words(draft) if may_write else None,
        editions=tuple(each for each in editions if each.wave_id == wave_id),
        next_is_open=next_is_open,
    )


def _words(draft: ReplyDraft | None) -> Words | None:
    return None if draft is None else Words(draft.heard, draft.will_do, draft.will_not_do)


def _places(owner: UUID, unit_id: UUID, wave_id: UUID) -> Select[Wave, Pulse, ReportingGroup, ReplyDraft, bool, UUID]:
    """Ask for everything about a wave of a unit's group in one go, with a row for each unit of the group."""
    later = aliased(Wave)
    next_is_open = exists().where(
        later.organisation_id == owner,
        later.pulse_id == Wave.pulse_id,
        later.number > Wave.number,
        later.state == "open",
    )
    with_unit = select(ReportingGroupUnit.group_id).where(
        ReportingGroupUnit.organisation_id == owner, ReportingGroupUnit.unit_id == unit_id
    )
    return (
        select(Wave, Pulse, ReportingGroup, ReplyDraft, next_is_open, ReportingGroupUnit.unit_id)
        .join(Pulse, (Pulse.organisation_id == Wave.organisation_id) & (Pulse.id == Wave.pulse_id))
        .join(Release, (Release.organisation_id == Wave.organisation_id) & (Release.wave_id == Wave.id))
        .join(WaveGroup, (WaveGroup.organisation_id == Wave.organisation_id) & (WaveGroup.wave_id == Wave.id))
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == WaveGroup.organisation_id) & (ReportingGroup.id == WaveGroup.group_id),
        )
        .join(
            ReportingGroupUnit,
            (ReportingGroupUnit.organisation_id == ReportingGroup.organisation_id)
            & (ReportingGroupUnit.group_id == ReportingGroup.id),
        )
        .outerjoin(
            ReplyDraft,
            (ReplyDraft.organisation_id == WaveGroup.organisation_id)
            & (ReplyDraft.wave_id == WaveGroup.wave_id)
            & (ReplyDraft.group_id == WaveGroup.group_id),
        )
        # A pooled group is spoken to as a whole, so that all of its units count and not only this one.
        .where(Wave.organisation_id == owner, Wave.id == wave_id, ReportingGroup.id.in_(with_unit))
    )


def save_draft(session: Session, desk: Desk, words: Words, now: datetime) -> None:
    """Keep what is written so far.

    Raises
    ------
    Forbidden
        When somebody does not manage the whole group.
    Invalid
        When a text is too long.
    """
    _require_writer(desk)
    kept = {name: _checked(name, getattr(words, name)) for name in ("heard", "will_do", "will_not_do")}
    key = (desk.organisation_id, desk.wave_id, desk.group_id)
    draft = session.get(ReplyDraft, key) or ReplyDraft(
        organisation_id=desk.organisation_id, wave_id=desk.wave_id, group_id=desk.group_id
    )
    for name, text in kept.items():
        setattr(draft, name, text)
    draft.changed_at = now
    session.add(draft)
    session.commit()


def publish(session: Session, viewer: Viewer, desk: Desk, edition: int, now: datetime) -> None:
    """Publish the draft to the group, as an edition that stays.

    Parameters
    ----------
    session : Session
    viewer : Viewer
        Who publishes, and is named to the group.
    desk : Desk
        As it is now.
    edition : int
        Which edition it was to become when it was looked at, so that nobody publishes over somebody else.
    now : datetime

    Raises
    ------
    Forbidden
        When somebody does not manage the whole group.
    Conflict
        When there is no complete draft, or another edition was published meanwhile.
    """
    _require_writer(desk)
    if desk.draft is None or not desk.draft.complete or edition != len(desk.editions) + 1:
        message = "There is no such draft any more; please look at what is published now"
        raise Conflict(message)
    session.add(
        PublishedReply(
            organisation_id=desk.organisation_id,
            wave_id=desk.wave_id,
            group_id=desk.group_id,
            edition=edition,
            heard=desk.draft.heard,
            will_do=desk.draft.will_do,
            will_not_do=desk.draft.will_not_do,
            account_id=viewer.account_id,
            written_by=viewer.name,
            published_at=now,
        )
    )
    session.delete(session.get_one(ReplyDraft, (desk.organisation_id, desk.wave_id, desk.group_id)))
    detail = f"{desk.pulse_name} {desk.wave_number}, {desk.group_name}: edition {edition}"
    note(session, desk.organisation_id, viewer.account_id, "publish reply", detail, now)
    session.commit()


def _require_writer(desk: Desk) -> None:
    if not desk.may_write:
        message = "A reply is written by whoever manages the whole group"
        raise Forbidden(message)


def _checked(name: str, typed: str) -> str:
    text = plain(typed)
    if len(text) > LONGEST:
        raise Invalid(name, Said("{count} characters", count=len(text)), f"up to {LONGEST} characters")
    return text
