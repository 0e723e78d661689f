"""Steps of a running cycle: start, checkpoints, checklist, triggers, a missed window, and the delivery."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from surveyapp.errors import Invalid, Said
from surveyapp.learning.delegation import (
    ACCEPTED,
    DELEGATOR,
    EXTRA,
    FINAL_CHECK,
    IN_REVIEW,
    MID_CYCLE,
    OWNER,
    RUNNING,
    Checkpoint,
    Crossing,
    Cycle,
    Delegation,
    WindowNote,
)
from surveyapp.learning.step import Step, index_problem, past_problem, put, running
from surveyapp.learning.terms import LEVELS, LIVE, MODES, choice_problem, lines_problem, text_problem

EITHER = frozenset({OWNER, DELEGATOR})


@dataclass(frozen=True, slots=True)
class CycleStarted(Step):
    """A cycle begins, with two checkpoints and no more: half-way and before it goes out."""

    roles: ClassVar[frozenset[str]] = EITHER
    states: ClassVar[frozenset[str]] = frozenset({ACCEPTED})
    mode: str
    level: int
    due: datetime
    mid_at: datetime
    mid_questions: tuple[str, ...]
    final_at: datetime
    final_questions: tuple[str, ...]

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Ask the owner about a proposed bar first."""
        return Said("The owner has to agree to the other bar or decline it first") if delegation.proposed_bar else ""

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Keep guarded work from going live, and the checkpoints inside the cycle."""
        yield from choice_problem("mode", self.mode, MODES)
        if self.mode == LIVE and not delegation.allows(LIVE):
            expected = (
                "a pilot, sandbox or simulation, until a pilot was within the bar and the second person released it"
            )
            yield Invalid("mode", LIVE, expected)
        if self.level not in LEVELS:
            yield Invalid("level", self.level, "a level from 1 to 5")
        if self.due <= now:
            yield Invalid("due", self.due.isoformat(), "a time that is still to come")
        if not now <= self.mid_at < self.due:
            yield Invalid("mid_at", self.mid_at.isoformat(), "a time between now and the delivery")
        if not self.mid_at < self.final_at <= self.due:
            yield Invalid(
                "final_at", self.final_at.isoformat(), "a time after the first checkpoint, up to the delivery"
            )
        yield from lines_problem("mid_questions", self.mid_questions)
        yield from lines_problem("final_questions", self.final_questions)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Run."""
        cycle = Cycle(
            number=len(delegation.cycles) + 1,
            mode=self.mode,
            level=self.level,
            bar=delegation.agreed.bar,
            bar_version=delegation.bar_version,
            started_at=now,
            due=self.due,
            checkpoints=(
                Checkpoint(MID_CYCLE, self.mid_at, self.mid_questions),
                Checkpoint(FINAL_CHECK, self.final_at, self.final_questions),
            ),
        )
        return delegation.changed(state=RUNNING, cycles=(*delegation.cycles, cycle))


@dataclass(frozen=True, slots=True)
class CheckpointAdded(Step):
    """One more checkpoint than agreed; it counts as hovering unless the owner asks for it."""

    roles: ClassVar[frozenset[str]] = EITHER
    planned_at: datetime
    questions: tuple[str, ...]

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a time to come and a question."""
        if self.planned_at < now:
            yield Invalid("planned_at", self.planned_at.isoformat(), "a time that is still to come")
        yield from lines_problem("questions", self.questions)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Plan it."""
        cycle, extra = running(delegation), Checkpoint(EXTRA, self.planned_at, self.questions)
        return delegation.with_cycle(cycle.changed(checkpoints=(*cycle.checkpoints, extra)))


@dataclass(frozen=True, slots=True)
class Diagnosed(Step):
    """The owner says what he or she sees, before the questions of a checkpoint are opened."""

    checkpoint: int
    words: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for words, at a checkpoint that is there."""
        yield from index_problem("checkpoint", self.checkpoint, running(delegation).checkpoints)
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note it."""
        return _at_checkpoint(delegation, self.checkpoint, diagnosis=self.words)


