"""The guided set-up: one page per part, saved at every step, right or wrong."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from surveyapp.errors import Invalid
from surveyapp.learning.scripts import brief, shipping
from surveyapp.services.delegation.drafting import PAGES, Draft, discard, offer, read_draft, save_draft, start_draft
from surveyapp.services.delegation.people import owners_for, seconds_for
from surveyapp.web.access import needs, signed_in, viewer
from surveyapp.web.delegation import words
from surveyapp.web.delegation.fields import TypedForm, stored
from surveyapp.web.delegation.set_up_forms import SET_UP
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("set_up", __name__, url_prefix="/app/delegations")


@blueprint.route("/new", methods=["GET", "POST"])
@needs("manager", "admin")
def new() -> ResponseReturnValue:
    """Begin with the first page."""
    form = _form("task", {})
    if not form.is_submitted():
        return render_template(
            "delegation/set_up.html", form=form, page="task", draft=None, has_owners=_has_owners(form)
        )
    draft_id = start_draft(reach().session, viewer(), form.as_typed(), now())
    return _onwards(draft_id, "task", form)


@blueprint.get("/<uuid:delegation_id>/set-up/<page>")
@signed_in
def show(delegation_id: UUID, page: str) -> ResponseReturnValue:
    """Show a page as it was saved; asked to check, with what is wrong on it."""
    draft = _draft(delegation_id)
    form = _form(_known(page), draft.typed)
    if "check" in request.args:
        _object(form, draft, page)
    return _page(form, draft, page), 200


@blueprint.post("/<uuid:delegation_id>/set-up/<page>")
@signed_in
def save(delegation_id: UUID, page: str) -> ResponseReturnValue:
    """Save a page and go on, or stay where something is to be put right."""
    form = _form(_known(page), {})
    save_draft(reach().session, viewer(), delegation_id, form.as_typed(), now())
    return _onwards(delegation_id, page, form)


@blueprint.get("/<uuid:delegation_id>/discard")
@signed_in
def ask_discard(delegation_id: UUID) -> ResponseReturnValue:
    """Ask before putting a draft away."""
    return render_template("delegation/discard.html", draft=_draft(delegation_id))


@blueprint.post("/<uuid:delegation_id>/discard")
@signed_in
def put_away(delegation_id: UUID) -> ResponseReturnValue:
    """Put a draft away."""
    discard(reach().session, viewer(), delegation_id, now())
    flash(_("The draft is put away."))
    return redirect(url_for("delegations.board"), 303)


def _onwards(draft_id: UUID, page: str, form: TypedForm) -> ResponseReturnValue:
    if "keep" in request.form:
        flash(_("The draft is saved. You find it in the list."), "good")
        return redirect(url_for("delegations.board"), 303)
    draft = _draft(draft_id)
    if draft.problems[page]:
        _object(form, draft, page)
        return _page(form, draft, page), 422
    if page != PAGES[-1]:
        return redirect(url_for("set_up.show", delegation_id=draft_id, page=PAGES[PAGES.index(page) + 1]), 303)
    return _hand_over(draft, form)


def _hand_over(draft: Draft, form: TypedForm) -> ResponseReturnValue:
    try:
        offer(reach().session, viewer(), draft.id, form.number, now())
    except Invalid as wrong:
        status = form.object_to(wrong)
        return _page(form, draft, PAGES[-1]), status
    flash(_("It is handed over. The owner reads it and says in own words what is expected."), "good")
    return redirect(url_for("delegations.show", delegation_id=draft.id), 303)


def _form(page: str, typed: Mapping[str, str]) -> TypedForm:
    kind = SET_UP[page]
    form = kind(data=stored(typed, kind))
    if page == "task":
        owners = {
            str(each.account_id): f"{each.name} ({each.unit_name})" for each in owners_for(reach().session, viewer())
        }
        seconds = {str(each.account_id): each.name for each in seconds_for(reach().session, viewer())}
        form.choose_from(owner={"": _("Choose somebody"), **owners}, second={"": _("Nobody"), **seconds})
    form.choose_from(
        kind=words.KINDS,
        level={"": _("Choose one"), **words.LEVELS},
        stretch={"": _("Choose one"), **words.STRETCHES},
        mode=words.MODES,
        evidence=words.EVIDENCE,
    )
    return form


def _object(form: TypedForm, draft: Draft, page: str) -> None:
    for wrong in draft.problems[page]:
        form.object_to(wrong)


def _page(form: TypedForm, draft: Draft, page: str) -> str:
    bar = draft.terms.bar
    return render_template(
        "delegation/set_up.html",
        form=form,
        page=page,
        draft=draft,
        has_owners=_has_owners(form),
        light=draft.terms.radius.light if not draft.problems["radius"] else "",
        sentences=brief(bar, _) + shipping(bar, _) if not draft.problems["bar"] else [],
    )


def _has_owners(form: TypedForm) -> bool:
    return "owner" not in form or len(form["owner"].choices) > 1


def _draft(draft_id: UUID) -> Draft:
    return read_draft(reach().session, viewer(), draft_id, now())


def _known(page: str) -> str:
    if page not in PAGES:
        raise NotFound
    return page
