"""The rules of publishing, held against what was published: names, counts, and which number is made of which."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.privacy.audit.waves import PARTICIPATION, PublishedGroup, PublishedWave
from surveyapp.privacy.classes import LEAST
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import ScaleKey, mean_of_items, participation


@dataclass(frozen=True, slots=True)
class Breach:
    """Something published that no rule allows, and which rule says so."""

    rule: str
    group: str
    figure: str
    text: str
    why: str


def breaches(wave: PublishedWave) -> tuple[Breach, ...]:
    """Hold everything published about a wave against the rules."""
    return (*_counted_twice(wave), *_crossed(wave), *(each for group in wave.groups for each in _of_group(wave, group)))


def _counted_twice(wave: PublishedWave) -> Iterator[Breach]:
    """Find people who are counted in two groups: the difference of the two would be a third number."""
    counted = Counter(unit for group in wave.groups for unit in group.units)
    for group in wave.groups:
        if any(counted[unit] > 1 for unit in group.units):
            yield Breach("R4", group.name, "", "", "its people are counted in another group as well")


def _crossed(wave: PublishedWave) -> Iterator[Breach]:
    """Find teams in a wave by attribute, or classes that are smaller than such a wave may have."""
    for group in wave.groups if wave.attribute else ():
        counted = [
            figure.n for name, figure in group.figures.items() if name != PARTICIPATION and isinstance(figure, Shown)
        ]
        if group.units:
            yield Breach("R10", group.name, "", "", "a team in a wave with results by an attribute")
        if min(counted, default=LEAST.count_min) < LEAST.count_min:
            yield Breach("R10", group.name, "", "", f"a class needs {LEAST.count_min} people who are counted")


def _of_group(wave: PublishedWave, group: PublishedGroup) -> Iterator[Breach]:
    scales = {f"scale:{scale.key}": scale for scale in wave.scales}
    statements = {f"item:{item}" for scale in wave.scales for item in scale.items}
    for name, figure in group.figures.items():
        text = figure.text if isinstance(figure, Shown) else figure.reason
        if name not in {PARTICIPATION, *scales, *statements}:
            yield Breach("R9", group.name, name, text, "no rule allows such a figure")
        elif isinstance(figure, Shown):
            for rule, why in _of_figure(wave, group, name, figure, scales.get(name)):
                yield Breach(rule, group.name, name, text, why)


def _of_figure(
    wave: PublishedWave, group: PublishedGroup, name: str, figure: Shown, scale: ScaleKey | None
) -> Iterator[tuple[str, str]]:
    least, counted = wave.thresholds, group.answered - 1
    if group.roster < least.roster_min:
        yield "R3", f"{group.roster} people are in the group, and {least.roster_min} are needed"
    if counted < least.count_min:
        yield "R12", f"fewer than {least.count_min} people are told to have been counted"
    elif name == PARTICIPATION:
        if figure != participation(group.answered, group.roster, least.count_min):
            yield "R12", "participation is told in another way"
    elif not least.count_min <= figure.n <= counted:
        yield "R7", f"{figure.n} people are behind it, and {least.count_min} to {counted} can be counted"
    elif name.startswith("item:") and counted < least.item_min:
        yield "R4", f"single statements need {least.item_min} people, and {counted} were counted"
    elif scale is not None and not _adds_nothing(group, scale, figure):
        yield "R4", "not the mean of the numbers of its statements"


def _adds_nothing(group: PublishedGroup, scale: ScaleKey, figure: Shown) -> bool:
    """Tell whether a scale beside its statements is made of their numbers alone."""
    names = [f"item:{item}" for item in scale.items]
    if not any(name in group.figures for name in names):
        return True
    return all(name in group.figures for name in names) and figure == mean_of_items(
        [group.figures[name] for name in names], scale.points
    )
