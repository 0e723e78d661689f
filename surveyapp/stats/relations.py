"""How a score goes with several outcomes at once: inside teams, between teams, and some waves later.

Every question that is asked of the same cells belongs to one family, so that a page that asks forty of them claims
something about nothing as rarely as a page that asks one. They are judged by what chance does to all of them together:
delays share their data, and the panel asks of the same events once more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.stats import association, checks, glm
from surveyapp.stats.association import Cells, SafetyAndCounts
from surveyapp.stats.checks import FloatArray
from surveyapp.stats.confirmation import Swapped, swap_whole_series
from surveyapp.stats.flips import TeamParts
from surveyapp.stats.lags import DELAYS, earlier
from surveyapp.stats.multiplicity import Family, joint_family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.panel import Panel, PanelRow, Sign, Verdict, verdict
from surveyapp.stats.power import MOST_TEAMS, detectable_shift
from surveyapp.stats.wave_effects import slopes_beside_waves

# Above this many teams a p-value needs fewer swaps to be told from the level, and each takes longer.
MANY_TEAMS, DRAWS, FEW_DRAWS = 1_000, 9_999, 1_999
# Swapping ranks whole numbers; a hundredth of an hour is finer than anybody notes a time.
FINE = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One outcome of each cell.

    Parameters
    ----------
    kind : {"poisson", "binomial", "gaussian"}
        Counts with an exposure, hits of trials, or the logarithm of a typical value.
    values : array_like, shape (cells,)
        Counts, hits, or typical values above 0 (NaN where there is none).
    weight : array_like, shape (cells,)
        Exposure, trials, or how many cases a typical value stands for; a cell with 0 says nothing.

    Examples
    --------
    >>> Outcome("poisson", [3, 0], [20.0, 18.0]).kind
    'poisson'
    """

    kind: glm.Family
    values: ArrayLike
    weight: ArrayLike


@dataclass(frozen=True, slots=True)
class Relation:
    """How one outcome goes with the score.

    Parameters
    ----------
    found : SafetyAndCounts or CannotTell
        Inside teams and between them, in the same wave; events are cases of whatever kind.
    later : dict of int to SafetyAndCounts or CannotTell
        The same with the outcome so many waves after the score.
    swapped : Swapped or CannotTell or None
        The second look without a model; only where the family says that something was found inside teams.
    needed : int or None
        About how many teams like these would show a quarter more for one standard deviation inside a team.
    """

    found: SafetyAndCounts | CannotTell
    later: Mapping[int, SafetyAndCounts | CannotTell]
    swapped: Swapped | CannotTell | None
    needed: int | None


@dataclass(frozen=True, slots=True)
class Relations:
    """All outcomes beside one score, and everything that was asked.

    Parameters
    ----------
    outcomes : dict of str to Relation
        By name.
    panel : Panel
        What is told beside what is found; its family is that of all questions.
    family : Family
        All questions: ``name within``, ``name between``, ``name after 2``, ``panel REPORTS``.
    """

    outcomes: Mapping[str, Relation]
    panel: Panel
    family: Family

    @property
    def verdict(self) -> Verdict:
        """What the panel says, at the level of the whole family."""
        return verdict(self.panel)


def relate(
    score: ArrayLike, outcome: Outcome, team: ArrayLike, wave: ArrayLike, *, confidence: float = 0.95
) -> SafetyAndCounts | CannotTell:
    """Relate scores to an outcome of any kind, inside teams and between them.

    Parameters
    ----------
    score : array_like, shape (cells,)
        Team score of the wave in points; NaN where it was withheld.
    outcome : Outcome
        Of the same cells.
    team, wave : array_like, shape (cells,)
        Labels; one row for each team and wave.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    SafetyAndCounts or CannotTell
        Effects are log factors on rates, odds or typical values for one point more.

    Raises
    ------
    ValueError
        As `surveyapp.stats.association.safety_and_counts`; if there are more hits than trials.

    Notes
    -----
    Counts are those of `safety_and_counts`. Shares are binomial means and typical values logarithms, with the same
    parts, the same effect for every wave and the same intervals (CR2 by team, Satterthwaite). Where all of a wave
    agree, it carries nothing about the relation and is left out.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> team, wave, of = np.repeat(np.arange(20), 8), np.tile(np.arange(8), 20), np.full(160, 6)
    >>> score = rng.normal(3.5, 0.4, 160)
    >>> hits = rng.binomial(of, 1 / (1 + np.exp(-2 * (score - 3.5))))
    >>> relate(score, Outcome("binomial", hits, of), team, wave).within.rate_ratio > 2
    True
    """
    checks.share("confidence", confidence)
    if outcome.kind == "poisson":
        return association.safety_and_counts(score, outcome.values, outcome.weight, team, wave, confidence=confidence)
    cells = _cells(score, outcome, team, wave)
    if isinstance(refusal := _refusal(cells), CannotTell):
        return refusal
    within, average = association.split(cells)
    binomial = outcome.kind == "binomial"
    found = slopes_beside_waves(
        np.column_stack([within, average]),
        cells.count if binomial else np.log(np.maximum(cells.count, 1.0)),
        outcome.kind,
        wave=cells.wave,
        team=cells.team,
        trials=cells.exposure if binomial else None,
        confidence=confidence,
    )
    if isinstance(found, CannotTell):
        return found
    return SafetyAndCounts.of(cells, found, int(cells.exposure.sum()), len(checks.labels("team", team)[0]))


