"""Safety beside several outcomes: held against real data, against the parts it is made of, and against chance."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.multiplicity import family
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.panel import Incidents, Panel, Verdict, panel
from surveyapp.stats.relations import Outcome, Relations, relate, relate_all
from surveyapp.stats.wave_effects import Slopes, slopes_beside_waves
from tests.stats.register.entry import Tables, dummies, only

TEAMS, WAVES = 20, 8
TEAM, WAVE = (each.ravel() for each in np.indices((TEAMS, WAVES)))
NO_PANEL = Panel({}, family("none", {}))


def scores(seed: int = 3) -> NDArray[np.float64]:
    """Draw scores of twenty teams in eight waves."""
    rng = np.random.default_rng(seed)
    return np.asarray(3.5 + rng.normal(0, 0.3, TEAMS)[TEAM] + rng.normal(0, 0.3, TEAM.size))


def told(found: object) -> SafetyAndCounts:
    """Give a relation that the data allow."""
    assert isinstance(found, SafetyAndCounts)
    return found


def slopes(found: object) -> tuple[float, ...]:
    """Give the estimates that the data allow."""
    assert isinstance(found, Slopes)
    return tuple(each.estimate for each in found.slopes)


def all_of(
    outcomes: dict[str, Outcome], score: NDArray[np.float64], signs: Panel = NO_PANEL, wave: NDArray[Any] = WAVE
) -> Relations:
    """Relate everything with a generator of its own."""
    return relate_all(score, outcomes, TEAM, wave, panel=signs, rng=np.random.default_rng(1))


def test_damage_of_ships_equals_r(table: Tables, oracle: Callable[[str], Any]) -> None:
    """Incidents for months of service, with an effect for every type as the page has one for every wave."""
    ships = only(table("ships.csv"), table("ships.csv")["service"] > 0)
    kinds = np.unique(ships["type"], return_inverse=True)[1]
    found = slopes_beside_waves(
        np.column_stack([dummies(ships["year"]), dummies(ships["period"])]),
        np.asarray(ships["incidents"], dtype=float),
        "poisson",
        wave=kinds,
        team=np.arange(len(kinds)) % 12,
        offset=np.log(ships["service"]),
    )
    wanted = [value for name, value in oracle("poisson_offset_ships")["coef"].items() if "factor" in name]
    assert slopes(found) == pytest.approx(wanted, rel=1e-6)


def test_seat_belts_equal_r(table: Tables, oracle: Callable[[str], Any]) -> None:
    """Drivers killed for kilometres driven, with an effect for every month."""
    belts = table("Seatbelts.csv")
    found = slopes_beside_waves(
        np.column_stack([belts["law"], belts["t"]]).astype(float),
        np.asarray(belts["DriversKilled"], dtype=float),
        "poisson",
        wave=np.asarray(belts["month"], dtype=np.intp),
        team=np.asarray(belts["year"], dtype=np.intp),
        offset=np.log(belts["kms"]),
    )
    assert np.exp(slopes(found)[0]) == pytest.approx(oracle("its_poisson_seatbelts")["rate_ratio"], rel=1e-6)


def test_companies_with_better_leaders_are_less_hostile(table: Tables) -> None:
    """Leadership against hostility of 49 companies: the slope between them is that of the group means R had made."""
    survey = table("lq2002.csv")
    lead, hostile, company = (np.asarray(survey[name]) for name in ("LEAD", "HOSTILE", "COMPID"))
    codes = np.unique(company, return_inverse=True)[1]
    average = (np.bincount(codes, lead) / np.bincount(codes))[codes]
    assert average == pytest.approx(np.asarray(survey["GLEAD"]), rel=1e-8)
    found = slopes_beside_waves(
        np.column_stack([lead - average, average]), hostile, "gaussian", wave=np.zeros_like(codes), team=codes
    )
    by_means = np.polyfit(np.asarray(survey["GLEAD"]), np.asarray(survey["GHOSTILE"]), 1)[0]
    assert isinstance(found, Slopes)
    assert found.slopes[1].estimate == pytest.approx(by_means, rel=1e-8)
    assert found.slopes[1].high < 0
    assert found.slopes[1].n == 49


def test_counts_are_those_of_safety_and_counts() -> None:
    """No second version of the first question."""
    score, count, weeks = scores(), np.random.default_rng(1).poisson(3, TEAM.size), np.full(TEAM.size, 16.0)
    assert relate(score, Outcome("poisson", count, weeks), TEAM, WAVE) == safety_and_counts(
        score, count, weeks, TEAM, WAVE
    )


@pytest.mark.parametrize("kind", ["binomial", "gaussian"])
def test_shares_and_times_find_what_was_planted(kind: str) -> None:
    """A factor of e for one point more lies inside the interval, and 1 does not."""
    rng, score = np.random.default_rng(2), scores()
    if kind == "binomial":
        weight = np.full(TEAM.size, 20)
        outcome = Outcome("binomial", rng.binomial(weight, 1 / (1 + np.exp(3.5 - score))), weight)
    else:
        outcome = Outcome("gaussian", 20 * np.exp(score - 3.5 + rng.normal(0, 0.4, TEAM.size)), np.ones(TEAM.size))
    found = told(relate(score, outcome, TEAM, WAVE))
    for part in (found.within, found.between):
        assert 1 < part.rate_ratio_interval[0] < np.e < part.rate_ratio_interval[1]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome("binomial", np.zeros(160), np.zeros(160)), "too few teams with cases"),
        (Outcome("binomial", np.zeros(160), np.full(160, 9)), "too few teams with cases"),
        (Outcome("gaussian", np.full(160, np.nan), np.zeros(160)), "too few teams with cases"),
        (
            Outcome("gaussian", np.where(WAVE == 1, 9.0, np.nan), np.ones(160)),
            "a relation inside teams takes at least 2 waves",
        ),
        (Outcome("poisson", np.zeros(160), np.ones(160)), "nothing was counted"),
    ],
)
def test_what_nobody_logs_is_refused_with_a_reason(outcome: Outcome, reason: str) -> None:
    """Nothing becomes a number that is none."""
    found = relate(scores(), outcome, TEAM, WAVE)
    assert isinstance(found, CannotTell)
    assert found.reason == reason


def test_more_hits_than_trials_are_refused() -> None:
    """By name, with the numbers."""
    with pytest.raises(ValueError, match="values must not exceed weight, got 3 of 2"):
        relate(scores(), Outcome("binomial", np.full(160, 3), np.full(160, 2)), TEAM, WAVE)


def test_a_relation_two_waves_later_is_found_there() -> None:
    """The delay belongs to the score, which came first."""
    rng, score = np.random.default_rng(5), scores().reshape(TEAMS, WAVES)
    earlier = np.roll(score - score.mean(axis=1, keepdims=True), 2, axis=1)
    count = rng.poisson(6 * np.exp(1.5 * earlier)).ravel()
    found = all_of({"reports": Outcome("poisson", count, np.ones(160))}, score.ravel())
    assert min(found.family.p, key=found.family.p.__getitem__) == "reports after 2"


def test_what_is_found_inside_teams_is_looked_at_again_and_nothing_else() -> None:
    """Swapping takes time, and confirms only what is claimed."""
    rng, score = np.random.default_rng(6), scores()
    outcomes = {
        "loud": Outcome("poisson", rng.poisson(5 * np.exp(1.5 * (score - 3.5))), np.ones(160)),
        "quick": Outcome("gaussian", 9 * np.exp(3.5 - score + rng.normal(0, 0.2, 160)), np.ones(160)),
        "idle": Outcome("poisson", rng.poisson(5, 160), np.ones(160)),
    }
    found = all_of(outcomes, score).outcomes
    assert [getattr(found[name].swapped, "p", None) is not None for name in outcomes] == [True, True, False]


def test_more_telling_and_fewer_errors_are_never_read_as_more_errors() -> None:
    """Safer teams err less and tell more, so that their reports are as many: the panel sees both."""
    rng, score = np.random.default_rng(8), scores()
    errors = rng.poisson(9 * np.exp(3.5 - score))
    reported = rng.binomial(errors, 1 / (1 + np.exp(-3 * (score - 3.5))))
    both = rng.binomial(reported, 0.4)
    found = both + rng.binomial(errors - reported, 0.4)
    none, weeks = np.zeros(160), np.full(160, 16.0)
    signs = panel(Incidents(TEAM, WAVE, score, weeks, reported, found, both, none, none, none + np.nan))
    outcomes = {
        "reports": Outcome("poisson", reported, weeks),
        "told": Outcome("binomial", both, found),
        "found": Outcome("poisson", found, weeks),
    }
    shown = all_of(outcomes, score, signs)
    assert shown.verdict is Verdict.MORE_OPEN_FEWER_ERRORS
    assert shown.family.size == 3 * 6 + 3
    assert (shown.panel.family.name, shown.panel.family.method) == (shown.family.name, shown.family.method)


def test_all_questions_are_flipped_together_from_the_seed_of_the_record() -> None:
    """A family of delays and parts: the same seed gives the same, and no corrected p-value is below its own."""
    rng, score = np.random.default_rng(10), scores()
    outcomes = {"reports": Outcome("poisson", rng.poisson(4 * np.exp(score - 3.5)), np.ones(160))}
    first, second = (all_of(outcomes, score).family for _ in range(2))
    assert (first.method, first.flips, first.size) == ("Westfall-Young", 10_000, 6)
    assert first == second
    assert all(first.adjusted[question] >= p for question, p in first.p.items())
    assert first.adjusted["reports within"] <= 0.05 < first.adjusted["reports after 4"]


def test_a_panel_of_other_teams_is_refused() -> None:
    """Its teams would be flipped with the wrong ones."""
    rng, score, none = np.random.default_rng(11), scores(), np.zeros(152)
    told = rng.poisson(3.0, 160)
    fewer = panel(
        Incidents(TEAM[8:], WAVE[8:], score[8:], np.ones(152), told[8:], none, none, none, none, none + np.nan)
    )
    with pytest.raises(ValueError, match=r"columns differ in length: question 0 20, .*, question 6 19"):
        all_of({"reports": Outcome("poisson", told, np.ones(160))}, score, fewer)


def test_the_needed_teams_shrink_with_what_each_of_them_tells() -> None:
    """Four times the events take about a quarter of the teams, down to the twelve that every test takes."""
    rng, score = np.random.default_rng(9), scores()
    few, many = (
        all_of({"reports": Outcome("poisson", rng.poisson(each, 160), np.ones(160))}, score).outcomes["reports"].needed
        for each in (0.5, 4.0)
    )
    assert few is not None
    assert many is not None
    assert few > 2 * many >= 24
