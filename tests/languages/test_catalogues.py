"""Choosing a language, and translating into it."""

import json
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.errors import Invalid, Said, any_of, packed, unpacked
from surveyapp.languages import available, best_match, translated, translator


def test_english_comes_first() -> None:
    """The language of the sources leads the list, and German follows."""
    assert available() == ("en", "de")


def test_german_is_read_from_its_source() -> None:
    """A message is translated without any step that compiles the catalogue."""
    assert translator("de").gettext("Thank you") == "Vielen Dank"


def test_regional_language_takes_its_parent() -> None:
    """Austrian readers get German."""
    assert translator("de-AT").gettext("Thank you") == "Vielen Dank"


@pytest.mark.parametrize("language", ["en", "xx", "", "../de"])
def test_other_languages_get_the_sources(language: str) -> None:
    """English and whatever has no catalogue read the messages as they were written."""
    assert translator(language).gettext("Thank you") == "Thank you"


def test_catalogue_is_read_once() -> None:
    """Asking again gives the catalogue that is there."""
    assert translator("de") is translator("de-CH")


@pytest.mark.parametrize(("number", "expected"), [(1, "%(group)s, %(num)s Person"), (0, "%(group)s, %(num)s Personen")])
def test_plurals_follow_german_rules(number: int, expected: str) -> None:
    """One is singular, none is plural."""
    said = translator("de").ngettext("%(group)s, %(num)s person", "%(group)s, %(num)s people", number)
    assert said == expected


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_translated_into_nothing(language: str) -> None:
    """An empty text does not bring up the header of the catalogue."""
    assert translator(language).gettext("") == ""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("fewer than 5 answers could be counted", "weniger als 5 Antworten konnten gezählt werden"),
        ("not enough answers", "nicht genug Antworten"),
        ("fewer than 12 teams", "weniger als 12 Teams"),
        ("12 of 14", "12 von 14"),
        ("low", "niedrig"),
        ("≥ 3.4", "≥ 3.4"),
        ("3.25", "3.25"),
        ("", ""),
        ("something else with 3 and {0} in it", "something else with 3 and {0} in it"),
        ("{} answers", "{} answers"),
    ],
)
def test_stored_sentence_keeps_its_numbers(sentence: str, expected: str) -> None:
    """Words of a stored sentence change with the language, its numbers never; what is unknown stays as it is."""
    assert translated(sentence, "de") == expected


def test_refusal_is_said_anew_with_its_values() -> None:
    """The words of a refusal change with the language; what was typed and what is named stays, digits or not."""
    code = Said("There is no unit with the code {code}", code="low 3")
    assert (str(code), translated(code, "de")) == (
        "There is no unit with the code low 3",
        "Es gibt keine Einheit mit dem Code low 3",
    )


def test_refusal_translates_what_it_is_made_of() -> None:
    """Words of ours inside a refusal are translated with it, and what would be right keeps its numbers."""
    refused = Invalid("file", Said("{count} characters", count=3), "1 to 200 characters")
    assert translated(refused.message, "de") == "Datei: '3 Zeichen' geht nicht; erwartet wird 1 bis 200 Zeichen"
    assert translated(any_of(["manager", "coach", "admin"]), "de") == "Führungskraft oder Coach oder Verwaltung"


def test_refusal_survives_being_kept() -> None:
    """What is kept as JSON can be said in any language later."""
    refused = Invalid("code", datetime(2026, 3, 3, tzinfo=UTC), Said("one of {choices}", choices="a, b")).message
    kept = unpacked(json.loads(json.dumps(packed(refused))))
    assert translated(kept, "de") == "code: '2026-03-03 00:00:00+00:00' geht nicht; erwartet wird eines von a, b"
    assert translated(deepcopy(refused), "de").endswith("eines von a, b")


@given(st.text())
def test_unknown_sentence_stays_as_it_is(sentence: str) -> None:
    """Whatever a person wrote comes back unchanged in the language of the sources."""
    assert translated(sentence, "en") == sentence


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR, fr;q=0.9, de;q=0.5, en;q=0.7", "en"),
        ("DE", "de"),
        ("en;q=0.1, de;q=0.11", "de"),
        ("de;q=0, en", "en"),
        ("de;q=0", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=nonsense", "en"),
        (";;;,,q=1", "en"),
    ],
)
def test_best_match_follows_the_wishes(wishes: str, expected: str) -> None:
    """The heaviest wish that can be met is met; without one, English."""
    assert best_match(wishes) == expected


@pytest.mark.parametrize(
    ("wishes", "expected"), [("de", "de-CH"), ("pt-BR", "pt"), ("ar-EG, de-CH;q=0.5", "de-CH"), ("zh", "fr")]
)
def test_best_match_chooses_among_what_is_offered(wishes: str, expected: str) -> None:
    """Regions and parents of a language serve for each other; else the first offered is taken."""
    assert best_match(wishes, ("fr", "de-CH", "de-AT", "pt")) == expected


@given(st.text(max_size=60), st.lists(st.sampled_from(["de", "en-GB", "ar", "zh-Hant"]), min_size=1))
def test_best_match_is_always_something_offered(wishes: str, offered: list[str]) -> None:
    """No header, however odd, leads to a language that is not there."""
    assert best_match(wishes, offered) in offered
