"""Published texts are read back as exactly the answers that lead to them."""

from itertools import product
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.privacy.audit.reading import read_mean, read_spread, read_sum
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