@dataclass(frozen=True, slots=True)
class CheckpointHeld(Step):
    """The two went through the questions; what came of it is the owner's to use."""

    roles: ClassVar[frozenset[str]] = EITHER
    checkpoint: int
    notes: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for the owner's own view before anything else."""
        checkpoints = running(delegation).checkpoints
        yield from index_problem("checkpoint", self.checkpoint, checkpoints)
        if 0 <= self.checkpoint < len(checkpoints):
            if checkpoints[self.checkpoint].held_at:
                yield Invalid("checkpoint", self.checkpoint, "a checkpoint that has not been held yet")
            if not checkpoints[self.checkpoint].diagnosis:
                yield Invalid("checkpoint", self.checkpoint, "what the owner sees, before the questions are opened")
        yield from text_problem("notes", self.notes)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note it."""
        return _at_checkpoint(delegation, self.checkpoint, held_at=now, notes=self.notes)


@dataclass(frozen=True, slots=True)
class ChecklistDone(Step):
    """The owner has ticked every line of the checklist, and says privately how sure he or she is."""

    ticked: tuple[str, ...]
    confidence: int

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for every line."""
        missing = [line for line in delegation.agreed.done.checklist if line not in self.ticked]
        if missing:
            yield Invalid("ticked", Said("without {line}", line=missing[0]), "every line of the checklist")
        if not 0 <= self.confidence <= 100:
            yield Invalid("confidence", self.confidence, "0 to 100 percent")

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Let it go out."""
        cycle = running(delegation)
        return delegation.with_cycle(cycle.changed(checklist_done_at=now, confidence=self.confidence))


@dataclass(frozen=True, slots=True)
class TriggerCrossed(Step):
    """A trigger was crossed; from the moment that this is noticed, the hour runs."""

    roles: ClassVar[frozenset[str]] = EITHER
    states: ClassVar[frozenset[str]] = frozenset({RUNNING, IN_REVIEW})
    trigger: str
    crossed_at: datetime

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for one of the agreed triggers, at a time in this cycle."""
        cycle = running(delegation)
        yield from choice_problem("trigger", self.trigger, tuple(map(str, cycle.bar.triggers)))
        yield from past_problem("crossed_at", self.crossed_at, cycle.started_at, now)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Start the clock."""
        cycle = running(delegation)
        due = now + timedelta(minutes=cycle.bar.escalate_within)
        crossing = Crossing(self.trigger, self.crossed_at, now, due)
        return delegation.with_cycle(cycle.changed(crossings=(*cycle.crossings, crossing)))


@dataclass(frozen=True, slots=True)
class Escalated(Step):
    """The owner calls the delegator, with what is known and what is possible."""

    states: ClassVar[frozenset[str]] = frozenset({RUNNING, IN_REVIEW})
    crossing: int
    words: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a crossing that nobody has been called for."""
        crossings = running(delegation).crossings
        yield from index_problem("crossing", self.crossing, crossings)
        if 0 <= self.crossing < len(crossings) and crossings[self.crossing].escalated_at:
            yield Invalid("crossing", self.crossing, "a crossing that has not been escalated yet")
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Stop the clock."""
        return _at_crossing(delegation, self.crossing, escalated_at=now, words=self.words)


@dataclass(frozen=True, slots=True)
class EscalationAnswered(Step):
    """The delegator answers: present, and without taking over."""

    roles: ClassVar[frozenset[str]] = frozenset({DELEGATOR})
    states: ClassVar[frozenset[str]] = frozenset({RUNNING, IN_REVIEW})
    crossing: int
    words: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for an escalation that waits."""
        crossings = running(delegation).crossings
        yield from index_problem("crossing", self.crossing, crossings)
        if 0 <= self.crossing < len(crossings):
            crossing = crossings[self.crossing]
            if crossing.escalated_at is None or crossing.answered_at:
                yield Invalid("crossing", self.crossing, "an escalation that waits for an answer")
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note it."""
        return _at_crossing(delegation, self.crossing, answered_at=now, answer=self.words)


@dataclass(frozen=True, slots=True)
class WindowMissed(Step):
    """The owner says that the window will not be met, and proposes a new time."""

    words: str
    new_due: datetime

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a time that is later and still to come."""
        yield from text_problem("words", self.words)
        if self.new_due <= max(now, running(delegation).due):
            yield Invalid("new_due", self.new_due.isoformat(), "a time after the one that is missed, and still to come")

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Move the window and keep the note."""
        cycle = running(delegation)
        note = WindowNote(now, cycle.due, self.new_due, self.words)
        return delegation.with_cycle(cycle.changed(due=self.new_due, window_notes=(*cycle.window_notes, note)))


@dataclass(frozen=True, slots=True)
class Delivered(Step):
    """The owner ships in his or her own name, and measures it against the bar."""

    value: float
    minimum_met: bool

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Ask for the checklist."""
        return "" if running(delegation).checklist_done_at else "The checklist has to be complete first"

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a number."""
        if not math.isfinite(self.value):
            yield Invalid("value", self.value, "a number")

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Look at it together."""
        cycle = running(delegation)
        delivered = cycle.changed(delivered_at=now, value=self.value, minimum_met=self.minimum_met)
        return delegation.with_cycle(delivered, state=IN_REVIEW)


def _at_checkpoint(delegation: Delegation, index: int, **changes: object) -> Delegation:
    cycle = running(delegation)
    changed = replace(cycle.checkpoints[index], **changes)  # type: ignore[arg-type]
    return delegation.with_cycle(cycle.changed(checkpoints=put(cycle.checkpoints, index, changed)))


def _at_crossing(delegation: Delegation, index: int, **changes: object) -> Delegation:
    cycle = running(delegation)
    changed = replace(cycle.crossings[index], **changes)  # type: ignore[arg-type]
    return delegation.with_cycle(cycle.changed(crossings=put(cycle.crossings, index, changed)))
