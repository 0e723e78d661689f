"""Setting a delegation up: a draft keeps what was typed, right or wrong, until everything stands and it is offered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Forbidden, Invalid, Said
from surveyapp.learning.delegation import DRAFTED
from surveyapp.learning.handing_over import Offered, Withdrawn
from surveyapp.learning.reading import PARTS, read_part, read_terms
from surveyapp.learning.terms import TITLE_LENGTH, UNPRINTABLE, Terms
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.keeping import as_it_is, find, keep, move, was_taken
from surveyapp.services.delegation.people import may_delegate, owners_for, seconds_for
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.store.delegation import StoredDelegation

# More than any field takes, so that what is too long comes back to be shortened.
KEPT_LENGTH = 4000
# The pages of the set-up, in their order; the last one has the look in the mirror.
PAGES = (*PARTS, "brief")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far, and what is still missing on each page of the set-up."""

    id: UUID
    title: str
    typed: Mapping[str, str]
    problems: Mapping[str, tuple[Invalid, ...]]
    terms: Terms
    sent_back: str

    @property
    def ready(self) -> bool:
        """Whether it can be offered."""
        return not any(self.problems.values())


def start_draft(session: Session, viewer: Viewer, typed: Mapping[str, str], now: datetime) -> UUID:
    """Begin a draft with what was typed on the first page; returns its id.

    Raises
    ------
    Forbidden
        When the account looks after nobody.
    """
    if not may_delegate(viewer):
        message = "This needs the role manager or admin"
        raise Forbidden(message)
    row = StoredDelegation(
        organisation_id=viewer.organisation_id,
        id=uuid4(),
        unit_id=None,
        delegator_id=viewer.account_id,
        owner_id=None,
        second_id=None,
        title="",
        state=DRAFTED,
        due_at=None,
        draft="{}",
        steps=0,
        notify_at=None,
        changed_at=now,
    )
    session.add(row)
    _keep_typed(row, typed, now)
    session.commit()
    return row.id


def save_draft(session: Session, viewer: Viewer, draft_id: UUID, typed: Mapping[str, str], now: datetime) -> None:
    """Keep what was typed on one page, whatever it is."""
    _keep_typed(_draft_row(session, viewer, draft_id, locked=True), typed, now)
    session.commit()


def read_draft(session: Session, viewer: Viewer, draft_id: UUID, now: datetime) -> Draft:
    """Return a draft with what is missing on each page."""
    row = _draft_row(session, viewer, draft_id)
    typed: dict[str, str] = json.loads(row.draft)
    zone = ZoneInfo(organisation_zone(session, viewer.organisation_id))
    terms, all_problems = read_terms(typed, zone, now)
    problems = {name: tuple(read_part(name, typed, zone, now)[1]) for name in PARTS}
    # What only shows in the combination of two pages is said on the page of the field.
    seen = {wrong.field for found in problems.values() for wrong in found}
    problems["radius"] += tuple(wrong for wrong in all_problems if wrong.field not in seen)
    problems["task"] += tuple(_people_problems(session, viewer, typed, terms))
    blank = Invalid("mindset", "", "a sentence for yourself")
    problems["brief"] = () if typed.get("mindset", "").strip() else (blank,)
    return Draft(row.id, row.title, typed, problems, terms, as_it_is(session, row).sent_back)


def offer(session: Session, viewer: Viewer, draft_id: UUID, once: UUID, now: datetime) -> None:
    """Hand over what has been set up.

    Raises
    ------
    Invalid
        Naming the first thing that is missing; the draft stays as it is.
    """
    row = find(session, viewer, draft_id, locked=True)
    if was_taken(session, row, once):
        return
    draft = read_draft(session, viewer, draft_id, now)
    for wrong in (each for page in PAGES for each in draft.problems[page]):
        raise wrong
    owner = next(each for each in owners_for(session, viewer) if str(each.account_id) == draft.typed["owner"])
    second = draft.typed.get("second")
    row.unit_id = owner.unit_id
    step = Offered(draft.terms, owner.account_id, UUID(second) if second else None, draft.typed["mindset"].strip())
    keep(session, row, viewer.account_id, step, once, now)
    session.commit()


def discard(session: Session, viewer: Viewer, draft_id: UUID, now: datetime) -> None:
    """Put a draft away."""
    _draft_row(session, viewer, draft_id)
    move(session, viewer, draft_id, Withdrawn("The draft was discarded"), uuid4(), now)


def _draft_row(session: Session, viewer: Viewer, draft_id: UUID, *, locked: bool = False) -> StoredDelegation:
    row = find(session, viewer, draft_id, locked=locked)
    if row.state != DRAFTED:
        message = "This has been handed over, so its terms stand"
        raise Conflict(message)
    if row.delegator_id != viewer.account_id:
        message = "The draft is for whoever hands over"
        raise Forbidden(message)
    return row


def _keep_typed(row: StoredDelegation, typed: Mapping[str, str], now: datetime) -> None:
    kept = {name: UNPRINTABLE.sub("", text)[:KEPT_LENGTH] for name, text in typed.items()}
    row.draft = json.dumps(json.loads(row.draft) | kept, ensure_ascii=False)
    row.title = json.loads(row.draft).get("title", "").strip()[:TITLE_LENGTH]
    row.changed_at = now


def _people_problems(session: Session, viewer: Viewer, typed: Mapping[str, str], terms: Terms) -> list[Invalid]:
    owner, second = typed.get("owner", ""), typed.get("second", "")
    problems = []
    if owner not in {str(each.account_id) for each in owners_for(session, viewer)}:
        problems.append(Invalid("owner", owner, "somebody of your units with an account"))
    if second and second not in {str(each.account_id) for each in seconds_for(session, viewer)}:
        problems.append(Invalid("second", second, "somebody with an account who looks after a unit"))
    elif second and second == owner:
        problems.append(Invalid("second", Said("the owner"), "a person who is neither owner nor delegator"))
    elif not second and terms.task.guarded:
        problems.append(Invalid("second", "", "a second person, who releases the work after a good pilot"))
    return problems
