"""The figures of a stored answer as a table, whatever the question was: everything that has an interval is in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.languages import MINUS, written
from surveyapp.web.coach.report_parts import Figures
from surveyapp.web.language import gettext, reason

# Under which of these names an answer keeps its estimate; those further on are factors.
ESTIMATES = ("estimate", "rate_ratio", "ratio", "odds_ratio", "hazard_ratio")


def table_of(answer: Mapping[str, Any]) -> Figures:
    """Return every figure of an answer with its n and interval first, and its p-value last."""
    header = (
        gettext("Figure"),
        "n",
        gettext("95 %% interval") % (),
        gettext("Estimate"),
        gettext("Method"),
        "p",
    )
    return Figures(gettext("Figures, as they were computed"), header, tuple(map(_row, figures_in(answer))))


def figures_in(answer: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Find everything in an answer that has an interval, under the names that lead to it."""
    if "low" in answer and "high" in answer and any(each in answer for each in ESTIMATES):
        yield name, answer
    for key, value in answer.items():
        inner = f"{name}: {key}" if name else str(key)
        if isinstance(value, Mapping):
            yield from figures_in(value, inner)
        elif isinstance(value, list):
            for place, each in enumerate(value, start=1):
                if isinstance(each, Mapping):
                    yield from figures_in(each, f"{inner} {_label(each) or place}")


def _label(part: Mapping[str, Any]) -> str:
    """Name a member of a list by what it says it is."""
    return str(part.get("key") or part.get("outcome") or part.get("name") or part.get("start") or "")


def _row(found: tuple[str, Mapping[str, Any]]) -> tuple[str, ...]:
    name, part = found
    estimate = next(part[each] for each in ESTIMATES if each in part)
    p = part.get("p")
    return (
        name or gettext("the whole"),
        str(part.get("n", "")),
        f"{_number(part['low'], MINUS + '∞')} \N{EN DASH} {_number(part['high'], '∞')}",
        _number(estimate, ""),
        reason(str(part.get("method", ""))),
        "" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}",
    )


def _number(value: float | None, open_end: str) -> str:
    return open_end if value is None else written(value, 3)
