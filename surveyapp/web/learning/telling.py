"""Telling of an event in under a minute, with an account or with the code of a team."""

from contextlib import suppress
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid, NotFound, UnknownBallot
from surveyapp.privacy.ballots import show_code
from surveyapp.services.accounts.access import require_unit, visible_units
from surveyapp.services.log.reports import Told, may_tell_a_steward, tell
from surveyapp.services.roster.counting import TeamName, Tree, find_team, in_order, organisation_zone, tree_of
from surveyapp.services.team_codes import is_code, log_code
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.language import choose
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.forms import NO_HINTS, EventForm, PublicEventForm, StaffEventForm
from surveyapp.web.learning.promise import promise_to
from surveyapp.web.learning.words import PROMISE
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("telling", __name__)


@blueprint.route("/app/log/new", methods=["GET", "POST"])
@signed_in
def with_account() -> ResponseReturnValue:
    """Log an event for one of the account's teams."""
    units = tree_of(reach().session, viewer().organisation_id)
    stewards = any(_stewards(viewer().organisation_id, units, each) for each in visible_units(viewer(), units))
    form = StaffEventForm(stewards=stewards, team=request.args.get("team"))
    form.team.choices = team_choices(units)
    found = NO_HINTS
    if form.validate_on_submit():
        unit_id = UUID(form.typed("team"))
        require_unit(viewer(), units, unit_id)
        found = form.new_hints()
        told = None if found else _tell(form, viewer().organisation_id, units, unit_id)
        if told is not None and told.receipt:
            return render_template("learning/told.html", receipt=show_code(told.receipt)), 201
        if told is not None:
            flash(_("Thank you. It is in the log."), "good")
            return redirect(url_for("learning.log"), 303)
    return render_template(
        "learning/tell.html", form=form, hints=found, promise=promise_to(viewer().organisation_id)
    ), form.status


@blueprint.route("/log/<uuid:unit_id>", methods=["GET", "POST"])
def without_account(unit_id: UUID) -> ResponseReturnValue:
    """Log an event for a team with the team's code; who does so is known to nobody whom they do not tell."""
    choose()
    form = PublicEventForm(stewards=_has_stewards(unit_id))
    here = url_for("telling.without_account", unit_id=unit_id)
    found = NO_HINTS
    if form.validate_on_submit():
        team = _team_for_code(unit_id, form)
        found = form.new_hints() if team else ()
        told = _tell_for(team, form) if team and not found else None
        if told is not None:
            receipt = show_code(told.receipt) if told.receipt else ""
            return render_template("learning/thanks.html", here=here, code=form.typed("code"), receipt=receipt), 201
    promise = _promise_of(unit_id)
    return render_template("learning/public.html", form=form, here=here, hints=found, promise=promise), form.status


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


def _has_stewards(unit_id: UUID) -> bool:
    # A team that does not exist is shown a form like any other.
    with suppress(NotFound):
        team = find_team(reach().session, unit_id)
        return _stewards(team.organisation_id, tree_of(reach().session, team.organisation_id), unit_id)
    return False


def _promise_of(unit_id: UUID) -> str:
    with suppress(NotFound):
        return promise_to(find_team(reach().session, unit_id).organisation_id)
    return _(PROMISE)


def _stewards(organisation_id: UUID, units: Tree, unit_id: UUID) -> bool:
    return may_tell_a_steward(reach().session, organisation_id, units, unit_id, now())


def _tell_for(team: TeamName, form: EventForm) -> Told | None:
    return _tell(form, team.organisation_id, tree_of(reach().session, team.organisation_id), team.id)


def _tell(form: EventForm, organisation_id: UUID, units: Tree, unit_id: UUID) -> Told | None:
    """Take in what was filled in, or say in the form what is wrong with it."""
    session, zone = reach().session, ZoneInfo(organisation_zone(reach().session, organisation_id))
    name, secret_key = form.typed("name"), reach().settings.secret_key
    try:
        entry = form.entry(unit_id, zone, now())
        return tell(session, organisation_id, units, entry, now(), name=name, secret_key=secret_key)
    except Invalid as wrong:
        form.not_taken(wrong)
        return None
