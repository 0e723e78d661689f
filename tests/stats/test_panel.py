"""Telling or erring: what each figure shows, what the verdict may say, Chapman against R."""

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import stats

from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.flips import TeamParts
from surveyapp.stats.multiplicity import family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.panel import (
    AllErrors,
    Incidents,
    Panel,
    PanelRow,
    Sign,
    Verdict,
    all_errors,
    panel,
    verdict,
)

Table = dict[str, Any]
NO_PARTS = TeamParts(np.zeros(0), np.zeros((0, 0)))


def log(*, telling: float = 0.0, erring: float = 0.0, teams: int = 40, waves: int = 12, seed: int = 1) -> Table:
    """Make a log in which telling and erring follow the score of the team as asked."""
    rng = np.random.default_rng(seed)
    team, wave = np.repeat(np.arange(teams), waves), np.tile(np.arange(waves), teams)
    score = 3.5 + rng.normal(0, 0.4, teams)[team] + rng.normal(0, 0.1, len(team))
    errors = rng.poisson(3 * np.exp(erring * (score - 3.5)))
    told = rng.binomial(errors, 1 / (1 + np.exp(-telling * (score - 3.5))))
    both = rng.binomial(told, 0.3)
    days = np.where(errors > 0, 6 * np.exp(-telling / 3 * (score - 3.5) + rng.normal(0, 0.5, len(team))), np.nan)
    return {
        "team": team,
        "wave": wave,
        "score": score,
        "person_weeks": np.full(len(team), 20.0),
        "told": told,
        "found": both + rng.binomial(errors - told, 0.3),
        "both": both,
        "near_misses": rng.binomial(rng.poisson(np.full(len(team), 3.0)), 1 / (1 + np.exp(-telling * (score - 3.5)))),
        "harm": rng.binomial(errors, 0.3),
        "days": days,
    }


def row(figures: Panel, sign: Sign) -> PanelRow:
    """Give a row, which these data always allow."""
    found = figures.rows[sign]
    assert isinstance(found, PanelRow)
    return found


def test_planted_telling_moves_only_the_signs_of_telling() -> None:
    """Share told and near misses up, days down, found by others unchanged."""
    figures = panel(Incidents(**log(telling=2.0)))
    signs = {sign: figures.direction(sign) for sign in Sign}
    assert signs[Sign.TOLD_SHARE] == signs[Sign.NEAR_MISSES] == signs[Sign.REPORTS] == 1
    assert signs[Sign.DAYS] == -1
    assert signs[Sign.FOUND_BY_OTHERS] == signs[Sign.HARM] == 0
    assert verdict(figures) is Verdict.MORE_OPEN


def test_planted_errors_move_only_what_others_find() -> None:
    """And harm and reports with them."""
    figures = panel(Incidents(**log(erring=-1.0)))
    assert figures.direction(Sign.FOUND_BY_OTHERS) == -1
    assert figures.direction(Sign.TOLD_SHARE) == figures.direction(Sign.DAYS) == 0
    assert row(figures, Sign.FOUND_BY_OTHERS).ratio == pytest.approx(np.exp(-1.0), rel=0.4)
    assert verdict(figures) is Verdict.FEWER_ERRORS


@pytest.mark.parametrize("seed", range(5))
def test_the_paradox_is_seen_through(seed: int) -> None:
    """Safer teams err less and tell more, so that reports alone say nothing."""
    figures = panel(Incidents(**log(telling=1.6, erring=-0.8, seed=seed)))
    assert figures.direction(Sign.REPORTS) <= 0
    assert verdict(figures) is Verdict.MORE_OPEN_FEWER_ERRORS


def signs_of(directions: tuple[int, ...]) -> Panel:
    """Make a panel whose figures all point as asked."""
    rows: dict[Sign, PanelRow | CannotTell] = {
        sign: PanelRow(40, 400, side, side - 0.5, side + 0.5, 0.5 if side == 0 else 1e-6, 30.0, "", NO_PARTS)
        for sign, side in zip(Sign, directions, strict=True)
    }
    return Panel(rows, family("all", {sign.name: one.p for sign, one in rows.items() if isinstance(one, PanelRow)}))


