"""Steps beside the work: questions and answers, decisions, interventions, and the delegator's private notes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from surveyapp.errors import Invalid
from surveyapp.learning.delegation import (
    ACCEPTED,
    DELEGATOR,
    IN_REVIEW,
    INTERVENTIONS,
    OFFERED,
    OWNER,
    RUNNING,
    Decision,
    Delegation,
    Impulse,
    Intervention,
    Question,
)
from surveyapp.learning.step import Step, index_problem, past_problem, put, running
from surveyapp.learning.terms import TEXT_LENGTH, choice_problem, lines_problem, text_problem

AT_WORK = frozenset({RUNNING, IN_REVIEW})
ALIVE = frozenset({OFFERED, ACCEPTED, RUNNING, IN_REVIEW})


@dataclass(frozen=True, slots=True)
class Asked(Step):
    """The owner asks the delegator something and cannot go on without the answer."""

    states: ClassVar[frozenset[str]] = ALIVE
    words: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for the question."""
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Start to count the wait."""
        return delegation.changed(questions=(*delegation.questions, Question(now, self.words)))


@dataclass(frozen=True, slots=True)
class Answered(Step):
    """The delegator answers a question."""

    roles: ClassVar[frozenset[str]] = frozenset({DELEGATOR})
    states: ClassVar[frozenset[str]] = ALIVE
    question: int
    words: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a question that waits."""
        questions = delegation.questions
        yield from index_problem("question", self.question, questions)
        if 0 <= self.question < len(questions) and questions[self.question].answered_at:
            yield Invalid("question", self.question, "a question that waits for an answer")
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """End the wait."""
        answered = replace(delegation.questions[self.question], answered_at=now, answer=self.words)
        return delegation.changed(questions=put(delegation.questions, self.question, answered))


@dataclass(frozen=True, slots=True)
class Decided(Step):
    """The owner decides something and writes down between what, and why."""

    states: ClassVar[frozenset[str]] = AT_WORK
    question: str
    options: tuple[str, ...]
    choice: str
    reason: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for all of it."""
        for name in ("question", "choice", "reason"):
            yield from text_problem(name, getattr(self, name))
        yield from lines_problem("options", self.options)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Keep it."""
        cycle = running(delegation)
        decision = Decision(now, self.question, self.options, self.choice, self.reason)
        return delegation.with_cycle(cycle.changed(decisions=(*cycle.decisions, decision)))


@dataclass(frozen=True, slots=True)
class Intervened(Step):
    """The delegator stepped in; either of the two may say so, and neither is blamed for it."""

    roles: ClassVar[frozenset[str]] = frozenset({OWNER, DELEGATOR})
    states: ClassVar[frozenset[str]] = AT_WORK
    intervention: str
    happened_at: datetime
    requested: bool
    asked_first: bool
    words: str = ""

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask what it was, and when in this cycle."""
        yield from choice_problem("intervention", self.intervention, INTERVENTIONS)
        yield from past_problem("happened_at", self.happened_at, running(delegation).started_at, now)
        if len(self.words) > TEXT_LENGTH:
            yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Log it."""
        cycle = running(delegation)
        called = any(each.noticed_at <= self.happened_at for each in cycle.crossings)
        intervention = Intervention(
            self.intervention, self.happened_at, by, self.requested, self.asked_first, called, self.words
        )
        return delegation.with_cycle(cycle.changed(interventions=(*cycle.interventions, intervention)))


@dataclass(frozen=True, slots=True)
class ImpulseNoted(Step):
    """The delegator wanted to step in, and notes for nobody else whether it happened."""

    roles: ClassVar[frozenset[str]] = frozenset({DELEGATOR})
    states: ClassVar[frozenset[str]] = ALIVE
    gave_in: bool
    words: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a word on it."""
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Keep it."""
        return delegation.changed(impulses=(*delegation.impulses, Impulse(now, self.gave_in, self.words)))
