"""Hints towards words without blame."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.learning.wording import RULES, hints, rules_for


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("Who was on shift?", "who", "Who was"),
        ("Why didn't you check it?", "why", "Why didn't you"),
        ("They should have looked twice.", "should", "should have"),
        ("It was human error.", "error", "human error"),
        ("A careless slip", "trait", "careless"),
        ("Supplier is to blame", "fault", "to blame"),
        ("The shift failed to close the valve", "failed", "failed to"),
        ("He always does this", "again", "He always"),
    ],
)
def test_words_that_look_for_a_culprit_get_a_hint(text: str, key: str, found: str) -> None:
    """The words are repeated as they were written, with a question about the work instead."""
    (hint,) = hints(text, "en")
    assert (hint.key, hint.found) == (key, found)
    assert hint.instead.endswith("?")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Wer hat das gemacht?", "who"),
        ("Warum hast du nicht nachgesehen?", "why"),
        ("Man hätte das vorher prüfen müssen.", "should"),
        ("Menschliches Versagen", "error"),
        ("Das war schlampig.", "trait"),
        ("Die Schicht ist schuld", "fault"),
        ("Die Schicht hat den Riegel vergessen", "failed"),
        ("Sie immer mit der Eile", "again"),
    ],
)
def test_german_words_get_a_german_hint(text: str, key: str) -> None:
    """Every rule has its counterpart."""
    assert [hint.key for hint in hints(text, "de")] == [key]


@pytest.mark.parametrize(
    "text",
    [
        "The hook slipped while nobody stood below. We had skipped the second check.",
        "The export was a day old and looked fresh.",
        "The whole shoulder of the road gave way",
    ],
)
def test_what_says_what_and_how_gets_none(text: str) -> None:
    """Parts of other words are no words."""
    assert hints(text, "en") == ()


def test_a_rule_speaks_once() -> None:
    """Ten reproaches of a kind are one hint."""
    assert len(hints("should have, could have, should have", "en")) == 1


def test_other_languages_get_the_hints_of_english() -> None:
    """Rather than none."""
    assert rules_for("fr") == rules_for("en")


def test_both_languages_have_the_same_rules() -> None:
    """A reproach is one in every language."""
    assert {rule.key for rule in rules_for("de")} == {rule.key for rule in rules_for("en")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.language} {rule.key}")
def test_patterns_mean_the_same_to_the_script_of_the_page(rule: object) -> None:
    """They use only what the expressions of browsers know as well."""
    pattern = rule.pattern  # type: ignore[attr-defined]
    assert not re.search(r"\(\?[P<#]|\\[AZz]|\(\?\(", pattern)


@given(st.text(max_size=200), st.sampled_from(["en", "de"]))
def test_no_text_is_too_strange(text: str, language: str) -> None:
    """Hints are found or not; nothing is refused."""
    assert len(hints(text, language)) <= len(rules_for(language))
