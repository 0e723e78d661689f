"""Advice on a design before anything is registered: its test, what it could find, and a draw of who starts first.

The worker comes here, for it takes statistics; nothing later than the start is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.services.insight.detecting import detectable_change
from surveyapp.services.insight.interventions import all_interventions
from surveyapp.services.insight.layouts import Layout, lay_out, midnight
from surveyapp.services.insight.plans import LOW, Draw, Plan, from_json
from surveyapp.stats.designs import FEWEST_TREATED, WaitingList, fitting_test, waiting_list_draw
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.seeds import generator
from surveyapp.store.pulses import Pulse

Answer = dict[str, Any]
COHORTS = "cohorts beside teams that have not started"
LOW_AND_STAGGERED = CannotTell(
    "low teams that start on different days need a draw of who starts first", 2, 1, "first days"
)


def answer_advice(session: Session, organisation_id: UUID, question: Mapping[str, Any], _record: str) -> Answer:
    """Say what a design that somebody thinks of could find."""
    plan = from_json(question["plan"])
    pulse = session.get_one(Pulse, (organisation_id, plan.pulse_id))
    zone, cadence = ZoneInfo(pulse.time_zone), timedelta(weeks=pulse.cadence_weeks)
    start = midnight(plan.start, zone)
    cells = [cell for cell in cells_of(session, organisation_id, pulse.id, plan.scale) if cell.closed_at < start]
    return advise(cells, plan, zone, cadence, question["draw"])


def advise(
    cells: Sequence[Cell], plan: Plan, zone: ZoneInfo, cadence: timedelta, draw: Mapping[str, Any] | None = None
) -> Answer:
    """Advise on a plan from the waves before its start."""
    layout = lay_out(cells, plan, zone)
    if not layout.before:
        return asdict(CannotTell("no wave has been released before the first day", 0, 1, "waves"))
    treated, others = layout.at_start()
    drawn: Answer = {}
    if draw:
        lots = _draw(layout, plan, draw["seed"])
        if isinstance(lots, CannotTell):
            return asdict(lots)
        drawn, treated, others = _told(lots, draw["seed"]), len(lots.first), len(lots.later)
    if not treated:
        return asdict(
            CannotTell("none of these teams had a number in the last wave before the first day", 0, 1, "teams")
        )
    before, after = _planned_waves(layout, plan, zone, cadence, draw)
    test = _test(layout, plan, (treated, others), (before, after))
    given = {"n_treated": treated, "n_comparison": others, "waves_before": before, "waves_after": after} | drawn
    if isinstance(test, CannotTell):
        # What is known of the design stays beside the reason why it will not do.
        return given | asdict(test)
    return given | {
        "test": test,
        "options": _options(layout, plan, (treated, others) if drawn else None, min(before, after)),
    }


def _test(layout: Layout, plan: Plan, teams: tuple[int, int], waves: tuple[int, int]) -> str | CannotTell:
    """Name the test; teams that start on different days are compared cohort by cohort."""
    if len(plan.cohorts) == 1:
        return fitting_test(*teams, *waves, chosen_low=plan.chosen == LOW)
    if plan.chosen == LOW:
        return LOW_AND_STAGGERED
    smallest = min(layout.cohorts.count(cohort) for cohort in range(len(plan.cohorts)))
    if smallest < FEWEST_TREATED:
        return CannotTell("teams that start on a day of their own take 3", smallest, FEWEST_TREATED, "teams")
    test = fitting_test(*teams, *waves)
    return test if isinstance(test, CannotTell) else COHORTS


def _planned_waves(
    layout: Layout, plan: Plan, zone: ZoneInfo, cadence: timedelta, draw: Mapping[str, Any] | None
) -> tuple[int, int]:
    """Return the waves that there will be on each side, if the pulse goes on as it does."""
    start = midnight(plan.start, zone)
    end = midnight(plan.planned_end, zone)
    if draw:
        end = midnight(plan.start.fromisoformat(draw["later"]), zone)
    # Everybody must have started, so that all are followed for as long.
    since = midnight(max(cohort.start for cohort in plan.cohorts), zone)
    if not cadence:
        return layout.before, 1
    last = max(cell.closed_at for cell in layout.cells)
    return layout.before + max(0, (start - last) // cadence), max(0, (end - since) // cadence)


def _options(layout: Layout, plan: Plan, lots: tuple[int, int] | None, waves: int) -> list[Answer]:
    """Tell what the design could find, and what one with more waves or more teams could."""
    treated, others = lots or layout.at_start()
    more = min(2 * treated, (treated + others) // 2) if len(plan.cohorts) == 1 else treated
    found: list[Answer] = []
    for teams, side in ((treated, waves), (treated, 2 * waves), (more, waves), (more, 2 * waves)):
        sides = teams, treated + others - teams
        change = detectable_change(layout, plan, side, lots if teams == treated else sides)
        option: Answer = {"n_treated": sides[0], "n_comparison": sides[1], "waves": side}
        row = option | {"detectable": change and change.points, "at_most": bool(change and change.at_most)}
        if row not in found:
            found.append(row)
    return found


def _draw(layout: Layout, plan: Plan, seed: str) -> "Lots | CannotTell":
    """Draw who starts first among the groups that are counted in the last wave."""
    last = layout.waves[-1]
    chosen = [cell.units & set(plan.covers) for cell in layout.cells if cell.wave == last]
    teams = sorted(tuple(sorted(units)) for units in chosen if units)
    return draw_lots(teams, seed)


@dataclass(frozen=True, slots=True)
class Lots:
    """Who starts first and who waits; a team is the units that are counted together."""

    teams: tuple[tuple[UUID, ...], ...]
    first: tuple[tuple[UUID, ...], ...]
    later: tuple[tuple[UUID, ...], ...]


def draw_lots(teams: Sequence[tuple[UUID, ...]], seed: str) -> Lots | CannotTell:
    """Draw half of some teams; the same teams and seed give the same draw on every machine."""
    if len(teams) < 2:
        return CannotTell("a draw takes teams to draw from", len(teams), 8, "teams")
    names = [str(place) for place in range(len(teams))]
    found: WaitingList | CannotTell = waiting_list_draw(names, (len(teams) + 1) // 2, rng=generator(seed))
    if isinstance(found, CannotTell):
        return found
    first, later = (tuple(teams[int(place)] for place in side) for side in (found.first, found.later))
    return Lots(tuple(teams), first, later)


def _told(lots: Lots, seed: str) -> Answer:
    sides = {"teams": lots.teams, "first": lots.first, "later": lots.later}
    written = {name: [[str(unit) for unit in team] for team in side] for name, side in sides.items()}
    return {"drawn": written | {"seed": seed}}


def wrong_draws(session: Session, organisation_id: UUID) -> list[str]:
    """Draw every registered lot again, and return the titles of plans that do not start with whom it fell on."""
    plans = [each.plan for each in all_interventions(session, organisation_id)]
    return [plan.title for plan in plans if plan.draw and not is_as_drawn(plan, plan.draw)]


def is_as_drawn(plan: Plan, draw: Draw) -> bool:
    """Draw again, and tell whether the plan starts with whom the lot fell on."""
    lots = draw_lots(draw.teams, draw.seed)
    if isinstance(lots, CannotTell):
        return False
    first = {unit for team in lots.first for unit in team}
    return first == set(plan.cohorts[0].units) and len(lots.first) == draw.first
