"""Advice on a plan: asked before it is registered, answered by the worker, and registered as it was advised on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, NotFound
from surveyapp.services.chains import link
from surveyapp.services.insight.analyses import Analysis, as_analysis, new_row
from surveyapp.services.insight.interventions import is_registered, register
from surveyapp.services.insight.plans import DRAWN, LOW, Cohort, Draw, Plan, as_json, check, from_json
from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.releases import Release

ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody thinks of doing, as typed into a form; ``check`` of the plan says what is missing.

    When it is to be drawn who starts first, all teams are in ``teams`` and the rest of them starts on ``later``;
    otherwise ``later_teams`` start then.
    """

    title: str
    what: str
    pulse_id: UUID
    scale: str
    chosen: str
    why: str
    selection_wave: int | None
    start: date
    teams: Sequence[UUID]
    later: date | None
    later_teams: Sequence[UUID]
    compared_with: Sequence[UUID]
    planned_end: date


@dataclass(frozen=True, slots=True)
class WaveName:
    """A released wave to choose from."""

    number: int
    closed_at: datetime
    time_zone: str


def released_waves(session: Session, organisation_id: UUID, pulse_id: UUID) -> list[WaveName]:
    """Return the waves of a pulse that have been released, the latest first."""
    rows = session.execute(
        select(Wave.number, Wave.closes_at, Pulse.time_zone)
        .join(Release, (Release.organisation_id == Wave.organisation_id) & (Release.wave_id == Wave.id))
        .join(Pulse, (Pulse.organisation_id == Wave.organisation_id) & (Pulse.id == Wave.pulse_id))
        .where(Wave.organisation_id == organisation_id, Wave.pulse_id == pulse_id, Wave.attribute == "")
        .order_by(Wave.number.desc())
    )
    return [WaveName(*row) for row in rows]


def ask_advice(session: Session, organisation_id: UUID, wish: Wish, now: datetime) -> UUID:
    """Queue the question what a design allows and could find; the answer is there within a tick.

    Raises
    ------
    Invalid
        When the plan is not whole.
    """
    plan = _plan(wish, tree_of(session, organisation_id))
    check(plan, now.year)
    if wish.chosen == LOW:
        _check_selection(session, organisation_id, plan)
    question = {"plan": as_json(plan), "draw": None}
    if wish.chosen == DRAWN:
        question["draw"] = {"seed": _seed(session, organisation_id, plan), "later": _day_of_the_rest(wish).isoformat()}
    row = new_row(organisation_id, ADVICE, question, now)
    session.add(row)
    session.commit()
    return row.id


def _plan(wish: Wish, tree: Tree) -> Plan:
    cohorts = [_cohort(tree, wish.start, wish.teams)]
    if wish.chosen != DRAWN and wish.later_teams:
        cohorts.append(_cohort(tree, _day_of_the_rest(wish), wish.later_teams))
    drawn = wish.chosen == DRAWN
    return Plan(
        title=wish.title.strip(),
        what=wish.what.strip(),
        pulse_id=wish.pulse_id,
        scale=wish.scale,
        chosen=wish.chosen,
        why=wish.why.strip(),
        selection_wave=wish.selection_wave if wish.chosen == LOW else None,
        cohorts=tuple(cohorts),
        compared_with=() if drawn else tuple(wish.compared_with),
        compared_covers=() if drawn else _covers(tree, wish.compared_with),
        planned_end=wish.planned_end,
    )


def _cohort(tree: Tree, start: date, units: Collection[UUID]) -> Cohort:
    return Cohort(start, tuple(sorted(units)), _covers(tree, units))


def _covers(tree: Tree, units: Collection[UUID]) -> tuple[UUID, ...]:
    return tuple(sorted({each for unit in units for each in tree.below(unit)}))


def _day_of_the_rest(wish: Wish) -> date:
    if wish.later is None or not wish.start < wish.later < wish.planned_end:
        given = wish.later.isoformat() if wish.later else "none"
        raise Invalid("later", given, "a day between the first day and the planned end")
    return wish.later


def _check_selection(session: Session, organisation_id: UUID, plan: Plan) -> None:
    days = {
        wave.number: wave.closed_at.astimezone(ZoneInfo(wave.time_zone)).date()
        for wave in released_waves(session, organisation_id, plan.pulse_id)
    }
    chosen_on = days.get(plan.selection_wave or 0)
    if chosen_on is None or chosen_on >= plan.start:
        raise Invalid("selection_wave", str(plan.selection_wave), "a released wave that closed before the first day")


def _seed(session: Session, organisation_id: UUID, plan: Plan) -> str:
    """Return a seed that nobody can choose: asking again for the same teams draws the same lots."""
    last = session.scalars(
        select(Release.hash).where(Release.organisation_id == organisation_id).order_by(Release.sequence.desc())
    ).first()
    return link(last or "", [str(unit) for unit in plan.cohorts[0].covers])


def find_advice(session: Session, organisation_id: UUID, analysis_id: UUID, visible: Collection[UUID]) -> Analysis:
    """Return an advice, answered or waiting.

    Raises
    ------
    NotFound
        When there is none, or it names teams that are not all visible.
    """
    row = session.get(StoredAnalysis, (organisation_id, analysis_id))
    if row is None or row.kind != ADVICE or not plan_of(as_analysis(row)).named <= frozenset(visible):
        message = "There is no such plan"
        raise NotFound(message)
    return as_analysis(row)


def plan_of(advice: Analysis) -> Plan:
    """Return the plan that an advice is about; once lots were drawn, with who starts first."""
    plan, wanted = from_json(advice.question["plan"]), advice.question["draw"]
    drawn = advice.answer.get("drawn")
    if not wanted or not drawn:
        return plan
    first, later, teams = (
        tuple(tuple(UUID(unit) for unit in team) for team in drawn[name]) for name in ("first", "later", "teams")
    )
    starts = plan.start, date.fromisoformat(wanted["later"])
    cohorts = tuple(
        Cohort(start, units, units)
        for start, side in zip(starts, (first, later), strict=True)
        for units in [tuple(sorted(unit for team in side for unit in team))]
    )
    return replace(plan, cohorts=cohorts, draw=Draw(wanted["seed"], teams, len(first)))


def register_advised(
    session: Session, organisation_id: UUID, advice: Analysis, *, account_id: UUID | None, now: datetime
) -> UUID:
    """Register a plan as it was advised on; doing it twice registers it once.

    Raises
    ------
    Conflict
        While the advice is being computed, or when lots could not be drawn.
    """
    if is_registered(session, organisation_id, advice.id):
        return advice.id
    plan = plan_of(advice)
    if not advice.answer:
        message = "The advice on this plan is being computed; register it when you have read it"
        raise Conflict(message)
    if advice.question["draw"] and plan.draw is None:
        message = "Nobody could be drawn to start first; change the plan"
        raise Conflict(message)
    register(session, organisation_id, plan, intervention_id=advice.id, account_id=account_id, now=now)
    return advice.id
