"""Which mails a delegation asks for, to whom and when; what has been done in the meantime is not asked for again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from surveyapp.learning.delegation import ACCEPTED, DELEGATOR, IN_REVIEW, OFFERED, OWNER, RUNNING, Cycle, Delegation

BEFORE_THE_DAY_ENDS = timedelta(hours=3)
REVIEW_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail: the key under which it is sent once, what it says, to which of the two, and from when on."""

    key: str
    kind: str
    to: str
    at: datetime


def pending(delegation: Delegation, zone: tzinfo) -> list[Notice]:
    """Return every mail that the state of a delegation asks for, now or later, the earliest first."""
    return sorted(_all(delegation, zone), key=lambda each: each.at)


def _all(delegation: Delegation, zone: tzinfo) -> Iterator[Notice]:
    if delegation.state == OFFERED and delegation.offered_at:
        yield Notice(f"offered {delegation.offered_at.isoformat()}", "offered", OWNER, delegation.offered_at)
    if delegation.state == ACCEPTED and delegation.accepted_at and not delegation.cycles:
        yield Notice("accepted", "accepted", DELEGATOR, delegation.accepted_at)
    if delegation.state in {RUNNING, IN_REVIEW} and delegation.cycle:
        cycle = delegation.cycle
        yield from _calls(cycle)
        yield from _on_the_way(cycle) if delegation.state == RUNNING else _afterwards(cycle, zone)
    if delegation.state in {OFFERED, ACCEPTED, RUNNING, IN_REVIEW}:
        for index, question in enumerate(delegation.questions):
            if question.answered_at is None:
                yield Notice(f"asked {index}", "asked", DELEGATOR, question.at)


def _calls(cycle: Cycle) -> Iterator[Notice]:
    for index, each in enumerate(cycle.crossings):
        key = f"{cycle.number} crossing {index}"
        if each.escalated_at is None:
            # Half of the time is left when the owner is reminded.
            yield Notice(f"{key} reminder", "escalate", OWNER, each.noticed_at + (each.due - each.noticed_at) / 2)
            yield Notice(f"{key} overdue", "overdue", OWNER, each.due)
        elif each.answered_at is None:
            yield Notice(f"{key} escalated", "escalated", DELEGATOR, each.escalated_at)


def _on_the_way(cycle: Cycle) -> Iterator[Notice]:
    for index, each in enumerate(cycle.checkpoints):
        if each.held_at is None:
            for role in (OWNER, DELEGATOR):
                yield Notice(f"{cycle.number} checkpoint {index} {role}", "checkpoint", role, each.planned_at)
    yield Notice(f"{cycle.number} window {cycle.due.isoformat()}", "window", OWNER, cycle.due)
    for index, note in enumerate(cycle.window_notes):
        yield Notice(f"{cycle.number} note {index}", "window_note", DELEGATOR, note.at)


def _afterwards(cycle: Cycle, zone: tzinfo) -> Iterator[Notice]:
    if cycle.missed_at and cycle.asked_how_at is None:
        yield Notice(f"{cycle.number} support", "support", DELEGATOR, cycle.missed_at)
    end_of_day = cycle.correction_due(zone)
    if cycle.missed_at and end_of_day and cycle.correction is None:
        at = max(cycle.missed_at, end_of_day - BEFORE_THE_DAY_ENDS)
        yield Notice(f"{cycle.number} correction", "correction", OWNER, at)
    if cycle.review is None and cycle.delivered_at:
        for role in (OWNER, DELEGATOR):
            yield Notice(f"{cycle.number} review {role}", "review", role, cycle.delivered_at + REVIEW_AFTER)
