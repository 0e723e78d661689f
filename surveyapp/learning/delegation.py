"""A delegation and its cycles, as everything that was said about it has left them."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Self
from uuid import UUID

from surveyapp.learning.terms import LIVE, PILOT, Bar, Terms

STATES = DRAFTED, OFFERED, ACCEPTED, RUNNING, IN_REVIEW, CLOSED, WITHDRAWN = (
    "drafted",
    "offered",
    "accepted",
    "running",
    "in_review",
    "closed",
    "withdrawn",
)
ROLES = DELEGATOR, OWNER, SECOND = ("delegator", "owner", "second")
# What a cycle can have been. There is no third.
OUTCOMES = TRUST_GREW, LEARNING_ACCELERATED = ("trust_grew", "learning_accelerated")
CHECKPOINTS = MID_CYCLE, FINAL_CHECK, EXTRA = ("mid_cycle", "final_check", "extra")
INTERVENTIONS = (
    "asked_question",
    "gave_answer",
    "corrected",
    "edited_directly",
    "took_over",
    "extra_check",
    "fixed_after_hours",
    "unblocked",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An agreed moment for questions. The owner says first what he or she sees; nobody edits anything."""

    kind: str
    planned_at: datetime
    questions: tuple[str, ...]
    diagnosis: str = ""
    held_at: datetime | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """That a trigger was crossed, and how long it took until somebody called."""

    trigger: str
    crossed_at: datetime
    noticed_at: datetime
    due: datetime
    escalated_at: datetime | None = None
    words: str = ""
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class WindowNote:
    """A note that a window is or will be missed, with a new time."""

    at: datetime
    due: datetime
    new_due: datetime
    words: str

    @property
    def in_time(self) -> bool:
        """Whether it came before the window was over."""
        return self.at <= self.due


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that was found wrong after the delivery."""

    at: datetime
    found_by: str
    words: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The note that puts a delivery right with those who relied on it."""

    by: UUID
    at: datetime
    audience: str
    wrong: str
    right: str
    guard: str


@dataclass(frozen=True, slots=True)
class Review:
    """What fifteen minutes together brought; no changes means that none is needed, said on purpose."""

    at: datetime
    minutes: int
    intended: str
    happened: str
    sense: str
    worked: str
    did_not: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Intervention:
    """That the delegator stepped in, told by either of the two."""

    kind: str
    at: datetime
    logged_by: UUID
    requested: bool
    asked_first: bool
    after_trigger: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the owner decided and why; how it was decided is judged apart from how it turned out."""

    at: datetime
    question: str
    options: tuple[str, ...]
    choice: str
    reason: str
    process_ok: bool | None = None
    outcome_ok: bool | None = None

    @property
    def quadrant(self) -> str:
        """Name the meeting of process and outcome, such as a lucky success."""
        if self.process_ok is None:
            return ""
        names = {(True, True): "earned", (True, False): "unlucky", (False, True): "lucky", (False, False): "lesson"}
        return names[self.process_ok, bool(self.outcome_ok)]


@dataclass(frozen=True, slots=True)
class Cycle:
    """One delivery, from its start to its close."""

    number: int
    mode: str
    level: int
    bar: Bar
    bar_version: int
    started_at: datetime
    due: datetime
    checkpoints: tuple[Checkpoint, ...]
    checklist_done_at: datetime | None = None
    confidence: int | None = None
    delivered_at: datetime | None = None
    value: float | None = None
    minimum_met: bool = False
    misses: tuple[Miss, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    window_notes: tuple[WindowNote, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    decisions: tuple[Decision, ...] = ()
    asked_how_at: datetime | None = None
    correction: Correction | None = None
    stakeholder_question: str = ""
    stakeholder_answer: str = ""
    review: Review | None = None
    judgement: str = ""
    closed_at: datetime | None = None
    outcome: str = ""
    outcome_words: str = ""

    @property
    def delivered_within(self) -> bool:
        """Whether the delivery itself was good enough."""
        return self.value is not None and self.bar.holds(self.value) and self.minimum_met

    @property
    def within_bar(self) -> bool:
        """Whether it was good enough and nothing was found wrong later."""
        return self.delivered_within and not self.misses

    @property
    def missed_at(self) -> datetime | None:
        """The moment at which it became known that the bar was missed."""
        if self.delivered_at is not None and not self.delivered_within:
            return self.delivered_at
        return self.misses[0].at if self.misses else None

    def correction_due(self, zone: tzinfo) -> datetime | None:
        """Return the end of the local day on which a miss became known."""
        if self.missed_at is None:
            return None
        day = self.missed_at.astimezone(zone).date()
        return datetime.combine(day + timedelta(days=1), time(0), zone)

    def changed(self, **changes: Any) -> Self:
        """Return the cycle with changes."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Question:
    """What the owner asked the delegator; the time until the answer is time that the work stood still."""

    at: datetime
    words: str
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class BarChange:
    """A bar that both agreed to change, with the one before it: the record that standards were held."""

    at: datetime
    before: Bar
    after: Bar
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """That a second person let the work be done for real, after a pilot under this bar."""

    by: UUID
    at: datetime
    cycle: int
    bar_version: int


