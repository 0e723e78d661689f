"""Signing in and out, a new password by mail, one's own account."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Forbidden, Invalid, NotFound, RateLimited, UnknownBallot
from surveyapp.services.accounts.managing import own_account
from surveyapp.services.accounts.resetting import choose_password, request_reset
from surveyapp.services.accounts.signing_in import authenticate, change_password, change_profile, end_sessions
from surveyapp.web.access import end_session, open_to_anybody, signed_in, start_session, viewer, wanted_page
from surveyapp.web.account.forms import ForgotForm, PasswordForm, ProfileForm, ResetForm, SignInForm
from surveyapp.web.language import gettext as _
from surveyapp.web.navigation import navigation
from surveyapp.web.password_mail import post_later
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("account", __name__, url_prefix="/app")


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Go to the first page of the menu, or to one's own account when the menu is empty."""
    menu = navigation()
    return redirect(menu[0].href if menu else url_for("account.mine"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_anybody
def sign_in() -> ResponseReturnValue:
    """Ask who it is, and go on to the page that was wanted."""
    wanted = wanted_page(request.args.get("next"))
    if request.method == "GET" and "viewer" in g:
        return redirect(wanted)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("account/sign_in.html", form=form), form.status
    try:
        ticket = authenticate(
            reach().session, reach().settings.attempts_key, form.typed("email"), form.typed("password"), now()
        )
    except (Forbidden, RateLimited) as refused:
        status = form.refuse(refused)
        return render_template("account/sign_in.html", form=form), status
    start_session(ticket, now())
    return redirect(wanted, 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session here and everywhere else."""
    end_sessions(reach().session, viewer())
    end_session()
    flash(_("You are signed out, here and on every other device."), "good")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.route("/forgot-password", methods=["GET", "POST"])
@open_to_anybody
def forgot() -> ResponseReturnValue:
    """Mail a code for a new password; the page says the same whether or not there is such an account."""
    form = ForgotForm()
    if not form.validate_on_submit():
        sends = bool(reach().settings.mail_url)
        return render_template("account/forgot.html", form=form, sends_mail=sends), form.status
    post_later(request_reset(reach().session, reach().settings.attempts_key, form.typed("email"), now()))
    return render_template("account/sent.html")


@blueprint.route("/reset", methods=["GET", "POST"])
@open_to_anybody
def reset() -> ResponseReturnValue:
    """Spend a mailed code on a new password; the code comes in the fragment of the link or is typed."""
    form = ResetForm()
    if not form.validate_on_submit():
        return render_template("account/reset.html", form=form), form.status
    try:
        key = reach().settings.attempts_key
        choose_password(reach().session, key, form.typed("code"), form.typed("password"), now())
    except (UnknownBallot, NotFound, Invalid) as refused:
        status = form.refuse(refused)
        return render_template("account/reset.html", form=form), status
    end_session()
    flash(_("Your password is changed; please sign in with it."), "good")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.route("/account", methods=["GET", "POST"])
@signed_in
def mine() -> ResponseReturnValue:
    """Show and change one's own name and language."""
    form = ProfileForm(viewer())
    if not form.validate_on_submit():
        roles = own_account(reach().session, viewer()).roles
        return render_template("account/mine.html", form=form, roles=roles), form.status
    change_profile(reach().session, viewer(), form.typed("name"), form.typed("language"), now())
    flash(_("Your account is changed."), "good")
    return redirect(url_for("account.mine"), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password; every other session ends, this one goes on."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("account/password.html", form=form), form.status
    try:
        key = reach().settings.attempts_key
        ticket = change_password(reach().session, key, viewer(), form.typed("old"), form.typed("password"), now())
    except (Forbidden, RateLimited, Invalid) as refused:
        status = form.refuse(refused)
        return render_template("account/password.html", form=form), status
    start_session(ticket, now())
    flash(_("Your password is changed; you are signed out on every other device."), "good")
    return redirect(url_for("account.mine"), 303)
