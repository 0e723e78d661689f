"""Taking names out of what somebody told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.learning.deidentifying import without_names

NAMES = ("Alice Miller", "Bob Li", "Zoë Weiß-Kühn")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Alice Miller saw it", "[…] saw it"),
        ("alice told Bob", "[…] told […]"),
        ("Miller's crane", "[…] crane"),
        ("Frau Schmidt called", "[…] called"),
        ("Mail bob@example.org first", "Mail […] first"),
        ("Zoë and Kühn lifted it", "[…] and […] lifted it"),
        ("The likely cause", "The likely cause"),
        ("A malice of fate", "A malice of fate"),
    ],
)
def test_names_are_taken_out(text: str, left: str) -> None:
    """Whole names and their parts, but no parts of words."""
    assert without_names(text, NAMES) == left


def test_without_names_to_look_for_the_words_stay() -> None:
    """Only titles and addresses are looked for then."""
    assert without_names("The hook slipped", ()) == "The hook slipped"


@given(st.text(max_size=80), st.lists(st.text(min_size=3, max_size=12), max_size=3))
def test_any_text_and_any_names_do(text: str, names: list[str]) -> None:
    """Signs that mean something in patterns are letters here."""
    without_names(text, names)
