"""What a language calls itself, and how it writes."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """Return the formats of a language tag, of its parent where it has none of its own, or else of English."""
    parts = language.split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale("en")


def name(language: str) -> str:
    """Return a language's own name for itself, as a menu of languages shows it."""
    locale = locale_of(language)
    known = locale.language == language.partition("-")[0].lower()
    own = locale.get_display_name() if known else None
    return own[0].upper() + own[1:] if own else language
