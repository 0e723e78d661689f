"""The rules of publishing: each deviation is named with its rule, its place and the reason."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from surveyapp.privacy.audit.rules import Breach, breaches
from surveyapp.privacy.audit.waves import PublishedGroup, PublishedWave
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import ScaleKey, Support, Thresholds, code, mean_of_items, participation

FLOOR = Thresholds(count_min=5, item_min=7, roster_min=8)
SCALES = (ScaleKey("voice", ("a", "b"), 5, 4), ScaleKey("room", ("c",), 5, 4))
A, B, C = (code(total, Support(8, 8, 1, 5, 4), 5) for total in (20, 25, 30))
SKIPPED = Withheld("fewer than 5 people answered this")


def number(text: str, n: int) -> Shown:
    """Publish a number with nothing special about its range."""
    return Shown(text, 3, 2.9, 3.1, n)


def group(figures: Mapping[str, Figure], answered: int = 9, roster: int = 12, name: str = "Cranes") -> PublishedGroup:
    """Publish a group with how many answered."""
    told = {"participation": participation(answered, roster, 5)}
    return PublishedGroup(name, frozenset({name}), roster, {**told, **figures}, {})


def found(*groups: PublishedGroup, thresholds: Thresholds = FLOOR, attribute: str = "") -> tuple[Breach, ...]:
    """Hold groups against the rules."""
    return breaches(PublishedWave("Speaking up 1", thresholds, SCALES, groups, attribute))


STATEMENTS = {"item:a": A, "item:b": B, "item:c": C}
LAWFUL = {
    "statements alone": group(STATEMENTS),
    "statements with their scales": group(
        {**STATEMENTS, "scale:voice": mean_of_items([A, B], 5), "scale:room": mean_of_items([C], 5)}
    ),
    "a statement that is withheld": group(
        {"item:a": A, "item:b": SKIPPED, "item:c": C, "scale:voice": mean_of_items([A, SKIPPED], 5)}
    ),
    "scales alone": group({"scale:voice": number("3.1", 6), "scale:room": number("3.1", 5)}, answered=7),
    "as few as may be": group({"scale:voice": number("3.1", 5)}, answered=6, roster=8),
    "just enough for statements": group({"item:a": number("3.1", 5), "item:c": number("3.1", 7)}, answered=8),
    "everything withheld": group({"scale:voice": Withheld("not enough answers")}, answered=3),
    "nothing": group({}, answered=3, roster=4),
}


@pytest.mark.parametrize("name", LAWFUL)
def test_what_a_release_says_breaks_no_rule(name: str) -> None:
    """Each minimum is reached by as many as it names."""
    assert found(LAWFUL[name]) == ()


UNKNOWN = "no rule allows such a figure"
NOT_THE_MEAN = "not the mean of the numbers of its statements"
BROKEN = {
    "a figure that no rule knows": (group({"sd:a": number("0.35", 8)}), "R9", "sd:a", "0.35", UNKNOWN),
    "a reason for a figure that no rule knows": (
        group({"sd:a": Withheld("rather not")}), "R9", "sd:a", "rather not", UNKNOWN,
    ),
    "a group that is too small": (
        group({}, answered=7, roster=7), "R3", "participation", "7 of 7", "7 people are in the group, and 8 are needed",
    ),
    "numbers of a group that told no count": (
        group({"scale:voice": number("3.1", 5)}, answered=5),
        "R12", "scale:voice", "3.1", "fewer than 5 people are told to have been counted",
    ),
    "a share": (
        group({"participation": Shown("75 %", 0.75, 0.75, 0.75, 9)}),
        "R12", "participation", "75 %", "participation is told in another way",
    ),
    "a number of everybody": (
        group({"item:c": number("3.1", 9)}), "R7", "item:c", "3.1", "9 people are behind it, and 5 to 8 can be counted",
    ),
    "a number of four": (
        group({"item:c": number("3.1", 4)}), "R7", "item:c", "3.1", "4 people are behind it, and 5 to 8 can be counted",
    ),
    "a statement of six": (
        group({"item:c": number("3.1", 5)}, answered=7),
        "R4", "item:c", "3.1", "single statements need 7 people, and 6 were counted",
    ),
    "a scale that is not the mean of its statements": (
        group({**STATEMENTS, "scale:voice": number("3.1", 8)}), "R4", "scale:voice", "3.1", NOT_THE_MEAN,
    ),
    "a scale beside one of its statements": (
        group({"item:a": A, "scale:voice": number("3.1", 8)}), "R4", "scale:voice", "3.1", NOT_THE_MEAN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_named_with_place_and_reason(name: str) -> None:
    """Exactly one breach, and what is lawful beside it is left alone."""
    broken, rule, figure, text, why = BROKEN[name]
    assert found(broken, group(STATEMENTS, name="Pilots")) == (Breach(rule, "Cranes", figure, text, why),)


def test_a_small_group_with_too_few_answers_breaks_two_rules() -> None:
    """One does not hide the other."""
    figures = {"participation": Shown("5 of 7", 5 / 7, 5 / 7, 5 / 7, 5)}
    assert [(each.rule, each.figure) for each in found(group(figures, 5, 7))] == [
        ("R3", "participation"),
        ("R12", "participation"),
    ]


def test_units_of_several_groups_are_named_at_each_of_them() -> None:
    """A third group that shares nothing is not."""
    groups = [group(STATEMENTS, name=name) for name in ("Cranes", "Pilots", "Tugs")]
    groups[1] = replace(groups[1], units=frozenset({"Cranes", "Locks"}))
    why = "its people are counted in another group as well"
    assert found(*groups) == tuple(Breach("R4", name, "", "", why) for name in ("Cranes", "Pilots"))


CLASSES: dict[str, tuple[frozenset[str], dict[str, Figure], list[str]]] = {
    "fifteen": (frozenset(), {"scale:voice": number("3.1", 15), "scale:room": Withheld("too few")}, []),
    "no number": (frozenset(), {}, []),
    "a team": (frozenset({"Cranes"}), {}, ["a team in a wave with results by an attribute"]),
    "fourteen": (
        frozenset(),
        {"scale:voice": number("3.1", 15), "scale:room": number("3.1", 14)},
        ["a class needs 15 people who are counted"],
    ),
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_wave_by_attribute_has_classes_of_fifteen_and_no_teams(name: str) -> None:
    """R10: what is counted decides, not how many answered; in a wave by team the same is lawful."""
    units, figures, reasons = CLASSES[name]
    published = replace(group(figures, answered=17, roster=20), units=units)
    thresholds = Thresholds(5, 30, 8)
    assert found(published, thresholds=thresholds, attribute="function") == tuple(
        Breach("R10", "Cranes", "", "", why) for why in reasons
    )
    assert found(published, thresholds=thresholds) == ()
