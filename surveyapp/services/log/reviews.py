"""After-action reviews: a quarter of an hour that a team holds by itself, with the data on the table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, NotFound, Said
from surveyapp.services.log.events import TEXT_LENGTH, check_words
from surveyapp.services.log.reading import find_event
from surveyapp.store.organisation import Unit
from surveyapp.store.reviews import Review, ReviewAction

LENGTH = timedelta(minutes=15)
PAGE_SIZE = 25
OWNER_LENGTH = 200
LONGEST, MOST_PEOPLE = 240, 500
ANSWERS = ("intended", "happened", "made_sense", "worked", "did_not_work")
NO_REVIEW = Said("There is no such review")
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewAction:
    """A change as a review decides on it; its owner is a role and no name."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """What a review found; ``no_change`` says explicitly that nothing will be changed."""

    intended: str
    happened: str
    made_sense: str
    worked: str
    did_not_work: str
    minutes: int
    people: int
    actions: tuple[NewAction, ...]
    no_change: bool


@dataclass(frozen=True, slots=True)
class Action:
    """A change and how far it has come."""

    id: UUID
    review_id: UUID
    unit_id: UUID
    unit_name: str
    what: str
    owner: str
    due_on: date
    done_on: date | None
    verified_on: date | None
    check_on: date | None
    recurred: bool | None


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review with its changes."""

    id: UUID
    unit_id: UUID
    unit_name: str
    event_id: UUID | None
    planned_at: datetime
    held_at: datetime | None
    minutes: int | None
    people: int | None
    intended: str
    happened: str
    made_sense: str
    worked: str
    did_not_work: str
    no_change: bool
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class ReviewList:
    """One page of the reviews of some units: those to be held first."""

    reviews: tuple[ReviewCard, ...]
    total: int
    page: int
    pages: int


def plan_review(
    session: Session, organisation_id: UUID, unit_id: UUID, event_id: UUID | None, planned_at: datetime, now: datetime
) -> UUID:
    """Plan a review, with the data of an event if there is one, and return its id.

    Raises
    ------
    Invalid
        When the moment is long past or far away, or the event is another unit's.
    NotFound
        When there is no such event in the log.
    """
    if not now - FURTHEST <= planned_at <= now + FURTHEST:
        raise Invalid("planned_at", planned_at.isoformat(), "a moment within a year")
    happened = ""
    if event_id is not None:
        event = find_event(session, organisation_id, event_id, now)
        if event.unit_id != unit_id:
            raise Invalid("event", str(event_id), "an event of the same team")
        happened = event.what_happened
    review = Review(
        organisation_id=organisation_id,
        id=uuid4(),
        unit_id=unit_id,
        event_id=event_id,
        planned_at=planned_at,
        held_at=None,
        minutes=None,
        people=None,
        intended="",
        happened=happened,
        made_sense="",
        worked="",
        did_not_work="",
        no_change=False,
    )
    session.add(review)
    session.commit()
    return review.id


def hold_review(session: Session, organisation_id: UUID, review_id: UUID, held: Held, now: datetime) -> None:
    """Keep what a review found.

    Raises
    ------
    Invalid
        When it changes nothing without saying so, or an answer is missing.
    Conflict
        When it was held already.
    """
    review = _get(session, organisation_id, review_id)
    if review.held_at is not None:
        message = "This review was held already"
        raise Conflict(message)
    _check(held, now)
    for name in ANSWERS:
        setattr(review, name, getattr(held, name).strip())
    review.held_at, review.minutes, review.people = now, held.minutes, held.people
    review.no_change = held.no_change
    for action in held.actions:
        session.add(
            ReviewAction(
                organisation_id=organisation_id,
                id=uuid4(),
                review_id=review_id,
                what=action.what.strip(),
                owner=action.owner.strip(),
                due_on=action.due_on,
                done_on=None,
                verified_on=None,
                check_on=None,
                recurred=None,
            )
        )
    session.commit()


def _check(held: Held, now: datetime) -> None:
    for name in ANSWERS:
        check_words(name, getattr(held, name), TEXT_LENGTH)
    if not held.happened.strip():
        raise Invalid("happened", "", "a sentence on what happened")
    if not 0 < held.minutes <= LONGEST:
        raise Invalid("minutes", held.minutes, f"a whole number from 1 to {LONGEST}")
    if not 0 < held.people <= MOST_PEOPLE:
        raise Invalid("people", held.people, f"a whole number from 1 to {MOST_PEOPLE}")
    if held.no_change == bool(held.actions):
        raise Invalid("no_change", held.no_change, "one change or more, or else the tick that nothing changes")
    for action in held.actions:
        _check_action(action, now)


def _check_action(action: NewAction, now: datetime) -> None:
    check_words("what", action.what, TEXT_LENGTH)
    check_words("owner", action.owner, OWNER_LENGTH)
    if not action.what.strip() or not action.owner.strip():
        raise Invalid("owner" if action.what.strip() else "what", "", "what changes, and which role sees to it")
    if not now.date() - FURTHEST <= action.due_on <= now.date() + FURTHEST:
        raise Invalid("due_on", action.due_on.isoformat(), "a day within a year")


