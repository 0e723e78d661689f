"""What a test could find before any data are in: power, detectable size, and how many teams that takes."""

import math

from scipy import optimize, special

from surveyapp.stats import checks
from surveyapp.stats.outcome import CannotTell

MOST_TEAMS = 100_000
# The noncentral t distribution is not computable further out, where the power is 1 anyway.
FARTHEST = 35.0


def shift_power(shift: float, df: float, *, level: float = 0.05) -> float:
    """Power of a two-sided t test at a true effect of so many standard errors.

    Parameters
    ----------
    shift : float
        True effect over its standard error.
    df : float
        Degrees of freedom of the standard error; they need not be whole.
    level : float
        Two-sided significance level.

    Returns
    -------
    float
        Probability of a significant result on the side of the effect.

    Raises
    ------
    ValueError
        If df is not above 0 or level is outside (0, 1).

    Notes
    -----
    The far tail is left out, as ``power.t.test`` in R does: a significant effect of the wrong sign is no success.

    Examples
    --------
    >>> round(shift_power(0.8 * (20 / 2) ** 0.5, 38), 4)
    0.6934
    """
    checks.positive("df", df)
    critical = float(special.stdtrit(df, 1 - checks.share("level", level) / 2))
    return 1 - float(special.nctdtr(df, min(abs(shift), FARTHEST), critical))


def detectable_shift(df: float, *, power: float = 0.8, level: float = 0.05) -> float:
    """Give the smallest true effect, in standard errors, that a two-sided t test finds with this power.

    Parameters
    ----------
    df : float
        Degrees of freedom of the standard error.
    power, level : float
        Wanted power, above the level; two-sided significance level.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If power is not above level, or any is outside its range, or df is under 1.

    Examples
    --------
    >>> round(detectable_shift(18) * (2 / 10) ** 0.5, 4)
    1.3249
    """
    _normal_shift(power, level)
    if not df >= 1:
        raise ValueError(f"df must be at least 1, got {df:g}")
    if shift_power(FARTHEST, df, level=level) < power:
        raise ValueError(f"power {power:g} is out of reach with {df:g} degrees of freedom at level {level:g}")
    return float(optimize.brentq(lambda s: shift_power(s, df, level=level) - power, 0, FARTHEST))


def detectable_difference(
    sd: float, first: int, second: int, *, df: float | None = None, power: float = 0.8, level: float = 0.05
) -> float:
    """Give the smallest true difference between two groups of teams that is found with this power.

    Parameters
    ----------
    sd : float
        Standard deviation of one team's value inside its group, in the unit of the answer.
    first, second : int
        Teams in the groups.
    df : float, optional
        Degrees of freedom; those of the pooled variance when left out.
    power, level : float
        Wanted power; two-sided significance level.

    Returns
    -------
    float
        In the unit of `sd`.

    Raises
    ------
    ValueError
        If sd is not above 0, a group is empty, or both have one team.

    Examples
    --------
    >>> round(detectable_difference(1.0, 20, 20), 4)
    0.9091
    """
    checks.positive("sd", sd)
    checks.at_least("first", first, 1)
    checks.at_least("second", second, 1)
    checks.at_least("first + second", first + second, 3)
    left = first + second - 2.0 if df is None else df
    return detectable_shift(left, power=power, level=level) * sd * math.sqrt(1 / first + 1 / second)


