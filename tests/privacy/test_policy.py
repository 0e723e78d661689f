"""The release policy: thresholds, end-coding, the grid, and one number per answer."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.privacy import selfcheck
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import (
    GroupFigures,
    ScaleKey,
    Support,
    Thresholds,
    code,
    code_spread,
    draw_and_count,
    mean_of_items,
    participation,
    roll_up,
)
from surveyapp.privacy.selfcheck import check_group, sums_that_fit, weaknesses

FLOOR = Thresholds(count_min=5, item_min=7, roster_min=7)
SCALE = ScaleKey("voice", ("a", "b", "c"), points=5, favourable_from=4)
Sheet = dict[str, int]

sheets = st.lists(st.dictionaries(st.sampled_from(SCALE.items), st.integers(1, 5), max_size=3), min_size=0, max_size=16)


def _first(_: int) -> int:
    return 0


def _support(people: int, each: int = 1, answers: int = 0) -> Support:
    return Support(answers or people * each, people, each, points=5, favourable_from=4)


def test_five_answers_leave_four_counted_and_nothing_is_shown() -> None:
    """R7 takes one person out, so five sheets are below the minimum of five."""
    group = draw_and_count([{"a": 3, "b": 3, "c": 3}] * 5, [SCALE], FLOOR, _first)
    assert group == GroupFigures({"scale:voice": Withheld("fewer than 5 answers could be counted")}, {})


def test_six_answers_give_the_scale_and_no_items() -> None:
    """R4: with five or six counted there is one number per scale."""
    group = draw_and_count([{"a": 3, "b": 3, "c": 3}] * 6, [SCALE], FLOOR, _first)
    assert group.figures == {"scale:voice": Shown("3.1", 3.1, 3.0, 3.2, 5)}


def test_eight_answers_give_items_and_the_scale_as_their_mean() -> None:
    """R4: with seven counted there is one number per item, and the scale is made of these alone."""
    group = draw_and_count([{"a": 3, "b": 3, "c": 4}] * 8, [SCALE], FLOOR, _first)
    items = [group.figures[f"item:{item}"] for item in SCALE.items]
    assert [figure.text for figure in items if isinstance(figure, Shown)] == ["3.1", "3.1", "4.1"]
    assert group.figures["scale:voice"] == mean_of_items(items, 5)
    assert "scale:voice" not in group.supports


def test_the_person_left_out_is_in_no_number() -> None:
    """R7: whatever the person left out answered, the figures are the same."""
    others: list[Sheet] = [{"a": 2, "b": 3, "c": 4}] * 8
    released = {
        tuple(sorted(draw_and_count([{"a": extreme}, *others], [SCALE], FLOOR, _first).figures)): draw_and_count(
            [{"a": extreme}, *others], [SCALE], FLOOR, _first
        ).figures
        for extreme in (1, 5)
    }
    assert len({repr(figures) for figures in released.values()}) == 1


def test_blank_sheets_do_not_count_towards_a_minimum() -> None:
    """Somebody who skips everything has taken part and answered nothing."""
    sheets: list[Sheet] = [{"a": 3, "b": 3, "c": 3}] * 5 + [{}] * 5
    assert isinstance(draw_and_count(sheets, [SCALE], FLOOR, _first).figures["scale:voice"], Withheld)


@pytest.mark.parametrize("each", [1, 3, 5])
@pytest.mark.parametrize("people", range(5, 16))
def test_nobody_can_be_proven_unanimous(people: int, each: int) -> None:
    """R6: all ones and all fives are coded, so that unanimity never shows."""
    support = _support(people, each)
    low, high = (code(answer * support.answers, support, 5) for answer in (1, 5))
    assert isinstance(low, Shown)
    assert low.text == "low"
    assert isinstance(high, Shown)
    assert high.text.startswith("≥")


@pytest.mark.parametrize("each", [1, 2, 3, 5])
@pytest.mark.parametrize("people", range(5, 13))
def test_every_publishable_number_leaves_everybody_deniable(people: int, each: int) -> None:
    """G1 in closed form: for every number of answers and every sum, with one colluder knowing all own answers."""
    for answers in range(people, people * each + 1):
        support = _support(people, each, answers)
        texts = {
            figure.text
            for total in range(answers, 5 * answers + 1)
            if isinstance(figure := code(total, support, 5), Shown)
        }
        assert [weakness for text in texts for weakness in weaknesses("x", text, support, 5)] == []


@pytest.mark.parametrize("published", ["low", "≥ 4.0", "3.1"])
def test_the_theorem_by_enumeration(published: str) -> None:
    """G1 by counting worlds: five people, one tells, everybody else keeps two values and a favourable one."""
    support = _support(5)
    worlds = [
        world
        for world in product(range(1, 6), repeat=5)
        if isinstance(figure := code(sum(world), support, 5), Shown) and figure.text == published
    ]
    assert worlds
    for told in {world[0] for world in worlds}:
        for person in range(1, 5):
            possible = {world[person] for world in worlds if world[0] == told}
            assert len(possible) >= 2
            assert max(possible) >= 4


def _exact_mean(total: int, support: Support, _count_min: int) -> Figure:
    mean = total / support.answers
    return Shown(f"{mean:.2f}", mean, mean, mean, support.people)


def test_the_self_check_refuses_exact_means(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that forgot to code its ends would let unanimity through; the check says for which figure."""
    monkeypatch.setattr(selfcheck, "code", _exact_mean)
    for cached in (sums_that_fit, weaknesses):
        cached.cache_clear()
    group = GroupFigures({"item:a": _exact_mean(35, _support(7), 5)}, {"item:a": _support(7)})
    found = check_group(group, [SCALE], 5)
    for cached in (sums_that_fit, weaknesses):
        cached.cache_clear()
    assert {weakness.figure for weakness in found} == {"item:a"}
    assert found[0].possible == (5,)