def find_review(session: Session, organisation_id: UUID, review_id: UUID) -> ReviewCard:
    """Return one review; raises NotFound when there is none."""
    return _cards(session, organisation_id, [_get(session, organisation_id, review_id)])[0]


def list_reviews(
    session: Session, organisation_id: UUID, units: Collection[UUID], *, state: str = "", page: int = 1
) -> ReviewList:
    """Return a page of the reviews of some units, those that are still to be held first."""
    wanted: list[ColumnElement[bool]] = [Review.organisation_id == organisation_id, Review.unit_id.in_(units)]
    if state in {"planned", "held"}:
        wanted.append(Review.held_at.is_(None) if state == "planned" else Review.held_at.is_not(None))
    total = session.scalar(select(func.count()).select_from(Review).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        select(Review)
        .where(*wanted)
        .order_by(Review.held_at.is_not(None), Review.planned_at.desc(), Review.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return ReviewList(tuple(_cards(session, organisation_id, rows)), total, page, pages)


def actions_of(session: Session, organisation_id: UUID, units: Collection[UUID], since: date) -> list[Action]:
    """Return the changes of some units that are open, or were done since a day; the latest done first."""
    rows = session.execute(
        select(ReviewAction, Review.unit_id, Unit.name)
        .join(
            Review,
            (Review.organisation_id == ReviewAction.organisation_id) & (Review.id == ReviewAction.review_id),
        )
        .join(Unit, (Unit.organisation_id == Review.organisation_id) & (Unit.id == Review.unit_id))
        .where(
            ReviewAction.organisation_id == organisation_id,
            Review.unit_id.in_(units),
            or_(ReviewAction.done_on.is_(None), ReviewAction.done_on >= since),
        )
        .order_by(ReviewAction.done_on.desc(), ReviewAction.due_on, ReviewAction.id)
    )
    return [_action(action, unit_id, name) for action, unit_id, name in rows]


def do_action(session: Session, organisation_id: UUID, action_id: UUID, today: date) -> None:
    """Say that a change is made."""
    action = _get_action(session, organisation_id, action_id)
    action.done_on = action.done_on or today
    session.commit()


def verify_action(
    session: Session, organisation_id: UUID, action_id: UUID, today: date, check_on: date | None = None
) -> None:
    """Say that a change was seen to work, and when to look whether it happened again; raises Conflict when not done."""
    action = _get_action(session, organisation_id, action_id)
    if action.done_on is None:
        message = "What is not done yet cannot be verified"
        raise Conflict(message)
    action.verified_on, action.check_on = action.verified_on or today, check_on or today + timedelta(days=90)
    session.commit()


def note_recurrence(session: Session, organisation_id: UUID, action_id: UUID, *, recurred: bool) -> None:
    """Say whether it happened again after the change; raises Conflict when the change was not verified."""
    action = _get_action(session, organisation_id, action_id)
    if action.verified_on is None:
        message = "Look whether the change works first"
        raise Conflict(message)
    action.recurred = recurred
    session.commit()


def unit_of_action(session: Session, organisation_id: UUID, action_id: UUID) -> UUID:
    """Return the unit whose change it is; raises NotFound when there is none."""
    return _get(session, organisation_id, _get_action(session, organisation_id, action_id).review_id).unit_id


def _get(session: Session, organisation_id: UUID, review_id: UUID) -> Review:
    review = session.get(Review, (organisation_id, review_id))
    if review is None:
        raise NotFound(NO_REVIEW)
    return review


def _get_action(session: Session, organisation_id: UUID, action_id: UUID) -> ReviewAction:
    action = session.get(ReviewAction, (organisation_id, action_id))
    if action is None:
        message = "There is no such change"
        raise NotFound(message)
    return action


def _cards(session: Session, organisation_id: UUID, reviews: Sequence[Review]) -> list[ReviewCard]:
    names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.organisation_id == organisation_id)).all())
    actions: dict[UUID, list[ReviewAction]] = {review.id: [] for review in reviews}
    for action in session.scalars(
        select(ReviewAction)
        .where(ReviewAction.organisation_id == organisation_id, ReviewAction.review_id.in_(actions))
        .order_by(ReviewAction.due_on, ReviewAction.id)
    ):
        actions[action.review_id].append(action)
    return [
        ReviewCard(
            id=review.id,
            unit_id=review.unit_id,
            unit_name=names[review.unit_id],
            event_id=review.event_id,
            planned_at=review.planned_at,
            held_at=review.held_at,
            minutes=review.minutes,
            people=review.people,
            intended=review.intended,
            happened=review.happened,
            made_sense=review.made_sense,
            worked=review.worked,
            did_not_work=review.did_not_work,
            no_change=review.no_change,
            actions=tuple(_action(each, review.unit_id, names[review.unit_id]) for each in actions[review.id]),
        )
        for review in reviews
    ]


def _action(action: ReviewAction, unit_id: UUID, unit_name: str) -> Action:
    return Action(
        id=action.id,
        review_id=action.review_id,
        unit_id=unit_id,
        unit_name=unit_name,
        what=action.what,
        owner=action.owner,
        due_on=action.due_on,
        done_on=action.done_on,
        verified_on=action.verified_on,
        check_on=action.check_on,
        recurred=action.recurred,
    )
