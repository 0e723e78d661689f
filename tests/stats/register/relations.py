"""Correlations, counts and rates."""

from typing import Any

import numpy as np

from surveyapp.stats import glm
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.correlation import Correlation, between_teams, pearson, spearman, within_teams
from surveyapp.stats.multiplicity import benjamini_hochberg, holm
from surveyapp.stats.panel import AllErrors, all_errors
from surveyapp.stats.rates import poisson_rate
from tests.stats.register.entry import SEARCHED, Columns, Computed, Register, Tables, dummies, each, items, only, told

RELATIONS = Register()


def fitted(design: Any, outcome: Any, family: glm.Family, **more: Any) -> glm.Fit:
    """Give a fit that these data always allow."""
    return told(glm.Fit, glm.fit_mean(design, outcome, family, **more))


def contrasts(fit: glm.Fit, cluster: Any, method: glm.Method = "CR2") -> Columns:
    """Every coefficient with its robust standard error, degrees of freedom and p."""
    robust = glm.sandwich(fit, cluster, method=method)
    found = [told(glm.Contrast, robust.contrast(row)) for row in np.eye(fit.design.shape[1])]
    return {name: [getattr(one, name) for one in found] for name in ("estimate", "se", "df", "p")}


@RELATIONS.ours("poisson_offset_ships", "glm.fit_mean")
def damage_of_ships(tables: Tables) -> Computed:
    """Incidents for months of service, McCullagh and Nelder."""
    ships = only(tables("ships.csv"), tables("ships.csv")["service"] > 0)
    columns = [dummies(ships[name]) for name in ("type", "year", "period")]
    design = np.column_stack([np.ones(len(ships["type"])), *columns])
    fit = fitted(design, ships["incidents"], "poisson", offset=np.log(ships["service"]))
    pearson_dispersion = np.sum(fit.residual**2 / fit.variance) / (fit.n - design.shape[1])
    return {
        "coef": fit.coefficients,
        "se": fit.model_se,
        "deviance": fit.deviance,
        "pearson_dispersion": pearson_dispersion,
    }


RELATIONS.not_ours(
    "geeglm_epil_exch",
    "an exchangeable working correlation; the product keeps answers and counts independent inside a team and corrects "
    "the standard error (`geeglm_epil_ind_CR2`)",
)


@RELATIONS.ours(
    "geeglm_epil_ind_CR2",
    "glm.fit_mean, glm.sandwich",
    left={"cr3": "the product takes CR2, which CR3 exceeds by up to 30 %"},
)
def seizures(tables: Tables) -> Computed:
    """59 persons in four periods."""
    epil = tables("epil.csv")
    treated = (epil["trt"] == "progabide").astype(float)
    design = np.column_stack([np.ones(len(treated)), treated, items(epil, "lbase", "lage", "V4")])
    fit = fitted(design, epil["y"], "poisson")
    found = contrasts(fit, epil["subject"])
    return {
        "coef": found["estimate"],
        "cr0": contrasts(fit, epil["subject"], "CR0")["se"],
        "cr2": found["se"],
        "satt": found["df"],
        "p_satt": found["p"],
    }


RELATIONS.not_ours(
    "glmer_epil",
    "a mixed model for counts; the product estimates the mean of all teams with robust errors, which needs no "
    "distribution of team effects",
)
RELATIONS.not_ours(
    "glmmTMB_nb2_synth",
    "a negative binomial mixed model; Poisson means with CR2 are consistent whatever the dispersion "
    "(`glm_mundlak_synth_CR2`)",
)


def split_log(tables: Tables, **more: float) -> tuple[Columns, glm.Fit]:
    """Reports of 24 teams on their own changes of score and on their averages, without a calendar."""
    log = tables("synth_log.csv")
    codes = np.unique(log["team"], return_inverse=True)[1]
    average = (np.bincount(codes, log["score"]) / np.bincount(codes))[codes]
    design = np.column_stack([np.ones(len(codes)), log["score"] - average, average])
    return log, fitted(design, log["self_reported"], "poisson", offset=np.log(log["person_weeks"]), **more)


@RELATIONS.ours("glm_mundlak_synth_CR2", "association.safety_and_counts, glm.sandwich")
def inside_and_between(tables: Tables) -> Computed:
    """Both slopes by the product's own function, and the constant by the model beneath."""
    log, fit = split_log(tables)
    columns = [log[name] for name in ("score", "self_reported", "person_weeks", "team", "wave")]
    both = told(SafetyAndCounts, safety_and_counts(*columns, calendar=False))
    constant = told(glm.Contrast, glm.sandwich(fit, log["team"]).contrast([1.0, 0.0, 0.0]))
    names = {"coef": "estimate", "cr2": "se", "df": "df", "p": "p"}
    parts = (constant, both.within, both.between)
    return {name: [getattr(part, ours) for part in parts] for name, ours in names.items()} | {
        "dispersion": both.dispersion
    }


@RELATIONS.ours("geeglm_mundlak_synth", "glm.fit_mean, glm.sandwich", SEARCHED)
def inside_and_between_by_gee(tables: Tables) -> Computed:
    """Estimating equations under independence are the same means, with CR0; unlike glm they are solved to the end."""
    log, fit = split_log(tables, tolerance=1e-14)
    found = contrasts(fit, log["team"], "CR0")
    return {"coef": found["estimate"], "robust_se": found["se"]}


