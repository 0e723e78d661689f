"""A running cycle: two checkpoints, the checklist, triggers with a clock, a missed window, the delivery."""

from datetime import datetime
from typing import Any

import pytest

from surveyapp.errors import Conflict, Forbidden, Invalid
from surveyapp.learning.delegation import DELEGATOR, EXTRA, FINAL_CHECK, IN_REVIEW, MID_CYCLE, RUNNING
from surveyapp.learning.history import STEPS
from surveyapp.learning.running import (
    ChecklistDone,
    CheckpointAdded,
    CheckpointHeld,
    CycleStarted,
    Delivered,
    Diagnosed,
    Escalated,
    EscalationAnswered,
    TriggerCrossed,
    WindowMissed,
)
from surveyapp.learning.step import Step
from tests.learning.sample import ALICE, BOB, DAY, GRACE, HOUR, NOON, WEEK, Work, started

VARIANCE = "variance > 5 %"


@pytest.fixture
def work() -> Work:
    """Give a cycle that has just started."""
    return Work().accept().start()


def test_a_cycle_has_two_checkpoints(work: Work) -> None:
    """Half-way and before it goes out, with questions."""
    assert [each.kind for each in work.cycle.checkpoints] == [MID_CYCLE, FINAL_CHECK]
    assert all(each.questions for each in work.cycle.checkpoints)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mode": "hurried"}, "mode"),
        ({"level": 0}, "level"),
        ({"due": NOON - HOUR}, "due"),
        ({"mid_at": NOON - HOUR}, "mid_at"),
        ({"mid_at": NOON + WEEK}, "mid_at"),
        ({"final_at": NOON + 2 * DAY}, "final_at"),
        ({"final_at": NOON + 8 * DAY}, "final_at"),
        ({"mid_questions": ()}, "mid_questions"),
        ({"final_questions": (" ",)}, "final_questions"),
    ],
)
def test_a_cycle_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    """The field is named."""
    with pytest.raises(Invalid) as wrong:
        Work().accept().start(**changes)
    assert wrong.value.field == field


def test_one_cycle_runs_at_a_time(work: Work) -> None:
    """The next one begins after the review of this one."""
    with pytest.raises(Conflict, match="running"):
        work.start()


def test_a_further_checkpoint_is_marked_as_one_too_many(work: Work) -> None:
    """It is possible, and it counts."""
    work.take(CheckpointAdded(work.now + DAY, ("How is it going?",)), ALICE)
    assert work.cycle.checkpoints[-1].kind == EXTRA
    with pytest.raises(Invalid):
        work.take(CheckpointAdded(work.now - DAY, ("How was it?",)), ALICE)


def test_the_owner_looks_first(work: Work) -> None:
    """The questions of a checkpoint come after the owner's own view."""
    with pytest.raises(Invalid, match="before the questions"):
        work.take(CheckpointHeld(0, "All fine"), ALICE)
    with pytest.raises(Forbidden):
        work.take(Diagnosed(0, "Looks fine to me"), ALICE)
    work.take(Diagnosed(0, "Two sources differ")).take(CheckpointHeld(0, "Bob compares them"), ALICE)
    assert (work.cycle.checkpoints[0].diagnosis, work.cycle.checkpoints[0].held_at) == ("Two sources differ", work.now)
    with pytest.raises(Invalid, match="not been held"):
        work.take(CheckpointHeld(0, "Once more"))


@pytest.mark.parametrize(
    "step", [Diagnosed(2, "x"), CheckpointHeld(-1, "x"), Escalated(0, "x"), EscalationAnswered(0, "x")]
)
def test_what_is_not_there_is_named(work: Work, step: Step) -> None:
    """A checkpoint or crossing of another number."""
    with pytest.raises(Invalid):
        work.take(step, ALICE if isinstance(step, EscalationAnswered) else BOB)


def test_nothing_in_a_cycle_can_be_edited_by_the_delegator() -> None:
    """There is no step for it: the delegator asks, answers and logs, and has nothing that changes the work."""
    at_work = {name for name, kind in STEPS.items() if RUNNING in kind.states and DELEGATOR in kind.roles}
    assert at_work == {
        "withdrawn",
        "checkpoint_added",
        "checkpoint_held",
        "trigger_crossed",
        "escalation_answered",
        "answered",
        "intervened",
        "impulse_noted",
    }
    work = Work().accept().start()
    for step in (ChecklistDone((), 50), Delivered(1, minimum_met=True), WindowMissed("Later", NOON + 2 * WEEK)):
        with pytest.raises(Forbidden):
            work.take(step, ALICE)


