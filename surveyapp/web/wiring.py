"""Building the application: the one module of the pages that knows databases."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, abort, current_app, g, get_flashed_messages, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from surveyapp import clock
from surveyapp.services.reach import Reach
from surveyapp.settings import Settings
from surveyapp.store.base import Base
from surveyapp.store.database import engine_options, prepare, writing
from surveyapp.vault.doors import open_slot
from surveyapp.web import access, assets, cookies, errors, headers, language, logs, navigation
from surveyapp.web.account.views import blueprint as account
from surveyapp.web.admin.accounts import blueprint as accounts
from surveyapp.web.admin.importing import blueprint as roster
from surveyapp.web.admin.people import blueprint as people
from surveyapp.web.admin.pulse_attributes import blueprint as pulse_attributes
from surveyapp.web.admin.pulses import blueprint as pulses
from surveyapp.web.admin.units import blueprint as units
from surveyapp.web.answer.views import blueprint as answer
from surveyapp.web.api.views import blueprint as api
from surveyapp.web.areas import area
from surveyapp.web.coach.heat_map import blueprint as heat_map
from surveyapp.web.coach.interventions import blueprint as interventions
from surveyapp.web.coach.relations import blueprint as relations
from surveyapp.web.coach.reports import blueprint as reports
from surveyapp.web.delegation.moves import blueprint as moves
from surveyapp.web.delegation.set_up import blueprint as set_up
from surveyapp.web.delegation.views import blueprint as delegations
from surveyapp.web.front.views import blueprint as front
from surveyapp.web.learning.importing import blueprint as event_import
from surveyapp.web.learning.inbox import blueprint as inbox
from surveyapp.web.learning.promise import blueprint as promise
from surveyapp.web.learning.receipts import blueprint as receipts
from surveyapp.web.learning.reviews import blueprint as reviews
from surveyapp.web.learning.team import blueprint as team_learning
from surveyapp.web.learning.telling import blueprint as telling
from surveyapp.web.learning.tokens import blueprint as tokens
from surveyapp.web.learning.views import blueprint as learning
from surveyapp.web.results.views import blueprint as results
from surveyapp.web.team.classes import blueprint as classes
from surveyapp.web.team.replies import blueprint as replies
from surveyapp.web.team.views import blueprint as team
from surveyapp.web.team.withdrawing import blueprint as withdrawing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# A feature folder adds its blueprint here and its line of the menu in ``navigation.ENTRIES``.
BLUEPRINTS = (
    front,
    answer,
    results,
    account,
    team,
    replies,
    withdrawing,
    heat_map,
    interventions,
    classes,
    relations,
    reports,
    learning,
    telling,
    receipts,
    inbox,
    reviews,
    team_learning,
    tokens,
    promise,
    api,
    event_import,
    delegations,
    set_up,
    moves,
    units,
    people,
    roster,
    pulses,
    pulse_attributes,
    accounts,
)
# Addresses that pages of every area lead to; a template of one area need not know the features of another.
SITE = {
    "front": "/",
    "answer": "/answer",
    "results": "/results",
    "privacy": "/who-sees-what",
    "staff": "/app/",
    "account": "/app/account",
    "sign_out": "/app/sign-out",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOAD_BYTES = 32 * 1024 * 1024
# Two long texts in letters that take nine bytes each on their way here.
STRANGER_BYTES = 128 * 1024


class RequestSession(BoundSession):
    """A session whose transactions take SQLite's write lock first when the request is there to change something."""

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """Return the engine that suits the request."""
        if has_request_context() and request.method not in SAFE and area(request.path) != "answer":
            return current_app.extensions["writing"]  # type: ignore[no-any-return]
        return super().get_bind(*args, **options)


db = SQLAlchemy(model_class=Base, session_options={"class_": RequestSession})
csrf = CSRFProtect()


def create_app(settings: Settings, now: Callable[[], datetime] = clock.now) -> Flask:
    """Build the application.

    Parameters
    ----------
    settings : Settings
        What the installation chose.
    now : callable
        Where the pages take the time from.
    """
    app = logs.Site("surveyapp.web", static_folder=None)
    logs.install(app, settings.log_level)
    # First of all who asks, so that a form sent after a session ended leads to the sign-in.
    access.install(app)
    _configure(app, settings)
    _open_databases(app, settings, now)
    for part in (language, errors, navigation):
        part.install(app)
    for part in (headers, cookies):
        part.install(app, settings)
    assets.install(app)
    app.jinja_env.globals.update(messages=_messages, site=SITE)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=UPLOAD_BYTES,
        # Answering has no session to protect: the ballot is the authority. Staff pages are checked below.
        WTF_CSRF_ENABLED=True,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf.init_app(app)

    @app.before_request
    def read_little_of_strangers() -> None:
        # Files come from people who signed in, and other systems show their token before anything is read.
        if "viewer" not in g and area(request.path) != "api":
            request.max_content_length = STRANGER_BYTES

    @app.before_request
    def refuse_what_nobody_types() -> None:
        # PostgreSQL keeps no text with a zero in it, and breaks a page that hands it one.
        if area(request.path) == "staff" and any("\0" in each for each in _typed()):
            abort(400)

    @app.before_request
    def check_origin_of_form() -> None:
        if app.config["WTF_CSRF_ENABLED"] and area(request.path) == "staff":
            csrf.protect()


def _typed() -> Iterator[str]:
    for source in (request.args, request.form):
        for values in source.listvalues():
            yield from values


def _open_databases(app: Flask, settings: Settings, now: Callable[[], datetime]) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        app.extensions["writing"] = writing(prepare(db.engine))
    # The scoped session hands every call to the session of the request at hand.
    session = cast("Session", db.session)
    app.extensions["surveyapp"] = Reach(settings, session, open_slot(settings))
    app.extensions["clock"] = now


def _messages() -> list[tuple[str, str]]:
    """Return what an earlier request had to say to this reader; there is nobody to remember outside /app."""
    if area(request.path) != "staff":
        return []
    return get_flashed_messages(with_categories=True)  # type: ignore[return-value]
