"""Managers, coaches and admins read the results of the units they look after."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.services.access import require_unit, visible_units
from surveyapp.services.results import (
    PulseName,
    Trend,
    export_rows,
    organisation_tree,
    pulse_scales,
    pulses_of,
    results_code,
    unit_trend,
)
from surveyapp.services.rosters import Tree, tree_of
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.csv_files import csv_response
from surveyapp.web.language import gettext, language
from surveyapp.web.reaching import reach
from surveyapp.web.trends import panels

blueprint = Blueprint("team", __name__, url_prefix="/app")


@blueprint.get("/teams")
@signed_in
def tree() -> ResponseReturnValue:
    """Show the visible part of the organisation with the latest released numbers."""
    who, units = viewer(), _tree()
    pulse = _chosen_pulse()
    query = request.args.get("q", "").strip()
    visible = visible_units(who, units)
    found = organisation_tree(reach().session, who.organisation_id, pulse.id, units, visible) if pulse else []
    return render_template(
        "team/tree.html",
        pulses=_choices("team.tree", pulse),
        pulse_id=pulse.id if pulse else None,
        query=query,
        summaries=[each for each in found if query.casefold() in each.name.casefold()],
        any_results=bool(found),
        scales=pulse_scales(reach().session, who.organisation_id, pulse.id, language()) if pulse else [],
    )


@blueprint.get("/teams/<uuid:unit_id>")
@signed_in
def page(unit_id: UUID) -> ResponseReturnValue:
    """Show the trend of one unit."""
    units = _tree()
    require_unit(viewer(), units, unit_id)
    pulse = _chosen_pulse()
    if pulse is None:
        return render_template("team/tree.html", pulses=[])
    trend = unit_trend(reach().session, viewer().organisation_id, pulse.id, unit_id)
    return render_template(
        "team/page.html",
        trail=[(gettext("Teams"), url_for("team.tree", pulse=pulse.id)), (units.units[unit_id].name, "")],
        unit_name=units.units[unit_id].name,
        trend=trend,
        panels=panels(trend),
        pulses=_choices("team.page", pulse, unit_id=unit_id),
        csv_href=url_for("team.csv", unit_id=unit_id, pulse=pulse.id),
        team_link=_team_link(trend),
    )


@blueprint.get("/teams/<uuid:unit_id>/results.csv")
@signed_in
def csv(unit_id: UUID) -> Response:
    """Download exactly what the page of a unit shows."""
    units = _tree()
    require_unit(viewer(), units, unit_id)
    pulse = _chosen_pulse()
    if pulse is None:
        abort(404)
    trend = unit_trend(reach().session, viewer().organisation_id, pulse.id, unit_id)
    return csv_response(f"{units.units[unit_id].name} - {trend.pulse_name}", export_rows(trend, language()))


def _tree() -> Tree:
    return tree_of(reach().session, viewer().organisation_id)


def _chosen_pulse() -> PulseName | None:
    """Return the pulse named in the address, or the newest."""
    pulses = pulses_of(reach().session, viewer().organisation_id)
    wanted = request.args.get("pulse", "")
    named = next((pulse for pulse in pulses if str(pulse.id) == wanted), None)
    return named or (pulses[0] if pulses else None)


def _choices(endpoint: str, chosen: PulseName | None, **values: Any) -> list[dict[str, object]]:
    return [
        {"name": pulse.name, "href": url_for(endpoint, pulse=pulse.id, **values), "current": pulse == chosen}
        for pulse in pulses_of(reach().session, viewer().organisation_id)
    ]


def _team_link(trend: Trend) -> str:
    """Return the link with which the team reads its own results, for the group of its latest wave."""
    if trend.latest is None:
        return ""
    settings, group = reach().settings, trend.latest.group_id
    code = results_code(settings.ballot_key, viewer().organisation_id, group)
    return f"{settings.base_url}{url_for('results.ask_code', group_id=group)}#{code}"
