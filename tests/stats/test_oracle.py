"""Every reference value computed with R is reproduced, or left out for a reason that is written down."""

import json
import pkgutil
from typing import Any

import pytest

from tests.stats.conftest import DATA
from tests.stats.register import REGISTER
from tests.stats.register.entry import NotOurs, Ours, Tables, numbers

OURS = {name: entry for name, entry in REGISTER.items() if isinstance(entry, Ours)}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    """What R gave for each entry."""
    path = DATA / "oracle.json"
    if not path.exists():
        pytest.skip("the reference values computed with R are not here")
    return {name: entry["values"] for name, entry in json.loads(path.read_text(encoding="utf-8"))["oracle"].items()}


def test_every_entry_is_in_the_register(recorded: dict[str, Any]) -> None:
    """None is missing, none is invented."""
    assert set(REGISTER) == set(recorded)


@pytest.mark.parametrize("name", OURS)
def test_every_value_is_reproduced_or_left_out_for_a_reason(name: str, recorded: dict[str, Any], table: Tables) -> None:
    """Within the error that the register promises."""
    entry = OURS[name]
    computed = entry.compute(table)
    assert set(recorded[name]) == set(entry.left) | set(computed) & set(recorded[name])
    assert not set(entry.left) & set(computed)
    for value, expected in recorded[name].items():
        if value in computed:
            found = numbers(computed[value])
            assert found == pytest.approx(numbers(expected), rel=entry.error(value), abs=1e-14), value


@pytest.mark.parametrize("name", OURS)
def test_the_functions_named_are_public_ones(name: str) -> None:
    """The table in the documentation names what an analyst can call."""
    for path in OURS[name].by.split(", "):
        assert callable(pkgutil.resolve_name(f"surveyapp.stats.{path}"))


def test_every_reason_says_something() -> None:
    """A reason is more than a word."""
    reasons = [entry.reason for entry in REGISTER.values() if isinstance(entry, NotOurs)]
    reasons += [reason for entry in OURS.values() for reason in entry.left.values()]
    assert all(len(reason.split()) >= 3 for reason in reasons)
