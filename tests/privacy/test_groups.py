"""Reporting groups: decided from rosters alone, large enough, and everybody in exactly one."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.privacy.groups import PlannedGroup, UnitRoster, plan_groups

ROOT = UnitRoster(UUID(int=1), None, "Harbour", 0)


def _team(name: str, people: int, parent: UnitRoster = ROOT) -> UnitRoster:
    return UnitRoster(uuid4(), parent.id, name, people)


def _names(groups: tuple[PlannedGroup, ...]) -> set[tuple[str, int, bool]]:
    return {(group.name, group.people, group.large_enough) for group in groups}


def test_a_large_team_stands_alone_and_small_ones_are_pooled() -> None:
    """R3: seven people are enough; smaller siblings share a number under both names."""
    groups = plan_groups([ROOT, _team("Cranes", 9), _team("Pilots", 4), _team("Tugs", 3)], 7)
    assert _names(groups) == {("Cranes", 9, True), ("Pilots + Tugs", 7, True)}


def test_what_is_too_small_in_a_department_is_pooled_in_the_next_one_up() -> None:
    """R3: a lonely small team finds company a level higher before it goes without."""
    north, south = _team("North", 0), _team("South", 0)
    groups = plan_groups([ROOT, north, south, _team("Pilots", 4, north), _team("Tugs", 4, south)], 7)
    assert _names(groups) == {("Pilots + Tugs", 8, True)}


def test_an_audience_that_is_too_small_gets_a_group_without_a_number() -> None:
    """Six people in all may answer and are told beforehand that nothing will be shown."""
    assert _names(plan_groups([ROOT, _team("Pilots", 6)], 7)) == {("Pilots", 6, False)}


def test_many_names_are_shortened() -> None:
    """A pool of four teams names two and counts the rest."""
    groups = plan_groups([ROOT, *(_team(name, 2) for name in ("A", "B", "C", "D"))], 8)
    assert _names(groups) == {("A + B + 2 more", 8, True)}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), min_size=1, max_size=20), st.integers(7, 12))
def test_everybody_is_in_one_group_and_groups_are_large(shape: list[tuple[int, int]], roster_min: int) -> None:
    """Whatever the tree, each unit with people is in one group, and at most one group is too small."""
    units = [ROOT]
    for number, (people, parent) in enumerate(shape):
        units.append(_team(f"Team {number:02}", people, units[parent % len(units)]))
    groups = plan_groups(units, roster_min)
    placed = [unit for group in groups for unit in group.units]
    assert sorted(placed) == sorted(unit.id for unit in units if unit.people)
    assert all(group.large_enough == (group.people >= roster_min) for group in groups)
    assert sum(not group.large_enough for group in groups) <= 1


def test_a_series_is_its_units_in_any_order() -> None:
    """The same units in another quarter continue the line."""
    one, two = uuid4(), uuid4()
    groups = [PlannedGroup(one, units, "x", 7, large_enough=True) for units in ((one, two), (two, one), (one,))]
    assert groups[0].series == groups[1].series != groups[2].series
