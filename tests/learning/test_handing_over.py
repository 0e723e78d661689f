"""Handing work over: who, on which terms, and how the bar may change."""

from dataclasses import replace
from typing import Any

import pytest

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound
from surveyapp.learning.delegation import ACCEPTED, CLOSED, DRAFTED, OFFERED, OUTCOMES, STATES, TRUST_GREW, WITHDRAWN
from surveyapp.learning.handing_over import (
    Accepted,
    BarChangeAgreed,
    BarChangeDeclined,
    BarChangeProposed,
    Finished,
    Released,
    SentBack,
    Withdrawn,
)
from surveyapp.learning.step import refusal
from surveyapp.learning.terms import LIVE, PILOT, SANDBOX, Bar, Terms
from tests.learning.sample import ALICE, BAR, BOB, GRACE, GUARDED, MALLORY, OWN_WORDS, TERMS, WEEK, Work, offered


def test_it_goes_from_draft_to_offer_to_acceptance() -> None:
    """The owner's own words are what accepts it."""
    work = Work()
    assert work.delegation.state == DRAFTED
    assert work.offer().delegation.state == OFFERED
    work.take(Accepted(OWN_WORDS))
    assert (work.delegation.state, work.delegation.paraphrase, work.delegation.accepted_at) == (
        ACCEPTED,
        OWN_WORDS,
        work.now,
    )


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (replace(TERMS, task=replace(TERMS.task, wanted=False)), "wanted"),
        (replace(TERMS, task=replace(TERMS.task, has_time=False)), "has_time"),
        (replace(TERMS, task=replace(TERMS.task, stretch=5)), "stretch"),
        (replace(TERMS, bar=replace(BAR, triggers=())), "triggers"),
        (replace(TERMS, radius=replace(TERMS.radius, rollback=" ")), "rollback"),
        (replace(TERMS, guardrails=replace(TERMS.guardrails, evidence=())), "evidence"),
        (replace(TERMS, done=replace(TERMS.done, sign_off=())), "sign_off"),
        (replace(GUARDED, radius=replace(GUARDED.radius, mode=LIVE)), "mode"),
    ],
)
def test_an_offer_stops_at_the_first_gate(terms: Terms, field: str) -> None:
    """A task that does not fit, no way back, no measure of learning, or guarded work for real."""
    with pytest.raises(Invalid) as wrong:
        Work().offer(terms)
    assert wrong.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"owner": ALICE}, "owner"),
        ({"second": ALICE}, "second"),
        ({"second": BOB}, "second"),
        ({"mindset": " "}, "mindset"),
        ({"terms": GUARDED, "second": None}, "second"),
    ],
)
def test_an_offer_needs_the_right_people(changes: dict[str, Any], field: str) -> None:
    """Somebody else as the owner, a third person where one is needed, and a look in the mirror."""
    with pytest.raises(Invalid) as wrong:
        Work().take(offered(**changes), ALICE)
    assert wrong.value.field == field


@pytest.mark.parametrize("words", ["", "yes, fine", BAR.outcome, BAR.outcome.upper() + "."])
def test_a_copy_is_no_acceptance(words: str) -> None:
    """Too little, or the words that were given."""
    with pytest.raises(Invalid) as wrong:
        Work().offer().take(Accepted(words))
    assert wrong.value.field == "paraphrase"


def test_only_the_owner_accepts() -> None:
    """The delegator cannot do it for the owner, and a stranger does not learn that there is something."""
    work = Work().offer()
    with pytest.raises(Forbidden):
        work.take(Accepted(OWN_WORDS), ALICE)
    with pytest.raises(NotFound):
        work.take(Accepted(OWN_WORDS), MALLORY)


def test_the_owner_may_send_it_back() -> None:
    """It is a draft again, with what would have to change."""
    work = Work().offer().take(SentBack("A week is too short"))
    assert (work.delegation.state, work.delegation.sent_back) == (DRAFTED, "A week is too short")
    assert work.offer().delegation.sent_back == ""


