"""Alice manages the cranes, bob owns work there, and grace is the second person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from surveyapp.learning.delegation import Delegation
from surveyapp.learning.handing_over import Accepted
from surveyapp.learning.step import Step
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.drafting import offer, start_draft
from surveyapp.services.delegation.keeping import as_it_is, find, move
from surveyapp.services.delegation.reading import Reading, read_delegation
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.world import World
from tests.learning.sample import OWN_WORDS, started
from tests.learning.typed import TYPED


@dataclass
class Handover:
    """A delegation in real databases, moved on by its people."""

    world: World
    people: dict[str, Viewer]
    id: UUID
    now: datetime = NOON

    def offer(self) -> "Handover":
        """Hand over."""
        offer(self.world.session, self.people["alice"], self.id, uuid4(), self.now)
        return self

    def take(self, step: Step, name: str = "bob", **later: float) -> "Handover":
        """Take a step, after some time has passed."""
        self.now += timedelta(**later)
        move(self.world.session, self.people[name], self.id, step, uuid4(), self.now)
        return self

    def start(self, mode: str = "live") -> "Handover":
        """Hand over, take, and start a cycle."""
        return self.offer().take(Accepted(OWN_WORDS)).take(started(self.now, mode))

    def read(self, name: str) -> Reading:
        """Read it as one of its people."""
        return read_delegation(self.world.session, self.people[name], self.id, self.now)

    @property
    def delegation(self) -> Delegation:
        """Return it as its steps left it."""
        self.world.session.commit()
        return as_it_is(self.world.session, find(self.world.session, self.people["alice"], self.id))


@pytest.fixture
def people(harbour: World) -> dict[str, Viewer]:
    """Give the accounts of everybody whom these tests name."""
    return {
        "alice": add_account(harbour, "alice", manager="Cranes"),
        "bob": add_account(harbour, "bob", member="Cranes"),
        "charlie": add_account(harbour, "charlie", member="Gates"),
        "dana": add_account(harbour, "dana", coach="Operations"),
        "grace": add_account(harbour, "grace", admin="Harbour"),
    }


@pytest.fixture
def draft(harbour: World, people: dict[str, Viewer]) -> Callable[..., Handover]:
    """Give a function that starts a draft of alice's, with bob as its owner and grace as the second person."""

    def make(**typed: str) -> Handover:
        who = {"owner": str(people["bob"].account_id), "second": str(people["grace"].account_id)}
        words = {**TYPED, **who, "mindset": "I will first ask how bob is", **typed}
        return Handover(harbour, people, start_draft(harbour.session, people["alice"], words, NOON))

    return make
