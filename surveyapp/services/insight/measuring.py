"""The outcome measures of every unit, computed by the worker once a day; pages read what it kept.

Only counts and times meet here: events know no person, and what a delegation says about two people is told to others
from five delegations on. What is told of units inside each other is chosen so that no difference of two of them is
about fewer.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from surveyapp.learning import dips, outcomes, restraint
from surveyapp.learning.delegation import Delegation
from surveyapp.learning.outcomes import DAY, HOUR, Count, Shipped, Told
from surveyapp.privacy.outcome import Shown
from surveyapp.services.delegation.overview import AT_LEAST, units_to_tell
from surveyapp.services.insight.basis import WINDOW, Basis, HandedOver, collector, delegations_of
from surveyapp.services.insight.suggesting import Suggested, speaking, suggest
from surveyapp.services.roster.counting import tree_of
from surveyapp.stats import outcomes as figures
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.outcomes import Figure
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.organisation import Organisation

LEARNING, ONE_DELEGATION = "learning", "delegation"
HORIZON = 30 * 24.0
HALF_A_YEAR = 182
FEWEST_ERRORS = 12
MISSING = math.nan
OF_DELEGATIONS = (
    "M7", "M7b", "M8", "M10", "M11", "M12", "M12a", "M12b", "M12c", "M12e", "M13c", "M13d", "M13e", "M14e",
    "M15", "M16",
)  # fmt: skip
Answer = dict[str, Any]
Found = Figure | CannotTell


def due_organisations(session: Session, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the organisations whose measures are a day old or were never computed."""
    newest = dict(
        session.execute(
            select(StoredAnalysis.organisation_id, func.max(StoredAnalysis.asked_at))
            .where(StoredAnalysis.kind == LEARNING)
            .group_by(StoredAnalysis.organisation_id)
        ).all()
    )
    organisations = session.scalars(select(Organisation.organisation_id)).all()
    return [(each, each) for each in organisations if each not in newest or newest[each] <= now - DAY]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is kept of a night: answers by their questions, in JSON, and the rules that speak of each unit."""

    units: Mapping[str, str]
    delegations: Mapping[str, str]
    suggested: Mapping[UUID, Suggested]


def measure_units(session: Session, organisation_id: UUID, now: datetime) -> int:
    """Compute and keep the measures of every unit in use; returns how many that were."""
    found = measured(session, organisation_id, now)
    keep_measured(session, organisation_id, found, now)
    return len(found.units)


def measured(session: Session, organisation_id: UUID, now: datetime) -> Measured:
    """Compute the measures of every unit in use and of every delegation; nothing is written."""
    tree = tree_of(session, organisation_id)
    delegations = delegations_of(session, organisation_id)
    collect = collector(session, organisation_id, delegations, now)
    inside = tree.insides()
    bases = {unit.id: collect(inside[unit.id]) for unit in tree.units.values() if unit.retired_on is None}
    told = units_to_tell(tree, {unit_id: len(handed(basis)) for unit_id, basis in bases.items()})
    units, suggested = dict[str, str](), dict[UUID, Suggested]()
    for unit_id, basis in bases.items():
        answer = measure(basis, alone=unit_id in told)
        units[json.dumps({"unit": str(unit_id)})] = json.dumps(answer, sort_keys=True)
        suggested[unit_id] = speaking(answer["measures"])
    return Measured(units, _of_each(delegations), suggested)


def keep_measured(session: Session, organisation_id: UUID, found: Measured, now: datetime) -> None:
    """Keep all of them at once: which units can be told beside each other was chosen for all of them together."""
    _keep(session, organisation_id, LEARNING, found.units, now)
    _keep(session, organisation_id, ONE_DELEGATION, found.delegations, now)
    suggest(session, organisation_id, found.suggested, now)
    session.commit()


def _keep(session: Session, organisation_id: UUID, kind: str, answers: Mapping[str, str], now: datetime) -> None:
    """Keep answers to questions, each in the place of the one before."""
    known = dict(
        session.execute(
            select(StoredAnalysis.question, StoredAnalysis.id).where(
                StoredAnalysis.organisation_id == organisation_id, StoredAnalysis.kind == kind
            )
        ).all()
    )
    fixed = {"organisation_id": organisation_id, "kind": kind, "state": "done", "asked_at": now, "error": ""}
    said = [fixed | {"question": question, "answer": answer} for question, answer in answers.items()]
    if old := [each | {"id": known[each["question"]]} for each in said if each["question"] in known]:
        session.execute(update(StoredAnalysis), old)
    if new := [each | {"id": uuid4()} for each in said if each["question"] not in known]:
        session.execute(insert(StoredAnalysis), new)


def handed(basis: Basis) -> list[Delegation]:
    """Return the delegations that were taken by their owner."""
    return [each for each in basis.delegations if each.accepted_at is not None]


def measure(basis: Basis, *, alone: bool = True) -> Answer:
    """Compute every measure of one unit; each is a figure with n and interval, or says what is missing.

    Parameters
    ----------
    basis : Basis
        What they rest on.
    alone : bool
        Whether what is told of delegations here can stand beside what is told of units inside.
    """
    recent = [each for each in basis.told if each.at > basis.now - WINDOW]
    found = {**_of_events(basis, recent), **_of_work(basis), **_of_delegations(basis, alone=alone)}
    return {
        "measures": {key: _plain(value) for key, value in found.items()},
        "around_rises": _around_rises(basis) if alone else [],
        "said": {key: {"text": said.text, "n": said.n} for key, said in basis.said.items()},
        "person_weeks": round(basis.person_weeks, 1),
        "found_elsewhere": len(outcomes.found_elsewhere(recent)),
        "kinds": Counter(each.kind for each in recent),
    }


def _of_events(basis: Basis, recent: Collection[Told]) -> dict[str, Found]:
    elsewhere = outcomes.found_elsewhere(recent)
    left = [each.lead_hours for each in recent if each.lead_hours is not None]
    return {
        "M1": figures.rate_of(len(recent), basis.person_weeks, per=100),
        "M2": _share(outcomes.near_misses(recent), "reports"),
        "M2b": _share(outcomes.by_luck(recent), "near misses"),
        "M3": _halves(basis, elsewhere),
        "M3b": _halves(basis, [each for each in recent if each.kind == "error"]),
        "M3c": _monthly(basis, elsewhere),
        "M4": _share(outcomes.found_by_ourselves(recent), "errors and near misses"),
        "M5": _coming_to_light(basis, [(each.happened_at, each.detection_hours) for each in recent]),
        "M6": _coming_to_light(basis, [(_noticed(each), each.voice_hours) for each in recent]),
        "M6b": figures.median_of(left, "reports"),
        "M6c": _share(outcomes.with_options(recent), "reports"),
        "M6d": _share(outcomes.late(recent), "errors and near misses"),
        "M13": _waits(outcomes.answers(recent, basis.now), 7 * 24),
    }


def _of_work(basis: Basis) -> dict[str, Found]:
    held = [each.minutes for each in basis.reviews if each.minutes is not None]
    return {
        "M9a": _share(outcomes.unplanned_rework(basis.shipped), "deliveries"),
        "M9b": _share(outcomes.issued_again(basis.shipped, basis.now), "deliveries"),
        "M9c": _rework_time(basis.shipped),
        "M12d": _reaction(basis.said.get("angry-reaction")),
        "M14": _share(outcomes.held_soon(basis.reviews, basis.now), "reviews"),
        "M14b": _share(outcomes.seen_to_work(basis.changes), "changes"),
        "M14c": figures.median_of(held, "reviews"),
        "M14d": _share(outcomes.happened_again(basis.changes), "changes"),
    }


def _of_delegations(basis: Basis, *, alone: bool) -> dict[str, Found]:
    """Compute what delegations show, from five of them on."""
    taken = handed(basis)
    if len(taken) < AT_LEAST:
        few = CannotTell("told from five delegations on", len(taken), AT_LEAST, "delegations")
        return dict.fromkeys(OF_DELEGATIONS, few)
    if not alone:
        near = CannotTell("beside the teams that are told, fewer than five are left", len(taken), None, "delegations")
        return dict.fromkeys(OF_DELEGATIONS, near)
    waits = outcomes.until_independent(taken, basis.now)
    looks = outcomes.further_looks(taken)
    return {
        "M7": _waits(outcomes.escalations(taken, basis.now), 1),
        "M7b": _share(outcomes.noted_windows(taken), "windows"),
        "M8": _share(outcomes.corrected_same_day(taken, basis.now, basis.zone), "misses"),
        "M10": figures.reached_within([each.length for each in waits], [each.end for each in waits], HALF_A_YEAR),
        "M11": _share(outcomes.first_of_a_kind(taken), "first deliveries"),
        "M12": _share(outcomes.stepped_in(taken), "cycles"),
        "M12a": figures.rate_of(looks.hits, looks.of),
        "M12b": figures.median_of(restraint.hours_before(taken), "interventions"),
        "M12c": _share(restraint.asked_before_correcting(taken), "corrections"),
        "M12e": _share(restraint.questions_among_all(taken), "interventions"),
        "M13c": _waits(restraint.waits_for_answers(taken, basis.now), 24),
        "M13d": figures.mean_of(restraint.blocked_hours(taken), "deliveries"),
        "M13e": figures.mean_of(restraint.minutes_together(taken), "deliveries"),
        "M14e": _share(restraint.looked_back_soon(taken, basis.now), "deliveries"),
        "M15": _share(outcomes.joint_moves(taken), "moves"),
        "M16": _share(outcomes.recovered_dips(taken), "dips"),
    }


def _around_rises(basis: Basis) -> list[Answer]:
    """Return the share within the bar before and after a rise of autonomy, if enough delegations had one."""
    taken = [each for each in handed(basis) if dips.rises(dips.done(each))]
    if len(taken) < AT_LEAST:
        return []
    counts = dips.around_rises(taken)
    return [{"place": place, **_plain(_share(count, "deliveries"))} for place, count in counts.items()]


def _of_each(delegations: Iterable[HandedOver]) -> dict[str, str]:
    """Compute the figures of every delegation, which only its own people read."""
    found = {each.id: measure_one(each.whole) for each in delegations if each.whole.cycles}
    return {
        json.dumps({"delegation": str(delegation_id)}): json.dumps(
            {key: _plain(value) for key, value in figure.items()}, sort_keys=True
        )
        for delegation_id, figure in found.items()
    }


def measure_one(delegation: Delegation) -> dict[str, Found]:
    """Compute the figures of one delegation: the trend of its misses, what came back, and the owner's confidence."""
    cycles = [each for each in dips.done(delegation) if each.value is not None]
    sure = [(each.number, each.confidence) for each in cycles if each.confidence is not None]
    parts = [(each.number, 100 * share) for each in cycles if (share := dips.share_of_bar(each)) is not None]
    return {
        "trend": figures.slope_of([number for number, _ in parts], [share for _, share in parts]),
        "rework": _share(Count(sum(bool(each.misses) for each in cycles), len(cycles)), "deliveries"),
        "confidence": figures.slope_of([number for number, _ in sure], [value for _, value in sure]),
    }


