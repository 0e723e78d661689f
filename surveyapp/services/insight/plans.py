"""The plan of an intervention: what is done, in which teams and why these, from when, compared with whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from surveyapp.errors import Invalid, Said

TITLE_LENGTH, TEXT_LENGTH = 120, 2000
EARLIEST = 2000
# Why these teams, and what the comparison has to allow for.
LOW, VOLUNTEERED, DRAWN, OTHER = CHOICES = ("low", "volunteered", "drawn", "other")


@dataclass(frozen=True, slots=True)
class Cohort:
    """Units that start on the same day; a unit stands for everything below it when the plan is written down."""

    start: date
    units: tuple[UUID, ...]
    covers: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """The lot that decided who starts first: from the same seed and teams anybody gets the same draw.

    ``teams`` are the groups that drew one lot each, in the order in which they were drawn from; units that are
    counted together start together.
    """

    seed: str
    teams: tuple[tuple[UUID, ...], ...]
    first: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is fixed before results are looked at.

    ``compared_with`` is empty when all teams of the pulse without the intervention are the comparison, and
    ``selection_wave`` is the wave on whose numbers the teams were chosen. Waves that close after ``planned_end`` do
    not count.
    """

    title: str
    what: str
    pulse_id: UUID
    scale: str
    chosen: str
    why: str
    selection_wave: int | None
    cohorts: tuple[Cohort, ...]
    compared_with: tuple[UUID, ...]
    compared_covers: tuple[UUID, ...]
    planned_end: date
    draw: Draw | None = None

    @property
    def start(self) -> date:
        """The first day on which anything is done."""
        return min(cohort.start for cohort in self.cohorts)

    @property
    def units(self) -> frozenset[UUID]:
        """Every unit that the plan names as treated."""
        return frozenset(unit for cohort in self.cohorts for unit in cohort.units)

    @property
    def named(self) -> frozenset[UUID]:
        """Every unit that the plan names, on either side."""
        return self.units | frozenset(self.compared_with)

    @property
    def covers(self) -> frozenset[UUID]:
        """Every unit in which it is done."""
        return frozenset(unit for cohort in self.cohorts for unit in cohort.covers)


def check(plan: Plan, year: int) -> None:
    """Refuse a plan that is not whole.

    Raises
    ------
    Invalid
        Naming the field, in the words of the form.
    """
    _check_words(plan)
    for field, day in (("start", plan.start), ("planned_end", plan.planned_end)):
        if not EARLIEST <= day.year <= year + 5:
            raise Invalid(
                field, day.isoformat(), Said("a day between {first} and {last}", first=EARLIEST, last=year + 5)
            )
    last = max(cohort.start for cohort in plan.cohorts)
    if plan.planned_end <= last:
        raise Invalid("planned_end", plan.planned_end.isoformat(), "a day after every first day")
    if plan.chosen == LOW and not plan.selection_wave:
        raise Invalid("selection_wave", Said("none"), "the wave whose numbers the teams were chosen on")
    if plan.covers & set(plan.compared_covers):
        raise Invalid("compared_with", Said("a team that is also chosen"), "teams in which it is not done")


def _check_words(plan: Plan) -> None:
    for field, text, longest in (
        ("title", plan.title, TITLE_LENGTH),
        ("what", plan.what, TEXT_LENGTH),
        ("why", plan.why, TEXT_LENGTH),
    ):
        if not 0 < len(text.strip()) <= longest:
            raise Invalid(field, text.strip()[:40], Said("1 to {most} characters", most=longest))
    if plan.chosen not in CHOICES:
        raise Invalid("chosen", plan.chosen, Said("one of {choices}", choices=", ".join(CHOICES)))
    if not all(cohort.units for cohort in plan.cohorts) or not plan.cohorts:
        raise Invalid("teams", Said("none"), "one or more teams")
    if len(plan.units) < sum(len(cohort.units) for cohort in plan.cohorts):
        raise Invalid("later_teams", Said("a team that starts on both days"), "each team once")


def as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON can write it."""
    return {
        "title": plan.title.strip(),
        "what": plan.what.strip(),
        "pulse": str(plan.pulse_id),
        "scale": plan.scale,
        "chosen": plan.chosen,
        "why": plan.why.strip(),
        "selection_wave": plan.selection_wave,
        "cohorts": [
            {"start": each.start.isoformat(), "units": _written(each.units), "covers": _written(each.covers)}
            for each in plan.cohorts
        ],
        "compared_with": _written(plan.compared_with),
        "compared_covers": _written(plan.compared_covers),
        "planned_end": plan.planned_end.isoformat(),
        "draw": plan.draw
        and {
            "seed": plan.draw.seed,
            "teams": [[str(unit) for unit in team] for team in plan.draw.teams],
            "first": plan.draw.first,
        },
    }


def _written(units: Collection[UUID]) -> list[str]:
    return sorted(str(unit) for unit in units)


def from_json(written: Mapping[str, Any]) -> Plan:
    """Return the plan that JSON tells of."""
    draw = written["draw"]
    return Plan(
        title=written["title"],
        what=written["what"],
        pulse_id=UUID(written["pulse"]),
        scale=written["scale"],
        chosen=written["chosen"],
        why=written["why"],
        selection_wave=written["selection_wave"],
        cohorts=tuple(
            Cohort(date.fromisoformat(each["start"]), _read(each["units"]), _read(each["covers"]))
            for each in written["cohorts"]
        ),
        compared_with=_read(written["compared_with"]),
        compared_covers=_read(written["compared_covers"]),
        planned_end=date.fromisoformat(written["planned_end"]),
        draw=Draw(draw["seed"], tuple(_read(team) for team in draw["teams"]), draw["first"]) if draw else None,
    )


def _read(units: Collection[str]) -> tuple[UUID, ...]:
    return tuple(UUID(unit) for unit in units)
