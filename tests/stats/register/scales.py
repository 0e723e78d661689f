"""Scales, agreement, teams and bands."""

from typing import Any

import numpy as np

from surveyapp.stats.agreement import SLIGHTLY_SKEWED, Agreement, TeamSpread, awg, rwg, rwg_lindell, team_spread
from surveyapp.stats.estimates import Band, team_band
from surveyapp.stats.intraclass import IntraclassCorrelation, icc1
from surveyapp.stats.moments import ItemMoments
from surveyapp.stats.omega import Omega, omega
from surveyapp.stats.reliability import Alpha, ItemRest, alpha, item_rest
from surveyapp.stats.shrinkage import ShrunkScores, shrink
from surveyapp.stats.variance import BetweenVariance, one_way
from tests.stats.register.entry import (
    COARSE,
    SEARCHED,
    Columns,
    Computed,
    Register,
    Tables,
    each,
    items,
    only,
    pulse_scores,
    told,
)

SCALES = Register()
LEADERSHIP = [f"LEAD{item:02d}" for item in range(1, 12)]


def leadership(tables: Tables) -> Any:
    """Eleven questions about leadership, answered by 2,042 people in 49 companies."""
    return items(tables("lq2002.csv"), *LEADERSHIP)


@SCALES.ours("alpha_lq2002_LEAD", "reliability.alpha, reliability.item_rest")
def alpha_of_leadership(tables: Tables) -> Computed:
    """Raw and standardised alpha, and the figures of each question."""
    answers = leadership(tables)
    scale, single = told(Alpha, alpha(answers)), told(ItemRest, item_rest(ItemMoments.of(answers).complete()))
    return {
        "n": scale.n,
        "raw_alpha": scale.estimate,
        "std_alpha": scale.standardised,
        "item_rest": single.estimate,
        "alpha_if_dropped": single.alpha_without,
        "multilevel_cronbach": scale.estimate,
    }


@SCALES.ours("alpha_cohesion_missing", "reliability.alpha")
def alpha_with_gaps(tables: Tables) -> Computed:
    """Complete sheets and pairs of questions are the two ways of R."""
    answers = items(tables("cohesion.csv"), *(f"COH0{item}" for item in range(1, 6)))
    complete, pairwise = (told(Alpha, alpha(answers, pairwise=way, minimum=2)) for way in (False, True))
    return {
        "alpha_complete_cases": complete.estimate,
        "n_complete": complete.n,
        "alpha_pairwise_psych": pairwise.estimate,
    }


@SCALES.ours("alpha_ci_feldt_lq2002", "reliability.alpha")
def interval_of_alpha(tables: Tables) -> Computed:
    """Feldt's interval."""
    scale = told(Alpha, alpha(leadership(tables)))
    return {"alpha": scale.estimate, "lower": scale.low, "upper": scale.high}


@SCALES.ours(
    "omega_cfa_lq2002_LEAD",
    "omega.omega",
    SEARCHED,
    loosely=each("loadings uniquenesses", COARSE),
    left={"cfi": "the product tells misfit by RMSEA alone"},
)
def omega_of_leadership(tables: Tables) -> Computed:
    """One factor by maximum likelihood."""
    made = told(Omega, omega(ItemMoments.of(leadership(tables)).complete()))
    return {
        "omega": made.estimate,
        "loadings": made.loadings,
        "uniquenesses": made.uniquenesses,
        "chisq": made.chi_square,
        "rmsea": made.rmsea,
    }


SCALES.not_ours(
    "omega_psych_minres_lq2002",
    "least squares on correlations; `omega.omega` is maximum likelihood and differs in the third digit",
)


@SCALES.ours("rwg_lq2002_LEAD", "agreement.rwg")
def agreement_of_companies(tables: Tables) -> Computed:
    """Against both kinds of no agreement."""
    companies = leadership(tables), tables("lq2002.csv")["COMPID"]
    uniform, skewed = rwg(*companies), rwg(*companies, null_variance=SLIGHTLY_SKEWED)
    return {
        "uniform_mean": uniform.estimate.mean(),
        "uniform_median": np.median(uniform.estimate),
        "uniform_min": uniform.estimate.min(),
        "uniform_first5": uniform.estimate[:5],
        "uniform_gsize_first5": uniform.n[:5],
        "slightskew_mean": skewed.estimate.mean(),
        "slightskew_first5": skewed.estimate[:5],
    }


