"""Results by an attribute: managers, coaches and administrators read the same page, as does whoever answered."""

from uuid import UUID

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.services.results.classes import class_results, class_rows
from surveyapp.web.access import needs, viewer
from surveyapp.web.csv_files import csv_response
from surveyapp.web.language import language
from surveyapp.web.reaching import reach

blueprint = Blueprint("classes", __name__, url_prefix="/app/classes")


@blueprint.get("/<uuid:pulse_id>")
@needs("manager", "coach", "admin")
def page(pulse_id: UUID) -> ResponseReturnValue:
    """Show the classes of every wave of a pulse that has results by an attribute."""
    found = class_results(reach().session, viewer().organisation_id, pulse_id)
    return render_template(
        "team/classes.html",
        pulse_id=pulse_id,
        found=found,
        csv_href=url_for("classes.csv", pulse_id=pulse_id),
    )


@blueprint.get("/<uuid:pulse_id>/results.csv")
@needs("manager", "coach", "admin")
def csv(pulse_id: UUID) -> Response:
    """Download exactly what the page shows."""
    found = class_results(reach().session, viewer().organisation_id, pulse_id)
    return csv_response(f"{found.pulse_name} - classes", class_rows(found, language()))
