"""Several waves of the same people, each with somebody else left out: solved, and held against counting all worlds."""

from collections import Counter
from itertools import combinations_with_replacement

import pytest

from surveyapp.privacy.audit.across import examine_across
from surveyapp.privacy.audit.verdicts import Tally
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import Support, code

SUPPORT = Support(5, 5, 1, points=5, favourable_from=4)


def said(total: int) -> str:
    """Return what is published of a sum of five answers."""
    figure = code(total, SUPPORT, 5)
    assert isinstance(figure, Shown)
    return figure.text


def values_left(texts: tuple[str, ...], told: int | None = None) -> set[int]:
    """Count the worlds of six people in which each text is said with somebody left out."""
    left: set[int] = set()
    for world in combinations_with_replacement(range(1, 6), 6):
        if told in {None, *world} and all(text in {said(sum(world) - out) for out in world} for text in texts):
            left |= set((Counter(world) - Counter([told])).elements()) if told else set(world)
    return left


@pytest.mark.parametrize(
    "sums", [(18, 19), (13, 15), (13, 17), (13, 18), (14, 5), (16, 19, 16), (13, 19), (5, 25), (15, 15, 15)]
)
def test_waves_say_what_counting_worlds_says(sums: tuple[int, ...]) -> None:
    """Outsider, talker and contradiction are those of all fifteen thousand worlds."""
    texts = tuple(said(total) for total in sums)
    across = examine_across(texts, SUPPORT, 5)
    values = values_left(texts)
    assert across.refuted == (not values)
    if values:
        assert across.outsider.determined == 6 * (len(values) == 1)
        assert across.outsider.broken == 6 * (len(values) > 1 and max(values) < 4)
        worst = max(
            (5 * (len(left) == 1 or max(left) < 4), 5 * (len(left) == 1))
            for told in range(1, 6)
            if (left := values_left(texts, told))
        )
        assert (across.talker.answers, across.talker.exposed, across.talker.determined) == (5, *worst)
        assert across.outsider.answers == 6
    else:
        assert (across.outsider, across.talker) == (Tally(), Tally())


def test_a_minimum_above_what_answered_is_not_read() -> None:
    """Where six are needed nobody says anything of five, so that no world fits."""
    assert examine_across(("3.3",), SUPPORT, 6).refuted
    assert not examine_across(("3.3",), SUPPORT, 5).refuted


def test_the_order_of_waves_does_not_matter() -> None:
    """The same texts in another order are the same attack."""
    assert examine_across(("3.3", "3.5"), SUPPORT, 5) is examine_across(("3.5", "3.3"), SUPPORT, 5)
