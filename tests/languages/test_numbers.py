"""Numbers that have a direction."""

import pytest

from surveyapp.languages import signed, written
from tests.languages.messages import ROOT


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (0.5, 1, "+0.5"),
        (-0.5, 1, "\N{MINUS SIGN}0.5"),
        (-0.04, 1, "+0.0"),
        (1.234, 2, "+1.23"),
        (-3, None, "\N{MINUS SIGN}3"),
        (0.25, None, "+0.25"),
        (0, None, "0"),
    ],
)
def test_a_sign_is_a_real_one(value: float, places: int | None, written: str) -> None:
    """A minus is no hyphen, and nothing falls by zero."""
    assert signed(value, places) == written


@pytest.mark.parametrize(
    ("value", "places", "text"), [(-2.5, None, "\N{MINUS SIGN}2.5"), (3, 1, "3.0"), (0, None, "0")]
)
def test_a_number_below_zero_has_the_same_minus(value: float, places: int | None, text: str) -> None:
    """And one above has no sign."""
    assert written(value, places) == text


def test_nothing_writes_signs_by_itself() -> None:
    """A plus in a format comes with a hyphen for its minus; what is stored or told to analysts is plain text."""
    writing = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*")
        if path.suffix in {".py", ".html"} and path.parts[len(ROOT.parts)] != "stats"
        for text in [path.read_text(encoding="utf-8")]
        if "%+" in text or ":+." in text or ":+g" in text or ":+d" in text
    ]
    assert sorted(writing) == ["languages/numbers.py", "services/results/drawing.py"]
