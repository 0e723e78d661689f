"""Comparing teams before and after a day, with statistics; the worker comes here, pages never do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from math import isfinite, nan
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services.insight.advising import LOW_AND_STAGGERED
from surveyapp.services.insight.beside import outcomes_beside
from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.services.insight.comparisons import BEFORE_AFTER
from surveyapp.services.insight.detecting import detectable_change, waves_needed
from surveyapp.services.insight.interventions import all_interventions
from surveyapp.services.insight.layouts import Layout, lay_out, midnight
from surveyapp.services.insight.plans import LOW, Plan
from surveyapp.stats.before_after import before_after
from surveyapp.stats.change import collapse, mean_change
from surveyapp.stats.cohorts import staggered_effect
from surveyapp.stats.multiplicity import family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.permutation import scaled_changes
from surveyapp.stats.seeds import generator
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.pulses import Pulse

Answer = dict[str, Any]


def answer_before_after(session: Session, organisation_id: UUID, question: Mapping[str, Any], _record: str) -> Answer:
    """Compare the teams of a registered intervention with those of its comparison."""
    known = {str(each.id): each for each in all_interventions(session, organisation_id)}
    plan = known[question["intervention"]].plan
    pulse = session.get_one(Pulse, (organisation_id, plan.pulse_id))
    cells = cells_of(session, organisation_id, pulse.id, plan.scale)
    zone, cadence = ZoneInfo(pulse.time_zone), timedelta(weeks=pulse.cadence_weeks)
    # Seeded from the record, so that the same plan has the same figures wherever they are computed.
    answer = compare(cells, plan, zone, record=question["intervention"])
    return answer | {"waves_to_come": waves_to_come(cells, plan, zone, cadence)}


def waves_to_come(cells: Sequence[Cell], plan: Plan, zone: ZoneInfo, cadence: timedelta) -> int:
    """Return how many waves the plan still waits for; until then a finding is a look ahead of time."""
    last = max((cell.closed_at for cell in cells), default=None)
    end = midnight(plan.cohorts[1].start if plan.draw else plan.planned_end + timedelta(days=1), zone)
    return max(0, (end - last - timedelta(seconds=1)) // cadence) if last and cadence else 0


def compare(cells: Sequence[Cell], plan: Plan, zone: ZoneInfo, *, record: str) -> Answer:
    """Compare by the test that the design allows; what it could detect is judged by the waves before the start."""
    layout = lay_out(cells, plan, zone)
    detectable = detectable_change(layout, plan, min(layout.before, layout.after or layout.before))
    given: Answer = {
        "waves_before": layout.before,
        "waves_after": layout.after,
        "n_chosen": layout.at_start()[0],
        "detectable": detectable.points if detectable else None,
        "at_most": bool(detectable and detectable.at_most),
        "waves_needed": waves_needed(layout, plan),
    }
    if layout.before < 1 or layout.after < 1:
        side = "before" if layout.before < 1 else "after"
        return given | asdict(CannotTell(f"no wave has been released {side} the first day", 0, 1, "waves"))
    given["beside"] = outcomes_beside(layout, record)
    if len(layout.first) > 1:
        return given | _by_cohorts(layout, plan)
    return given | _in_one_go(layout, plan, record, given["detectable"])


def _in_one_go(layout: Layout, plan: Plan, record: str, detectable: float | None) -> Answer:
    scores, treated = layout.scores, layout.treated
    found = before_after(
        scores,
        treated,
        layout.before,
        rng=generator(record),
        size=layout.sizes,
        chosen_on=layout.on_wave(plan.selection_wave) if plan.chosen == LOW and plan.selection_wave else None,
        detectable=detectable,
    )
    answer = asdict(found) if not isinstance(found, CannotTell) else asdict(found) | {"n_teams": len(treated)}
    return answer | _movement(layout)


def _by_cohorts(layout: Layout, plan: Plan) -> Answer:
    """Compare each cohort with teams that have not started, over as many waves for all as the last one has."""
    if plan.chosen == LOW:
        return asdict(LOW_AND_STAGGERED)
    starts = [nan if cohort is None else float(layout.first[cohort]) for cohort in layout.cohorts]
    found = staggered_effect(layout.scores, starts, waves_before=layout.before, waves_after=layout.after)
    answer = asdict(found)
    if not isinstance(found, CannotTell):
        answer["larger_than"] = answer["rises_anyway"] = None
        answer["cohorts"] = [
            {"start": plan.cohorts[layout.first.index(each.start)].start.isoformat(), "n_treated": each.n_treated}
            | {"n_comparison": each.n_comparison}
            for each in found.cohorts
        ]
    return answer


def _movement(layout: Layout) -> Answer:
    """Say how each side moved by itself, and for one treated team how all moved for their size."""
    treated = layout.treated
    if all(treated) or not any(treated):
        return {}
    means = collapse(layout.scores, layout.before, comparison=[not each for each in treated])
    change = means.change.tolist()
    sides = {
        name: asdict(mean_change([each for each, mark in zip(change, treated, strict=True) if mark is side]))
        for name, side in (("treated", True), ("comparison", False))
    }
    seen = [place for place, each in enumerate(change) if isfinite(each)]
    own = [place for place, nth in enumerate(seen) if treated[nth]]
    placebos: Answer = {}
    if len(own) == 1 and len(seen) > 2:
        scaled = scaled_changes([change[nth] for nth in seen], [layout.sizes[nth] for nth in seen])
        others = sorted(round(float(each), 1) for place, each in enumerate(scaled) if place not in own)
        placebos = {"placebos": {"own": round(float(scaled[own[0]]), 1), "others": others}}
    return {"movement": sides} | placebos


def answer_family(session: Session, organisation_id: UUID, _question: Mapping[str, Any], _record: str) -> Answer:
    """Adjust the p-values of all registered primary outcomes for how many there are."""
    rows = session.execute(
        select(StoredAnalysis.question, StoredAnalysis.answer)
        .where(StoredAnalysis.organisation_id == organisation_id, StoredAnalysis.kind == BEFORE_AFTER)
        .order_by(StoredAnalysis.id)
    ).all()
    found = {json.loads(question)["intervention"]: json.loads(answer).get("p") for question, answer in rows}
    judged = family("registered primary outcomes", {key: p for key, p in found.items() if p is not None}, method="Holm")
    return {"size": judged.size, "method": judged.method, "adjusted": dict(judged.adjusted)}