def _told(made: Agreement) -> dict[str, Any]:
    return {"mean": made.estimate.mean(), "first5": made.estimate[:5]}


@SCALES.ours("rwg_single_item_lq2002", "agreement.rwg")
def agreement_on_one_question(tables: Tables) -> Computed:
    """With one question the index is the plain r_wg."""
    return _told(rwg(leadership(tables)[:, :1], tables("lq2002.csv")["COMPID"]))


@SCALES.ours("rwgj_lindell_lq2002", "agreement.rwg_lindell")
def lindells_agreement(tables: Tables) -> Computed:
    """Without the step for the number of questions."""
    return _told(rwg_lindell(leadership(tables), tables("lq2002.csv")["COMPID"]))


@SCALES.ours("awg_lq2002_LEAD", "agreement.awg")
def agreement_given_the_mean(tables: Tables) -> Computed:
    """With the largest variance that the team's mean allows."""
    answers = leadership(tables)
    return _told(awg(answers, tables("lq2002.csv")["COMPID"])) | {"nitems": answers.shape[1]}


@SCALES.ours("ad_m_lq2002_LEAD", "agreement.team_spread")
def average_deviation(tables: Tables) -> Computed:
    """Around the mean, averaged over the questions."""
    made = told(TeamSpread, team_spread(leadership(tables), tables("lq2002.csv")["COMPID"]))
    return {"mean": made.deviation.mean(), "first5": made.deviation[:5]}


def companies(tables: Tables) -> tuple[Any, Any]:
    """Leadership scores and companies."""
    survey = tables("lq2002.csv")
    return survey["LEAD"], survey["COMPID"]


def second_session(tables: Tables) -> tuple[Any, Any]:
    """Sherif's eight groups of three."""
    groups = only(tables("sherifdat.csv"), tables("sherifdat.csv")["time"] == 2)
    return groups["y"], groups["group"]


def wave(tables: Tables, number: int) -> tuple[Any, Any]:
    """Person scores and teams of one wave of the made-up pulse."""
    pulse = only(tables("synth_pulse.csv"), tables("synth_pulse.csv")["wave"] == number)
    return pulse_scores(pulse), pulse["team"]


def shares(scores: Any, teams: Any) -> Computed:
    """Analysis of variance beside restricted maximum likelihood."""
    made = told(IntraclassCorrelation, icc1(scores, teams, least_teams=2, least_persons=3))
    parts = told(BetweenVariance, one_way(scores, teams))
    plain = made.n / made.teams
    return {
        "J": made.teams,
        "N": made.n,
        "MSB": made.between,
        "MSW": made.within,
        "F": made.between / made.within,
        "p": made.p,
        "n0": made.size,
        # The multilevel package takes the plain mean size of the teams.
        "ICC1_multilevel": (made.between - made.within) / (made.between + (plain - 1) * made.within),
        "ICC2_multilevel": made.mean_reliability,
        "ICC1_n0": made.estimate,
        "ICC2_anova": made.mean_reliability,
        "ICC1_ci_lower": made.low,
        "ICC1_ci_upper": made.high,
        "tau2_reml": parts.estimate,
        "sigma2_reml": parts.within,
        "ICC1_reml": parts.estimate / (parts.estimate + parts.within),
        "mu_reml": parts.mean,
        "se_mu": parts.mean_error,
    }


SHARES = "intraclass.icc1, variance.one_way"
RESTRICTED = each("tau2_reml sigma2_reml ICC1_reml mu_reml se_mu", SEARCHED)


@SCALES.ours("icc_lq2002_LEAD", SHARES, loosely=RESTRICTED)
def shares_of_companies(tables: Tables) -> Computed:
    """49 unequal companies."""
    return shares(*companies(tables))


