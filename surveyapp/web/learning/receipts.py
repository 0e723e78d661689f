"""The answer to a report, for whoever holds its receipt; there is no account, no cookie and no trace of the code."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid, NotFound, UnknownBallot
from surveyapp.services.log.reports import Talk, add_to_talk, read_talk
from surveyapp.web.language import choose, reason
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.forms import ReceiptForm
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("receipts", __name__)


@blueprint.route("/receipt", methods=["GET", "POST"])
def talk() -> ResponseReturnValue:
    """Open the talk about a report with its receipt, and add to it."""
    choose()
    form = ReceiptForm()
    found = None
    if form.validate_on_submit():
        found = _say_and_read(form)
    return render_template("learning/receipt.html", form=form, talk=found, here=url_for("receipts.talk")), form.status


def _say_and_read(form: ReceiptForm) -> Talk | None:
    session, receipt, words = reach().session, form.typed("receipt"), form.typed("words").strip()
    try:
        if words:
            add_to_talk(session, receipt, words, now())
            form.words.data = ""
        return read_talk(session, receipt, now())
    except (NotFound, UnknownBallot):
        form.say(form.receipt, _("We do not know this receipt, or it was closed long ago."))
    except Invalid as wrong:
        form.say(form.words, _("Please give %(expected)s.") % {"expected": reason(wrong.expected)})
    return None
