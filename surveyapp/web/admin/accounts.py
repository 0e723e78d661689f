"""Admins look after accounts: who there is, who may see what, who is out."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Conflict, Invalid
from surveyapp.privacy.ballots import show_code
from surveyapp.services.accounts.managing import (
    AccountCard,
    NewAccount,
    disable_account,
    enable_account,
    find_account,
    invite_account,
    list_accounts,
    missing_roles,
    send_new_code,
)
from surveyapp.services.accounts.resetting import Reset
from surveyapp.services.accounts.roles import add_role, remove_role
from surveyapp.services.roster.counting import tree_of
from surveyapp.services.roster.units import unit_choices
from surveyapp.web.access import needs, viewer
from surveyapp.web.admin.account_forms import AccountForm, RoleForm
from surveyapp.web.language import gettext as _
from surveyapp.web.password_mail import page_for_code, post_now
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("accounts", __name__, url_prefix="/app/admin/accounts")


@blueprint.get("")
@needs("admin")
def index() -> ResponseReturnValue:
    """List the accounts that fit a search."""
    search = request.args.get("q", "").strip()
    found = list_accounts(reach().session, viewer(), search, request.args.get("page", 1, int))
    missing = missing_roles(reach().session, viewer())
    return render_template("admin/accounts/list.html", found=found, search=search, missing=missing)


@blueprint.route("/new", methods=["GET", "POST"])
@needs("admin")
def new() -> ResponseReturnValue:
    """Add an account whose owner chooses the password by mail."""
    form = AccountForm(_units())
    if not form.validate_on_submit():
        return render_template("admin/accounts/new.html", form=form), form.status
    wanted = NewAccount(form.typed("email"), form.typed("name"), form.typed("language"), (form.grant,))
    try:
        account_id, welcome = invite_account(reach().session, viewer(), wanted, now())
    except (Conflict, Invalid) as refused:
        status = form.refuse(refused)
        return render_template("admin/accounts/new.html", form=form), status
    return _hand_over(account_id, welcome)


@blueprint.get("/<uuid:account_id>")
@needs("admin")
def show(account_id: UUID) -> ResponseReturnValue:
    """Show one account."""
    return _page(_find(account_id), RoleForm(_units())), 200


@blueprint.post("/<uuid:account_id>/roles")
@needs("admin")
def give(account_id: UUID) -> ResponseReturnValue:
    """Give the account a role."""
    account, form = _find(account_id), RoleForm(_units())
    if not form.validate_on_submit():
        return _page(account, form), form.status
    try:
        add_role(reach().session, viewer(), account_id, form.grant, now())
    except Invalid as refused:
        status = form.refuse(refused)
        return _page(account, form), status
    return _back(account_id, _("The role is given."))


@blueprint.post("/<uuid:account_id>/roles/<uuid:role_id>/remove")
@needs("admin")
def take(account_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """Take a role away from the account."""
    remove_role(reach().session, viewer(), account_id, role_id, now())
    return _back(account_id, _("The role is taken away."))


@blueprint.post("/<uuid:account_id>/code")
@needs("admin")
def code(account_id: UUID) -> ResponseReturnValue:
    """Send the owner a code for a new password."""
    return _hand_over(account_id, send_new_code(reach().session, viewer(), account_id, now()))


@blueprint.get("/<uuid:account_id>/disable")
@needs("admin")
def ask_disable(account_id: UUID) -> ResponseReturnValue:
    """Ask before disabling."""
    return render_template("admin/accounts/disable.html", account=_find(account_id))


@blueprint.post("/<uuid:account_id>/disable")
@needs("admin")
def disable(account_id: UUID) -> ResponseReturnValue:
    """Sign the account out and keep it out."""
    disable_account(reach().session, viewer(), account_id, now())
    return _back(account_id, _("The account is disabled."))


@blueprint.post("/<uuid:account_id>/enable")
@needs("admin")
def enable(account_id: UUID) -> ResponseReturnValue:
    """Let the account sign in again."""
    enable_account(reach().session, viewer(), account_id, now())
    return _back(account_id, _("The account is enabled."))


def _find(account_id: UUID) -> AccountCard:
    return find_account(reach().session, viewer(), account_id)


def _units() -> list[tuple[UUID, str]]:
    return unit_choices(tree_of(reach().session, viewer().organisation_id))


def _page(account: AccountCard, form: RoleForm) -> str:
    own = account.id == viewer().account_id
    return render_template("admin/accounts/show.html", account=account, form=form, own=own)


def _back(account_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "good")
    return redirect(url_for("accounts.show", account_id=account_id), 303)


def _hand_over(account_id: UUID, reset: Reset) -> ResponseReturnValue:
    """Mail a code; when that cannot be done, show it this once, for the admin to pass on."""
    if post_now(reset):
        message = _("A mail with a code for choosing a password went to {address}.").format(address=reset.email)
        return _back(account_id, message)
    code, page = show_code(reset.code), page_for_code()
    return render_template("admin/accounts/code.html", account_id=account_id, reset=reset, code=code, page=page)
