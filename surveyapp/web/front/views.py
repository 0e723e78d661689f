"""The first page for whoever comes without a link, and a sign of life for whoever watches the server."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from surveyapp.services.installation.health import check_database
from surveyapp.web.language import choose
from surveyapp.web.reaching import reach

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """Show the three ways on: answering, results, signing in."""
    choose()
    return render_template("front.html", here="/")


@blueprint.get("/who-sees-what")
def who_sees_what() -> ResponseReturnValue:
    """Say in plain words what becomes visible, to whom, and where the promise ends."""
    choose()
    return render_template("who_sees_what.html", here="/who-sees-what", roster_min=reach().settings.roster_min)


@blueprint.get("/healthz")
def health() -> Response:
    """Tell that the process and its database answer; a broken one is a status of 500."""
    check_database(reach().session)
    return Response("ok\n", content_type="text/plain; charset=utf-8")
