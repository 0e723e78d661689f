"""Counting what the outcome measures are made of; the statistics turn counts into figures with intervals."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from surveyapp.learning.delegation import Cycle, Delegation
from surveyapp.learning.measures import IN_A_ROW, extra_checks, independence, rescued

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Errors that others came upon do not depend on whether the team likes to report.
ELSEWHERE = frozenset({"other_team", "customer", "monitoring"})
OURSELVES = frozenset({"owner", "own_team"})
# Whoever comes upon it first there comes upon it late.
LATE_FINDERS = frozenset({"other_team", "customer"})
SCARCE = 0.1
MORE_THAN_ONE = 2
MONTH = timedelta(days=30)
WORKING_DAYS = 5
REISSUED_WITHIN = timedelta(days=14)
# For so many cycles after more autonomy a dip is expected, and for as many again it may take to recover.
DIP = 2


@dataclass(frozen=True, slots=True)
class Told:
    """A report as measures need it; hours were counted before anything was coarsened."""

    kind: str
    at: datetime
    happened_at: datetime | None
    detection_hours: float | None
    voice_hours: float | None
    found_by: str | None
    luck_only: bool | None
    answered_at: datetime | None
    # Whether anybody waits for an answer by receipt.
    awaits: bool
    # What was left when it was told: hours until it was needed, and ways out (0, 1, or 2 for more).
    lead_hours: float | None = None
    options_left: int | None = None
    # From when whoever told waited for an answer; ``at`` is where the log lists it, which may be the week of it.
    waits_from: datetime | None = None

    @property
    def time_left(self) -> float | None:
        """The share of the time between its happening and its being needed that was left, if both are known."""
        if self.lead_hours is None or self.voice_hours is None:
            return None
        gone = self.voice_hours + (self.detection_hours or 0)
        return self.lead_hours / (self.lead_hours + gone) if self.lead_hours > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Shipped:
    """A delivery as measures need it."""

    external_id: str
    at: datetime
    planned: bool
    rework_of: str | None
    defect: bool
    rework_minutes: int | None
    total_minutes: int | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review of an event: when it was told, and when the review was held."""

    told_at: datetime
    held_at: datetime | None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was due: whether it was seen to work, and whether it happened again, once that was looked at."""

    verified: bool
    recurred: bool | None


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    hits: int
    of: int


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something took, in the unit of its measure; ``end`` is 0 open, 1 reached, 2 withdrawn."""

    length: float
    end: int


def near_misses(told: Collection[Told]) -> Count:
    """Count near misses and unsafe conditions among reports of something that went or could go wrong."""
    reports = [each for each in told if each.kind in {"error", "near_miss", "unsafe_condition"}]
    return Count(sum(each.kind != "error" for each in reports), len(reports))


def by_luck(told: Iterable[Told]) -> Count:
    """Count near misses that nothing but luck held, of those of which it is known."""
    known = [each.luck_only for each in told if each.kind == "near_miss" and each.luck_only is not None]
    return Count(sum(known), len(known))


def found_elsewhere(told: Iterable[Told]) -> list[Told]:
    """Return the errors that others came upon."""
    return [each for each in told if each.kind == "error" and each.found_by in ELSEWHERE]


def found_by_ourselves(told: Iterable[Told]) -> Count:
    """Count errors and near misses that the team found first, of those of which it is known."""
    known = [each.found_by for each in told if each.kind in {"error", "near_miss"} and each.found_by]
    return Count(sum(each in OURSELVES for each in known), len(known))


def late(told: Iterable[Told]) -> Count:
    """Count what surfaced late: others came upon it first, or less than a tenth of the time was left."""
    known = [
        each.found_by in LATE_FINDERS or (each.time_left is not None and each.time_left < SCARCE)
        for each in told
        if each.kind in {"error", "near_miss"} and (each.found_by or each.time_left is not None)
    ]
    return Count(sum(known), len(known))


def with_options(told: Iterable[Told]) -> Count:
    """Count what was told while there was more than one way out, of that of which it is known."""
    known = [each.options_left for each in told if each.options_left is not None]
    return Count(sum(each >= MORE_THAN_ONE for each in known), len(known))


def monthly(at: Iterable[datetime], now: datetime, months: int = 12) -> list[int]:
    """Count moments by months of thirty days, the oldest first; what is older is left out."""
    counts = [0] * months
    for each in at:
        place = (now - each) // MONTH
        if 0 <= place < months:
            counts[-1 - place] += 1
    return counts


def answers(told: Iterable[Told], now: datetime) -> list[Wait]:
    """Return how many hours reports waited for an answer."""
    return [
        Wait(max(0.0, (until - (each.waits_from or each.at)) / HOUR), int(each.answered_at is not None))
        for each in told
        if each.awaits
        for until in (each.answered_at or now,)
    ]


def unplanned_rework(shipped: Collection[Shipped]) -> Count:
    """Count unplanned deliveries that put right another one."""
    return Count(sum(not each.planned and each.rework_of is not None for each in shipped), len(shipped))


def issued_again(shipped: Collection[Shipped], now: datetime) -> Count:
    """Count deliveries of which another one put right a defect within two weeks."""
    at = {each.external_id: each.at for each in shipped}
    again = {
        each.rework_of
        for each in shipped
        if each.defect and each.rework_of in at and each.at - at[each.rework_of] <= REISSUED_WITHIN
    }
    old = [each for each in shipped if each.at <= now - REISSUED_WITHIN]
    return Count(sum(each.external_id in again for each in old), len(old))


