"""How early, how asking and how slow delegators are."""

import pytest

from surveyapp.learning.helping import Answered, Asked, Intervened
from surveyapp.learning.outcomes import Count, Wait
from surveyapp.learning.restraint import (
    asked_before_correcting,
    blocked_hours,
    hours_before,
    looked_back_soon,
    minutes_together,
    questions_among_all,
    waits_for_answers,
)
from tests.learning.sample import ALICE, DAY, HOUR, Work


def step_in(work: Work, kind: str, *, requested: bool = False, asked_first: bool = False) -> Work:
    """Let alice step in now."""
    return work.take(Intervened(kind, work.now, requested, asked_first), ALICE)


def test_stepping_in_is_timed_against_the_next_agreed_moment() -> None:
    """Half-way through is in three days, so a hand on the first day comes 48 hours early; a question does not count."""
    work = Work().accept().start()
    work.now += DAY
    step_in(work, "corrected")
    step_in(work, "asked_question")
    step_in(work, "corrected", requested=True)
    work.now += 3 * DAY
    step_in(work, "took_over").deliver()
    assert hours_before([work.delegation]) == pytest.approx([48, 48])


def test_questions_are_told_from_corrections() -> None:
    """Both as shares of what was done in delivered cycles."""
    work = Work().accept().start()
    step_in(work, "corrected", asked_first=True)
    step_in(work, "edited_directly")
    step_in(work, "asked_question")
    assert asked_before_correcting([work.delegation]) == Count(0, 0)
    work.deliver()
    assert asked_before_correcting([work.delegation]) == Count(1, 2)
    assert questions_among_all([work.delegation]) == Count(1, 3)


def test_waiting_for_the_delegator_is_measured() -> None:
    """Each question's wait, open ones until now; and for each delivery the hours, overlaps once."""
    work = Work().accept().start()
    work.take(Asked("First?")).take(Asked("Second?"), hours=2)
    work.take(Answered(0, "Yes"), ALICE, hours=2).take(Answered(1, "No"), ALICE, hours=2)
    work.deliver()
    work.take(Asked("Third?"))
    now = work.now + 10 * HOUR
    assert waits_for_answers([work.delegation], now) == [Wait(4, 1), Wait(4, 1), Wait(10, 0)]
    assert blocked_hours([work.delegation]) == [6]


def test_looking_back_is_timed_and_counted() -> None:
    """Within five working days of the delivery; what can still be held in time does not count yet."""
    work = Work().accept().run().start().deliver()
    assert minutes_together([work.delegation]) == [15]
    assert looked_back_soon([work.delegation], work.now + DAY) == Count(1, 1)
    assert looked_back_soon([work.delegation], work.now + 14 * DAY) == Count(1, 2)
