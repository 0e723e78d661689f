"""Mean models for scores, counts and shares, with intervals that respect that a team answers repeatedly.

The mean is fitted as if observations were independent; the standard error then lets everything inside a
team be dependent. With few teams the usual sandwich is too small: CR2 removes its bias under the working
model, and Satterthwaite degrees of freedom account for how few teams carry the estimate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from surveyapp.stats import checks
from surveyapp.stats.checks import FloatArray, IntArray
from surveyapp.stats.outcome import CannotTell

Family = Literal["gaussian", "poisson", "binomial"]
Method = Literal["CR0", "CR1", "CR2"]
State = TypeVar("State")

STEPS = 50
# A last step that still moves the linear predictor this much has not found a finite maximum.
STILL = 0.3
UNBOUNDED = "what is counted was always or never seen in a part of the data"


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted mean model.

    Parameters
    ----------
    design : ndarray, shape (n, p)
        The columns of the model.
    coefficients : ndarray, shape (p,)
        On the scale of the link: score points, log rate ratios or log odds ratios.
    residual : ndarray, shape (n,)
        Observed minus fitted mean, in the unit of the outcome.
    variance : ndarray, shape (n,)
        Variance of each observation under the working model, up to the dispersion.
    derivative : ndarray, shape (n,)
        Slope of the mean in the linear predictor.
    bread : ndarray, shape (p, p)
        Inverse information at dispersion 1.
    dispersion : float
        Pearson chi-square over its degrees of freedom; 1 when counts are Poisson. NaN without degrees left.
    deviance : float
        Twice the log likelihood ratio to the saturated model, or the residual sum of squares.
    scale : float
        The largest outcome, which says how much of the residuals is rounding.
    """

    design: FloatArray
    coefficients: FloatArray
    residual: FloatArray
    variance: FloatArray
    derivative: FloatArray
    bread: FloatArray
    dispersion: float
    deviance: float
    scale: float

    @property
    def n(self) -> int:
        """How many observations the model is fitted to."""
        return len(self.residual)

    @property
    def model_se(self) -> FloatArray:
        """Standard errors if the working model were true and observations independent, with dispersion 1."""
        return np.sqrt(np.diag(self.bread))


def fit_mean(
    design: ArrayLike,
    outcome: ArrayLike,
    family: Family,
    *,
    offset: ArrayLike | None = None,
    trials: ArrayLike | None = None,
    tolerance: float = 1e-8,
) -> Fit | CannotTell:
    """Fit a linear, log-linear or logistic mean by iteratively reweighted least squares.

    Parameters
    ----------
    design : array_like, shape (n, p)
        The columns, an intercept among them where one is wanted.
    outcome : array_like, shape (n,)
        Scores (gaussian), counts (poisson) or the number of successes (binomial).
    family : {"gaussian", "poisson", "binomial"}
        The link is the identity, the logarithm and the logit.
    offset : array_like, shape (n,), optional
        Known part of the linear predictor, such as the logarithm of the exposure.
    trials : array_like, shape (n,), optional
        Binomial denominators; 1 each when left out.
    tolerance : float
        Relative change of the deviance at which the steps end.

    Returns
    -------
    Fit or CannotTell
        CannotTell when columns repeat each other or no finite estimate exists.

    Raises
    ------
    ValueError
        If shapes disagree, counts are negative, or successes exceed trials.

    Notes
    -----
    The estimates are consistent whatever the dispersion, as long as the mean is right [1]_. Do not use
    `Fit.model_se` for teams that are observed repeatedly; use `sandwich`.

    Start, steps and end are those of ``glm`` in R, and so is the habit of taking the information from the
    weights of the last step: both then agree in all digits. A `tolerance` of 1e-14 gives the exact maximum,
    which changes standard errors in the fifth digit.

    References
    ----------
    .. [1] Gourieroux, Monfort, Trognon (1984). Pseudo maximum likelihood methods: applications to Poisson
       models. Econometrica 52, 701-720. https://doi.org/10.2307/1913472

    Examples
    --------
    >>> fit = fit_mean([[1.0], [1.0]], [3, 5], "poisson", offset=[0.0, 0.0])
    >>> round(float(np.exp(fit.coefficients[0])), 9)
    4.0
    """
    if family not in get_args(Family):
        raise ValueError(f"family must be one of {', '.join(get_args(Family))}, got {family!r}")
    x = checks.matrix("design", design)
    y = checks.vector("outcome", outcome) if family == "gaussian" else checks.counts("outcome", outcome)
    known = np.zeros(len(y)) if offset is None else checks.vector("offset", offset)
    m = np.ones(len(y)) if trials is None else checks.above("trials", checks.counts("trials", trials), 0)
    checks.same_length(design=x, outcome=y, offset=known, trials=m)
    if family == "binomial" and (y > m).any():
        raise ValueError(f"outcome must not exceed trials, got {y[y > m][0]:g} of {m[y > m][0]:g}")
    if not len(y) or np.linalg.matrix_rank(x) < x.shape[1]:
        return CannotTell("the columns of the model repeat each other", n=len(y), needed=None, unit="observations")
    return _fit(x, y / m, family, known, m, checks.positive("tolerance", tolerance))


