"""Older surveys come in as one wave of the past, under the policy of every other."""

import csv
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from surveyapp.errors import Conflict, Invalid, NotFound
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.results.chain import broken_links
from surveyapp.services.results.history import HistoryPlan, Imported, import_history, plan_history
from surveyapp.services.results.history_map import HistoryMap, MapError, read_map, toml_text
from surveyapp.store.organisation import ReportingGroup, Unit
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.releases import Release, ReleaseRow
from tests.fixtures.world import World

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
FLOORS = Thresholds(count_min=5, item_min=7, roster_min=7)
LQ2002 = Path(__file__).parents[2] / "data" / "lq2002.map.toml"
MAP = """
pulse = "Survey of 2019"
date = 2019-05-31

[groups]
column = "dept"
name = "Department {}"

[answers]
missing = ["NA", "9"]

[answers.columns]
q1 = "first"
q2 = { item = "second", offset = 1 }

[instrument]
key = "old"
version = 1
licence = "own"
citation = "none"
languages = ["en"]
points = 5
title.en = "Old questions"
introduction.en = "Asked on paper."
anchors.en = ["1: never", "2", "3", "4", "5: always"]

[[instrument.scales]]
key = "openness"
favourable_from = 4
name.en = "Openness"
description.en = "Openness."
reading.en = "High: open."

[[instrument.items]]
key = "first"
scale = "openness"
reverse = false
text.en = "First item"
construct = "Openness"
note = "Own."

[[instrument.items]]
key = "second"
scale = "openness"
reverse = true
text.en = "Second item"
construct = "Openness"
note = "Own."
"""


def mapping(folder: Path, text: str = MAP) -> HistoryMap:
    """Read a map from a file."""
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return read_map(path)


def table(groups: Mapping[str, Sequence[tuple[object, object]]]) -> bytes:
    """Write answers by group as a file."""
    lines = [f"{group},{first},{second}" for group, rows in groups.items() for first, second in rows]
    return "\n".join(["dept,q1,q2", *lines]).encode()


def bring_in(world: World, mapped: HistoryMap, plan: HistoryPlan) -> Imported:
    """Import and always leave out the first sheet."""
    return import_history(world.session, world.organisation_id, mapped, plan, FLOORS, now=NOW, leave_out=lambda _: 0)


def figures(world: World) -> dict[tuple[str, str], Figure]:
    """Return everything that was released, by the name of the group."""
    rows = world.session.execute(
        select(ReportingGroup.name, ReleaseRow).join(ReportingGroup, ReportingGroup.id == ReleaseRow.group_id)
    )
    return {(name, row.figure): row.outcome for name, row in rows}


@pytest.mark.postgres
def test_a_survey_becomes_a_released_wave_of_the_past(world: World, tmp_path: Path) -> None:
    """Numbers where there are enough people, reasons elsewhere, and an unbroken chain."""
    mapped = mapping(tmp_path)
    plan = plan_history(table({"A": [(4, 1)] * 10, "B": [(3, 2)] * 6, "C": [(3, 2)] * 7}), mapped)
    done = bring_in(world, mapped, plan)
    found = figures(world)
    assert (done.groups, done.with_number) == (3, 2)
    assert found["Department A", "participation"] == Shown("10 of 10", 1.0, 1.0, 1.0, 10)
    assert found["Department B", "scale:openness"] == Withheld("fewer than 7 people are counted here")
    assert isinstance(found["Department C", "scale:openness"], Shown)
    assert ("Department C", "item:first") not in found
    wave = world.session.scalars(select(Wave)).one()
    assert (wave.state, wave.closes_at) == ("erased", datetime(2019, 5, 31, 22, tzinfo=UTC))
    assert broken_links(world.session, world.organisation_id) == []


def test_offsets_and_reverse_keys_are_undone(world: World, tmp_path: Path) -> None:
    """An answer 1 on a scale from 0, to an item that is turned round, is a 4."""
    mapped = mapping(tmp_path)
    bring_in(world, mapped, plan_history(table({"A": [(4, 1)] * 12}), mapped))
    found = figures(world)
    for item in ("first", "second"):
        figure = found["Department A", f"item:{item}"]
        assert isinstance(figure, Shown)
        assert figure.low <= 4 < figure.high


