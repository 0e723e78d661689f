"""What a plan could find, from how teams moved before its start; by the very test that its teams will be held to.

The worker comes here, for it takes statistics. Nothing later than the start is looked at.
"""

from dataclasses import dataclass
from math import ceil, isfinite, nan

from surveyapp.services.insight.layouts import Layout
from surveyapp.services.insight.plans import LOW, Plan
from surveyapp.services.insight.verdicts import SMALL
from surveyapp.stats.cohorts import minimum_detectable_staggered
from surveyapp.stats.designs import spread_by_size, spread_given_baseline, spread_of_change
from surveyapp.stats.detectable import Detectable, minimum_detectable_change, minimum_detectable_given_baseline
from surveyapp.stats.outcome import CannotTell

Sides = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DetectableChange:
    """What a design finds in 8 of 10 cases; ``at_most`` when the past is shorter than the plan and it may be less."""

    points: float
    at_most: bool


def detectable_change(layout: Layout, plan: Plan, waves: int, teams: Sides | None = None) -> DetectableChange | None:
    """Return the change that a plan could find, if the waves before its start can tell.

    Parameters
    ----------
    layout, plan
        The plan and the waves it is laid over.
    waves
        Waves on each side of the start.
    teams
        Treated teams and others, when other numbers of them than the plan names are thought of, or lots are drawn.
    """
    if plan.chosen == LOW:
        return _for_low_teams(layout, plan, waves, teams)
    if len(layout.first) > 1:
        return _for_several_starts(layout, plan, waves)
    side = min(layout.before // 2, waves)
    treated, others = teams or layout.at_start()
    if side < 1 or not treated or not others:
        return None
    spreads = _spreads(layout, side, teams)
    if spreads is None:
        return None
    return _told(minimum_detectable_change(spreads, treated, others), at_most=side < waves)


def waves_needed(layout: Layout, plan: Plan, teams: Sides | None = None) -> int | None:
    """Return about how many waves on each side would tell a change that matters from chance.

    What a team keeps from wave to wave does not average out, so there may be no such number: then it takes more teams.
    """
    found = [detectable_change(layout, plan, side, teams) for side in range(1, layout.before // 2 + 1)]
    squares = [change.points**2 for change in found if change and not change.at_most]
    if len(squares) < 2:
        return None
    passing = (squares[0] - squares[-1]) / (1 - 1 / len(squares))
    lasting = squares[0] - passing
    if passing <= 0 or lasting >= SMALL**2:
        return None
    return ceil(passing / (SMALL**2 - lasting))


def _told(found: Detectable | CannotTell, *, at_most: bool) -> DetectableChange | None:
    return None if isinstance(found, CannotTell) else DetectableChange(found.estimate, at_most)


def _spreads(layout: Layout, side: int, teams: Sides | None) -> list[float] | float | None:
    """Tell how much each team moves, treated ones first, or all alike when it is open which ones they are."""
    past = [row[: layout.before] for row in layout.scores]
    by_size = spread_by_size(past, layout.sizes, side, side) if teams is None else None
    if by_size is not None and not isinstance(by_size, CannotTell):
        known = dict(zip(layout.teams, by_size.tolist(), strict=True))
        treated, others = _there(layout)
        return [known[team] for team in treated + others]
    common = spread_of_change(past, side, side)
    return None if isinstance(common, CannotTell) else common.estimate


def _there(layout: Layout) -> tuple[list[str], list[str]]:
    """Return the treated teams and the others that were there in the last wave before the start."""
    last = layout.waves[layout.before - 1] if layout.before else None
    there = {cell.series for cell in layout.cells if cell.wave == last}
    marked = list(zip(layout.teams, layout.treated, strict=True))
    treated, others = ([team for team, mark in marked if mark is side and team in there] for side in (True, False))
    return treated, others


def _for_low_teams(layout: Layout, plan: Plan, waves: int, teams: Sides | None) -> DetectableChange | None:
    """Hold teams that were chosen low against what their score on that wave lets expect."""
    if plan.selection_wave not in layout.waves[: layout.before]:
        return None
    between = layout.before - 1 - layout.waves.index(plan.selection_wave)
    after = min(waves, layout.before - 1 - between)
    if after < 1:
        return None
    spread = spread_given_baseline([row[: layout.before] for row in layout.scores], between, after)
    if isinstance(spread, CannotTell):
        return None
    baseline = dict(zip(layout.teams, layout.on_wave(plan.selection_wave), strict=True))
    treated, others = _there(layout)
    # Were more teams to take part, they would be the next lowest.
    lowest = sorted((team for team in others if isfinite(baseline[team])), key=lambda team: baseline[team])
    marked = {*treated, *lowest[: max(0, teams[0] - len(treated)) if teams else 0]}
    there = treated + others
    found = minimum_detectable_given_baseline(
        spread.estimate, [baseline[team] for team in there], [team in marked for team in there]
    )
    return _told(found, at_most=after < waves)


def _for_several_starts(layout: Layout, plan: Plan, waves: int) -> DetectableChange | None:
    """Compare cohort by cohort; where waves are still to come they are expected at the usual distance."""
    ends = sorted({cell.wave: cell.closed_at for cell in layout.cells}.items())
    if layout.before < 2 or waves < 1:
        return None
    pace = (ends[-1][1] - ends[0][1]) / (len(ends) - 1)
    first = plan.start
    offsets = [float(round((cohort.start - first) / pace)) for cohort in plan.cohorts]
    starts = [nan if cohort is None else offsets[cohort] for cohort in layout.cohorts]
    past = [row[: layout.before] for row in layout.scores]
    found = minimum_detectable_staggered(past, starts, waves_before=layout.before, waves_after=waves)
    return _told(found, at_most=False)
