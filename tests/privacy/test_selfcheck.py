"""The closed form against counting: whatever a formula says of sums that follow each other, both find the same."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from surveyapp.privacy import selfcheck
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import GroupFigures, ScaleKey, Support, code, mean_of_items
from surveyapp.privacy.selfcheck import Weakness, check_group, sums_that_fit, weaknesses

Publish = Callable[[range], None]
SCALE = ScaleKey("voice", ("a", "b"), points=5, favourable_from=4)


def clear() -> None:
    """Forget what was found under another formula."""
    sums_that_fit.cache_clear()
    weaknesses.cache_clear()


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publish]:
    """Give a function that plants a formula: one text for these sums, and none for the others."""

    def plant(sums: range) -> None:
        def planted(total: int, support: Support, count_min: int) -> Figure:
            return Shown("told", 0, 0, 0, support.people) if total in sums else Withheld(f"{count_min}")

        monkeypatch.setattr(selfcheck, "code", planted)
        clear()

    yield plant
    clear()


def counted(support: Support, sums: range, colluders: int) -> tuple[Weakness, ...]:
    """Go through every world: the known answers and all others, and what is left for one of the others."""
    found = []
    for known in range(min(colluders * support.each, support.answers - 1) + 1):
        others = list(product(range(1, support.points + 1), repeat=support.answers - known))
        for told in range(known, support.points * known + 1):
            left = sorted({world[0] for world in others if sum(world) + told in sums})
            if left and (len(left) < 2 or left[-1] < support.favourable_from):
                found.append(Weakness("x", known, told, tuple(left)))
    return tuple(found)


@pytest.mark.parametrize("colluders", [0, 1, 2])
@pytest.mark.parametrize(
    "support", [Support(1, 1, 1, 3, 2), Support(3, 3, 1, 3, 2), Support(4, 2, 2, 3, 3), Support(3, 3, 1, 4, 4)]
)
def test_the_closed_form_finds_what_all_worlds_show(support: Support, colluders: int, publish: Publish) -> None:
    """Every range of sums that a text may stand for, for one person and for some, known answers and none."""
    ends = range(support.answers, support.points * support.answers + 1)
    for first, last in product(ends, ends):
        sums = range(first, last + 1)
        publish(sums)
        assert weaknesses("x", "told", support, 5, colluders) == counted(support, sums, colluders)


def test_one_talker_is_what_is_asked_for() -> None:
    """Without a number of talkers the check is the one that the policy promises: one."""
    support = Support(7, 7, 1, 5, 4)
    assert weaknesses("x", "low", support, 5) == weaknesses("x", "low", support, 5, 1) == ()


def test_every_sum_of_a_text_is_found() -> None:
    """The lowest and the highest that answers can have are among them, and no other text's."""
    support = Support(5, 5, 1, 5, 4)
    assert sums_that_fit("low", support, 5) == tuple(range(5, 13))
    assert sums_that_fit("3.1", support, 5) == (15,)
    assert sums_that_fit("≥ 4.0", support, 5) == tuple(range(20, 26))
    assert sums_that_fit("low", support, 6) == ()


def items(*names: str) -> GroupFigures:
    """Return published numbers of items, with what they stand on."""
    support = Support(7, 7, 1, 5, 4)
    return GroupFigures(
        {f"item:{name}": code(21, support, 5) for name in names}, {f"item:{name}": support for name in names}
    )


def told(figures: GroupFigures, name: str, figure: Figure) -> tuple[Weakness, ...]:
    """Check a group with one figure more."""
    planted = GroupFigures({**figures.figures, name: figure}, figures.supports)
    return check_group(planted, [ScaleKey("room", ("d",), 5, 4), SCALE], 5)


def test_a_scale_may_only_be_the_mean_of_all_its_items() -> None:
    """Of published items, all of them, and by its own points; else it is a weakness that names no value."""
    both, one = items("a", "b"), items("a")
    mean = mean_of_items(list(both.figures.values()), 5)
    assert told(both, "scale:voice", mean) == ()
    for group, name in ((one, "scale:voice"), (both, "scale:room"), (both, "sd:voice")):
        assert told(group, name, mean) == (Weakness(name, 0, 0, ()),)


def test_a_scale_of_coded_items_may_be_rough() -> None:
    """The mean is made again in the same words, "about" among them."""
    support = Support(7, 7, 1, 5, 4)
    figures = {"item:a": code(7, support, 5), "item:b": code(21, support, 5)}
    mean = mean_of_items(list(figures.values()), 5)
    group = GroupFigures(figures, dict.fromkeys(figures, support))
    assert isinstance(mean, Shown)
    assert mean.text.startswith("≈")
    assert told(group, "scale:voice", mean) == ()


def test_what_is_withheld_says_nothing() -> None:
    """A reason is no number, whatever it stands beside."""
    assert told(items("a", "b"), "sd:voice", Withheld("never told")) == ()


def test_a_number_is_held_against_its_own_support(publish: Publish) -> None:
    """What was coded from answers is named with the coalition and the values that are left."""
    publish(range(7, 8))
    group = GroupFigures({"item:a": Shown("told", 1, 1, 1, 7)}, {"item:a": Support(7, 7, 1, 5, 4)})
    assert check_group(group, [SCALE], 5) == (Weakness("item:a", 0, 0, (1,)), Weakness("item:a", 1, 1, (1,)))
