"""A delegation to try things on: alice hands the monthly report to bob, and grace is the second person."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from surveyapp.learning.delegation import LEARNING_ACCELERATED, TRUST_GREW, Cycle, Delegation
from surveyapp.learning.handing_over import Accepted, Offered, Released
from surveyapp.learning.history import Kept
from surveyapp.learning.reviewing import (
    CorrectionSent,
    CycleClosed,
    HowAreYouAsked,
    JudgementNoted,
    Reviewed,
    StakeholderAsked,
)
from surveyapp.learning.running import ChecklistDone, CycleStarted, Delivered
from surveyapp.learning.step import Step, take
from surveyapp.learning.terms import LIVE, PILOT, Bar, Done, Guardrails, Radius, Task, Terms, Trigger

ALICE, BOB, GRACE, MALLORY = (UUID(int=number) for number in range(1, 5))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)

TASK = Task("Monthly variance report", "report", 3, 3, wanted=True, has_time=True)
BAR = Bar(
    "The variance report is with finance, and they can decide on it",
    NOON + WEEK,
    "All cost centres, each with a cause",
    0,
    2,
    "% of the total",
    (Trigger("variance", above=True, limit=5, unit="%"), Trigger("sources missing", above=True, limit=1)),
)
RADIUS = Radius(
    LIVE,
    "One department",
    "The finance partner of the department",
    "Until Friday noon",
    "Send last month's report with a note",
    "Half a day of finance",
    friendly_first=True,
    share=20,
)
GUARDRAILS = Guardrails(
    "A friendly reader sees it first", "Half an hour on Monday, with the checklist", ("error_trend",)
)
DONE = Done(
    ("Finance has it",), ("Ledger of the month",), ("Every variance above 2 % has a cause",), ("The owner signs",)
)
TERMS = Terms(TASK, BAR, RADIUS, GUARDRAILS, DONE)
GUARDED = replace(TERMS, task=replace(TASK, irreversible=True), radius=replace(RADIUS, mode=PILOT))
OWN_WORDS = "Finance gets a report on which they can decide, a cause for each centre"


@dataclass
class Work:
    """A delegation under way, moved on by whoever takes a step."""

    delegation: Delegation = field(default_factory=lambda: Delegation(ALICE))
    now: datetime = NOON
    history: list[Kept] = field(default_factory=list)

    def take(self, step: Step, by: UUID = BOB, **later: float) -> "Work":
        """Take a step, after some time has passed."""
        self.now += timedelta(**later)
        self.delegation = take(self.delegation, step, by, self.now)
        self.history.append(Kept(step, by, self.now))
        return self

    @property
    def cycle(self) -> Cycle:
        """Return the last cycle."""
        return self.delegation.cycles[-1]

    def offer(self, terms: Terms = TERMS) -> "Work":
        """Hand over."""
        return self.take(offered(terms), ALICE)

    def accept(self, terms: Terms = TERMS) -> "Work":
        """Hand over and take."""
        return self.offer(terms).take(Accepted(OWN_WORDS))

    def start(self, mode: str = LIVE, **changes: Any) -> "Work":
        """Start a cycle of a week."""
        return self.take(started(self.now, mode, **changes))

    def deliver(self, value: float = 1, *, minimum_met: bool = True, confidence: int = 80) -> "Work":
        """Tick the checklist and ship."""
        self.take(ChecklistDone(self.delegation.agreed.done.checklist, confidence), hours=1)
        return self.take(Delivered(value, minimum_met), hours=1)

    def make_up(self) -> "Work":
        """Go the whole way after a miss, up to the review."""
        self.take(HowAreYouAsked(), ALICE).take(CORRECTION)
        return self.take(StakeholderAsked("Can we still trust the rest?", "Yes, it was checked twice"))

    def review(self) -> "Work":
        """Look at it together."""
        return self.take(REVIEW, ALICE)

    def close(self) -> "Work":
        """Close the cycle after whatever it needs."""
        if self.cycle.missed_at:
            self.make_up().review().take(JudgementNoted("I will notice when two sources differ"))
            return self.take(CycleClosed(LEARNING_ACCELERATED, "Two sources are compared now"))
        return self.review().take(CycleClosed(TRUST_GREW, "It went out without a second look"))

    def run(self, mode: str = LIVE, value: float = 1, **changes: Any) -> "Work":
        """Go through a whole cycle."""
        return self.start(mode, **changes).deliver(value).close()

    def release(self) -> "Work":
        """Let the second person release."""
        return self.take(Released(), GRACE)


def offered(terms: Terms = TERMS, **changes: Any) -> Offered:
    """Return the step that hands over to bob."""
    return replace(Offered(terms, BOB, GRACE, "If this goes wrong, I will first ask how bob is"), **changes)


def started(now: datetime, mode: str = LIVE, **changes: Any) -> CycleStarted:
    """Return the step that starts a cycle of a week."""
    start = CycleStarted(
        mode=mode,
        level=3,
        due=now + WEEK,
        mid_at=now + 3 * DAY,
        mid_questions=("What is different from last time?",),
        final_at=now + 6 * DAY,
        final_questions=("What would finance ask first?",),
    )
    return replace(start, **changes)


CORRECTION = CorrectionSent("Finance", "Two centres were swapped", "Here they are the right way round", "A sum check")
REVIEW = Reviewed(
    minutes=15,
    intended="A report without surprises",
    happened="Two centres were swapped",
    sense="The export sorts them by name",
    worked="The note went out within the hour",
    did_not="The spot check looked at totals only",
    changes=("Compare two sources",),
    no_change=False,
)
