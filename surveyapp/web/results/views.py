"""The results of a team for the team itself: the same page as its manager's, opened by a code instead of an account.

The code is posted, so that it stands in no address, log or cookie.
"""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import NotFound, UnknownBallot
from surveyapp.languages import available
from surveyapp.services.results import GroupName, Trend, export_rows, group_for_code, group_trend
from surveyapp.web.csv_files import csv_response
from surveyapp.web.language import choose, gettext, language
from surveyapp.web.reaching import reach
from surveyapp.web.trends import panels

blueprint = Blueprint("results", __name__, url_prefix="/results")


@blueprint.get("")
def without_group() -> ResponseReturnValue:
    """Say where the link to a team's results is found."""
    choose(available())
    return render_template("results/where.html", here=url_for("results.without_group"))


@blueprint.get("/<uuid:group_id>")
def ask_code(group_id: UUID) -> ResponseReturnValue:
    """Ask for the code of a group's results; a line of script fills it in from the link."""
    choose(available())
    return _ask(group_id)


@blueprint.post("/<uuid:group_id>")
def page(group_id: UUID) -> ResponseReturnValue:
    """Show the released waves of a group."""
    choose(available())
    try:
        group, trend = _open(group_id)
    except (UnknownBallot, NotFound):
        return _ask(group_id, gettext("We do not know this code. Please compare it with the link in your mail.")), 404
    return render_template(
        "results/page.html",
        here=url_for("results.ask_code", group_id=group_id),
        group_name=group.name,
        trend=trend,
        panels=panels(trend),
        code=request.form["code"],
        csv_href=url_for("results.csv", group_id=group_id),
    )


@blueprint.post("/<uuid:group_id>/results.csv")
def csv(group_id: UUID) -> Response:
    """Download exactly what the page shows."""
    choose(available())
    group, trend = _open(group_id)
    return csv_response(f"{group.name} - {trend.pulse_name}", export_rows(trend, language()))


def _open(group_id: UUID) -> tuple[GroupName, Trend]:
    key = reach().settings.ballot_key
    group = group_for_code(reach().session, key, group_id, request.form.get("code", ""))
    return group, group_trend(reach().session, group.organisation_id, group.id)


def _ask(group_id: UUID, problem: str = "") -> str:
    return render_template("results/open.html", here=url_for("results.ask_code", group_id=group_id), problem=problem)
