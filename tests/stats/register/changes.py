"""Trends, before and after, steps in series, and power."""

from typing import Any

import numpy as np

from surveyapp.stats import glm, power
from surveyapp.stats.change import ChangeEffect, collapse, difference_of_changes
from surveyapp.stats.interrupted import Step, newey_west, step_in_series
from surveyapp.stats.permutation import PermutationTest, permutation_test
from surveyapp.stats.slopes import TheilSen, theil_sen
from tests.stats.register.entry import (
    COARSE,
    SEARCHED,
    Computed,
    Register,
    Tables,
    dummies,
    each,
    only,
    pulse_scores,
    told,
)
from tests.stats.register.relations import contrasts, fitted

CHANGES = Register()

UNTESTED = "a trend test on one series, wrong in 16 to 33 % of series where nothing happens"
TREND = each("S varS z p kendall_tau", UNTESTED) | each("acf1 acf1_resid", "describes the series, not the estimate")
WELCH = "Bell-McCaffrey's degrees of freedom stand for Welch's"
GLS = "one series gives no usable autocorrelation; a step has a Newey-West error"


def _median_slope(times: Any, values: Any) -> Computed:
    found = told(TheilSen, theil_sen(times, values))
    return {
        "theil_sen": found.estimate,
        "intercept_med": found.intercept,
        "sen_lower_interp": found.low,
        "sen_upper_interp": found.high,
    }


@CHANGES.ours("theilsen_nhtemp", "slopes.theil_sen", left=TREND)
def slope_of_temperatures(tables: Tables) -> Computed:
    """Sixty years with ties."""
    return _median_slope(tables("nhtemp.csv")["year"], tables("nhtemp.csv")["temp"])


@CHANGES.ours("theilsen_LakeHuron", "slopes.theil_sen", left=TREND)
def slope_of_a_lake(tables: Tables) -> Computed:
    """Neighbouring years much alike."""
    return _median_slope(tables("LakeHuron.csv")["year"], tables("LakeHuron.csv")["level"])


@CHANGES.ours("gls_ar1_LakeHuron", "glm.fit_mean, glm.interval", left=each("slope se p phi sigma", GLS))
def least_squares_of_a_lake(tables: Tables) -> Computed:
    """The least-squares part of the entry."""
    lake = tables("LakeHuron.csv")
    fit = fitted(np.column_stack([np.ones(98), lake["year"] - 1920]), lake["level"], "gaussian")
    error = float(fit.model_se[1] * fit.dispersion**0.5)
    known = glm.interval(fit.n, float(fit.coefficients[1]), error, 96, 0.95, "CR1")
    return {"ols_slope": known.estimate, "ols_se": known.se, "ols_p": known.p}


CHANGES.not_ours(
    "lmer_sleepstudy",
    "slopes that differ between persons; answers cannot be linked to a person here, and slopes of teams are judged "
    "against each other by rank (`slopes.slope_among_teams`)",
)
CHANGES.not_ours(
    "lme_ar1_synth_teamwave",
    "noise of the answers that carries over to the next wave; `smoothing.smooth` has movement that carries over beside "
    "noise that does not, which is another model",
)
CHANGES.not_ours(
    "lmer_synth_threelevel",
    "a straight line of the organisation and movement without memory; `smoothing.smooth` takes every wave's mean out "
    "and lets movement last",
)


def team_by_wave(tables: Tables) -> tuple[Any, Any, Any]:
    """Names, scores (24 teams, 12 waves) and who was treated."""
    log = tables("synth_log.csv")
    order = np.lexsort((log["wave"], log["team"]))
    team, score, treated = (log[name][order].reshape(24, 12) for name in ("team", "score", "treated"))
    return team[:, 0], score, treated[:, 0] == 1


