"""Reports to hand over: each question has a page to look at and four files, made from what is stored."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import NotFound
from surveyapp.services.accounts.access import visible_units
from surveyapp.services.insight.interventions import find_intervention
from surveyapp.services.insight.report_inputs import as_csv, as_json
from surveyapp.services.results.reading import PulseName
from surveyapp.services.roster.counting import tree_of
from surveyapp.web.access import needs, viewer
from surveyapp.web.coach.choices import chosen_pulse, scales_of
from surveyapp.web.coach.chosen_teams import chosen_of, lines_to_see
from surveyapp.web.coach.report_making import as_html, report_intervention, report_relation, report_teams, shown
from surveyapp.web.coach.report_parts import Report
from surveyapp.web.coach.report_pdf import as_pdf, can_print
from surveyapp.web.csv_files import file_response
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import reach

blueprint = Blueprint("reports", __name__, url_prefix="/app/reports")

# More pictures than these nobody reads on paper, and a page would have to wait for them.
MOST_TEAMS = 20
KEPT = ("pulse", "scale", "unit", "none", "order")
FILES: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "html": ("text/html; charset=utf-8", lambda report: as_html(report).encode()),
    "pdf": ("application/pdf", lambda report: as_pdf(as_html(report))),
    "csv": ("text/csv; charset=utf-8", lambda report: as_csv(report.inputs)),
    "json": ("application/json", lambda report: as_json(report.inputs, report.about)),
}


@blueprint.get("/relation")
@needs("coach", "admin")
def relation() -> ResponseReturnValue:
    """Show the report on how a scale and reports go together."""
    return _page(_relation, "reports.relation_file", _("Safety and outcomes"), "relations.relation")


@blueprint.get("/relation.<any(html, pdf, csv, json):form>")
@needs("coach", "admin")
def relation_file(form: str) -> ResponseReturnValue:
    """Download it."""
    return _file(_relation, form, "reports.relation")


@blueprint.get("/intervention/<uuid:intervention_id>")
@needs("coach", "admin")
def intervention(intervention_id: UUID) -> ResponseReturnValue:
    """Show the report on an intervention."""
    _require(intervention_id)
    return _page(
        lambda: _intervention(intervention_id),
        "reports.intervention_file",
        _("Before and after"),
        "interventions.comparison",
        intervention_id=intervention_id,
    )


@blueprint.get("/intervention/<uuid:intervention_id>.<any(html, pdf, csv, json):form>")
@needs("coach", "admin")
def intervention_file(intervention_id: UUID, form: str) -> ResponseReturnValue:
    """Download it."""
    _require(intervention_id)
    return _file(lambda: _intervention(intervention_id), form, "reports.intervention", intervention_id=intervention_id)


@blueprint.get("/teams")
@needs("coach", "admin")
def teams() -> ResponseReturnValue:
    """Show the report on some teams over time."""
    return _page(_teams, "reports.teams_file", _("Teams side by side"), "heat_map.page")


@blueprint.get("/teams.<any(html, pdf, csv, json):form>")
@needs("coach", "admin")
def teams_file(form: str) -> ResponseReturnValue:
    """Download it."""
    return _file(_teams, form, "reports.teams")


def _relation() -> Report:
    pulse, scale = _asked()
    return report_relation(viewer().organisation_id, pulse.id, scale, _visible())


def _intervention(intervention_id: UUID) -> Report:
    return report_intervention(viewer().organisation_id, intervention_id, _visible())


def _require(intervention_id: UUID) -> None:
    """Refuse an intervention of teams that are not one's own to see, whether or not there is anything to report."""
    find_intervention(reach().session, viewer().organisation_id, intervention_id, _visible())


def _visible() -> frozenset[UUID]:
    return visible_units(viewer(), tree_of(reach().session, viewer().organisation_id), ("coach", "admin"))


def _teams() -> Report:
    pulse, scale = _asked()
    lines = chosen_of(lines_to_see(pulse))
    if len(lines) > MOST_TEAMS:
        said = _("A report is about %(most)s teams at most; please choose some of them first.")
        raise NotFound(said % {"most": MOST_TEAMS})
    return report_teams(viewer().organisation_id, pulse.id, scale, lines)


def _asked() -> tuple[PulseName, str]:
    """Return the pulse and the key of the scale that the address names, or the first of each."""
    pulse, _pulses = chosen_pulse()
    scales = scales_of(pulse)
    if pulse is None or not scales:
        raise NotFound(_("No pulse has started yet."))
    wanted = request.args.get("scale")
    return pulse, next((each for each in scales if each.figure == wanted), scales[0]).figure.removeprefix("scale:")


def _page(make: Callable[[], Report], files: str, name: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    asked = _asked_for()
    back = (name, url_for(endpoint, **values, **asked))
    try:
        report = make()
    except NotFound as nothing:
        return render_template("coach/report/nothing.html", back=back, why=nothing.message)
    links = {form: url_for(files, form=form, **values, **asked) for form in FILES}
    return shown("coach/report/page.html", report, back=back, files=links, can_print=can_print())


def _file(make: Callable[[], Report], form: str, page: str, **values: Any) -> ResponseReturnValue:
    """Send a file of a report; where there is none, the page says why."""
    try:
        report = None if form == "pdf" and not can_print() else make()
    except NotFound:
        report = None
    if report is None:
        return redirect(url_for(page, **values, **_asked_for()), 303)
    content_type, written = FILES[form]
    return file_response(report.file_name, form, content_type, written(report))


def _asked_for() -> dict[str, Any]:
    return {each: request.args.getlist(each) for each in KEPT if each in request.args}
