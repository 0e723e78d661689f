"""Beside the work: questions, decisions, interventions, private notes; and what they show about restraint."""

from dataclasses import fields

import pytest

from surveyapp.errors import Forbidden, Invalid
from surveyapp.learning.delegation import INTERVENTIONS
from surveyapp.learning.helping import Answered, Asked, Decided, ImpulseNoted, Intervened
from surveyapp.learning.measures import Independence, Presence, brier, independence, presence, rescued
from surveyapp.learning.reviewing import HowAreYouAsked
from surveyapp.learning.running import CheckpointAdded, TriggerCrossed
from tests.learning.sample import ALICE, CORRECTION, DAY, GRACE, HOUR, Work


@pytest.fixture
def work() -> Work:
    """Give a cycle that started a day ago."""
    started = Work().accept().start()
    started.now += DAY
    return started


def stepped_in(work: Work, kind: str, *, requested: bool = False, asked_first: bool = False) -> Intervened:
    """Return the step that says that alice stepped in just now."""
    return Intervened(kind, work.now, requested, asked_first)


def test_a_question_waits_for_its_answer(work: Work) -> None:
    """The time in between is the owner's waiting."""
    work.take(Asked("Which ledger counts?"))
    with pytest.raises(Forbidden):
        work.take(Answered(0, "The old one"))
    work.take(Answered(0, "Which one would you take?"), ALICE, hours=3)
    assert presence(work.delegation, work.now).answer_hours == 3
    with pytest.raises(Invalid, match="waits"):
        work.take(Answered(0, "Again"), ALICE)


def test_a_decision_keeps_what_it_was_made_of(work: Work) -> None:
    """Question, options, choice and reason."""
    work.take(Decided("Which source?", ("Ledger", "Export"), "Ledger", "It is closed"))
    decision = work.cycle.decisions[0]
    assert (decision.question, decision.options, decision.choice) == ("Which source?", ("Ledger", "Export"), "Ledger")
    with pytest.raises(Forbidden):
        work.take(Decided("Which?", ("A",), "A", "B"), ALICE)


@pytest.mark.parametrize("kind", INTERVENTIONS)
def test_either_of_the_two_logs_an_intervention(work: Work, kind: str) -> None:
    """The manager's own log and the owner's stand side by side."""
    work.take(stepped_in(work, kind), ALICE).take(stepped_in(work, kind))
    assert [each.logged_by for each in work.cycle.interventions] == [work.history[-2].by, work.history[-1].by]


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("asked_question", False),
        ("unblocked", False),
        ("extra_check", False),
        ("gave_answer", True),
        ("corrected", True),
        ("edited_directly", True),
        ("took_over", True),
        ("fixed_after_hours", True),
    ],
)
def test_a_rescue_takes_the_work_out_of_the_owners_hands(work: Work, kind: str, *, taken: bool) -> None:
    """A question does not, and neither does clearing the way."""
    work.take(stepped_in(work, kind), ALICE)
    assert rescued(work.cycle, work.delegation.owner) is taken


def test_help_that_was_asked_for_is_no_rescue(work: Work) -> None:
    """Nor is what comes after a trigger was crossed."""
    work.take(stepped_in(work, "corrected", requested=True), ALICE)
    work.take(TriggerCrossed("variance > 5 %", work.now)).take(stepped_in(work, "took_over"), ALICE)
    assert not rescued(work.cycle, work.delegation.owner)


def test_a_correction_by_somebody_else_is_a_rescue(work: Work) -> None:
    """However well it was meant."""
    work.deliver(3).take(HowAreYouAsked(), ALICE).take(CORRECTION, ALICE)
    assert rescued(work.cycle, work.delegation.owner)
    other = Work().accept().start().deliver(3).take(HowAreYouAsked(), ALICE).take(CORRECTION)
    assert not rescued(other.cycle, other.delegation.owner)


def test_an_intervention_lies_in_this_cycle(work: Work) -> None:
    """Neither before its start nor in the future."""
    for at in (work.now + HOUR, work.now - 2 * DAY):
        with pytest.raises(Invalid):
            work.take(Intervened("corrected", at, requested=False, asked_first=False), ALICE)


def test_private_notes_are_the_delegators(work: Work) -> None:
    """Nobody else writes one."""
    work.take(ImpulseNoted(gave_in=False, words="The heading was ugly"), ALICE)
    assert work.delegation.impulses[0].gave_in is False
    with pytest.raises(Forbidden):
        work.take(ImpulseNoted(gave_in=True, words="x"))


def test_restraint_and_presence_stand_side_by_side(work: Work) -> None:
    """Rescues, extra looks and ask-first beside answers and missed checkpoints."""
    work.take(CheckpointAdded(work.now + DAY, ("How is it going?",)), ALICE)
    work.take(stepped_in(work, "corrected", asked_first=True), ALICE).take(stepped_in(work, "asked_question"), ALICE)
    work.take(Asked("Which ledger?"))
    seen = presence(work.delegation, work.now + 5 * DAY)
    assert (seen.rescued, seen.extra_checks, seen.planned_checkpoints, seen.missed_checkpoints) == (1, 1, 2, 2)
    assert (seen.corrections, seen.asked_first, seen.questions_asked, seen.interventions) == (1, 1, 1, 2)
    assert (seen.waiting, seen.answered, seen.answer_hours) == (1, 0, None)


def test_few_rescues_with_slow_answers_read_as_absent(work: Work) -> None:
    """Stepping back is not stepping away."""
    work.take(Asked("Which ledger?")).take(Answered(0, "The old one"), ALICE, days=2)
    assert presence(work.delegation, work.now).absent
    quick = Work().accept().start().take(Asked("Which?")).take(Answered(0, "Which would you?"), ALICE, hours=1)
    assert not presence(quick.delegation, quick.now).absent


def test_nothing_measures_zero_errors() -> None:
    """Restraint and presence are shown; a count of misses is not held against anybody."""
    assert not {each.name for each in fields(Presence) if "error" in each.name or "miss_" in each.name}


def test_independence_takes_two_good_deliveries_in_a_row() -> None:
    """Without help, at a level at which nobody looks first; the first of the two counts."""
    work = Work().accept().run(level=4).run(value=3, level=4)
    assert independence(work.delegation) is None
    work.run(level=4)
    first = work.cycle.delivered_at
    assert independence(work.delegation) is None
    work.run(level=5)
    assert first is not None
    assert work.delegation.accepted_at is not None
    days = (first - work.delegation.accepted_at).total_seconds() / 86400
    assert independence(work.delegation) == Independence(3, days)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_looked_after_delivery_is_not_independent(level: int) -> None:
    """Below level 4 somebody checks before it goes out."""
    assert independence(Work().accept().run(level=level).run(level=level).delegation) is None


def test_a_rescue_starts_the_count_again() -> None:
    """A delivery that somebody else saved proves nothing."""
    work = Work().accept().run(level=4).start(level=4)
    work.take(stepped_in(work, "edited_directly"), ALICE).deliver().close()
    assert independence(work.delegation) is None


def test_confidence_is_held_against_what_came() -> None:
    """For the owner: 0 is perfect, and deliveries are counted."""
    work = Work().accept().start().deliver(confidence=100).close().start().deliver(3, confidence=50)
    assert brier(work.delegation.cycles) == (0.125, 2)
    assert brier(Work().accept().delegation.cycles) is None


def test_the_second_person_logs_nothing(work: Work) -> None:
    """Releasing is all that he or she does."""
    with pytest.raises(Forbidden):
        work.take(stepped_in(work, "corrected"), GRACE)