def test_no_combination_of_signs_blames_safer_teams() -> None:
    """Whenever others find more, the verdict asks who looks; fewer errors need others to find less."""
    for directions in itertools.product((-1, 0, 1), repeat=6):
        figures = signs_of(directions)
        found = directions[list(Sign).index(Sign.FOUND_BY_OTHERS)]
        said = verdict(figures)
        assert (said is Verdict.LOOK_AT_FINDING) == (found > 0)
        if said in {Verdict.FEWER_ERRORS, Verdict.MORE_OPEN_FEWER_ERRORS}:
            assert found < 0


@pytest.mark.parametrize(
    ("directions", "expected"),
    [
        ((1, 0, 0, 0, 0, 0), Verdict.REPORTS_ROSE),
        ((1, 1, 0, 0, 0, 0), Verdict.MORE_OPEN),
        ((0, 0, 0, -1, 0, 0), Verdict.MORE_OPEN),
        ((0, -1, 0, 0, 0, 0), Verdict.LESS_OPEN),
        ((0, 0, 0, 1, 0, 0), Verdict.LESS_OPEN),
        ((0, 1, 0, 1, 0, 0), Verdict.CANNOT_TELL),
        ((0, 0, 1, 0, 0, 0), Verdict.CANNOT_TELL),
        ((0, 0, 0, 0, -1, 0), Verdict.FEWER_ERRORS),
        ((0, 1, 0, 0, -1, 0), Verdict.MORE_OPEN_FEWER_ERRORS),
        ((0, 0, 0, 0, 0, 1), Verdict.CANNOT_TELL),
        ((-1, 0, 0, 0, 0, 0), Verdict.CANNOT_TELL),
        ((1, 1, 1, -1, 1, 1), Verdict.LOOK_AT_FINDING),
    ],
)
def test_each_combination_has_its_words(directions: tuple[int, ...], expected: Verdict) -> None:
    """Order: reports, share told, near misses, days, found by others, harm."""
    assert verdict(signs_of(directions)) is expected


def test_a_figure_that_cannot_be_told_has_no_direction() -> None:
    """It neither supports nor contradicts."""
    figures = panel(Incidents(**(log() | {"days": np.full(480, np.nan)})))
    assert isinstance(figures.rows[Sign.DAYS], CannotTell)
    assert figures.direction(Sign.DAYS) == 0
    assert figures.family.size == 5


def test_counts_in_the_panel_are_the_pooled_relation() -> None:
    """With scores that only vary inside teams the slope is the within slope."""
    cells = log(teams=20)
    own = np.random.default_rng(2).normal(0, 0.4, (20, 12))
    cells["score"] = (3.5 + own - own.mean(axis=1, keepdims=True)).ravel()
    # A team average that is constant has no between part: compare with averages that barely differ.
    nearly = cells["score"] + np.repeat(np.linspace(0, 1e-4, 20), 12)
    split = safety_and_counts(nearly, cells["found"], cells["person_weeks"], cells["team"], cells["wave"])
    assert isinstance(split, SafetyAndCounts)
    pooled = row(panel(Incidents(**cells)), Sign.FOUND_BY_OTHERS)
    assert pooled.estimate == pytest.approx(split.within.estimate, rel=0.05, abs=0.02)


def test_a_wave_in_which_everything_was_told_does_not_break_the_share() -> None:
    """It says nothing about the slope and is left out."""
    cells = log(telling=1.0)
    cells["both"] = np.where(cells["wave"] == 3, cells["found"], cells["both"])
    cells["told"] = np.maximum(cells["told"], cells["both"])
    assert row(panel(Incidents(**cells)), Sign.TOLD_SHARE).cells <= 440


def test_moments_within_the_hour_count_as_an_hour() -> None:
    """A logarithm of zero days is no figure."""
    cells = log()
    cells["days"][:5] = 0.0
    assert np.isfinite(row(panel(Incidents(**cells)), Sign.DAYS).estimate)


def test_counts_are_counts_for_the_exposure() -> None:
    """Where safer teams only work more, they do not have more errors found."""
    cells = log()
    fair = row(panel(Incidents(**cells)), Sign.FOUND_BY_OTHERS).estimate
    longer = cells | {"person_weeks": 20.0 * np.exp(0.5 * (cells["score"] - 3.5))}
    assert row(panel(Incidents(**longer)), Sign.FOUND_BY_OTHERS).estimate == pytest.approx(fair - 0.5, abs=0.01)
    assert row(panel(Incidents(**longer)), Sign.TOLD_SHARE) == row(panel(Incidents(**cells)), Sign.TOLD_SHARE)


