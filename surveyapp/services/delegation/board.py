"""The delegations that an account has a part in, to filter and to search; nobody else's are ever listed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import (
    ACCEPTED,
    CLOSED,
    DELEGATOR,
    DRAFTED,
    IN_REVIEW,
    OFFERED,
    OWNER,
    RUNNING,
    SECOND,
    STATES,
    WITHDRAWN,
)
from surveyapp.learning.terms import UNPRINTABLE
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.people import names_of
from surveyapp.store.delegation import StoredDelegation

PAGE_SIZE = 25
# Whose turn it is, as far as the state alone tells.
TURNS = {DRAFTED: DELEGATOR, OFFERED: OWNER, RUNNING: OWNER}
ENDED = (CLOSED, WITHDRAWN)
FILTERS = ("open", *STATES)


@dataclass(frozen=True, slots=True)
class Line:
    """A delegation in the list."""

    id: UUID
    title: str
    state: str
    role: str
    other_name: str
    due_at: datetime | None
    my_turn: bool


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the list, the latest change first, and how many there are of each part one can have."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int
    parts: dict[str, int]


def read_board(
    session: Session, viewer: Viewer, *, part: str = "", state: str = "", words: str = "", page: int = 1
) -> Board:
    """Return a page of the viewer's delegations; filters that do not exist filter nothing."""
    roles = _roles(viewer)
    wanted = [StoredDelegation.organisation_id == viewer.organisation_id, roles.get(part, or_(*roles.values()))]
    if state in STATES:
        wanted.append(StoredDelegation.state == state)
    elif state == "open":
        wanted.append(StoredDelegation.state.not_in(ENDED))
    if words := UNPRINTABLE.sub("", words):
        wanted.append(StoredDelegation.title.icontains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(StoredDelegation).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        select(StoredDelegation)
        .where(*wanted)
        .order_by(StoredDelegation.changed_at.desc(), StoredDelegation.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    names = names_of(
        session, viewer.organisation_id, {each for row in rows for each in (row.owner_id, row.delegator_id)}
    )
    return Board(
        tuple(_line(viewer, row, names) for row in rows),
        total,
        page,
        pages,
        {role: _count(session, viewer, where) for role, where in roles.items()},
    )


def _roles(viewer: Viewer) -> dict[str, ColumnElement[bool]]:
    # A draft that came back or was put away belongs to the delegator and, once it was offered, to the others as well.
    me = viewer.account_id
    return {
        OWNER: StoredDelegation.owner_id == me,
        DELEGATOR: StoredDelegation.delegator_id == me,
        SECOND: StoredDelegation.second_id == me,
    }


def _count(session: Session, viewer: Viewer, where: ColumnElement[bool]) -> int:
    mine = and_(StoredDelegation.organisation_id == viewer.organisation_id, where)
    return session.scalar(select(func.count()).select_from(StoredDelegation).where(mine)) or 0


def _line(viewer: Viewer, row: StoredDelegation, names: dict[UUID, str]) -> Line:
    me = viewer.account_id
    role = DELEGATOR if row.delegator_id == me else OWNER if row.owner_id == me else SECOND
    other = row.owner_id if role == DELEGATOR else row.delegator_id
    turn = TURNS.get(row.state)
    my_turn = role in {OWNER, DELEGATOR} if row.state in {ACCEPTED, IN_REVIEW} else turn == role
    return Line(row.id, row.title, row.state, role, names.get(other, "") if other else "", row.due_at, my_turn)
