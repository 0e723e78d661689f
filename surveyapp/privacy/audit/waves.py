"""The attack on a whole release: every text that was published about a wave, read as any reader may read it."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

from surveyapp.privacy.audit.figures import Exposure, examine, examine_theme
from surveyapp.privacy.audit.reading import is_told_by
from surveyapp.privacy.audit.verdicts import Tally
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.privacy.policy import ScaleKey, Support, Thresholds

PARTICIPATION = "participation"


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """Everything published about one reporting group in one wave."""

    name: str
    units: frozenset[Hashable]
    roster: int
    figures: Mapping[str, Figure]
    themes: Mapping[str, str]

    @property
    def answered(self) -> int:
        """How many answered, as far as that is told."""
        told = self.figures.get(PARTICIPATION)
        return told.n if isinstance(told, Shown) else 0


@dataclass(frozen=True, slots=True)
class PublishedWave:
    """Everything published about one wave, with the terms that were promised; by teams or by an attribute."""

    name: str
    thresholds: Thresholds
    scales: tuple[ScaleKey, ...]
    groups: tuple[PublishedGroup, ...]
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Attacked:
    """A published text and what came of attacking it."""

    group: str
    figure: str
    text: str
    exposure: Exposure


@dataclass(frozen=True, slots=True)
class WaveAudit:
    """What the attack on one wave came to.

    ``outsider`` counts the answers that anybody can work out who knows everything published and who answered, and
    ``talker`` those that are worked out when in each group the worst possible person talks as well.
    """

    texts: int
    outsider: Tally
    talker: Tally
    exposed: tuple[Attacked, ...]


def audit_wave(wave: PublishedWave) -> WaveAudit:
    """Attack every text of a wave; each answer is in one of them at most, so they are attacked one by one."""
    attacked = [each for group in wave.groups for each in _attack(wave, group)]
    return WaveAudit(
        len(attacked),
        sum((each.exposure.outsider for each in attacked), Tally()),
        sum((each.exposure.talker for each in attacked), Tally()),
        tuple(each for each in attacked if not each.exposure.clean),
    )


def _attack(wave: PublishedWave, group: PublishedGroup) -> Iterator[Attacked]:
    for name, scale, each in texts_from_answers(wave, group):
        figure = group.figures.get(name)
        if isinstance(figure, Shown):
            yield Attacked(group.name, name, figure.text, _examine(figure, each, scale, wave.thresholds.count_min))
    for theme, said in group.themes.items():
        # Sheets without a single answer may have themes, and nothing tells how many those are.
        exposures = [examine_theme(said, counted) for counted in range(group.answered - 1, group.roster)]
        yield Attacked(group.name, f"theme:{theme}", said, _worst(exposures))


def texts_from_answers(wave: PublishedWave, group: PublishedGroup) -> Iterator[tuple[str, ScaleKey, int]]:
    """Name the numbers of a group that come from answers directly, with how many answers of a person are in each.

    Where statements have numbers of their own, the number of their scale is made of these.
    """
    for scale in wave.scales:
        names = [f"item:{item}" for item in scale.items]
        if any(name in group.figures for name in names):
            yield from ((name, scale, 1) for name in names)
        else:
            yield f"scale:{scale.key}", scale, len(scale.items)


def _examine(figure: Shown, each: int, scale: ScaleKey, count_min: int) -> Exposure:
    """Attack a number for every number of answers that may stand behind it, as if the attacker knew which."""
    supports = [
        Support(answers, figure.n, each, scale.points, scale.favourable_from)
        for answers in range(figure.n, figure.n * each + 1)
    ]
    fitting = [support for support in supports if is_told_by(figure, support, count_min)]
    worst = _worst([examine(figure.text, support, count_min) for support in fitting or supports])
    return worst if fitting else replace(worst, understood=False)


def _worst(exposures: list[Exposure]) -> Exposure:
    # Where a text cannot have been said nobody is attacked, so that it is the worst only when it is everywhere so.
    return max(exposures, key=lambda each: (each.talker.exposed, each.outsider.exposed, each.outsider.answers))