@CHANGES.ours(
    "did_synth_collapsed",
    "change.collapse, change.difference_of_changes",
    left=each("welch_df welch_p", WELCH),
)
def collapsed_changes(tables: Tables) -> Computed:
    """One change for each team, HC2 with Bell-McCaffrey; the t of Welch's test is the same."""
    _, score, treated = team_by_wave(tables)
    change = collapse(score, 6).change
    found = told(ChangeEffect, difference_of_changes(change, treated))
    plain = fitted(np.column_stack([np.ones(24), treated]), change, "gaussian")
    # R lists the teams that were not treated first.
    return {
        "did": found.estimate,
        "se_ols": plain.model_se[1] * plain.dispersion**0.5,
        "se_hc2": found.se,
        "df_bm": found.df,
        "p_bm": found.p,
        "welch_t": found.estimate / found.se,
        "change": np.concatenate([change[~treated], change[treated]]),
    }


def _two_way(score: Any, treated: Any, team: Any, wave: Any) -> Computed:
    """Treatment beside an effect for every team and wave."""
    design = np.column_stack([np.ones(len(score)), treated, dummies(team), dummies(wave)])
    fit = fitted(design, score, "gaussian")
    unit = np.eye(design.shape[1])[1]
    errors = {
        method: told(glm.Contrast, glm.sandwich(fit, team, method=method).contrast(unit))
        for method in ("CR0", "CR1", "CR2")
    }
    best, freedom = errors["CR2"], fit.n - design.shape[1]
    return {
        "did": best.estimate,
        "se_iid": fit.model_se[1] * fit.dispersion**0.5,
        "cr0": errors["CR0"].se,
        "cr1": errors["CR1"].se,
        "cr1s": errors["CR1"].se * ((fit.n - 1) / freedom) ** 0.5,
        "cr2": best.se,
        "df_satt": best.df,
        "p_satt": best.p,
        "n": fit.n,
    }


@CHANGES.ours("did_synth_panel_CR2", "glm.fit_mean, glm.sandwich")
def two_way_effects(tables: Tables) -> Computed:
    """On the means of teams and waves: each team determines its own effect."""
    log = tables("synth_log.csv")
    return _two_way(log["score"], log["treated"] * log["post"], log["team"], log["wave"])


@CHANGES.ours("did_synth_individual_CR2", "glm.fit_mean, glm.sandwich")
def two_way_effects_of_answers(tables: Tables) -> Computed:
    """On 1,806 single answers: clusters of very unequal size."""
    pulse = tables("synth_pulse.csv")
    return _two_way(pulse_scores(pulse), pulse["treated"] * pulse["post"], pulse["team"], pulse["wave"])


def _assigned(change: Any, treated: Any) -> PermutationTest:
    unused = np.random.default_rng(1)
    return told(PermutationTest, permutation_test(change, treated, rng=unused, statistic="difference"))


@CHANGES.ours(
    "ri_sherif_exact",
    "permutation.permutation_test",
    left={"p_greater": "all p-values here are two-sided"} | each("group_means condition", "the data themselves"),
)
def sherifs_groups(tables: Tables) -> Computed:
    """Eight groups of 1935, four in each condition: 70 assignments with their mirror images."""
    session = only(tables("sherifdat.csv"), tables("sherifdat.csv")["time"] == 2)
    groups, codes = np.unique(session["group"], return_inverse=True)
    means = np.bincount(codes, session["y"]) / np.bincount(codes)
    marked = np.bincount(codes, session["condition"]) > 0
    found = _assigned(means, marked)
    return {"groups": len(groups), "obs": found.estimate, "n_perm": found.assignments, "p_two_sided": found.p}


@CHANGES.ours("ri_synth_did", "permutation.permutation_test")
def all_assignments(tables: Tables) -> Computed:
    """6 of 24 teams can be treated in 134,596 ways."""
    _, score, treated = team_by_wave(tables)
    found = _assigned(collapse(score, 6).change, treated)
    return {"obs": found.estimate, "n_perm": found.assignments, "p_two_sided": found.p}


BOOT = "the wild bootstrap finds nothing when few are treated; `permutation.permutation_test` stands in its place"


