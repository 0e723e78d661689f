"""Do safer teams make fewer errors, or do they tell more of them? Figures that can be told apart.

Reports per person-week mix both. What was found by others, and how much of it the team had told as well, do
not. None of the verdicts here can say that safer teams make more errors: nothing in a log can show it.
"""

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.stats import association, checks, glm
from surveyapp.stats.checks import BoolArray, FloatArray, IntArray
from surveyapp.stats.flips import TeamParts
from surveyapp.stats.multiplicity import Family, family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.wave_effects import slopes_beside_waves

# Chapman's estimator is nearly unbiased from here on.
FEWEST_IN_BOTH = 7
# Anything that came to light within an hour counts as an hour, in days.
SHORTEST = 1 / 24


class Sign(Enum):
    """One figure of the panel, and what it is a sign of."""

    REPORTS = "reports per person-week"
    TOLD_SHARE = "share of what others found that the team had told"
    NEAR_MISSES = "near misses told for each harm"
    DAYS = "days until it came to light"
    FOUND_BY_OTHERS = "found by others per person-week"
    HARM = "harm per person-week"


# Near misses for each harm also rise when only harm becomes rarer: shown, but no part of the verdict.
TELLING = {Sign.TOLD_SHARE: 1, Sign.DAYS: -1}


class Verdict(Enum):
    """What the panel says about teams with higher scores."""

    MORE_OPEN_FEWER_ERRORS = "They tell more of what happens, and others find less."
    MORE_OPEN = "They tell more of what happens; whether less happens cannot be told."
    FEWER_ERRORS = "Others find less in them; whether they tell more cannot be told."
    REPORTS_ROSE = (
        "They report more. That can mean more openness or more errors. "
        "Found by others did not rise, which speaks for openness."
    )
    LESS_OPEN = "They tell less of what others find: ask what gets in the way of telling."
    LOOK_AT_FINDING = (
        "Others find more in them. Before reading anything into it, look at who looks: "
        "audits, customers and the kind of work differ between teams."
    )
    CANNOT_TELL = "The figures do not show a difference."


