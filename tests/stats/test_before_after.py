"""The test that a design allows, and what may be said after it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveyapp.stats.before_after import BeforeAfter, before_after
from surveyapp.stats.change import collapse
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.permutation import PermutationTest, permutation_test
from tests.stats.test_change import Floats, chosen_low, generator


def said(outcome: BeforeAfter | CannotTell) -> BeforeAfter:
    """Give what can be said, which these designs always allow."""
    assert isinstance(outcome, BeforeAfter)
    return outcome


def log_scores(table: Callable[[str], dict[str, Any]]) -> tuple[Floats, NDArray[np.bool_]]:
    """Give scores (24 teams, 12 waves) and who was treated."""
    log = table("synth_log.csv")
    order = np.lexsort((log["wave"], log["team"]))
    return log["score"][order].reshape(24, 12), log["treated"][order].reshape(24, 12)[:, 0] == 1


def panel(teams: int, waves: int, *, seed: int = 1) -> Floats:
    """Make scores of teams that differ and waves that move all of them."""
    rng = generator(seed)
    return np.asarray(
        3.5 + rng.normal(0, 0.4, (teams, 1)) + rng.normal(0, 0.3, (1, waves)) + rng.normal(0, 0.2, (teams, waves))
    )


@pytest.mark.parametrize(
    ("treated", "method"), [(1, "placebo rank"), (2, "permutation"), (5, "studentised permutation")]
)
def test_the_design_decides_the_test(treated: int, method: str) -> None:
    """And a planted change is found and lies in the interval."""
    score, marked = panel(30, 12), np.arange(30) < treated
    found = said(before_after(score + 1.0 * marked[:, None] * (np.arange(12) >= 6), marked, 6, rng=generator()))
    assert found.method == method
    assert found.low < 1.0 < found.high
    assert found.p <= 0.05
    assert (found.larger_than is None) == (treated > 1)


def test_interval_and_p_are_those_of_the_parts(
    oracle: Callable[[str], Any], table: Callable[[str], dict[str, Any]]
) -> None:
    """Estimate and interval of the difference of changes, p of the studentised permutation."""
    (score, treated), values = log_scores(table), oracle("did_synth_collapsed")
    found = said(before_after(score, treated, 6, rng=generator()))
    assert found.estimate == pytest.approx(values["did"], rel=1e-9)
    assert (found.n, found.n_treated, found.waves_before, found.waves_after) == (24, 6, 6, 6)
    assert 0.001 < found.p < 0.02
    assert found.low < values["did"] < found.high


def test_teams_chosen_low_are_compared_given_their_baseline() -> None:
    """The rise that comes anyway is told apart."""
    after, baseline, treated = chosen_low(8)
    found = said(before_after(np.column_stack([baseline, after]), treated, 1, rng=generator(), chosen_on=baseline))
    assert found.method == "adjusted for the baseline"
    assert found.rises_anyway is not None
    assert found.rises_anyway > 0.1


def test_one_treated_team_uses_its_size() -> None:
    """A larger team needs a smaller move to stand out."""
    score, marked = panel(30, 12, seed=7), np.arange(30) < 1
    sizes = np.where(np.arange(30) < 15, 40.0, 4.0)
    score[15:] += generator(9).normal(0, 0.6, (15, 12))
    score[0, 6:] += 0.3
    unscaled = said(before_after(score, marked, 6, rng=generator()))
    scaled = said(before_after(score, marked, 6, rng=generator(), size=sizes))
    assert scaled.p < unscaled.p


def test_no_effect_may_be_said_only_inside_what_could_be_found() -> None:
    """An interval that reaches the detectable change forbids the wording."""
    score, marked = panel(40, 12, seed=2), np.arange(40) < 20
    narrow = said(before_after(score, marked, 6, rng=generator(), detectable=1.0))
    wide = said(before_after(score, marked, 6, rng=generator(), detectable=0.05))
    unknown = said(before_after(score, marked, 6, rng=generator()))
    assert [narrow.may_say_no_effect, wide.may_say_no_effect, unknown.may_say_no_effect] == [True, False, False]


def test_teams_without_the_score_they_were_chosen_on_are_left_out() -> None:
    """They cannot be compared given their baseline."""
    after, baseline, treated = chosen_low(8)
    score, baseline = np.column_stack([baseline, after]), baseline.copy()
    baseline[[np.flatnonzero(treated)[0], np.flatnonzero(~treated)[0]]] = np.nan
    found = said(before_after(score, treated, 1, rng=generator(), chosen_on=baseline))
    assert (found.n, found.n_treated) == (38, 7)


def test_three_treated_teams_are_enough_for_the_studentised_test() -> None:
    """Its p-value is the one that is told."""
    score, marked = panel(14, 6, seed=5), np.arange(14) >= 11
    change = collapse(score, 3).change
    test = permutation_test(change, marked, rng=generator())
    assert isinstance(test, PermutationTest)
    assert said(before_after(score, marked, 3, rng=generator())).p == test.p


def test_teams_without_a_side_are_left_out() -> None:
    """They cannot have changed."""
    score, marked = panel(30, 6), np.arange(30) < 5
    score[[0, 29], :3] = np.nan
    found = said(before_after(score, marked, 3, rng=generator()))
    assert (found.n, found.n_treated) == (28, 4)


@pytest.mark.parametrize(("treated", "needed"), [(0, 1), (30, 19)])
def test_nobody_on_a_side_cannot_tell(treated: int, needed: int) -> None:
    """All treated, or none."""
    score = panel(30, 6)
    score[3, 1] = np.nan
    outcome = before_after(score, np.arange(30) < treated, 3, rng=generator())
    assert isinstance(outcome, CannotTell)
    assert outcome.needed == needed


@pytest.mark.parametrize("treated", [1, 2, 5])
def test_teams_that_do_not_move_cannot_tell(treated: int) -> None:
    """Equal scores in all teams and waves are no evidence of anything."""
    outcome = before_after(np.full((30, 12), 3.0), np.arange(30) < treated, 6, rng=generator())
    assert isinstance(outcome, CannotTell)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"size": np.ones(29)}, "treated 30, size 29"),
        ({"chosen_on": np.ones(29)}, "chosen_on 29"),
        ({"confidence": 95}, "confidence must lie between 0 and 1, got 95"),
    ],
)
def test_nonsense_is_refused(more: dict[str, Any], message: str) -> None:
    """The message names the argument, its value and the limit."""
    with pytest.raises(ValueError, match=message):
        before_after(panel(30, 6), np.arange(30) < 5, 3, rng=generator(), **more)
