"""Managers, coaches and admins read the results of the units they look after."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.privacy.ballots import show_code
from surveyapp.services.accounts.access import ADMIN, COACH, has_role, require_unit, visible_units
from surveyapp.services.insight.interventions import markers_for
from surveyapp.services.replies.published import Reply
from surveyapp.services.replies.writing import Desk, desk_of
from surveyapp.services.results.classes import has_classes
from surveyapp.services.results.comments import words_for_coaches, words_of_trend
from surveyapp.services.results.files import export_rows
from surveyapp.services.results.overviews import UnitSummary, organisation_tree, together_trend
from surveyapp.services.results.reading import (
    WINDOW,
    Happening,
    PulseName,
    Trend,
    pulse_scales,
    pulses_of,
    replies_in,
    unit_trend,
)
from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.services.team_codes import results_code
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.csv_files import csv_response
from surveyapp.web.language import gettext, language
from surveyapp.web.reaching import now, reach
from surveyapp.web.trends import events, panels, table

blueprint = Blueprint("team", __name__, url_prefix="/app")


@blueprint.get("/teams")
@signed_in
def tree() -> ResponseReturnValue:
    """Show the visible part of the organisation with the latest released numbers; one unit needs no overview."""
    who, units = viewer(), _tree()
    visible = visible_units(who, units)
    if len(visible) == 1:
        return redirect(url_for("team.page", unit_id=next(iter(visible)), pulse=request.args.get("pulse")))
    pulse, pulses = _pulses()
    query = request.args.get("q", "").strip()
    found = organisation_tree(reach().session, who.organisation_id, pulse.id, units, visible) if pulse else []
    return render_template(
        "team/tree.html",
        pulses=_tabs("team.tree", pulse, pulses),
        pulse_id=pulse.id if pulse else None,
        query=query,
        classes_href=_classes_href(pulse),
        has_units=bool(visible),
        any_results=bool(found),
        summaries=[each for each in found if query.casefold() in each.name.casefold()],
        scales=pulse_scales(reach().session, who.organisation_id, pulse.id, language()) if pulse else [],
    )


@blueprint.get("/teams/<uuid:unit_id>")
@signed_in
def page(unit_id: UUID) -> ResponseReturnValue:
    """Show the trend of a team, or of everything below a higher unit."""
    return _page("team.page", unit_id)


@blueprint.get("/teams/<uuid:unit_id>/direct")
@signed_in
def direct(unit_id: UUID) -> ResponseReturnValue:
    """Show the trend of the people who are counted in a higher unit itself, such as the leads of its teams."""
    return _page("team.direct", unit_id)


@blueprint.get("/teams/<uuid:unit_id>/results.csv")
@signed_in
def csv(unit_id: UUID) -> Response:
    """Download exactly what the page of a unit shows, all waves of it."""
    units = _tree()
    require_unit(viewer(), units, unit_id)
    pulse, _ = _pulses()
    if pulse is None:
        abort(404)
    trend = _trend(units, pulse, unit_id, window=None, directly="direct" in request.args)
    words = words_of_trend(reach().session, viewer().organisation_id, trend)
    return csv_response(f"{units.units[unit_id].name} - {trend.pulse_name}", export_rows(trend, language(), words))


def _page(endpoint: str, unit_id: UUID) -> ResponseReturnValue:
    units = _tree()
    require_unit(viewer(), units, unit_id)
    pulse, pulses = _pulses()
    if pulse is None:
        return render_template("team/tree.html", pulses=[])
    directly = endpoint == "team.direct"
    window = None if request.args.get("waves") == "all" else WINDOW
    trend = _trend(units, pulse, unit_id, window=window, directly=directly)
    name = units.units[unit_id].name
    below = [] if directly else _below(units, pulse, unit_id)
    done, replies = _done(units, unit_id, trend), replies_in(reach().session, viewer().organisation_id, trend)
    return render_template(
        "team/page.html",
        trail=_trail(units, pulse, unit_id, directly=directly),
        unit_id=unit_id,
        unit_name=gettext("Directly in %(unit)s") % {"unit": name} if directly else name,
        trend=trend,
        panels=panels(trend, done),
        events=events(trend, done),
        rows=table(trend),
        words=words_of_trend(reach().session, viewer().organisation_id, trend),
        may_withdraw=has_role(viewer(), COACH, ADMIN),
        replies=replies,
        desk=_desk(units, unit_id, trend, replies),
        for_coaches=words_for_coaches(reach().session, viewer(), units, trend),
        pulses=_tabs(endpoint, pulse, pulses, unit_id=unit_id),
        csv_href=url_for("team.csv", unit_id=unit_id, pulse=pulse.id, direct="yes" if directly else None),
        all_href=url_for(endpoint, unit_id=unit_id, pulse=pulse.id, waves="all"),
        below=below,
        scales=pulse_scales(reach().session, viewer().organisation_id, pulse.id, language()) if below else [],
        team_link=_team_link(trend),
        classes_href=_classes_href(pulse),
    )


def _done(units: Tree, unit_id: UUID, trend: Trend) -> list[Happening]:
    """Return the interventions that have begun in a unit, or below it where all of that is shown together."""
    shown = units.below(unit_id) if trend.together else {unit_id}
    noon = time(12, tzinfo=ZoneInfo(trend.time_zone))
    found = markers_for(reach().session, viewer().organisation_id, shown)
    begun = [Happening(datetime.combine(day, noon), title) for day, title in found]
    return [each for each in begun if each.at <= now()]


def _desk(units: Tree, unit_id: UUID, trend: Trend, replies: Sequence[Reply]) -> Desk | None:
    """Return where the reply to the latest wave is written; many groups together have no reply in common."""
    if trend.latest is None or trend.together:
        return None
    return desk_of(reach().session, viewer(), units, unit_id, trend.latest.wave_id, replies)


def _trend(units: Tree, pulse: PulseName, unit_id: UUID, *, window: int | None, directly: bool) -> Trend:
    session, owner = reach().session, viewer().organisation_id
    if directly or unit_id not in units.parents():
        return unit_trend(session, owner, pulse.id, unit_id, window=window)
    return together_trend(session, owner, pulse.id, units, unit_id, window=window)


def _below(units: Tree, pulse: PulseName, unit_id: UUID) -> list[UnitSummary]:
    """Return the lines of the units below one, without its own."""
    if unit_id not in units.parents():
        return []
    found = organisation_tree(reach().session, viewer().organisation_id, pulse.id, units, units.below(unit_id))
    return [each for each in found if each.unit_id != unit_id or each.directly]


def _tree() -> Tree:
    return tree_of(reach().session, viewer().organisation_id)


def _pulses() -> tuple[PulseName | None, list[PulseName]]:
    """Return the pulse named in the address, or the newest, and all of them."""
    pulses = pulses_of(reach().session, viewer().organisation_id)
    wanted = request.args.get("pulse", "")
    named = next((pulse for pulse in pulses if str(pulse.id) == wanted), None)
    return named or (pulses[0] if pulses else None), pulses


def _tabs(endpoint: str, chosen: PulseName | None, pulses: list[PulseName], **values: Any) -> list[dict[str, object]]:
    return [
        {"name": pulse.name, "href": url_for(endpoint, pulse=pulse.id, **values), "current": pulse == chosen}
        for pulse in pulses
    ]


def _trail(units: Tree, pulse: PulseName, unit_id: UUID, *, directly: bool) -> list[tuple[str, str]]:
    """Return the way from the overview through the units above that the account may see."""
    visible = visible_units(viewer(), units)
    if len(visible) == 1:
        return []
    above = [each for each in reversed(units.above(unit_id)) if each in visible and (each != unit_id or directly)]
    steps = [(units.units[each].name, url_for("team.page", unit_id=each, pulse=pulse.id)) for each in above]
    here = gettext("Directly here") if directly else units.units[unit_id].name
    return [(gettext("Teams"), url_for("team.tree", pulse=pulse.id)), *steps, (here, "")]


def _classes_href(pulse: PulseName | None) -> str:
    """Return where the results by an attribute are, if a wave of the pulse has some."""
    if pulse is None or not has_classes(reach().session, viewer().organisation_id, pulse.id):
        return ""
    return url_for("classes.page", pulse_id=pulse.id)


def _team_link(trend: Trend) -> str:
    """Return the link with which the team reads its own results, for the group of its latest wave."""
    if trend.latest is None or trend.together:
        return ""
    settings, group = reach().settings, trend.latest.group_id
    code = show_code(results_code(settings.ballot_key, viewer().organisation_id, group))
    return f"{settings.base_url}{url_for('results.ask_code', group_id=group)}#{code}"