@dataclass(frozen=True, slots=True, eq=False)
class Incidents:
    """One row for each team and wave of what was told and what was found.

    Parameters
    ----------
    team, wave : array_like, shape (cells,)
        Labels; one row for each team and wave.
    score : array_like, shape (cells,)
        Team score in points; NaN where withheld.
    person_weeks : array_like, shape (cells,)
        Exposure.
    told, found, both : array_like, shape (cells,)
        Errors that the team told itself, that others found, and that are in both.
    near_misses, harm : array_like, shape (cells,)
        Near misses told, and errors with harm.
    days : array_like, shape (cells,)
        Typical days until an error came to light; NaN where there was none.

    Raises
    ------
    ValueError
        If columns differ in length, a count is negative or not whole, both exceeds told or found, a team appears
        twice in a wave, or something was counted without exposure.

    Examples
    --------
    >>> Incidents([1], [1], [3.5], [20.0], [3], [2], [4], [0], [0], [np.nan])
    Traceback (most recent call last):
    ValueError: both must not exceed told or found, got 4 of 3 and 2
    """

    team: ArrayLike
    wave: ArrayLike
    score: ArrayLike
    person_weeks: ArrayLike
    told: ArrayLike
    found: ArrayLike
    both: ArrayLike
    near_misses: ArrayLike
    harm: ArrayLike
    days: ArrayLike

    def __post_init__(self) -> None:
        """Check the columns against each other."""
        columns = {name: self.count(name) for name in ("told", "found", "both", "near_misses", "harm")}
        days = checks.vector("days", self.days, missing=True)
        checks.above("days", days[np.isfinite(days)], 0, allowed=True)
        checks.same_length(**columns, days=days)
        association.read_cells(self.score, sum(columns.values()), self.person_weeks, self.team, self.wave)
        told, found, both = columns["told"], columns["found"], columns["both"]
        if (bad := both > np.minimum(told, found)).any():
            numbers = both[bad][0], told[bad][0], found[bad][0]
            raise ValueError("both must not exceed told or found, got {:g} of {:g} and {:g}".format(*numbers))

    def count(self, name: str) -> FloatArray:
        """Give a column of counts."""
        return checks.counts(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class PanelRow:
    """How one figure goes with the score.

    Parameters
    ----------
    n, cells : int
        Teams and cells that carry it.
    estimate, low, high : float
        Log ratio (of rates, odds or days) for one point more on the score.
    p, df : float
        Two-sided p-value and degrees of freedom.
    method : str
        How it was estimated.
    by_team : TeamParts
        What each team of the incidents adds to the estimate, in the order of their labels.
    """

    n: int
    cells: int
    estimate: float
    low: float
    high: float
    p: float
    df: float
    method: str
    by_team: TeamParts = field(compare=False, repr=False)

    @property
    def side(self) -> int:
        """Give 1 or -1 when the whole interval lies above or below no change, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    @property
    def ratio(self) -> float:
        """Factor for one point more on the score."""
        return float(np.exp(self.estimate))


@dataclass(frozen=True, slots=True)
class Panel:
    """All figures side by side; show them together or not at all.

    Parameters
    ----------
    rows : dict of Sign to PanelRow or CannotTell
        What each figure says.
    family : Family
        Their p-values, corrected for how many there are.
    """

    rows: dict[Sign, PanelRow | CannotTell]
    family: Family

    def direction(self, sign: Sign, *, level: float = 0.05) -> int:
        """Give 1 or -1 when a figure rises or falls with the score, after correction and by its interval, else 0."""
        row = self.rows[sign]
        if isinstance(row, CannotTell) or self.family.adjusted[sign.name] > level:
            return 0
        return row.side


def panel(incidents: Incidents, *, confidence: float = 0.95) -> Panel:
    """Relate everything that is told and found to the score of the team.

    Parameters
    ----------
    incidents : Incidents
        The cells.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    Panel
        A figure under 12 teams or 30 cases is CannotTell.

    Raises
    ------
    ValueError
        If confidence is outside (0, 1).

    Notes
    -----
    One slope on the score with an effect for each wave; CR2 by team with Satterthwaite degrees of freedom. Counts
    are Poisson means with exposure, shares binomial means, days logarithms. Benjamini-Hochberg over the figures.

    Assumes that who finds things does so alike in all teams, and that harm and what others find do not depend on
    what the team tells. Harm per person-week is shown but never decides: it also rises when only telling rises.
    Nor do near misses for each harm, which also rise when only harm becomes rarer.

    Safer teams can report more errors because they make more or because they hide fewer [1]_; the share told and
    the number found by others separate the two.

    References
    ----------
    .. [1] Edmondson (1996). Learning from mistakes is easier said than done. Journal of Applied Behavioral Science
       32, 5-28. https://doi.org/10.1177/0021886396321001

    Examples
    --------
    >>> rng = np.random.default_rng(8)
    >>> team, wave = np.repeat(np.arange(30), 10), np.tile(np.arange(10), 30)
    >>> score = rng.normal(3.5, 0.5, 30)[team]
    >>> errors = rng.poisson(4 * np.exp(-0.7 * (score - 3.5)))
    >>> told = rng.binomial(errors, 1 / (1 + np.exp(-2 * (score - 3.5))))
    >>> both = rng.binomial(told, 0.4)
    >>> found = both + rng.binomial(errors - told, 0.4)
    >>> days = 6 * np.exp(-0.5 * (score - 3.5) + rng.normal(0, 0.5, 300))
    >>> harm, weeks = rng.binomial(errors, 0.2), np.full(300, 20.0)
    >>> verdict(panel(Incidents(team, wave, score, weeks, told, found, both, told, harm, days))).name
    'MORE_OPEN_FEWER_ERRORS'
    """
    checks.share("confidence", confidence)
    cells = _Cells.of(incidents)
    told, found, both, near, harm = (incidents.count(name) for name in ("told", "found", "both", "near_misses", "harm"))
    days = checks.vector("days", incidents.days, missing=True)
    seen = np.isfinite(days)
    log_days = np.log(np.maximum(np.where(seen, days, 1.0), SHORTEST))
    rows = {
        Sign.REPORTS: cells.counts(told, confidence),
        Sign.TOLD_SHARE: cells.shares(both, found, confidence),
        Sign.NEAR_MISSES: cells.shares(near, near + harm, confidence),
        Sign.DAYS: cells.values(log_days, seen, confidence),
        Sign.FOUND_BY_OTHERS: cells.counts(found, confidence),
        Sign.HARM: cells.counts(harm, confidence),
    }
    p = {sign.name: row.p for sign, row in rows.items() if isinstance(row, PanelRow)}
    return Panel(rows, family("what is told and what is found", p))


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Score, calendar and exposure of the cells, and which of them can be used."""

    score: FloatArray
    team: IntArray
    wave: IntArray
    exposure: FloatArray
    usable: BoolArray

    @classmethod
    def of(cls, incidents: Incidents) -> "_Cells":
        score = checks.vector("score", incidents.score, missing=True)
        exposure = checks.vector("person_weeks", incidents.person_weeks)
        _, team = checks.labels("team", incidents.team)
        _, wave = checks.labels("wave", incidents.wave)
        return cls(score, team, wave, exposure, np.isfinite(score) & (exposure > 0))

    def counts(self, count: FloatArray, confidence: float) -> PanelRow | CannotTell:
        # A wave without any event says nothing about the slope and would run to minus infinity.
        keep = self.usable & (self._by_wave(count) > 0)
        return self._slope(keep, count, confidence, "poisson", np.ones_like(count))

    def shares(self, hits: FloatArray, of: FloatArray, confidence: float) -> PanelRow | CannotTell:
        keep = self.usable & (of > 0)
        mixed = (self._by_wave(hits * keep) > 0) & (self._by_wave((of - hits) * keep) > 0)
        return self._slope(keep & mixed, hits, confidence, "binomial", of)

    def values(self, value: FloatArray, seen: BoolArray, confidence: float) -> PanelRow | CannotTell:
        return self._slope(self.usable & seen, value, confidence, "gaussian", np.ones_like(value))

    def _by_wave(self, values: FloatArray) -> FloatArray:
        if not len(values):
            return values
        return np.asarray(np.bincount(self.wave, values * self.usable)[self.wave])

    def _slope(
        self, keep: BoolArray, outcome: FloatArray, confidence: float, kind: glm.Family, trials: FloatArray
    ) -> PanelRow | CannotTell:
        there = np.flatnonzero(np.bincount(self.team[keep]))
        teams = len(there)
        if teams < association.FEWEST_TEAMS:
            return CannotTell("too few teams with cases", teams, association.FEWEST_TEAMS, "teams")
        cases = int({"poisson": outcome, "binomial": trials, "gaussian": trials}[kind][keep].sum())
        if cases < association.FEWEST_EVENTS:
            return CannotTell("too few cases", cases, association.FEWEST_EVENTS, "cases")
        found = slopes_beside_waves(
            self.score[keep][:, None],
            outcome[keep],
            kind,
            wave=self.wave[keep],
            team=self.team[keep],
            offset=np.log(self.exposure[keep]) if kind == "poisson" else None,
            trials=trials[keep],
            confidence=confidence,
        )
        if isinstance(found, CannotTell):
            return found
        slope = found.slopes[0]
        by_team = found.by_team[0].among(int(self.team.max()) + 1, there)
        cells = int(keep.sum())
        return PanelRow(teams, cells, slope.estimate, slope.low, slope.high, slope.p, slope.df, slope.method, by_team)


def verdict(figures: Panel, *, level: float = 0.05) -> Verdict:
    """Say in words what the panel shows about teams with higher scores.

    Parameters
    ----------
    figures : Panel
        From `panel`.
    level : float
        Below which a corrected p-value counts.

    Returns
    -------
    Verdict

    Notes
    -----
    Telling more shows in the share told and in the days; less happening shows in what others find.
    More reports alone are never a bad sign, and no combination of figures says that safer teams err more.
    """
    checks.share("level", level)
    signs = {direction * figures.direction(sign, level=level) for sign, direction in TELLING.items()}
    found = figures.direction(Sign.FOUND_BY_OTHERS, level=level)
    if found > 0:
        return Verdict.LOOK_AT_FINDING
    if 1 in signs and -1 not in signs:
        return Verdict.MORE_OPEN_FEWER_ERRORS if found < 0 else Verdict.MORE_OPEN
    if -1 in signs:
        return Verdict.LESS_OPEN if 1 not in signs else Verdict.CANNOT_TELL
    if found < 0:
        return Verdict.FEWER_ERRORS
    rose = figures.direction(Sign.REPORTS, level=level) > 0
    return Verdict.REPORTS_ROSE if rose else Verdict.CANNOT_TELL


@dataclass(frozen=True, slots=True)
class AllErrors:
    """How many errors there were, told, found or neither.

    Parameters
    ----------
    n : int
        Different errors that are known.
    estimate, low, high : float
        Errors in all; the lower end is never below the known ones.
    se : float
        Standard error.
    method : str
        How they were counted.
    """

    n: int
    estimate: float
    low: float
    high: float
    se: float
    method: str


def all_errors(told: int, found: int, both: int, *, confidence: float = 0.95) -> AllErrors | CannotTell:
    """Estimate how many errors there were from two lists that overlap, by Chapman.

    Parameters
    ----------
    told, found, both : int
        Errors on the team's list, on the list of others, and on both.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    AllErrors or CannotTell
        CannotTell under 7 errors on both lists.

    Raises
    ------
    ValueError
        If a number is negative or not whole, or both exceeds a list.

    Notes
    -----
    Assumes that being told and being found are independent and that all errors are as likely to be found. If what
    is found tends to be told as well, the estimate is too low; if teams tell what nobody would find, too high.
    For a whole organisation, not for a single team: there it is off by a quarter.

    References
    ----------
    .. [1] Chapman (1951). Some properties of the hypergeometric distribution with applications to zoological sample
       censuses. University of California Publications in Statistics 1, 131-160.
    .. [2] Seber (1970). The effects of trap response on tag recapture estimates. Biometrics 26, 13-22.
       https://doi.org/10.2307/2529040

    Examples
    --------
    >>> found = all_errors(397, 264, 116)
    >>> round(found.estimate), round(found.se)
    (900, 52)
    """
    first, second = checks.at_least("told", told, 0), checks.at_least("found", found, 0)
    common = checks.at_least("both", both, 0)
    z = float(special.ndtri((1 + checks.share("confidence", confidence)) / 2))
    if common > min(first, second):
        raise ValueError(f"both must not exceed told or found, got {common} of {first} and {second}")
    if common < FEWEST_IN_BOTH:
        return CannotTell("the two lists share too few errors", common, FEWEST_IN_BOTH, "errors on both lists")
    estimate = (first + 1) * (second + 1) / (common + 1) - 1
    spread = (first + 1) * (second + 1) * (first - common) * (second - common)
    se = float(np.sqrt(spread / ((common + 1) ** 2 * (common + 2))))
    known = first + second - common
    return AllErrors(known, estimate, max(float(known), estimate - z * se), estimate + z * se, se, "Chapman, normal")