def _share(count: Count, unit: str) -> Found:
    return figures.share_of(count.hits, count.of, unit)


def _waits(waits: Sequence[outcomes.Wait], time: float) -> Found:
    return figures.wait_within([max(0.0, each.length) for each in waits], [each.end == 1 for each in waits], time)


def _noticed(told: Told) -> datetime | None:
    return None if told.voice_hours is None else told.at - timedelta(hours=told.voice_hours)


def _coming_to_light(basis: Basis, cases: Sequence[tuple[datetime | None, float | None]]) -> Found:
    start = [MISSING if at is None else (at - basis.now) / HOUR for at, _ in cases]
    hours = [MISSING if each is None else each for _, each in cases]
    return figures.median_wait(start, hours, now=0.0, horizon=HORIZON)


def _halves(basis: Basis, errors: Collection[Told]) -> Found:
    """Compare errors in the later half of the window with the earlier one, for each delivery."""
    middle = basis.now - WINDOW / 2
    later = sum(each.at > middle for each in errors)
    done = [each.at > middle for each in basis.shipped]
    if not done:
        weeks = [(week > middle.date(), count) for week, count in basis.exposure]
        done = [half for half, count in weeks for _ in range(count)]
    # Without any delivery the two halves are as long as each other.
    halves = (sum(done), len(done) - sum(done)) if done else (1, 1)
    return figures.rate_ratio(later, halves[0], len(errors) - later, halves[1])


