"""The line through the released numbers of a group, as the worker has drawn it and pages read it.

A line is a fixed function of release rows, its own and those of the other groups of the pulse. Whoever knows the rows
can compute it, so it says nothing about an answer that the rows do not say; and it is rounded, so that the page of one
group hardly tells how the others stand.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.store.releases import TeamLine

# Ends and middle of a line, in points: finer than anybody can read, coarser than what one other group moves it by.
GRID = 0.05
STATE_SPACE, POOLED = "state space", "pooled"
COLUMNS = ("waves", "estimate", "low", "high")
# Said where there is nobody to compare with; the other verdicts are those of surveyapp.stats.words.
ALONE = "%(change)s points (between %(low)s and %(high)s). There are too few teams here to tell what is chance."


class Point(NamedTuple):
    """The line at one wave, in points, with its 95 % band."""

    wave: int
    estimate: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """The one string that every channel shows."""
        return f"{self.estimate:.1f} ({self.low:.1f} \N{EN DASH} {self.high:.1f})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence in English with named places, and the numbers that belong there, each with its sign.

    ``first`` and ``last`` are the waves that it speaks of, and ``teams`` those that were looked at.
    """

    first: int
    last: int
    message: str
    numbers: Mapping[str, str]
    teams: int


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line, how it was made, how far it moved, and the alert if its last waves fell unusually far.

    Its waves and what it says of them stand column by column, for a night writes half a million of them.
    """

    how: str
    waves: tuple[int, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    since: Verdict | None
    alert: Verdict | None

    @property
    def points(self) -> tuple[Point, ...]:
        """The line wave by wave."""
        return tuple(map(Point, self.waves, self.estimate, self.low, self.high))

    def at(self, wave: int) -> Point | None:
        """Return the point at a wave; there is none where the group has no number."""
        return next((point for point in self.points if point.wave == wave), None)

    def as_json(self) -> str:
        """Write it down."""
        columns = {name: getattr(self, name) for name in COLUMNS}
        return json.dumps({"how": self.how, **columns, "since": _told(self.since), "alert": _told(self.alert)})


def _told(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    spoken = {"message": verdict.message, "numbers": verdict.numbers}
    return {"first": verdict.first, "last": verdict.last, "teams": verdict.teams, **spoken}


# Lines by the series of a group and the name of a figure.
DrawnLines = Mapping[tuple[str, str], DrawnLine]


def lines_of(session: Session, organisation_id: UUID, pulse_id: UUID, series: Collection[str]) -> DrawnLines:
    """Read the lines of some series."""
    rows = session.execute(
        select(TeamLine.series, TeamLine.figure, TeamLine.content).where(
            TeamLine.organisation_id == organisation_id, TeamLine.pulse_id == pulse_id, TeamLine.series.in_(series)
        )
    )
    return {(one, figure): _line(json.loads(content)) for one, figure, content in rows}


def _line(content: Mapping[str, Any]) -> DrawnLine:
    since, alert = (Verdict(**content[name]) if content[name] else None for name in ("since", "alert"))
    waves, estimate, low, high = (tuple(content[name]) for name in COLUMNS)
    return DrawnLine(content["how"], waves, estimate, low, high, since, alert)
