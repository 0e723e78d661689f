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


def _planned(*units: UnitRoster, anchor: UnitRoster, name: str, large_enough: bool = True) -> PlannedGroup:
    people = sum(unit.people for unit in units)
    return PlannedGroup(anchor.id, tuple(unit.id for unit in units), name, people, large_enough)


def test_three_names_are_told_in_full() -> None:
    """A pool of three carries all of its names, and belongs to the unit above them."""
    teams = [_team(name, 3) for name in ("A", "B", "C")]
    assert plan_groups([ROOT, *reversed(teams)], 7) == (_planned(*teams, anchor=ROOT, name="A + B + C"),)


def test_pools_close_as_soon_as_they_are_large_enough() -> None:
    """Four and three are seven, and the next two teams begin a pool of their own."""
    teams = [_team(name, people) for name, people in zip("ABCD", (4, 3, 3, 4), strict=True)]
    assert plan_groups([ROOT, *teams], 7) == (
        _planned(*teams[:2], anchor=ROOT, name="A + B"),
        _planned(*teams[2:], anchor=ROOT, name="C + D"),
    )


def test_what_cannot_fill_a_pool_joins_the_last_one() -> None:
    """R3: a team of two after a full pool is counted in it, and a pool before that one stays as it is."""
    teams = [_team(name, people) for name, people in zip("ABCDE", (4, 3, 3, 4, 2), strict=True)]
    assert plan_groups([ROOT, *teams[:2], teams[4]], 7) == (
        _planned(*teams[:2], teams[4], anchor=ROOT, name="A + B + E"),
    )
    assert plan_groups([ROOT, *teams], 7) == (
        _planned(*teams[:2], anchor=ROOT, name="A + B"),
        _planned(*teams[2:], anchor=ROOT, name="C + D + E"),
    )


def test_seven_people_directly_in_a_unit_need_nobody_below() -> None:
    """R3: a department of exactly the minimum stands alone; its small team finds no company and gets no number."""
    office = UnitRoster(UUID(int=2), ROOT.id, "Office", 7)
    pilots = _team("Pilots", 3, office)
    assert plan_groups([ROOT, office, pilots], 7) == (
        _planned(office, anchor=office, name="Office"),
        _planned(pilots, anchor=pilots, name="Pilots", large_enough=False),
    )


def test_departments_whose_parent_is_not_asked_are_pooled_together() -> None:
    """An audience of several branches ends at each of them; what is small in all shares a number under the first."""
    north, south = (_team(name, 4) for name in ("North", "South"))
    assert plan_groups([south, north], 7) == (_planned(north, south, anchor=north, name="North + South"),)
    assert plan_groups([south, north], 9) == (
        _planned(north, south, anchor=north, name="North + South", large_enough=False),
    )


def test_nobody_makes_no_group() -> None:
    """An audience without people, or without units, is planned as nothing."""
    assert plan_groups([], 7) == plan_groups([ROOT], 7) == ()


def test_teams_of_one_name_are_told_apart() -> None:
    """Where names agree, ids decide which comes first."""
    first, second = (UnitRoster(UUID(int=number), ROOT.id, "Crew", 4) for number in (5, 6))
    assert plan_groups([second, ROOT, first], 7) == (_planned(first, second, anchor=ROOT, name="Crew + Crew"),)


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


def test_a_series_is_named_alike_for_good() -> None:
    """The name is stored with each release, so it may never be computed in another way."""
    pool = PlannedGroup(UUID(int=1), (UUID(int=2), UUID(int=1)), "x", 7, large_enough=True)
    assert pool.series == "78d68721debb423cf880232869a63e25"


def test_a_group_is_pooled_from_two_units_on() -> None:
    """One unit shares its number with nobody."""
    one, two = UUID(int=1), UUID(int=2)
    pooled = [PlannedGroup(one, units, "x", 7, large_enough=True).pooled for units in ((one,), (one, two))]
    assert pooled == [False, True]
