"""Coaches and administrators withdraw a comment: they see it once more, say why, and its words are gone."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from surveyapp.services.results.comments import WITHDRAWN
from surveyapp.services.results.withdrawing import find_withdrawable, withdraw
from surveyapp.web.access import needs, viewer
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import reason
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("withdrawing", __name__, url_prefix="/app/comments")


class WithdrawForm(StaffForm):
    """Why a comment is withdrawn."""

    reason = RadioField(
        _("Why?"),
        [InputRequired(_("Choose a reason."))],
        description=_("Everybody who could read the comment reads the reason instead."),
    )

    def __init__(self) -> None:
        super().__init__()
        self.reason.choices = [(key, reason(words)) for key, words in WITHDRAWN.items()]


@blueprint.route("/<uuid:released_comment_id>/withdraw", methods=["GET", "POST"])
@needs("coach", "admin")
def ask(released_comment_id: UUID) -> ResponseReturnValue:
    """Ask before withdrawing a comment, and do it."""
    comment = find_withdrawable(reach().session, viewer(), released_comment_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        withdraw(reach().session, viewer(), released_comment_id, form.typed("reason"), now())
        flash(_("The comment is withdrawn."), "good")
        return redirect(url_for("team.tree"), 303)
    return render_template("team/withdraw.html", comment=comment, form=form), form.status
