"""Keeping delegations: every change is a step that the rules of the practice let through, and nothing else is kept."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, NotFound
from surveyapp.learning import history
from surveyapp.learning.delegation import RUNNING, Delegation
from surveyapp.learning.history import NAMES, Kept, replay, written
from surveyapp.learning.notices import pending
from surveyapp.learning.step import Step, take
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.store.columns import ROWS
from surveyapp.store.delegation import DelegationNotice, DelegationStep, StoredDelegation


def find(session: Session, viewer: Viewer, delegation_id: UUID, *, locked: bool = False) -> StoredDelegation:
    """Return a delegation that the account has a part in.

    Raises
    ------
    NotFound
        When there is none; one between other people looks exactly like that, whatever the account's roles.
    """
    wanted = select(StoredDelegation).where(
        StoredDelegation.organisation_id == viewer.organisation_id, StoredDelegation.id == delegation_id
    )
    row = session.scalars(wanted.with_for_update() if locked else wanted).first()
    if row is None or viewer.account_id not in {row.delegator_id, row.owner_id, row.second_id}:
        message = "There is no such delegation"
        raise NotFound(message)
    return row


def steps_of(session: Session, rows: Iterable[StoredDelegation]) -> dict[UUID, list[Kept]]:
    """Return the steps of some delegations of one organisation, each in their order."""
    by_id = {row.id: row for row in rows}
    found: dict[UUID, list[Kept]] = {each: [] for each in by_id}
    owner = next((row.organisation_id for row in by_id.values()), None)
    return found | dict(histories(session, owner, DelegationStep.delegation_id.in_(by_id)))


def histories(
    session: Session, organisation_id: UUID | None, *which: ColumnElement[bool]
) -> Iterator[tuple[UUID, list[Kept]]]:
    """Yield the steps of each delegation in their order, one delegation after the other; all, unless told which."""
    rows = session.execute(
        select(
            DelegationStep.delegation_id,
            DelegationStep.kind,
            DelegationStep.words,
            DelegationStep.by_id,
            DelegationStep.at,
        )
        .where(DelegationStep.organisation_id == organisation_id, *which)
        .order_by(DelegationStep.delegation_id, DelegationStep.number)
        .execution_options(yield_per=ROWS)
    )
    for delegation_id, steps in groupby(rows, key=itemgetter(0)):
        yield (
            delegation_id,
            [Kept(history.read(kind, json.loads(words)), by_id, at) for _, kind, words, by_id, at in steps],
        )


def as_it_is(session: Session, row: StoredDelegation) -> Delegation:
    """Return a delegation as its steps have left it."""
    return replay(row.delegator_id, steps_of(session, [row])[row.id])


def move(session: Session, viewer: Viewer, delegation_id: UUID, step: Step, once: UUID, now: datetime) -> None:
    """Take a step in a delegation, and commit it.

    Parameters
    ----------
    step : Step
        What is said.
    once : UUID
        A number that the form carries, so that a form that is sent twice is one step.

    Raises
    ------
    NotFound, Forbidden, Conflict, Invalid
        As `surveyapp.learning.step.take`; nothing is kept then.
    """
    row = find(session, viewer, delegation_id, locked=True)
    if was_taken(session, row, once):
        return
    keep(session, row, viewer.account_id, step, once, now)
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        message = "Somebody was quicker; please look again"
        raise Conflict(message) from error


def was_taken(session: Session, row: StoredDelegation, once: UUID) -> bool:
    """Tell whether a form has been sent before."""
    known = select(DelegationStep.number).where(
        DelegationStep.organisation_id == row.organisation_id,
        DelegationStep.delegation_id == row.id,
        DelegationStep.once == once,
    )
    return session.scalar(known) is not None


def keep(session: Session, row: StoredDelegation, by: UUID, step: Step, once: UUID, now: datetime) -> None:
    """Let a step through the rules and keep it; the caller commits."""
    after = take(as_it_is(session, row), step, by, now)
    row.steps += 1
    session.add(
        DelegationStep(
            organisation_id=row.organisation_id,
            delegation_id=row.id,
            number=row.steps,
            by_id=by,
            at=now,
            kind=NAMES[type(step)],
            words=json.dumps(written(step), ensure_ascii=False),
            once=once,
        )
    )
    _show(row, after, now)
    plan_notices(session, row, after)


def _show(row: StoredDelegation, delegation: Delegation, now: datetime) -> None:
    """Bring what lists show up to date."""
    row.state, row.owner_id, row.second_id, row.changed_at = (
        delegation.state,
        delegation.owner,
        delegation.second,
        now,
    )
    if delegation.terms:
        row.title = delegation.terms.task.title
        row.due_at = delegation.terms.bar.due
    if delegation.state == RUNNING and delegation.cycle:
        row.due_at = delegation.cycle.due


def plan_notices(session: Session, row: StoredDelegation, delegation: Delegation) -> None:
    """Note when the next mail about a delegation is due."""
    zone = ZoneInfo(organisation_zone(session, row.organisation_id))
    sent = sent_keys(session, row)
    row.notify_at = next((each.at for each in pending(delegation, zone) if each.key not in sent), None)


def sent_keys(session: Session, row: StoredDelegation) -> set[str]:
    """Return the keys of the mails that went out, or that were given up."""
    return set(
        session.scalars(
            select(DelegationNotice.key).where(
                DelegationNotice.organisation_id == row.organisation_id, DelegationNotice.delegation_id == row.id
            )
        )
    )
