"""Withdrawing a released comment: its words are deleted; that there was one, and why it went, stays for everybody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound
from surveyapp.privacy.comments import EVERYBODY
from surveyapp.services.accounts.access import ADMIN, MANAGER, Viewer, has_role, may_see_unit
from surveyapp.services.installation.auditing import note
from surveyapp.services.results.chain import end_of_chain, withdrawal_hash
from surveyapp.services.results.comments import WITHDRAWN, coaches
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.releases import CommentText, CommentWithdrawal, ReleasedComment

ACTION = "withdraw comment"


@dataclass(frozen=True, slots=True)
class Withdrawable:
    """A comment that somebody may withdraw."""

    id: UUID
    group_name: str
    text: str


def find_withdrawable(session: Session, viewer: Viewer, comment_id: UUID) -> Withdrawable:
    """Return a comment that the viewer reads and may withdraw.

    Coaches of the group may withdraw what they read, administrators what everybody reads. Managers may not: nobody
    takes back what was said about them.

    Raises
    ------
    NotFound, Forbidden
    """
    comment = session.get(ReleasedComment, (viewer.organisation_id, comment_id))
    words = session.get(CommentText, (viewer.organisation_id, comment_id))
    if comment is None or words is None:
        message = "There is no such comment, or it was withdrawn"
        raise NotFound(message)
    if not _may_withdraw(session, viewer, comment):
        message = "Only coaches of the group withdraw comments, and administrators those that everybody reads"
        raise Forbidden(message)
    group = session.get_one(ReportingGroup, (viewer.organisation_id, comment.group_id))
    return Withdrawable(comment_id, group.name, words.text)


def _may_withdraw(session: Session, viewer: Viewer, comment: ReleasedComment) -> bool:
    tree = tree_of(session, viewer.organisation_id)
    units = session.scalars(
        select(ReportingGroupUnit.unit_id).where(
            ReportingGroupUnit.organisation_id == viewer.organisation_id,
            ReportingGroupUnit.group_id == comment.group_id,
        )
    ).all()
    manages = any(may_see_unit(viewer, tree, unit, [MANAGER]) for unit in units if unit in tree.units)
    by_admin = comment.audience == EVERYBODY and has_role(viewer, ADMIN) and not manages
    return by_admin or coaches(viewer, tree, units)


def withdraw(session: Session, viewer: Viewer, comment_id: UUID, reason: str, now: datetime) -> None:
    """Delete the words of a comment and add why; neither the audit trail nor the chain of releases repeats them.

    Raises
    ------
    Invalid
        When the reason is none of `WITHDRAWN`.
    NotFound, Forbidden, Conflict
    """
    if reason not in WITHDRAWN:
        raise Invalid("reason", reason, "one of the reasons of the list")
    comment = find_withdrawable(session, viewer, comment_id)
    session.add(_link(session, viewer, comment.id, reason, now))
    session.execute(
        delete(CommentText).where(
            CommentText.organisation_id == viewer.organisation_id, CommentText.comment_id == comment.id
        )
    )
    note(session, viewer.organisation_id, viewer.account_id, ACTION, f"{comment.group_name}: {WITHDRAWN[reason]}", now)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        message = "Somebody else has just withdrawn this comment"
        raise Conflict(message) from error


def _link(session: Session, viewer: Viewer, comment_id: UUID, reason: str, now: datetime) -> CommentWithdrawal:
    end = end_of_chain(session, viewer.organisation_id)
    row = CommentWithdrawal(
        organisation_id=viewer.organisation_id,
        comment_id=comment_id,
        # A clock that was set back would make it look like one that somebody added later.
        at=max(now, end.made_at or now),
        account_id=viewer.account_id,
        reason=reason,
        sequence=end.sequence + 1,
        previous_hash=end.hash,
        hash="",
    )
    row.hash = withdrawal_hash(row)
    return row