def _monthly(basis: Basis, errors: Collection[Told]) -> Found:
    """Return how the errors for each delivery change from month to month, if there is one a month or more."""
    if len(errors) < FEWEST_ERRORS:
        return CannotTell("too few errors to tell a change from chance", len(errors), FEWEST_ERRORS, "errors")
    found = outcomes.monthly([each.at for each in errors], basis.now)
    made = outcomes.monthly([each.at for each in basis.shipped], basis.now)
    rates = [(month, 100 * count / of) for month, (count, of) in enumerate(zip(found, made, strict=True)) if of]
    return figures.slope_of([month for month, _ in rates], [rate for _, rate in rates], "months with deliveries")


def _reaction(said: Shown | None) -> Found:
    if said is None:
        return CannotTell("the pulse has no number of its own for this unit", 0, None, "answers")
    return Figure(said.n, said.value, said.low, said.high, "as published")


def _rework_time(shipped: Sequence[Shipped]) -> Found:
    known = [
        (each.rework_minutes or 0, each.total_minutes)
        for each in shipped
        if each.total_minutes is not None and (each.rework_minutes is not None or each.rework_of is None)
    ]
    return figures.ratio_of_sums([part for part, _ in known], [whole for _, whole in known])


def _plain(value: Found) -> Answer:
    if isinstance(value, CannotTell):
        return {"reason": value.reason, "n": value.n, "needed": value.needed, "unit": value.unit}
    return {
        "n": value.n,
        "method": value.method,
        "estimate": _told(value.estimate),
        "low": _told(value.low),
        "high": _told(value.high),
    }


def _told(end: float) -> float | None:
    return end if math.isfinite(end) else None
