"""Published texts are read back as exactly the answers that lead to them."""

from dataclasses import replace
from itertools import product
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.privacy.audit.puzzles import Limits, Statement
from surveyapp.privacy.audit.reading import (
    is_told_by,
    joined,
    read_mean,
    read_spread,
    read_sum,
    read_theme,
    says_spread,
    says_sum,
)
from surveyapp.privacy.comments import MOST, SEVERAL
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import Support, code


@given(st.integers(5, 30), st.integers(1, 5), st.data())
def test_a_number_is_read_as_the_sums_it_was_made_of(people: int, each: int, data: st.DataObject) -> None:
    """What is read holds the true sum, and every sum in it is published as the same text."""
    answers = data.draw(st.integers(people, people * each))
    support = Support(answers, people, each, points=5, favourable_from=4)
    total = data.draw(st.integers(answers, 5 * answers))
    figure = code(total, support, 5)
    if not isinstance(figure, Shown):
        return
    read = read_sum(figure.text, support, 5)
    sums = {each for low, high in read for each in range(low, high + 1)}
    assert total in sums
    assert sums == {
        each
        for each in range(answers, 5 * answers + 1)
        if isinstance(other := code(each, support, 5), Shown) and other.text == figure.text
    }


@pytest.mark.parametrize("text", ["3.2", "7", "", "≥ 5.0", "about three"])
def test_what_the_policy_never_says_is_not_read(text: str) -> None:
    """Cells are named by their middles, which are odd tenths; anything else comes from elsewhere."""
    assert read_sum(text, Support(8, 8, 1, points=5, favourable_from=4), 5) == ()


@pytest.mark.parametrize(
    ("text", "sums"), [("3.25", ((26, 26),)), ("3.2", ((26, 26),)), ("3.4", ((27, 27),)), ("3", ((21, 28),))]
)
def test_a_plain_mean_is_read_as_what_rounds_to_it(text: str, sums: tuple[tuple[int, int], ...]) -> None:
    """With eight answers, 26/8 = 3.25 is printed as 3.2, and 28/8 = 3.5 as 4 or 3: as the machine rounds."""
    expected = sums if text != "3" else ((21, 27),) if f"{28 / 8:.0f}" == "4" else sums
    assert read_mean(text, 8, 5) == expected


def test_words_are_no_mean() -> None:
    """Only numbers are read as rounded numbers."""
    assert read_mean("low", 8, 5) == ()


def test_a_spread_is_read_as_the_answers_that_have_it() -> None:
    """All worlds of four answers with the mean and standard deviation that are told, and no others, fit the reading."""
    cases = read_spread("1.50", ((10, 12),), 4, 5)
    for world in product(range(1, 6), repeat=4):
        total, squares = sum(world), sum(each**2 for each in world)
        told = 2.5 <= mean(world) <= 3 and f"{stdev(world):.2f}" == "1.50"
        assert told == any(a <= total <= b and c <= squares <= d for (a, b), (c, d) in cases)


EIGHT = Support(8, 8, 1, points=5, favourable_from=4)


@pytest.mark.parametrize(
    ("text", "sums"),
    [("low", ((8, 15),)), ("2.9", ((23, 23),)), ("3.1", ((24, 25),)), ("≥ 4.3", ((35, 40),)), ("≥ 4.4", ())],
)
def test_a_number_of_eight_answers_is_read_to_the_sum(text: str, sums: tuple[Limits, ...]) -> None:
    """From everybody at 1 to everybody at 5, both ends among them; with nine needed nothing would be said."""
    assert read_sum(text, EIGHT, 5) == sums
    assert read_sum(text, EIGHT, 9) == ()


@pytest.mark.parametrize(
    ("text", "sums"), [("1.00", ((8, 8),)), ("5.00", ((40, 40),)), ("0.88", ()), ("5.12", ()), ("3.00 ", ())]
)
def test_a_plain_mean_is_one_of_answers(text: str, sums: tuple[Limits, ...]) -> None:
    """Unanimity at either end is read as such, and nothing beyond it."""
    assert read_mean(text, 8, 5) == sums


@pytest.mark.parametrize(
    ("text", "sums", "answers", "cases"),
    [
        ("0.00", ((10, 10),), 2, (((10, 10), (50, 50)),)),
        ("1", ((10, 10),), 2, ()),
        ("1.41", ((4, 6),), 2, (((4, 4), (10, 10)), ((6, 6), (20, 20)))),
        ("0.7", ((3, 3), (5, 5)), 2, (((3, 3), (5, 5)), ((5, 5), (13, 13)))),
        ("1", ((6, 8),), 3, (((6, 6), (13, 16)), ((7, 7), (17, 20)), ((8, 8), (22, 25)))),
        ("0.00", ((4, 4),), 1, ()),
        ("wide", ((4, 4),), 2, ()),
    ],
)
def test_a_spread_is_read_sum_by_sum(
    text: str, sums: tuple[Limits, ...], answers: int, cases: tuple[tuple[Limits, Limits], ...]
) -> None:
    """Squares go up to those of fives only; one answer has no spread, and words are none."""
    assert read_spread(text, sums, answers, 5) == cases


@pytest.mark.parametrize(
    ("text", "sums"), [("", ((8, 10),)), (SEVERAL, ((11, 12),)), (MOST, ((13, 16),)), ("everybody", ())]
)
def test_a_theme_is_read_as_who_may_have_tapped_it(text: str, sums: tuple[Limits, ...]) -> None:
    """Of eight: up to two, three and four, or more; nothing is said in other words."""
    assert read_theme(text, 8) == sums


def test_the_policy_tells_a_figure_with_all_that_is_beside_it() -> None:
    """The same text with another range, another count or under a stricter minimum is not one of its."""
    figure = code(24, EIGHT, 5)
    assert isinstance(figure, Shown)
    assert is_told_by(figure, EIGHT, 5)
    assert not is_told_by(replace(figure, high=3.21), EIGHT, 5)
    assert not is_told_by(figure, replace(EIGHT, people=7), 5)
    assert not is_told_by(figure, EIGHT, 9)


def test_readings_become_statements() -> None:
    """A sum is one measure with a case for each range; a spread is two measures that belong together."""
    assert says_sum("ab", ((2, 3), (5, 5))) == Statement(frozenset("ab"), (((2, 3),), ((5, 5),)), leaves_one_out=False)
    assert says_sum("a", ((2, 3),), leaves_one_out=True).leaves_one_out
    cases = (((4, 4), (10, 10)), ((6, 6), (20, 20)))
    assert says_spread("ab", cases) == Statement(frozenset("ab"), cases, powers=(1, 2), leaves_one_out=False)


def test_numbers_with_gaps_between_them_are_several_ranges() -> None:
    """A policy whose texts return would be read as what they say, with nothing in between."""
    assert joined([3, 4, 5, 7, 9, 10]) == ((3, 5), (7, 7), (9, 10))
    assert joined([]) == ()