def _cells(score: ArrayLike, outcome: Outcome, team: ArrayLike, wave: ArrayLike) -> Cells:
    s, y = checks.vector("score", score, missing=True), checks.vector("values", outcome.values, missing=True)
    w = checks.above("weight", checks.vector("weight", outcome.weight), 0, allowed=True)
    teams, places = checks.labels("team", team)
    _, times = checks.labels("wave", wave)
    checks.same_length(score=s, values=y, weight=w, team=places, wave=times)
    if outcome.kind == "binomial" and (bad := y > w).any():
        raise ValueError(f"values must not exceed weight, got {y[bad][0]:g} of {w[bad][0]:g}")
    cells = Cells(s, y, w, places, times, np.arange(len(teams))).where((w > 0) & np.isfinite(s) & np.isfinite(y))
    if outcome.kind == "gaussian" or not len(cells.count):
        return cells
    hits, misses = (np.bincount(cells.wave, each) for each in (cells.count, cells.exposure - cells.count))
    return cells.where(((hits > 0) & (misses > 0))[cells.wave])


def _refusal(cells: Cells) -> CannotTell | None:
    cases = int(cells.exposure.sum())
    if cells.n_teams < association.FEWEST_TEAMS:
        return CannotTell("too few teams with cases", cells.n_teams, association.FEWEST_TEAMS, "teams")
    if cells.n_waves < 2:
        return CannotTell("a relation inside teams takes at least 2 waves", cells.n_waves, 2, "waves")
    if cases < association.FEWEST_EVENTS:
        return CannotTell("too few cases", cases, association.FEWEST_EVENTS, "cases")
    within, average = association.split(cells)
    if np.ptp(average) < 1e-9 or np.abs(within).max() < 1e-9:
        return CannotTell("the scores do not vary", cells.n_teams, None, "teams")
    return None


def relate_all(
    score: ArrayLike,
    outcomes: Mapping[str, Outcome],
    team: ArrayLike,
    wave: ArrayLike,
    *,
    panel: Panel,
    rng: np.random.Generator,
    delays: Sequence[int] = DELAYS,
    level: float = 0.05,
) -> Relations:
    """Relate scores to several outcomes, now and some waves later, as one family of questions.

    Parameters
    ----------
    score, team : array_like, shape (cells,)
        As in `relate`.
    wave : array_like of int, shape (cells,)
        Numbers of waves at equal distances.
    outcomes : mapping of str to Outcome
        By name, of the same cells.
    panel : Panel
        From `surveyapp.stats.panel.panel`, of the same cells; its figures join the family.
    rng : numpy.random.Generator
        Seed it from the record.
    delays : sequence of int
        Waves between score and outcome; 0 is always asked.
    level : float
        From which corrected p-value on a finding gets its second look.

    Returns
    -------
    Relations

    Raises
    ------
    ValueError
        As `relate`; if level is outside (0, 1), or the panel is of other teams.

    Notes
    -----
    Everything that could be told is corrected by the step-down of Westfall and Young over flips of whole teams
    [1]_, [2]_: when nothing is true this says something in 5 of 100 families, however the questions hang together.
    Single p-values and intervals stay those of `relate`.

    References
    ----------
    .. [1] Romano, Wolf (2005). Exact and approximate stepdown methods for multiple hypothesis testing. Journal of the
       American Statistical Association 100, 94-108. https://doi.org/10.1198/016214504000000539
    .. [2] Hemerik, Goeman, Finos (2020). Robust testing in generalized linear models by sign flipping score
       contributions. Journal of the Royal Statistical Society B 82, 841-864. https://doi.org/10.1111/rssb.12369

    Examples
    --------
    >>> from surveyapp.stats.panel import Incidents, panel
    >>> rng = np.random.default_rng(5)
    >>> team, wave, none = np.repeat(np.arange(20), 8), np.tile(np.arange(8), 20), np.zeros(160)
    >>> score, weeks = rng.normal(3.5, 0.4, 160), np.full(160, 16.0)
    >>> reports = rng.poisson(3 * np.exp(score - 3.5))
    >>> signs = panel(Incidents(team, wave, score, weeks, none, none, none, none, none, none + np.nan))
    >>> found = relate_all(score, {"reports": Outcome("poisson", reports, weeks)}, team, wave, panel=signs, rng=rng)
    >>> found.family.size, found.family.adjusted["reports within"] < 0.001, found.verdict.name
    (6, True, 'CANNOT_TELL')
    """
    checks.share("level", level)
    later = tuple(delay for delay in delays if delay)
    _, places = checks.labels("team", team)
    numbers = checks.vector("wave", wave)
    scores = checks.vector("score", score, missing=True)
    outcomes = {name: _as_arrays(one) for name, one in outcomes.items()}
    moved = {delay: earlier(scores, places, numbers, delay) for delay in later}
    now = {name: relate(scores, one, places, wave) for name, one in outcomes.items()}
    then = {name: {delay: relate(moved[delay], one, places, wave) for delay in later} for name, one in outcomes.items()}
    questions = list(_asked(now, then, panel))
    asked = joint_family(
        "everything on the page",
        {question: p for question, p, _ in questions},
        {question: by_team for question, _, by_team in questions},
        rng=rng,
        flips=_draws(places),
    )
    relations = {}
    for name, one in outcomes.items():
        claimed = asked.adjusted.get(f"{name} within", 1.0) <= level
        second = _swap(scores, one, places, numbers, rng) if claimed else None
        relations[name] = Relation(now[name], then[name], second, teams_to_tell(now[name], scores, places))
    return Relations(relations, Panel(panel.rows, _for_panel(asked)), asked)