def test_missing_codes_and_empty_cells_are_skipped_items(tmp_path: Path) -> None:
    """Neither is an answer, and a person with only such is a sheet without answers."""
    plan = plan_history(table({"A": [("NA", 9), ("", "3.0"), (5, "")]}), mapping(tmp_path))
    assert plan.groups[0].sheets == [{}, {"second": 2}, {"first": 5}]
    assert plan.bad == ()


def test_all_bad_cells_are_named_and_nothing_is_imported(world: World, tmp_path: Path) -> None:
    """Whoever puts the file right sees everything at once."""
    mapped = mapping(tmp_path)
    plan = plan_history(b"dept,q1,q2\nA,4,1\nA,6,1\n,4,1\nA,x,5\n", mapped)
    assert [str(each) for each in plan.bad] == [
        "row 3, q1: '6' is not accepted; expected a whole number from 1 to 5, or a missing code",
        "row 4, dept: '' is not accepted; expected the group of this person",
        "row 5, q1: 'x' is not accepted; expected a whole number from 1 to 5, or a missing code",
        "row 5, q2: '5' is not accepted; expected a whole number from 0 to 4, or a missing code",
    ]
    with pytest.raises(Conflict, match="4 cells"):
        bring_in(world, mapped, plan)
    assert world.session.scalar(select(func.count()).select_from(Pulse)) == 0


def test_a_survey_is_released_once(world: World, tmp_path: Path) -> None:
    """A second edition could be compared with the first."""
    mapped = mapping(tmp_path)
    plan = plan_history(table({"A": [(4, 1)] * 10}), mapped)
    bring_in(world, mapped, plan)
    with pytest.raises(Conflict, match="in already"):
        bring_in(world, mapped, plan)
    assert world.session.scalar(select(func.count()).select_from(Release)) == 1


def test_the_size_of_groups_may_come_from_a_column(world: World, tmp_path: Path) -> None:
    """Then participation says how many of them answered."""
    mapped = mapping(tmp_path, MAP.replace('column = "dept"', 'column = "dept"\nroster = "size"'))
    rows = "\n".join(["dept,size,q1,q2", *["A,14,4,1"] * 10])
    bring_in(world, mapped, plan_history(rows.encode(), mapped))
    participation = figures(world)["Department A", "participation"]
    assert isinstance(participation, Shown)
    assert participation.text == "10 of 14"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["A,2,4,1"] * 3, "at least 3 in A"),
        (["A,5,4,1", "A,6,4,1"], "the same in all of its rows"),
        (["A,,4,1"], "the number of people"),
    ],
)
def test_sizes_that_cannot_be_true_are_named(tmp_path: Path, rows: list[str], said: str) -> None:
    """Fewer people than respondents, two sizes for one group, or none."""
    mapped = mapping(tmp_path, MAP.replace('column = "dept"', 'column = "dept"\nroster = "size"'))
    plan = plan_history("\n".join(["dept,size,q1,q2", *rows]).encode(), mapped)
    assert said in " ".join(str(each) for each in plan.bad)


def test_groups_find_the_units_that_are_there(world: World, tmp_path: Path) -> None:
    """A unit of the same name below the same parent is taken, others are made."""
    world.unit("Old", "Harbour")
    known = world.unit("Department A", "Old")
    mapped = mapping(tmp_path, MAP.replace("date =", 'under = "old"\ndate ='))
    bring_in(world, mapped, plan_history(table({"A": [(4, 1)] * 10, "B": [(4, 1)] * 10}), mapped))
    below = world.session.scalars(select(Unit).where(Unit.parent_id == world.units["Old"].id)).all()
    assert {unit.name for unit in below} == {"Department A", "Department B"}
    assert known.id in {group.unit_id for group in world.session.scalars(select(ReportingGroup))}


def test_a_place_that_does_not_exist_is_refused(world: World, tmp_path: Path) -> None:
    """Nothing is put at the top by mistake."""
    mapped = mapping(tmp_path, MAP.replace("date =", 'under = "nowhere"\ndate ='))
    with pytest.raises(NotFound, match="nowhere"):
        bring_in(world, mapped, plan_history(table({"A": [(4, 1)] * 10}), mapped))