@CHANGES.ours("wildboot_exact_sherif", "glm.fit_mean, glm.sandwich", left=each("n_boot p_sym p_strict", BOOT))
def clustered_t_of_sherif(tables: Tables) -> Computed:
    """The statistic that the bootstrap starts from: CR1 with R's factor for the columns."""
    session = only(tables("sherifdat.csv"), tables("sherifdat.csv")["time"] == 2)
    fit = fitted(np.column_stack([np.ones(24), session["condition"]]), session["y"], "gaussian")
    found = contrasts(fit, session["group"], "CR1")
    return {
        "t": found["estimate"][1] / (found["se"][1] * (23 / 22) ** 0.5),
        "G": len(np.unique(session["group"])),
    }


@CHANGES.ours(
    "its_seatbelts",
    "interrupted.step_in_series, interrupted.newey_west, glm.fit_mean",
    left=each("gls_coef gls_se phi", GLS) | {"dw": "describes the residuals; the error allows for their dependence"},
)
def seat_belts(tables: Tables) -> Computed:
    """Log of drivers killed: the step by the product's function, the rest by the model beneath."""
    belts = tables("Seatbelts.csv")
    start = int(np.argmax(belts["law"]))
    step = told(Step, step_in_series(np.log(belts["DriversKilled"]), start, season=12, lag=12))
    t = belts["t"]
    since, angle = np.maximum(0, t - t[start]), 2 * np.pi * t / 12
    design = np.column_stack([np.ones(192), t, belts["law"], since, np.sin(angle), np.cos(angle)])
    fit = fitted(design, np.log(belts["DriversKilled"]), "gaussian")
    coefficients, errors = fit.coefficients.copy(), np.sqrt(np.diag(newey_west(fit, 12)))
    coefficients[2], errors[2] = step.estimate, step.se
    return {
        "T0": t[start],
        "coef": coefficients,
        "ols_se": fit.model_se * fit.dispersion**0.5,
        "nw12_se": errors,
    }


@CHANGES.ours("its_poisson_seatbelts", "glm.fit_mean, interrupted.newey_west", loosely={"nw_se": SEARCHED})
def seat_belts_by_kilometres(tables: Tables) -> Computed:
    """Counts with exposure and an effect for every month."""
    belts = tables("Seatbelts.csv")
    design = np.column_stack([np.ones(192), belts["t"], belts["law"], dummies(belts["month"])])
    fit = fitted(design, belts["DriversKilled"], "poisson", offset=np.log(belts["kms"]))
    return {
        "law": fit.coefficients[2],
        "se": fit.model_se[2] * fit.dispersion**0.5,
        "rate_ratio": np.exp(fit.coefficients[2]),
        "dispersion": fit.dispersion,
        "nw_se": newey_west(fit, 12, adjust=False)[2, 2] ** 0.5,
    }


@CHANGES.ours(
    "welch_traffic",
    "change.difference_of_changes",
    left=each("df p", WELCH),
)
def accidents(tables: Tables) -> Computed:
    """HC2 of a difference of two means is Welch's error, so the statistic is the same."""
    traffic = tables("Traffic.csv")
    free = traffic["limit"] == "no"
    found = told(ChangeEffect, difference_of_changes(traffic["y"], free))
    design = np.column_stack([free, ~free]).astype(float)
    return {"t": found.estimate / found.se, "means": fitted(design, traffic["y"], "gaussian").coefficients}


@CHANGES.ours(
    "power_t",
    "power.shift_power, power.detectable_difference",
    loosely=each("d_n10_80 d_n20_80 n_d05", COARSE),
)
def power_of_two_groups(tables: Tables) -> Computed:
    """Power, detectable difference, and the group size at which our power is 80 %."""
    low, high = 60.0, 70.0
    while high - low > 1e-10:
        middle = (low + high) / 2
        enough = power.shift_power(0.5 * (middle / 2) ** 0.5, 2 * middle - 2) >= 0.8
        low, high = (low, middle) if enough else (middle, high)
    return {
        "n20_d08": power.shift_power(0.8 * 10**0.5, 38),
        "d_n10_80": power.detectable_difference(1.0, 10, 10),
        "d_n20_80": power.detectable_difference(1.0, 20, 20),
        "n_d05": low,
    }
