"""In which language a page speaks, and the words and formats that templates ask for."""

from collections.abc import Sequence
from datetime import datetime

from babel import Locale
from flask import Flask, g, has_request_context, request

from surveyapp.questions import direction
from surveyapp.web import passthrough as languages


def choose(offered: Sequence[str] = ()) -> str:
    """Set the language of this request: the one asked for by ``?lang=``, else the browser's, else the first offered."""
    offered = offered or languages.available()
    wanted = request.args.get("lang", "")
    chosen = wanted if wanted in offered else request.accept_languages.best_match(offered, offered[0])
    g.language = chosen or offered[0]
    return str(g.language)


def language() -> str:
    """Return the language of this request."""
    if not has_request_context():
        return languages.available()[0]
    return str(g.language) if "language" in g else choose()


def gettext(message: str) -> str:
    """Return a message in the language of this request."""
    return languages.translator(language()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return a message that counts, in the language of this request."""
    return languages.translator(language()).ngettext(singular, plural, number)


def moment(value: datetime, time_zone: str) -> str:
    """Write a day and time of day in a time zone."""
    return languages.format_datetime(value, language(), time_zone)


def own_name(code: str) -> str:
    """Return what the speakers of a language call it."""
    return (Locale.parse(code, sep="-").language_name or code).capitalize()


def install(app: Flask) -> None:
    """Give templates ``_()``, ``{% trans %}``, the formats and the names of languages."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(moment=moment, reason=gettext, translated=gettext)
    environment.globals.update(
        language=language,
        direction=lambda: direction(language()),
        language_name=own_name,
        offered_languages=languages.available,
    )
