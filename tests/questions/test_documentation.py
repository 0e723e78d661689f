"""The description of the format is right."""

import re
from pathlib import Path

import pytest

from surveyapp.questions import InstrumentError, load

PAGE = (Path(__file__).parents[2] / "docs" / "instruments.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]


def test_documented_example_loads() -> None:
    """Whoever copies the example has a working file."""
    assert load(EXAMPLE, source="trial-1.toml").key == "trial"


def test_documented_problems_are_what_the_loader_says() -> None:
    """The messages shown are those of the example with three mistakes."""
    bent = re.sub(r"(?m)^text\.de.*\n", "", EXAMPLE)
    bent = bent.replace("favourable_from = 4", "favourable_from = 7").replace("[[items]]", "[[items]]\nrevers = true")
    with pytest.raises(InstrumentError) as caught:
        load(bent, source="trial-1.toml")
    assert len(caught.value.problems) == 3
    assert [problem for problem in caught.value.problems if f"\n{problem}\n" not in PAGE] == []
