"""What several teams have together: against closed forms, coverage where teams differ, refusals."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from surveyapp.stats.among_teams import FEWEST_TEAMS, median_among_teams, rate_among_teams, share_among_teams
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.outcomes import Figure
from tests.simulation.sides import SETTINGS, Sides, covered

PAGE = Path(__file__).parents[2] / "docs" / "simulation-before-after.md"
ROW = re.compile(r"^\| (\w+) \| (\d+) \| ([\d.]+) \| [\d.]+ % \| ([\d.]+) % \| [\d.]+ \| \d+ of \d+ \|$", re.MULTILINE)


def told(outcome: Figure | CannotTell) -> Figure:
    """Give the figure, which these data always allow."""
    assert isinstance(outcome, Figure)
    return outcome


def test_equal_teams_have_the_interval_of_a_mean() -> None:
    """With equal exposure the error is the standard error of the mean, and one degree less than there are teams."""
    count = np.array([3.0, 7, 4, 9, 12])
    found = told(rate_among_teams(count, np.full(5, 20.0), np.arange(5)))
    error = count.std(ddof=1) / np.sqrt(5) / count.mean()
    factor = np.exp(special.stdtrit(4, 0.975) * error)
    assert found.n == 35
    assert (found.estimate, found.low, found.high) == pytest.approx((0.35, 0.35 / factor, 0.35 * factor))


def test_equal_trials_have_the_interval_of_a_mean_on_log_odds() -> None:
    """As the rate, with the slope of the logit."""
    hits = np.array([3.0, 7, 4, 9, 12])
    found = told(share_among_teams(hits, np.full(5, 20.0), np.arange(5)))
    error = (hits / 20).std(ddof=1) / np.sqrt(5) / (0.35 * 0.65)
    ends = special.expit(special.logit(0.35) + special.stdtrit(4, 0.975) * error * np.array([-1, 1]))
    assert found.n == 100
    assert (found.estimate, found.low, found.high) == pytest.approx((0.35, *ends))


def test_waves_of_a_team_are_one_team() -> None:
    """Cut into as many cells as one likes, in any order, with labels of any kind, a team counts once."""
    count, weeks = np.array([4, 2, 9, 1, 6, 5]), np.array([10.0, 20, 30, 10, 20, 40])
    whole = rate_among_teams([6, 10, 11], [30.0, 40.0, 60.0], ["a", "b", "c"])
    order = np.array([5, 0, 3, 2, 4, 1])
    assert rate_among_teams(count[order], weeks[order], np.repeat([7, 8, 9], 2)[order]) == whole
    hits = share_among_teams(count[order], np.full(6, 9), np.repeat([7, 8, 9], 2)[order])
    assert hits == share_among_teams([6, 10, 11], [18, 18, 18], ["a", "b", "c"])


def test_a_median_lies_between_values_that_were_seen() -> None:
    """The ends are values; where teams lie so far apart that no value is far enough, they are open."""
    alike = np.arange(1.0, 49.0)
    found = told(median_among_teams(alike, np.arange(48) % 11))
    assert found.low in alike
    assert found.high in alike
    assert found.low < found.estimate < found.high
    apart = told(median_among_teams(np.arange(12.0), np.repeat(np.arange(3), 4)))
    assert (apart.low, apart.high) == (-np.inf, np.inf)


def test_a_median_rests_on_order_alone() -> None:
    """Any rising function of the values carries the interval along."""
    rng = np.random.default_rng(3)
    hours, team = rng.exponential(20, 31), np.arange(31) % 5
    found, logs = told(median_among_teams(hours, team)), told(median_among_teams(np.log(hours), team))
    assert np.log([found.low, found.high]) == pytest.approx([logs.low, logs.high])


def test_teams_without_exposure_carry_nothing() -> None:
    """They are no teams to learn from, and do not fill up the number."""
    found = rate_among_teams([4, 2, 9, 0], [10, 20, 30, 0], list("abcd"))
    assert found == rate_among_teams([4, 2, 9], [10, 20, 30], list("abc"))
    few = rate_among_teams([4, 2, 0, 0], [10, 20, 0, 0], list("abcd"))
    assert few == CannotTell("fewer than 3 teams", 2, FEWEST_TEAMS, "teams")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: rate_among_teams([], [], []), "fewer than 3 teams"),
        (lambda: rate_among_teams([0, 0, 0], [1, 2, 3], list("abc")), "it was always or never so"),
        (lambda: rate_among_teams([2, 2, 2], [5, 5, 5], list("abc")), "the data do not vary enough for an interval"),
        (lambda: share_among_teams([0, 0, 0], [5, 6, 7], list("abc")), "it was always or never so"),
        (lambda: share_among_teams([5, 6, 7], [5, 6, 7], list("abc")), "it was always or never so"),
        (lambda: share_among_teams([3, 3], [5, 6], list("ab")), "fewer than 3 teams"),
        (lambda: median_among_teams([1, 2, 3, 4, 5], list("abcde")), "too few to tell"),
        (lambda: median_among_teams([1, 2] * 5, list("aabbccddee")), "the data do not vary enough for an interval"),
    ],
)
def test_thin_data_are_refused_by_name(call: Callable[[], Figure | CannotTell], reason: str) -> None:
    """Never an interval without width, and none from two teams."""
    outcome = call()
    assert isinstance(outcome, CannotTell)
    assert outcome.reason == reason
    assert outcome.unit == ("cases" if "few" in reason and "fewer" not in reason else "teams")


def test_a_team_of_one_trial_is_a_team() -> None:
    """However little it carries."""
    found = told(share_among_teams([1, 3, 5], [1, 9, 9], list("abc")))
    assert found.n == 19
    assert found.estimate == pytest.approx(9 / 19)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rate_among_teams([1, 2], [1.0], [1, 2]), "columns differ in length: count 2, exposure 1, team 2"),
        (lambda: rate_among_teams([1.5], [1.0], [1]), "count must be whole numbers from 0, got 1.5"),
        (lambda: rate_among_teams([1], [-1.0], [1]), "exposure must be at least 0, got -1"),
        (lambda: rate_among_teams([2], [0.0], [1]), "count must be 0 without exposure, got 2"),
        (lambda: rate_among_teams([2], [1.0], [1], confidence=1), "confidence must lie between 0 and 1, got 1"),
        (lambda: share_among_teams([3], [2], [1]), "hits must not exceed of, got 3 of 2"),
        (lambda: share_among_teams([3], [2.5], [1]), "of must be whole numbers from 0, got 2.5"),
        (lambda: median_among_teams([1, np.nan], [1, 1]), "values must be finite, got nan"),
        (lambda: median_among_teams([1, 2], [1]), "columns differ in length: values 2, team 1"),
    ],
)
def test_nonsense_is_named(call: object, message: str) -> None:
    """With the argument, its value and what would be right."""
    assert callable(call)
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("kind", ["rate", "share", "median"])
def test_intervals_hold_where_teams_differ(kind: str) -> None:
    """A short run: six teams that differ are told right where independent events would be told far too narrowly."""
    here, alone, _, told_of = covered(Sides(kind, 6, 0.8), 120, 1)
    assert told_of == 120
    assert here >= 0.9
    assert alone <= 0.85


def test_the_table_has_every_setting_and_holds() -> None:
    """In the order of the code; by team nine of ten at least, with a spread of one half near 95 %."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [row[:3] for row in rows] == [(each.kind, str(each.teams), f"{each.apart:g}") for each in SETTINGS]
    assert min(float(row[3]) for row in rows) >= 90
    assert min(float(row[3]) for row in rows if row[2] == "0.5") >= 92


@pytest.mark.slow
@pytest.mark.parametrize("plan", SETTINGS, ids=str)
def test_every_row_holds(plan: Sides) -> None:
    """With teams that lie far apart, the mean of their rates has a long tail: there nine of ten."""
    here, *_ = covered(plan, 400, 1)
    assert here >= (0.88 if plan.kind == "rate" and plan.apart > 0.5 else 0.92)
