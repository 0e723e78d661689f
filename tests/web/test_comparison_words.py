"""What may never be said of a comparison, in either language and on any page about it."""

import re
from itertools import product
from math import exp
from typing import Any

import pytest
from flask import Flask, g

from surveyapp import languages
from surveyapp.services.insight.verdicts import Verdict, verdict_of
from surveyapp.web.coach import comparison_words as words
from surveyapp.web.coach.beside_words import outcomes, verdict
from tests.languages.messages import TEMPLATES

# That nothing happened cannot be shown, and why something happened no interval says.
NOTHING = r"no (effect|difference|change|impact)|nothing (changed|happened)|did not (work|help)|kein\w* (Effekt|Wirkung|Unterschied|Veränderung)|wirkungslos|ohne Wirkung"  # noqa: E501
CAUSE = r"\b(effective|effect of|caused?|causes|because of|thanks to|led to|leads to|due to|improved|worked|success)\b|wirk(t|te|sam)\b|bewirk|verursach|dank der|dank des|geführt|verbessert|erfolg(?!t)"  # noqa: E501
FORBIDDEN = re.compile(f"{NOTHING}|{CAUSE}", re.IGNORECASE)
PAGES = ("advice", "amend", "intervention", "interventions", "plan", "plan_facts")
WAVES = {"waves_before": 4, "waves_after": 4}
ENDS = (None, -0.6, -0.05, 0.05, 0.6)


def answers() -> list[dict[str, Any]]:
    """Give an answer for every interval, significant or not, early or in time, able to find much or nothing."""
    given = [
        WAVES
        | {
            "estimate": 0.1,
            "low": low,
            "high": high,
            "p": p,
            "detectable": detectable,
            "waves_to_come": to_come,
            "waves_needed": 9,
        }
        for low, high, p, detectable, to_come in product(ENDS, ENDS, (0.01, 0.4), (None, 0.3), (0, 2))
    ]
    refusal = {"reason": "without other teams nobody can say why a team moved", "n": 0, "needed": 19}
    return [*given, refusal | {"unit": "comparison teams"}]


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_finding_says_that_nothing_happened_or_why(app: Flask, language: str) -> None:
    """Over every answer and every claim that it supports; only other teams are named beside a direction."""
    with app.test_request_context("/app/"):
        g.language = language
        said = {words.finding(each, verdict_of(each, adjusted), 3) for each in answers() for adjusted in (0.01, 0.2)}
    assert len(said) > len(Verdict)
    assert [sentence for sentence in said if FORBIDDEN.search(sentence)] == []


def outcome_answers() -> list[dict[str, Any]]:
    """Give an outcome beside a comparison for every interval, of both kinds, early or in time."""
    given = []
    for kind, low, high, adjusted, to_come in product(("rate", "time"), ENDS, ENDS, (0.01, 0.2), (0, 2)):
        ends = {"estimate": 0.1, "low": low, "high": high}
        if kind == "time":
            ends = {name: None if end is None else exp(end) for name, end in ends.items()}
        effect = ends | {"n": 24, "p": 0.01, "adjusted": adjusted}
        given.append(
            {"beside": {"asked": 6, "outcomes": {"x": {"kind": kind, "effect": effect}}}, "waves_to_come": to_come}
        )
    return given


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_outcome_beside_says_that_nothing_happened_or_why(app: Flask, language: str) -> None:
    """A direction is named only beyond the other teams, after the planned end, and among all that is looked at."""
    said = set()
    with app.test_request_context("/app/"):
        g.language = language
        for answer in outcome_answers():
            one = answer["beside"]["outcomes"].pop("x")
            answer["beside"]["outcomes"]["voice" if one["kind"] == "time" else "found"] = four_figures(one)
            said |= {each.said for each in outcomes(answer)}
            claims = verdict(one, answer) in {Verdict.ROSE, Verdict.FELL}
            assert not (claims and (answer["waves_to_come"] or one["effect"]["adjusted"] > 0.05))
    beyond = {"en": "beyond the other teams", "de": "über die anderen Teams hinaus"}[language]
    assert len([sentence for sentence in said if beyond in sentence]) >= 4
    assert [sentence for sentence in said if FORBIDDEN.search(sentence)] == []


def four_figures(one: dict[str, Any]) -> dict[str, Any]:
    """Put figures of both sides into an outcome."""
    figure = {"n": 9, "cases": 9, "whole": 100.0, "low": 4.0, "high": 17.0}
    if one["kind"] == "time":
        del figure["cases"]
    return one | {side: {"before": figure, "after": figure} for side in ("treated", "comparison")}


def test_an_outcome_has_its_n_and_interval_on_both_sides(app: Flask) -> None:
    """Before and after; what is not known has its reason, and what an older worker stored has neither."""
    counted = four_figures(outcome_answers()[0]["beside"]["outcomes"]["x"])
    answer = {"beside": {"asked": 1, "outcomes": {"rework": {"reason": "too few to tell"}, "found": counted}}}
    with app.test_request_context("/app/"):
        found, rework = outcomes(answer)
        assert outcomes({}) == []
    assert [side.label for side in found.sides] == ["These teams", "The other teams"]
    assert str(found.sides[0].after) == "9 in 100: 4.0 \N{EN DASH} 17.0"
    assert found.scale == "per 100 person-weeks"
    assert (rework.said, rework.sides) == ("Cannot tell yet: too few to tell.", ())


def test_without_an_interval_there_is_the_reason(app: Flask) -> None:
    """Too few teams leave what was counted; where all times are too short for an end, the interval is open."""
    counted = four_figures(next(one for one in outcome_answers() if "time" in str(one))["beside"]["outcomes"]["x"])
    counted["treated"] = {
        "before": {"n": 7, "reason": "fewer than 3 teams"},
        "after": {"n": 8, "low": None, "high": None},
    }
    with app.test_request_context("/app/"):
        (voice,) = outcomes({"beside": {"asked": 1, "outcomes": {"voice": counted}}})
    assert str(voice.sides[0].before) == "n = 7: no interval (fewer than 3 teams)"
    assert str(voice.sides[0].after) == "n = 8: 0 \N{EN DASH} \N{INFINITY}"
    assert [side.before.known for side in voice.sides] == [False, True]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_page_says_that_nothing_happened_or_why(page: str, language: str) -> None:
    """The sentences around a finding claim nothing either."""
    translate = languages.translator(language).gettext
    source = (TEMPLATES / "coach" / f"{page}.html").read_text(encoding="utf-8")
    sentences = [translate(sentence) for sentence in re.findall(r'_\("([^"]+)"', source)]
    assert sentences
    assert [sentence for sentence in sentences if FORBIDDEN.search(sentence)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "There was no effect.",
        "The training was effective.",
        "Scores rose because of the training.",
        "Es gab keine Wirkung.",
        "Das Training hat es bewirkt.",
    ],
)
def test_the_rule_knows_what_it_forbids(sentence: str) -> None:
    """Otherwise it would find nothing anywhere."""
    assert FORBIDDEN.search(sentence)


def test_every_test_of_a_design_is_explained() -> None:
    """The method is told in words, not by the name that statisticians have for it."""
    names = ("placebo rank", "permutation", "studentised permutation", "adjusted for the baseline")
    assert all(words.test_name(name) != name for name in names)
