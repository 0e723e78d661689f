"""Every public function answers what it answered: figures to five digits, refusals and messages to the letter."""

import inspect
import pkgutil
from typing import Any

import pytest

from surveyapp import stats
from tests.stats.exact import Case, answers, record, same
from tests.stats.exact.cases import ELSEWHERE, ROOMS

CASES: dict[str, tuple[str, Case]] = {
    name: (room, case) for room, cases in ROOMS.items() for name, case in cases().items()
}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    """What is on record."""
    return {name: found for room in ROOMS for name, found in record(room).items()}


@pytest.mark.parametrize("name", CASES)
def test_an_answer_stays_what_it_was(name: str, recorded: dict[str, Any]) -> None:
    """With good arguments and with each of them spoilt."""
    found, known = answers(CASES[name][1], spoil=not name.endswith(" bare")), recorded[name]
    moved = [key for key in found.keys() | known.keys() if not same(found.get(key), known.get(key))]
    assert moved == [], "\n".join(f"{key}: {found.get(key)} instead of {known.get(key)}" for key in moved)


def test_no_function_is_forgotten() -> None:
    """A new function is put on record as well."""
    public = set()
    for module in pkgutil.iter_modules(stats.__path__):
        room: Any = pkgutil.resolve_name(f"surveyapp.stats.{module.name}")
        for name, one in inspect.getmembers(room, inspect.isfunction):
            if one.__module__ == room.__name__ and not name.startswith("_"):
                public.add(f"{module.name}.{name}")
    assert public - ELSEWHERE == {name.split(" ")[0] for name in CASES} & public
