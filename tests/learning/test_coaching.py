"""What to try next: rules over measures, with nothing behind them but their own words."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from surveyapp.learning.catalogue import MEASURES
from surveyapp.learning.coaching import BY_KEY, RULES, fired


@dataclass(frozen=True)
class Known:
    """A measure as the worker keeps it."""

    estimate: float | None
    low: float | None
    high: float | None


@pytest.mark.parametrize(
    ("key", "low", "high", "speaks"),
    [
        ("C1", 0.31, 0.6, True),
        ("C1", 0.29, 0.6, False),
        ("C1", None, None, False),
        ("C3", 0.1, 0.39, True),
        ("C3", 0.1, 0.41, False),
        ("C3", 0.1, None, False),
    ],
)
def test_a_rule_speaks_when_the_whole_interval_lies_beyond(key: str, low: float, high: float, *, speaks: bool) -> None:
    """An open end never does."""
    rule = BY_KEY[key]
    assert rule.fires(Known(0.35, low, high)) is speaks
    assert [each.key for each in fired({rule.measure: Known(0.35, low, high)})] == ([key] if speaks else [])


def test_what_cannot_be_told_suggests_nothing() -> None:
    """Neither does a unit without measures."""
    assert list(fired({rule.measure: Known(None, None, None) for rule in RULES})) == []
    assert list(fired({})) == []


def test_every_rule_stands_on_a_measure_and_begins_with_a_question() -> None:
    """And blames nobody."""
    for rule in RULES:
        assert rule.measure in MEASURES
        assert rule.ask.endswith("?")
        assert rule.attempt
        assert rule.why
        assert not {"who", "blame", "fault", "should"} & set(rule.ask.lower().split())


def test_no_network_and_no_model_stand_behind_it() -> None:
    """Loading the rules loads nothing that could ask another machine."""
    # What counts the lines of a run has loaded some of them before.
    code = (
        "import sys; before = set(sys.modules); import surveyapp.learning.coaching; "
        "print({'socket', 'ssl', 'http.client'} & (set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
