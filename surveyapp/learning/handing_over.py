"""Steps that hand work over, change its bar, let it go live, and end it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from surveyapp.errors import Invalid, Said
from surveyapp.learning.delegation import (
    ACCEPTED,
    CLOSED,
    DELEGATOR,
    DRAFTED,
    IN_REVIEW,
    OFFERED,
    OUTCOMES,
    OWNER,
    RUNNING,
    SECOND,
    WITHDRAWN,
    BarChange,
    Delegation,
    Release,
)
from surveyapp.learning.step import Step
from surveyapp.learning.terms import Bar, Terms, choice_problem, text_problem

# A paraphrase of fewer letters repeats nothing.
PARAPHRASE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Offered(Step):
    """The delegator hands over: all terms stand, and the private look in the mirror has been taken."""

    roles: ClassVar[frozenset[str]] = frozenset({DELEGATOR})
    states: ClassVar[frozenset[str]] = frozenset({DRAFTED})
    terms: Terms
    owner: UUID
    second: UUID | None
    mindset: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Refuse terms that are not ready, and people who would look after themselves."""
        yield from self.terms.problems(now)
        if self.owner == delegation.delegator:
            yield Invalid("owner", Said("yourself"), "somebody else, for whom this is new ground")
        if self.second in {self.owner, delegation.delegator}:
            yield Invalid("second", Said("one of the two"), "a person who is neither owner nor delegator")
        if self.terms.task.guarded and self.second is None:
            yield Invalid("second", "", "a second person, who releases the work after a good pilot")
        yield from text_problem("mindset", self.mindset)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Wait for the owner."""
        return delegation.changed(
            state=OFFERED,
            terms=self.terms,
            owner=self.owner,
            second=self.second,
            mindset=self.mindset,
            offered_at=now,
            sent_back="",
        )


@dataclass(frozen=True, slots=True)
class SentBack(Step):
    """The owner does not take it like this and says what would have to change."""

    states: ClassVar[frozenset[str]] = frozenset({OFFERED})
    reason: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a reason."""
        yield from text_problem("reason", self.reason)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Make it a draft again."""
        return delegation.changed(state=DRAFTED, sent_back=self.reason)


@dataclass(frozen=True, slots=True)
class Accepted(Step):
    """The owner says in own words what is expected, and takes it."""

    states: ClassVar[frozenset[str]] = frozenset({OFFERED})
    paraphrase: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Refuse a copy."""
        yield from text_problem("paraphrase", self.paraphrase)
        said, asked = plain(self.paraphrase), plain(delegation.agreed.bar.outcome)
        if len(said) < PARAPHRASE_LENGTH:
            yield Invalid("paraphrase", self.paraphrase, f"at least {PARAPHRASE_LENGTH} letters on what is expected")
        elif said == asked:
            yield Invalid("paraphrase", Said("a copy of the outcome"), "your own words, which show where you differ")

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Let cycles begin."""
        return delegation.changed(state=ACCEPTED, paraphrase=self.paraphrase, accepted_at=now)


@dataclass(frozen=True, slots=True)
class BarChangeProposed(Step):
    """The delegator wants another bar from the next cycle on; the one that runs keeps its own."""

    roles: ClassVar[frozenset[str]] = frozenset({DELEGATOR})
    states: ClassVar[frozenset[str]] = frozenset({ACCEPTED})
    bar: Bar
    reason: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Refuse a bar that is none, or the same again."""
        yield from self.bar.problems(now)
        yield from text_problem("reason", self.reason)
        if self.bar == delegation.agreed.bar:
            yield Invalid("outcome", Said("the same bar"), "a bar that differs")

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Wait for the owner."""
        return delegation.changed(proposed_bar=self.bar, proposed_reason=self.reason)


class _OnProposal(Step):
    """What the owner says to a proposed bar."""

    __slots__ = ()
    states: ClassVar[frozenset[str]] = frozenset({ACCEPTED})

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Ask for a proposal."""
        return "" if delegation.proposed_bar else "No other bar has been proposed"


@dataclass(frozen=True, slots=True)
class BarChangeAgreed(_OnProposal):
    """The owner takes the new bar; what a pilot proved under the old one is no longer proof."""

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Log the change."""
        terms = delegation.agreed
        bar = delegation.proposed_bar or terms.bar
        return delegation.changed(
            terms=Terms(terms.task, bar, terms.radius, terms.guardrails, terms.done),
            bar_version=delegation.bar_version + 1,
            bar_changes=(*delegation.bar_changes, BarChange(now, terms.bar, bar, delegation.proposed_reason)),
            proposed_bar=None,
            proposed_reason="",
        )


@dataclass(frozen=True, slots=True)
class BarChangeDeclined(_OnProposal):
    """The owner keeps to the bar that was accepted."""

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Forget the proposal."""
        return delegation.changed(proposed_bar=None, proposed_reason="")


@dataclass(frozen=True, slots=True)
class Released(Step):
    """The second person lets the work be done for real."""

    roles: ClassVar[frozenset[str]] = frozenset({SECOND})
    states: ClassVar[frozenset[str]] = frozenset({ACCEPTED})

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Ask for a good pilot."""
        if delegation.may_go_live:
            return Said("This work may be done for real already")
        if not delegation.good_pilots:
            return Said("A pilot has to be within the bar and reviewed first")
        return ""

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """Note which pilot convinced whom."""
        release = Release(by, now, delegation.good_pilots[-1].number, delegation.bar_version)
        return delegation.changed(releases=(*delegation.releases, release))


@dataclass(frozen=True, slots=True)
class Finished(Step):
    """The two end the delegation after a cycle, with what it was worth."""

    roles: ClassVar[frozenset[str]] = frozenset({OWNER, DELEGATOR})
    states: ClassVar[frozenset[str]] = frozenset({ACCEPTED})
    outcome: str
    words: str

    @classmethod
    def hindrance(cls, delegation: Delegation) -> str:
        """Ask for a cycle."""
        return "" if delegation.cycles else "No cycle has been closed yet"

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask which of the two it was, and in which way."""
        yield from choice_problem("outcome", self.outcome, OUTCOMES)
        yield from text_problem("words", self.words)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """End it."""
        return delegation.changed(state=CLOSED, outcome=self.outcome, outcome_words=self.words, ended_at=now)


@dataclass(frozen=True, slots=True)
class Withdrawn(Step):
    """The delegator takes the work back."""

    roles: ClassVar[frozenset[str]] = frozenset({DELEGATOR})
    states: ClassVar[frozenset[str]] = frozenset({DRAFTED, OFFERED, ACCEPTED, RUNNING, IN_REVIEW})
    reason: str

    def problems(self, delegation: Delegation, now: datetime) -> Iterator[Invalid]:
        """Ask for a reason."""
        yield from text_problem("reason", self.reason)

    def after(self, delegation: Delegation, by: UUID, now: datetime) -> Delegation:
        """End it."""
        return delegation.changed(state=WITHDRAWN, withdrawn_because=self.reason, ended_at=now)


def plain(text: str) -> str:
    """Return the letters and digits of a text, to tell a copy from own words."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
