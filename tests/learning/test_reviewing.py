"""After a delivery: a miss is met with support, put right the same day by its owner, and reviewed without blame."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from surveyapp.errors import Conflict, Forbidden, Invalid
from surveyapp.learning.delegation import ACCEPTED, LEARNING_ACCELERATED, TRUST_GREW, Review
from surveyapp.learning.helping import Decided
from surveyapp.learning.reviewing import (
    AFTER_A_MISS,
    CycleClosed,
    DecisionWeighed,
    HowAreYouAsked,
    JudgementNoted,
    MissFound,
    StakeholderAsked,
    done_after_a_miss,
)
from tests.learning.sample import ALICE, BERLIN, CORRECTION, GRACE, REVIEW, Work

CLOSE = CycleClosed(LEARNING_ACCELERATED, "Two sources are compared now")


@pytest.fixture
def good() -> Work:
    """Give a delivery within its bar."""
    return Work().accept().start().deliver()


@pytest.fixture
def missed() -> Work:
    """Give a delivery outside its bar."""
    return Work().accept().start().deliver(3)


def test_a_good_delivery_needs_its_review_and_no_more(good: Work) -> None:
    """The steps after a miss are out of place."""
    for step in (CORRECTION, StakeholderAsked("?", "!"), JudgementNoted("x")):
        with pytest.raises(Conflict, match="within its bar"):
            good.take(step)
    with pytest.raises(Conflict, match="review"):
        good.take(CLOSE)
    good.review().take(CycleClosed(TRUST_GREW, "It went out without a second look"), ALICE)
    assert good.delegation.state == ACCEPTED


def test_after_a_miss_the_way_is_gone_in_order(missed: Work) -> None:
    """First how somebody is, then the record, the question, the review, and what one will notice."""
    for refused, step, by in (
        ("how the owner is", HowAreYouAsked(), ALICE),
        ("correction", CORRECTION, None),
        ("relies on", StakeholderAsked("Can we trust it?", "Yes"), None),
        ("review", REVIEW, None),
        ("notice next time", JudgementNoted("I will notice when two sources differ"), None),
    ):
        with pytest.raises(Conflict, match=refused):
            missed.take(CLOSE)
        missed.take(step, by) if by else missed.take(step)
    assert all(done_after_a_miss(missed.cycle).values())
    assert missed.take(CLOSE).cycle.outcome == LEARNING_ACCELERATED


def test_the_review_waits_for_the_person_and_the_record(missed: Work) -> None:
    """Support and correction come before it."""
    with pytest.raises(Conflict, match="how the owner is"):
        missed.review()
    missed.take(HowAreYouAsked(), ALICE)
    with pytest.raises(Conflict, match="correction"):
        missed.review()
    missed.take(CORRECTION)
    assert missed.review().cycle.review is not None


def test_only_the_delegator_can_ask_how_somebody_is(missed: Work) -> None:
    """It is the delegator's to do."""
    with pytest.raises(Forbidden):
        missed.take(HowAreYouAsked())


@pytest.mark.parametrize(
    ("delivered", "due"),
    [
        (datetime(2026, 3, 2, 14, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_the_correction_is_due_at_the_end_of_the_local_day(delivered: datetime, due: datetime) -> None:
    """On the day the clocks change as well."""
    work = Work().accept().start().deliver(3)
    cycle = work.cycle.changed(delivered_at=delivered)
    assert cycle.correction_due(BERLIN) == due


def test_a_correction_keeps_its_author(missed: Work) -> None:
    """Written by anybody but the owner it is kept just so; written once it stands."""
    missed.take(CORRECTION, GRACE)
    assert missed.cycle.correction is not None
    assert missed.cycle.correction.by == GRACE
    with pytest.raises(Conflict, match="sent"):
        missed.take(CORRECTION)


def test_a_miss_that_is_found_later_makes_a_miss(good: Work) -> None:
    """The delivery is no longer within its bar, from the moment it was found."""
    good.take(MissFound("A footnote is wrong", "downstream"), ALICE, days=1)
    assert (good.cycle.within_bar, good.cycle.missed_at) == (False, good.now)
    with pytest.raises(Conflict, match="how the owner is"):
        good.review()


def test_finders_are_roles(good: Work) -> None:
    """Nobody is named."""
    with pytest.raises(Invalid) as wrong:
        good.take(MissFound("A footnote is wrong", "Charlie"))
    assert wrong.value.field == "found_by"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"changes": ()}, "changes"),
        ({"no_change": True}, "changes"),
        ({"happened": ""}, "happened"),
        ({"minutes": 0}, "minutes"),
    ],
)
def test_a_review_ends_with_a_change_or_with_none_on_purpose(
    good: Work, changes: dict[str, object], field: str
) -> None:
    """Neither nothing nor both."""
    with pytest.raises(Invalid) as wrong:
        good.take(replace(REVIEW, **changes))  # type: ignore[arg-type]
    assert wrong.value.field == field


def test_no_change_can_be_said_on_purpose(good: Work) -> None:
    """Then the list is empty."""
    good.take(replace(REVIEW, changes=(), no_change=True))
    assert good.cycle.review is not None
    assert good.cycle.review.changes == ()


def test_a_review_has_no_room_for_a_culprit() -> None:
    """It asks what and how; no field is a person."""
    names = {each.name for each in fields(Review)}
    assert not {name for name in names if any(word in name for word in ("who", "person", "cause", "fault", "by"))}


def test_process_and_outcome_are_judged_apart(good: Work) -> None:
    """A bad process with a good outcome is a lucky success."""
    work = Work().accept().start()
    work.take(Decided("Which source?", ("Ledger", "Export"), "Export", "It was quicker"))
    assert work.cycle.decisions[0].quadrant == ""
    work.deliver()
    for process, outcome, name in ((True, True, "earned"), (True, False, "unlucky"), (False, True, "lucky")):
        work.take(DecisionWeighed(0, process, outcome), ALICE)
        assert work.cycle.decisions[0].quadrant == name
    with pytest.raises(Invalid):
        work.take(DecisionWeighed(1, True, True))


def test_the_way_has_five_parts() -> None:
    """As the flow on the page shows them."""
    assert AFTER_A_MISS == ("how_are_you", "correction", "stakeholder", "review", "judgement")


def test_a_cycle_closes_in_one_of_two_ways(good: Work) -> None:
    """Anything else is refused, above all failure."""
    good.review()
    with pytest.raises(Invalid) as wrong:
        good.take(CycleClosed("failed", "It did not work"))
    assert wrong.value.field == "outcome"