def _fit(
    x: FloatArray, y: FloatArray, family: Family, known: FloatArray, m: FloatArray, tolerance: float
) -> Fit | CannotTell:
    def solve(weight: FloatArray, target: FloatArray) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
        bread = inverse_of(_information(x, weight))
        beta = bread @ (x.T @ (weight * target))
        beta = beta + bread @ (x.T @ (weight * (target - x @ beta)))
        return x @ beta, (beta, bread)

    end = reweight(y, family, known, m, solve, tolerance)
    if end is None:
        return CannotTell(UNBOUNDED, len(y), None, "cells")
    beta, bread = end.state
    left = len(y) - x.shape[1]
    dispersion = end.pearson / left if left else float("nan")
    scale = float(np.abs(y).max(initial=0.0))
    return Fit(x, beta, end.residual, end.variance, end.slope, bread, dispersion, end.deviance, scale)


@dataclass(frozen=True, slots=True, eq=False)
class Converged(Generic[State]):
    """Where reweighting ended: residuals, working model, weights of the last step, and what the solver kept."""

    residual: FloatArray
    slope: FloatArray
    variance: FloatArray
    weight: FloatArray
    deviance: float
    state: State

    @property
    def pearson(self) -> float:
        """Weighted sum of squared residuals on the scale of the linear predictor."""
        return float(np.sum(self.weight * (self.residual / self.slope) ** 2))


def reweight(
    y: FloatArray,
    family: Family,
    known: FloatArray,
    m: FloatArray,
    solve: Callable[[FloatArray, FloatArray], tuple[FloatArray, State]],
    tolerance: float = 1e-8,
    *,
    start: FloatArray | None = None,
) -> Converged[State] | None:
    """Solve weighted least squares until the deviance settles; None when no finite maximum exists.

    The solver takes weights and targets, and gives the linear predictor without its known part and whatever it
    wants to keep. A start that is near the end saves steps.
    """
    eta = start_at(y, family, m) if start is None else start
    mean, slope, variance = mean_at(family, eta, m)
    eta, deviance = eta - known, deviance_of(family, y, mean, m)
    for _ in range(STEPS):
        weight = slope**2 / variance
        new, state = solve(weight, eta + (y - mean) / slope)
        moved, eta = float(np.abs(new - eta).max()), new
        mean, slope, variance = mean_at(family, known + eta, m)
        before, deviance = deviance, deviance_of(family, y, mean, m)
        if abs(deviance - before) < tolerance * (abs(deviance) + 0.1):
            break
    # Where a count is always 0 the likelihood settles while the estimate still runs to minus infinity.
    if family != "gaussian" and not moved < STILL:
        return None
    return Converged(y - mean, slope, variance, weight, deviance, state)


def start_at(y: FloatArray, family: Family, m: FloatArray) -> FloatArray:
    """Give the linear predictor to start from: the data themselves, kept off the border."""
    if family == "poisson":
        return np.log(y + 0.1)
    return y if family == "gaussian" else np.asarray(special.logit((m * y + 0.5) / (m + 1)))


