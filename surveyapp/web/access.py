"""Who is asking: the account behind the cookie, and what each page under /app asks of it.

Every page under /app needs a sign-in unless it says otherwise, so a page whose author forgot to say anything is shut.
Which units an account may see is a question for `surveyapp.services.accounts.access`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import unquote
from uuid import UUID

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from surveyapp import languages
from surveyapp.services.accounts.access import Viewer, require_role
from surveyapp.services.accounts.signing_in import Ticket, organisation_name, viewer_of
from surveyapp.web.areas import area
from surveyapp.web.reaching import now, reach

SESSION_LASTS = timedelta(hours=12)
SIGN_IN = "account.sign_in"
HOME = "/app/"

View = TypeVar("View", bound=Callable[..., Any])
_ANYBODY = "open_to_anybody"
_ROLES = "needs_roles"


def viewer() -> Viewer:
    """Return the account that asks; on pages under /app there is one unless the page is open to anybody."""
    return cast("Viewer", g.viewer)


def signed_in(view: View) -> View:
    """Mark a page for everybody with an account, whatever its roles."""
    return view


def needs(*roles: str) -> Callable[[View], View]:
    """Mark a page for accounts that hold one of the roles somewhere."""

    def mark(view: View) -> View:
        view.__dict__[_ROLES] = roles
        return view

    return mark


def open_to_anybody(view: View) -> View:
    """Mark a page under /app that works without a sign-in, such as the sign-in itself."""
    view.__dict__[_ANYBODY] = True
    return view


def start_session(ticket: Ticket, moment: datetime) -> None:
    """Begin a sign-in; whatever the browser brought along from before is gone."""
    session.clear()
    session["account"] = [ticket.organisation_id.hex, ticket.account_id.hex, ticket.session_version]
    session["until"] = (moment + SESSION_LASTS).isoformat()


def end_session() -> None:
    """Forget who was signed in."""
    session.clear()


def wanted_page(address: str | None) -> str:
    """Return where to go after signing in: the page asked for if it is one of ours under /app, else the first page."""
    if address is None or not address.startswith(HOME):
        return HOME
    # Browsers read a backslash as a slash, drop control characters and walk up at two dots.
    path = unquote(address.partition("?")[0])
    leads_away = "\\" in address or not path.isprintable() or not address.isprintable() or ".." in path.split("/")
    return HOME if leads_away else address


def install(app: Flask) -> None:
    """Stand in front of every page under /app."""
    app.before_request(_guard)

    @app.context_processor
    def whose() -> dict[str, object]:
        return {"organisation_name": g.get("organisation_name")}


def _guard() -> ResponseReturnValue | None:
    if area(request.path) != "staff":
        return None
    _recognise()
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or view.__dict__.get(_ANYBODY):
        return None
    if "viewer" not in g:
        return _to_sign_in()
    if roles := view.__dict__.get(_ROLES):
        require_role(viewer(), *roles)
    return None


def _recognise() -> None:
    """Set ``g.viewer`` for a cookie that is still worth something, and end the session of one that is not."""
    if "account" not in session:
        return
    organisation_id, account_id, version = session["account"]
    ticket = Ticket(UUID(organisation_id), UUID(account_id), version)
    who = viewer_of(reach().session, ticket) if now() < datetime.fromisoformat(session["until"]) else None
    if who is None:
        end_session()
        return
    g.viewer = who
    g.organisation_name = organisation_name(reach().session, who.organisation_id)
    g.language = languages.best_match(who.language)


def _to_sign_in() -> ResponseReturnValue:
    # What was to be changed is not repeated after a sign-in; only pages to look at are worth coming back to.
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(SIGN_IN, next=wanted), 303)