def teams_needed(
    rate_ratio: float,
    *,
    score_sd: float,
    expected_count: float,
    dispersion: float = 1.0,
    power: float = 0.8,
    level: float = 0.05,
) -> int | CannotTell:
    """Give about how many teams would show a relation between a team's score and its own counts.

    Parameters
    ----------
    rate_ratio : float
        Factor on the counts for one point more on the score that should be found; not 1.
    score_sd : float
        Standard deviation of a team's score around its own average, in points.
    expected_count : float
        Events that one team has over all waves together.
    dispersion : float
        Variance of the counts over their mean; 1 when they are Poisson.
    power, level : float
        Wanted power; two-sided significance level.

    Returns
    -------
    int or CannotTell
        CannotTell when more than 100,000 teams would be needed.

    Raises
    ------
    ValueError
        If rate_ratio is 1 or any number is not above 0.

    Notes
    -----
    The information on the slope is about score_sd² · expected_count / dispersion for each team; team and wave
    effects cost the degrees of freedom of one team. The answer is a planning figure, within a fifth of simulation.

    Examples
    --------
    >>> teams_needed(1.5, score_sd=0.3, expected_count=15)
    38
    """
    effect = abs(math.log(checks.positive("rate_ratio", rate_ratio)))
    information = checks.positive("score_sd", score_sd) ** 2 * checks.positive("expected_count", expected_count)
    each = effect * math.sqrt(information / checks.positive("dispersion", dispersion))
    if not effect:
        raise ValueError("rate_ratio must differ from 1, got 1")
    if shift_power(each * math.sqrt(MOST_TEAMS), MOST_TEAMS - 1, level=level) < checks.share("power", power):
        return CannotTell("an effect this small would take more teams than there are", 0, None, "teams")
    low, high = 2, MOST_TEAMS
    while low < high:
        middle = (low + high) // 2
        enough = shift_power(each * math.sqrt(middle), middle - 1, level=level) >= power
        low, high = (low, middle) if enough else (middle + 1, high)
    return low


def detectable_rate_ratio(
    teams: int,
    *,
    score_sd: float,
    expected_count: float,
    dispersion: float = 1.0,
    power: float = 0.8,
    level: float = 0.05,
) -> float:
    """Give the smallest factor on the counts, for one point more on the score, that so many teams would show.

    Parameters
    ----------
    teams : int
        Teams, at least 2.
    score_sd : float
        Standard deviation of a team's score around its own average, in points.
    expected_count : float
        Events that one team has over all waves together.
    dispersion : float
        Variance of the counts over their mean.
    power, level : float
        Wanted power; two-sided significance level.

    Returns
    -------
    float
        Above 1; its inverse is found as well.

    Raises
    ------
    ValueError
        If teams is under 2 or another number is not above 0.

    Examples
    --------
    >>> round(detectable_rate_ratio(38, score_sd=0.3, expected_count=15), 2)
    1.49
    """
    checks.at_least("teams", teams, 2)
    information = checks.positive("score_sd", score_sd) ** 2 * checks.positive("expected_count", expected_count)
    root = math.sqrt(teams * information / checks.positive("dispersion", dispersion))
    return math.exp(detectable_shift(teams - 1, power=power, level=level) / root)


def detectable_correlation(n: int, *, power: float = 0.8, level: float = 0.05) -> float:
    """Give the smallest correlation between averages of teams that so many teams would show.

    Parameters
    ----------
    n : int
        Teams, at least 5.
    power, level : float
        Wanted power; two-sided significance level.

    Returns
    -------
    float
        Between 0 and 1, by Fisher's transformation. Ranks take a few percent more.

    Raises
    ------
    ValueError
        If n is under 5, or power is not above level.

    Examples
    --------
    >>> round(detectable_correlation(40), 2)
    0.43
    """
    checks.at_least("n", n, 5)
    return math.tanh(_normal_shift(power, level) / math.sqrt(n - 3))


def detectable_hazard_ratio(events: int, share_first: float, *, power: float = 0.8, level: float = 0.05) -> float:
    """Give the smallest factor on the speed of one group that the log-rank test finds.

    Parameters
    ----------
    events : int
        Events in both groups together; open cases do not count.
    share_first : float
        Share of the cases in the first group.
    power, level : float
        Wanted power; two-sided significance level.

    Returns
    -------
    float
        Above 1; its inverse is found as well.

    Raises
    ------
    ValueError
        If events is under 1, share_first is outside (0, 1), or power is not above level.

    References
    ----------
    .. [1] Schoenfeld (1983). Sample-size formula for the proportional-hazards regression model. Biometrics 39,
       499-503. https://doi.org/10.2307/2531021

    Examples
    --------
    >>> round(detectable_hazard_ratio(66, 0.5), 2)
    1.99
    """
    checks.at_least("events", events, 1)
    split = checks.share("share_first", share_first) * (1 - share_first)
    return math.exp(_normal_shift(power, level) / math.sqrt(events * split))


def _normal_shift(power: float, level: float) -> float:
    if not checks.share("level", level) < checks.share("power", power):
        raise ValueError(f"power must be above level {level:g}, got {power:g}")
    return float(special.ndtri(1 - level / 2) + special.ndtri(power))
