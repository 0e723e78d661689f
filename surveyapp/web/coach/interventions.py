"""Interventions: thought over with advice, registered, and compared with other teams from what the worker stored."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import SurveyError
from surveyapp.services.accounts.access import visible_units
from surveyapp.services.insight.advice import (
    WaveName,
    Wish,
    ask_advice,
    find_advice,
    plan_of,
    register_advised,
    released_waves,
)
from surveyapp.services.insight.analyses import Analysis, ask_again
from surveyapp.services.insight.comparisons import comparison_of, family_of
from surveyapp.services.insight.interventions import (
    Change,
    Intervention,
    amend,
    find_intervention,
    list_interventions,
)
from surveyapp.services.insight.plans import Plan
from surveyapp.services.insight.verdicts import verdict_of
from surveyapp.services.results.reading import PulseName, pulse_scales
from surveyapp.services.roster.counting import Tree, in_order, tree_of
from surveyapp.web.access import needs, viewer
from surveyapp.web.coach import comparison_words as words
from surveyapp.web.coach.beside_words import outcomes
from surveyapp.web.coach.choices import chosen_pulse, scales_of
from surveyapp.web.coach.comparison_pictures import change_chart, placebo_measure, placebo_picture
from surveyapp.web.coach.plan_forms import THESE, AmendForm, PlanForm
from surveyapp.web.language import day, language
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("interventions", __name__, url_prefix="/app/before-after")


@blueprint.get("")
@needs("coach", "admin")
def index() -> ResponseReturnValue:
    """List the interventions of teams that the account may see, with what may be said of each."""
    found = list_interventions(reach().session, viewer().organisation_id, _visible(_tree()))
    family = family_of(reach().session, viewer().organisation_id)
    analyses = {each.id: _comparison(each) for each in found}
    return render_template(
        "coach/interventions.html",
        interventions=found,
        findings={key: _finding(each, key) for key, each in analyses.items() if each.answer},
        pending={key for key, each in analyses.items() if each.pending},
        family=family,
        pulse=chosen_pulse()[0],
        words=words,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs("coach", "admin")
def plan() -> ResponseReturnValue:
    """Write a plan, with what was written before when it is to be changed, and ask for advice on it."""
    pulse, pulses = chosen_pulse()
    if pulse is None:
        return redirect(url_for("interventions.index"))
    tree = _tree()
    form = PlanForm(data=_written(tree))
    form.offer(_scale_choices(pulse), _wave_choices(pulse), _team_choices(tree))
    if form.validate_on_submit():
        try:
            asked = ask_advice(reach().session, viewer().organisation_id, _wish(form, pulse), now())
            return redirect(url_for("interventions.advice", analysis_id=asked), 303)
        except SurveyError as wrong:
            form.refuse(wrong)
    return render_template("coach/plan.html", form=form, pulse=pulse, pulses=pulses), form.status


def _wish(form: PlanForm, pulse: PulseName) -> Wish:
    wave = form.typed("selection_wave")
    return Wish(
        title=form.typed("title"),
        what=form.typed("what"),
        pulse_id=pulse.id,
        scale=form.typed("scale").removeprefix("scale:"),
        chosen=form.typed("chosen"),
        why=form.typed("why"),
        selection_wave=int(wave) if wave else None,
        start=form.start.data or now().date(),
        teams=form.ticked("teams"),
        later=form.later.data,
        later_teams=form.ticked("later_teams"),
        compared_with=form.ticked("compared_with") if form.typed("comparison") == THESE else (),
        planned_end=form.planned_end.data or now().date(),
    )


def _written(tree: Tree) -> dict[str, Any]:
    """Return the fields of the plan that the address says to start from."""
    known = request.args.get("from", type=UUID)
    if known is None:
        return {}
    found = find_advice(reach().session, viewer().organisation_id, known, _visible(tree))
    old = found.question["plan"]
    draw, cohorts = found.question["draw"], old["cohorts"]
    return {
        **{name: old[name] for name in ("title", "what", "chosen", "why")},
        "scale": f"scale:{old['scale']}",
        "selection_wave": str(old["selection_wave"] or ""),
        "start": plan_of(found).start,
        "planned_end": plan_of(found).planned_end,
        "teams": cohorts[0]["units"],
        "later": _day(draw["later"] if draw else cohorts[1]["start"] if len(cohorts) > 1 else None),
        "later_teams": cohorts[1]["units"] if len(cohorts) > 1 else [],
        "comparison": THESE if old["compared_with"] else "everybody",
        "compared_with": old["compared_with"],
    }


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


@blueprint.get("/plan/<uuid:analysis_id>")
@needs("coach", "admin")
def advice(analysis_id: UUID) -> ResponseReturnValue:
    """Show what a plan allows and could find, before it is registered."""
    tree = _tree()
    found = find_advice(reach().session, viewer().organisation_id, analysis_id, _visible(tree))
    return render_template("coach/advice.html", analysis=found, **_about(plan_of(found), tree))


@blueprint.post("/plan/<uuid:analysis_id>")
@needs("coach", "admin")
def register(analysis_id: UUID) -> ResponseReturnValue:
    """Lock a plan as it was advised on."""
    found = find_advice(reach().session, viewer().organisation_id, analysis_id, _visible(_tree()))
    who = viewer()
    registered = register_advised(reach().session, who.organisation_id, found, account_id=who.account_id, now=now())
    flash(_("Registered. From now on it changes only by amendments that everybody sees."))
    return redirect(url_for("interventions.comparison", intervention_id=registered), 303)


@blueprint.get("/<uuid:intervention_id>")
@needs("coach", "admin")
def comparison(intervention_id: UUID) -> ResponseReturnValue:
    """Show one intervention and what may be said of it."""
    tree = _tree()
    found = _found(intervention_id, tree)
    analysis = _comparison(found)
    answer = analysis.answer
    family = family_of(reach().session, viewer().organisation_id)
    return render_template(
        "coach/intervention.html",
        intervention=found,
        analysis=analysis,
        answer=answer,
        finding=_finding(analysis, found.id) if answer else "",
        family=family,
        adjusted=family.of(found.id),
        chart=change_chart(answer) if analysis.told else None,
        picture=placebo_picture(answer),
        placebo_measure=placebo_measure(),
        beside=outcomes(answer),
        **_about(found.plan, tree),
    )


@blueprint.route("/<uuid:intervention_id>/amend", methods=["GET", "POST"])
@needs("coach", "admin")
def change(intervention_id: UUID) -> ResponseReturnValue:
    """Append a change with its reason."""
    found = _found(intervention_id, _tree())
    cohorts = found.plan.cohorts
    form = AmendForm(
        data={
            "start": cohorts[0].start,
            "later": cohorts[1].start if len(cohorts) > 1 else None,
            "planned_end": found.plan.planned_end,
            "what": found.plan.what,
        }
    )
    if form.validate_on_submit():
        try:
            _amend(form, found)
        except SurveyError as wrong:
            form.refuse(wrong)
        else:
            flash(_("The change is appended, with its reason."))
            return redirect(url_for("interventions.comparison", intervention_id=intervention_id), 303)
    return render_template("coach/amend.html", form=form, intervention=found), form.status


def _amend(form: AmendForm, found: Intervention) -> None:
    old = found.plan
    starts = [form.start.data, form.later.data][: len(old.cohorts)]
    amend(
        reach().session,
        viewer().organisation_id,
        found,
        Change(
            starts=[typed or cohort.start for typed, cohort in zip(starts, old.cohorts, strict=True)],
            planned_end=form.planned_end.data or old.planned_end,
            what=form.typed("what"),
            reason=form.typed("reason"),
        ),
        account_id=viewer().account_id,
        now=now(),
    )


@blueprint.post("/<uuid:intervention_id>/again")
@needs("coach", "admin")
def again(intervention_id: UUID) -> ResponseReturnValue:
    """Queue a comparison once more, as after a failure."""
    found = _found(intervention_id, _tree())
    ask_again(reach().session, viewer().organisation_id, _comparison(found).id, now())
    flash(_("The comparison is being computed again."))
    return redirect(url_for("interventions.comparison", intervention_id=intervention_id), 303)


def _found(intervention_id: UUID, tree: Tree) -> Intervention:
    return find_intervention(reach().session, viewer().organisation_id, intervention_id, _visible(tree))


def _comparison(found: Intervention) -> Analysis:
    return comparison_of(reach().session, viewer().organisation_id, found.id)


def _finding(analysis: Analysis, intervention_id: UUID) -> str:
    family = family_of(reach().session, viewer().organisation_id)
    verdict = verdict_of(analysis.answer, family.of(intervention_id))
    return words.finding(analysis.answer, verdict, family.size)


def _about(known: Plan, tree: Tree) -> dict[str, Any]:
    """Return what every page on a plan shows of it."""
    pulse = next(each for each in chosen_pulse()[1] if each.id == known.pulse_id)
    scales = pulse_scales(reach().session, viewer().organisation_id, pulse.id, language())
    return {
        "plan": known,
        "pulse": pulse,
        "scale": next((each.name for each in scales if each.figure == f"scale:{known.scale}"), ""),
        "names": lambda units: ", ".join(sorted(tree.units[each].name for each in units if each in tree.units)),
        "day_of": date.fromisoformat,
        "words": words,
    }


def _tree() -> Tree:
    return tree_of(reach().session, viewer().organisation_id)


def _visible(tree: Tree) -> frozenset[UUID]:
    return visible_units(viewer(), tree, ("coach", "admin"))


def _scale_choices(pulse: PulseName) -> list[tuple[str, str]]:
    return [(scale.figure, scale.name) for scale in scales_of(pulse)]


def _wave_choices(pulse: PulseName) -> list[tuple[str, str]]:
    return [
        (str(wave.number), _("Wave %(number)s, %(day)s") % {"number": wave.number, "day": _closed(wave)})
        for wave in released_waves(reach().session, viewer().organisation_id, pulse.id)
    ]


def _closed(wave: WaveName) -> str:
    return day(wave.closed_at, wave.time_zone, "medium")


def _team_choices(tree: Tree) -> list[tuple[str, str]]:
    in_use = [each for each in _visible(tree) if tree.units[each].retired_on is None]
    return [(str(each), "\N{EM SPACE}" * depth + tree.units[each].name) for each, depth in in_order(tree, in_use)]
