"""A filter and a smoother for many short series at once: a lasting level, a part that comes and goes, and noise."""

from dataclasses import dataclass

import numpy as np

from surveyapp.stats.checks import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Movement:
    """How teams differ and move, the same for all teams of an organisation.

    Parameters
    ----------
    lasting : float
        Variance between teams that stays, in squared points.
    moving : float
        Variance that comes and goes, in squared points.
    persistence : float
        Correlation of the moving part between neighbouring waves, 0..1.
    noise : float
        Variance of a single sheet around its team, in squared points.
    """

    lasting: float
    moving: float
    persistence: float
    noise: float


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Deviations from the wave means, 1/n, known extra variance, which are there, and distances between waves.

    All arrays have the shape (waves, teams), since the filter reads one wave of all teams at a time.
    """

    deviation: FloatArray
    inverse: FloatArray
    extra: FloatArray
    there: BoolArray
    gaps: FloatArray

    @classmethod
    def of(
        cls, deviation: FloatArray, inverse: FloatArray, extra: FloatArray, there: BoolArray, gaps: FloatArray
    ) -> "Series":
        """Turn arrays of teams by waves round."""
        turn = np.ascontiguousarray
        return cls(turn(deviation.T), turn(inverse.T), turn(extra.T), turn(there.T), gaps)

    def variance(self) -> float:
        """Mean square of all deviations."""
        return float((self.deviation[self.there] ** 2).mean())

    def some(self, count: int) -> "Series":
        """Take about so many teams, evenly from the whole list."""
        step = max(1, self.deviation.shape[1] // count)
        deviation, inverse, extra = (array[:, ::step] for array in (self.deviation, self.inverse, self.extra))
        return Series(deviation.copy(), inverse.copy(), extra.copy(), self.there[:, ::step].copy(), self.gaps)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What the filter knew at one wave before it saw it: state, its variance, surprise and gain."""

    lasting: FloatArray
    moving: FloatArray
    variance: tuple[FloatArray, FloatArray, FloatArray]
    surprise: FloatArray
    precision: FloatArray
    carry: float


def run(series: Series, movement: Movement, keep: list[Step] | None = None) -> float:
    """Run the Kalman filter over all teams at once and return -2 log likelihood per figure, less constants."""
    a, b, rho, c = movement.lasting, movement.moving, movement.persistence, movement.noise
    teams = series.deviation.shape[1]
    lasting, moving = np.zeros(teams), np.zeros(teams)
    paa, pam, pmm = np.full(teams, a), np.zeros(teams), np.full(teams, b)
    total = 0.0
    for wave, gap in enumerate(series.gaps):
        carry = rho**gap if wave else 1.0
        if wave:
            moving, pam, pmm = carry * moving, carry * pam, carry**2 * pmm + b * (1 - carry**2)
        there = series.there[wave]
        from_a, from_m = paa + pam, pam + pmm
        variance = from_a + from_m + c * series.inverse[wave] + series.extra[wave]
        precision = np.where(there, 1 / variance, 0.0)
        surprise = series.deviation[wave] - lasting - moving
        total += float(np.log(variance[there]).sum() + (surprise**2) @ precision)
        if keep is not None:
            keep.append(Step(lasting, moving, (paa, pam, pmm), surprise, precision, carry))
        gain = surprise * precision
        lasting, moving = lasting + from_a * gain, moving + from_m * gain
        paa, pam, pmm = paa - from_a**2 * precision, pam - from_a * from_m * precision, pmm - from_m**2 * precision
    return total / int(series.there.sum())


def smoothed(series: Series, movement: Movement) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Go back over the waves: smoothed deviation, its variance, and the weight left to the mean of the wave.

    The recursions of de Jong carry the sum of later surprises instead of inverting variances, which may be zero.
    """
    steps: list[Step] = []
    run(series, movement, steps)
    ones = Series(series.there.astype(np.float64), series.inverse, series.extra, series.there, series.gaps)
    constant: list[Step] = []
    run(ones, movement, constant)
    shape = series.deviation.shape
    line, variance, kept = np.empty(shape), np.empty(shape), np.empty(shape)
    teams = shape[1]
    ra, rm, qa, qm = (np.zeros(teams) for _ in range(4))
    naa, nam, nmm = (np.zeros(teams) for _ in range(3))
    for wave in range(shape[0] - 1, -1, -1):
        step, other = steps[wave], constant[wave]
        paa, pam, pmm = step.variance
        carry = steps[wave + 1].carry if wave + 1 < shape[0] else 1.0
        from_a, from_m = (paa + pam) * step.precision, (pam + pmm) * step.precision
        ra, rm = _back(ra, rm, from_a, from_m, carry, step.surprise * step.precision)
        qa, qm = _back(qa, qm, from_a, from_m, carry, other.surprise * other.precision)
        naa, nam, nmm = _back_squared((naa, nam, nmm), from_a, from_m, carry, step.precision)
        za, zm = paa + pam, pam + pmm
        line[wave] = step.lasting + step.moving + za * ra + zm * rm
        kept[wave] = other.lasting + other.moving + za * qa + zm * qm
        variance[wave] = za + zm - (za**2 * naa + 2 * za * zm * nam + zm**2 * nmm)
    return line.T, variance.T, 1 - kept.T


def _back(
    ra: FloatArray, rm: FloatArray, from_a: FloatArray, from_m: FloatArray, carry: float, surprise: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """One step back of the weighted sum of surprises."""
    later = rm * carry
    back = from_a * ra + from_m * later
    return ra - back + surprise, later - back + surprise


def _back_squared(
    n: tuple[FloatArray, FloatArray, FloatArray],
    from_a: FloatArray,
    from_m: FloatArray,
    carry: float,
    precision: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """One step back of the variance of that sum."""
    naa, nam, nmm = n[0], n[1] * carry, n[2] * carry**2
    row_a, row_m = from_a * naa + from_m * nam, from_a * nam + from_m * nmm
    both = from_a * row_a + from_m * row_m + precision
    return naa - 2 * row_a + both, nam - row_a - row_m + both, nmm - 2 * row_m + both
