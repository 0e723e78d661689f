"""The translations of the product, read from their sources when first needed."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from surveyapp.errors import Said

FOLDER = Path(__file__).parent
# The language that the sources are written in.
SOURCE = "en"
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
WISH = re.compile(r"\s*([A-Za-z0-9-]+|\*)\s*(?:;\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?")


class Catalogue(GNUTranslations):
    """A compiled catalogue."""

    def gettext(self, message: str) -> str:
        """Translate a message; of nothing there is no translation, where gettext would give its own header."""
        return super().gettext(message) if message else ""


@cache
def available() -> tuple[str, ...]:
    """Return the languages that pages and mails speak, the one of the sources first."""
    return SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po"))


def translator(language: str) -> NullTranslations:
    """Return the catalogue of a language or of its parent; an unknown language gets the English sources."""
    for tag in _with_parents(language):
        if tag in available():
            return _catalogue(tag)
    return _catalogue(SOURCE)


def translated(sentence: str, language: str) -> str:
    """Translate a sentence that was stored in English, such as the reason of a withheld figure.

    Its numbers are the same in every language, and the catalogue holds the sentence with ``{}`` for each, or as it is
    when they never change. One that is ``Said`` has names for its values instead.
    """
    if isinstance(sentence, Said) and sentence.values:
        values = {
            name: translated(each, language) if isinstance(each, Said) else each
            for name, each in sentence.values.items()
        }
        return translator(language).gettext(sentence.template).format(**values)
    # What a person wrote may have brackets of its own; it is in no catalogue and stays as it is.
    if "{" in sentence:
        return sentence
    catalogue, template = translator(language), NUMBER.sub("{}", sentence)
    said = catalogue.gettext(template)
    return catalogue.gettext(sentence) if said == template else said.format(*NUMBER.findall(sentence))


def best_match(wishes: str, offered: Sequence[str] | None = None) -> str:
    """Choose the offered language that a reader likes best.

    Parameters
    ----------
    wishes : str
        An ``Accept-Language`` header, or simply a language tag.
    offered : sequence of str, optional
        What there is to choose from, the usual one first; by default what pages speak.
    """
    choices = available() if offered is None else offered
    by_tag = {tag.lower(): tag for tag in choices}
    # A reader of "de" is served by "de-CH" as well, if nothing closer is there.
    by_language = {tag.lower().split("-")[0]: tag for tag in reversed(choices)}
    for wish in _in_order(wishes):
        if wish == "*":
            break
        for tag in _with_parents(wish):
            if tag in by_tag:
                return by_tag[tag]
        if wish in by_language:
            return by_language[wish]
    return choices[0]


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    with (FOLDER / f"{language}.po").open("rb") as source:
        # A catalogue that is broken stops the program at the start, not on the page of a reader.
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    return Catalogue(compiled)


def _with_parents(tag: str) -> Iterator[str]:
    parts = tag.split("-")
    for count in range(len(parts), 0, -1):
        yield "-".join(parts[:count])


def _in_order(wishes: str) -> list[str]:
    """List the tags of the header by weight, those of one weight in their order; what is malformed is left out."""
    found = [WISH.fullmatch(part) for part in wishes.split(",")]
    weighted = [(float(match[2] or 1), match[1].lower()) for match in found if match]
    return [tag for weight, tag in sorted(weighted, key=lambda wish: -wish[0]) if weight > 0]
