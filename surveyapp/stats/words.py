"""Findings in the words of a manager: a sentence to translate, and the numbers that belong into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from surveyapp.stats.alerts import Alerts
from surveyapp.stats.checks import place
from surveyapp.stats.slopes import SlopeAmongTeams
from surveyapp.stats.trend import Change

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence that does not claim more than its interval.

    Parameters
    ----------
    message : str
        English sentence with named places such as ``%(low)s``, which is also what translators see.
    numbers : mapping of str to float
        What belongs into the places, in points, rounded to a tenth.
    """

    message: str
    numbers: Numbers

    def __str__(self) -> str:
        """Give the English sentence with its numbers; those with a direction have their sign."""
        signs = {name: "" if name == "usual" else "+" for name in self.numbers}
        return self.message % {name: f"{value:{signs[name]}.1f}" for name, value in self.numbers.items()}


# Every sentence once, so that catalogues of translations can be checked against this list.
LESS_THAN_CHANCE = "%(change)s points (between %(low)s and %(high)s). Most teams here move that much by chance."
MORE_THAN_CHANCE = "%(change)s points (between %(low)s and %(high)s). Hardly any team here moves that much by chance."
LIKE_THE_OTHERS = "Its line goes like that of the other teams, as far as can be told."
RISES_BEYOND = "It has been rising more than other teams of its size do by chance."
FALLS_BEYOND = "It has been falling more than other teams of its size do by chance."
FELL = "It fell by more than teams of its size here fall by chance: %(change)s points. Ask what has changed."
QUIET = "Nothing unusual: it moved by %(change)s points, and teams of its size move up to %(usual)s by chance."
NOT_JUDGED = "Too many waves without a figure to tell."
MESSAGES = (
    LESS_THAN_CHANCE,
    MORE_THAN_CHANCE,
    LIKE_THE_OTHERS,
    RISES_BEYOND,
    FALLS_BEYOND,
    FELL,
    QUIET,
    NOT_JUDGED,
)


def of_change(change: Change, usual: float) -> Reading:
    """Say how far a team moved between two waves, and whether teams move that far anyway.

    Parameters
    ----------
    change : Change
        From `wave_change`.
    usual : float
        Size of the movements within which 95 of 100 teams stay, in points, at least 0.

    Returns
    -------
    Reading
        Chance is named unless the movement is larger than the usual one and its interval keeps off zero.

    Raises
    ------
    ValueError
        When usual is negative or not finite.

    Examples
    --------
    >>> print(of_change(Change(12, -0.2, -0.5, 0.1, 0.15, 0.95, ""), usual=0.5))
    -0.2 points (between -0.5 and +0.1). Most teams here move that much by chance.
    """
    if not (np.isfinite(usual) and usual >= 0):
        raise ValueError(f"usual must be finite and at least 0, got {usual}")
    beyond = abs(change.estimate) > usual and not change.low <= 0 <= change.high
    numbers = _rounded(change=change.estimate, low=change.low, high=change.high)
    return Reading(MORE_THAN_CHANCE if beyond else LESS_THAN_CHANCE, numbers)


def of_slope(slope: SlopeAmongTeams) -> Reading:
    """Say whether a team rises or falls unlike the others.

    Parameters
    ----------
    slope : SlopeAmongTeams
        From `slope_among_teams`.

    Returns
    -------
    Reading
        Without numbers: the slope of a single team invites to be continued.

    Raises
    ------
    Nothing.

    Examples
    --------
    >>> print(of_slope(SlopeAmongTeams(20, 0.01, -0.03, 0.05, 0.02, 0.6, 0.95, "")))
    Its line goes like that of the other teams, as far as can be told.
    """
    if slope.low <= 0 <= slope.high:
        return Reading(LIKE_THE_OTHERS, MappingProxyType({}))
    return Reading(RISES_BEYOND if slope.estimate > 0 else FALLS_BEYOND, MappingProxyType({}))


def of_alert(alerts: Alerts, team: int) -> Reading:
    """Say whether a team fell further than teams here fall by chance.

    Parameters
    ----------
    alerts : Alerts
        From `drop_alerts`.
    team : int
        Row of the team.

    Returns
    -------
    Reading
        What was noticed, or that nothing was, with the size of usual movements.

    Raises
    ------
    ValueError
        When there is no such row.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> from surveyapp.stats.alerts import drop_alerts
    >>> found = drop_alerts(rng.normal(3.6, 0.2, (20, 26)), np.full((20, 26), 6))
    >>> print(of_alert(found, 6))
    Nothing unusual: it moved by +0.1 points, and teams of its size move up to 0.2 by chance.
    """
    team = place("team", team, 0, alerts.estimate.size - 1)
    change = float(alerts.estimate[team])
    if not np.isfinite(change):
        return Reading(NOT_JUDGED, MappingProxyType({}))
    if alerts.fallen[team]:
        return Reading(FELL, _rounded(change=change))
    return Reading(QUIET, _rounded(change=change, usual=float(alerts.usual[team])))


def _rounded(**numbers: float) -> Numbers:
    """Round to tenths; a minus before zero would puzzle."""
    return MappingProxyType({name: round(value, 1) + 0.0 for name, value in numbers.items()})
