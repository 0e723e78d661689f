"""Admins import a roster file: look first at everything that would change, then take all of it or nothing."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Conflict, Invalid
from surveyapp.services.installation.uploads import KeptFile, drop_file, keep_file, kept_file, new_file
from surveyapp.services.pulses.reading import open_waves
from surveyapp.services.roster import importing as roster_import
from surveyapp.services.roster.importing import RosterPlan, read_roster
from surveyapp.services.roster.people import EXAMPLE, count_people
from surveyapp.services.roster.plan import report_rows
from surveyapp.web.access import needs, viewer
from surveyapp.web.admin.roster_forms import ConfirmForm, UploadForm
from surveyapp.web.admin.signing import signed, today
from surveyapp.web.csv_files import csv_response
from surveyapp.web.language import gettext as _
from surveyapp.web.language import reason
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("roster", __name__, url_prefix="/app/admin/people/import")
KIND = "roster"


@blueprint.route("", methods=["GET", "POST"])
@needs("admin")
def upload() -> ResponseReturnValue:
    """Take in a file and show what it would change."""
    form = UploadForm()
    if form.validate_on_submit():
        file = new_file(form.file.data.filename, form.file.data.read(), complete=form.complete.data)
        try:
            read_roster(file.content)
        except Invalid as refused:
            form.refuse(refused)
        else:
            keep_file(reach().session, viewer().organisation_id, viewer().account_id, KIND, file, now())
            return redirect(url_for("roster.report", file_id=file.id), 303)
    people = count_people(reach().session, viewer().organisation_id, today())
    return render_template("admin/people/upload.html", form=form, people=people, example=EXAMPLE), form.status


@blueprint.get("/example.csv")
@needs("admin")
def example() -> Response:
    """Download a small roster file to start from."""
    return csv_response("roster-example", EXAMPLE)


@blueprint.get("/<uuid:file_id>")
@needs("admin")
def report(file_id: UUID) -> ResponseReturnValue:
    """Show what the file would change, or every row that is wrong."""
    file = _file(file_id)
    plan = _plan(file)
    return render_template(
        "admin/people/report.html",
        file=file,
        plan=plan,
        form=ConfirmForm(digest=plan.digest),
        open_waves=open_waves(reach().session, viewer().organisation_id),
    )


@blueprint.get("/<uuid:file_id>/report.csv")
@needs("admin")
def report_csv(file_id: UUID) -> Response:
    """Download the same as a table."""
    return csv_response("roster-report", report_rows(_plan(_file(file_id)), reason))


@blueprint.post("/<uuid:file_id>")
@needs("admin")
def take(file_id: UUID) -> ResponseReturnValue:
    """Make the changes, if they still are the ones that were looked at."""
    file, form = _file(file_id), ConfirmForm()
    plan = _plan(file, to_apply=True)
    if not plan.ready or plan.digest != form.typed("digest"):
        flash(_("What the file would change is no longer the same; please look at it again."), "warning")
        return redirect(url_for("roster.report", file_id=file_id), 303)
    try:
        roster_import.apply(reach().session, viewer().organisation_id, plan, **signed())
    except Conflict as refused:
        flash(reason(refused.message), "problem")
        return redirect(url_for("roster.report", file_id=file_id), 303)
    drop_file(reach().session, viewer().organisation_id, file_id)
    flash(_("The roster is imported."), "good")
    return redirect(url_for("roster.done"), 303)


@blueprint.get("/done")
@needs("admin")
def done() -> ResponseReturnValue:
    """Say what the last import did, and what may come next."""
    last = roster_import.last_import(reach().session, viewer().organisation_id)
    return render_template("admin/people/done.html", last=last)


@blueprint.post("/<uuid:file_id>/drop")
@needs("admin")
def drop(file_id: UUID) -> ResponseReturnValue:
    """Forget the file."""
    drop_file(reach().session, viewer().organisation_id, _file(file_id).id)
    flash(_("The file is forgotten; nothing was changed."), "good")
    return redirect(url_for("roster.upload"), 303)


def _file(file_id: UUID) -> KeptFile:
    return kept_file(reach().session, viewer().organisation_id, viewer().account_id, file_id)


def _plan(file: KeptFile, *, to_apply: bool = False) -> RosterPlan:
    table = read_roster(file.content)
    session, organisation_id = reach().session, viewer().organisation_id
    return roster_import.plan(session, organisation_id, table, today(), complete=file.complete, to_apply=to_apply)
