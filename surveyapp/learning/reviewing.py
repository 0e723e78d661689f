"""Steps after a delivery: a miss is met with support, put right by its owner, looked at together, and closed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from surveyapp.errors import Invalid, Said
from surveyapp.learning.delegation import (
    ACCEPTED,
    DELEGATOR,
    IN_REVIEW,
    OUTCOMES,
    OWNER,
    SECOND,
    Correction,
    Cycle,
    Delegation,
    Miss,
    Review,
)
from surveyapp.learning.step import Step, index_problem, put, running
from surveyapp.learning.terms import choice_problem, lines_problem, text_problem

FINDERS = ("owner", "delegator", "downstream", "customer", "monitoring")
# The way from a miss to its close: who is well, what is right, what was asked, what changes, what one will notice.
AFTER_A_MISS = ("how_are_you", "correction", "stakeholder", "review", "judgement")


def done_after_a_miss(cycle: Cycle) -> dict[str, bool]:
    """Return which parts of the way from a miss to its close have been gone, in their order."""
    gone = (cycle.asked_how_at, cycle.correction, cycle.stakeholder_question, cycle.review, cycle.judgement)
    return dict(zip(AFTER_A_MISS, map(bool, gone), strict=True))


def without_miss(delegation: Delegation) -> str:
    """Return why a step is out of place that only a missed bar asks for."""
    return "" if running(delegation).missed_at else "This delivery is within its bar"


class _AfterDelivery(Step):
    """A step while a delivery is looked at."""

    __slots__ = ()
    states: ClassVar[frozenset[str]] = frozenset({IN_REVIEW})


class _AfterMiss(_AfterDelivery):
    """A step that only a delivery outside its bar asks for."""

    __slots__ = ()

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Ask for a miss."""
        return without_miss(delegation)


@dataclass(frozen=True, slots=True)
class MissFound(_AfterDelivery):
    """Something was found wrong after it went out."""

    roles: ClassVar[frozenset[str]] = frozenset({OWNER, DELEGATOR})
    words: str
    found_by: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask what and by whom, as a role and never a name."""
        yield from text_problem("words", self.words)
        yield from choice_problem("found_by", self.found_by, FINDERS)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Count the delivery as outside the bar."""
        cycle = running(delegation)
        return delegation.with_cycle(cycle.changed(misses=(*cycle.misses, Miss(now, self.found_by, self.words))))


@dataclass(frozen=True, slots=True)
class HowAreYouAsked(_AfterMiss):
    """The delegator asked how the owner is, before anything about the work."""

    roles: ClassVar[frozenset[str]] = frozenset({DELEGATOR})

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note it."""
        return delegation.with_cycle(running(delegation).changed(asked_how_at=now))


@dataclass(frozen=True, slots=True)
class CorrectionSent(_AfterMiss):
    """The note that puts it right went out; by anybody but the owner it is a rescue."""

    roles: ClassVar[frozenset[str]] = frozenset({OWNER, DELEGATOR, SECOND})
    audience: str
    wrong: str
    right: str
    guard: str

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Take one note only."""
        return without_miss(delegation) or ("The correction has been sent" if running(delegation).correction else "")

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for the four parts of the note."""
        for name in ("audience", "wrong", "right", "guard"):
            yield from text_problem(name, getattr(self, name))

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Keep it with its author."""
        note = Correction(by, now, self.audience, self.wrong, self.right, self.guard)
        return delegation.with_cycle(running(delegation).changed(correction=note))


@dataclass(frozen=True, slots=True)
class StakeholderAsked(_AfterMiss):
    """What somebody who relies on the work asked, and what the owner answered."""

    question: str
    answer: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for both."""
        yield from text_problem("question", self.question)
        yield from text_problem("answer", self.answer)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note it."""
        cycle = running(delegation)
        changed = cycle.changed(stakeholder_question=self.question, stakeholder_answer=self.answer)
        return delegation.with_cycle(changed)


@dataclass(frozen=True, slots=True)
class Reviewed(_AfterDelivery):
    """Fifteen minutes on what happened and what changes; blame has no field."""

    roles: ClassVar[frozenset[str]] = frozenset({OWNER, DELEGATOR})
    minutes: int
    intended: str
    happened: str
    sense: str
    worked: str
    did_not: str
    changes: tuple[str, ...]
    no_change: bool

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Put the person and the record first."""
        cycle = running(delegation)
        if cycle.missed_at and not cycle.asked_how_at:
            return Said("First the delegator asks how the owner is")
        if cycle.missed_at and not cycle.correction:
            return Said("First the owner sends the correction")
        return ""

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for one change at least, or for none on purpose."""
        for name in ("intended", "happened", "sense", "worked", "did_not"):
            yield from text_problem(name, getattr(self, name))
        if not 1 <= self.minutes <= 240:
            yield Invalid("minutes", self.minutes, "1 to 240 minutes; fifteen are usual")
        if self.no_change and self.changes:
            yield Invalid(
                "changes", Said("{count} lines", count=len(self.changes)), 'no changes, or no tick at "nothing changes"'
            )
        elif not self.no_change:
            yield from lines_problem("changes", self.changes)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Keep it."""
        review = Review(
            now, self.minutes, self.intended, self.happened, self.sense, self.worked, self.did_not, self.changes
        )
        return delegation.with_cycle(running(delegation).changed(review=review))


@dataclass(frozen=True, slots=True)
class JudgementNoted(_AfterMiss):
    """The owner notes what he or she will notice next time."""

    words: str

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Look at it together first."""
        return without_miss(delegation) or ("" if running(delegation).review else MISSING["review"])

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for it."""
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note it."""
        return delegation.with_cycle(running(delegation).changed(judgement=self.words))


@dataclass(frozen=True, slots=True)
class DecisionWeighed(_AfterDelivery):
    """How a decision was made, and how it turned out: two things."""

    roles: ClassVar[frozenset[str]] = frozenset({OWNER, DELEGATOR})
    decision: int
    process_ok: bool
    outcome_ok: bool

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a decision that is there."""
        yield from index_problem("decision", self.decision, running(delegation).decisions)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note it."""
        cycle = running(delegation)
        weighed = replace(cycle.decisions[self.decision], process_ok=self.process_ok, outcome_ok=self.outcome_ok)
        return delegation.with_cycle(cycle.changed(decisions=put(cycle.decisions, self.decision, weighed)))


@dataclass(frozen=True, slots=True)
class CycleClosed(_AfterDelivery):
    """The cycle was worth it in one of two ways; the two say in which."""

    roles: ClassVar[frozenset[str]] = frozenset({OWNER, DELEGATOR})
    outcome: str
    words: str

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Go the whole way after a miss; otherwise the review is enough."""
        cycle = running(delegation)
        done = done_after_a_miss(cycle)
        needed = AFTER_A_MISS if cycle.missed_at else ("review",)
        missing = next((part for part in needed if not done[part]), "")
        return MISSING[missing] if missing else ""

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask which of the two it was, and in which way."""
        yield from choice_problem("outcome", self.outcome, OUTCOMES)
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Make room for the next cycle."""
        closed = running(delegation).changed(closed_at=now, outcome=self.outcome, outcome_words=self.words)
        return delegation.with_cycle(closed, state=ACCEPTED)


MISSING = {
    "how_are_you": "First the delegator asks how the owner is",
    "correction": "First the owner sends the correction",
    "stakeholder": "First comes what somebody who relies on the work asked",
    "review": "First comes the review",
    "judgement": "First the owner notes what to notice next time",
}