def test_a_survey_of_the_future_is_refused(world: World, tmp_path: Path) -> None:
    """The day is wrong, or the survey is not over."""
    mapped = mapping(tmp_path, MAP.replace("2019-05-31", "2026-03-02"))
    with pytest.raises(Invalid, match="2026-03-02"):
        bring_in(world, mapped, plan_history(table({"A": [(4, 1)] * 10}), mapped))
    assert world.session.scalar(select(func.count()).select_from(Wave)) == 0


def test_everything_wrong_with_a_map_is_said_at_once(tmp_path: Path) -> None:
    """Each problem names the field and what would be right."""
    wrong = (
        MAP.replace('pulse = "Survey of 2019"', "")
        .replace("2019-05-31", '"May 2019"')
        .replace('"Department {}"', '"Department"')
        .replace('q1 = "first"', 'q1 = "third"')
        .replace("offset = 1", 'offset = "one"')
    )
    with pytest.raises(MapError) as refused:
        mapping(tmp_path, wrong)
    assert [problem.split(":")[1].strip() for problem in refused.value.problems] == [
        "pulse",
        "date",
        "groups.name",
        "answers.columns.q2.offset",
        "answers.columns.q1",
    ]


def test_two_columns_for_one_item_are_refused(tmp_path: Path) -> None:
    """One of them would be lost."""
    with pytest.raises(MapError, match="each item for one column"):
        mapping(tmp_path, MAP.replace('item = "second"', 'item = "first"'))


def test_the_instrument_may_be_a_file_beside_the_map(tmp_path: Path) -> None:
    """Its text is kept as it is."""
    start = MAP.index("[instrument]")
    instrument = MAP[start:].replace("[instrument]\n", "").replace("instrument.", "")
    (tmp_path / "old.toml").write_text(instrument, encoding="utf-8")
    mapped = mapping(tmp_path, f'{MAP[:start]}[instrument]\nfile = "old.toml"\n')
    assert mapped.toml == instrument
    assert [item.key for item in mapped.instrument.items] == ["first", "second"]


TABLES = st.recursive(
    st.booleans() | st.integers(-(2**40), 2**40) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), TABLES, max_size=4))
def test_tables_are_written_as_toml_that_reads_back(content: dict[str, object]) -> None:
    """The stored text of an instrument says what the map said."""
    assert json.dumps(tomllib.loads(toml_text(content))) == json.dumps(content)


def test_a_real_survey_agrees_with_a_direct_computation(world: World, shared_data: Path) -> None:
    """2,042 people in 49 companies: with one person left out, every item mean lies in the cell that was released."""
    mapped = read_map(LQ2002)
    content = (shared_data / "lq2002.csv").read_bytes()
    plan = plan_history(content, mapped)
    assert (plan.people, len(plan.groups), plan.bad) == (2042, 49, ())
    done = import_history(world.session, world.organisation_id, mapped, plan, FLOORS, now=NOW)
    assert done.with_number == 49
    found = figures(world)
    companies: dict[str, list[dict[str, float]]] = {}
    for row in csv.DictReader(content.decode().splitlines()):
        companies.setdefault(f"Company {row['COMPID']}", []).append(direct_scores(row))
    for name, people in companies.items():
        assert some_left_out_person_explains(name, people, found), name
    assert broken_links(world.session, world.organisation_id) == []


def direct_scores(row: Mapping[str, str]) -> dict[str, float]:
    """Score a person of the file by hand: hostility runs from 0 to 4 and is turned round."""
    scores = {f"leadership-{number}": float(row[f"LEAD{number:02}"]) for number in range(1, 12)}
    scores |= {f"significance-{number}": float(row[f"TSIG{number:02}"]) for number in range(1, 4)}
    return scores | {f"hostility-{number}": 5 - float(row[f"HOSTIL{number:02}"]) for number in range(1, 6)}


def some_left_out_person_explains(
    name: str, people: Sequence[Mapping[str, float]], found: Mapping[tuple[str, str], Figure]
) -> bool:
    """Whether leaving out one and the same person puts every item mean into the range that its number allows."""
    sums = {item: sum(person[item] for person in people) for item in people[0]}

    def fits(item: str, out: Mapping[str, float]) -> bool:
        figure = found[name, f"item:{item}"]
        assert isinstance(figure, Shown)
        mean = (sums[item] - out[item]) / (len(people) - 1)
        return figure.low - 1e-9 <= mean <= figure.high + 1e-9

    return any(all(fits(item, out) for item in sums) for out in people)