@SCALES.ours("icc_sherif_time2", SHARES, loosely=RESTRICTED)
def shares_of_groups(tables: Tables) -> Computed:
    """Eight equal groups."""
    return shares(*second_session(tables))


@SCALES.ours("icc_synth_wave1", SHARES, loosely=RESTRICTED)
def shares_of_a_pulse(tables: Tables) -> Computed:
    """24 teams with gaps."""
    return shares(*wave(tables, 1))


@SCALES.ours("multiitem_icc_lq2002", "variance.one_way", SEARCHED)
def shares_of_several_scales(tables: Tables) -> Computed:
    """ICC(1), and ICC(2) of a team of average size."""
    survey = tables("lq2002.csv")
    size = len(survey["COMPID"]) / len(np.unique(survey["COMPID"]))
    parts = [told(BetweenVariance, one_way(survey[scale], survey["COMPID"])) for scale in ("LEAD", "TSIG", "HOSTILE")]
    share = np.array([part.estimate / (part.estimate + part.within) for part in parts])
    return {"ICC1": share, "ICC2": size * share / (1 + (size - 1) * share)}


def shrunken(scores: Any, teams: Any) -> Columns:
    """Without stable persons the scores are the best linear predictions of lme4."""
    between = told(BetweenVariance, one_way(scores, teams))
    _, codes, counts = np.unique(teams, return_inverse=True, return_counts=True)
    means = np.bincount(codes, scores) / counts
    sd = between.within**0.5
    made = told(ShrunkScores, shrink(means, counts, counts, sd=sd, stable_share=0.0, between=between))
    return {
        "mu": between.mean,
        "tau2": between.estimate,
        "sigma2": between.within,
        "n": counts,
        "raw": means,
        "blup": made.estimate - between.mean,
        "postVar": made.conditional_variance,
    }


@SCALES.ours("eb_lq2002_LEAD", "shrinkage.shrink, variance.one_way", SEARCHED)
def shrunken_companies(tables: Tables) -> Computed:
    """The first five of 49 companies."""
    made = shrunken(*companies(tables))
    first = {f"{name}_first5": made[name][:5] for name in ("n", "blup", "postVar")}
    whole = {name: made[name] for name in ("mu", "tau2", "sigma2")}
    return whole | first | {"raw_mean_first5": made["raw"][:5]}


@SCALES.ours("eb_synth_wave12", "shrinkage.shrink, variance.one_way", SEARCHED)
def shrunken_pulse(tables: Tables) -> Computed:
    """All 24 teams of a wave."""
    return shrunken(*wave(tables, 12))


def bands(answers: Any, roster: int) -> tuple[Band, Band]:
    """With the textbook correction and without any: the two ends of the stable share."""
    n, sd = len(answers), float(np.std(answers, ddof=1))
    mean = float(np.mean(answers))
    full, free = (team_band(mean, n, roster, sd=sd, df=n - 1, stable_share=stable) for stable in (1.0, 0.0))
    return told(Band, full), told(Band, free)


@SCALES.ours("fpc_apisrs", "estimates.team_band", left={"df": "given to the function"})
def schools_of_a_state(tables: Tables) -> Computed:
    """A sample of 200 of 6,194 schools."""
    full, free = bands(tables("apisrs.csv")["api00"], 6194)
    return {
        "n": full.n,
        "N": full.roster,
        "mean": full.estimate,
        "se_fpc": full.standard_error,
        "se_nofpc": free.standard_error,
        "ci_lower": full.low,
        "ci_upper": full.high,
    }


@SCALES.ours("fpc_team_7_of_8", "estimates.team_band", left={"y": "the answers themselves"})
def team_of_eight(tables: Tables) -> Computed:
    """Seven of eight answered."""
    answers = [3.43, 4.14, 2.86, 3.71, 4.57, 3.29, 3.86]
    full, free = bands(answers, 8)
    return {
        "mean": full.estimate,
        "s2": 7 * free.standard_error**2,
        "se_fpc": full.standard_error,
        "se_nofpc": free.standard_error,
        "t_lower": full.low,
        "t_upper": full.high,
    }
