"""What a pulse would show before it starts: which groups get a number, and how likely, at every cadence."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.privacy.groups import UnitRoster, plan_groups
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.roster.counting import counted_in, tree_of, unit_rosters
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.store.releases import Release, ReleaseRow

# The share that answers while a wave is open: the longer the time between waves, the more.
USUAL_RESPONSE: Mapping[int, float] = {1: 0.62, 2: 0.70, 4: 0.80, 13: 0.85}
RECENT_WAVES = 8


@dataclass(frozen=True, slots=True)
class Participation:
    """What a release says about one group's answering: how many did, or only that they were fewer than enough."""

    cadence_weeks: int
    roster: int
    answered: int | None
    enough: int


@dataclass(frozen=True, slots=True)
class GroupOutlook:
    """A reporting group: its units, and the chance that a wave gives it a number."""

    name: str
    units: tuple[str, ...]
    people: int
    large_enough: bool
    chance: float

    @property
    def pooled(self) -> bool:
        """Whether several units share the number."""
        return len(self.units) > 1


@dataclass(frozen=True, slots=True)
class CadenceOutlook:
    """What to expect of one cadence: ``numbers`` groups of a wave with a number, standing for a share of people."""

    weeks: int
    response: float
    numbers: float
    people_share: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pulse would show; ``observed`` is whether the organisation's own released waves say who answers."""

    cadence_weeks: int
    people: int
    groups: tuple[GroupOutlook, ...]
    cadences: tuple[CadenceOutlook, ...]
    observed: bool

    @property
    def alone(self) -> tuple[GroupOutlook, ...]:
        """The units that get a number of their own."""
        return tuple(group for group in self.groups if group.large_enough and not group.pooled)

    @property
    def pooled(self) -> tuple[GroupOutlook, ...]:
        """The groups of several units."""
        return tuple(group for group in self.groups if group.large_enough and group.pooled)

    @property
    def without(self) -> tuple[GroupOutlook, ...]:
        """The groups that are too small for any number."""
        return tuple(group for group in self.groups if not group.large_enough)

    @property
    def chosen(self) -> CadenceOutlook:
        """What to expect of the cadence at hand."""
        return next(each for each in self.cadences if each.weeks == self.cadence_weeks)


def preview_pulse(
    session: Session, organisation_id: UUID, unit_id: UUID, thresholds: Thresholds, cadence_weeks: int, day: date
) -> Preview:
    """Work out what a pulse would show, from the roster of a day."""
    tree = tree_of(session, organisation_id)
    rosters = unit_rosters(tree, counted_in(session, organisation_id, day, tree), unit_id)
    return preview(rosters, thresholds, cadence_weeks, released_participation(session, organisation_id))


def preview(
    rosters: Sequence[UnitRoster],
    thresholds: Thresholds,
    cadence_weeks: int,
    participations: Iterable[Participation] = (),
) -> Preview:
    """Work out what a pulse would show.

    Parameters
    ----------
    rosters : sequence of UnitRoster
        The audience.
    thresholds : Thresholds
    cadence_weeks : int
    participations : iterable of Participation
        What earlier releases said; without any the usual response is taken.
    """
    groups = plan_groups(rosters, thresholds.roster_min)
    names = {unit.id: unit.name for unit in rosters}
    seen = Counter(participations)
    shift = _fit_shift(seen) if seen else 0.0
    response = {weeks: _moved(usual, shift) for weeks, usual in USUAL_RESPONSE.items()}
    people = sum(group.people for group in groups)

    # Many groups have as many people as others.
    @cache
    def chance(people: int, weeks: int) -> float:
        return chance_of_number(people, thresholds, response[weeks])

    return Preview(
        cadence_weeks=cadence_weeks,
        people=people,
        groups=tuple(
            GroupOutlook(
                name=group.name,
                units=tuple(names[unit] for unit in group.units),
                people=group.people,
                large_enough=group.large_enough,
                chance=chance(group.people, cadence_weeks),
            )
            for group in groups
        ),
        cadences=tuple(
            CadenceOutlook(
                weeks=weeks,
                response=response[weeks],
                numbers=sum(chance(group.people, weeks) for group in groups),
                people_share=sum(group.people * chance(group.people, weeks) for group in groups) / people
                if people
                else 0.0,
            )
            for weeks in USUAL_RESPONSE
        ),
        observed=bool(seen),
    )


def chance_of_number(roster: int, thresholds: Thresholds, response: float) -> float:
    """Return the chance that enough of a group answer for a number; one of them is left out of it."""
    if roster < thresholds.roster_min:
        return 0.0
    return 1.0 - _at_most(thresholds.count_min, roster, response)


def _at_most(most: int, people: int, response: float) -> float:
    terms = (
        math.comb(people, answers) * response**answers * (1 - response) ** (people - answers)
        for answers in range(min(most, people) + 1)
    )
    return min(1.0, math.fsum(terms))


def _moved(usual: float, shift: float) -> float:
    """Move a share on the logit scale, on which it never leaves the range from 0 to 1."""
    return 1 / (1 + (1 - usual) / usual * math.exp(-shift))


def _fit_shift(seen: Mapping[Participation, int]) -> float:
    """Return by how much the organisation answers more or less than usual: the most likely shift.

    What a release withholds counts as "fewer than enough", so that groups without a number pull the answer down. The
    likelihood has one summit, which a search by thirds closes in on.
    """
    low, high = -4.0, 4.0
    for _ in range(40):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _likelihood(seen, left) < _likelihood(seen, right):
            low = left
        else:
            high = right
    return (low + high) / 2


def _likelihood(seen: Mapping[Participation, int], shift: float) -> float:
    total = 0.0
    for each, times in seen.items():
        share = _moved(USUAL_RESPONSE[each.cadence_weeks], shift)
        if each.answered is None:
            part = math.log(max(_at_most(each.enough - 1, each.roster, share), 1e-300))
        else:
            part = each.answered * math.log(share) + (each.roster - each.answered) * math.log(1 - share)
        total += times * part
    return total


def released_participation(session: Session, organisation_id: UUID) -> list[Participation]:
    """Return what the latest releases say about participation; nothing that was not published goes in."""
    releases = (
        select(Release.id)
        .where(Release.organisation_id == organisation_id)
        .order_by(Release.sequence.desc())
        .limit(RECENT_WAVES)
    )
    rows = session.execute(
        select(Pulse.cadence_weeks, WaveGroup.roster, ReleaseRow.n, WaveGroup.count_min)
        .join(Release, (Release.organisation_id == ReleaseRow.organisation_id) & (Release.id == ReleaseRow.release_id))
        .join(
            WaveGroup,
            (WaveGroup.organisation_id == Release.organisation_id)
            & (WaveGroup.wave_id == Release.wave_id)
            & (WaveGroup.group_id == ReleaseRow.group_id),
        )
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .join(Pulse, (Pulse.organisation_id == Wave.organisation_id) & (Pulse.id == Wave.pulse_id))
        .where(
            ReleaseRow.organisation_id == organisation_id,
            ReleaseRow.figure == "participation",
            ReleaseRow.release_id.in_(releases),
            WaveGroup.roster >= WaveGroup.roster_min,
            Pulse.cadence_weeks.in_(USUAL_RESPONSE),
        )
    )
    return [Participation(weeks, roster, answered, least + 1) for weeks, roster, answered, least in rows]
