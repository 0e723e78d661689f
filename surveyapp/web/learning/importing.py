"""Bringing in files of other systems: upload, look what would be taken in, say yes."""

from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid
from surveyapp.services.installation.uploads import drop_file, keep_file, kept_file, new_file
from surveyapp.services.log.cells import ORDERS
from surveyapp.services.log.exchange import COLUMNS, EVENTS, SCOPES, Plan, apply_plan, plan_file
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.services.tables import read_table
from surveyapp.web.access import needs, viewer
from surveyapp.web.language import ngettext
from surveyapp.web.learning.import_forms import ConfirmForm, ImportForm
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("event_import", __name__, url_prefix="/app/log/import")

CHOICES: dict[str, tuple[str, ...]] = {"kind": SCOPES, "source": (), "time_zone": (), "order": ORDERS}


@blueprint.route("", methods=["GET", "POST"])
@needs("admin")
def upload() -> ResponseReturnValue:
    """Take a file and keep it until somebody has looked at what it would add."""
    form = ImportForm(time_zone=organisation_zone(reach().session, viewer().organisation_id))
    if form.validate_on_submit():
        content = form.file.data.read()
        try:
            read_table(content, COLUMNS[form.typed("kind")])
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            file = new_file(form.file.data.filename or "events.csv", content)
            keep_file(reach().session, viewer().organisation_id, viewer().account_id, "events", file, now())
            chosen: dict[str, Any] = {name: form.typed(name) for name in CHOICES}
            return redirect(url_for("event_import.look", file_id=file.id, **chosen), 303)
    return render_template("learning/import.html", form=form, columns=COLUMNS), form.status


@blueprint.get("/<uuid:file_id>")
@needs("admin")
def look(file_id: UUID) -> ResponseReturnValue:
    """Show what a file would add, or every row that is wrong."""
    name, plan = _plan(file_id)
    return render_template("learning/plan.html", form=ConfirmForm(), plan=plan, name=name, kind=_chosen("kind"))


@blueprint.post("/<uuid:file_id>")
@needs("admin")
def take_in(file_id: UUID) -> ResponseReturnValue:
    """Log everything that is new in a file, or nothing."""
    _name, plan = _plan(file_id)
    taken = apply_plan(reach().session, viewer().organisation_id, _chosen("kind"), plan)
    drop_file(reach().session, viewer().organisation_id, file_id)
    if _chosen("kind") == EVENTS:
        said = ngettext("%(num)s event is in the log now.", "%(num)s events are in the log now.", taken)
    else:
        said = ngettext("%(num)s row was taken in.", "%(num)s rows were taken in.", taken)
    flash(said % {"num": taken})
    return redirect(url_for("learning.log"), 303)


def _plan(file_id: UUID) -> tuple[str, Plan]:
    session, owner = reach().session, viewer().organisation_id
    file = kept_file(session, owner, viewer().account_id, file_id)
    table = read_table(file.content, COLUMNS[_chosen("kind")])
    plan = plan_file(
        session,
        owner,
        _chosen("kind"),
        table,
        source=request.args.get("source", "").strip()[:40] or "import",
        time_zone=_chosen("time_zone"),
        order=_chosen("order"),
        now=now(),
    )
    return file.name, plan


def _chosen(name: str) -> str:
    """Return what was chosen at the upload, which the address carries along."""
    value = request.args.get(name, "")
    if name == "time_zone":
        return value if value in available_timezones() else organisation_zone(reach().session, viewer().organisation_id)
    return value if value in CHOICES[name] else CHOICES[name][0]
