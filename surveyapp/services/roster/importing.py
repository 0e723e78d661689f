"""Importing a roster file: planned from the file and the present roster, then applied as a whole or not at all."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp import languages
from surveyapp.errors import Conflict, Invalid, Said
from surveyapp.services.installation.auditing import note
from surveyapp.services.roster.draft import Draft, Held, Known
from surveyapp.services.roster.places import place_rows
from surveyapp.services.roster.plan import RosterPlan, Writes, report_text
from surveyapp.services.roster.rows import COLUMNS, read_people
from surveyapp.services.roster.tree import Forest
from surveyapp.services.tables import Table, read_table
from surveyapp.store.organisation import AuditEntry, Organisation, Unit
from surveyapp.store.people import Member, Membership

__all__ = ["COLUMNS", "RosterPlan", "apply", "plan", "read_roster", "report_text"]

# How the audit trail calls an import.
ACTION = "import roster"


def read_roster(content: bytes) -> Table:
    """Read an uploaded roster file.

    Raises
    ------
    Invalid
        When it is no table, or lacks a column without which there is no roster.
    """
    table = read_table(content, COLUMNS)
    if not table.has("unit") and not table.has("unit_code"):
        raise Invalid("columns", ", ".join(table.headings.values()), "also unit (a path) or unit_code")
    return table


def plan(
    session: Session,
    organisation_id: UUID,
    table: Table,
    today: date,
    *,
    complete: bool = False,
    to_apply: bool = False,
) -> RosterPlan:
    """Work out what an import would change.

    Parameters
    ----------
    session : Session
    organisation_id : UUID
    table : Table
        From `read_roster`.
    today : date
        The first day of changes for which the file names none.
    complete : bool
        Whether the file names everybody, so that people who are not in it have left.
    to_apply : bool
        Whether the plan is applied in the same transaction, which then keeps other imports waiting.

    Returns
    -------
    RosterPlan
        With every bad row; a plan with any cannot be applied.
    """
    # SQLite, which has no such lock, took the one for writing when the transaction began.
    organisation = session.get_one(Organisation, organisation_id, with_for_update=True if to_apply else None)
    units = session.scalars(select(Unit).where(Unit.organisation_id == organisation_id).order_by(Unit.code))
    forest = Forest.grow(units, organisation.name)
    people = read_people(table, languages.available())
    present = [person for person in people.persons if not person.has_left(today)]
    # Somebody who has left needs no unit any more, least of all a new one.
    rows = [*people.unit_rows, *(person.row for person in present)]
    places, misplaced = place_rows(forest, table, sorted(rows, key=lambda row: row.number))
    known = _known(session, organisation_id, today)
    draft = Draft(organisation_id, organisation.language, table, today, forest, known)
    for person in people.persons:
        draft.take(person, places.get(person.row.number))
    if complete:
        draft.let_go(set(known) - {person.code for person in people.persons})
    else:
        draft.refuse_shared_addresses(people)
    bad = sorted([*people.bad, *misplaced, *draft.bad], key=lambda each: each.row)
    return draft.finish(people, bad, complete=complete)


def _known(session: Session, organisation_id: UUID, today: date) -> dict[str, Known]:
    columns = (Member.id, Member.code, Member.name, Member.email, Member.language, Member.function, Member.service)
    members = session.execute(select(*columns).where(Member.organisation_id == organisation_id))
    by_id = {row[0]: Known(*row) for row in members}
    columns_held = (
        Membership.member_id,
        Membership.id,
        Membership.unit_id,
        Membership.starts_on,
        Membership.ends_on,
        Membership.is_lead,
    )
    held = select(*columns_held).where(Membership.organisation_id == organisation_id)
    for row in session.execute(held.order_by(Membership.starts_on, Membership.id)):
        each = Held(*row[1:])
        over = each.ends_on is not None and each.ends_on <= today
        (by_id[row[0]].former if over else by_id[row[0]].held).append(each)
    return {member.code: member for member in by_id.values()}


def apply(
    session: Session, organisation_id: UUID, plan: RosterPlan, now: datetime, *, account_id: UUID | None = None
) -> None:
    """Carry out a plan in one transaction: all of it or nothing.

    Waves that are open keep the roster with which they opened; the next wave takes the new one.

    Raises
    ------
    Conflict
        When the plan has bad rows, or the roster changed since it was made.
    """
    if not plan.ready:
        wrong = "{count} cells of the file are wrong; nothing was imported"
        raise Conflict(Said(wrong, count=len(plan.bad)))
    try:
        _write(session, organisation_id, plan.writes)
        note(session, organisation_id, account_id, ACTION, plan.summary, now)
        session.commit()
    except IntegrityError as error:
        session.rollback()
        message = "The roster changed while this was being imported; nothing was imported, please try again"
        raise Conflict(message) from error
    except BaseException:
        session.rollback()
        raise


def _write(session: Session, organisation_id: UUID, writes: Writes) -> None:
    for start in range(0, len(writes.delete_memberships), 500):
        some = writes.delete_memberships[start : start + 500]
        session.execute(
            delete(Membership).where(Membership.organisation_id == organisation_id, Membership.id.in_(some))
        )
    # Rows are added past the unit of work, which would look at each of many thousand.
    connection = session.connection()
    for model, added, changed in (
        (Unit, writes.add_units, writes.change_units),
        (Member, writes.add_members, writes.change_members),
        (Membership, writes.add_memberships, writes.end_memberships),
    ):
        if added:
            connection.execute(insert(model), [dict(row) for row in added])
        if changed:
            session.execute(update(model), [dict(row) for row in changed])


@dataclass(frozen=True, slots=True)
class PastImport:
    """What an import did, and when."""

    at: datetime
    summary: str


def last_import(session: Session, organisation_id: UUID) -> PastImport | None:
    """Return the latest import of the organisation, from its audit trail."""
    entry = session.execute(
        select(AuditEntry.at, AuditEntry.detail)
        .where(AuditEntry.organisation_id == organisation_id, AuditEntry.action == ACTION)
        .order_by(AuditEntry.at.desc())
        .limit(1)
    ).first()
    return PastImport(*entry) if entry else None
