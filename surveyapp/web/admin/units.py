"""Admins look after the organisation's tree."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Conflict, Invalid
from surveyapp.services.roster.counting import tree_of
from surveyapp.services.roster.moving import move_unit, plan_move
from surveyapp.services.roster.units import (
    UnitCard,
    UnitLine,
    add_unit,
    find_unit,
    rename_unit,
    reopen_unit,
    retire_unit,
    unit_choices,
    unit_lines,
)
from surveyapp.web.access import needs, viewer
from surveyapp.web.admin.signing import signed, today
from surveyapp.web.admin.unit_forms import MoveForm, UnitForm
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import reach

MOST_LINES = 300

blueprint = Blueprint("units", __name__, url_prefix="/app/admin/units")


@blueprint.get("")
@needs("admin")
def index() -> ResponseReturnValue:
    """Show the tree, or the units that fit a search."""
    search = request.args.get("q", "").strip()
    with_retired = request.args.get("retired") == "1"
    lines = unit_lines(reach().session, viewer().organisation_id, today())
    found = [line for line in lines if (with_retired or not line.retired_on) and _fits(line, search)]
    shown = found if search else _upper(found)
    return render_template(
        "admin/units/tree.html",
        found=shown,
        total=len(found),
        search=search,
        with_retired=with_retired,
        retired=sum(1 for line in lines if line.retired_on),
    )


def _upper(lines: list[UnitLine]) -> list[UnitLine]:
    """Return as many levels of the tree, from the top, as fit on a page; the rest is a click or a search away."""
    deepest = max((line.depth for line in lines), default=0)
    while deepest > 1 and sum(line.depth <= deepest for line in lines) > MOST_LINES:
        deepest -= 1
    return [line for line in lines if line.depth <= deepest]


def _fits(line: UnitLine, search: str) -> bool:
    return search.casefold() in line.name.casefold() or search.casefold() in line.code.casefold()


@blueprint.get("/<uuid:unit_id>")
@needs("admin")
def show(unit_id: UUID) -> ResponseReturnValue:
    """Show one unit."""
    return render_template("admin/units/show.html", unit=_find(unit_id))


@blueprint.route("/<uuid:unit_id>/add", methods=["GET", "POST"])
@needs("admin")
def add(unit_id: UUID) -> ResponseReturnValue:
    """Add a unit below this one."""
    unit, form = _find(unit_id), UnitForm()
    if not form.validate_on_submit():
        return render_template("admin/units/add.html", unit=unit, form=form), form.status
    try:
        name, code = form.typed("name"), form.typed("code")
        added = add_unit(reach().session, viewer().organisation_id, unit_id, name, code, **signed())
    except (Conflict, Invalid) as refused:
        form.refuse(refused)
        return render_template("admin/units/add.html", unit=unit, form=form), form.status
    return _back(added, _("The unit is added."))


@blueprint.route("/<uuid:unit_id>/rename", methods=["GET", "POST"])
@needs("admin")
def rename(unit_id: UUID) -> ResponseReturnValue:
    """Give the unit another name or code."""
    unit = _find(unit_id)
    form = UnitForm(data={"name": unit.line.name, "code": unit.line.code})
    if not form.validate_on_submit():
        return render_template("admin/units/rename.html", unit=unit, form=form), form.status
    try:
        name, code = form.typed("name"), form.typed("code")
        rename_unit(reach().session, viewer().organisation_id, unit_id, name, code, **signed())
    except Invalid as refused:
        form.refuse(refused)
        return render_template("admin/units/rename.html", unit=unit, form=form), form.status
    return _back(unit_id, _("The unit is renamed."))


@blueprint.route("/<uuid:unit_id>/move", methods=["GET", "POST"])
@needs("admin")
def move(unit_id: UUID) -> ResponseReturnValue:
    """Ask where the unit shall go, say what that changes, and move it."""
    unit, asked = _find(unit_id), request.method == "POST" or "parent" in request.args
    form = MoveForm() if request.method == "POST" else MoveForm(request.args if asked else None)
    form.parent.choices = _places(unit_id)
    if not asked:
        return render_template("admin/units/move.html", unit=unit, form=form)
    if not form.parent.validate(form):
        return render_template("admin/units/move.html", unit=unit, form=form), 422
    session, owner = reach().session, viewer().organisation_id
    try:
        if request.method == "POST" and form.validate():
            move_unit(session, owner, unit_id, UUID(form.typed("parent")), **signed())
            return _back(unit_id, _("The unit is moved."))
        plan = plan_move(session, owner, unit_id, UUID(form.typed("parent")), today())
    except Invalid as refused:
        form.refuse(refused)
        return render_template("admin/units/move.html", unit=unit, form=form), 422
    return render_template("admin/units/moving.html", unit=unit, plan=plan)


def _places(unit_id: UUID) -> list[tuple[str, str]]:
    """Return the units in use under which a unit may be put: none below itself."""
    tree = tree_of(reach().session, viewer().organisation_id)
    within = tree.below(unit_id)
    return [(str(each), name) for each, name in unit_choices(tree) if each not in within]


@blueprint.route("/<uuid:unit_id>/retire", methods=["GET", "POST"])
@needs("admin")
def retire(unit_id: UUID) -> ResponseReturnValue:
    """Ask before taking the unit out of use, and do it."""
    if request.method != "POST":
        return render_template("admin/units/retire.html", unit=_find(unit_id))
    retire_unit(reach().session, viewer().organisation_id, unit_id, today(), **signed())
    return _back(unit_id, _("The unit is retired."))


@blueprint.post("/<uuid:unit_id>/reopen")
@needs("admin")
def reopen(unit_id: UUID) -> ResponseReturnValue:
    """Take the unit back into use."""
    reopen_unit(reach().session, viewer().organisation_id, unit_id, **signed())
    return _back(unit_id, _("The unit is in use again."))


def _find(unit_id: UUID) -> UnitCard:
    return find_unit(reach().session, viewer().organisation_id, unit_id, today())


def _back(unit_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "good")
    return redirect(url_for("units.show", unit_id=unit_id), 303)
