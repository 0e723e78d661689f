"""The promise to whoever tells, as admins word it and as the pages show it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from surveyapp import languages
from surveyapp.errors import Invalid
from surveyapp.services.log.events import TEXT_LENGTH
from surveyapp.services.log.promises import promises, version_at, words_of, write_promise
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.web.access import needs, viewer
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import day, language
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.words import PROMISE
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("promise", __name__, url_prefix="/app/log/promise")


class PromiseForm(StaffForm):
    """What is promised, in every language of the product."""


for _code in languages.available():
    setattr(
        PromiseForm,
        _code,
        TextAreaField(
            languages.name(_code),
            [DataRequired(_("Write the promise in this language too.")), Length(max=TEXT_LENGTH)],
        ),
    )


@blueprint.route("", methods=["GET", "POST"])
@needs("admin")
def edit() -> ResponseReturnValue:
    """Show what is promised, and take a new version."""
    session, owner = reach().session, viewer().organisation_id
    versions, zone = promises(session, owner), organisation_zone(session, owner)
    form = PromiseForm(data=dict(versions[0].words) if versions else _ours())
    if form.validate_on_submit():
        try:
            made = write_promise(session, viewer(), {each: form.typed(each) for each in languages.available()}, now())
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            said = _("The promise holds in these words from %(day)s on.")
            flash(said % {"day": day(made.starts_at, zone)}, "good")
            return redirect(url_for("promise.edit"), 303)
    return render_template(
        "learning/promise.html",
        form=form,
        versions=versions,
        holds=version_at(session, owner, now()),
        ours=_ours(),
        time_zone=zone,
    ), form.status


def promise_to(organisation_id: UUID, version: int | None = None) -> str:
    """Return what holds now, or what a version said, in the language of the reader."""
    session = reach().session
    chosen = version_at(session, organisation_id, now()) if version is None else version
    return words_of(session, organisation_id, chosen, language()) or _(PROMISE)


def _ours() -> dict[str, str]:
    return {each: languages.translator(each).gettext(PROMISE) for each in languages.available()}
