"""The small instrument of these tests, whole and bent."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = Path(__file__).with_name("trial.toml").read_text(encoding="utf-8")

Bend = Callable[[str, str], str]


@pytest.fixture
def good() -> str:
    """Return the text of a valid instrument."""
    return GOOD


@pytest.fixture
def bend() -> Bend:
    """Return a function that replaces a part of the valid text, once, and insists that it was there."""

    def replace(part: str, by: str) -> str:
        if part not in GOOD:
            pytest.fail(f"{part!r} is not in the instrument")
        return GOOD.replace(part, by, 1)

    return replace
