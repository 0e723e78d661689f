"""The audit of what an organisation published: everything is attacked, and what pages make of it is checked."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.privacy.audit.across import examine_across
from surveyapp.privacy.audit.figures import Exposure
from surveyapp.privacy.audit.rules import breaches
from surveyapp.privacy.audit.verdicts import Tally
from surveyapp.privacy.audit.waves import PARTICIPATION, PublishedGroup, PublishedWave, WaveAudit, audit_wave
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import ScaleKey, Support, roll_up
from surveyapp.services.results.chain import broken_links
from surveyapp.services.results.overviews import together_trend
from surveyapp.services.results.published import PublishedRelease, published_releases
from surveyapp.services.roster.counting import tree_of

Progress = Callable[[], None]
# What pages of higher units may say, by pulse, unit and wave.
Expected = dict[tuple[UUID, UUID, UUID], dict[str, Figure]]
# What a series of waves said about one statement: people, and the texts of those waves in which all of them answered.
History = dict[tuple[str, str, int], tuple[Support, int, list[str]]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: where it is, and what it is."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class AcrossWaves:
    """The experiment on series of waves in which everybody of a group answered: no promise, but a measurement.

    ``refuted`` counts the statements for which somebody must have changed an answer. ``not_attempted`` counts those
    that have numbers of several waves but were not each time answered by everybody: who answered was destroyed.
    """

    statements: int
    refuted: int
    not_attempted: int
    outsider: Tally
    talker: Tally


@dataclass(frozen=True, slots=True)
class OrganisationAudit:
    """What the audit of one organisation came to."""

    releases: int
    groups: int
    texts: int
    pages: int
    outsider: Tally
    talker: Tally
    across: AcrossWaves
    findings: tuple[Finding, ...]


def audit_organisation(session: Session, organisation_id: UUID, progress: Progress = lambda: None) -> OrganisationAudit:
    """Attack every release of an organisation, and check what pages make of them and that none was altered.

    Parameters
    ----------
    session : Session
    organisation_id : UUID
    progress : callable
        Called once for each release, as many times as ``count_releases`` says.
    """
    waves: list[WaveAudit] = []
    findings: list[Finding] = []
    groups = 0
    history: History = {}
    published: Counter[tuple[str, str]] = Counter()
    expected: Expected = {}
    above = _above(session, organisation_id)
    for release in published_releases(session, organisation_id):
        waves.append(audit_wave(release.wave))
        findings += _findings(release.wave, waves[-1])
        groups += len(release.wave.groups)
        _remember(history, release)
        published.update(_statements(release))
        expected |= _expected(release, above)
        progress()
    altered = broken_links(session, organisation_id)
    return OrganisationAudit(
        releases=len(waves),
        groups=groups,
        texts=sum(wave.texts for wave in waves),
        pages=len(expected),
        outsider=sum((wave.outsider for wave in waves), Tally()),
        talker=sum((wave.talker for wave in waves), Tally()),
        across=_across(history, published),
        findings=(
            *findings,
            *_pages(session, organisation_id, expected),
            *(Finding(f"link {number} of the chain", "was altered after it was written") for number in altered),
        ),
    )


def _findings(wave: PublishedWave, audit: WaveAudit) -> Iterator[Finding]:
    for each in audit.exposed:
        for what in _in_words(each.exposure):
            yield Finding(_place(wave.name, each.group, each.figure, each.text), what)
    for breach in breaches(wave):
        yield Finding(_place(wave.name, breach.group, breach.figure, breach.text), f"{breach.why} ({breach.rule})")


def _place(wave: str, group: str, figure: str, text: str) -> str:
    place = ", ".join(part for part in (wave, group, figure) if part)
    return f'{place}: "{text}"' if text else place


def _in_words(exposure: Exposure) -> Iterator[str]:
    if not exposure.understood:
        yield "the rules of publishing never lead to this text, or not with the numbers beside it"
    for who, tally in (("anybody", exposure.outsider), ("whoever hears from one person of the group", exposure.talker)):
        if tally.determined:
            yield f"{tally.determined} answers can be worked out by {who}"
        if tally.broken:
            yield f"{tally.broken} answers can be proven unfavourable by {who}"
        if tally.undecided:
            yield f"the solver ran out of time for {tally.undecided} answers, which counts as a failure"


def _remember(history: History, release: PublishedRelease) -> None:
    """Keep what was said of groups in which everybody answered, and answered this."""
    count_min = release.wave.thresholds.count_min
    for group, series in zip(release.wave.groups, release.series, strict=True):
        for scale in release.wave.scales if group.answered == group.roster else ():
            for item, figure in _whole(group, scale):
                support = Support(figure.n, figure.n, 1, scale.points, scale.favourable_from)
                history.setdefault((series, item, group.roster), (support, count_min, []))[2].append(figure.text)


def _whole(group: PublishedGroup, scale: ScaleKey) -> Iterator[tuple[str, Shown]]:
    for item in scale.items:
        figure = group.figures.get(f"item:{item}")
        if isinstance(figure, Shown) and figure.n == group.answered - 1:
            yield item, figure


def _statements(release: PublishedRelease) -> Iterator[tuple[str, str]]:
    """Name the statements of groups that have a number, whoever answered."""
    for group, series in zip(release.wave.groups, release.series, strict=True):
        for name, figure in group.figures.items():
            if name.startswith("item:") and isinstance(figure, Shown):
                yield series, name.removeprefix("item:")


def _across(history: History, published: Mapping[tuple[str, str], int]) -> AcrossWaves:
    attempted = {key: each for key, each in history.items() if len(each[2]) > 1}
    found = [examine_across(texts, support, count_min) for support, count_min, texts in attempted.values()]
    several = {statement for statement, waves in published.items() if waves > 1}
    return AcrossWaves(
        len(found),
        sum(each.refuted for each in found),
        len(several - {(series, item) for series, item, _ in attempted}),
        sum((each.outsider for each in found), Tally()),
        sum((each.talker for each in found), Tally()),
    )


def _above(session: Session, organisation_id: UUID) -> dict[UUID, list[UUID]]:
    """Return, for each unit, the higher units on whose pages it is counted."""
    tree = tree_of(session, organisation_id)
    parents = tree.parents()
    return {unit: [each for each in tree.above(unit) if each in parents] for unit in tree.units}


def _expected(release: PublishedRelease, above: Mapping[UUID, Sequence[UUID]]) -> Expected:
    """Work out what the pages of higher units may say: what follows from the released numbers below, and no more."""
    if release.wave.attribute:
        # Classes of people are in no unit.
        return {}
    below: dict[UUID, list[PublishedGroup]] = {}
    for group, unit in zip(release.wave.groups, release.units, strict=True):
        for each in above.get(unit, ()):
            below.setdefault(each, []).append(group)
    scales = [f"scale:{scale.key}" for scale in release.wave.scales]
    return {
        (release.pulse_id, unit, release.wave_id): {
            PARTICIPATION: _together(groups),
            **{name: roll_up([each.figures[name] for each in groups if name in each.figures]) for name in scales},
        }
        for unit, groups in below.items()
    }


def _together(groups: Sequence[PublishedGroup]) -> Figure:
    told = [group for group in groups if group.answered]
    if not told:
        return Withheld("none of its groups has a number")
    answered, roster = sum(group.answered for group in told), sum(group.roster for group in told)
    share = answered / roster
    return Shown(f"{answered} of {roster}", share, share, share, answered)


def _pages(session: Session, organisation_id: UUID, expected: Expected) -> Iterator[Finding]:
    """Read what higher units are shown, and find what does not follow from the releases."""
    tree = tree_of(session, organisation_id)
    for pulse_id, unit_id in sorted({(pulse, unit) for pulse, unit, _ in expected}, key=str):
        trend = together_trend(session, organisation_id, pulse_id, tree, unit_id, window=None)
        for wave in trend.waves:
            allowed = expected.get((pulse_id, unit_id, wave.wave_id), {})
            for name, figure in wave.figures.items():
                if isinstance(figure, Shown) and not _same(figure, allowed.get(name)):
                    place = _place(f"{trend.pulse_name} {wave.number}", wave.group_name, name, figure.text)
                    yield Finding(place, "does not follow from the numbers of the groups below (R4)")


def _same(figure: Shown, allowed: Figure | None) -> bool:
    """Compare what is read; the mean of many numbers depends in its last bits on their order."""
    return isinstance(allowed, Shown) and (figure.text, figure.n) == (allowed.text, allowed.n)
