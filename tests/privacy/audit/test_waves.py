"""The attack on a release: what the policy publishes passes, and each planted deviation is found and named."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.privacy.audit.figures import examine
from surveyapp.privacy.audit.rules import breaches
from surveyapp.privacy.audit.waves import PublishedGroup, PublishedWave, audit_wave, texts_from_answers
from surveyapp.privacy.comments import MOST
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import ScaleKey, Support, Thresholds, code, draw_and_count, participation

FLOOR = Thresholds(count_min=5, item_min=7, roster_min=7)
SCALES = (
    ScaleKey("voice", ("a", "b"), points=5, favourable_from=4),
    ScaleKey("room", ("c",), points=5, favourable_from=4),
)
Sheet = Mapping[str, int]


def published(sheets: list[Sheet], roster: int = 12) -> PublishedGroup:
    """Publish a group as a release does."""
    figures = draw_and_count(sheets, SCALES, FLOOR, lambda _: 0).figures
    answered = sum(1 for sheet in sheets if sheet)
    told = {"participation": participation(answered, roster, FLOOR.count_min)}
    return PublishedGroup("Cranes", frozenset({1}), roster, {**told, **figures}, {})


def wave_of(*groups: PublishedGroup) -> PublishedWave:
    """Put groups into a wave."""
    return PublishedWave("Speaking up 1", FLOOR, SCALES, groups)


def changed(group: PublishedGroup, **figures: Figure) -> PublishedGroup:
    """Publish something else of a group; two underscores stand for a colon."""
    return replace(group, figures={**group.figures, **{key.replace("__", ":"): each for key, each in figures.items()}})


HARD = {
    "all ones": [{"a": 1, "b": 1, "c": 1}] * 9,
    "all fives": [{"a": 5, "b": 5, "c": 5}] * 9,
    "one dissenter": [{"a": 5, "b": 5, "c": 5}] * 8 + [{"a": 1, "b": 1, "c": 1}],
    "polarised": [{"a": 1, "b": 5, "c": 1}, {"a": 5, "b": 1, "c": 5}] * 4,
    "smallest with scales": [{"a": 1, "b": 1, "c": 1}] * 6,
    "smallest with statements": [{"a": 1, "b": 1, "c": 1}] * 8,
    "many skips": [{"a": 1}] * 4 + [{"b": 5}, {"c": 1}] * 4,
    "too few": [{"a": 1, "b": 1, "c": 1}] * 5,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_answers_stay_deniable(name: str) -> None:
    """Unanimous, polarised, smallest and gappy groups: nothing is worked out and no rule is broken."""
    wave = wave_of(published(list(HARD[name])))
    audit = audit_wave(wave)
    assert audit.exposed == ()
    assert audit.outsider.clean
    assert audit.talker.clean
    assert breaches(wave) == ()


@settings(max_examples=25)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(1, 5)), max_size=12))
def test_whatever_is_published_is_understood(sheets: list[Sheet]) -> None:
    """The reader's side explains everything that the policy can say, and finds no rule broken."""
    wave = wave_of(published(sheets))
    assert audit_wave(wave).exposed == ()
    assert breaches(wave) == ()


def test_exact_means_are_exposed() -> None:
    """A unanimous group with its exact mean is worked out, answer by answer."""
    group = changed(published([{"c": 5}] * 9), item__c=Shown("5.00", 5, 5, 5, 8))
    audit = audit_wave(wave_of(group))
    assert [(each.figure, each.exposure.understood) for each in audit.exposed] == [("item:c", False)]
    assert (audit.outsider.determined, audit.talker.determined) == (8, 7)


def test_numbers_beside_a_text_may_say_no_more() -> None:
    """The text is right and leaves everybody deniable, but the range beside it is narrower than the text."""
    group = published([{"c": 3}] * 9)
    figure = group.figures["item:c"]
    assert isinstance(figure, Shown)
    wave = wave_of(changed(group, item__c=replace(figure, low=figure.value)))
    assert [each.exposure.understood for each in audit_wave(wave).exposed] == [False]


