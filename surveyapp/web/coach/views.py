"""Relations between safety and reports, and comparisons before and after: read from what the worker has stored."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.charts.intervals import Range, points_chart, ratio_chart
from surveyapp.errors import NotFound
from surveyapp.services.access import visible_units
from surveyapp.services.analyses import (
    Analysis,
    ask_again,
    ask_before_after,
    find_analysis,
    list_before_after,
    relation_of,
)
from surveyapp.services.results import PulseName, ScaleName, pulse_scales, pulses_of
from surveyapp.services.rosters import in_order, tree_of
from surveyapp.web.access import needs, viewer
from surveyapp.web.coach import words
from surveyapp.web.coach.forms import BeforeAfterForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import language
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("coach", __name__, url_prefix="/app")


@blueprint.get("/relation")
@needs("coach", "admin")
def relation() -> ResponseReturnValue:
    """Show how safety and reports go together."""
    pulse, pulses = _pulses()
    scales = _scales(pulse)
    scale = next((each for each in scales if each.figure == request.args.get("scale")), scales[0] if scales else None)
    found = pulse and scale and relation_of(reach().session, viewer().organisation_id, pulse.id, _key(scale))
    return render_template(
        "coach/relation.html",
        pulse=pulse,
        pulses=pulses,
        scale=scale,
        scales=scales,
        analysis=found,
        words=words,
        chart=_relation_chart(found.answer) if found and found.told else None,
    )


@blueprint.get("/before-after")
@needs("coach", "admin")
def comparisons() -> ResponseReturnValue:
    """List the comparisons that were asked for."""
    return render_template(
        "coach/comparisons.html",
        analyses=list_before_after(reach().session, viewer().organisation_id),
        pulse=_pulses()[0],
        words=words,
    )


@blueprint.route("/before-after/new", methods=["GET", "POST"])
@needs("coach", "admin")
def compare() -> ResponseReturnValue:
    """Ask for a comparison of some teams with all others."""
    pulse, pulses = _pulses()
    if pulse is None:
        return redirect(url_for("coach.comparisons"))
    form = BeforeAfterForm()
    form.scale.choices = [(scale.figure, scale.name) for scale in _scales(pulse)]
    form.teams.choices = _team_choices()
    if form.validate_on_submit() and form.start.data is not None:
        analysis_id = ask_before_after(
            reach().session,
            viewer().organisation_id,
            pulse_id=pulse.id,
            scale=str(form.scale.data).removeprefix("scale:"),
            units=[UUID(each) for each in form.teams.data or ()],
            start=form.start.data,
            chosen_low=bool(form.chosen_low.data),
            name=str(form.name.data),
            now=now(),
        )
        return redirect(url_for("coach.comparison", analysis_id=analysis_id))
    status = 422 if form.errors else 200
    return render_template("coach/compare.html", form=form, pulse=pulse, pulses=pulses), status


@blueprint.get("/before-after/<uuid:analysis_id>")
@needs("coach", "admin")
def comparison(analysis_id: UUID) -> ResponseReturnValue:
    """Show one comparison."""
    analysis = _owned(analysis_id)
    units = tree_of(reach().session, viewer().organisation_id).units
    return render_template(
        "coach/comparison.html",
        analysis=analysis,
        teams=[units[UUID(each)].name for each in analysis.question["units"] if UUID(each) in units],
        words=words,
        chart=_change_chart(analysis.answer) if analysis.told else None,
    )


@blueprint.post("/before-after/<uuid:analysis_id>/again")
@needs("coach", "admin")
def again(analysis_id: UUID) -> ResponseReturnValue:
    """Queue a comparison once more, after a failure or with newer waves."""
    _owned(analysis_id)
    ask_again(reach().session, viewer().organisation_id, analysis_id, now())
    flash(_("The comparison is being computed again."))
    return redirect(url_for("coach.comparison", analysis_id=analysis_id))


def _owned(analysis_id: UUID) -> Analysis:
    """Return a comparison whose teams the account may all see."""
    analysis = find_analysis(reach().session, viewer().organisation_id, analysis_id)
    visible = visible_units(viewer(), tree_of(reach().session, viewer().organisation_id))
    if not {UUID(each) for each in analysis.question.get("units", ())} <= visible:
        message = "There is no such comparison"
        raise NotFound(message)
    return analysis


def _pulses() -> tuple[PulseName | None, list[PulseName]]:
    """Return the pulse named in the address, or the newest, and all of them."""
    pulses = pulses_of(reach().session, viewer().organisation_id)
    named = next((pulse for pulse in pulses if str(pulse.id) == request.args.get("pulse")), None)
    return named or (pulses[0] if pulses else None), pulses


def _scales(pulse: PulseName | None) -> list[ScaleName]:
    return pulse_scales(reach().session, viewer().organisation_id, pulse.id, language()) if pulse else []


def _key(scale: ScaleName) -> str:
    return scale.figure.removeprefix("scale:")


def _team_choices() -> list[tuple[str, str]]:
    tree = tree_of(reach().session, viewer().organisation_id)
    ordered = in_order(tree, visible_units(viewer(), tree))
    return [(str(unit_id), "\N{EM SPACE}" * depth + tree.units[unit_id].name) for unit_id, depth in ordered]


def _relation_chart(answer: Mapping[str, Any]) -> object:
    labels = {"within": _("Within a team, from wave to wave"), "between": _("Between teams")}
    return ratio_chart(
        [
            Range(label, answer[part]["rate_ratio"], answer[part]["low"], answer[part]["high"])
            for part, label in labels.items()
        ]
    )


def _change_chart(answer: Mapping[str, Any]) -> object:
    return points_chart([Range(_("Change beyond the other teams"), answer["estimate"], answer["low"], answer["high"])])
