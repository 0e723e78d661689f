"""A manager replies to a wave: a draft, a last look, publication, and corrections as further editions."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid
from surveyapp.services.accounts.access import require_unit
from surveyapp.services.replies.writing import Desk, Words, desk_of, publish, save_draft
from surveyapp.services.roster.counting import tree_of
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.reaching import now, reach
from surveyapp.web.team.reply_forms import PublishForm, ReplyForm

blueprint = Blueprint("replies", __name__, url_prefix="/app/teams/<uuid:unit_id>/replies/<uuid:wave_id>")


@blueprint.get("")
@signed_in
def show(unit_id: UUID, wave_id: UUID) -> ResponseReturnValue:
    """Show what is published, and to whoever may write it the form with the draft or the words to correct."""
    desk = _desk(unit_id, wave_id)
    said = desk.draft or desk.published
    form = ReplyForm(data={name: getattr(said, name) for name in Words.__slots__} if said else None)
    return _form(unit_id, desk, form)


@blueprint.post("")
@signed_in
def save(unit_id: UUID, wave_id: UUID) -> ResponseReturnValue:
    """Keep the draft, and go on to the last look if that was asked for."""
    desk, form = _desk(unit_id, wave_id), ReplyForm()
    if not form.validate():
        return _form(unit_id, desk, form), form.status
    try:
        save_draft(reach().session, desk, form.words(), now())
    except Invalid as error:
        status = form.refuse(error)
        return _form(unit_id, desk, form), status
    if "look" not in request.form:
        return redirect(url_for("team.page", unit_id=unit_id, pulse=desk.pulse_id), 303)
    if form.is_incomplete():
        return _form(unit_id, desk, form), 422
    return redirect(url_for("replies.look", unit_id=unit_id, wave_id=wave_id), 303)


@blueprint.get("/publish")
@signed_in
def look(unit_id: UUID, wave_id: UUID) -> ResponseReturnValue:
    """Show the draft as the group would read it."""
    desk = _desk(unit_id, wave_id)
    if desk.draft is None or not desk.draft.complete:
        return redirect(url_for("replies.show", unit_id=unit_id, wave_id=wave_id), 303)
    return render_template("team/reply_look.html", unit_id=unit_id, desk=desk)


@blueprint.post("/publish")
@signed_in
def publish_it(unit_id: UUID, wave_id: UUID) -> ResponseReturnValue:
    """Publish the draft."""
    desk, typed = _desk(unit_id, wave_id), PublishForm().typed("edition")
    publish(reach().session, viewer(), desk, int(typed) if typed.isdecimal() else 0, now())
    return redirect(url_for("team.page", unit_id=unit_id, pulse=desk.pulse_id), 303)


def _desk(unit_id: UUID, wave_id: UUID) -> Desk:
    units = tree_of(reach().session, viewer().organisation_id)
    require_unit(viewer(), units, unit_id)
    return desk_of(reach().session, viewer(), units, unit_id, wave_id)


def _form(unit_id: UUID, desk: Desk, form: ReplyForm) -> str:
    return render_template("team/reply.html", unit_id=unit_id, desk=desk, form=form)
