"""Typing a code, the sheet of a group, and sending it."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from flask import Blueprint, current_app, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from surveyapp.errors import AlreadyClosed, NotOpenYet, SpentBallot, UnknownBallot
from surveyapp.privacy.ballots import show_code
from surveyapp.privacy.comments import THEME_NAMES
from surveyapp.privacy.style import clues
from surveyapp.services.answering import AnswerPage, find_page, is_used, put_in_box, slug_for_code
from surveyapp.services.team_codes import results_code
from surveyapp.web.answer.forms import Sheet, read_sheet
from surveyapp.web.answer.shelf import Place, Ready, Shelf
from surveyapp.web.assets import packed_response
from surveyapp.web.errors import STATUS, status_of
from surveyapp.web.language import choose, language
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import now, reach

Said = TypeVar("Said")

blueprint = Blueprint("answer", __name__)
HTML = "text/html; charset=utf-8"
BLANK = Sheet()
# A full sheet has a few kilobytes.
SHEET_BYTES = 64 * 1024
TEMPLATES = {"scheduled": "answer/scheduled.html", "open": "answer/sheet.html", "closed": "answer/closed.html"}
STATES = {"scheduled": STATUS[NotOpenYet], "open": 200, "closed": STATUS[AlreadyClosed]}


@blueprint.record_once
def set_up_shelf(state: BlueprintSetupState) -> None:
    """Give each application a shelf of its own."""
    state.app.extensions["answer-pages"] = Shelf()


@blueprint.before_request
def refuse_large_bodies() -> None:
    """Read no more than a sheet can have."""
    request.max_content_length = SHEET_BYTES


@blueprint.get("/answer")
def ask_code() -> ResponseReturnValue:
    """Ask for a code, for whoever cannot open the link."""
    choose()
    return render_template("answer/code.html", here=url_for("answer.ask_code"), code="", problem="")


@blueprint.post("/answer")
def find_sheet() -> ResponseReturnValue:
    """Show the sheet on which a typed code can be used; the code stays in the form."""
    choose()
    code = request.form.get("code", "").strip()
    try:
        slug = slug_for_code(reach().session, reach().vault, code)
    except SpentBallot as spent:
        return render_template("answer/spent.html", here=url_for("answer.ask_code")), status_of(spent)
    except UnknownBallot as unknown:
        problem = _unknown() if code else _("Type the code from your invitation.")
        page = render_template("answer/code.html", here=url_for("answer.ask_code"), code=code, problem=problem)
        return page, status_of(unknown)
    return _draw(slug, _place(slug).page, TEMPLATES["open"], Sheet(code=code))


@blueprint.get("/answer/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show the sheet of a group, ready-made."""
    place = _place(slug)
    ready = _ready(slug, place, TEMPLATES[place.page.state])
    response = packed_response(ready.packed, HTML, "no-cache", vary="Accept-Encoding, Accept-Language")
    response.status_code = STATES[place.page.state]
    response.set_etag(ready.etag)
    return response.make_conditional(request) if "If-None-Match" in request.headers else response


@blueprint.post("/answer/<slug>")
def send(slug: str) -> ResponseReturnValue:
    """Put a sheet into the box; whoever sends twice sees the same thanks."""
    place = _place(slug)
    if place.page.state != "open":
        return _draw(slug, place.page, TEMPLATES[place.page.state]), STATES[place.page.state]
    sheet = read_sheet(request.form, place.page)
    reply = _ready(slug, place, "answer/thanks.html")
    if not sheet.problems:
        try:
            if not _is_done(place.page, sheet):
                reply = Ready.of(_draw(slug, place.page, "answer/look.html", sheet))
        except UnknownBallot:
            sheet = sheet.with_problem("code", _unknown())
    if sheet.problems:
        return _draw(slug, place.page, TEMPLATES["open"], sheet), 422
    return packed_response(reply.packed, HTML, "no-store")


def _is_done(page: AnswerPage, sheet: Sheet) -> bool:
    """Put a sheet into its box, or tell that its author should look at the comment first.

    With a code that was used there is nothing to look at: whoever steps back in a browser sees no comment again.
    """
    if sheet.wants_a_look:
        return is_used(reach().vault, page, sheet.code)
    put_in_box(reach().vault, page, sheet.code, sheet.answers, sheet.note)
    return True


def _place(slug: str) -> Place:
    """Find the page of an address and settle its language."""
    shelf: Shelf = current_app.extensions["answer-pages"]
    moment = now()
    place = shelf.place(slug, moment, lambda: find_page(reach().session, slug, moment))
    choose(place.page.languages)
    return place


def _ready(slug: str, place: Place, template: str) -> Ready:
    key = (template, language())
    if key not in place.ready:
        place.ready[key] = Ready.of(_draw(slug, place.page, template))
    return place.ready[key]


def _draw(slug: str, page: AnswerPage, template: str, sheet: Sheet = BLANK) -> str:
    return render_template(
        template,
        here=url_for("answer.show", slug=slug),
        languages=page.languages,
        page=page,
        sheet=sheet,
        text=partial(_text, page),
        results_link=partial(_results_link, page),
        themes=THEME_NAMES,
        clues=partial(clues, language=language()),
    )


def _results_link(page: AnswerPage) -> str:
    """Return the link to the group's results; its code is the same for everybody in the group."""
    code = results_code(reach().settings.ballot_key, page.organisation_id, page.group_id)
    return f"{url_for('results.ask_code', group_id=page.group_id, lang=language())}#{show_code(code)}"


def _text(page: AnswerPage, texts: Mapping[str, Said]) -> Said:
    return page.instrument.text_in(texts, language())


def _unknown() -> str:
    return _(
        "We do not know this code. Please compare it with your invitation: a code is valid for one check only, "
        "and only while that check is open."
    )
