"""The steward's inbox: read, answer, publish without names, close."""

from collections.abc import Callable
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid, NotFound
from surveyapp.services.accounts.access import STEWARD
from surveyapp.services.log import inbox
from surveyapp.services.log.stewards import has_key, make_key, stewarded_units
from surveyapp.services.roster.counting import organisation_zone, tree_of
from surveyapp.web.access import needs, viewer
from surveyapp.web.csv_files import csv_response
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.learning import words
from surveyapp.web.learning.promise import promise_to
from surveyapp.web.learning.steward_forms import AnswerForm, CloseForm, KeyForm, OpenForm, PublishForm
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("inbox", __name__, url_prefix="/app/reports")


@blueprint.get("")
@needs(STEWARD)
def index() -> ResponseReturnValue:
    """List the reports that wait first, by state, kind and words."""
    chosen = {name: request.args.get(name, "").strip() for name in ("state", "kind", "q")}
    found = _read(chosen, request.args.get("page", 1, type=int))
    return render_template(
        "learning/inbox.html",
        found=found,
        chosen=chosen,
        kinds=words.kind_names(),
        states=inbox.STATES,
        time_zone=_zone(),
        has_key=has_key(reach().session, viewer()),
        page_href=lambda page: url_for("inbox.index", **{**request.args.to_dict(), "page": page}),
    )


@blueprint.get("/reports.csv")
@needs(STEWARD)
def csv() -> Response:
    """Download what the list shows, all pages of it; there is no reporter in it."""
    chosen = {name: request.args.get(name, "").strip() for name in ("state", "kind", "q")}
    columns = ("unit_name", "kind", "mode", "state", "told_on", "told_precision", "severity", "what_happened")
    rows = []
    for each in _read(chosen, None).reports:
        told_on = each.told_at.astimezone(ZoneInfo(_zone())).date().isoformat()
        rows.append([told_on if column == "told_on" else getattr(each, column) for column in columns])
    return csv_response("reports", [columns, *rows])


@blueprint.route("/key", methods=["GET", "POST"])
@needs(STEWARD)
def key() -> ResponseReturnValue:
    """Make the key to which names are sealed."""
    form = KeyForm()
    if form.validate_on_submit():
        make_key(reach().session, viewer(), form.typed("passphrase"), now())
        flash(_("Your key is made. Teams can tell you in confidence now."), "good")
        return redirect(url_for("inbox.index"), 303)
    return render_template("learning/key.html", form=form, again=has_key(reach().session, viewer())), form.status


@blueprint.get("/<uuid:event_id>")
@needs(STEWARD)
def report(event_id: UUID) -> ResponseReturnValue:
    """Show one report with everything that can be done about it."""
    return _show(event_id)


@blueprint.post("/<uuid:event_id>/name")
@needs(STEWARD)
def name(event_id: UUID) -> ResponseReturnValue:
    """Show who told, once, to a steward with the passphrase."""
    form = OpenForm()
    who = ""
    if form.validate_on_submit():
        try:
            who = inbox.open_reporter(reach().session, viewer(), _units(), event_id, form.typed("passphrase"), now())
        except (Invalid, NotFound) as wrong:
            form.refuse(wrong)
    return _show(event_id, naming=form, who=who)


@blueprint.post("/<uuid:event_id>/answer")
@needs(STEWARD)
def answer(event_id: UUID) -> ResponseReturnValue:
    """Answer whoever holds the receipt."""
    form = AnswerForm()
    say = partial(inbox.answer, reach().session, viewer().organisation_id, _units(), event_id)
    return _done(
        event_id, form, lambda: say(form.typed("words"), now()), _("They can read your answer now."), answering=form
    )


@blueprint.post("/<uuid:event_id>/publish")
@needs(STEWARD)
def publish(event_id: UUID) -> ResponseReturnValue:
    """Give the team its copy."""
    form = PublishForm()
    give = partial(inbox.publish, reach().session, viewer().organisation_id, _units(), event_id)
    said = _("The team reads it at a random moment between one and three days from now.")
    return _done(
        event_id,
        form,
        lambda: give(form.typed("shown_words"), delay=inbox.draw_delay(), now=now()),
        said,
        publishing=form,
    )


@blueprint.post("/<uuid:event_id>/close")
@needs(STEWARD)
def close(event_id: UUID) -> ResponseReturnValue:
    """Close a report, so that who told is forgotten."""
    inbox.close(reach().session, viewer().organisation_id, _units(), event_id, now())
    flash(_("Closed. Who told is forgotten in ten days."), "good")
    return redirect(url_for("inbox.index"), 303)


def _done(
    event_id: UUID, form: AnswerForm | PublishForm, act: Callable[[], None], said: str, **shown: StaffForm
) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            act()
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            flash(said, "good")
            return redirect(url_for("inbox.report", event_id=event_id), 303)
    return _show(event_id, **shown)


def _show(event_id: UUID, *, who: str = "", **forms: StaffForm) -> ResponseReturnValue:
    tree = tree_of(reach().session, viewer().organisation_id)
    found = inbox.find_report(reach().session, viewer(), tree, _units(), event_id)
    shown: dict[str, StaffForm] = {
        "naming": OpenForm(formdata=None),
        "answering": AnswerForm(formdata=None),
        "publishing": PublishForm(formdata=None, shown_words=found.draft),
        "closing": CloseForm(formdata=None),
    } | forms
    wrong = any(form.errors or form.form_errors for form in forms.values())
    return render_template(
        "learning/report.html",
        found=found,
        report=found.report,
        who=who,
        promise="" if found.promise is None else promise_to(viewer().organisation_id, found.promise),
        kinds=words.kind_names(),
        words=words,
        time_zone=_zone(),
        **shown,
    ), 422 if wrong else 200


def _read(chosen: dict[str, str], page: int | None) -> inbox.InboxPage:
    return inbox.read_inbox(
        reach().session,
        viewer().organisation_id,
        _units(),
        state=chosen["state"],
        kind=chosen["kind"],
        words=chosen["q"],
        page=page,
    )


def _units() -> frozenset[UUID]:
    tree = tree_of(reach().session, viewer().organisation_id)
    return stewarded_units(reach().session, viewer(), tree, now().date())


def _zone() -> str:
    return organisation_zone(reach().session, viewer().organisation_id)