@RELATIONS.ours("poisson_fe_synth", "glm.fit_mean, glm.sandwich")
def team_and_wave_effects(tables: Tables) -> Computed:
    """An effect for every team and wave, on counts."""
    log = tables("synth_log.csv")
    codes = np.unique(log["team"], return_inverse=True)[1]
    log = only(log, np.bincount(codes, log["self_reported"])[codes] > 0)
    design = np.column_stack([np.ones(len(log["team"])), log["score"], dummies(log["wave"]), dummies(log["team"])])
    fit = fitted(design, log["self_reported"], "poisson", offset=np.log(log["person_weeks"]))
    unit = np.eye(design.shape[1])[1]
    score = told(glm.Contrast, glm.sandwich(fit, log["team"], method="CR0").contrast(unit))
    return {"score": score.estimate, "model_se": fit.model_se[1], "cr0": score.se, "n": fit.n}


@RELATIONS.ours("binom_reporting_share_synth", "glm.fit_mean, glm.sandwich")
def reporting_share(tables: Tables) -> Computed:
    """The self-reported share of errors found from outside."""
    log = only(tables("synth_log.csv"), tables("synth_log.csv")["external"] > 0)
    design = np.column_stack([np.ones(len(log["team"])), log["score"]])
    fit = fitted(design, log["both"], "binomial", trials=log["external"])
    found = contrasts(fit, log["team"])
    return {
        "coef": found["estimate"],
        "cr2": found["se"],
        "df": found["df"],
        "p": found["p"],
        "n": fit.n,
        "ext": log["external"].sum(),
        "both": log["both"].sum(),
    }


@RELATIONS.ours("chapman_synth", "panel.all_errors", left={"true_hidden": "the planted truth, not an estimate"})
def all_errors_of_a_log(tables: Tables) -> Computed:
    """Two lists and their overlap."""
    log = tables("synth_log.csv")
    told_, found, both = (int(log[name].sum()) for name in ("self_reported", "external", "both"))
    made = told(AllErrors, all_errors(told_, found, both))
    return {"n1": told_, "n2": found, "m": both, "chapman": made.estimate, "se": made.se}


def _repeated(*columns: Any) -> Computed:
    found = told(Correlation, within_teams(*columns))
    return {"r": found.estimate, "df": found.df, "p": found.p, "lower": found.low, "upper": found.high}


@RELATIONS.ours("rmcorr_bland1995", "correlation.within_teams")
def repeated_measures(tables: Tables) -> Computed:
    """Acidity and carbon dioxide in eight persons."""
    bland = tables("bland1995.csv")
    return _repeated(bland["PaCO2"], bland["pH"], bland["Subject"])


@RELATIONS.ours("rmcorr_synth", "correlation.within_teams")
def repeated_scores(tables: Tables) -> Computed:
    """Scores and reports for a person-week in 24 teams."""
    log = tables("synth_log.csv")
    return _repeated(log["score"], log["self_reported"] / log["person_weeks"], log["team"])


@RELATIONS.ours(
    "withinbetween_cor",
    "correlation.within_teams, correlation.between_teams",
    left=each("eta_wg_V1 eta_bg_V1", "the share between groups is told as ICC(1)"),
)
def within_and_between(tables: Tables) -> Computed:
    """Columns that agree inside groups and not between them, and the other way round."""
    data = tables("withinBetween.csv")
    return {
        f"{name}_V1{other}": told(Correlation, part(data["V1"], data[other], data["Group"])).estimate
        for other in ("V2", "V4")
        for name, part in (("rwg", within_teams), ("rbg", between_teams))
    }


@RELATIONS.ours(
    "spearman_attitude",
    "correlation.spearman, multiplicity.holm, multiplicity.benjamini_hochberg",
    left={"kendall": "one rank correlation is enough"},
)
def ranks_of_departments(tables: Tables) -> Computed:
    """Six relations with ties, and the corrections over them."""
    attitude = tables("attitude.csv")
    others = ("complaints", "privileges", "learning", "raises", "critical", "advance")
    found = [told(Correlation, spearman(attitude["rating"], attitude[name])) for name in others]
    p = [one.p for one in found]
    return {
        "rho": [one.estimate for one in found],
        "p": p,
        "bh": benjamini_hochberg(p),
        "by": benjamini_hochberg(p, any_dependence=True),
        "holm": holm(p),
    }


@RELATIONS.ours("pearson_ci_attitude", "correlation.pearson")
def rating_and_complaints(tables: Tables) -> Computed:
    """Fisher's interval."""
    attitude = tables("attitude.csv")
    found = told(Correlation, pearson(attitude["rating"], attitude["complaints"]))
    return {"r": found.estimate, "p": found.p, "lower": found.low, "upper": found.high}


@RELATIONS.ours("poisson_rate_ci", "rates.poisson_rate")
def rate_of_reports(tables: Tables) -> Computed:
    """Three reports in 26 person-weeks."""
    found = poisson_rate(3, 26)
    return {"rate": found.estimate, "lower": found.low, "upper": found.high}