def test_an_hour_is_the_shortest_time() -> None:
    """What came to light at once counts like what took an hour, and not like half a day."""
    at_once, hour, half_day = (log() for _ in range(3))
    for cells, days in ((at_once, 0.0), (hour, 1 / 24), (half_day, 0.5)):
        cells["days"][:40] = days
    rows = [row(panel(Incidents(**cells)), Sign.DAYS) for cells in (at_once, hour, half_day)]
    assert rows[0] == rows[1] != rows[2]


def test_few_teams_cannot_tell_anything() -> None:
    """Eleven teams: every figure says how many it would take."""
    figures = panel(Incidents(**log(teams=11)))
    assert all(isinstance(one, CannotTell) and one.needed == 12 for one in figures.rows.values())
    assert verdict(figures) is Verdict.CANNOT_TELL


def test_few_cases_cannot_tell() -> None:
    """29 cells with days are too few, and so are 29 harms."""
    cells = log()
    cells["days"] = np.r_[cells["days"][np.isfinite(cells["days"])][:29], np.full(451, np.nan)]
    cells["harm"] = (np.arange(480) % 17 == 0).astype(int)
    figures = panel(Incidents(**cells))
    harm, days = figures.rows[Sign.HARM], figures.rows[Sign.DAYS]
    assert isinstance(harm, CannotTell)
    assert (harm.n, harm.needed) == (29, 30)
    assert isinstance(days, CannotTell)
    assert days.unit == "teams"


@pytest.mark.parametrize("change", [{"score": np.full(480, 3.5)}, {"score": np.full(480, np.nan)}])
def test_scores_that_say_nothing_cannot_tell(change: Table) -> None:
    """All equal, or all withheld."""
    figures = panel(Incidents(**(log() | change)))
    assert all(isinstance(one, CannotTell) for one in figures.rows.values())


def test_an_empty_log_cannot_tell() -> None:
    """No cell at all."""
    figures = panel(Incidents(*([[]] * 10)))
    assert all(isinstance(one, CannotTell) for one in figures.rows.values())


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("told", -1, "told must be whole numbers from 0, got -1"),
        ("harm", 0.5, r"harm must be whole numbers from 0, got 0\.5"),
        ("both", 99, "both must not exceed told or found, got 99 of"),
        ("days", -3, "days must be at least 0, got -3"),
        ("person_weeks", -1, "exposure must be at least 0, got -1"),
        ("score", np.inf, "score must be finite or NaN, got inf"),
    ],
)
def test_nonsense_is_refused(column: str, value: float, message: str) -> None:
    """The message names the column, its value and the limit."""
    cells = log()
    cells[column] = np.r_[float(value), np.asarray(cells[column], dtype=float)[1:]]
    with pytest.raises(ValueError, match=message):
        Incidents(**cells)


def counted(outcome: AllErrors | CannotTell) -> AllErrors:
    """Give the estimate, which these numbers always allow."""
    assert isinstance(outcome, AllErrors)
    return outcome


def test_all_errors_are_no_fewer_than_the_known_ones() -> None:
    """When the lists agree, they are complete."""
    found = counted(all_errors(20, 20, 20))
    assert (found.estimate, found.low, found.high, found.se) == (20, 20, 20, 0)


def test_all_errors_are_unbiased_for_independent_lists() -> None:
    """Over all outcomes of two lists of 12 out of 20 the mean is 20."""
    overlaps = range(4, 13)
    estimates = [13 * 13 / (both + 1) - 1 for both in overlaps]
    assert stats.hypergeom.pmf(overlaps, 20, 12, 12) @ np.array(estimates) == pytest.approx(20, rel=1e-9)
    assert counted(all_errors(12, 12, 8)).estimate == pytest.approx(estimates[4])


def test_seven_in_both_are_enough() -> None:
    """The limit itself."""
    assert counted(all_errors(50, 40, 7)).n == 83


def test_lists_that_hardly_overlap_cannot_tell() -> None:
    """Six common errors are too few."""
    outcome = all_errors(50, 40, 6)
    assert isinstance(outcome, CannotTell)
    assert (outcome.n, outcome.needed) == (6, 7)


def test_more_in_both_than_in_one_is_refused() -> None:
    """The message names the numbers."""
    with pytest.raises(ValueError, match="both must not exceed told or found, got 9 of 8 and 12"):
        all_errors(8, 12, 9)
