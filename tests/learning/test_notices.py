"""Which mails a delegation asks for, and when they are no longer needed."""

from datetime import timedelta

import pytest

from surveyapp.learning.delegation import DELEGATOR, OWNER
from surveyapp.learning.handing_over import SentBack
from surveyapp.learning.helping import Answered, Asked
from surveyapp.learning.notices import pending
from surveyapp.learning.reviewing import HowAreYouAsked
from surveyapp.learning.running import Escalated, EscalationAnswered, TriggerCrossed, WindowMissed
from tests.learning.sample import ALICE, BERLIN, CORRECTION, DAY, HOUR, Work

CROSSED = "variance > 5 %"


def asked_for(work: Work) -> set[tuple[str, str]]:
    """Return what is asked for, and of whom, now or later."""
    return {(each.kind, each.to) for each in pending(work.delegation, BERLIN)}


def test_an_offer_goes_to_the_owner_and_an_acceptance_back() -> None:
    """A draft says nothing to anybody."""
    work = Work()
    assert asked_for(work) == set()
    assert asked_for(work.offer()) == {("offered", OWNER)}
    assert asked_for(Work().accept()) == {("accepted", DELEGATOR)}


def test_a_second_offer_is_another_mail() -> None:
    """The key differs, so that it is sent."""
    work = Work().offer()
    first = pending(work.delegation, BERLIN)[0].key
    work.take(SentBack("Too short"), hours=1).offer()
    assert pending(work.delegation, BERLIN)[0].key != first


def test_checkpoints_and_the_window_come_at_their_time() -> None:
    """Checkpoints to both, the window to the owner."""
    work = Work().accept().start()
    found = {(each.kind, each.to): each.at for each in pending(work.delegation, BERLIN)}
    assert found.keys() == {("checkpoint", OWNER), ("checkpoint", DELEGATOR), ("window", OWNER)}
    assert found["window", OWNER] == work.cycle.due


def test_a_note_moves_the_reminder_and_tells_the_delegator() -> None:
    """A new window is a new reminder."""
    work = Work().accept().start()
    work.take(WindowMissed("The ledger closes later", work.cycle.due + DAY))
    found = {each.kind: each for each in pending(work.delegation, BERLIN)}
    assert found["window"].at == work.cycle.due
    assert (found["window_note"].to, found["window_note"].at) == (DELEGATOR, work.now)


def test_a_crossed_trigger_reminds_after_half_an_hour_and_at_the_end_of_the_hour() -> None:
    """Until the owner calls; then it is the delegator's turn."""
    work = Work().accept().start().take(TriggerCrossed(CROSSED, Work().now), hours=5)
    at = {each.kind: each.at for each in pending(work.delegation, BERLIN)}
    assert (at["escalate"], at["overdue"]) == (work.now + HOUR / 2, work.now + HOUR)
    work.take(Escalated(0, "7 %"))
    assert ("escalated", DELEGATOR) in asked_for(work)
    assert not {("escalate", OWNER), ("overdue", OWNER)} & asked_for(work)
    work.take(EscalationAnswered(0, "Which do you prefer?"), ALICE)
    assert ("escalated", DELEGATOR) not in asked_for(work)


@pytest.mark.parametrize("hours", [0, 9])
def test_a_correction_is_asked_for_before_the_day_ends(hours: int) -> None:
    """Three hours before, or at once when less is left."""
    work = Work().accept()
    work.now += timedelta(hours=hours)
    work.start().deliver(3)
    found = {each.kind: each for each in pending(work.delegation, BERLIN)}
    end = work.cycle.correction_due(BERLIN)
    assert end is not None
    assert found["correction"].at == max(work.now, end - 3 * HOUR)
    assert (found["support"].to, found["support"].at) == (DELEGATOR, work.now)
    work.take(HowAreYouAsked(), ALICE).take(CORRECTION)
    assert asked_for(work) == {("review", OWNER), ("review", DELEGATOR)}


def test_a_reviewed_cycle_asks_for_nothing() -> None:
    """Neither does one that is closed."""
    assert asked_for(Work().accept().start().deliver().review()) == set()
    assert asked_for(Work().accept().run()) == set()


def test_a_question_waits_with_the_delegator() -> None:
    """Until it is answered."""
    work = Work().accept().run().take(Asked("Which ledger?"))
    assert asked_for(work) == {("asked", DELEGATOR)}
    assert asked_for(work.take(Answered(0, "Which would you?"), ALICE)) == set()


def test_no_two_mails_share_a_key() -> None:
    """Each is sent once."""
    work = Work().accept().start().take(TriggerCrossed(CROSSED, Work().now)).take(TriggerCrossed(CROSSED, Work().now))
    keys = [each.key for each in pending(work.take(Asked("?")).delegation, BERLIN)]
    assert len(set(keys)) == len(keys)
