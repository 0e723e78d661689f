"""The results of a team for the team itself: the same page as its manager's, opened by a code instead of an account.

The code is posted, so that it stands in no address, log or cookie.
"""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import NotFound, UnknownBallot
from surveyapp.services.results.classes import ClassResults, class_results, class_rows, pulse_by_class
from surveyapp.services.results.comments import WaveWords, words_of_trend
from surveyapp.services.results.files import export_rows
from surveyapp.services.results.reading import WINDOW, GroupName, Trend, group_for_code, group_trend, replies_in
from surveyapp.web.csv_files import csv_response
from surveyapp.web.language import choose, gettext, language
from surveyapp.web.reaching import reach
from surveyapp.web.trends import events, panels, table

blueprint = Blueprint("results", __name__, url_prefix="/results")


@blueprint.before_request
def settle_language() -> None:
    """Speak the language that was asked for."""
    choose()


@blueprint.get("")
def without_group() -> ResponseReturnValue:
    """Ask for a code, for whoever has it without the link."""
    return _ask(url_for("results.without_group"))


@blueprint.post("")
def find() -> ResponseReturnValue:
    """Show the results that a typed code opens."""
    return _page(None, url_for("results.without_group"))


@blueprint.get("/<uuid:group_id>")
def ask_code(group_id: UUID) -> ResponseReturnValue:
    """Ask for the code of a group's results; a few lines of script fill it in from the link."""
    return _ask(url_for("results.ask_code", group_id=group_id))


@blueprint.post("/<uuid:group_id>")
def page(group_id: UUID) -> ResponseReturnValue:
    """Show the released waves of a group."""
    return _page(group_id, url_for("results.ask_code", group_id=group_id))


@blueprint.post("/<uuid:group_id>/results.csv")
def csv(group_id: UUID) -> Response:
    """Download exactly what the page shows, all waves of it."""
    group = _group(group_id)
    if (classes := _classes(group)) is not None:
        return csv_response(f"{classes.pulse_name} - classes", class_rows(classes, language()))
    trend = _trend(group, window=None)
    return csv_response(f"{group.name} - {trend.pulse_name}", export_rows(trend, language(), _words(group, trend)))


def _page(group_id: UUID | None, here: str) -> ResponseReturnValue:
    try:
        group = _group(group_id)
    except (UnknownBallot, NotFound):
        return _ask(here, gettext("We do not know this code. Please compare it with the link in your mail.")), 404
    if (classes := _classes(group)) is not None:
        csv_href = url_for("results.csv", group_id=group.id, lang=language())
        return render_template("results/classes.html", found=classes, code=request.form["code"], csv_href=csv_href)
    trend = _trend(group, window=None if "all" in request.form else WINDOW)
    return render_template(
        "results/page.html",
        here=url_for("results.ask_code", group_id=group.id),
        group_name=group.name,
        trend=trend,
        panels=panels(trend),
        events=events(trend),
        rows=table(trend),
        words=_words(group, trend),
        replies=replies_in(reach().session, group.organisation_id, trend),
        code=request.form["code"],
        csv_href=url_for("results.csv", group_id=group.id, lang=language()),
    )


def _group(group_id: UUID | None) -> GroupName:
    key = reach().settings.ballot_key
    return group_for_code(reach().session, key, request.form.get("code", ""), group_id)


def _trend(group: GroupName, *, window: int | None) -> Trend:
    return group_trend(reach().session, group.organisation_id, group.id, window=window)


def _classes(group: GroupName) -> ClassResults | None:
    """Return the results of a wave by an attribute, which are the same page for every class."""
    pulse_id = pulse_by_class(reach().session, group.organisation_id, group.id)
    return class_results(reach().session, group.organisation_id, pulse_id) if pulse_id else None


def _words(group: GroupName, trend: Trend) -> tuple[WaveWords, ...]:
    return words_of_trend(reach().session, group.organisation_id, trend)


def _ask(here: str, problem: str = "") -> str:
    code = request.form.get("code", "")
    return render_template("results/open.html", here=here, code=code, problem=problem)