def test_the_self_check_refuses_a_second_number_about_the_same_answers() -> None:
    """A figure that was neither coded from answers nor made of published numbers is not let through."""
    group = draw_and_count([{"a": 3, "b": 3, "c": 4}] * 8, [SCALE], FLOOR, _first)
    for name in ("sd:voice", "scale:voice"):
        told = Shown("0.41", 0.41, 0.41, 0.41, 7)
        planted = GroupFigures({**group.figures, name: told}, group.supports)
        assert [weakness.figure for weakness in check_group(planted, [SCALE], 5)] == [name]


@given(sheets)
def test_each_answer_enters_at_most_one_number(given_sheets: list[Sheet]) -> None:
    """T2: an item is either in an item number or in its scale's number, never in both."""
    group = draw_and_count(given_sheets, [SCALE], FLOOR, _first)
    used = Counter(
        item
        for name in group.supports
        for item in (SCALE.items if name == "scale:voice" else [name.removeprefix("item:")])
    )
    assert all(times == 1 for times in used.values())


@given(sheets, st.data())
def test_which_numbers_appear_depends_on_counts_alone(given_sheets: list[Sheet], data: st.DataObject) -> None:
    """R5: other answers to the same questions never change what is shown and what is withheld."""
    changed = [{item: data.draw(st.integers(1, 5)) for item in sheet} for sheet in given_sheets]
    patterns = [
        {name: type(figure) for name, figure in draw_and_count(each, [SCALE], FLOOR, _first).figures.items()}
        for each in (given_sheets, changed)
    ]
    assert patterns[0] == patterns[1]


@given(sheets)
def test_every_release_passes_its_own_check(given_sheets: list[Sheet]) -> None:
    """The check that can refuse a release never has a reason to."""
    assert check_group(draw_and_count(given_sheets, [SCALE], FLOOR, _first), [SCALE], 5) == ()


@given(st.integers(5, 30), st.integers(1, 5), st.data())
def test_a_shown_range_holds_the_true_mean(people: int, each: int, data: st.DataObject) -> None:
    """Coding hides, but it never lies."""
    support = _support(people, each)
    total = data.draw(st.integers(support.answers, 5 * support.answers))
    figure = code(total, support, 5)
    assert isinstance(figure, Shown)
    assert figure.low - 1e-9 <= total / support.answers <= figure.high + 1e-9
    assert total in sums_that_fit(figure.text, support, 5)


def spoken(support: Support) -> list[Shown]:
    """Return what is said of every sum, from the lowest to the highest, each once."""
    figures = [code(total, support, 5) for total in range(support.answers, support.points * support.answers + 1)]
    return [figure for figure in dict.fromkeys(figures) if isinstance(figure, Shown)]


def test_five_answers_of_one_statement_have_nine_numbers() -> None:
    """R6 by hand: "low" up to a sum of 12, the highest from 20 on, and a number for each sum between."""
    texts = ["low", "2.7", "2.9", "3.1", "3.3", "3.5", "3.7", "3.9", "≥ 4.0"]
    support = _support(5)
    assert (support.low_end, support.high_end) == (12, 20)
    assert [figure.text for figure in spoken(support)] == texts
    assert code(12, support, 5) == Shown("low", 1.7, 1.0, 2.4, 5)
    assert code(13, support, 5) == Shown("2.7", 2.7, 2.6, 2.8, 5)
    assert code(19, support, 5) == Shown("3.9", 3.9, 3.8, 4.0, 5)
    assert code(20, support, 5) == Shown("≥ 4.0", 4.5, 4.0, 5.0, 5)


