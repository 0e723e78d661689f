"""Reading the log, and taking an entry back."""

from collections.abc import Collection
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.privacy.ballots import show_code
from surveyapp.services.accounts.access import require_unit, visible_units
from surveyapp.services.log.reading import LogPage, find_event, read_log, set_withdrawn, told_by
from surveyapp.services.roster.counting import Tree, organisation_zone, tree_of
from surveyapp.services.team_codes import log_code
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.csv_files import csv_response
from surveyapp.web.language import gettext as _
from surveyapp.web.learning import words
from surveyapp.web.learning.telling import team_choices
from surveyapp.web.learning.words import kind_names
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("learning", __name__)
# The file holds what the page shows, and no time that is finer than a day.
COLUMNS = (
    "told_precision",
    "unit_name",
    "kind",
    "what_happened",
    "found_by",
    "reached",
    "severity",
    "potential_severity",
    "barrier",
    "luck_only",
    "surprise",
    "withdrawn",
)


@blueprint.get("/app/log")
@signed_in
def log() -> ResponseReturnValue:
    """Show the log of the units that the account looks after, newest first."""
    units = _tree()
    visible = visible_units(viewer(), units)
    chosen = _chosen(visible)
    found = _search(units, page=request.args.get("page", 1, type=int))
    only = chosen or (next(iter(visible)) if len(visible) == 1 else None)
    return render_template(
        "learning/log.html",
        found=found,
        names=told_by(
            reach().session,
            viewer().organisation_id,
            [event.id for event in found.entries],
            reach().settings.secret_key,
        ),
        kinds=kind_names(),
        words=words,
        teams=team_choices(units),
        chosen={"team": str(chosen or ""), "kind": request.args.get("kind", ""), "q": request.args.get("q", "")},
        time_zone=_zone_name(),
        page_href=lambda page: url_for("learning.log", **{**request.args.to_dict(), "page": page}),
        team_name=units.units[only].name if only else "",
        log_link=_log_link(only) if only else "",
    )


@blueprint.get("/app/log/log.csv")
@signed_in
def csv() -> Response:
    """Download what the log shows for the same search, all pages of it."""
    found = _search(_tree(), page=None)
    zone = ZoneInfo(_zone_name())
    days = [each.told_at.astimezone(zone).date().isoformat() for each in found.entries]
    rows = [
        [day, *(getattr(each, column) for column in COLUMNS), " ".join(each.contributing)]
        for day, each in zip(days, found.entries, strict=True)
    ]
    return csv_response("learning log", [("told_on", *COLUMNS, "contributing"), *rows])


@blueprint.route("/app/log/<uuid:event_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(event_id: UUID) -> ResponseReturnValue:
    """Ask whether to take an entry back, and do it."""
    event = find_event(reach().session, viewer().organisation_id, event_id, now())
    require_unit(viewer(), _tree(), event.unit_id)
    if request.method != "POST":
        return render_template("learning/withdraw.html", event=event)
    set_withdrawn(reach().session, viewer().organisation_id, event_id, withdrawn=True)
    flash(_("The entry is withdrawn. It counts in nothing, and can be put back."))
    return redirect(url_for("learning.log"), 303)


@blueprint.post("/app/log/<uuid:event_id>/restore")
@signed_in
def restore(event_id: UUID) -> ResponseReturnValue:
    """Put a withdrawn entry back."""
    event = find_event(reach().session, viewer().organisation_id, event_id, now())
    require_unit(viewer(), _tree(), event.unit_id)
    set_withdrawn(reach().session, viewer().organisation_id, event_id, withdrawn=False)
    flash(_("The entry is back in the log."), "good")
    return redirect(url_for("learning.log"), 303)


def _tree() -> Tree:
    return tree_of(reach().session, viewer().organisation_id)


def _zone_name() -> str:
    return organisation_zone(reach().session, viewer().organisation_id)


def _log_link(unit_id: UUID) -> str:
    settings = reach().settings
    code = show_code(log_code(settings.ballot_key, viewer().organisation_id, unit_id))
    return f"{settings.base_url}{url_for('telling.without_account', unit_id=unit_id)}#{code}"


def _chosen(visible: Collection[UUID]) -> UUID | None:
    """Return the unit that is asked for, if the account may see it."""
    return next((each for each in visible if str(each) == request.args.get("team")), None)


def _search(units: Tree, *, page: int | None) -> LogPage:
    """Read what is searched for in the units that the account looks after."""
    visible = visible_units(viewer(), units)
    chosen = _chosen(visible)
    return read_log(
        reach().session,
        viewer().organisation_id,
        units.below(chosen) if chosen else visible,
        now(),
        kind=request.args.get("kind", ""),
        words=request.args.get("q", "").strip(),
        page=page,
    )
