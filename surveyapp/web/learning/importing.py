"""Bringing in files of other systems: upload, say what is what, look what would be taken in, say yes."""

from contextlib import nullcontext
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid, NotFound
from surveyapp.services.installation.uploads import keep_file, new_file
from surveyapp.services.log import file_jobs
from surveyapp.services.log.exchange import COLUMNS, EVENTS
from surveyapp.services.log.file_jobs import FileJob, find_job, uploaded
from surveyapp.services.log.mapping import guess, remembered
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.services.tables import read_headings
from surveyapp.web.access import needs, viewer
from surveyapp.web.language import ngettext
from surveyapp.web.learning.import_forms import ConfirmForm, ImportForm, ReadingForm, reading_form
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("event_import", __name__, url_prefix="/app/log/import")
# How often a page that waits for the worker asks again, without any script.
SECONDS = 2


@blueprint.route("", methods=["GET", "POST"])
@needs("admin")
def upload() -> ResponseReturnValue:
    """Take a file and keep it until somebody has looked at what it would add."""
    form = ImportForm()
    if form.validate_on_submit():
        content, kind = form.file.data.read(), form.typed("kind")
        try:
            read_headings(content, COLUMNS[kind])
        except Invalid as wrong:
            form.refuse(Invalid("file", wrong.value, wrong.expected))
        else:
            file = new_file(form.file.data.filename or "events.csv", content)
            keep_file(reach().session, viewer().organisation_id, viewer().account_id, kind, file, now())
            return redirect(url_for("event_import.columns", file_id=file.id), 303)
    return render_template("learning/import.html", form=form, columns=COLUMNS), form.status


@blueprint.route("/<uuid:file_id>/columns", methods=["GET", "POST"])
@needs("admin")
def columns(file_id: UUID) -> ResponseReturnValue:
    """Ask which heading is which column, and how times are written; what was said before is filled in."""
    file = uploaded(*_mine(), file_id)
    form = _reading_form(file.kind, file.content)
    if form.validate_on_submit():
        zone = organisation_zone(reach().session, viewer().organisation_id)
        try:
            _run(file_id, soon=file_jobs.begin_look(*_mine(), file_id, form.reading(zone), now()))
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            return redirect(url_for("event_import.look", file_id=file_id), 303)
    return render_template("learning/columns.html", form=form, name=file.name, kind=file.kind), form.status


@blueprint.get("/<uuid:file_id>")
@needs("admin")
def look(file_id: UUID) -> ResponseReturnValue:
    """Show what a file would add, every row that is wrong, or how far it is."""
    job = find_job(*_mine(), file_id)
    reply: Response = make_response(
        render_template("learning/plan.html", form=ConfirmForm(), job=job, plan=job.found, kind=job.kind)
    )
    if job.at_work:
        reply.headers["Refresh"] = str(SECONDS)
    return reply


@blueprint.post("/<uuid:file_id>")
@needs("admin")
def take_in(file_id: UUID) -> ResponseReturnValue:
    """Take in everything that is new in a file, or nothing."""
    _run(file_id, soon=file_jobs.begin_take(*_mine(), file_id, now()))
    job = find_job(*_mine(), file_id)
    if not _is_taken(job):
        return redirect(url_for("event_import.look", file_id=file_id), 303)
    taken = job.found.new if job.found else 0
    if job.kind == EVENTS:
        said = ngettext("%(num)s event is in the log now.", "%(num)s events are in the log now.", taken)
    else:
        said = ngettext("%(num)s row was taken in.", "%(num)s rows were taken in.", taken)
    flash(said % {"num": taken})
    return redirect(url_for("learning.log"), 303)


@blueprint.post("/<uuid:file_id>/again")
@needs("admin")
def again(file_id: UUID) -> ResponseReturnValue:
    """Run once more what failed."""
    _run(file_id, soon=file_jobs.run_again(*_mine(), file_id, now()))
    return redirect(url_for("event_import.look", file_id=file_id), 303)


def _mine() -> tuple[Any, UUID, UUID]:
    return reach().session, viewer().organisation_id, viewer().account_id


def _reading_form(kind: str, content: bytes) -> ReadingForm:
    headings = read_headings(content, COLUMNS[kind]) if content else ()
    if not headings:
        message = "This file was taken in already; choose it again to read it otherwise"
        raise NotFound(message)
    session, owner = reach().session, viewer().organisation_id
    before = remembered(session, owner, kind)
    guessed = guess([each.name for each in headings], kind, before)
    return reading_form(kind, headings, guessed, before, organisation_zone(session, owner))


def _run(file_id: UUID, *, soon: bool) -> None:
    """Read a small file at once; the worker reads the others."""
    if soon:
        session = reach().session
        file_jobs.run_job(session, lambda: nullcontext(session), (viewer().organisation_id, file_id), now(), now)


def _is_taken(job: FileJob) -> bool:
    return (job.step, job.state) == (file_jobs.TAKE, file_jobs.DONE)