def test_guarded_work_goes_live_only_after_a_good_pilot_and_a_release() -> None:
    """Neither without the pilot, nor with a bad one, nor without the second person."""
    work = Work().accept(GUARDED)
    with pytest.raises(Invalid, match="second person"):
        work.start(LIVE)
    with pytest.raises(Conflict, match="pilot"):
        work.release()
    work.run(PILOT, value=3)
    with pytest.raises(Conflict, match="pilot"):
        work.release()
    work.run(SANDBOX).run(PILOT)
    with pytest.raises(Invalid, match="second person"):
        work.start(LIVE)
    with pytest.raises(Forbidden):
        work.take(Released(), ALICE)
    assert work.release().start(LIVE).cycle.mode == LIVE


def test_a_pilot_proves_nothing_for_another_bar() -> None:
    """After the bar changed, the release is worth nothing, and a new pilot is needed."""
    work = Work().accept(GUARDED).run(PILOT).release()
    work.take(BarChangeProposed(later_bar(work), "Finance wants less"), ALICE).take(BarChangeAgreed())
    with pytest.raises(Invalid, match="second person"):
        work.start(LIVE)
    with pytest.raises(Conflict, match="pilot"):
        work.release()


def later_bar(work: Work) -> Bar:
    """Return a wider bar that is due after now."""
    return replace(BAR, high=4, due=work.now + WEEK)


def test_a_bar_changes_only_by_agreement_and_between_cycles() -> None:
    """What was accepted stands, and what changed is kept beside it."""
    work = Work().accept()
    proposal = BarChangeProposed(later_bar(work), "Finance wants less")
    with pytest.raises(Forbidden):
        work.take(proposal, BOB)
    work.take(proposal, ALICE)
    assert work.delegation.agreed.bar == BAR
    with pytest.raises(Conflict, match="other bar"):
        work.start()
    work.take(BarChangeAgreed())
    change = work.delegation.bar_changes[0]
    assert (change.before, change.after, change.reason) == (BAR, later_bar(work), "Finance wants less")
    work.start()
    with pytest.raises(Conflict, match="running"):
        work.take(proposal, ALICE)


def test_a_declined_bar_changes_nothing() -> None:
    """The accepted one goes on."""
    work = Work().accept()
    work.take(BarChangeProposed(later_bar(work), "Finance wants less"), ALICE).take(BarChangeDeclined())
    assert (work.delegation.agreed.bar, work.delegation.bar_changes) == (BAR, ())
    with pytest.raises(Conflict, match="No other bar"):
        work.take(BarChangeAgreed())


def test_the_same_bar_is_no_change() -> None:
    """There would be nothing to agree on."""
    work = Work().accept()
    with pytest.raises(Invalid, match="differs"):
        work.take(BarChangeProposed(BAR, "For the record"), ALICE)


def test_it_ends_as_one_of_two_and_never_as_failed() -> None:
    """Trust grew or learning accelerated; the words have no third."""
    assert OUTCOMES == ("trust_grew", "learning_accelerated")
    assert not any("fail" in word for word in (*STATES, *OUTCOMES))
    work = Work().accept()
    with pytest.raises(Conflict, match="No cycle"):
        work.take(Finished(TRUST_GREW, "Bob runs it now"))
    work.run()
    with pytest.raises(Invalid) as wrong:
        work.take(Finished("failed", "It did not work"))
    assert wrong.value.field == "outcome"
    work.take(Finished(TRUST_GREW, "Bob runs it now"), ALICE)
    assert (work.delegation.state, work.delegation.ended_at) == (CLOSED, work.now)


def test_the_delegator_may_withdraw_until_it_is_closed() -> None:
    """With a reason, from any state before."""
    work = Work().accept().start().take(Withdrawn("The report is no longer needed"), ALICE)
    assert work.delegation.state == WITHDRAWN
    kinds: list[type] = [Withdrawn, Accepted, Released]
    assert all(refusal(kind, work.delegation, person) for kind in kinds for person in (ALICE, BOB, GRACE))
