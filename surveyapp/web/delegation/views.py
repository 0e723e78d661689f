"""The list of one's delegations, the page of one, its checklist to print, and the pause before stepping in."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from surveyapp.errors import Forbidden
from surveyapp.learning.calendars import calendar_file
from surveyapp.learning.delegation import DELEGATOR, SECOND
from surveyapp.learning.reviewing import done_after_a_miss
from surveyapp.learning.scripts import brief, pausing, reviewing, shipping
from surveyapp.services.delegation.board import FILTERS, read_board
from surveyapp.services.delegation.overview import read_outcomes, read_overview
from surveyapp.services.delegation.people import may_delegate
from surveyapp.services.delegation.reading import Reading, read_delegation
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.web.access import needs, signed_in, viewer
from surveyapp.web.delegation import words
from surveyapp.web.delegation.beginnings import appointment
from surveyapp.web.delegation.course import course_of
from surveyapp.web.delegation.moves import MOVES
from surveyapp.web.language import gettext as _
from surveyapp.web.measures import line
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("delegations", __name__, url_prefix="/app/delegations")


@blueprint.app_template_filter("called")
def called(word: object, group: str) -> str:
    """Write what a word of a group is called."""
    return words.said(group, word)


@blueprint.get("")
@signed_in
def board() -> ResponseReturnValue:
    """List the delegations that the account has a part in."""
    chosen = {name: request.args.get(name, "").strip() for name in ("part", "state", "q")}
    found = read_board(
        reach().session,
        viewer(),
        part=chosen["part"],
        state=chosen["state"],
        words=chosen["q"],
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "delegation/board.html",
        found=found,
        chosen=chosen,
        states=FILTERS,
        may_delegate=may_delegate(viewer()),
        time_zone=organisation_zone(reach().session, viewer().organisation_id),
        page_href=lambda page: url_for("delegations.board", **{**request.args.to_dict(), "page": page}),
    )


@blueprint.get("/overview")
@needs("manager", "coach", "admin")
def overview() -> ResponseReturnValue:
    """Show how delegations go in all units that the account looks after, without any single one."""
    session = reach().session
    outcomes = [
        (each, [line(finding) for finding in each.findings], url_for("team_learning.page", team=each.unit_id))
        for each in read_outcomes(session, viewer())
    ]
    return render_template("delegation/overview.html", found=read_overview(session, viewer()), outcomes=outcomes)


@blueprint.get("/<uuid:delegation_id>")
@signed_in
def show(delegation_id: UUID) -> ResponseReturnValue:
    """Show one delegation to one of its people."""
    reading = _read(delegation_id)
    terms, cycle = reading.delegation.terms, reading.delegation.cycle
    return render_template(
        "delegation/show.html",
        reading=reading,
        here=reading.delegation,
        terms=terms,
        cycle=cycle,
        moves=MOVES,
        sentences=brief(terms.bar, _) + shipping(terms.bar, _) if terms else [],
        order=reviewing(_),
        way=done_after_a_miss(cycle) if cycle and cycle.missed_at else {},
        moment_now=now(),
        course=course_of(reading) if reading.role != SECOND else None,
    )


@blueprint.get("/<uuid:delegation_id>/checklist")
@signed_in
def checklist(delegation_id: UUID) -> ResponseReturnValue:
    """Show the checklist on a page of its own, to be printed."""
    reading = _read(delegation_id)
    return render_template("delegation/checklist.html", reading=reading, terms=reading.delegation.terms)


@blueprint.get("/<uuid:delegation_id>/pause")
@signed_in
def pause(delegation_id: UUID) -> ResponseReturnValue:
    """Show the pause before stepping in: wait twenty minutes, then ask one question."""
    reading = _read(delegation_id)
    if reading.role != DELEGATOR:
        message = "This is for the delegator of the delegation"
        raise Forbidden(message)
    return render_template("delegation/pause.html", reading=reading, questions=pausing(_))


@blueprint.get("/<uuid:delegation_id>/<what>.ics")
@signed_in
def calendar(delegation_id: UUID, what: str) -> ResponseReturnValue:
    """Send an invitation for the review or a checkpoint of the cycle at hand, with its questions in it."""
    reading = _read(delegation_id)
    found = appointment(reading, what, reach().settings.base_url, _)
    if found is None:
        raise NotFound
    return Response(calendar_file(found, now()), content_type="text/calendar; charset=utf-8")


def _read(delegation_id: UUID) -> Reading:
    return read_delegation(reach().session, viewer(), delegation_id, now())
