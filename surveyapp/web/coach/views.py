"""Comparisons before and after: asked here, and read from what the worker has stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.charts.intervals import IntervalChart, Range, points_chart
from surveyapp.errors import Invalid
from surveyapp.services.accounts.access import visible_units
from surveyapp.services.insight.analyses import Analysis, ask_again
from surveyapp.services.insight.comparisons import ask_before_after, find_before_after, list_before_after
from surveyapp.services.results.reading import PulseName, pulse_scales
from surveyapp.services.roster.counting import Tree, in_order, tree_of
from surveyapp.web.access import needs, viewer
from surveyapp.web.coach import words
from surveyapp.web.coach.choices import chosen_pulse, scales_of
from surveyapp.web.coach.forms import BeforeAfterForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import language
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("coach", __name__, url_prefix="/app")


@blueprint.get("/before-after")
@needs("coach", "admin")
def comparisons() -> ResponseReturnValue:
    """List the comparisons of teams that the account may see."""
    return render_template(
        "coach/comparisons.html",
        analyses=list_before_after(reach().session, viewer().organisation_id, _visible(_tree())),
        pulse=chosen_pulse()[0],
        words=words,
        day=date.fromisoformat,
    )


@blueprint.route("/before-after/new", methods=["GET", "POST"])
@needs("coach", "admin")
def compare() -> ResponseReturnValue:
    """Ask for a comparison of some teams with all others."""
    pulse, pulses = chosen_pulse()
    if pulse is None:
        return redirect(url_for("coach.comparisons"))
    form = BeforeAfterForm()
    form.scale.choices = [(scale.figure, scale.name) for scale in scales_of(pulse)]
    form.teams.choices = _team_choices()
    if form.validate_on_submit():
        try:
            return redirect(url_for("coach.comparison", analysis_id=_ask(form, pulse)), 303)
        except Invalid as wrong:
            form.refuse(wrong)
    return render_template("coach/compare.html", form=form, pulse=pulse, pulses=pulses), form.status


def _ask(form: BeforeAfterForm, pulse: PulseName) -> UUID:
    return ask_before_after(
        reach().session,
        viewer().organisation_id,
        pulse_id=pulse.id,
        scale=form.typed("scale").removeprefix("scale:"),
        units=[UUID(each) for each in form.teams.data or ()],
        start=form.start.data or now().date(),
        chosen_low=bool(form.chosen_low.data),
        name=form.typed("name"),
        now=now(),
    )


@blueprint.get("/before-after/<uuid:analysis_id>")
@needs("coach", "admin")
def comparison(analysis_id: UUID) -> ResponseReturnValue:
    """Show one comparison."""
    tree = _tree()
    analysis = find_before_after(reach().session, viewer().organisation_id, analysis_id, _visible(tree))
    chosen = [UUID(each) for each in analysis.question["units"]]
    return render_template(
        "coach/comparison.html",
        analysis=analysis,
        question=analysis.question,
        start=date.fromisoformat(analysis.question["start"]),
        asked_on=date.fromisoformat(analysis.question["asked_on"]),
        scale=_scale_name(analysis),
        teams=sorted(tree.units[each].name for each in chosen if each in tree.units),
        words=words,
        chart=_change_chart(analysis.answer) if analysis.told else None,
    )


@blueprint.post("/before-after/<uuid:analysis_id>/again")
@needs("coach", "admin")
def again(analysis_id: UUID) -> ResponseReturnValue:
    """Queue a comparison once more, after a failure or with newer waves."""
    find_before_after(reach().session, viewer().organisation_id, analysis_id, _visible(_tree()))
    ask_again(reach().session, viewer().organisation_id, analysis_id, now())
    flash(_("The comparison is being computed again."))
    return redirect(url_for("coach.comparison", analysis_id=analysis_id), 303)


def _tree() -> Tree:
    return tree_of(reach().session, viewer().organisation_id)


def _visible(tree: Tree) -> frozenset[UUID]:
    return visible_units(viewer(), tree, ("coach", "admin"))


def _scale_name(analysis: Analysis) -> str:
    pulse, wanted = UUID(analysis.question["pulse"]), f"scale:{analysis.question['scale']}"
    scales = pulse_scales(reach().session, viewer().organisation_id, pulse, language())
    return next((scale.name for scale in scales if scale.figure == wanted), "")


def _team_choices() -> list[tuple[str, str]]:
    tree = _tree()
    in_use = [each for each in _visible(tree) if tree.units[each].retired_on is None]
    return [(str(each), "\N{EM SPACE}" * depth + tree.units[each].name) for each, depth in in_order(tree, in_use)]


def _change_chart(answer: Mapping[str, Any]) -> IntervalChart:
    return points_chart([Range(_("Beyond the other teams"), answer["estimate"], answer["low"], answer["high"])])
