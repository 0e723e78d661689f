"""Telling of an event in under a minute, reading the log, taking an entry back, importing from other systems."""

import hmac
from contextlib import suppress
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid, NotFound, UnknownBallot
from surveyapp.languages import available
from surveyapp.privacy.ballots import read_code
from surveyapp.services.access import require_unit, visible_units
from surveyapp.services.event_import import COLUMNS, apply_events, plan_events
from surveyapp.services.events import Entry, find_event, log_event, read_log, set_withdrawn
from surveyapp.services.rosters import TeamName, Tree, find_team, in_order, organisation_zone, tree_of
from surveyapp.services.tables import read_table
from surveyapp.services.team_codes import log_code
from surveyapp.web.access import needs, signed_in, viewer
from surveyapp.web.language import choose
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.forms import EventForm, ImportForm, PublicEventForm, StaffEventForm, finders, kinds
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("learning", __name__)


@blueprint.get("/app/log")
@signed_in
def log() -> ResponseReturnValue:
    """Show the log of the units that the account looks after, newest first."""
    units = _tree()
    visible = visible_units(viewer(), units)
    chosen = request.args.get("team", "")
    wanted = {each for each in visible if not chosen or str(each) == chosen}
    found = read_log(
        reach().session,
        viewer().organisation_id,
        wanted,
        kind=request.args.get("kind", ""),
        words=request.args.get("q", "").strip(),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "learning/log.html",
        found=found,
        kinds=dict(kinds()),
        finders=dict(finders()),
        teams=_team_choices(units),
        chosen={"team": chosen, "kind": request.args.get("kind", ""), "q": request.args.get("q", "")},
        time_zone=_zone_name(),
        page_href=lambda page: url_for("learning.log", **{**request.args.to_dict(), "page": page}),
        log_links=[(units.units[each].name, _log_link(each)) for each in wanted] if len(wanted) == 1 else [],
    )


@blueprint.route("/app/log/new", methods=["GET", "POST"])
@signed_in
def tell() -> ResponseReturnValue:
    """Log an event for one of the account's teams."""
    units = _tree()
    form = StaffEventForm(team=request.args.get("team"))
    form.team.choices = _team_choices(units)
    if form.validate_on_submit():
        unit_id = UUID(str(form.team.data))
        require_unit(viewer(), units, unit_id)
        entry = form.entry(unit_id, ZoneInfo(_zone_name()), now())
        if _log(form, viewer().organisation_id, entry):
            flash(_("Thank you. It is in the log."))
            return redirect(url_for("learning.log"), 303)
    return render_template("learning/tell.html", form=form), 422 if form.errors else 200


@blueprint.route("/app/log/<uuid:event_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(event_id: UUID) -> ResponseReturnValue:
    """Ask whether to take an entry back, and do it."""
    event = find_event(reach().session, viewer().organisation_id, event_id)
    require_unit(viewer(), _tree(), event.unit_id)
    if request.method == "GET":
        return render_template("learning/withdraw.html", event=event)
    set_withdrawn(reach().session, viewer().organisation_id, event_id, withdrawn=True)
    flash(_("The entry is withdrawn. It counts in nothing, and can be put back."))
    return redirect(url_for("learning.log"), 303)


@blueprint.post("/app/log/<uuid:event_id>/restore")
@signed_in
def restore(event_id: UUID) -> ResponseReturnValue:
    """Put a withdrawn entry back."""
    event = find_event(reach().session, viewer().organisation_id, event_id)
    require_unit(viewer(), _tree(), event.unit_id)
    set_withdrawn(reach().session, viewer().organisation_id, event_id, withdrawn=False)
    flash(_("The entry is back in the log."))
    return redirect(url_for("learning.log"), 303)


@blueprint.route("/app/log/import", methods=["GET", "POST"])
@needs("admin")
def bring_in() -> ResponseReturnValue:
    """Import events of another system: look first, then all of them or none."""
    form = ImportForm()
    plan = None
    if form.validate_on_submit():
        try:
            table = read_table(form.file.data.read(), COLUMNS)
            plan = plan_events(
                reach().session,
                viewer().organisation_id,
                table,
                source=str(form.source.data).strip(),
                time_zone=_zone_name(),
                now=now(),
            )
        except Invalid as wrong:
            form.file.errors = [wrong.message]
    if plan and not plan.bad and "commit" in request.form:
        taken = apply_events(reach().session, viewer().organisation_id, plan)
        flash(_("%(n)s events were added to the log.") % {"n": taken})
        return redirect(url_for("learning.log"), 303)
    return render_template("learning/import.html", form=form, plan=plan), 422 if form.errors else 200


@blueprint.route("/log/<uuid:unit_id>", methods=["GET", "POST"])
def tell_without_account(unit_id: UUID) -> ResponseReturnValue:
    """Log an event for a team with the team's code; who does so is not known."""
    choose(available())
    form = PublicEventForm()
    if form.validate_on_submit():
        team = _team_for_code(unit_id, form)
        if team is not None:
            entry = form.entry(unit_id, ZoneInfo(organisation_zone(reach().session, team.organisation_id)), now())
            if _log(form, team.organisation_id, entry):
                return render_template("learning/thanks.html", here=request.path, form=form), 201
    return render_template("learning/public.html", form=form, here=request.path), 422 if form.errors else 200


def _team_for_code(unit_id: UUID, form: PublicEventForm) -> TeamName | None:
    """Return the team whose code was given, or say in the form that it is none."""
    # The same answer whether the team or the code is unknown.
    with suppress(NotFound, UnknownBallot):
        team = find_team(reach().session, unit_id)
        code = log_code(reach().settings.ballot_key, team.organisation_id, unit_id)
        if hmac.compare_digest(code, read_code(str(form.code.data))):
            return team
    form.code.errors = [_("We do not know this code. Please compare it with your team's link.")]
    return None


def _log(form: EventForm, organisation_id: UUID, entry: Entry) -> bool:
    """Log what was filled in, or say in the form what is wrong with it."""
    try:
        log_event(reach().session, organisation_id, entry, now())
    except Invalid as wrong:
        form[wrong.field].errors = [_("Please give %(expected)s.") % {"expected": wrong.expected}]
        return False
    return True


def _tree() -> Tree:
    return tree_of(reach().session, viewer().organisation_id)


def _team_choices(units: Tree) -> list[tuple[str, str]]:
    ordered = in_order(units, visible_units(viewer(), units))
    return [(str(unit_id), "\N{EM SPACE}" * depth + units.units[unit_id].name) for unit_id, depth in ordered]


def _zone_name() -> str:
    return organisation_zone(reach().session, viewer().organisation_id)


def _log_link(unit_id: UUID) -> str:
    settings = reach().settings
    code = log_code(settings.ballot_key, viewer().organisation_id, unit_id)
    return f"{settings.base_url}{url_for('learning.tell_without_account', unit_id=unit_id)}#{code}"
