"""Results of higher units: what was released below them, put together, so that nothing is found by subtraction."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import roll_up
from surveyapp.services.results.reading import (
    PARTICIPATION,
    SCALES,
    WINDOW,
    Band,
    Head,
    Line,
    Trend,
    WaveResult,
    make_trend,
    read_lines,
    released_waves,
)
from surveyapp.services.roster.counting import Tree, in_order
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import WaveGroup
from surveyapp.store.releases import ReleaseRow, outcome_of

# About this many figures are read for one page; an organisation of thousands of teams sees fewer waves at a time.
FIGURES_READ = 40_000
ROWS_SHOWN = 200
NOBODY = Withheld("nobody was counted here in this wave")


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """A line of the tree with its latest figures.

    ``together`` is whether they speak of everything below the unit; ``directly`` marks the people who are counted in
    such a unit itself. ``same_as`` names the unit above it in the list whose line has the numbers of this one too.
    """

    unit_id: UUID
    name: str
    depth: int
    group_name: str
    same_as: str
    together: bool
    directly: bool
    figures: Mapping[str, Figure]

    def figure(self, name: str) -> Figure:
        """Return a figure, or why there is none."""
        return self.figures.get(name, NOBODY)

    @property
    def withheld(self) -> str:
        """Why nothing at all is shown, or an empty text."""
        if any(isinstance(figure, Shown) for figure in self.figures.values()):
            return ""
        reasons = {name: figure.reason for name, figure in self.figures.items() if isinstance(figure, Withheld)}
        return next((reason for name, reason in reasons.items() if name != PARTICIPATION), NOBODY.reason)


def together_trend(
    session: Session, organisation_id: UUID, pulse_id: UUID, tree: Tree, unit_id: UUID, *, window: int | None = WINDOW
) -> Trend:
    """Return the trend of everything below a unit: in each wave the weighted mean of the numbers released there.

    Raises
    ------
    NotFound
        When there is no such pulse.
    """
    groups = select(ReportingGroup.id).where(
        ReportingGroup.organisation_id == organisation_id,
        ReportingGroup.pulse_id == pulse_id,
        ReportingGroup.unit_id.in_(tree.below(unit_id)),
    )
    heads = released_waves(session, organisation_id, pulse_id, window and window + 1)
    kept = heads[: window and min(window, _waves_at_a_time(session, organisation_id, heads))]
    lines: dict[int, list[Line]] = {}
    for line in read_lines(session, organisation_id, kept, groups, SCALES):
        lines.setdefault(line.number, []).append(line)
    name = tree.units[unit_id].name
    waves = [_wave(head, unit_id, name, lines[head.number]) for head in reversed(kept) if head.number in lines]
    return make_trend(session, organisation_id, pulse_id, waves, together=True, older=len(heads) > len(kept))


def _waves_at_a_time(session: Session, organisation_id: UUID, heads: Sequence[Head]) -> int:
    if not heads:
        return 1
    groups = session.scalar(
        select(func.count()).where(WaveGroup.organisation_id == organisation_id, WaveGroup.wave_id == heads[0].wave_id)
    )
    return max(8, FIGURES_READ // (4 * max(groups or 1, 1)))


def _wave(head: Head, unit_id: UUID, name: str, lines: Sequence[Line]) -> WaveResult:
    by_name = _by_name(lines)
    bands = {each: _band_together(those) for each, those in by_name.items() if each != PARTICIPATION}
    return WaveResult(
        wave_id=head.wave_id,
        number=head.number,
        closed_at=head.closed_at,
        group_id=unit_id,
        group_name=name,
        series=unit_id.hex,
        roster=sum(line.roster for line in by_name.get(PARTICIPATION, ())),
        figures=_figures_together(by_name),
        bands={each: band for each, band in bands.items() if band},
    )


def _by_name(lines: Iterable[Line]) -> dict[str, list[Line]]:
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        by_name.setdefault(line.name, []).append(line)
    return by_name


def _figures_together(by_name: Mapping[str, Sequence[Line]]) -> dict[str, Figure]:
    """Put the figures of groups together, participation as people and scales as weighted means."""
    together = {name: roll_up([line.figure for line in lines]) for name, lines in by_name.items()}
    return together | {PARTICIPATION: _participation(by_name.get(PARTICIPATION, ()))}


def _participation(lines: Sequence[Line]) -> Figure:
    """Count who answered in the groups that say so, and no one else."""
    counts = [(line.figure.n, line.roster) for line in lines if isinstance(line.figure, Shown)]
    if not counts:
        return Withheld("none of its groups has a number")
    answered, roster = (sum(each) for each in zip(*counts, strict=True))
    share = answered / roster
    return Shown(f"{answered} of {roster}", share, share, share, answered)


def _band_together(lines: Sequence[Line]) -> Band | None:
    """Put bands together: what is chance adds up in squares, what coding at the ends hides adds up as it is."""
    known = [(line.figure, line.band) for line in lines if isinstance(line.figure, Shown) and line.band]
    people = sum(figure.n for figure, _ in known)
    if not people:
        return None
    value = sum(figure.n * figure.value for figure, _ in known) / people
    below = _reach([(figure, figure.value - band.low) for figure, band in known], people)
    above = _reach([(figure, band.high - figure.value) for figure, band in known], people)
    return Band(value - below, value + above)


def _reach(known: Sequence[tuple[Shown, float]], people: int) -> float:
    by_chance = sum((figure.n / people * reach) ** 2 for figure, reach in known if figure.is_plain)
    return sqrt(by_chance) + sum(figure.n / people * reach for figure, reach in known if not figure.is_plain)


def organisation_tree(
    session: Session, organisation_id: UUID, pulse_id: UUID, tree: Tree, visible: Collection[UUID]
) -> list[UnitSummary]:
    """Return the visible part of the tree with the latest released figures, in the order of the tree.

    When there are too many units for one page, the lowest levels are left to the pages of the units above them.
    """
    heads = released_waves(session, organisation_id, pulse_id, 1)
    if not heads:
        return []
    in_wave = select(WaveGroup.group_id).where(
        WaveGroup.organisation_id == organisation_id, WaveGroup.wave_id == heads[0].wave_id
    )
    groups = _groups_of(session, organisation_id, heads[0])
    homes = {
        unit_id: groups[group_id]
        for unit_id, group_id in session.execute(
            select(ReportingGroupUnit.unit_id, ReportingGroupUnit.group_id).where(
                ReportingGroupUnit.organisation_id == organisation_id, ReportingGroupUnit.group_id.in_(in_wave)
            )
        )
    }
    return list(_lines(tree, visible, groups.values(), homes))


@dataclass(frozen=True, slots=True)
class _Group:
    id: UUID
    name: str
    unit_id: UUID
    lines: list[Line]

    @property
    def figures(self) -> dict[str, Figure]:
        return {line.name: line.figure for line in self.lines}


def _groups_of(session: Session, organisation_id: UUID, head: Head) -> dict[UUID, _Group]:
    groups: dict[UUID, _Group] = {}
    rows = session.execute(
        select(
            ReportingGroup.id,
            ReportingGroup.name,
            ReportingGroup.unit_id,
            ReleaseRow.figure,
            ReleaseRow.text,
            ReleaseRow.value,
            ReleaseRow.low,
            ReleaseRow.high,
            ReleaseRow.n,
            ReleaseRow.reason,
            WaveGroup.roster,
        )
        .join(
            WaveGroup,
            (WaveGroup.organisation_id == ReportingGroup.organisation_id) & (WaveGroup.group_id == ReportingGroup.id),
        )
        .join(
            ReleaseRow,
            (ReleaseRow.organisation_id == ReportingGroup.organisation_id) & (ReleaseRow.group_id == ReportingGroup.id),
        )
        .where(
            ReportingGroup.organisation_id == organisation_id,
            WaveGroup.wave_id == head.wave_id,
            ReleaseRow.release_id == head.release_id,
            SCALES,
        )
    )
    for group_id, name, unit_id, figure, text, value, low, high, n, reason, roster in rows:
        line = Line(head.number, figure, outcome_of(text, value, low, high, n, reason), None, roster)
        groups.setdefault(group_id, _Group(group_id, name, unit_id, [])).lines.append(line)
    return groups


def _lines(
    tree: Tree, visible: Collection[UUID], groups: Iterable[_Group], homes: Mapping[UUID, _Group]
) -> Iterator[UnitSummary]:
    below: dict[UUID, list[Line]] = {}
    for group in groups:
        for unit_id in tree.above(group.unit_id):
            below.setdefault(unit_id, []).extend(group.lines)
    parents = tree.parents()
    told: dict[UUID, str] = {}
    for unit_id, depth in _fitting(in_order(tree, visible)):
        unit, home, together = tree.units[unit_id], homes.get(unit_id), unit_id in parents
        if together:
            figures = _figures_together(_by_name(below.get(unit_id, [])))
            yield UnitSummary(unit_id, unit.name, depth, "", "", together=True, directly=False, figures=figures)
        if home is not None:
            first = told.setdefault(home.id, unit.name)
            yield UnitSummary(
                unit_id,
                unit.name,
                depth + together,
                home.name if home.name != unit.name else "",
                first if first != unit.name else "",
                together=False,
                directly=together,
                figures=home.figures,
            )
        elif not together and unit.retired_on is None:
            yield UnitSummary(unit_id, unit.name, depth, "", "", together=False, directly=False, figures={})


def _fitting(lines: list[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
    """Leave out the lowest levels until the rest fits on a page."""
    deepest = max((depth for _, depth in lines), default=0)
    while len(lines) > ROWS_SHOWN and deepest > 1:
        deepest -= 1
        lines = [(unit_id, depth) for unit_id, depth in lines if depth <= deepest]
    return lines
