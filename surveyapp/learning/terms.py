"""What is agreed on before work is handed over: the task, the bar, the blast radius, the guardrails, and what done is.

Each part says for itself what is wrong with it, so that a form, an import and the state machine refuse alike.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Self

from surveyapp.errors import Invalid, Said

MODES = LIVE, PILOT, SANDBOX, SIMULATION = ("live", "pilot", "sandbox", "simulation")
KINDS = ("report", "decision", "project", "customer", "hiring", "other")
# What can show that something was learned; the same three everywhere.
EVIDENCE = ("error_trend", "time_to_independence", "rework")
LEVELS = range(1, 6)
STRETCHES = range(1, 6)
TOO_FAR = 5
TITLE_LENGTH, TEXT_LENGTH, LINE_LENGTH, MOST_LINES = 120, 2000, 200, 20
ESCALATE_WITHIN = 60
# Signs that no keyboard types and that a database may refuse.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
TRIGGER = re.compile(r"(?P<measure>[^<>]+)(?P<sign>[<>])\s*(?P<limit>[+-]?\d+(?:[.,]\d+)?)\s*(?P<unit>[^<>]*)")


def text_problem(field: str, text: str, longest: int = TEXT_LENGTH) -> Iterator[Invalid]:
    """Tell what is wrong with a text that has to be given."""
    if not text.strip():
        yield Invalid(field, "", "a few words")
    elif len(text) > longest:
        yield Invalid(
            field, Said("{count} characters", count=len(text)), Said("at most {most} characters", most=longest)
        )
    elif UNPRINTABLE.search(text):
        yield Invalid(field, Said("unprintable signs"), "words without unprintable signs")


def lines_problem(field: str, lines: tuple[str, ...]) -> Iterator[Invalid]:
    """Tell what is wrong with a list that needs at least one line."""
    if not lines:
        yield Invalid(field, "", "at least one line")
    elif len(lines) > MOST_LINES:
        yield Invalid(field, Said("{count} lines", count=len(lines)), f"at most {MOST_LINES} lines")
    else:
        yield from (each for line in lines for each in text_problem(field, line, LINE_LENGTH))


def choice_problem(field: str, value: str, choices: tuple[str, ...]) -> Iterator[Invalid]:
    """Tell when a value is none of the choices."""
    if value not in choices:
        yield Invalid(field, value, Said("one of {choices}", choices=", ".join(choices)))


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sends the owner to the delegator at once: a measure beyond a limit."""

    measure: str
    above: bool
    limit: float
    unit: str = ""

    def __str__(self) -> str:
        """Write it as people type it: ``variance > 5 %``."""
        return f"{self.measure} {'>' if self.above else '<'} {self.limit:g} {self.unit}".strip()

    @classmethod
    def read(cls, line: str) -> Self:
        """Read ``variance > 5 %``; raises Invalid for anything else."""
        found = TRIGGER.fullmatch(line.strip())
        if found is None or not found["measure"].strip():
            raise Invalid("triggers", line.strip(), "a measure, > or <, and a limit, such as: variance > 5 %")
        limit = float(found["limit"].replace(",", "."))
        return cls(found["measure"].strip(), found["sign"] == ">", limit, found["unit"].strip())


@dataclass(frozen=True, slots=True)
class Task:
    """Step 1: whether this is the right piece of work for this person now."""

    title: str
    kind: str
    level: int
    stretch: int
    wanted: bool
    has_time: bool
    novel: bool = False
    compliance: bool = False
    irreversible: bool = False
    high_risk: bool = False
    delegator_could_solve: bool = False
    delegator_is_expert: bool = False

    @property
    def guarded(self) -> bool:
        """Whether it may not be done for real before a pilot was good and somebody else agreed."""
        return self.compliance or self.irreversible or self.high_risk

    def problems(self, now: datetime) -> Iterator[Invalid]:
        """Tell why this is not the right task; the rest waits until it is."""
        yield from text_problem("title", self.title, TITLE_LENGTH)
        yield from choice_problem("kind", self.kind, KINDS)
        if self.level not in LEVELS:
            yield Invalid("level", self.level, "a level from 1 (observe) to 5 (own it and coach others)")
        if self.stretch not in STRETCHES:
            yield Invalid("stretch", self.stretch, "a stretch from 1 (routine) to 5 (far beyond)")
        elif self.stretch == TOO_FAR:
            yield Invalid(
                "stretch", self.stretch, "a smaller piece of the work, for nobody learns from what is too far"
            )
        if not self.wanted:
            yield Invalid("wanted", Said("no"), "work that its owner wants; ask before you hand it over")
        if not self.has_time:
            yield Invalid("has_time", Said("no"), "time for it; take something else off the owner first")


