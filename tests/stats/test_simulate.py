"""Made-up organisations are what their recipe says."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import pearsonr

from surveyapp.stats.recipe import Recipe
from surveyapp.stats.simulate import answers_of, climate, expected_answer, organisation, shocks

BIG = Recipe(teams=600, waves=4, turnover=0.0)


def test_the_same_seed_gives_the_same_organisation() -> None:
    """A figure found by simulation can be found again."""
    first, second = (organisation(np.random.default_rng(5), Recipe(teams=5, waves=3)) for _ in range(2))
    assert np.array_equal(first.answers, second.answers)
    assert np.array_equal(first.log.errors, second.log.errors)


def test_person_scores_have_the_planted_share_of_team_variance() -> None:
    """Between and within variance agree with icc and within_sd where the scale has room for both."""
    recipe = replace(BIG, waves=1, icc=0.3, item_spread=0.0, response=1.0, points=9, centre=5.0)
    made = organisation(np.random.default_rng(1), recipe)
    scores = np.asarray(made.keyed().mean(axis=1))
    counts = np.bincount(made.team, minlength=600)
    means = np.bincount(made.team, weights=scores, minlength=600) / counts
    within = ((scores - means[made.team]) ** 2).sum() / (scores.size - 600)
    between = means.var(ddof=1) - within * (1 / counts).mean()
    assert within**0.5 == pytest.approx(0.65, abs=0.03)
    assert between / (between + within) == pytest.approx(0.3, abs=0.04)


def test_people_keep_the_planted_share_of_what_sets_them_apart() -> None:
    """The correlation of a person's own deviations in two waves is the stable share, less what rounding takes."""
    made = organisation(np.random.default_rng(2), replace(BIG, waves=2, icc=0.0, response=1.0, item_spread=0.0))
    scores = np.asarray(made.keyed().mean(axis=1))
    first, second = (scores[made.wave == wave][np.argsort(made.person[made.wave == wave])] for wave in (0, 1))
    assert pearsonr(first, second).statistic == pytest.approx(0.5, abs=0.04)


def test_truth_is_the_average_of_many_answers() -> None:
    """The truth of a team is the mean score of its roster when mood and noise are averaged out."""
    recipe = Recipe(teams=4, waves=400, turnover=0.0, shock_share=0.0, response=1.0, item_spread=0.3)
    made = organisation(np.random.default_rng(3), recipe)
    assert made.means().mean(axis=1) == pytest.approx(made.truth.mean(axis=1), abs=0.03)


def test_reverse_items_are_turned_back() -> None:
    """With reverse keys undone all items rise with the climate."""
    recipe = Recipe(teams=200, waves=1, icc=0.6, item_noise=0.3, reverse=(0, 2), items=4)
    made = organisation(np.random.default_rng(4), recipe)
    raw, keyed = (np.asarray(np.corrcoef(table, rowvar=False)) for table in (made.answers.astype(float), made.keyed()))
    assert raw[0, 1] < -0.4
    assert keyed.min() > 0.4


def test_answers_keep_to_the_scale() -> None:
    """Extreme persons answer with the ends of the scale."""
    drawn = answers_of(np.random.default_rng(6), [-5.0, 3.0, 12.0], np.zeros(40), points=7)
    assert (drawn[0] == 1).all()
    assert (drawn[2] == 7).all()
    assert 1 <= drawn.min() <= drawn.max() <= 7


def test_skipped_items_are_missing_in_the_keyed_answers() -> None:
    """A skipped item is 0 as given and NaN when scored, also when it is reverse-keyed."""
    made = organisation(np.random.default_rng(7), Recipe(teams=30, waves=2, skip=0.2, reverse=(1,)))
    assert (made.answers == 0).mean() == pytest.approx(0.2, abs=0.02)
    assert np.array_equal(np.isnan(made.keyed()), made.answers == 0)


@pytest.mark.parametrize("response", [0.5, 0.78, 0.95])
def test_the_planted_share_answers(response: float) -> None:
    """Response is the share of the roster that answers a wave."""
    made = organisation(np.random.default_rng(8), replace(BIG, response=response))
    assert (made.counts().sum() / (made.sizes.sum() * 4)) == pytest.approx(response, abs=0.01)


