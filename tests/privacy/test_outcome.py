"""What is published: a text with what it allows."""

import pytest

from surveyapp.privacy.outcome import Shown


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [("3.1", True), ("2.27", True), ("low", False), ("≥ 4.0", False), ("≈ 3.1", False), ("", False)],
)
def test_a_plain_figure_is_its_number(text: str, *, is_plain: bool) -> None:
    """What was coded begins with a word or a sign, and no arithmetic is done with it."""
    assert Shown(text, 3.1, 3.0, 3.2, 7).is_plain == is_plain
