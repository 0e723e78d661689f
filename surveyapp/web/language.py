"""In which language a page speaks, and the words and formats that templates ask for."""

from datetime import date, datetime
from functools import lru_cache

from flask import Flask, g, has_request_context, request

from surveyapp import languages
from surveyapp.errors import Said
from surveyapp.languages.formats import Length
from surveyapp.questions import direction


def choose(offered: tuple[str, ...] = ()) -> str:
    """Set the language of this request: the one asked for by ``?lang=``, else the browser's, else the first offered."""
    offered = offered or languages.available()
    wanted = request.args.get("lang", "")
    g.language = wanted if wanted in offered else _best_match(request.headers.get("Accept-Language", ""), offered)
    return str(g.language)


# Browsers of one organisation send a handful of different headers.
_best_match = lru_cache(maxsize=256)(languages.best_match)


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


def moment(value: datetime, time_zone: str, *, named: bool = True) -> str:
    """Write a day and time of day in a time zone, and name the zone, for readers may be anywhere."""
    written = languages.format_datetime(value, language(), time_zone)
    return f"{written} ({languages.zone_name(time_zone, language())})" if named else written


def day(value: date | datetime, time_zone: str = "UTC", length: Length = "full") -> str:
    """Write a day, or the day that it is at a moment in a time zone; tables take it at medium length."""
    return languages.format_date(value, language(), time_zone, length=length)


def reason(sentence: str) -> str:
    """Return a stored English sentence, such as why a figure is withheld, in the language of this request."""
    return languages.translated(sentence, language())


def as_said(value: object) -> str:
    """Return a value that was refused: in the language of this request if it is in our words, else as it was typed."""
    return reason(value) if isinstance(value, Said) else str(value)


def opening(words: str) -> str:
    """Let words open a sentence; unlike ``capitalize`` this leaves the nouns of German as they are."""
    return words[:1].upper() + words[1:]


def install(app: Flask) -> None:
    """Give templates ``_()``, ``{% trans %}``, the formats and the names of languages."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        moment=moment, day=day, reason=reason, as_said=as_said, opening=opening, number=languages.written
    )
    environment.globals.update(
        language=language,
        direction=lambda: direction(language()),
        language_name=languages.name,
        offered_languages=languages.available,
    )