def test_seven_answers_of_five_people_on_four_points() -> None:
    """R6 by hand for another scale, whose cells are no round numbers."""
    support = Support(7, 5, 2, points=4, favourable_from=3)
    assert (support.low_end, support.high_end) == (15, 21)
    assert [figure.text for figure in spoken(support)] == ["low", "2.27", "2.42", "2.58", "2.73", "2.88", "≥ 3.0"]
    assert code(15, support, 5) == Shown("low", 11 / 7, 1.0, 15 / 7, 5)
    assert code(16, support, 5) == Shown("2.27", 2.275, 2.2, 2.35, 5)
    assert code(21, support, 5) == Shown("≥ 3.0", 3.5, 3.0, 4.0, 5)


def test_the_high_end_is_floored_to_one_decimal() -> None:
    """30 of 35 points are 4.286 on average, and "at least 4.3" would not be true of them."""
    assert code(35, _support(7), 5) == Shown("≥ 4.2", 65 / 14, 30 / 7, 5.0, 7)


def test_between_the_ends_there_is_at_least_one_sum() -> None:
    """R6: where "low" and the highest touch, a number would be one of two; one sum between is enough."""
    assert code(16, Support(5, 5, 2, 5, favourable_from=3), 5) == Withheld("too many of these questions were skipped")
    assert [figure.text for figure in spoken(Support(5, 5, 2, 5, favourable_from=2))] == ["low", "3.1", "≥ 3.2"]


def test_a_number_needs_people_not_answers() -> None:
    """R4: twelve answers of four people are as few as four."""
    assert code(30, Support(12, 4, 3, 5, 4), 5) == Withheld("fewer than 5 people answered this")


OTHER = ScaleKey("room", ("d", "e"), points=4, favourable_from=3)


def test_supports_say_who_answered_what() -> None:
    """Of seven sheets one is in no number; what was skipped is in no sum, and a scale has its own points."""
    given: list[Sheet] = [{"a": 5, "d": 4}, *({"a": 2, "b": 4, "d": number} for number in (1, 2, 3, 4, 1)), {"e": 2}]
    asked = []

    def first(below: int) -> int:
        asked.append(below)
        return 0

    group = draw_and_count([{}, *given], [SCALE, OTHER], FLOOR, first)
    assert asked == [7]
    assert group.supports == {"scale:voice": Support(10, 5, 3, 5, 4), "scale:room": Support(6, 6, 2, 4, 3)}
    assert group.figures == {
        "scale:voice": code(30, Support(10, 5, 3, 5, 4), 5),
        "scale:room": code(13, Support(6, 6, 2, 4, 3), 5),
    }
    assert draw_and_count([{}, *given], [SCALE, OTHER], FLOOR, lambda _: 6).supports["scale:voice"].answers == 11


def test_items_have_supports_of_their_own() -> None:
    """R4: with eight sheets each statement is counted alone, and scales are made of what was published."""
    given: list[Sheet] = [{"a": 3, "b": 5, "c": 1, "d": 2, "e": 3}] * 7 + [{"a": 4, "d": 3}]
    group = draw_and_count(given, [SCALE, OTHER], FLOOR, _first)
    assert group.supports == {
        "item:a": Support(7, 7, 1, 5, 4),
        "item:b": Support(6, 6, 1, 5, 4),
        "item:c": Support(6, 6, 1, 5, 4),
        "item:d": Support(7, 7, 1, 4, 3),
        "item:e": Support(6, 6, 1, 4, 3),
    }
    sums = {"item:a": 22, "item:b": 30, "item:c": 6, "item:d": 15, "item:e": 18}
    coded = {name: code(total, group.supports[name], 5) for name, total in sums.items()}
    voice = mean_of_items([coded[f"item:{item}"] for item in SCALE.items], 5)
    assert group.figures == {
        **coded,
        "scale:voice": voice,
        "scale:room": mean_of_items([coded["item:d"], coded["item:e"]], 4),
    }
    assert isinstance(voice, Shown)
    assert voice.text.startswith("≈")


def test_fewer_people_than_the_minimum_answered_one_item() -> None:
    """R4: each item needs its own five, whatever the others have."""
    given: list[Sheet] = [{"a": 3, "b": 3, "c": 3}] * 5 + [{"a": 3, "b": 3}] * 3
    group = draw_and_count(given, [SCALE], FLOOR, _first)
    assert group.figures["item:c"] == Withheld("fewer than 5 people answered this")


def plain(middle: float, width: float = 0.25, people: int = 7) -> Shown:
    """Return a published item number with a range around it."""
    return Shown(f"{middle}", middle, middle - width / 2, middle + width / 2, people)


