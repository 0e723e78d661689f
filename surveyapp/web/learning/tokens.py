"""Tokens with which other systems send to the log: made, shown once, revoked."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from surveyapp.errors import Invalid, NotFound
from surveyapp.services.log.exchange import NAME_LENGTH, SCOPES, list_tokens, make_token, revoke_token
from surveyapp.services.roster.counting import organisation_zone, tree_of
from surveyapp.web.access import needs, viewer
from surveyapp.web.forms import StaffForm, trimmed
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.telling import team_choices
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("tokens", __name__, url_prefix="/app/log/tokens")


class TokenForm(StaffForm):
    """Which system may send what, for which unit."""

    name = StringField(
        _("Name of the other system"),
        [DataRequired(_("Name the system, such as PagerDuty.")), Length(max=NAME_LENGTH)],
        filters=[trimmed],
    )
    unit = SelectField(
        _("Unit"),
        [InputRequired(_("Choose a unit."))],
        description=_("It may send for this unit and everything below."),
    )
    scopes = SelectMultipleField(
        _("What it may send"),
        [InputRequired(_("Tick one or more."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


@blueprint.route("", methods=["GET", "POST"])
@needs("admin")
def index() -> ResponseReturnValue:
    """List the tokens, and make another one."""
    session, form, secret = reach().session, TokenForm(), ""
    form.unit.choices = team_choices(tree_of(session, viewer().organisation_id))
    form.scopes.choices = [(each, _(each)) for each in SCOPES]
    if form.validate_on_submit():
        try:
            secret = make_token(
                session, viewer(), form.typed("name"), UUID(form.typed("unit")), form.scopes.data or [], now()
            )
        except Invalid as wrong:
            form.refuse(wrong)
    return render_template(
        "learning/tokens.html",
        form=form,
        secret=secret,
        tokens=list_tokens(session, viewer()),
        time_zone=organisation_zone(session, viewer().organisation_id),
    ), form.status


@blueprint.get("/<uuid:token_id>/revoke")
@needs("admin")
def ask_revoke(token_id: UUID) -> str:
    """Ask before a token is taken back, for that is final."""
    for token in list_tokens(reach().session, viewer()):
        if token.id == token_id and not token.revoked_at:
            return render_template("learning/revoke.html", token=token)
    message = "There is no such token"
    raise NotFound(message)


@blueprint.post("/<uuid:token_id>/revoke")
@needs("admin")
def revoke(token_id: UUID) -> ResponseReturnValue:
    """Take a token back."""
    revoke_token(reach().session, viewer(), token_id, now())
    flash(_("The token opens nothing any more."), "good")
    return redirect(url_for("tokens.index"), 303)