NORMAL = published([{"a": 3, "b": 4, "c": 3}] * 9)
FIGURE = Shown("3.1", 3.1, 3.0, 3.2, 8)
BREACHES = {
    "an SD": (changed(NORMAL, sd__c=Shown("0.35", 0.35, 0.35, 0.35, 8)), "R9"),
    "a statement nobody asked": (changed(NORMAL, item__z=FIGURE), "R9"),
    "a group that is too small": (replace(NORMAL, roster=6), "R3"),
    "figures without participation": (changed(NORMAL, participation=Withheld("not enough answers")), "R12"),
    "a share instead of a count": (changed(NORMAL, participation=Shown("75 %", 0.75, 0.75, 0.75, 9)), "R12"),
    "everybody counted": (changed(NORMAL, item__c=replace(FIGURE, n=9)), "R7"),
    "too few counted": (changed(NORMAL, item__c=replace(FIGURE, n=4)), "R7"),
    "statements of a small group": (changed(published([{"a": 3, "b": 3, "c": 3}] * 7), item__c=FIGURE), "R4"),
    "a scale beside its statements": (changed(NORMAL, scale__voice=FIGURE), "R4"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_rule_is_named(name: str) -> None:
    """Each rule that can be read off a release is held against it."""
    group, rule = BREACHES[name]
    assert rule in {breach.rule for breach in breaches(wave_of(group))}
    assert breaches(wave_of(NORMAL)) == ()


def test_people_in_two_groups_are_found() -> None:
    """Two groups that share a unit could be subtracted from each other."""
    other = replace(NORMAL, name="Cranes and Pilots", units=frozenset({1, 2}))
    found = breaches(wave_of(NORMAL, other))
    assert [(each.rule, each.group) for each in found] == [("R4", "Cranes"), ("R4", "Cranes and Pilots")]


@pytest.mark.parametrize(("said", "exposed"), [(MOST, []), ("everybody", ["theme:workload"])])
def test_themes_are_attacked_as_well(said: str, exposed: list[str]) -> None:
    """Words that fit several counts leave everybody deniable; words that the policy does not have are named."""
    group = replace(NORMAL, themes={"workload": said})
    assert [each.figure for each in audit_wave(wave_of(group)).exposed] == exposed


def test_a_group_answers_with_as_many_as_are_told() -> None:
    """Nothing told counts as nobody, withheld or never mentioned."""
    assert NORMAL.answered == 9
    assert changed(NORMAL, participation=Withheld("not enough answers")).answered == 0
    assert replace(NORMAL, figures={}).answered == 0


def test_texts_come_from_statements_where_these_have_numbers() -> None:
    """A scale with any statement of its own is made of them; another one has as many answers as it has items."""
    voice, room = SCALES
    beside = replace(NORMAL, figures={"item:b": FIGURE, "scale:voice": FIGURE, "scale:room": FIGURE})
    assert list(texts_from_answers(wave_of(), beside)) == [
        ("item:a", voice, 1),
        ("item:b", voice, 1),
        ("scale:room", room, 1),
    ]
    assert next(texts_from_answers(wave_of(), replace(NORMAL, figures={}))) == ("scale:voice", voice, 2)


def test_everything_published_of_every_group_is_attacked() -> None:
    """Two groups: the sums of what is told of each, a line for what is exposed, and nothing for what is withheld."""
    told = replace(
        NORMAL, figures={"participation": NORMAL.figures["participation"], "item:c": NORMAL.figures["item:c"]}
    )
    bad = changed(replace(told, name="Pilots"), item__c=Shown("5.00", 5, 5, 5, 8), item__a=Withheld("too few"))
    audit = audit_wave(wave_of(told, bad))
    assert audit.texts == 2
    assert (audit.outsider.answers, audit.outsider.determined) == (16, 8)
    assert (audit.talker.answers, audit.talker.determined) == (14, 7)
    [exposed] = audit.exposed
    assert (exposed.group, exposed.figure, exposed.text) == ("Pilots", "item:c", "5.00")
    assert exposed.exposure == replace(examine("5.00", Support(8, 8, 1, 5, 4), 5), understood=False)


SCALE = (ScaleKey("voice", ("a", "b"), points=5, favourable_from=4),)


@pytest.mark.parametrize(("text", "answers", "talker"), [("4.94", 16, 15), ("1.08", 13, 12), ("1.13", 15, 14)])
def test_a_number_is_attacked_for_every_count_of_answers_behind_it(text: str, answers: int, talker: int) -> None:
    """Eight people and two questions are 8 to 16 answers: what the policy never says is read as its worst."""
    group = replace(NORMAL, figures={"scale:voice": Shown(text, 5, 5, 5, 8)})
    [attacked] = audit_wave(replace(wave_of(group), scales=SCALE)).exposed
    assert not attacked.exposure.understood
    assert (attacked.exposure.outsider.answers, attacked.exposure.talker.exposed) == (answers, talker)


@pytest.mark.parametrize("answers", [8, 13, 16])
def test_a_number_of_the_policy_is_understood_whoever_skipped(answers: int) -> None:
    """However many of eight people's answers to two questions are behind it, the range beside the text tells it."""
    support = Support(answers, 8, 2, points=5, favourable_from=4)
    figure = code(answers, support, 5)
    assert isinstance(figure, Shown)
    audit = audit_wave(replace(wave_of(replace(NORMAL, figures={"scale:voice": figure})), scales=SCALE))
    assert (audit.outsider.answers, audit.exposed) == (answers, ())


@pytest.mark.parametrize(
    ("answered", "roster", "outsider", "talker"), [(3, 4, 3, 2), (2, 4, 3, 2), (5, 6, 0, 3), (4, 5, 0, 3), (6, 6, 0, 0)]
)
def test_a_theme_is_read_with_any_number_who_gave_only_a_theme(
    answered: int, roster: int, outsider: int, talker: int
) -> None:
    """Most of three are all; most of four are three, which one who is not among them gives away; of five nobody is."""
    figures = {"participation": Shown("as told", 0.5, 0.5, 0.5, answered)}
    group = PublishedGroup("Cranes", frozenset({1}), roster, figures, {"workload": MOST, "tools": MOST})
    audit = audit_wave(wave_of(group))
    assert (audit.texts, audit.outsider.determined, audit.talker.determined) == (2, 2 * outsider, 2 * talker)
    exposed = [(each.group, each.figure, each.text, each.exposure.understood) for each in audit.exposed]
    assert exposed == [("Cranes", f"theme:{theme}", MOST, True) for theme in ("workload", "tools") if talker]
