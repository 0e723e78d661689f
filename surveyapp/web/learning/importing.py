"""Bringing events of other systems into the log: upload, look what would be logged, say yes."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid
from surveyapp.services.installation.uploads import drop_file, keep_file, kept_file, new_file
from surveyapp.services.log.importing import COLUMNS, EventPlan, apply_events, plan_events
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.services.tables import read_table
from surveyapp.web.access import needs, viewer
from surveyapp.web.language import ngettext
from surveyapp.web.learning.import_forms import ConfirmForm, ImportForm
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("event_import", __name__, url_prefix="/app/log/import")


@blueprint.route("", methods=["GET", "POST"])
@needs("admin")
def upload() -> ResponseReturnValue:
    """Take a file and keep it until somebody has looked at what it would add."""
    form = ImportForm()
    if form.validate_on_submit():
        content = form.file.data.read()
        try:
            read_table(content, COLUMNS)
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            file = new_file(form.file.data.filename or "events.csv", content)
            keep_file(reach().session, viewer().organisation_id, viewer().account_id, "events", file, now())
            return redirect(url_for("event_import.look", file_id=file.id, source=form.typed("source")), 303)
    return render_template("learning/import.html", form=form, columns=COLUMNS), form.status


@blueprint.get("/<uuid:file_id>")
@needs("admin")
def look(file_id: UUID) -> ResponseReturnValue:
    """Show what a file would add, or every row that is wrong."""
    name, plan = _plan(file_id)
    return render_template("learning/plan.html", form=ConfirmForm(), plan=plan, name=name, source=_source())


@blueprint.post("/<uuid:file_id>")
@needs("admin")
def take_in(file_id: UUID) -> ResponseReturnValue:
    """Log everything that is new in a file, or nothing."""
    _name, plan = _plan(file_id)
    taken = apply_events(reach().session, viewer().organisation_id, plan)
    drop_file(reach().session, viewer().organisation_id, file_id)
    flash(ngettext("%(num)s event is in the log now.", "%(num)s events are in the log now.", taken) % {"num": taken})
    return redirect(url_for("learning.log"), 303)


def _plan(file_id: UUID) -> tuple[str, EventPlan]:
    session, owner = reach().session, viewer().organisation_id
    file = kept_file(session, owner, viewer().account_id, file_id)
    table = read_table(file.content, COLUMNS)
    zone = organisation_zone(session, owner)
    return file.name, plan_events(session, owner, table, source=_source(), time_zone=zone, now=now())


def _source() -> str:
    """Return the name of the other system, which the address carries along."""
    return request.args.get("source", "").strip()[:40] or "import"