@dataclass(frozen=True, slots=True)
class Bar:
    """What is good enough, by when, and when to call."""

    outcome: str
    due: datetime
    minimum: str
    low: float
    high: float
    unit: str
    triggers: tuple[Trigger, ...]
    escalate_within: int = ESCALATE_WITHIN

    def holds(self, value: float) -> bool:
        """Tell whether a measured error lies in the acceptable range; its ends belong to it."""
        return self.low <= value <= self.high

    def problems(self, now: datetime) -> Iterator[Invalid]:
        """Tell what is missing for a bar that everybody reads alike."""
        yield from text_problem("outcome", self.outcome)
        yield from text_problem("minimum", self.minimum)
        yield from text_problem("unit", self.unit, 40)
        if self.due <= now:
            yield Invalid("due", self.due.isoformat(), "a time that is still to come")
        for name in ("low", "high"):
            if not math.isfinite(getattr(self, name)):
                yield Invalid(name, getattr(self, name), "a number")
        if self.high < self.low:
            yield Invalid("high", self.high, Said("a number that is not below {low:g}", low=self.low))
        if not 1 <= self.escalate_within <= 24 * 60:
            yield Invalid("escalate_within", self.escalate_within, "1 to 1440 minutes")
        yield from lines_problem("triggers", tuple(map(str, self.triggers)))


@dataclass(frozen=True, slots=True)
class Radius:
    """How far a miss can reach, and what takes it back."""

    mode: str
    scope: str
    audience: str
    window: str
    rollback: str
    max_cost: str
    friendly_first: bool = False
    share: int = 100

    @property
    def light(self) -> str:
        """Green, amber or red: how well a miss is contained."""
        if self.mode in {SANDBOX, SIMULATION}:
            return "green"
        contained = self.friendly_first + (self.share <= 25) + (self.mode == PILOT)
        return ("red", "amber")[contained] if contained < 2 else "green"

    def problems(self, now: datetime) -> Iterator[Invalid]:
        """Tell what is missing before a miss is safe."""
        yield from choice_problem("mode", self.mode, MODES)
        for name in ("scope", "audience", "window", "rollback", "max_cost"):
            yield from text_problem(name, getattr(self, name))
        if not 1 <= self.share <= 100:
            yield Invalid("share", self.share, "1 to 100 percent")


@dataclass(frozen=True, slots=True)
class Guardrails:
    """Three questions that have to be answered before anything is handed over."""

    cost: str
    prebrief: str
    evidence: tuple[str, ...]

    def problems(self, now: datetime) -> Iterator[Invalid]:
        """Tell which of the three is unanswered."""
        yield from text_problem("cost", self.cost)
        yield from text_problem("prebrief", self.prebrief)
        if not self.evidence or not set(self.evidence) <= set(EVIDENCE):
            yield Invalid(
                "evidence", ", ".join(self.evidence), Said("one or more of {choices}", choices=", ".join(EVIDENCE))
            )


@dataclass(frozen=True, slots=True)
class Done:
    """What done means, and the checklist of one page that says so."""

    criteria: tuple[str, ...]
    sources: tuple[str, ...]
    thresholds: tuple[str, ...]
    sign_off: tuple[str, ...]

    @property
    def checklist(self) -> tuple[str, ...]:
        """Every line that has to be ticked before the work goes out."""
        return *self.sources, *self.thresholds, *self.sign_off

    def problems(self, now: datetime) -> Iterator[Invalid]:
        """Tell which list is empty."""
        for each in fields(self):
            yield from lines_problem(each.name, getattr(self, each.name))


@dataclass(frozen=True, slots=True)
class Terms:
    """All five parts."""

    task: Task
    bar: Bar
    radius: Radius
    guardrails: Guardrails
    done: Done

    def problems(self, now: datetime) -> Iterator[Invalid]:
        """Tell everything that keeps the work from being handed over."""
        for each in fields(self):
            yield from getattr(self, each.name).problems(now)
        if self.task.guarded and self.radius.mode == LIVE:
            yield Invalid("mode", LIVE, "a pilot, sandbox or simulation, for this work is bound, final or risky")
