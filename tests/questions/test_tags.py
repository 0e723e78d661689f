"""Language tags and directions, compared with what CLDR knows."""

import pytest
from babel import Locale, localedata

from surveyapp.questions import direction
from surveyapp.questions.tags import parents, well_formed

KNOWN = [name.replace("_", "-") for name in localedata.locale_identifiers() if name != "root"]


def test_direction_agrees_with_cldr() -> None:
    """Every locale that CLDR describes as right to left is so here, and no other."""
    right_to_left = [tag for tag in KNOWN if Locale.parse(tag, sep="-").text_direction == "rtl"]
    assert [tag for tag in KNOWN if direction(tag) == "rtl"] == right_to_left


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("AR-eg", "rtl"),
        ("he-IL", "rtl"),
        ("pa-PK", "rtl"),
        ("zh-Hant-TW", "ltr"),
    ],
)
def test_script_and_region_decide_before_language(tag: str, expected: str) -> None:
    """A named script wins over the language; upper and lower case make no difference."""
    assert direction(tag) == expected


def test_every_tag_of_cldr_is_well_formed() -> None:
    """No locale that CLDR describes is refused."""
    assert [tag for tag in KNOWN if not well_formed(tag)] == []


@pytest.mark.parametrize("tag", ["de-CH-1901", "sl-rozaj", "en-u-ca-gregory", "hy-Latn-IT-arevela", "de-x-easy"])
def test_tags_of_bcp_47_are_well_formed(tag: str) -> None:
    """Variants, extensions and private use are accepted as the standard writes them."""
    assert well_formed(tag)


@pytest.mark.parametrize(
    "tag", ["", "e", "en_GB", "english language", "en-", "-en", "de\n", "123", "en-" + "a1234567-" * 9]
)
def test_other_texts_are_no_tags(tag: str) -> None:
    """Underscores, blanks, line breaks and endless tags are refused."""
    assert not well_formed(tag)


def test_parents_lead_from_special_to_general() -> None:
    """A tag is followed by itself without its last parts."""
    assert list(parents("zh-Hant-TW")) == ["zh-Hant-TW", "zh-Hant", "zh"]
