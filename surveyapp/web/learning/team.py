"""The learning page of a team: what it changed this month, then what it told, then what the figures can tell."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.learning.catalogue import MEASURES
from surveyapp.services.accounts.access import require_unit, visible_units
from surveyapp.services.insight.suggesting import answer_suggestion, suggestions_for
from surveyapp.services.log.team_page import TRIO, team_page
from surveyapp.services.roster.counting import in_order, organisation_zone, tree_of
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.figures import rises_chart, signals, steps
from surveyapp.web.learning.suggestion_forms import SuggestionForm
from surveyapp.web.learning.telling import team_choices
from surveyapp.web.learning.words import kind_names
from surveyapp.web.measures import line
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("team_learning", __name__, url_prefix="/app/learning")


@blueprint.get("")
@signed_in
def page() -> ResponseReturnValue:
    """Show the page of the chosen unit, or of the first that the account sees."""
    session, owner = reach().session, viewer().organisation_id
    units = tree_of(session, owner)
    visible = visible_units(viewer(), units)
    ordered = [each for each, _ in in_order(units, visible)]
    chosen = next((each for each in visible if str(each) == request.args.get("team")), ordered[0] if ordered else None)
    if chosen is None:
        return render_template("learning/team.html", found=None, teams=[], chosen=None)
    found = team_page(session, owner, chosen, units.below(chosen), now())
    lines = {key: line(found.findings[key]) for key in MEASURES if key in found.findings}
    return render_template(
        "learning/team.html",
        found=found,
        trio=[lines[key] for key in TRIO if key in lines],
        lines=list(lines.values()),
        rises=rises_chart(found.around_rises),
        signals=signals(lines, found.said),
        steps=steps(suggestions_for(session, owner, chosen), lines),
        kinds=kind_names(),
        teams=team_choices(units),
        chosen=chosen,
        name=units.units[chosen].name,
        time_zone=organisation_zone(session, owner),
        today=now().date(),
    )


@blueprint.post("/<uuid:unit_id>/suggestions")
@signed_in
def answer(unit_id: UUID) -> ResponseReturnValue:
    """Say whether what was suggested to a unit was useful."""
    session, owner = reach().session, viewer().organisation_id
    require_unit(viewer(), tree_of(session, owner), unit_id)
    form = SuggestionForm()
    if form.validate_on_submit():
        answer_suggestion(session, owner, unit_id, form.typed("rule"), form.typed("said"))
        flash(_("Noted."), "good")
    return redirect(url_for("team_learning.page", team=unit_id), 303)