@dataclass(frozen=True, slots=True)
class Impulse:
    """What the delegator noted for nobody else: an urge to step in, followed or not."""

    at: datetime
    gave_in: bool
    words: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """Work handed over by one person to another."""

    delegator: UUID
    owner: UUID | None = None
    second: UUID | None = None
    state: str = DRAFTED
    terms: Terms | None = None
    mindset: str = ""
    offered_at: datetime | None = None
    sent_back: str = ""
    paraphrase: str = ""
    accepted_at: datetime | None = None
    bar_version: int = 1
    proposed_bar: Bar | None = None
    proposed_reason: str = ""
    bar_changes: tuple[BarChange, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    releases: tuple[Release, ...] = ()
    questions: tuple[Question, ...] = ()
    impulses: tuple[Impulse, ...] = ()
    outcome: str = ""
    outcome_words: str = ""
    ended_at: datetime | None = None
    withdrawn_because: str = ""

    def role_of(self, person: UUID) -> str:
        """Return what somebody is in this delegation, or nothing for everybody else."""
        people: dict[UUID | None, str] = {self.second: SECOND, self.owner: OWNER, self.delegator: DELEGATOR}
        return people.get(person, "")

    @property
    def agreed(self) -> Terms:
        """The terms, once there are some."""
        if self.terms is None:
            message = "a draft has no terms yet"
            raise LookupError(message)
        return self.terms

    @property
    def cycle(self) -> Cycle | None:
        """The cycle at hand, or the last one."""
        return self.cycles[-1] if self.cycles else None

    @property
    def good_pilots(self) -> list[Cycle]:
        """The closed pilots that were within the bar as it is now."""
        return [
            each
            for each in self.cycles
            if each.mode == PILOT
            and each.closed_at is not None
            and each.within_bar
            and each.bar_version == self.bar_version
        ]

    @property
    def may_go_live(self) -> bool:
        """Whether the next cycle may be for real."""
        released = any(each.bar_version == self.bar_version for each in self.releases)
        return self.terms is not None and (not self.terms.task.guarded or released)

    def allows(self, mode: str) -> bool:
        """Tell whether the next cycle may run in a mode."""
        return mode != LIVE or self.may_go_live

    def changed(self, **changes: Any) -> Self:
        """Return the delegation with changes."""
        return replace(self, **changes)

    def with_cycle(self, cycle: Cycle, **changes: Any) -> Self:
        """Return the delegation with its last cycle replaced, and other changes."""
        return replace(self, cycles=(*self.cycles[:-1], cycle), **changes)


def seen_by(delegation: Delegation, role: str) -> Delegation:
    """Leave out what one of the people keeps to himself or herself, and what is between two of them.

    The owner's confidence is the owner's, the look in the mirror and the urges noted are the delegator's, and the
    second person reads what a release is decided on.
    """
    seen = delegation
    if role != DELEGATOR:
        seen = seen.changed(mindset="", impulses=())
    if role != OWNER:
        seen = seen.changed(cycles=tuple(each.changed(confidence=None) for each in seen.cycles))
    if role == SECOND:
        cycles = tuple(
            each.changed(interventions=(), decisions=(), judgement="", asked_how_at=None) for each in seen.cycles
        )
        seen = seen.changed(questions=(), cycles=cycles)
    return seen