def test_silence_makes_the_unsafe_disappear() -> None:
    """When silence depends on safety the answers look better than the truth."""
    loud, silent = (
        organisation(np.random.default_rng(9), replace(BIG, waves=1, silence=silence)) for silence in (0.0, 1.5)
    )
    assert abs(np.nanmean(loud.means() - loud.truth)) < 0.03
    assert np.nanmean(silent.means() - silent.truth) > 0.1


def test_turnover_replaces_persons_and_keeps_the_size() -> None:
    """A new person has a new number, and the roster keeps its length."""
    made = organisation(np.random.default_rng(10), Recipe(teams=50, waves=20, turnover=0.1, response=1.0))
    assert np.array_equal(made.counts(), np.broadcast_to(made.sizes[:, None], (50, 20)))
    expected = made.sizes.sum() * (1 + 0.1 * 19)
    assert np.unique(made.person).size == pytest.approx(expected, rel=0.1)


def test_shocks_persist_as_planted() -> None:
    """Neighbouring waves correlate by the persistence, at the same variance throughout."""
    series = shocks(np.random.default_rng(11), (4000, 6), sd=0.3, persistence=0.8)
    assert pearsonr(series[:, 4], series[:, 5]).statistic == pytest.approx(0.8, abs=0.02)
    assert series.std(axis=0) == pytest.approx(np.full(6, 0.3), abs=0.01)


def test_drift_and_effect_move_the_climate() -> None:
    """The whole organisation drifts by the planted amount, and an effect is added to its team."""
    recipe = Recipe(teams=2, waves=3, icc=0.0, drift=0.6)
    moved = climate(np.random.default_rng(12), recipe, effect=[[0.0], [1.0]])
    assert moved[0] == pytest.approx([3.6, 3.9, 4.2])
    assert moved[1] == pytest.approx([4.6, 4.9, 5.2])


def test_safe_teams_err_less_and_report_more_as_planted() -> None:
    """Errors fall and the reported share rises with the climate."""
    recipe = replace(BIG, error_slope=-0.3, report_slope=0.8, icc=0.3)
    made = organisation(np.random.default_rng(13), recipe)
    safe = made.climate > recipe.centre
    rates = [made.log.errors[side].sum() / made.log.person_weeks[side].sum() for side in (safe, ~safe)]
    told = [made.log.self_reported[side].sum() / made.log.errors[side].sum() for side in (safe, ~safe)]
    assert rates[0] < 0.8 * rates[1]
    assert told[0] > told[1] + 0.2


def test_the_log_counts_add_up() -> None:
    """Nobody finds more errors than there were, and both finders found what each of them found."""
    log = organisation(np.random.default_rng(14), Recipe(teams=30)).log
    assert (log.self_reported <= log.errors).all()
    assert (log.both <= np.minimum(log.self_reported, log.external)).all()
    assert (log.self_reported + log.external - log.both <= log.errors).all()
    assert np.array_equal(np.isnan(log.days_to_surface), log.errors == 0)


def test_expected_answer_is_the_mean_of_rounded_draws() -> None:
    """The closed form agrees with a million rounded and clipped draws."""
    draws = np.clip(np.rint(4.4 + np.random.default_rng(15).normal(0, 0.9, 1_000_000)), 1, 5)
    assert expected_answer(4.4, noise_sd=0.9) == pytest.approx(draws.mean(), abs=0.005)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"teams": 0}, "teams is 0"),
        ({"sizes": (5, 4)}, "largest team is 4"),
        ({"response": 1.2}, "response is 1.2"),
        ({"icc": 1.0}, "icc is 1"),
        ({"item_noise": 3.0}, "item_noise 3.0"),
    ],
)
def test_an_impossible_recipe_names_the_value(change: dict[str, object], named: str) -> None:
    """A wrong value is named together with its limit."""
    with pytest.raises(ValueError, match=named):
        Recipe(**change)  # type: ignore[arg-type]
