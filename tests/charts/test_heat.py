"""Colours of a heat map: steps of the scale and nothing else."""

import pytest

from surveyapp.charts.heat import mark_reasons, step_of, steps
from surveyapp.privacy.outcome import Shown


def shown(text: str) -> Shown:
    """Return a figure with a text; its value says something else, which must not matter."""
    return Shown(text, 3.0, 1.0, 5.0, 8)


@pytest.mark.parametrize(
    ("text", "step"),
    [("low", 1), ("2.4", 1), ("2.5", 2), ("2.9", 2), ("3.0", 3), ("≈ 3.5", 4), ("3.99", 4), ("4.0", 5), ("≥ 4.6", 5)],
)
def test_the_step_follows_the_released_text(text: str, step: int) -> None:
    """What a reader sees decides the colour, so that no colour tells more than the text."""
    assert step_of(shown(text), 5) == step


def test_other_scales_are_stretched() -> None:
    """The middle of any scale begins the third step."""
    assert [step.begins for step in steps(7)] == [1.0, 3.25, 4.0, 4.75, 5.5]
    assert step_of(shown("4.0"), 7) == 3


def test_reasons_have_letters_of_their_own() -> None:
    """In the order in which they are met; beyond the alphabet the last letter stands for the rest."""
    assert mark_reasons(["few", "asked", "few", "nobody"]) == {"few": "a", "asked": "b", "nobody": "c"}
    assert set(mark_reasons([str(number) for number in range(30)]).values()) == set("abcdefghijklmnopqrstuvwxyz")
