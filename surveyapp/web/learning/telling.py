"""Telling of an event in under a minute, with an account or with the code of a team."""

from contextlib import suppress
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid, NotFound, UnknownBallot
from surveyapp.services.accounts.access import require_unit, visible_units
from surveyapp.services.log.events import log_event
from surveyapp.services.roster.counting import TeamName, Tree, find_team, in_order, organisation_zone, tree_of
from surveyapp.services.team_codes import is_code, log_code
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.language import choose
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.forms import EventForm, PublicEventForm, StaffEventForm
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("telling", __name__)


@blueprint.route("/app/log/new", methods=["GET", "POST"])
@signed_in
def with_account() -> ResponseReturnValue:
    """Log an event for one of the account's teams."""
    units = tree_of(reach().session, viewer().organisation_id)
    form = StaffEventForm(team=request.args.get("team"))
    form.team.choices = team_choices(units)
    if form.validate_on_submit():
        unit_id = UUID(form.typed("team"))
        require_unit(viewer(), units, unit_id)
        if _log(form, viewer().organisation_id, unit_id):
            flash(_("Thank you. It is in the log."), "good")
            return redirect(url_for("learning.log"), 303)
    return render_template("learning/tell.html", form=form), form.status


@blueprint.route("/log/<uuid:unit_id>", methods=["GET", "POST"])
def without_account(unit_id: UUID) -> ResponseReturnValue:
    """Log an event for a team with the team's code; who does so is not known."""
    choose()
    form = PublicEventForm()
    here = url_for("telling.without_account", unit_id=unit_id)
    if form.validate_on_submit():
        team = _team_for_code(unit_id, form)
        if team is not None and _log(form, team.organisation_id, unit_id):
            return render_template("learning/thanks.html", here=here, code=form.typed("code")), 201
    return render_template("learning/public.html", form=form, here=here), form.status


def team_choices(units: Tree) -> list[tuple[str, str]]:
    """Return the units in use that the account looks after, indented as in the tree."""
    in_use = [each for each in visible_units(viewer(), units) if units.units[each].retired_on is None]
    return [(str(each), "\N{EM SPACE}" * depth + units.units[each].name) for each, depth in in_order(units, in_use)]


def _team_for_code(unit_id: UUID, form: PublicEventForm) -> TeamName | None:
    """Return the team whose code was given, or say in the form that it is none."""
    # The same answer whether the team or the code is unknown.
    with suppress(NotFound, UnknownBallot):
        team = find_team(reach().session, unit_id)
        if is_code(form.typed("code"), log_code(reach().settings.ballot_key, team.organisation_id, unit_id)):
            return team
    form.say(form.code, _("We do not know this code. Please compare it with your team's link."))
    return None


def _log(form: EventForm, organisation_id: UUID, unit_id: UUID) -> bool:
    """Log what was filled in, or say in the form what is wrong with it."""
    zone = ZoneInfo(organisation_zone(reach().session, organisation_id))
    try:
        log_event(reach().session, organisation_id, form.entry(unit_id, zone, now()), now())
    except Invalid as wrong:
        form.not_taken(wrong)
        return False
    return True
