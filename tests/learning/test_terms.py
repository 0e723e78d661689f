"""What is agreed on before work is handed over, read from what somebody typed."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.errors import Invalid
from surveyapp.learning.reading import PARTS, read_part, read_terms
from surveyapp.learning.terms import LIVE, PILOT, SANDBOX, Trigger
from tests.learning.sample import BAR, BERLIN, GUARDED, NOON, RADIUS, TERMS
from tests.learning.typed import TYPED


def test_everything_that_was_typed_is_read() -> None:
    """Numbers with a comma, times in the organisation's zone, lists by line."""
    terms, problems = read_terms(TYPED, BERLIN, NOON)
    assert problems == []
    assert terms.bar.due == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert (terms.bar.high, terms.radius.share, terms.guardrails.evidence) == (2.5, 20, ("error_trend", "rework"))
    assert list(map(str, terms.bar.triggers)) == ["variance > 5 %", "sources missing > 1"]
    assert (terms.task.wanted, terms.task.compliance, terms.bar.escalate_within) == (True, False, 60)


@pytest.mark.parametrize("name", [name for name in TYPED if name not in {"friendly_first", "share"}])
def test_every_gap_is_named_at_its_field(name: str) -> None:
    """One field left empty is one problem, with what would be right."""
    _, problems = read_terms(TYPED | {name: ""}, BERLIN, NOON)
    assert [wrong.field for wrong in problems] == [name]
    assert problems[0].expected


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("title", "x" * 121),
        ("title", "bell \x07"),
        ("kind", "gossip"),
        ("level", "6"),
        ("level", "2.5"),
        ("stretch", "5"),
        ("due", "soon"),
        ("due", "2026-03-01T17:00"),
        ("due", "0001-01-01T00:00"),
        ("low", "nan"),
        ("low", "1_000"),
        ("high", "-1"),
        ("high", "1e400"),
        ("triggers", "variance is high"),
        ("triggers", "> 5"),
        ("mode", "hurried"),
        ("share", "0"),
        ("share", "101"),
        ("evidence", "applause"),
        ("sources", "\n".join(["x"] * 21)),
        ("sign_off", "x" * 201),
    ],
)
def test_what_cannot_be_is_named_at_its_field(name: str, typed: str) -> None:
    """Too long, no number, in the past, beyond the range, or none of the choices."""
    _, problems = read_terms(TYPED | {name: typed}, BERLIN, NOON)
    assert [wrong.field for wrong in problems] == [name]


@pytest.mark.parametrize("flag", ["compliance", "irreversible", "high_risk"])
def test_guarded_work_cannot_be_planned_for_real(flag: str) -> None:
    """A pilot, sandbox or simulation first, whichever of the three it is."""
    _, problems = read_terms(TYPED | {flag: "yes"}, BERLIN, NOON)
    assert [wrong.field for wrong in problems] == ["mode"]
    assert read_terms(TYPED | {flag: "yes", "mode": "sandbox"}, BERLIN, NOON)[1] == []


def test_the_ends_of_the_range_belong_to_it() -> None:
    """And nothing beyond them."""
    assert [BAR.holds(value) for value in (-0.1, 0, 2, 2.1)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("changes", "light"),
    [
        ({"friendly_first": True, "share": 25}, "green"),
        ({"friendly_first": True, "share": 26}, "amber"),
        ({"friendly_first": False, "share": 100}, "red"),
        ({"friendly_first": False, "share": 100, "mode": PILOT}, "amber"),
        ({"friendly_first": False, "share": 100, "mode": SANDBOX}, "green"),
    ],
)
def test_the_light_follows_how_well_a_miss_is_contained(changes: dict[str, object], light: str) -> None:
    """A friendly reader, a small share, or a place where nothing can break."""
    assert replace(RADIUS, **changes).light == light  # type: ignore[arg-type]


@pytest.mark.parametrize("line", ["variance > 5 %", "share of calls answered < 0.5", "days late > 1 d"])
def test_a_trigger_is_written_as_it_is_read(line: str) -> None:
    """What the owner reads is what the delegator typed."""
    assert str(Trigger.read(f"  {line} ")) == line


def test_terms_that_are_ready_have_no_problem() -> None:
    """Those of the samples, open and guarded."""
    assert [*TERMS.problems(NOON), *GUARDED.problems(NOON)] == []
    assert TERMS.radius.mode == LIVE


KNOWN = sorted({each.name for part in PARTS.values() for each in fields(part)})


@given(st.dictionaries(st.sampled_from(KNOWN), st.text(max_size=30)), st.sampled_from(sorted(PARTS)))
def test_nothing_that_is_typed_breaks_the_reading(typed: dict[str, str], part: str) -> None:
    """It is read, or its problem is one of a field of that part."""
    read, problems = read_part(part, TYPED | typed, BERLIN, NOON)
    assert {wrong.field for wrong in problems} <= {each.name for each in fields(read)}
    assert all(isinstance(wrong, Invalid) for wrong in problems)
