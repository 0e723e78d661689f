"""What the documentation says about roster files is so."""

import re
from dataclasses import replace
from datetime import date

import pytest

from surveyapp.services.roster import importing as roster_import
from surveyapp.services.roster.importing import COLUMNS, read_roster
from surveyapp.services.tables import read_table
from surveyapp.settings import ROOT
from tests.fixtures.world import World

TEXT = (ROOT / "docs" / "csv-files.md").read_text(encoding="utf-8").split("## The roster\n")[1].split("\n## ")[0]
# Each line of the first table starts with the column and ends with its other names.
NAMES = [
    (match[1], name)
    for match in re.finditer(r"^\| `(\w+)` \|.*\|([^|]*)\|$", TEXT, re.MULTILINE)
    for name in re.findall("`([^`]+)`", match[2])
]


def test_every_column_is_described() -> None:
    """None is missing, and none is there that the reader does not know."""
    assert [column.key for column in COLUMNS if f"\n| `{column.key}` |" not in TEXT] == []
    assert {key for key, _ in NAMES} <= {column.key for column in COLUMNS}


@pytest.mark.parametrize(("key", "name"), NAMES)
def test_every_name_of_a_column_is_known(key: str, name: str) -> None:
    """A file with this heading has this column."""
    columns = [replace(column, required=False) for column in COLUMNS]
    assert read_table(f"{name}\nx\n".encode(), columns).has(key)


def test_the_example_can_be_imported(world: World) -> None:
    """As it stands there."""
    example = TEXT.split("```csv\n")[1].split("```")[0]
    made = roster_import.plan(
        world.session, world.organisation_id, read_roster(example.encode()), date(2026, 3, 2), complete=True
    )
    assert (made.bad, len(made.joiners), len(made.new_units)) == ((), 3, 3)
