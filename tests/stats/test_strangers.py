"""Data as a stranger brings them: lists, strided and locked tables, whole numbers as decimals, rows in any order."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surveyapp.stats import (
    among_teams,
    association,
    before_after,
    change,
    checks,
    correlation,
    intraclass,
    permutation,
    reliability,
    scores,
    survival,
    trend,
    variance,
    wave_effects,
)
from surveyapp.stats.outcome import CannotTell
from tests.stats.exact import plain, same
from tests.stats.exact.cases import ROOMS

Call = Callable[..., Any]
# They are given arrays by those who have read them.
KERNELS = {"levels.wave_levels", "levels.size_scale", "lags.earlier", "checks.above"}
RNG = np.random.default_rng(8)
TEAM, WAVE = (each.ravel() for each in np.indices((20, 6)))
SCORE, COUNT, WEEKS = RNG.normal(3.5, 0.4, 120), RNG.poisson(3.0, 120), RNG.uniform(5, 9, 120)
ORDER = RNG.permutation(120)


def laid_out(value: Any) -> Any:
    """Give the same table locked, with gaps in it and its columns one after the other; whole numbers as decimals."""
    if isinstance(value, int) and not isinstance(value, bool):
        return np.float64(value)
    if not isinstance(value, np.ndarray) or not value.ndim:
        return value
    wide = np.zeros((2 * len(value), *value.shape[1:]), dtype=value.dtype, order="F")
    wide[::2] = value
    view = wide[::2]
    view.flags.writeable = False
    return view


def listed(value: Any) -> Any:
    """Give a table as lists."""
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "made_up"])
@pytest.mark.parametrize("how", [laid_out, listed])
def test_however_a_table_is_laid_out_it_says_the_same(room: str, how: Call) -> None:
    """Every public function that is on record, all of its arguments at once."""
    moved = []
    for name, (function, arguments) in ROOMS[room]().items():
        if name.split(" ")[0] in KERNELS or name.startswith("counting."):
            continue
        try:
            expected = plain(function(**arguments))
        except ValueError:
            continue
        if not same(plain(function(**{key: how(value) for key, value in arguments.items()})), expected):
            moved.append(name)
    assert moved == []


def cells(function: Call) -> Call:
    """Ask a function about cells in some order."""
    return lambda order: function(SCORE[order], COUNT[order], WEEKS[order], TEAM[order], WAVE[order])


BY_ROW: dict[str, Call] = {
    "association": cells(association.safety_and_counts),
    "rates": lambda order: among_teams.rate_among_teams(COUNT[order], WEEKS[order], TEAM[order]),
    "shares": lambda order: among_teams.share_among_teams(COUNT[order] % 3, COUNT[order], TEAM[order]),
    "median": lambda order: among_teams.median_among_teams(SCORE[order], TEAM[order]),
    "icc1": lambda order: intraclass.icc1(SCORE[order], TEAM[order]),
    "one_way": lambda order: variance.one_way(SCORE[order], TEAM[order]),
    "within": lambda order: correlation.within_teams(SCORE[order], WEEKS[order], TEAM[order]),
    "between": lambda order: correlation.between_teams(SCORE[order], WEEKS[order], TEAM[order]),
    "spread": lambda order: reliability.pooled_spread(SCORE[order], TEAM[order]),
    "team_scores": lambda order: scores.team_scores(SCORE[order], TEAM[order], count=20),
    "waiting": lambda order: survival.waiting_curve(WEEKS[order], COUNT[order] > 2),
    "permutation": lambda order: permutation.permutation_test(
        SCORE[:12][np.argsort(order[:12])], (np.arange(12) < 4)[np.argsort(order[:12])], rng=np.random.default_rng(1)
    ),
}


@pytest.mark.parametrize("name", BY_ROW)
def test_no_answer_depends_on_the_order_of_rows(name: str) -> None:
    """Rows are cells, sheets or teams, and nothing follows from which comes first."""
    first, turned = (plain(BY_ROW[name](order)) for order in (np.arange(120), ORDER))
    assert same(first, turned)


@pytest.mark.parametrize("labels", [np.arange(20) * 1000 - 7, np.array([f"team {n:02d}" for n in range(20)])])
def test_labels_of_any_kind_are_labels(labels: Any) -> None:
    """Far apart, negative, or words."""
    plainly = association.safety_and_counts(SCORE, COUNT, WEEKS, TEAM, WAVE)
    assert same(plain(association.safety_and_counts(SCORE, COUNT, WEEKS, labels[TEAM], WAVE)), plain(plainly))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.where(TEAM == 3, np.nan, TEAM), "team must name each row, got a row without a label"),
        (np.ma.masked_equal(TEAM, 3), "team must name each row, got a row without a label"),
        (np.where(TEAM == 3, None, TEAM), "team must have labels of one kind, got several"),  # type: ignore[call-overload]
    ],
)
def test_rows_without_a_team_are_no_team_of_their_own(labels: Any, message: str) -> None:
    """What is missing is refused, and not counted together."""
    with pytest.raises(ValueError, match=message):
        among_teams.rate_among_teams(COUNT, WEEKS, labels)


def test_what_is_masked_is_missing() -> None:
    """NumPy would take the number under the mask."""
    with pytest.raises(ValueError, match="values must be finite, got nan"):
        among_teams.median_among_teams(np.ma.masked_greater(SCORE, 4.0), TEAM)


@pytest.mark.parametrize("values", [["a", "b"], [[1.0], [2.0, 3.0]], [object()]])
def test_what_is_no_table_of_numbers_is_named(values: Any) -> None:
    """Words and ragged rows."""
    with pytest.raises(ValueError, match="score must be a table of numbers, got what is none"):
        checks.vector("score", values)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1.5, -1])
def test_whole_numbers_are_whole(value: float) -> None:
    """By name, and never rounded on the way."""
    with pytest.raises(ValueError, match=f"start must be a whole number from 1 to 5, got {value}"):
        change.collapse(SCORE.reshape(20, 6), value)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=f"n must be a whole number from 0, got {value}"):
        checks.at_least("n", value, 0)  # type: ignore[arg-type]


def test_what_is_not_a_number_is_not_above_anything() -> None:
    """Counts that are missing beside a mean were taken for counts."""
    with pytest.raises(ValueError, match="counts must be at least 1, got nan"):
        trend.pooled_line([3.0, 3.5], [np.nan, 6], sd=0.6)


# Equal counts leave residuals of 1e-16, and the error of nothing is nothing: certainty about a slope of 1e-18.
EQUAL: dict[str, Call] = {
    "counts": lambda: association.safety_and_counts(SCORE, np.full(120, 2), np.full(120, 7.3), TEAM, WAVE),
    "a line": lambda: wave_effects.slopes_beside_waves(
        SCORE[:, None], 2 * SCORE + WAVE / 3, "gaussian", wave=WAVE, team=TEAM
    ),
    "a difference": lambda: change.difference_of_changes([0.1 + 0.2, *[0.3] * 7], np.arange(8) < 4),
    "a baseline": lambda: change.adjusted_for_baseline(
        np.linspace(1, 2, 12) * 2 + 1 / 3, np.linspace(1, 2, 12), np.arange(12) < 4
    ),
    "groups of times": lambda: survival.compare_waiting(
        np.arange(3.0, 13.0), [True] * 10, [True, False] * 5, horizon=2
    ),
    "changes": lambda: change.mean_change([0.1 + 0.2, 0.3, 0.3]),
    "all changes": lambda: permutation.permutation_test(
        [0.1 + 0.2, *[0.3] * 7], np.arange(8) < 4, rng=np.random.default_rng(1)
    ),
    "teams that all moved alike": lambda: before_after.before_after(
        RNG.uniform(2, 4, (12, 1)) + np.array([0, 0, 0.3, 0.3]), np.arange(12) < 4, 2, rng=np.random.default_rng(1)
    ),
}


@pytest.mark.parametrize("name", EQUAL)
def test_rounding_is_no_evidence(name: str) -> None:
    """Where nothing varies, nothing is told; it was told with p = 1e-110."""
    assert isinstance(EQUAL[name](), CannotTell)


def test_all_of_a_few_do_not_say_all_of_all() -> None:
    """Five of five within the week: exact, where it was told as 100 to 100 %."""
    curve = survival.waiting_curve([1, 2, 3, 4, 5, 2], [True] * 5 + [False])
    assert isinstance(curve, survival.Curve)
    found = survival.share_done(curve, 7)
    assert isinstance(found, survival.Duration)
    assert (found.estimate, found.low, found.high) == pytest.approx((1.0, 0.025 ** (1 / 5), 1.0))


def test_many_teams_of_equal_counts_say_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the way that thousands of teams take."""
    monkeypatch.setattr(wave_effects, "EXACT_TEAMS", 10)
    assert isinstance(EQUAL["counts"](), CannotTell)
    assert isinstance(EQUAL["a line"](), CannotTell)