def _as_arrays(one: Outcome) -> Outcome:
    """Convert once what is read at every delay."""
    return Outcome(one.kind, np.asarray(one.values, dtype=np.float64), np.asarray(one.weight, dtype=np.float64))


def _asked(
    now: Mapping[str, SafetyAndCounts | CannotTell],
    then: Mapping[str, Mapping[int, SafetyAndCounts | CannotTell]],
    panel: Panel,
) -> Iterator[tuple[str, float, TeamParts]]:
    """Give every question that can be told with its p-value and what teams add to its slope."""
    for name, found in now.items():
        if isinstance(found, SafetyAndCounts):
            yield f"{name} within", found.within.p, found.by_team[0]
            yield f"{name} between", found.between.p, found.by_team[1]
        for delay, one in then[name].items():
            if isinstance(one, SafetyAndCounts):
                yield f"{name} after {delay}", one.within.p, one.by_team[0]
    for sign, row in panel.rows.items():
        if isinstance(row, PanelRow):
            yield f"panel {sign.name}", row.p, row.by_team


def _for_panel(asked: Family) -> Family:
    """Give the part of the family that the panel looks up under its own names, corrected for the whole of it."""
    names = {sign.name: f"panel {sign.name}" for sign in Sign if f"panel {sign.name}" in asked.p}
    return Family(
        asked.name,
        {short: asked.p[full] for short, full in names.items()},
        {short: asked.adjusted[full] for short, full in names.items()},
        asked.method,
        asked.flips,
    )


def _swap(
    score: FloatArray, outcome: Outcome, team: checks.IntArray, wave: FloatArray, rng: np.random.Generator
) -> Swapped | CannotTell:
    values, weight = np.asarray(outcome.values, dtype=np.float64), np.asarray(outcome.weight, dtype=np.float64)
    if outcome.kind == "gaussian":
        known = np.isfinite(values) & (weight > 0)
        # Only the order of rates counts here, and this keeps it.
        values, weight = np.where(known, np.rint(np.where(known, values, 0.0) * FINE), 0.0), known.astype(np.float64)
    return swap_whole_series(score, values, weight, team, wave, rng=rng, swaps=_draws(team))


def _draws(team: checks.IntArray) -> int:
    """How often chance is looked at: where teams are many, a thousandth is near enough."""
    return FEW_DRAWS if len(team) and int(team.max()) >= MANY_TEAMS else DRAWS


def teams_to_tell(found: SafetyAndCounts | CannotTell, score: ArrayLike, team: ArrayLike) -> int | None:
    """Give about how many teams like these would show a quarter more for one standard deviation inside a team.

    Parameters
    ----------
    found : SafetyAndCounts or CannotTell
        Of which the standard error says what so many teams can show; a refusal may know the number itself.
    score, team : array_like, shape (cells,)
        As in `relate`.

    Returns
    -------
    int or None
        None when more teams would not help, or more than 100,000 would be needed.

    Raises
    ------
    ValueError
        If a score is infinite.

    Examples
    --------
    >>> teams_to_tell(CannotTell("too few teams", 8, 14, "teams"), [3.0], [1])
    14
    """
    if isinstance(found, CannotTell):
        return found.needed if found.unit == "teams" else None
    scores, (teams, places) = checks.vector("score", score, missing=True), checks.labels("team", team)
    there = np.isfinite(scores)
    cells = Cells(scores, scores, scores, places, places, np.arange(len(teams))).where(there)
    spread = float(np.sqrt(np.mean(association.split(cells)[0] ** 2)))
    wanted = np.log(association.WORTH_FINDING) / max(spread, 1e-9)
    needed = found.n * (found.within.se * detectable_shift(max(found.n - 1, 2)) / wanted) ** 2
    return max(association.FEWEST_TEAMS, int(np.ceil(needed))) if needed <= MOST_TEAMS else None