def working_days(start: datetime, end: datetime) -> int:
    """Count the days from Monday to Friday that begin after one moment and not after another."""
    days = (end.date() - start.date()).days
    return sum((start.date() + timedelta(days=each)).weekday() < 5 for each in range(1, days + 1))


def held_soon(reviews: Iterable[Reviewed], now: datetime) -> Count:
    """Count reviews that were held within five working days, of those whose five days are over or that were held."""
    judged = [each for each in reviews if each.held_at is not None or working_days(each.told_at, now) > WORKING_DAYS]
    soon = [each for each in judged if each.held_at and working_days(each.told_at, each.held_at) <= WORKING_DAYS]
    return Count(len(soon), len(judged))


def seen_to_work(changes: Collection[Changed]) -> Count:
    """Count changes that were seen to work, of those that are due."""
    return Count(sum(each.verified for each in changes), len(changes))


def happened_again(changes: Iterable[Changed]) -> Count:
    """Count changes after which it happened again, of those that were looked at once more."""
    known = [each.recurred for each in changes if each.recurred is not None]
    return Count(sum(known), len(known))


def escalations(delegations: Iterable[Delegation], now: datetime) -> list[Wait]:
    """Return how many hours crossed triggers waited to be escalated."""
    return [
        Wait(((each.escalated_at or now) - each.crossed_at) / HOUR, int(each.escalated_at is not None))
        for delegation in delegations
        for cycle in delegation.cycles
        for each in cycle.crossings
    ]


def noted_windows(delegations: Iterable[Delegation]) -> Count:
    """Count notes of a missed window that came before it was due."""
    notes = [each for delegation in delegations for cycle in delegation.cycles for each in cycle.window_notes]
    return Count(sum(each.at <= each.due for each in notes), len(notes))


def corrected_same_day(delegations: Iterable[Delegation], now: datetime, zone: tzinfo) -> Count:
    """Count misses that their owner corrected on the day on which they became known."""
    judged = []
    for delegation in delegations:
        for cycle in delegation.cycles:
            due, note = cycle.correction_due(zone), cycle.correction
            if due is not None and (due <= now or note is not None):
                judged.append(note is not None and note.by == delegation.owner and note.at < due)
    return Count(sum(judged), len(judged))


def delivered(delegations: Iterable[Delegation]) -> list[tuple[Delegation, Cycle]]:
    """Return the cycles that were delivered, with their delegation."""
    return [(each, cycle) for each in delegations for cycle in each.cycles if cycle.delivered_at is not None]


def first_of_a_kind(delegations: Iterable[Delegation]) -> Count:
    """Count first deliveries of new kinds of work that were within the bar."""
    first = [each.cycles[0] for each in delegations if each.terms and each.terms.task.novel and each.cycles]
    done = [cycle.within_bar for cycle in first if cycle.delivered_at is not None]
    return Count(sum(done), len(done))


def stepped_in(delegations: Iterable[Delegation]) -> Count:
    """Count delivered cycles in which work was taken out of the owner's hands, unasked and before a trigger."""
    cycles = delivered(delegations)
    return Count(sum(rescued(cycle, delegation.owner) for delegation, cycle in cycles), len(cycles))


def further_looks(delegations: Iterable[Delegation]) -> Count:
    """Count further looks, beside the checkpoints that were agreed."""
    cycles = [cycle for _, cycle in delivered(delegations)]
    return Count(sum(map(extra_checks, cycles)), sum(len(cycle.checkpoints) for cycle in cycles))


def until_independent(delegations: Iterable[Delegation], now: datetime) -> list[Wait]:
    """Return the days until independent delivery; a delegation that was withdrawn before it ends there."""
    waits = []
    for each in delegations:
        if each.accepted_at is None:
            continue
        reached = independence(each)
        until = each.ended_at or now
        end = 1 if reached else 2 if each.state == "withdrawn" else 0
        waits.append(Wait(reached.days if reached else max(0.0, (until - each.accepted_at) / DAY), end))
    return waits


def joint_moves(delegations: Iterable[Delegation]) -> Count:
    """Count moves in which level and quality rose or stayed high together, of all in which one of them changed."""
    both = moved = 0
    for each in delegations:
        cycles = [cycle for cycle in each.cycles if cycle.delivered_at is not None]
        for before, after in pairwise(cycles):
            level, quality = after.level - before.level, after.within_bar - before.within_bar
            moved += level != 0 or quality != 0
            both += (level > 0 and after.within_bar) or (quality > 0 and level >= 0)
    return Count(both, moved)


def recovered_dips(delegations: Iterable[Delegation]) -> Count:
    """Count raises of the level after which quality dipped within two cycles and was back two cycles later."""
    recovered = dips = 0
    for each in delegations:
        cycles = [cycle for cycle in each.cycles if cycle.delivered_at is not None]
        for place in range(1, len(cycles)):
            after = cycles[place : place + 2 * DIP]
            if cycles[place].level <= cycles[place - 1].level or len(after) < 2 * DIP:
                continue
            if not all(cycle.within_bar for cycle in after[:DIP]):
                dips += 1
                recovered += all(cycle.within_bar for cycle in after[-IN_A_ROW:])
    return Count(recovered, dips)
