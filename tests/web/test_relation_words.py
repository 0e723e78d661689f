"""What a page on relations claims, and how it says that it is corrected."""

from typing import Any

import pytest
from flask import Flask, g

from surveyapp.web.coach import relation_words as words

NONE = {"reason": "too few cases", "n": 4, "needed": 30, "unit": "cases"}


def part(low: float | None, high: float | None, adjusted: float) -> dict[str, Any]:
    """Give a figure with its interval and corrected p-value."""
    return {"low": low, "high": high, "adjusted": adjusted, "p": adjusted}


def page(**more: Any) -> dict[str, Any]:
    """Give an answer in which nothing is found, but for what is told."""
    quiet = part(0.8, 1.3, 0.7)
    outcome = {"within": quiet, "between": quiet, "later": {"1": quiet, "2": NONE}}
    answer = {"verdict": "CANNOT_TELL", "outcomes": {"reports": outcome, "told": NONE}, "panel": {"HARM": quiet}}
    return answer | more


def test_a_page_with_nothing_claims_nothing() -> None:
    """Refusals are no figures."""
    assert words.claims(page()) == ()
    assert [name for name, _ in words.figures(page())] == [
        "reports within",
        "reports between",
        "reports after 1",
        "HARM",
    ]


@pytest.mark.parametrize(
    ("figure", "claimed"),
    [
        (part(1.1, 1.9, 0.04), 1),
        (part(None, 0.9, 0.05), 1),
        (part(1.1, 1.9, 0.06), 0),
        (part(0.9, 1.9, 0.01), 0),
    ],
)
def test_a_claim_takes_the_interval_and_the_corrected_p(figure: dict[str, Any], claimed: int) -> None:
    """One without the other is none, wherever on the page it stands."""
    quiet = part(0.8, 1.3, 0.7)
    later = {"reports": {"within": quiet, "between": quiet, "later": {"1": figure}}}
    assert len(words.claims(page(outcomes=later))) == claimed
    assert len(words.claims(page(panel={"HARM": figure}))) == claimed


@pytest.mark.parametrize(("language", "said"), [("en", "in 8192 ways"), ("de", "auf 8192 Arten")])
def test_the_correction_is_told(app: Flask, language: str, said: str) -> None:
    """With the number of flips; of a page that was corrected by its p-values alone there is nothing to tell."""
    with app.test_request_context("/app/"):
        g.language = language
        assert said in words.correction(page(flips=8192))
        assert words.correction(page()) == words.correction(page(flips=0)) == ""
