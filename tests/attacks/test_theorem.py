"""What may be published leaves everybody deniable: by counting, for every size and sum, and for any organisation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.privacy.groups import UnitRoster, plan_groups
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.privacy.policy import ScaleKey, Support, Thresholds, code, draw_and_count, mean_of_items

FLOOR = Thresholds(count_min=5, item_min=7, roster_min=7)
SCALES = (
    ScaleKey("voice", ("a", "b", "c"), points=5, favourable_from=4),
    ScaleKey("room", ("d", "e"), points=5, favourable_from=4),
)
ITEMS = [item for scale in SCALES for item in scale.items]
Sheet = Mapping[str, int]


def sums_by_text(support: Support) -> dict[str, list[int]]:
    """Say what is published of every sum that answers can have."""
    told: dict[str, list[int]] = {}
    for total in range(support.answers, support.points * support.answers + 1):
        figure = code(total, support, FLOOR.count_min)
        if isinstance(figure, Shown):
            told.setdefault(figure.text, []).append(total)
    return told


def values_left(sums: Sequence[int], answers: int, points: int, known: int, told: int) -> set[int]:
    """Count what one answer may be when the sums of all, and of those that are known, are given."""
    others = answers - known - 1
    return {
        value for value in range(1, points + 1) for total in sums if others <= total - told - value <= points * others
    }


@pytest.mark.parametrize(("points", "favourable_from"), [(4, 3), (5, 4), (5, 3), (7, 5)])
@pytest.mark.parametrize("each", [1, 2, 3])
def test_up_to_25_people_stay_deniable(points: int, favourable_from: int, each: int) -> None:
    """T1: for every number of people and answers, every sum, and everything that one of them may tell."""
    for people in range(5, 26):
        for answers in {people * each, people * each - each + 1, people}:
            support = Support(answers, people, each, points, favourable_from)
            for text, sums in sums_by_text(support).items():
                for known in range(min(each, answers - people + 1) + 1):
                    for told in range(known, points * known + 1):
                        left = values_left(sums, answers, points, known, told)
                        possible = not left or (len(left) >= 2 and max(left) >= favourable_from)
                        assert possible, (text, support, known, told)


def test_a_careless_formula_is_counted_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is no formality: with ends that forget the talker it finds somebody without a favourable answer."""
    monkeypatch.setattr(Support, "low_end", property(lambda self: self.answers + self.favourable_from - 2))
    code.cache_clear()
    sums = sums_by_text(Support(8, 8, 1, 5, 4))["low"]
    code.cache_clear()
    assert max(values_left(sums, 8, 5, known=0, told=0)) < 4


sheets = st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 5))


@st.composite
def organisations(draw: st.DrawFn) -> tuple[list[UnitRoster], dict[UUID, list[dict[str, int]]]]:
    """Make any tree of units with rosters, and the sheets of those who answered."""
    units = [UnitRoster(UUID(int=1), None, "Unit 0", draw(st.integers(0, 10)))]
    for number in range(1, draw(st.integers(1, 5))):
        parent = units[draw(st.integers(0, number - 1))].id
        units.append(UnitRoster(UUID(int=number + 1), parent, f"Unit {number}", draw(st.integers(0, 10))))
    answered = {unit.id: draw(st.lists(sheets, max_size=unit.people)) for unit in units}
    return units, answered


def publish(
    units: Sequence[UnitRoster], answered: Mapping[UUID, Sequence[Sheet]], out: int
) -> dict[tuple[UUID, str], Figure]:
    """Publish an organisation as a release does; the one left out is the same whatever is answered."""
    published: dict[tuple[UUID, str], Figure] = {}
    for group in plan_groups(units, FLOOR.roster_min):
        if group.large_enough:
            together = [sheet for unit in group.units for sheet in answered[unit]]
            figures = draw_and_count(together, SCALES, FLOOR, lambda n: out % n).figures
            published |= {(group.units[0], name): figure for name, figure in figures.items()}
    return published


def made_of_others(published: Mapping[tuple[UUID, str], Figure], key: tuple[UUID, str]) -> bool:
    """Tell whether a figure is computed from other published figures alone."""
    group, name = key
    scale = next((each for each in SCALES if name == f"scale:{each.key}"), None)
    items = [published.get((group, f"item:{item}")) for item in (scale.items if scale else ())]
    known = [item for item in items if item is not None]
    return bool(known) and scale is not None and published[key] == mean_of_items(known, scale.points)


@settings(max_examples=60)
@given(organisations(), st.integers(0, 50), st.data())
def test_one_answer_moves_one_number(
    organisation: tuple[list[UnitRoster], dict[UUID, list[dict[str, int]]]], out: int, data: st.DataObject
) -> None:
    """T2: with another value for one answer at most one published number changes; the rest is made of numbers."""
    units, answered = organisation
    given_answers = [
        (unit, person, item) for unit, each in answered.items() for person, sheet in enumerate(each) for item in sheet
    ]
    if not given_answers:
        return
    before = publish(units, answered, out)
    unit, person, item = data.draw(st.sampled_from(given_answers))
    answered[unit][person][item] = data.draw(st.integers(1, 5))
    after = publish(units, answered, out)
    moved = [key for key in before if before[key] != after[key]]
    assert len([key for key in moved if not made_of_others(after, key)]) <= 1


@settings(max_examples=60)
@given(organisations(), st.integers(0, 50), st.data())
def test_which_numbers_there_are_is_a_matter_of_counts(
    organisation: tuple[list[UnitRoster], dict[UUID, list[dict[str, int]]]], out: int, data: st.DataObject
) -> None:
    """T2: other answers to the same questions give the same rows, shown or withheld for the same reasons."""
    units, answered = organisation
    other = {
        unit: [{item: data.draw(st.integers(1, 5)) for item in sheet} for sheet in each]
        for unit, each in answered.items()
    }
    patterns = [
        Counter((key, figure.n if isinstance(figure, Shown) else figure.reason) for key, figure in each.items())
        for each in (publish(units, answered, out), publish(units, other, out))
    ]
    assert patterns[0] == patterns[1]


def test_every_answer_that_is_counted_can_be_seen_moving() -> None:
    """The property is no accident of numbers that never move: in the middle each answer moves its own."""
    units = [UnitRoster(UUID(int=1), None, "Unit 0", 9)]
    moved = set()
    for item, person in product(ITEMS, range(1, 9)):
        before = {UUID(int=1): [dict.fromkeys(ITEMS, 3) for _ in range(9)]}
        after = {UUID(int=1): [dict(sheet) for sheet in before[UUID(int=1)]]}
        after[UUID(int=1)][person][item] = 5
        one, other = (publish(units, each, 0) for each in (before, after))
        moved |= {name for (_, name) in one if one[UUID(int=1), name] != other[UUID(int=1), name]}
    assert {f"item:{item}" for item in ITEMS} <= moved
