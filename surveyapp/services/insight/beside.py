"""Outcomes of the log beside a comparison of scores: what each side had before and after, and how much more one moved.

The worker comes here. Only the scale was registered as what the comparison is judged by. The outcomes are compared by
the same test, in the same teams and waves. Each claim is a sentence of its own, so that their p-values are corrected by
Holm's method: a page on which nothing is true claims anything in one of twenty cases at most, however outcomes hang
together.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from surveyapp.services.insight.cells import Cell
from surveyapp.services.insight.inputs import FEWEST_DELEGATIONS
from surveyapp.services.insight.layouts import MISSING, Layout
from surveyapp.stats.among_teams import median_among_teams, rate_among_teams, share_among_teams
from surveyapp.stats.before_after import before_after
from surveyapp.stats.cohorts import staggered_effect
from surveyapp.stats.multiplicity import family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.outcomes import FEWEST_FOR_MEDIAN, Figure
from surveyapp.stats.seeds import generator

Answer = dict[str, Any]
# Fewer of one side and time are told to nobody outside the team.
FEWEST = 5
PER_WEEKS = 100
SIDES = (("treated", True), ("comparison", False))
TOLD = ("n", "n_treated", "estimate", "low", "high", "p", "method")


@dataclass(frozen=True, slots=True)
class Counted:
    """Something to count: so many cases of so much exposure, of so many trials, or with so many hours each."""

    kind: Literal["rate", "share", "time"]
    cases: Callable[[Cell], float]
    whole: Callable[[Cell], float]
    few: str

    def value(self, cell: Cell) -> float:
        """Return what a team had in a wave: per 100 weeks, a percentage, or the logarithm of typical hours."""
        cases, whole = self.cases(cell), self.whole(cell)
        if not whole:
            return MISSING
        return math.log(max(cases, 1.0)) if self.kind == "time" else PER_WEEKS * cases / whole


@dataclass(frozen=True, slots=True)
class Timed(Counted):
    """Times, of which ``cases`` is the typical one of a wave; ``hours`` are all of them."""

    hours: Callable[[Cell], list[float]]


def _enough(cell: Cell) -> bool:
    return cell.log.delegations >= FEWEST_DELEGATIONS


OUTCOMES: Mapping[str, Counted] = {
    "reports": Counted(
        "rate",
        lambda cell: cell.reports,
        lambda cell: cell.person_weeks,
        "fewer than 5 reports before or after on one side",
    ),
    "told": Counted(
        "share",
        lambda cell: cell.log.both,
        lambda cell: cell.log.found,
        "fewer than 5 errors that others found before or after on one side",
    ),
    "voice": Timed(
        "time",
        lambda cell: cell.log.voice or 0.0,
        lambda cell: len(cell.log.voice_hours),
        "fewer than 6 reports of known time before or after on one side",
        lambda cell: cell.log.voice_hours,
    ),
    "surfacing": Timed(
        "time",
        lambda cell: 24 * (cell.log.surfacing or 0.0),
        lambda cell: len(cell.log.surfacing_hours),
        "fewer than 6 errors of known time before or after on one side",
        lambda cell: cell.log.surfacing_hours,
    ),
    "found": Counted(
        "rate",
        lambda cell: cell.log.found,
        lambda cell: cell.person_weeks,
        "fewer than 5 errors that others found before or after on one side",
    ),
    "rework": Counted(
        "share",
        lambda cell: cell.log.rework,
        lambda cell: cell.log.deliveries,
        "fewer than 5 deliveries before or after on one side",
    ),
    # As in the file of inputs, teams with fewer than five delegations under way do not count.
    "independent": Counted(
        "rate",
        lambda cell: cell.log.independent if _enough(cell) else 0,
        lambda cell: cell.log.delegation_weeks if _enough(cell) else 0.0,
        "fewer than 5 arrivals before or after on one side, in teams with 5 delegations or more",
    ),
}


def outcomes_beside(layout: Layout, record: str) -> Answer:
    """Tell every outcome of both sides before and after, and compare the sides; of nothing without two sides."""
    if all(layout.treated) or not any(layout.treated):
        return {}
    found = {key: _outcome(layout, counted, f"{record} {key}") for key, counted in OUTCOMES.items()}
    effects = {key: one["effect"] for key, one in found.items() if "p" in one.get("effect", {})}
    judged = family("outcomes beside the scale", {key: effect["p"] for key, effect in effects.items()}, method="Holm")
    for key, effect in effects.items():
        effect["adjusted"] = judged.adjusted[key]
    return {"asked": judged.size, "correction": judged.method, "outcomes": found}


def _outcome(layout: Layout, counted: Counted, record: str) -> Answer:
    sides = {
        name: {when: _figure(counted, cells) for when, cells in _cells(layout, treated=mark).items()}
        for name, mark in SIDES
    }
    if any(figure is None for side in sides.values() for figure in side.values()):
        return asdict(CannotTell(counted.few, 0, None, ""))
    return {"kind": counted.kind} | sides | {"effect": _effect(layout, counted, record)}


def _cells(layout: Layout, *, treated: bool) -> dict[str, list[Cell]]:
    """Return the cells of a side before anybody started and after everybody had, of teams that were there in both."""
    first, last = layout.before, len(layout.waves) - layout.after
    early, late = set(layout.waves[:first]), set(layout.waves[last:])
    mine = {team for team, mark in zip(layout.teams, layout.treated, strict=True) if mark is treated}
    cells = [cell for cell in layout.cells if cell.series in mine and cell.person_weeks > 0]
    there = {cell.series for cell in cells if cell.wave in early} & {cell.series for cell in cells if cell.wave in late}
    return {
        when: [cell for cell in cells if cell.series in there and cell.wave in waves]
        for when, waves in (("before", early), ("after", late))
    }


def _figure(counted: Counted, cells: list[Cell]) -> Answer | None:
    """Return what was counted, with its interval or why there is none; nothing where it would be about a few."""
    # Of what no team had any, there is nothing to count in.
    cells = [cell for cell in cells if counted.whole(cell)]
    teams = [cell.series for cell in cells]
    basis: Answer = {"teams": len(set(teams))}
    if isinstance(counted, Timed):
        hours = [(each, cell.series) for cell in cells for each in counted.hours(cell)]
        if len(hours) < FEWEST_FOR_MEDIAN:
            return None
        return _told(median_among_teams(*zip(*hours, strict=True))) | basis | {"n": len(hours)}
    cases, whole = ([each(cell) for cell in cells] for each in (counted.cases, counted.whole))
    sums = {"cases": int(sum(cases)), "whole": round(sum(whole), 9)}
    n = int(sums["whole" if counted.kind == "share" else "cases"])
    if n < FEWEST:
        return None
    if counted.kind == "share":
        return _told(share_among_teams(cases, whole, teams)) | basis | sums | {"n": n}
    return _told(rate_among_teams(cases, [each / PER_WEEKS for each in whole], teams)) | basis | sums | {"n": n}


def _told(found: Figure | CannotTell) -> Answer:
    return {"reason": found.reason} if isinstance(found, CannotTell) else asdict(found)


def _effect(layout: Layout, counted: Counted, record: str) -> Answer:
    """Compare the sides as scores are compared: every team has a number in every wave, or a gap."""
    known = {(cell.series, cell.wave): cell for cell in layout.cells if cell.person_weeks > 0}
    table = [
        [counted.value(known[team, wave]) if (team, wave) in known else MISSING for wave in layout.waves]
        for team in layout.teams
    ]
    if len(layout.first) > 1:
        starts = [math.nan if cohort is None else float(layout.first[cohort]) for cohort in layout.cohorts]
        found = asdict(staggered_effect(table, starts, waves_before=layout.before, waves_after=layout.after))
    else:
        compared = before_after(table, layout.treated, layout.before, rng=generator(record), size=_sizes(layout))
        found = asdict(compared)
    if "reason" in found:
        return found
    told = {name: found[name] for name in TOLD}
    return told | {name: math.exp(told[name]) for name in TOLD[2:5]} if counted.kind == "time" else told


def _sizes(layout: Layout) -> list[float]:
    """Return the person-weeks of a wave of each team, on average, for small teams move more by chance."""
    weeks: dict[str, list[float]] = {}
    for cell in layout.cells:
        weeks.setdefault(cell.series, []).append(cell.person_weeks)
    return [max(1.0, sum(weeks[team]) / len(weeks[team])) if team in weeks else 1.0 for team in layout.teams]
