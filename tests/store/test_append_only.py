"""What was told and which steps were taken cannot be rewritten, whatever a page or a worker does."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Delete, Update, delete, insert, update
from sqlalchemy.exc import DBAPIError

from surveyapp.services.log.events import Entry
from surveyapp.store.delegation import DelegationStep, StoredDelegation
from surveyapp.store.learning import CONFIDENTIAL, LearningEvent
from surveyapp.store.reporters import Message, ReportPromise
from tests.fixtures.accounts import add_account
from tests.fixtures.logged import log_event
from tests.fixtures.world import World

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WEEK = datetime(2026, 3, 2, tzinfo=UTC)

pytestmark = pytest.mark.postgres


def tell(world: World, mode: str = "named") -> UUID:
    """Log an event of Wednesday noon that happened at an unknown time."""
    entry = Entry(world.units["Cranes"].id, "error", "A hook slipped", NOON, noticed_at=NOON, mode=mode)
    return log_event(world.session, world.organisation_id, entry, NOON)


def refused(world: World, statement: Update | Delete) -> None:
    """See that the database does not do it."""
    with pytest.raises(DBAPIError, match="append-only"):
        world.session.execute(statement)
    world.session.rollback()


@pytest.fixture
def kept(harbour: World) -> World:
    """Give a harbour with a delegation's step, a promise and a turn of a talk."""
    owner = harbour.organisation_id
    account = add_account(harbour, "alice@example.org").account_id
    event, delegation = tell(harbour, CONFIDENTIAL), uuid4()
    given = {"organisation_id": owner, "unit_id": None, "owner_id": None, "second_id": None, "due_at": None}
    of_delegation = {"title": "Report", "state": "drafted", "draft": "", "steps": 1, "notify_at": None}
    step = {"number": 1, "by_id": account, "at": NOON, "kind": "Offered", "words": "{}", "once": uuid4()}
    rows: list[tuple[type, dict[str, object]]] = [
        (StoredDelegation, given | of_delegation | {"id": delegation, "delegator_id": account, "changed_at": NOON}),
        (DelegationStep, step | {"organisation_id": owner, "delegation_id": delegation}),
        (ReportPromise, {"organisation_id": owner, "version": 1, "language": "en", "words": "No.", "starts_at": NOON}),
        (
            Message,
            {
                "organisation_id": owner,
                "id": uuid4(),
                "event_id": event,
                "number": 1,
                "side": "steward",
                "words": "Thanks",
                "day": NOON.date(),
            },
        ),
    ]
    for table, values in rows:
        harbour.session.execute(insert(table).values(**values))
    harbour.session.commit()
    return harbour


def test_steps_promises_and_turns_stay_as_they_were_written(kept: World) -> None:
    """No update of any of them is done, and only a talk can be forgotten."""
    refused(kept, update(DelegationStep).values(words="{1}"))
    refused(kept, delete(DelegationStep))
    refused(kept, update(ReportPromise).values(words="Perhaps"))
    refused(kept, delete(ReportPromise))
    refused(kept, update(Message).values(words="Thank you"))
    refused(kept, delete(LearningEvent))
    kept.session.execute(delete(Message))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "idea"},
        {"severity": 1},
        {"voice_hours": 0.5},
        {"voice_hours": None},
        {"noticed_at": WEEK},
        {"what_happened": "Nothing"},
    ],
    ids=lambda changes: "-".join(str(each) for each in next(iter(changes.items()))),
)
def test_facts_of_an_event_stay(harbour: World, changes: dict[str, object]) -> None:
    """What was told is not told otherwise afterwards."""
    tell(harbour)
    refused(harbour, update(LearningEvent).values(**changes))


def test_an_event_may_become_known_and_coarser(harbour: World) -> None:
    """A time that was unknown is filled in, phases are added, and purging leaves the week and the published copy."""
    tell(harbour, CONFIDENTIAL)
    steps: list[dict[str, object]] = [
        {"occurred_at": WEEK},
        {"resolved_at": NOON, "withdrawn": True},
        {"shown_words": "Something slipped"},
        {"what_happened": "Something slipped", "told_at": WEEK, "told_precision": "week"}
        | {"noticed_at": WEEK, "noticed_precision": "week", "voice_hours": None},
    ]
    for changes in steps:
        harbour.session.execute(update(LearningEvent).values(**changes))
    harbour.session.commit()
