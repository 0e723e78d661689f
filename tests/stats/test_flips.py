"""Flips of whole teams: against every flip one by one, against theory, and where there is nothing to flip."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats import wave_effects
from surveyapp.stats.flips import Flipped, TeamParts, flip_teams
from surveyapp.stats.glm import Family
from surveyapp.stats.multiplicity import joint_family
from surveyapp.stats.wave_effects import Slopes, slopes_beside_waves

Floats = NDArray[np.float64]


def parts(*columns: Any) -> list[TeamParts]:
    """Make questions of what teams add, with nothing shared."""
    return [TeamParts(np.asarray(column, dtype=float), np.zeros((len(column), 0))) for column in columns]


def flipped(*columns: Any, seed: int = 1, **more: Any) -> Flipped:
    """Flip questions of plain parts."""
    return flip_teams(parts(*columns), rng=np.random.default_rng(seed), **more)


def one_by_one(added: Floats, shared: Floats) -> tuple[list[float], list[float]]:
    """Look at every choice of signs and judge by the definition: p of each question, and the step-down over them."""
    teams, questions = added.shape
    ways = [np.array(signs) for signs in itertools.product((1.0, -1.0), repeat=teams)]

    def size(signs: Floats, question: int) -> float:
        lost = float(np.sum((signs @ shared[question]) ** 2))
        return abs(float(signs @ added[:, question])) / float((1 - lost) ** 0.125)

    sizes = [[size(signs, question) for question in range(questions)] for signs in ways]
    p = [
        [sum(other[q] >= own[q] * (1 - 1e-9) for other in sizes) / len(sizes) for q in range(questions)]
        for own in sizes
    ]
    adjusted, worst, left = [0.0] * questions, 0.0, list(range(questions))
    for question in sorted(range(questions), key=lambda q: p[0][q]):
        share = sum(min(way[q] for q in left) <= p[0][question] + 1e-9 for way in p) / len(p)
        adjusted[question] = worst = max(worst, share)
        left.remove(question)
    return p[0], adjusted


@pytest.mark.parametrize("seed", range(3))
def test_few_teams_are_flipped_in_every_way(seed: int) -> None:
    """Seven teams, three questions that hang together, one of them asked of five: as by the definition."""
    rng = np.random.default_rng(seed)
    added = rng.normal(0.4, 1, (7, 1)) + rng.normal(0, 0.6, (7, 3))
    added[5:, 2] = 0
    shared = rng.normal(0, 0.05, (3, 7, 2))
    shared -= shared.mean(axis=1, keepdims=True)
    found = flip_teams(
        [TeamParts(column, hang) for column, hang in zip(added.T, shared, strict=True)], rng=np.random.default_rng(1)
    )
    p, adjusted = one_by_one(added, shared)
    assert found.p == pytest.approx(p)
    assert found.adjusted == pytest.approx(adjusted)
    assert (found.n, found.flips, found.method) == (7, 64, "all flips of whole teams")


def test_drawn_flips_come_close_to_all_of_them() -> None:
    """Sixteen teams have 32,768 flips; a third of them drawn says the same within chance."""
    columns = np.random.default_rng(4).normal(0.4, 1, (3, 16))
    drawn, every = flipped(*columns), flipped(*columns, flips=40_000)
    assert (drawn.flips, every.flips) == (10_000, 32_768)
    assert drawn.p == pytest.approx(every.p, abs=0.015)
    assert drawn.adjusted == pytest.approx(every.adjusted, abs=0.02)
    assert drawn.method == "random flips of whole teams"


def test_one_question_of_many_teams_is_a_normal_test() -> None:
    """With 400 teams the sum over its own length is normal: two standard deviations are passed by 4.55 %."""
    added = np.random.default_rng(5).normal(0, 1, 400)
    added -= added.mean()
    # A constant part that makes the sum two of its standard deviations.
    added += np.sqrt(4 * np.sum(added**2) / (400**2 - 4 * 400))
    assert added.sum() == pytest.approx(2 * np.sqrt(np.sum(added**2)))
    assert flipped(added).p[0] == pytest.approx(0.0455, abs=0.008)


def test_independent_questions_pay_what_independence_costs() -> None:
    """The smallest of ten p-values is corrected to 1 - (1 - p)^10, as Šidák has it."""
    found = flipped(*np.random.default_rng(6).normal(0, 1, (10, 300)))
    least = found.p.min()
    assert found.adjusted.min() == pytest.approx(1 - (1 - least) ** 10, abs=0.02)


def test_the_same_question_ten_times_costs_nothing() -> None:
    """Where Benjamini-Hochberg and Šidák would have it pay, it is one question."""
    column = np.random.default_rng(7).normal(0.3, 1, 40)
    found = flipped(*[column * scale for scale in range(1, 11)])
    assert found.adjusted == pytest.approx(found.p)
    assert found.p == pytest.approx(found.p[0])


def test_a_question_of_few_teams_counts_as_much_as_one_of_many() -> None:
    """Its slope can be no more extreme than one flip in 2,048, which is what is compared."""
    rng = np.random.default_rng(8)
    few = np.where(np.arange(40) < 12, 1 + rng.random(40), 0)
    many = rng.normal(0, 1, 40)
    found = flipped(few, many)
    assert found.p[0] == pytest.approx(1 / 2048, abs=6e-4)
    assert found.adjusted[0] == pytest.approx(2 * found.p[0], abs=1e-3)


@pytest.mark.parametrize(("teams", "flips"), [(14, 8_192), (15, 10_000), (3_000, 10_000)])
def test_every_way_is_looked_at_where_there_are_no_more_than_asked_for(teams: int, flips: int) -> None:
    """Fourteen teams have 8,192; thousands have more than a number can hold."""
    found = flipped(np.ones(teams))
    assert found.flips == flips
    assert found.p[0] == pytest.approx(1 / flips)


def test_corrected_p_values_rise_with_their_own() -> None:
    """Nowhere is a smaller one corrected to a larger one, nor below itself."""
    found = flipped(*np.random.default_rng(9).normal(0.2, 1, (8, 30)))
    order = np.argsort(found.p)
    assert (np.diff(found.adjusted[order]) >= 0).all()
    assert (found.adjusted >= found.p - 1e-12).all()


def test_teams_that_add_nothing_change_nothing() -> None:
    """They are not flipped, so that twelve of forty teams are looked at in every way."""
    columns = np.random.default_rng(10).normal(0.3, 1, (3, 12))
    plain, among = flipped(*columns), flipped(*np.hstack([columns, np.zeros((3, 28))]))
    assert (among.n, among.flips) == (12, 2048)
    assert among.adjusted.tolist() == plain.adjusted.tolist()


def test_parts_keep_their_teams_in_a_longer_list() -> None:
    """What they add and what it shares stand at their places, and nothing stands at the others."""
    one = TeamParts(np.array([1.0, -2.0]), np.array([[0.1, 0.2], [-0.1, 0.3]]))
    longer = one.among(4, np.array([3, 1]))
    assert longer.added.tolist() == [0.0, -2.0, 0.0, 1.0]
    assert longer.shared.tolist() == [[0.0, 0.0], [-0.1, 0.3], [0.0, 0.0], [0.1, 0.2]]


def test_the_record_settles_the_flips() -> None:
    """One seed, one answer; no clock and no order of questions in it."""
    columns = np.random.default_rng(11).normal(0.2, 1, (4, 40))
    first, again, turned = flipped(*columns), flipped(*columns), flipped(*columns[::-1])
    assert first.adjusted.tolist() == again.adjusted.tolist() == turned.adjusted[::-1].tolist()
    assert first.adjusted.tolist() != flipped(*columns, seed=2).adjusted.tolist()


@pytest.mark.parametrize(
    ("columns", "p"), [([], []), ([[0.0] * 5, [0.0] * 5], [1, 1]), ([[3.0, 0.0]], [1]), ([[1.0, 1.0]], [0.5])]
)
def test_where_there_is_nothing_to_flip_nothing_is_claimed(columns: list[list[float]], p: list[float]) -> None:
    """No question, no part, one team, two teams."""
    found = flipped(*columns)
    assert found.p.tolist() == found.adjusted.tolist() == p


@pytest.mark.parametrize(
    ("columns", "more", "message"),
    [
        ([[1.0, np.nan]], {}, "added must be finite, got nan"),
        ([[1.0, 2.0], [1.0]], {}, "columns differ in length: question 0 2, question 1 1"),
        ([[1.0, 2.0]], {"flips": 98}, "flips must be a whole number from 99, got 98"),
    ],
)
def test_nonsense_is_refused(columns: list[list[float]], more: dict[str, Any], message: str) -> None:
    """By name."""
    with pytest.raises(ValueError, match=message):
        flipped(*columns, **more)


def test_a_family_needs_the_parts_of_each_question() -> None:
    """The message lists both."""
    with pytest.raises(ValueError, match=r"by_team must have the questions of p, got \['b'\] for \['a'\]"):
        joint_family("two", {"a": 0.1}, dict(zip("b", parts([1.0, 2.0]), strict=True)), rng=np.random.default_rng(1))


def test_no_corrected_p_value_of_a_family_is_below_its_own() -> None:
    """So that what is claimed has an interval that leaves out the opposite."""
    by_team = dict(zip("ab", parts(np.ones(20), np.ones(20)), strict=True))
    found = joint_family("two", {"a": 0.001, "b": 0.2}, by_team, rng=np.random.default_rng(1))
    assert found.adjusted == {"a": pytest.approx(0.001, abs=1e-3), "b": 0.2}
    assert (found.method, found.found(), found.flips) == ("Westfall-Young", ("a",), 10_000)


TEAM, WAVE = (each.ravel() for each in np.indices((20, 6)))


def slopes(kind: Family, seed: int = 1, **more: Any) -> Slopes:
    """Relate two columns to an outcome of a kind."""
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(120, 2)) + rng.normal(size=20)[TEAM][:, None]
    drawn = {"gaussian": rng.normal(size=120), "poisson": rng.poisson(3.0, 120), "binomial": rng.binomial(5, 0.4, 120)}
    trials = np.full(120, 5.0) if kind == "binomial" else None
    found = slopes_beside_waves(columns, drawn[kind].astype(float), kind, wave=WAVE, team=TEAM, trials=trials, **more)
    assert isinstance(found, Slopes)
    return found


@pytest.mark.parametrize("kind", ["gaussian", "poisson", "binomial"])
def test_what_teams_add_makes_the_slope(kind: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """For every kind of outcome; and with effects of waves taken out by means, as for thousands of teams, the same."""
    exact = slopes(kind)
    monkeypatch.setattr(wave_effects, "EXACT_TEAMS", 10)
    for one, many, slope in zip(exact.by_team, slopes(kind).by_team, exact.slopes, strict=True):
        assert one.added.sum() == pytest.approx(slope.estimate, rel=1e-6)
        assert many.added == pytest.approx(one.added, rel=1e-4, abs=1e-7)
        assert (one.shared.shape, many.shared.shape) == ((20, 7), (20, 0))


def test_parts_of_a_normal_mean_are_those_of_the_model_without_the_slope() -> None:
    """Residuals of the smaller model times what the column has left, and the variance that flips take away."""
    rng = np.random.default_rng(3)
    column, outcome = rng.normal(size=120) + rng.normal(size=20)[TEAM], rng.normal(size=120)
    found = slopes_beside_waves(column[:, None], outcome, "gaussian", wave=WAVE, team=TEAM)
    assert isinstance(found, Slopes)
    others = (WAVE[:, None] == np.arange(6)).astype(float)
    without = np.eye(120) - others @ np.linalg.pinv(others)
    left, residual = without @ column, without @ outcome
    assert found.by_team[0].added == pytest.approx(np.bincount(TEAM, left * residual) / (left @ left))
    signs = rng.choice([-1.0, 1.0], 20)
    kept = (left * signs[TEAM]) @ without @ (left * signs[TEAM]) / (left @ left)
    assert 1 - np.sum((signs @ found.by_team[0].shared) ** 2) == pytest.approx(kept)


def test_families_of_nothing_claim_something_in_one_of_twenty() -> None:
    """Sixteen teams, six outcomes of which three repeat each other, series with memory: 160 organisations."""
    rng, alarms = np.random.default_rng(12), 0
    team, wave = (each.ravel() for each in np.indices((16, 5)))
    for _ in range(160):
        score, outcome = (rng.normal(size=(16, 5, size)).cumsum(axis=1).reshape(80, size) for size in (1, 4))
        asked = np.column_stack([outcome, outcome[:, :2] + 0.3 * rng.normal(size=(80, 2))])
        found = [slopes_beside_waves(score, column, "gaussian", wave=wave, team=team) for column in asked.T]
        by_team = [one.by_team[0] for one in found if isinstance(one, Slopes)]
        alarms += flip_teams(by_team, rng=rng, flips=999).adjusted.min() <= 0.05
    assert 2 <= alarms <= 15
