"""Data with nothing in them are an answer, never a crash, a warning or a number that is none.

What exactly each function answers stands in its own tests; here all of them meet the same poor data.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from surveyapp.stats import (
    agreement,
    alerts,
    association,
    change,
    cohorts,
    confirmation,
    correlation,
    designs,
    intraclass,
    lags,
    latency,
    omega,
    panel,
    reliability,
    scores,
    shrinkage,
    slopes,
    smoothing,
    steps,
    survival,
    trend,
    variance,
)
from surveyapp.stats.histograms import AnswerHistograms
from surveyapp.stats.moments import ItemMoments
from surveyapp.stats.outcome import CannotTell

Table = Any
RNG = np.random.default_rng(1)
TEAMS, WAVES = 24, 20
SCORES: dict[str, Table] = {
    "no teams": np.empty((0, WAVES)),
    "one team": RNG.normal(3, 1, (1, WAVES)),
    "two teams": RNG.normal(3, 1, (2, WAVES)),
    "one wave": RNG.normal(3, 1, (TEAMS, 1)),
    "all equal": np.full((TEAMS, WAVES), 3.0),
    "all withheld": np.full((TEAMS, WAVES), np.nan),
}
SHEETS: dict[str, Table] = {
    "no sheets": np.empty((0, 4)),
    "one sheet": np.array([[3.0, 4.0, 5.0, 2.0]]),
    "one item": RNG.integers(1, 6, (200, 1)).astype(float),
    "all equal": np.full((200, 4), 3.0),
    "all skipped": np.full((200, 4), np.nan),
}
WAITING: dict[str, tuple[Table, Table]] = {
    "no cases": (np.empty(0), np.empty(0, dtype=bool)),
    "one case": (np.ones(1), np.ones(1, dtype=bool)),
    "all at once": (np.ones(20), np.ones(20, dtype=bool)),
    "none done": (np.full(20, 2.0), np.zeros(20, dtype=bool)),
    "done at once": (np.zeros(20), np.ones(20, dtype=bool)),
}


def counts(table: Table) -> Table:
    """Six sheets everywhere."""
    return np.full(table.shape, 6.0)


def cells(table: Table) -> tuple[Table, ...]:
    """Score, count, exposure, team and wave; nothing is counted where all are equal."""
    team, wave = (place.ravel() for place in np.indices(table.shape))
    values = table.ravel()
    events = np.zeros(values.size) if values.size and np.ptp(values) == 0 else np.ones(values.size)
    return values, events, np.ones(values.size), team, wave


def incidents(table: Table) -> panel.Incidents:
    """The same with everything that the panel reads."""
    score, events, exposure, team, wave = cells(table)
    return panel.Incidents(team, wave, score, exposure, events, events, events, events, events, np.ones(score.size))


def people(table: Table) -> tuple[Table, Table]:
    """Scores and teams, as if waves were persons."""
    return table.ravel(), np.indices(table.shape)[0].ravel()


def first_quarter(table: Table) -> Table:
    """Who was treated."""
    return np.arange(len(table)) < len(table) // 4


OF_SCORES: dict[str, Callable[[Table], object]] = {
    "icc1": lambda table: intraclass.icc1(*people(table)),
    "one_way": lambda table: variance.one_way(*people(table)),
    "pooled_spread": lambda table: reliability.pooled_spread(*people(table)),
    "shrink": lambda table: shrinkage.shrink(*(np.nan_to_num(table[:, 0]), *[np.full(len(table), 6)] * 2), sd=0.6),
    "pooled_line": lambda table: trend.pooled_line(table, counts(table), sd=0.6),
    "step_variance": lambda table: steps.step_variance(table, counts(table), 8, sd=0.6),
    "smooth": lambda table: smoothing.smooth(table, counts(table)),
    "drop_alerts": lambda table: alerts.drop_alerts(table, counts(table)),
    "organisation_slope": lambda table: slopes.organisation_slope(table, counts(table)),
    "theil_sen_panel": slopes.theil_sen_panel,
    "safety_and_counts": lambda table: association.safety_and_counts(*cells(table)),
    "swap_whole_series": lambda table: confirmation.swap_whole_series(*cells(table), rng=RNG),
    "swap_averages": lambda table: confirmation.swap_averages(*cells(table), rng=RNG),
    "counts_after_scores": lambda table: lags.counts_after_scores(*cells(table)),
    "panel": lambda table: panel.panel(incidents(table)),
    "staggered_effect": lambda table: cohorts.staggered_effect(
        table, np.where(first_quarter(table), 5.0, np.nan), waves_before=3, waves_after=2
    ),
    "difference_of_changes": lambda table: change.difference_of_changes(
        np.nan_to_num(table[:, 0]), first_quarter(table)
    ),
    "mean_change": lambda table: change.mean_change(table[:, 0]),
    "spread_of_change": lambda table: designs.spread_of_change(table, 3, 3),
    "pearson": lambda table: correlation.pearson(np.nan_to_num(table[:, 0]), np.nan_to_num(table[:, -1])),
}
OF_SHEETS: dict[str, Callable[[Table], object]] = {
    "person_scores": scores.person_scores,
    "team_scores_from_moments": lambda sheets: scores.team_scores_from_moments([ItemMoments.of(sheets)]),
    "histograms": lambda sheets: scores.team_scores_from_moments([AnswerHistograms.of(sheets).moments()]),
    "alpha": reliability.alpha,
    "alpha of pairs": lambda sheets: reliability.alpha(sheets, pairwise=True),
    "item_rest": lambda sheets: reliability.item_rest(ItemMoments.of(sheets).complete()),
    "omega": lambda sheets: omega.omega(ItemMoments.of(sheets).complete()),
    "team_spread": lambda sheets: agreement.team_spread(sheets, np.arange(len(sheets)) % 3),
    "rwg": lambda sheets: agreement.rwg(sheets, np.arange(len(sheets)) % 3),
    "rwg_lindell": lambda sheets: agreement.rwg_lindell(sheets, np.arange(len(sheets)) % 3),
    "awg": lambda sheets: agreement.awg(sheets, np.arange(len(sheets)) % 3),
}
OF_WAITING: dict[str, Callable[[Table, Table], object]] = {
    "waiting_curve": survival.waiting_curve,
    "restricted_mean": lambda duration, done: survival.restricted_mean(duration, done, 1.0),
    "compare_waiting": lambda duration, done: survival.compare_waiting(duration, done, np.arange(len(done)) % 2 == 0),
    "cumulative_share": lambda duration, done: latency.cumulative_share(duration, done.astype(int), 1.0),
    "surfacing_time": lambda duration, done: latency.surfacing_time(
        np.zeros(len(done)), np.where(done, duration, np.nan), now=9.0, horizon=5.0
    ),
}


def sound(outcome: object) -> bool:
    """Tell whether an outcome is a refusal, or a result without a single number that is none."""
    if isinstance(outcome, CannotTell):
        return len(outcome.reason.split()) >= 3 and outcome.n >= 0
    if isinstance(outcome, np.ndarray):
        return True
    values = [getattr(outcome, field.name) for field in fields(outcome)]  # type: ignore[arg-type]
    return not any(isinstance(value, float) and np.isnan(value) for value in values)


@pytest.mark.parametrize("kind", SCORES)
@pytest.mark.parametrize("name", OF_SCORES)
def test_poor_tables_of_teams_have_an_answer(name: str, kind: str) -> None:
    """No team, one, two, one wave, all the same, or everything withheld."""
    assert sound(OF_SCORES[name](SCORES[kind]))


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("name", OF_SHEETS)
def test_poor_sheets_have_an_answer(name: str, kind: str) -> None:
    """No sheet, one, one item, all the same, or everything skipped."""
    assert sound(OF_SHEETS[name](SHEETS[kind]))


@pytest.mark.parametrize("kind", WAITING)
@pytest.mark.parametrize("name", OF_WAITING)
def test_poor_durations_have_an_answer(name: str, kind: str) -> None:
    """No case, one, all at the same time, none done, or all done at once."""
    assert sound(OF_WAITING[name](*WAITING[kind]))