def test_nothing_goes_out_before_the_checklist(work: Work) -> None:
    """Every line has to be ticked, and the owner says how sure he is."""
    with pytest.raises(Conflict, match="checklist"):
        work.take(Delivered(1, minimum_met=True))
    lines = work.delegation.agreed.done.checklist
    with pytest.raises(Invalid, match=lines[-1]):
        work.take(ChecklistDone(lines[:-1], 80))
    with pytest.raises(Invalid, match="percent"):
        work.take(ChecklistDone(lines, 101))
    work.take(ChecklistDone(lines, 80)).take(Delivered(1, minimum_met=True))
    assert work.delegation.state == IN_REVIEW


@pytest.mark.parametrize(
    ("value", "minimum_met", "within"), [(0, True, True), (2, True, True), (2.1, True, False), (1, False, False)]
)
def test_a_delivery_is_held_against_the_bar(work: Work, value: float, *, minimum_met: bool, within: bool) -> None:
    """The ends of the range belong to it, and less than the minimum is outside whatever the number says."""
    work.deliver(value, minimum_met=minimum_met)
    assert work.cycle.within_bar is within
    assert (work.cycle.missed_at is None) is within


def test_a_delivery_is_a_number(work: Work) -> None:
    """What cannot be compared is refused."""
    work.take(ChecklistDone(work.delegation.agreed.done.checklist, 80))
    with pytest.raises(Invalid):
        work.take(Delivered(float("nan"), minimum_met=True))


def test_a_crossed_trigger_starts_a_clock_of_an_hour(work: Work) -> None:
    """It runs from when it was noticed, and only the owner's call ends it."""
    crossed = work.now
    work.take(TriggerCrossed(VARIANCE, crossed), ALICE, hours=5)
    crossing = work.cycle.crossings[0]
    assert (crossing.crossed_at, crossing.noticed_at, crossing.due) == (crossed, work.now, work.now + HOUR)
    with pytest.raises(Forbidden):
        work.take(Escalated(0, "I called bob"), ALICE)
    work.take(Escalated(0, "7 %, two options"), minutes=50)
    assert work.cycle.crossings[0].escalated_at == work.now
    with pytest.raises(Invalid, match="not been escalated"):
        work.take(Escalated(0, "Again"))


def test_an_escalation_is_answered_by_the_delegator(work: Work) -> None:
    """Once, and after it was made."""
    work.take(TriggerCrossed(VARIANCE, work.now))
    answer = EscalationAnswered(0, "Which of the two do you prefer?")
    with pytest.raises(Invalid, match="waits"):
        work.take(answer, ALICE)
    work.take(Escalated(0, "7 %")).take(answer, ALICE)
    assert work.cycle.crossings[0].answer == answer.words
    with pytest.raises(Invalid, match="waits"):
        work.take(answer, ALICE)


@pytest.mark.parametrize(
    ("trigger", "at", "field"),
    [("rain > 5", NOON, "trigger"), (VARIANCE, NOON + DAY, "crossed_at"), (VARIANCE, NOON - DAY, "crossed_at")],
)
def test_a_crossing_is_of_this_cycle(work: Work, trigger: str, at: datetime, field: str) -> None:
    """One of the agreed triggers, between its start and now."""
    with pytest.raises(Invalid) as wrong:
        work.take(TriggerCrossed(trigger, at), hours=1)
    assert wrong.value.field == field


@pytest.mark.parametrize(("days", "in_time"), [(5, True), (8, False)])
def test_a_missed_window_takes_a_note_and_a_new_time(work: Work, days: int, *, in_time: bool) -> None:
    """Whether it came before the window ended is kept."""
    old = work.cycle.due
    work.take(WindowMissed("The ledger closes later", old + 3 * DAY), days=days)
    note = work.cycle.window_notes[0]
    assert (note.due, note.new_due, note.in_time, work.cycle.due) == (old, old + 3 * DAY, in_time, old + 3 * DAY)
    with pytest.raises(Invalid):
        work.take(WindowMissed("Earlier after all", old))


def test_the_second_person_has_no_part_in_a_cycle(work: Work) -> None:
    """Releasing is all."""
    with pytest.raises(Forbidden):
        work.take(TriggerCrossed(VARIANCE, work.now), GRACE)
    with pytest.raises(Conflict):
        Work().take(started(NOON), ALICE)
    assert CycleStarted.roles == {"owner", "delegator"}
