"""What delegators do beside the work of others: how early, how asking, and how long the work waits for them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from surveyapp.learning.delegation import Cycle, Delegation
from surveyapp.learning.measures import TAKING
from surveyapp.learning.outcomes import HOUR, WORKING_DAYS, Count, Wait, delivered, working_days

CORRECTING = frozenset({"corrected", "edited_directly"})


def hours_before(delegations: Iterable[Delegation]) -> list[float]:
    """Return for each time that somebody stepped in unasked how many hours the next agreed moment was away."""
    return [
        (_next_moment(cycle, each.at) - each.at) / HOUR
        for _, cycle in delivered(delegations)
        for each in cycle.interventions
        if each.kind in TAKING and not each.requested and not each.after_trigger and each.at <= _end(cycle)
    ]


def asked_before_correcting(delegations: Iterable[Delegation]) -> Count:
    """Count corrections that began with a question."""
    found = [
        each.asked_first
        for _, cycle in delivered(delegations)
        for each in cycle.interventions
        if each.kind in CORRECTING
    ]
    return Count(sum(found), len(found))


def questions_among_all(delegations: Iterable[Delegation]) -> Count:
    """Count questions among everything that delegators did in delivered cycles."""
    kinds = [each.kind for _, cycle in delivered(delegations) for each in cycle.interventions]
    return Count(kinds.count("asked_question"), len(kinds))


def waits_for_answers(delegations: Iterable[Delegation], now: datetime) -> list[Wait]:
    """Return how many hours the questions of owners waited."""
    return [
        Wait(((each.answered_at or delegation.ended_at or now) - each.at) / HOUR, int(each.answered_at is not None))
        for delegation in delegations
        for each in delegation.questions
    ]


def blocked_hours(delegations: Iterable[Delegation]) -> list[float]:
    """Return for each delivery how many hours its work waited for an answer; waits that overlap count once."""
    return [_blocked(delegation, cycle) for delegation, cycle in delivered(delegations)]


def minutes_together(delegations: Iterable[Delegation]) -> list[int]:
    """Return how many minutes the two looked back on each closed cycle."""
    return [cycle.review.minutes for _, cycle in delivered(delegations) if cycle.closed_at and cycle.review]


def looked_back_soon(delegations: Iterable[Delegation], now: datetime) -> Count:
    """Count deliveries with a review within five working days, of those whose five days are over or that had one."""
    found = []
    for _, cycle in delivered(delegations):
        start, review = cycle.delivered_at, cycle.review
        if start and (review or working_days(start, now) > WORKING_DAYS):
            found.append(review is not None and working_days(start, review.at) <= WORKING_DAYS)
    return Count(sum(found), len(found))


def _end(cycle: Cycle) -> datetime:
    return max(cycle.due, cycle.delivered_at or cycle.due)


def _next_moment(cycle: Cycle, at: datetime) -> datetime:
    return min((each.planned_at for each in cycle.checkpoints if each.planned_at >= at), default=_end(cycle))


def _blocked(delegation: Delegation, cycle: Cycle) -> float:
    end = cycle.delivered_at or cycle.due
    spans = sorted(
        (each.at, min(each.answered_at or end, end))
        for each in delegation.questions
        if cycle.started_at <= each.at < end
    )
    # What was waited for twice at the same time is one wait.
    whole = sum(((until - at) / HOUR for at, until in spans), 0.0)
    twice = sum((max(0.0, (before[1] - after[0]) / HOUR) for before, after in pairwise(spans)), 0.0)
    return max(0.0, whole - twice)
