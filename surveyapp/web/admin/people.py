"""Admins look who is where."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.services.roster.counting import Tree, tree_of
from surveyapp.services.roster.people import ORDERS, Wanted, export_people, list_people
from surveyapp.web.access import needs, viewer
from surveyapp.web.admin.signing import today
from surveyapp.web.csv_files import csv_response
from surveyapp.web.reaching import reach

blueprint = Blueprint("people", __name__, url_prefix="/app/admin/people")


@blueprint.get("")
@needs("admin")
def index() -> ResponseReturnValue:
    """List the people that fit a search."""
    tree = tree_of(reach().session, viewer().organisation_id)
    wanted, unit_id = _wanted(tree)
    found = list_people(reach().session, viewer().organisation_id, tree, today(), wanted)

    def href(order: str, page: int | None = None, *, down: bool) -> str:
        kept: dict[str, Any] = {"q": wanted.words or None, "unit": unit_id, "down": "1" if down else None}
        return url_for("people.index", order=order, page=page, **kept)

    return render_template(
        "admin/people/list.html",
        found=found,
        wanted=wanted,
        unit=tree.units.get(unit_id) if unit_id else None,
        unit_path=tree.path(unit_id) if unit_id else "",
        page_href=lambda page: href(wanted.order, page, down=wanted.descending),
        order_href=lambda order: href(order, down=order == wanted.order and not wanted.descending),
    )


def _wanted(tree: Tree) -> tuple[Wanted, UUID | None]:
    """Read from the address what is looked for, and the unit if it is one."""
    unit_id = next((each for each in tree.units if str(each) == request.args.get("unit")), None)
    order = request.args.get("order", "name")
    wanted = Wanted(
        words=request.args.get("q", "").strip(),
        units=tree.below(unit_id) if unit_id else None,
        order=order if order in ORDERS else "name",
        descending=request.args.get("down") == "1",
        page=request.args.get("page", 1, int),
    )
    return wanted, unit_id


@blueprint.get("/roster.csv")
@needs("admin")
def download() -> Response:
    """Download the roster as a file that can be edited and imported again."""
    return csv_response("roster", export_people(reach().session, viewer().organisation_id, today()))