def mean_at(family: Family, eta: FloatArray, m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give mean, slope of the mean and variance of one observation at a linear predictor."""
    if family == "gaussian":
        return eta, np.ones_like(eta), np.ones_like(eta)
    if family == "poisson":
        mean = np.exp(np.minimum(eta, 700.0))
        return mean, mean, mean
    mean = special.expit(eta)
    slope = mean * special.expit(-eta)
    return mean, slope, slope / m


def deviance_of(family: Family, y: FloatArray, mean: FloatArray, m: FloatArray) -> float:
    """Give twice the log likelihood ratio to the saturated model, or the residual sum of squares."""
    if family == "gaussian":
        return float(np.sum((y - mean) ** 2))
    if family == "poisson":
        return 2 * float(np.sum(special.kl_div(y, mean)))
    hit = special.xlogy(y, y) - special.xlogy(y, mean)
    miss = special.xlogy(1 - y, 1 - y) - special.xlog1py(1 - y, -mean)
    return 2 * float(np.sum(m * (hit + miss)))


def _information(x: FloatArray, weight: FloatArray) -> FloatArray:
    return np.asarray((x * weight[:, None]).T @ x)


def inverse_of(information: FloatArray) -> FloatArray:
    """Invert a symmetric matrix."""
    return np.asarray(np.linalg.inv(information), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Contrast:
    """One combination of coefficients with its interval.

    Parameters
    ----------
    n : int
        Number of clusters (teams).
    estimate, low, high : float
        On the scale of the link.
    se : float
        Cluster-robust standard error.
    df : float
        Degrees of freedom of the t distribution; infinite for CR0.
    p : float
        Two-sided.
    method : str
        How the standard error and its degrees of freedom were made.
    """

    n: int
    estimate: float
    low: float
    high: float
    se: float
    df: float
    p: float
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Sandwich:
    """The cluster-robust variance of a fit, ready for contrasts; made by `sandwich`."""

    fit: Fit
    blocks: tuple[tuple[IntArray, FloatArray | None], ...]
    n: int
    method: Method

    def contrast(self, combination: ArrayLike, *, confidence: float = 0.95) -> Contrast | CannotTell:
        """Estimate a linear combination of coefficients with a cluster-robust t interval.

        Parameters
        ----------
        combination : array_like, shape (p,)
            Weights of the coefficients.
        confidence : float
            Coverage of the interval.

        Returns
        -------
        Contrast or CannotTell
            CannotTell when fewer than two clusters carry the estimate.

        Raises
        ------
        ValueError
            If the combination has not one weight per coefficient, or confidence is outside (0, 1).
        """
        weights = checks.vector("combination", combination)
        checks.share("confidence", confidence)
        checks.same_length(combination=weights, coefficients=self.fit.coefficients)
        scores, own, shared = self._parts(weights)
        variance = float(scores @ scores) * (self.n / (self.n - 1) if self.method == "CR1" else 1.0)
        if not variance > 0 or only_rounding(self.fit.residual, self.fit.scale):
            return CannotTell("the data do not vary enough for an interval", self.n, None, "teams")
        df = {"CR0": float("inf"), "CR1": self.n - 1.0, "CR2": self._satterthwaite(own, shared)}[self.method]
        return interval(self.n, float(weights @ self.fit.coefficients), variance**0.5, df, confidence, self.method)

    def _parts(self, weights: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give per cluster: its share of the error, its working variance, and its pull on the coefficients."""
        fit = self.fit
        direction = fit.bread @ weights
        scores, own, shared = [], [], []
        for rows, adjustment in self.blocks:
            x = fit.design[rows] * fit.derivative[rows][..., None]
            pull = (x @ direction) / fit.variance[rows]
            if adjustment is not None:
                pull = np.einsum("gij,gj->gi", adjustment, pull)
            scores.append(np.sum(pull * fit.residual[rows], axis=1))
            own.append(np.sum(pull**2 * fit.variance[rows], axis=1))
            shared.append(np.einsum("gi,gip->gp", pull, x))
        return np.concatenate(scores), np.concatenate(own), np.concatenate(shared)

    def _satterthwaite(self, own: FloatArray, shared: FloatArray) -> float:
        # The working covariance of the cluster errors is diag(own) - shared bread shared'. Its trace and
        # its squared norm need no matrix of clusters by clusters, so the cost grows with the teams only.
        overlap = np.sum((shared @ self.fit.bread) * shared, axis=1)
        trace = float(np.sum(own - overlap))
        inner = shared.T @ shared @ self.fit.bread
        norm = float(np.sum(own**2 - 2 * own * overlap) + np.sum(inner * inner.T))
        return trace**2 / norm if norm > 0 else 1.0


def only_rounding(residual: FloatArray, scale: float) -> bool:
    """Tell whether residuals of outcomes of a size are nothing but rounding: then no error can be told from them."""
    return bool(np.abs(residual).max(initial=0.0) <= max(1e-9 * scale, 1e-12))


def interval(n: int, estimate: float, se: float, df: float, confidence: float, method: Method) -> Contrast:
    """Make a contrast from its standard error and degrees of freedom."""
    checks.positive("se", se)
    checks.share("confidence", confidence)
    if method not in _WORDS:
        raise ValueError(f"method must be CR0, CR1 or CR2, got {method!r}")
    margin = se * _t_quantile(df, (1 + confidence) / 2)
    p = 2 * _t_tail(df, abs(estimate) / se)
    return Contrast(n, estimate, estimate - margin, estimate + margin, se, df, p, _WORDS[method])


_WORDS = {
    "CR0": "cluster-robust (CR0), normal",
    "CR1": "cluster-robust (CR1), t with teams - 1 degrees of freedom",
    "CR2": "cluster-robust (CR2), Satterthwaite t",
}


def sandwich(fit: Fit, cluster: ArrayLike, *, method: Method = "CR2") -> Sandwich:
    """Prepare the cluster-robust variance of a fit.

    Parameters
    ----------
    fit : Fit
        Made by `fit_mean`.
    cluster : array_like, shape (n,)
        The team of each observation; observations of one team may depend on each other in any way.
    method : {"CR2", "CR1", "CR0"}
        CR2 with Satterthwaite degrees of freedom is right for few or unequal teams. CR1 with t(G - 1) is
        cheaper and as good with many teams of like weight. CR0 is the plain sandwich, for comparison.

    Returns
    -------
    Sandwich

    Raises
    ------
    ValueError
        If there are fewer than two clusters or the lengths differ.

    Notes
    -----
    CR2 follows the coordinates of Pustejovsky and Tipton [1]_, equation 8, with the working variance as
    target. With every observation its own cluster it is HC2 with Bell-McCaffrey degrees of freedom [2]_.
    The cost is linear in clusters and cubic in the size of one.

    References
    ----------
    .. [1] Pustejovsky, Tipton (2018). Small-sample methods for cluster-robust variance estimation.
       Journal of Business & Economic Statistics 36, 672-683. https://doi.org/10.1080/07350015.2016.1247004
    .. [2] Imbens, Kolesar (2016). Robust standard errors in small samples. Review of Economics and
       Statistics 98, 701-712. https://doi.org/10.1162/REST_a_00552

    Examples
    --------
    >>> fit = fit_mean(np.ones((4, 1)), [1.0, 2.0, 3.0, 6.0], "gaussian")
    >>> mean = sandwich(fit, ["a", "b", "c", "d"]).contrast([1.0])
    >>> round(mean.estimate, 6), round(mean.se, 6), round(mean.df, 6)
    (3.0, 1.080123, 3.0)
    """
    if method not in _WORDS:
        raise ValueError(f"method must be CR0, CR1 or CR2, got {method!r}")
    distinct, codes = checks.labels("cluster", cluster)
    checks.same_length(cluster=codes, outcome=fit.residual)
    if len(distinct) < 2:
        raise ValueError(f"cluster must name at least 2 clusters, got {len(distinct)}")
    inverse = inverse_of(_information(fit.design, fit.derivative**2 / fit.variance))
    blocks = tuple(
        (rows, _adjustment(fit, inverse, rows) if method == "CR2" else None) for rows in _rows_by_size(codes)
    )
    return Sandwich(fit, blocks, len(distinct), method)


def _rows_by_size(codes: IntArray) -> list[IntArray]:
    """Give for each cluster size the rows of its clusters, shape (clusters, size), so that algebra is batched."""
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    return [order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)]


def _adjustment(fit: Fit, inverse: FloatArray, rows: IntArray) -> FloatArray:
    x = fit.design[rows] * fit.derivative[rows][..., None]
    variance = fit.variance[rows]
    root = np.sqrt(variance)
    leftover = variance[:, :, None] * np.eye(rows.shape[1]) - x @ inverse @ x.transpose(0, 2, 1)
    values, axes = np.linalg.eigh(root[:, :, None] * leftover * root[:, None, :])
    # A team that determines one of its own effects has no residual in that direction: leave it out.
    kept = values > 1e-10 * values.max(axis=1, keepdims=True)
    inverse_root = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    middle = (axes * inverse_root[:, None, :]) @ axes.transpose(0, 2, 1)
    return np.asarray(root[:, :, None] * middle * root[:, None, :])


def _t_quantile(df: float, level: float) -> float:
    return float(special.ndtri(level) if np.isinf(df) else special.stdtrit(df, level))


def _t_tail(df: float, t: float) -> float:
    return float(special.ndtr(-t) if np.isinf(df) else special.stdtr(df, -t))