def test_a_scale_is_the_plain_mean_of_its_items() -> None:
    """Value and range are averaged, and it has as many people as the item with the fewest."""
    assert mean_of_items([plain(2.5), plain(3.5, people=5), plain(4.5, people=9)], 5) == Shown(
        "3.5", 3.5, 3.375, 3.625, 5
    )


def test_a_scale_needs_half_of_its_items() -> None:
    """Half are enough, fewer are not, and of none there is no mean."""
    few = Withheld("too few of its questions have a number")
    assert isinstance(mean_of_items([plain(3.5), Withheld("x")], 5), Shown)
    assert mean_of_items([plain(3.5), Withheld("x"), Withheld("x")], 5) == few
    assert mean_of_items([Withheld("x")], 5) == few
    assert mean_of_items([], 5) == few


def test_a_scale_of_low_items_is_low() -> None:
    """Every item at its low end leaves nothing else to say; one that is not makes it a number, roughly."""
    low = Shown("low", 1.75, 1.0, 2.5, 7)
    assert mean_of_items([low, low], 5) == low
    assert mean_of_items([low, plain(3.25)], 5) == Shown("≈ 2.5", 2.5, (1.0 + 3.125) / 2, (2.5 + 3.375) / 2, 7)


@pytest.mark.parametrize(("points", "width"), [(5, 4 / 20 * 1.5), (4, 3 / 20 * 1.5), (7, 6 / 20 * 1.5)])
def test_a_mean_of_a_coded_item_is_rough(points: int, width: float) -> None:
    """An item that allows more than its cell makes the mean of the scale an approximate one."""
    assert mean_of_items([Shown("2.2", 2.25, 0.0, width, 7)], points) == Shown("2.2", 2.25, 0.0, width, 7)
    wide = Shown("2.2", 2.25, 0.0, width + 0.01, 7)
    assert mean_of_items([wide], points) == Shown("≈ 2.2", 2.25, 0.0, width + 0.01, 7)


def test_skipping_most_questions_withholds_the_number() -> None:
    """Where coding of both ends would meet, nothing is said."""
    assert code(9, _support(5, each=3, answers=5), 5) == Withheld("too many of these questions were skipped")


def test_higher_units_are_made_of_released_numbers() -> None:
    """R4: a department is the weighted mean of its groups' numbers; a withheld group is in no number."""
    figures: list[Figure] = [Shown("3.1", 3.1, 3.0, 3.2, 6), Withheld("few"), Shown("4.1", 4.1, 4.0, 4.2, 12)]
    value, low, high = ((one * 6 + other * 12) / 18 for one, other in ((3.1, 4.1), (3.0, 4.0), (3.2, 4.2)))
    assert roll_up(figures) == Shown("3.8", value, low, high, 18)
    assert roll_up([Withheld("few")]) == Withheld("none of its groups has a number")


def test_participation_below_the_minimum_is_not_a_number() -> None:
    """R12: so few that nothing is shown is not told as a count either."""
    assert participation(5, 9, 5) == Withheld("not enough answers")
    assert participation(6, 9, 5) == Shown("6 of 9", 6 / 9, 6 / 9, 6 / 9, 6)


def test_participation_of_people_who_have_all_left_is_full() -> None:
    """A roster that is empty by the close divides nothing."""
    assert participation(6, 0, 5) == Shown("6 of 0", 1.0, 1.0, 1.0, 6)


@pytest.mark.parametrize(("spread", "text"), [(0.0, "≤ 0.4"), (0.44, "≤ 0.4"), (0.46, "0.5"), (1.04, "1.0")])
def test_small_spreads_of_the_organisation_read_alike(spread: float, text: str) -> None:
    """R9: to one decimal, and nothing that would tell of a unanimous organisation."""
    figure = code_spread(spread, 120, items=3)
    assert isinstance(figure, Shown)
    assert figure.text == text
    assert figure.low - 1e-9 <= spread <= figure.high + 1e-9


def test_a_spread_has_its_range_and_people() -> None:
    """Two statements are enough for one, and its range is what its text allows."""
    assert code_spread(0.4, 120, items=2) == Shown("≤ 0.4", 0.4, 0.0, 0.45, 120)
    assert code_spread(0.72, 120, items=2) == Shown("0.7", 0.7, 0.7 - 0.05, 0.7 + 0.05, 120)


def test_a_scale_of_one_statement_has_no_spread() -> None:
    """R9: its spread is one of single answers, and near 0.5 it could tell that nobody agreed."""
    reason = "a scale of one statement has no spread that may be told"
    assert code_spread(0.7, 120, items=1) == Withheld(reason)
