"""Which functions are held, with which arguments; some twice, with what they can be asked besides."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from surveyapp.stats import (
    agreement,
    alerts,
    among_teams,
    association,
    before_after,
    change,
    checks,
    cohorts,
    confirmation,
    correlation,
    counting,
    demonstration,
    designs,
    detectable,
    estimates,
    flips,
    glm,
    interrupted,
    intraclass,
    lags,
    latency,
    levels,
    moments,
    multiplicity,
    omega,
    outcomes,
    panel,
    permutation,
    power,
    rates,
    recipe,
    relations,
    reliability,
    scores,
    seeds,
    shrinkage,
    simulate,
    since,
    slopes,
    smoothing,
    steps,
    survival,
    tables,
    trend,
    variance,
    wave_effects,
    words,
)
from surveyapp.stats.histograms import AnswerHistograms
from surveyapp.stats.moments import Covariances, ItemMoments
from surveyapp.stats.outcome import CannotTell
from tests.stats.exact import Call, Case

Cases = dict[str, Case]


def seeded(function: Callable[..., object]) -> Call:
    """Give the function a generator of its own at every call."""
    return lambda **arguments: function(rng=np.random.default_rng(1), **arguments)


def table(teams: int = 24, waves: int = 20) -> tuple[Any, Any]:
    """Means and counts of teams that move, with gaps and unequal sizes."""
    rng = np.random.default_rng(7)
    means = 3.5 + rng.normal(0, 0.3, (teams, 1)) + np.cumsum(rng.normal(0, 0.08, (teams, waves)), axis=1)
    means += rng.normal(0, 0.2, (teams, waves))
    means[rng.random(means.shape) < 0.06] = np.nan
    return means, 4.0 + rng.integers(0, 7, (teams, 1)) + rng.integers(0, 3, (teams, waves))


def cells(teams: int = 16, waves: int = 10) -> dict[str, Any]:
    """Score, count and exposure by team and wave, with a withheld score."""
    rng = np.random.default_rng(8)
    team, wave = (place.ravel() for place in np.indices((teams, waves)))
    score = 3.5 + rng.normal(0, 0.3, teams)[team] + rng.normal(0, 0.3, team.size)
    count = rng.poisson(2 * np.exp(0.5 * (score - 3.5))).astype(float)
    score[5] = np.nan
    return {"score": score, "count": count, "exposure": rng.uniform(5, 15, team.size), "team": team, "wave": wave}


def sheets(n: int = 130, items: int = 4) -> Any:
    """Answers with a common cause, some skipped."""
    rng = np.random.default_rng(9)
    raw = 3.3 + rng.normal(0, 0.8, (n, 1)) + rng.normal(0, 0.8, (n, items)) + 0.2 * np.arange(items)
    found = np.clip(np.round(raw), 1, 5)
    found[rng.random(found.shape) < 0.05] = np.nan
    return found


def waits(n: int = 40) -> tuple[Any, Any]:
    """Whole days with ties, and who is done."""
    rng = np.random.default_rng(10)
    return np.ceil(rng.exponential(8, n)), rng.random(n) < 0.7


def log(teams: int = 20, waves: int = 8) -> dict[str, Any]:
    """A log with everything that the panel reads."""
    rng = np.random.default_rng(11)
    team, wave = (place.ravel() for place in np.indices((teams, waves)))
    score = 3.5 + rng.normal(0, 0.4, teams)[team] + rng.normal(0, 0.1, team.size)
    errors = rng.poisson(3.0, team.size)
    told = rng.binomial(errors, 1 / (1 + np.exp(-2 * (score - 3.5))))
    both = rng.binomial(told, 0.3)
    named = {
        "score": score,
        "person_weeks": rng.uniform(10, 20, team.size),
        "told": told,
        "found": both + rng.binomial(errors - told, 0.3),
        "both": both,
        "near_misses": rng.poisson(1.5, team.size),
        "harm": rng.binomial(errors, 0.3),
        "days": np.where(errors > 0, rng.exponential(6, team.size), np.nan),
    }
    return {"team": team, "wave": wave} | {name: values.astype(float) for name, values in named.items()}


def scales() -> Cases:
    """Hold what is computed from sheets and scores of one wave."""
    answers, rng = sheets(), np.random.default_rng(2)
    team = np.arange(len(answers)) % 13
    whole = np.nan_to_num(answers, nan=3.0)
    score = whole.mean(axis=1) + 0.1 * team
    count, means = np.bincount(team).astype(float), np.bincount(team, score) / np.bincount(team)
    squares = float(((score - means[team]) ** 2).sum())
    covariances = ItemMoments.of(answers).complete()
    figures = np.array([[3.2, 4.1, 2.5], [3.8, np.nan, 2.9], [4.6, 4.4, 1.2]])
    low, high = figures - np.array([0.05, 0.05, 0.4]), figures + np.array([0.05, 0.3, 0.05])
    released = {"values": figures, "lows": low, "highs": high, "counts": np.full((3, 3), 7.0), "grid": 0.1}
    people = {"scores": score, "teams": team}
    sums = {"counts": count, "means": means, "squares": squares}
    level = {"level": 0.8}
    parts = [answers[team == one] for one in range(13)]
    own = {"means": means, "counts": count, "rosters": count + 3, "sd": 0.6, "rounding": np.full(13, 0.01)}
    between = variance.one_way(score, team)
    shrunk = shrinkage.shrink(means, count, count + 3, sd=0.6)
    return {
        "agreement.team_spread": (agreement.team_spread, {"answers": answers, "teams": team, "least_persons": 7}),
        "agreement.team_spread few": (agreement.team_spread, {"answers": answers, "teams": team % 9, "least_teams": 9}),
        "agreement.rwg": (agreement.rwg, {"answers": answers, "teams": team, "null_variance": 1.34}),
        "agreement.rwg_lindell": (agreement.rwg_lindell, {"answers": answers, "teams": team, "null_variance": 1.34}),
        "agreement.awg": (agreement.awg, {"answers": answers, "teams": team, "points": 5}),
        "agreement.awg seven": (agreement.awg, {"answers": answers, "teams": team, "points": 7}),
        "agreement.rwg bare": (agreement.rwg, {"answers": answers, "teams": team}),
        "agreement.rwg_lindell bare": (agreement.rwg_lindell, {"answers": answers, "teams": team}),
        "agreement.awg bare": (agreement.awg, {"answers": answers, "teams": team}),
        "agreement.team_spread bare": (agreement.team_spread, {"answers": answers, "teams": team}),
        "reliability.alpha": (reliability.alpha, {"answers": answers, "pairwise": True, "minimum": 40} | level),
        "reliability.alpha bare": (reliability.alpha, {"answers": answers}),
        "reliability.alpha few": (reliability.alpha, {"answers": answers[:20]}),
        "reliability.alpha_from_covariances": (reliability.alpha_from_covariances, {"covariances": covariances}),
        "reliability.item_rest": (reliability.item_rest, {"covariances": covariances, "minimum": 30} | level),
        "reliability.item_rest bare": (reliability.item_rest, {"covariances": covariances}),
        "reliability.item_rest two": (reliability.item_rest, {"covariances": Covariances(29, np.eye(3))}),
        "reliability.pooled_spread": (reliability.pooled_spread, people | level),
        "reliability.pooled_spread bare": (reliability.pooled_spread, people),
        "reliability.pooled_spread_from_squares": (
            reliability.pooled_spread_from_squares,
            {"counts": count, "squares": np.linspace(1, 4, 13)},
        ),
        "omega.omega": (omega.omega, {"covariances": ItemMoments.of(whole).complete(), "minimum": 100} | level),
        "omega.omega few": (omega.omega, {"covariances": Covariances(99, np.full((3, 3), 0.4) + 0.6 * np.eye(3))}),
        "omega.omega three": (omega.omega, {"covariances": Covariances(200, np.full((3, 3), 0.4) + 0.6 * np.eye(3))}),
        "omega.omega two": (omega.omega, {"covariances": Covariances(200, np.full((2, 2), 0.4) + 0.6 * np.eye(2))}),
        "omega.omega gaps": (omega.omega, {"covariances": Covariances(200, np.full((3, 3), np.nan))}),
        "omega.omega apart": (omega.omega, {"covariances": Covariances(200, np.eye(4))}),
        "intraclass.icc1": (intraclass.icc1, people | {"least_teams": 10, "least_persons": 50} | level),
        "intraclass.icc1 bare": (intraclass.icc1, people),
        "intraclass.icc1 alike": (intraclass.icc1, {"scores": rng.normal(3, 1, 130), "teams": team}),
        "intraclass.icc1_from_sums": (intraclass.icc1_from_sums, sums),
        "variance.one_way": (variance.one_way, people | {"minimum": 3} | level),
        "variance.one_way bare": (variance.one_way, people),
        "variance.one_way alike": (variance.one_way, {"scores": rng.normal(3, 1, 130), "teams": team}),
        "variance.one_way_from_sums": (variance.one_way_from_sums, sums),
        "variance.between_variance": (
            variance.between_variance,
            {"means": means, "error_variances": 0.4 / count, "minimum": 3} | level,
        ),
        "variance.between_variance bare": (
            variance.between_variance,
            {"means": means, "error_variances": 0.5 / (count + np.arange(13))},
        ),
        "shrinkage.shrink": (shrinkage.shrink, own | {"stable_share": 0.4, "minimum": 10} | level),
        "shrinkage.shrink bare": (shrinkage.shrink, {key: own[key] for key in ("means", "counts", "rosters", "sd")}),
        "shrinkage.shrink known": (shrinkage.shrink, own | {"between": between}),
        "shrinkage.chance_below": (shrinkage.chance_below, {"scores": shrunk, "limit": 3.6}),
        "shrinkage.team_reliability": (
            shrinkage.team_reliability,
            {"between": between, "counts": count, "sd": 0.6},
        ),
        "shrinkage.team_reliability bare": (shrinkage.team_reliability, {"between": between, "counts": count}),
        "scores.person_scores": (scores.person_scores, {"answers": answers, "answered_share": 0.75}),
        "scores.person_scores known": (
            scores.person_scores,
            {"answers": answers, "item_means": np.array([3.1, 3.3, 3.6, 3.9])},
        ),
        "scores.team_scores": (scores.team_scores, {"scores": score, "teams": team, "count": 14}),
        "scores.team_scores_from_moments": (
            lambda item_means, answered_share: scores.team_scores_from_moments(
                [ItemMoments.of(part) for part in parts], item_means=item_means, answered_share=answered_share
            ),
            {"item_means": np.array([3.1, 3.3, 3.6, 3.9]), "answered_share": 0.5},
        ),
        "scores.team_scores_from_moments own": (
            scores.team_scores_from_moments,
            {"moments": [*(ItemMoments.of(part) for part in parts), ItemMoments.nothing(4)]},
        ),
        "scores.released_scale": (scores.released_scale, released),
        "scores.released_union": (scores.released_union, released),
        "moments.keyed": (moments.keyed, {"answers": whole, "reverse": (0, 2), "points": 5}),
        "moments.keyed bare": (moments.keyed, {"answers": whole}),
        "moments.keyed beyond": (moments.keyed, {"answers": whole, "reverse": (4,)}),
        "moments.sheets": (moments.sheets, {"answers": answers}),
        "ItemMoments": (
            lambda answers: [
                found := ItemMoments.of(answers) + ItemMoments.of(answers[::2]),
                found.items,
                found.n,
                found.item_counts,
                found.item_sums,
                found.complete(),
                found.pairwise(),
                ItemMoments.nothing(3),
            ],
            {"answers": answers},
        ),
        "ItemMoments unlike": (lambda items: ItemMoments.nothing(3) + ItemMoments.nothing(items), {"items": 4}),
        "Covariances": (Covariances.from_sums, {"n": 5, "sums": np.arange(3.0), "products": np.eye(3) * 9}),
        "AnswerHistograms": (
            lambda answers, points: [
                found := AnswerHistograms.of(answers, points=points) + AnswerHistograms.of(answers[::2], points=points),
                found.moments(),
                AnswerHistograms.nothing(3, points=points),
                found.of_items,
            ],
            {"answers": whole, "points": 5},
        ),
    }


def series() -> Cases:
    """Hold what is computed from means of teams over waves."""
    means, counts = table()
    full = np.where(np.isfinite(means), means, 3.5)
    rosters = counts + 3
    one = {"means": means, "counts": counts}
    level = {"level": 0.8}
    band: Any = estimates.team_band(3.5, 6, 8)
    long, weights = table(24, 34)
    kept = {"means": long, "counts": weights}
    fallen = alerts.drop_alerts(long, weights)
    slope = slopes.slope_among_teams(means, counts, 3)
    step = steps.step_variance(means, counts, rosters, sd=0.6)
    many, sizes = table(20, 9)
    smooth = {"means": many, "counts": sizes}
    line = {"line": full, "error": np.linspace(0.1, 0.4, full.size).reshape(full.shape), "first": 2, "last": 9}
    banded = {"mean": 3.52, "n": 6, "roster": 8}
    options = {"sd": 0.6, "df": 40.0, "stable_share": 0.4, "coding": estimates.Coding(0.1, 0.02, 0.3), "level": 0.9}
    return {
        "alerts.drop_alerts": (
            alerts.drop_alerts,
            kept | {"recent": 3, "before": 9, "false_alarms": 0.4, "waves_a_year": 20.0} | level,
        ),
        "alerts.drop_alerts bare": (alerts.drop_alerts, kept),
        "alerts.drop_alerts thin": (alerts.drop_alerts, one),
        "alerts.drop_alerts short": (alerts.drop_alerts, {"means": means[:, :12], "counts": counts[:, :12]}),
        "alerts.drop_alerts few": (alerts.drop_alerts, {"means": means[:15], "counts": counts[:15]}),
        "smoothing.smooth": (
            lambda **o: smoothing.smooth(**smooth, rosters=sizes + 3, rounding=0.01, level=0.8, **o),
            {"stable_share": 0.4},
        ),
        "smoothing.smooth bare": (smoothing.smooth, smooth),
        "smoothing.smooth in time": (
            lambda power: smoothing.smooth(**smooth, times=np.arange(9) ** power),
            {"power": 2.0},
        ),
        "smoothing.smooth short": (smoothing.smooth, {"means": many[:, :7], "counts": sizes[:, :7]}),
        "smoothing.smooth few": (smoothing.smooth, {"means": many[:19], "counts": sizes[:19]}),
        "trend.pooled_line": (
            trend.pooled_line,
            one | {"sd": 0.6, "df": 50.0, "window": 4, "rounding": 0.01} | level,
        ),
        "trend.pooled_line bare": (trend.pooled_line, one | {"sd": 0.6}),
        "trend.pooled_line stepping": (trend.pooled_line, one | {"sd": 0.6, "rosters": rosters, "steps": step}),
        "trend.pooled_line half": (trend.pooled_line, one | {"sd": 0.6, "rosters": rosters}),
        "trend.wave_change": (trend.wave_change, {"first": band, "second": replace(band, estimate=3.9), "df": 20.0}),
        "trend.wave_change bare": (trend.wave_change, {"first": band, "second": replace(band, estimate=3.9)}),
        "trend.wave_change unlike": (trend.wave_change, {"first": band, "second": replace(band, level=0.9)}),
        "steps.step_variance": (
            steps.step_variance,
            one | {"rosters": rosters, "sd": 0.6, "stable_share": 0.4, "rounding": 0.01} | level,
        ),
        "steps.step_variance bare": (steps.step_variance, one | {"rosters": rosters, "sd": 0.6}),
        "slopes.slope_among_teams": (slopes.slope_among_teams, one | {"team": 3} | level),
        "slopes.slope_among_teams bare": (slopes.slope_among_teams, one | {"team": 5}),
        "slopes.slope_among_teams few": (
            slopes.slope_among_teams,
            {"means": means[:15], "counts": counts[:15], "team": 3},
        ),
        "slopes.organisation_slope": (slopes.organisation_slope, one | level),
        "slopes.organisation_slope bare": (slopes.organisation_slope, one),
        "slopes.organisation_slope short": (
            slopes.organisation_slope,
            {"means": means[:, :5], "counts": counts[:, :5]},
        ),
        "slopes.theil_sen": (slopes.theil_sen, {"times": np.arange(20.0), "values": full[2]} | level),
        "slopes.theil_sen bare": (slopes.theil_sen, {"times": np.arange(9.0) ** 1.5, "values": full[4, :9]}),
        "slopes.theil_sen_panel": (slopes.theil_sen_panel, {"means": means, "block": 5}),
        "slopes.theil_sen_panel bare": (slopes.theil_sen_panel, {"means": means}),
        "levels.panel": (levels.panel, one),
        "levels.wave_levels": (levels.wave_levels, {"y": means, "there": np.isfinite(means)}),
        "levels.size_scale": (
            levels.size_scale,
            {"squares": np.array([0.05, 0.02, 0.11]), "noise": np.array([0.2, 0.1, 0.4]), "wanted": np.array([0.3])},
        ),
        "since.moves_since": (since.moves_since, line | {"chance": 0.1} | level),
        "since.moves_since bare": (since.moves_since, line),
        "estimates.sampling_variance": (
            estimates.sampling_variance,
            {"n": np.array([5.0, 6.0, 8.0]), "roster": np.array([8.0, 9.0, 8.0]), "sd": 0.6, "stable_share": 0.4},
        ),
        "estimates.sampling_variance bare": (estimates.sampling_variance, {"n": 5, "roster": 8}),
        "estimates.quantile": (estimates.quantile, {"level": 0.9, "df": 7.0}),
        "estimates.quantile bare": (estimates.quantile, {"level": 0.9}),
        "estimates.team_band": (estimates.team_band, banded | options | {"scale": (3.4, 3.6)}),
        "estimates.team_band bare": (estimates.team_band, banded),
        "estimates.team_band scaled": (estimates.team_band, banded | {"scale": (1.0, 5.0)}),
        "estimates.silence_bounds": (estimates.silence_bounds, banded | {"scale": (0.0, 10.0)}),
        "estimates.silence_bounds bare": (estimates.silence_bounds, banded),
        "Coding": (
            lambda grid, below, above: [
                found := estimates.Coding(grid, below, above),
                found.variance,
            ],
            {"grid": 0.1, "below": 0.02, "above": 0.3},
        ),
        "words.of_change": (
            lambda change, usual: [found := words.of_change(change, usual), str(found)],
            {"change": trend.wave_change(band, replace(band, estimate=3.9)), "usual": 0.3},
        ),
        "words.of_slope": (lambda slope: [found := words.of_slope(slope), str(found)], {"slope": slope}),
        "words.of_alert": (
            lambda alerts, team: [found := words.of_alert(alerts, team), str(found)],
            {"alerts": fallen, "team": 1},
        ),
    }


def counts() -> Cases:
    """Hold what is computed from counts, cases and durations."""
    one, confidence, incidents = cells(), {"confidence": 0.8}, log()
    duration, done = waits()
    end = np.where(done, 1, np.arange(40) % 2 * 2)
    plain = {name: one[name] for name in ("score", "team", "wave")}
    x, y, group = one["score"][6:60], one["count"][6:60], one["team"][6:60]
    signs = panel.panel(panel.Incidents(**incidents))
    poisson = relations.Outcome("poisson", one["count"], one["exposure"])
    hits = relations.Outcome("binomial", np.minimum(one["count"], 4), np.full(160, 4.0))
    typical = relations.Outcome("gaussian", one["count"] + 1.5, one["exposure"])
    family = {f"question {place}": value for place, value in enumerate([0.011, 0.2, 0.03, 0.9, 0.03])}
    p = np.array([0.011, 0.2, 0.03, 0.9, 0.03])
    waiting = {"duration": duration, "happened": done}
    curve = survival.waiting_curve(duration, done)
    design = np.column_stack([np.ones(54), x - 3.5, np.arange(54) % 3])
    fits = {"design": design, "outcome": y, "family": "poisson"}
    points = np.random.default_rng(3).poisson(4, 48) + np.arange(48) // 24
    beside = {"wave": one["wave"][6:], "team": one["team"][6:]}
    columns = {"columns": one["score"][6:, None], "outcome": one["count"][6:]}
    fitted = glm.fit_mean(**fits)
    rise = np.linspace(-1.0, 2.0, 20)
    by_team = {
        "rises": flips.TeamParts(rise, np.zeros((20, 0))),
        "swings": flips.TeamParts(np.cos(np.arange(20)), np.outer(np.sin(np.arange(20)), [0.05])),
    }
    several = {"count": one["count"][:60], "exposure": one["exposure"][:60], "team": one["team"][:60]}
    return {
        "among_teams.rate_among_teams": (among_teams.rate_among_teams, several | confidence),
        "among_teams.rate_among_teams bare": (among_teams.rate_among_teams, several),
        "among_teams.share_among_teams": (
            among_teams.share_among_teams,
            {"hits": np.minimum(several["count"], 4.0), "of": np.full(60, 4.0), "team": several["team"]} | confidence,
        ),
        "among_teams.share_among_teams few": (
            among_teams.share_among_teams,
            {"hits": [1, 2], "of": [3, 4], "team": [0, 1]},
        ),
        "among_teams.median_among_teams": (
            among_teams.median_among_teams,
            {"values": duration, "team": np.arange(40) % 7} | confidence,
        ),
        "among_teams.median_among_teams few": (
            among_teams.median_among_teams,
            {"values": duration[:5], "team": np.arange(5)},
        ),
        "association.safety_and_counts": (association.safety_and_counts, one | {"calendar": False} | confidence),
        "association.safety_and_counts bare": (association.safety_and_counts, one),
        "association.safety_and_counts few": (association.safety_and_counts, {k: v[:110] for k, v in one.items()}),
        "association.read_cells": (
            lambda **o: [found := association.read_cells(**o), association.split(found)],
            one,
        ),
        "correlation.pearson": (correlation.pearson, {"first": x, "second": y} | confidence),
        "correlation.pearson bare": (correlation.pearson, {"first": x[:4], "second": y[:4]}),
        "correlation.pearson three": (correlation.pearson, {"first": x[:3], "second": y[:3]}),
        "correlation.spearman": (correlation.spearman, {"first": x, "second": y} | confidence),
        "correlation.spearman bare": (correlation.spearman, {"first": x[:9], "second": y[:9]}),
        "correlation.within_teams": (correlation.within_teams, {"first": x, "second": y, "team": group} | confidence),
        "correlation.within_teams bare": (correlation.within_teams, {"first": x, "second": y, "team": group}),
        "correlation.between_teams": (correlation.between_teams, {"first": x, "second": y, "team": group} | confidence),
        "correlation.between_teams bare": (correlation.between_teams, {"first": x, "second": y, "team": group}),
        "confirmation.swap_whole_series": (seeded(confirmation.swap_whole_series), one | {"swaps": 199} | confidence),
        "confirmation.swap_whole_series blocks": (seeded(confirmation.swap_whole_series), one | {"swaps": 1001}),
        "confirmation.swap_averages": (seeded(confirmation.swap_averages), one | {"swaps": 199} | confidence),
        "confirmation.swap_averages blocks": (seeded(confirmation.swap_averages), one | {"swaps": 1001}),
        "confirmation.swap_averages few": (seeded(confirmation.swap_averages), {k: v[:110] for k, v in one.items()}),
        "confirmation.swap_whole_series few": (
            seeded(confirmation.swap_whole_series),
            {k: v[one["wave"] < 2] for k, v in one.items()},
        ),
        "lags.counts_after_scores": (lags.counts_after_scores, one | {"delays": (0, 2)} | confidence),
        "lags.counts_after_scores bare": (lags.counts_after_scores, one),
        "lags.counts_after_scores back": (lags.counts_after_scores, one | {"delays": (-1,)}),
        "lags.earlier": (lags.earlier, plain | {"delay": 2}),
        "panel.panel": (
            lambda confidence=0.95, **o: panel.panel(panel.Incidents(**o), confidence=confidence),
            incidents,
        ),
        "panel.panel narrow": (lambda **o: panel.panel(panel.Incidents(**incidents), **o), confidence),
        "panel.verdict": (panel.verdict, {"figures": signs, "level": 0.05}),
        "panel.all_errors": (panel.all_errors, {"told": 40, "found": 30, "both": 12} | confidence),
        "panel.all_errors bare": (panel.all_errors, {"told": 40, "found": 30, "both": 7}),
        "relations.relate": (
            lambda outcome, **o: relations.relate(outcome=outcome, **o),
            plain | {"outcome": poisson} | confidence,
        ),
        "relations.relate hits": (relations.relate, plain | {"outcome": hits}),
        "relations.relate typical": (relations.relate, plain | {"outcome": typical}),
        "relations.relate too many": (relations.relate, plain | {"outcome": replace(hits, values=one["count"] + 5)}),
        "relations.relate below": (relations.relate, plain | {"outcome": replace(typical, values=one["count"])}),
        "relations.relate unweighted": (relations.relate, plain | {"outcome": replace(typical, weight=-one["count"])}),
        "relations.relate_all": (
            lambda score, **o: seeded(relations.relate_all)(
                score=score,
                outcomes={"errors": poisson, "hits": hits, "typical": typical},
                team=one["team"],
                wave=one["wave"],
                panel=signs,
                **o,
            ),
            {"score": one["score"], "delays": (1,), "level": 0.3},
        ),
        "relations.teams_to_tell": (
            relations.teams_to_tell,
            {"found": association.safety_and_counts(**one), "score": one["score"], "team": one["team"]},
        ),
        "relations.teams_to_tell refused": (
            lambda unit: relations.teams_to_tell(CannotTell("too few", 3, 12, unit), one["score"], one["team"]),
            {"unit": "teams"},
        ),
        "rates.poisson_rate": (rates.poisson_rate, {"count": 3, "exposure": 26.0} | confidence),
        "rates.poisson_rate bare": (rates.poisson_rate, {"count": 0, "exposure": 26.0}),
        "rates.share": (rates.share, {"successes": 7, "trials": 20} | confidence),
        "rates.share bare": (rates.share, {"successes": 0, "trials": 20}),
        "rates.rate_against": (rates.rate_against, {"count": 9, "exposure": 26.0, "expected": 0.2} | confidence),
        "rates.rate_against bare": (rates.rate_against, {"count": 1, "exposure": 26.0, "expected": 0.2}),
        "rates.compare_rates": (
            rates.compare_rates,
            {"count": 4, "exposure": 10.0, "other_count": 9, "other_exposure": 12.0} | confidence,
        ),
        "rates.compare_rates bare": (
            rates.compare_rates,
            {"count": 14, "exposure": 10.0, "other_count": 5, "other_exposure": 12.0},
        ),
        "rates.compare_rates nothing": (
            rates.compare_rates,
            {"count": 0, "exposure": 10.0, "other_count": 0, "other_exposure": 12.0},
        ),
        "rates.share nobody": (rates.share, {"successes": 0, "trials": 0}),
        "multiplicity.holm": (multiplicity.holm, {"p": p}),
        "multiplicity.benjamini_hochberg": (multiplicity.benjamini_hochberg, {"p": p, "any_dependence": True}),
        "multiplicity.benjamini_hochberg bare": (multiplicity.benjamini_hochberg, {"p": p}),
        "multiplicity.family": (
            lambda method: [found := multiplicity.family("all", family, method=method), found.found(0.06)],
            {"method": "Holm"},
        ),
        "multiplicity.family bare": (multiplicity.family, {"name": "all", "p": family}),
        "multiplicity.joint_family": (
            lambda p, **o: seeded(multiplicity.joint_family)(name="all", p=p, by_team=by_team, **o),
            {"p": dict(zip(by_team, [0.001, 0.3], strict=True)), "flips": 999},
        ),
        "flips.flip_teams": (
            lambda added, **o: seeded(flips.flip_teams)(
                questions=[flips.TeamParts(added, np.tile([[0.01, -0.02]], (len(added), 1))), *by_team.values()], **o
            ),
            {"added": rise, "flips": 99},
        ),
        "flips.flip_teams few": (
            seeded(flips.flip_teams),
            {"questions": [flips.TeamParts(one.added[:9], one.shared[:9]) for one in by_team.values()]},
        ),
        "survival.waiting_curve": (survival.waiting_curve, waiting | confidence),
        "survival.waiting_curve bare": (survival.waiting_curve, waiting),
        "survival.share_done": (survival.share_done, {"curve": curve, "time": 6.0}),
        "survival.median_time": (survival.median_time, {"curve": curve}),
        "survival.restricted_mean": (survival.restricted_mean, waiting | {"horizon": 9.0} | confidence),
        "survival.restricted_mean bare": (survival.restricted_mean, waiting | {"horizon": 6.5}),
        "survival.compare_waiting": (
            survival.compare_waiting,
            waiting | {"first": np.arange(40) % 2 == 0, "horizon": 9.0} | confidence,
        ),
        "survival.compare_waiting bare": (survival.compare_waiting, waiting | {"first": np.arange(40) % 3 == 0}),
        "latency.cumulative_share": (
            latency.cumulative_share,
            {"duration": duration, "end": end, "time": 6.0} | confidence,
        ),
        "latency.cumulative_share bare": (latency.cumulative_share, {"duration": duration, "end": end, "time": 9.5}),
        "latency.surfacing_time": (
            latency.surfacing_time,
            {"occurred": np.arange(40.0), "surfaced": np.arange(40.0) + duration, "now": 60, "horizon": 25}
            | confidence,
        ),
        "latency.surfacing_time bare": (
            latency.surfacing_time,
            {"occurred": np.arange(40.0), "surfaced": np.arange(40.0) + duration, "now": 90.0, "horizon": 10.0},
        ),
        "outcomes.share_of": (outcomes.share_of, {"hits": 3, "of": 12, "unit": "cases"}),
        "outcomes.rate_of": (outcomes.rate_of, {"count": 3, "exposure": 12.0, "per": 4.0}),
        "outcomes.rate_of bare": (outcomes.rate_of, {"count": 7, "exposure": 12.0}),
        "outcomes.rate_ratio": (
            outcomes.rate_ratio,
            {"later": 40, "exposure": 10.0, "earlier": 90, "earlier_exposure": 12.0},
        ),
        "outcomes.wait_within": (outcomes.wait_within, {"length": duration, "reached": done, "time": 6.0}),
        "outcomes.reached_within": (outcomes.reached_within, {"length": duration, "end": end, "time": 6.0}),
        "outcomes.median_wait": (
            outcomes.median_wait,
            {"start": np.arange(40.0), "hours": duration, "now": 60.0, "horizon": 15.0},
        ),
        "outcomes.ratio_of_sums": (
            outcomes.ratio_of_sums,
            {"part": duration[:12], "whole": duration[:12] + np.arange(12)},
        ),
        "outcomes.median_of": (outcomes.median_of, {"values": duration, "unit": "days"}),
        "outcomes.median_of few": (outcomes.median_of, {"values": duration[:6]}),
        "outcomes.median_of fewer": (outcomes.median_of, {"values": duration[:4]}),
        "outcomes.mean_of": (outcomes.mean_of, {"values": duration, "unit": "days"}),
        "outcomes.mean_of fewer": (outcomes.mean_of, {"values": duration[:4]}),
        "outcomes.slope_of": (outcomes.slope_of, {"times": np.arange(40.0), "values": duration, "unit": "deliveries"}),
        "outcomes.slope_of few": (outcomes.slope_of, {"times": np.arange(7.0), "values": duration[:7]}),
        "glm.fit_mean": (glm.fit_mean, fits | {"offset": np.log(np.linspace(1, 3, 54))}),
        "glm.fit_mean shares": (
            glm.fit_mean,
            fits | {"family": "binomial", "outcome": np.minimum(y, 5), "trials": np.full(54, 5.0)},
        ),
        "glm.fit_mean plain": (glm.fit_mean, fits | {"family": "gaussian"}),
        "glm.fit_mean doubled": (glm.fit_mean, fits | {"design": design[:, [0, 0]]}),
        "glm.interval": (
            glm.interval,
            {"n": 12, "estimate": 0.4, "se": 0.2, "df": 9.0, "confidence": 0.8, "method": "CR2"},
        ),
        "glm.sandwich": (
            _sandwich,
            {"fit": fitted, "cluster": group, "method": "CR2", "weights": np.array([0.0, 1, 2])},
        ),
        "glm.sandwich simple": (_sandwich, {"fit": fitted, "cluster": group, "method": "CR1", "weights": np.eye(3)[1]}),
        "glm.sandwich plain": (_sandwich, {"fit": fitted, "cluster": group, "method": "CR0", "weights": np.eye(3)[2]}),
        "interrupted.newey_west": (interrupted.newey_west, {"fit": fitted, "lag": 3, "adjust": False}),
        "interrupted.newey_west bare": (interrupted.newey_west, {"fit": fitted, "lag": 2}),
        "interrupted.step_in_series": (
            interrupted.step_in_series,
            {"value": points.astype(float), "start": 24, "kind": "poisson", "exposure": np.linspace(8, 9, 48)}
            | {"season": 12, "lag": 2}
            | confidence,
        ),
        "interrupted.step_in_series bare": (interrupted.step_in_series, {"value": points / 3.0, "start": 20}),
        "wave_effects.slopes_beside_waves": (
            wave_effects.slopes_beside_waves,
            columns | {"family": "poisson", "offset": np.log(one["exposure"][6:])} | beside | confidence,
        ),
        "wave_effects.slopes_beside_waves shares": (
            wave_effects.slopes_beside_waves,
            columns
            | {"outcome": np.minimum(one["count"][6:], 5), "family": "binomial", "trials": np.full(154, 5.0)}
            | beside,
        ),
        "wave_effects.slopes_beside_waves plain": (
            wave_effects.slopes_beside_waves,
            columns | {"family": "gaussian"} | beside,
        ),
    }


def _sandwich(fit: Any, cluster: Any, method: Any, weights: Any) -> object:
    found = glm.sandwich(fit, cluster, method=method)
    return [found.contrast(weights), found.contrast(weights, confidence=0.8)]


def comparisons() -> Cases:
    """Hold what is computed before and after, and before the data."""
    means, sizes = table(20, 16)
    full = np.where(np.isfinite(means), means, 3.5)
    moved, size = full[:, -1] - full[:, 0], sizes[:, 0]
    four, two, single = (np.isin(np.arange(20), chosen) for chosen in ([2, 5, 9, 14], [2, 5], [2]))
    starts = np.full(20, np.nan)
    starts[[2, 5, 9, 14, 17, 18, 19]] = 6, 6, 6, 9, 9, 9, 9
    confidence, level = {"confidence": 0.8}, {"level": 0.1}
    course = {"score": means, "start": 8, "draws": 199}
    verdict = seeded(before_after.before_after)
    test = seeded(permutation.permutation_test)
    return {
        "change.collapse": (lambda **o: [found := change.collapse(**o), found.change], {"score": means, "start": 8}),
        "change.collapse beside": (change.collapse, {"score": means, "start": 8, "comparison": ~four}),
        "change.mean_change": (change.mean_change, {"change": moved} | confidence),
        "change.mean_change bare": (change.mean_change, {"change": moved}),
        "change.difference_of_changes": (change.difference_of_changes, {"change": moved, "treated": four} | confidence),
        "change.difference_of_changes bare": (change.difference_of_changes, {"change": moved, "treated": four}),
        "change.adjusted_for_baseline": (
            change.adjusted_for_baseline,
            {"after": full[:, -1], "baseline": full[:, 0], "treated": four} | confidence,
        ),
        "change.adjusted_for_baseline bare": (
            change.adjusted_for_baseline,
            {"after": full[:, -1], "baseline": full[:, 0], "treated": four},
        ),
        "before_after.before_after": (verdict, course | {"treated": four, "detectable": 0.3} | confidence),
        "before_after.before_after two": (verdict, course | {"treated": two}),
        "before_after.before_after one": (verdict, course | {"treated": single, "size": size}),
        "before_after.before_after low": (verdict, course | {"treated": four, "chosen_on": full[:, 0]}),
        "before_after.before_after late": (verdict, course | {"treated": four, "start": 15}),
        "permutation.permutation_test": (
            test,
            {"change": moved, "treated": four, "statistic": "studentised", "draws": 299} | confidence,
        ),
        "permutation.permutation_test plain": (test, {"change": moved, "treated": two, "statistic": "difference"}),
        "permutation.flags": (permutation.flags, {"name": "treated", "values": four}),
        "permutation.flags none": (permutation.flags, {"name": "treated", "values": np.array([0, 2])}),
        "permutation.placebo_rank": (
            permutation.placebo_rank,
            {"change": np.r_[moved, moved / 2], "size": np.r_[size, size], "treated": 3} | confidence,
        ),
        "permutation.placebo_rank history": (
            permutation.placebo_rank,
            {"change": moved, "size": size, "treated": 3, "history": (full[:, :8] - full[:, 8:]).T},
        ),
        "permutation.placebo_rank gaps": (
            permutation.placebo_rank,
            {"change": moved, "size": size, "treated": 3, "history": (means[:, :8] - means[:, 8:]).T},
        ),
        "permutation.scaled_changes": (permutation.scaled_changes, {"change": moved, "size": size}),
        "cohorts.staggered_effect": (
            cohorts.staggered_effect,
            {"score": means, "start": starts, "waves_before": 3, "waves_after": 2} | confidence,
        ),
        "cohorts.staggered_effect bare": (
            cohorts.staggered_effect,
            {"score": full, "start": starts, "waves_before": 4, "waves_after": 4},
        ),
        "designs.fitting_test": (
            lambda **o: [
                [plan, designs.fitting_test(*plan, **o)]
                for plan in (
                    *((treated, 20, 6, 6) for treated in range(1, 5)),
                    *((treated, 17, 1, 1) for treated in range(1, 5)),
                    *((treated, others, 3, 3) for treated in (1, 2, 3, 4) for others in (1, 2, 3, 9, 18, 19, 38, 39)),
                    *((3, 12, before, after) for before in (1, 2) for after in (1, 2)),
                )
            ],
            {},
        ),
        "designs.fitting_test low": (
            lambda **o: [
                [treated, others, designs.fitting_test(treated, others, 3, 3, **o)]
                for treated in range(1, 9)
                for others in (1, 3, 6, 9, 12, 40)
            ],
            {"chosen_low": True},
        ),
        "designs.fitting_test one": (
            designs.fitting_test,
            {"treated": 3, "comparison": 12, "waves_before": 3, "waves_after": 2},
        ),
        "designs.spread_of_change": (
            designs.spread_of_change,
            {"score": means, "waves_before": 3, "waves_after": 2} | confidence,
        ),
        "designs.spread_of_change bare": (
            designs.spread_of_change,
            {"score": means, "waves_before": 2, "waves_after": 2},
        ),
        "designs.mean_of_seen": (designs.mean_of_seen, {"table": means}),
        "designs.spread_by_size": (
            designs.spread_by_size,
            {"score": np.vstack([means, means[:, ::-1]]), "size": np.r_[size, size]}
            | {"waves_before": 3, "waves_after": 2},
        ),
        "designs.spread_given_baseline": (
            designs.spread_given_baseline,
            {"score": means, "waves_between": 1, "waves_after": 2} | confidence,
        ),
        "designs.spread_given_baseline bare": (
            designs.spread_given_baseline,
            {"score": full, "waves_between": 0, "waves_after": 3},
        ),
        "counting.moments": (counting.moments, {"values": ["2026-01-05 12:00:00", "2026-01-05 12:00:00.000250"]}),
        "counting.periods_of bare": (
            counting.periods_of,
            {"when": np.array([0, 1, 5, 6, 9]), "start": 0, "ends": np.array([5, 8])},
        ),
        "counting.began bare": (
            counting.began,
            {"when": np.array([counting.HOUR, 5 * counting.HOUR]), "hours": np.array([0.5, 2.25])},
        ),
        "counting.count bare": (counting.count, {"cells": np.array([0, 3, 3, -1, 5]), "shape": (2, 3)}),
        "counting.medians bare": (
            counting.medians,
            {"cells": np.array([0, 1, 0, 1, 1, -1]), "values": np.array([4.0, 1, 3, 9, 2, 7]), "shape": (1, 3)},
        ),
        "tables.filled": (tables.filled, {"shape": (2, 3), "value": 1.5}),
        "detectable.minimum_detectable_change": (
            detectable.minimum_detectable_change,
            {"sd": 0.3, "treated": 6, "comparison": 18, "wanted": 0.9} | level,
        ),
        "detectable.minimum_detectable_change two": (
            detectable.minimum_detectable_change,
            {"sd": 0.3, "treated": 2, "comparison": 18},
        ),
        "detectable.minimum_detectable_change two of many": (
            detectable.minimum_detectable_change,
            {"sd": np.linspace(0.2, 0.4, 60), "treated": 2, "comparison": 58},
        ),
        "detectable.minimum_detectable_change one": (
            detectable.minimum_detectable_change,
            {"sd": 0.3, "treated": 1, "comparison": 39},
        ),
        "detectable.minimum_detectable_change few": (
            detectable.minimum_detectable_change,
            {"sd": np.linspace(0.4, 0.2, 9), "treated": 3, "comparison": 6} | level,
        ),
        "detectable.minimum_detectable_change bare": (
            detectable.minimum_detectable_change,
            {"sd": np.linspace(0.4, 0.2, 20), "treated": 6, "comparison": 14},
        ),
        "detectable.minimum_detectable_given_baseline": (
            detectable.minimum_detectable_given_baseline,
            {"sd": 0.3, "baseline": means[:, 2], "treated": np.arange(20) < 6, "wanted": 0.9} | level,
        ),
        "detectable.minimum_detectable_given_baseline bare": (
            detectable.minimum_detectable_given_baseline,
            {"sd": 0.3, "baseline": full[:, 2], "treated": np.arange(20) < 6},
        ),
        "cohorts.minimum_detectable_staggered": (
            cohorts.minimum_detectable_staggered,
            {"score": means, "start": starts - np.nanmin(starts), "waves_before": 3, "waves_after": 2, "wanted": 0.9}
            | level,
        ),
        "cohorts.minimum_detectable_staggered bare": (
            cohorts.minimum_detectable_staggered,
            {"score": full, "start": starts - np.nanmin(starts), "waves_before": 4, "waves_after": 4},
        ),
        "designs.waiting_list_draw": (
            seeded(designs.waiting_list_draw),
            {"teams": list("abcdefghi"), "first": 4},
        ),
        "designs.waiting_list_draw twice": (seeded(designs.waiting_list_draw), {"teams": ["a", "a", "b"], "first": 1}),
        "power.shift_power": (power.shift_power, {"shift": 2.0, "df": 20.0} | level),
        "power.shift_power bare": (power.shift_power, {"shift": 2.0, "df": 9}),
        "power.detectable_shift": (power.detectable_shift, {"df": 20.0, "power": 0.9} | level),
        "power.detectable_shift bare": (power.detectable_shift, {"df": 9}),
        "power.detectable_difference": (
            power.detectable_difference,
            {"sd": 0.3, "first": 6, "second": 18, "df": 12.0, "power": 0.9} | level,
        ),
        "power.detectable_difference bare": (power.detectable_difference, {"sd": 0.3, "first": 6, "second": 18}),
        "power.teams_needed": (
            power.teams_needed,
            {"rate_ratio": 1.4, "score_sd": 0.3, "expected_count": 9.0, "dispersion": 1.5, "power": 0.9} | level,
        ),
        "power.teams_needed bare": (power.teams_needed, {"rate_ratio": 0.6, "score_sd": 0.3, "expected_count": 9.0}),
        "power.teams_needed tiny": (
            power.teams_needed,
            {"rate_ratio": 1.00001, "score_sd": 0.3, "expected_count": 9.0},
        ),
        "power.detectable_rate_ratio": (
            power.detectable_rate_ratio,
            {"teams": 20, "score_sd": 0.3, "expected_count": 9.0, "dispersion": 1.5, "power": 0.9} | level,
        ),
        "power.detectable_rate_ratio bare": (
            power.detectable_rate_ratio,
            {"teams": 20, "score_sd": 0.3, "expected_count": 9.0},
        ),
        "power.detectable_correlation": (power.detectable_correlation, {"n": 40, "power": 0.9} | level),
        "power.detectable_correlation bare": (power.detectable_correlation, {"n": 24}),
        "power.detectable_hazard_ratio": (
            power.detectable_hazard_ratio,
            {"events": 40, "share_first": 0.3, "power": 0.9} | level,
        ),
        "power.detectable_hazard_ratio bare": (power.detectable_hazard_ratio, {"events": 60, "share_first": 0.5}),
    }


RECIPE = recipe.Recipe(teams=5, waves=4, items=4, reverse=(1,), turnover=0.2, skip=0.1, drift_sd=0.1, drift=0.02)


def made_up() -> Cases:
    """Hold what is drawn from a seed, the checks, and the recipes that make no sense."""
    recipes: Mapping[str, dict[str, Any]] = {
        "plain": {},
        "silent": {"silence": 1.0, "response": 0.5},
        "shaken": {"shock_share": 0.5, "shock_persistence": 0.8, "icc": 0.3},
        "erring": {"error_slope": -0.6, "error_spread": 0.5, "report_slope": 1.2, "surface_slope": -0.5},
        "seven": {"points": 7, "centre": 4.5, "sizes": (3, 9), "stable_share": 0.2},
    }
    numbers = {name: value for name, value in vars(_fields(RECIPE)).items() if isinstance(value, (int, float))}
    return {
        "checks.vector": (checks.vector, {"name": "one", "values": np.arange(4.0), "missing": True}),
        "checks.vector bare": (checks.vector, {"name": "one", "values": np.arange(4.0)}),
        "checks.matrix": (checks.matrix, {"name": "one", "values": np.eye(3), "missing": True}),
        "checks.matrix bare": (checks.matrix, {"name": "one", "values": np.eye(3)}),
        "checks.counts": (checks.counts, {"name": "one", "values": np.arange(4.0)}),
        "checks.above": (checks.above, {"name": "one", "array": np.arange(4.0) + 1, "limit": 0.5, "allowed": True}),
        "checks.above bare": (checks.above, {"name": "one", "array": np.arange(4.0) + 1, "limit": 0.5}),
        "checks.numbers": (checks.numbers, {"name": "one", "values": np.eye(3)}),
        "checks.alike": (checks.alike, {"name": "one", "values": np.arange(4.0), "shape": (2, 4)}),
        "checks.all_alike": (checks.all_alike, {"values": np.arange(4.0)}),
        "checks.place": (checks.place, {"name": "one", "value": 3, "first": 1, "last": 9}),
        "checks.same_length": (checks.same_length, {"one": np.arange(4.0), "other": np.arange(4.0)}),
        "checks.share": (checks.share, {"name": "one", "value": 0.5}),
        "checks.positive": (checks.positive, {"name": "one", "value": 0.5}),
        "checks.at_least": (checks.at_least, {"name": "one", "value": 3, "limit": 2}),
        "checks.labels": (checks.labels, {"name": "one", "values": np.array([3, 1, 3])}),
        "seeds.generator": (lambda record: seeds.generator(record).random(3), {"record": "wave 7"}),
        "simulate.climate": (seeded(simulate.climate), {"recipe": RECIPE, "effect": np.full((5, 4), 0.3)}),
        "simulate.shocks": (seeded(simulate.shocks), {"shape": (5, 6), "sd": 0.2, "persistence": 0.6}),
        "simulate.answers_of": (
            seeded(simulate.answers_of),
            {"level": np.linspace(1, 5, 9), "offsets": np.array([0.2, -0.2]), "item_noise": 0.5, "points": 6}
            | {"reverse": (1,)},
        ),
        "simulate.answers_of bare": (
            seeded(simulate.answers_of),
            {"level": np.linspace(1, 5, 9), "offsets": np.array([0.2, -0.2])},
        ),
        "simulate.expected_answer": (
            simulate.expected_answer,
            {"level": np.linspace(0, 8, 7), "noise_sd": 0.6, "points": 7},
        ),
        "simulate.expected_answer bare": (simulate.expected_answer, {"level": np.linspace(0, 6, 7), "noise_sd": 0.6}),
        **{
            f"simulate.organisation {name}": (_organisation, {"recipe": replace(RECIPE, **changed)})
            for name, changed in recipes.items()
        },
        "simulate.organisation": (seeded(simulate.organisation), {"recipe": RECIPE, "effect": np.full((5, 4), 0.3)}),
        "simulate.log_of": (
            seeded(simulate.log_of),
            {"recipe": RECIPE, "latent": np.linspace(3, 4, 20).reshape(5, 4), "sizes": np.array([4, 6, 7, 8, 9])},
        ),
        "Recipe": (lambda **o: replace(RECIPE, **o), numbers),
        "demonstration.draw_story": (lambda: _story(3, (2, 1, 3), (0, 4)), {}),
        "demonstration.drawer": (lambda seed: [demonstration.drawer(seed)(9) for _ in range(3)], {"seed": 5}),
    }


def _fields(recipe: recipe.Recipe) -> Any:
    class Named:
        """What a recipe holds."""

    named = Named()
    for name in recipe.__dataclass_fields__:
        setattr(named, name, getattr(recipe, name))
    return named


def _organisation(recipe: recipe.Recipe) -> object:
    made = simulate.organisation(np.random.default_rng(2), recipe)
    return [made, made.keyed(), made.counts(), made.means()]


def _story(seed: int, scales: tuple[int, ...], coached: tuple[int, ...]) -> object:
    """Sum up a story, place by place, so that nothing in it can move unseen."""
    story = demonstration.draw_story(seed, scales, coached)
    kinds = sorted({(one.kind, one.found_by) for one in story.told})
    return [
        np.array([(one.team, one.first, one.until, one.is_lead) for one in story.people], dtype=float),
        [np.array([[person, *sheet] for person, sheet in wave.items()], dtype=float) for wave in story.sheets],
        np.array([(one.team, one.wave, one.at, one.hidden, one.silent, one.severity) for one in story.told]),
        np.array([kinds.index((one.kind, one.found_by)) for one in story.told], dtype=float),
        kinds,
        np.array(story.climate),
        np.array(story.errors, dtype=float),
    ]


# What these give is held through those that use them.
ELSEWHERE = {
    "association.split",
    "glm.reweight",
    "glm.start_at",
    "glm.mean_at",
    "glm.deviance_of",
    "glm.inverse_of",
    "glm.only_rounding",
    "kalman.run",
    "kalman.smoothed",
    "tables.keys",
    "tables.packed",
    "tables.unpacked",
}
ROOMS: Mapping[str, Callable[[], Cases]] = {
    "scales": scales,
    "series": series,
    "counts": counts,
    "comparisons": comparisons,
    "made_up": made_up,
}
