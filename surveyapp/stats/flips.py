"""What chance does to many slopes at once: what whole teams add to them, with the signs of teams flipped.

Questions that are asked of the same teams share their data, most of all the same question some waves later. How
often chance alone makes any of them look remarkable follows from how they hang together, and nothing but teams may
be taken to be independent. So each team keeps what it adds to every slope, and only its sign, the same for all
questions, is drawn anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from surveyapp.stats import checks
from surveyapp.stats.checks import FloatArray, IntArray

FLIPS = 9_999
# Signs of so many teams times flips are kept at a time: 32 MB.
BLOCK = 4_000_000
# Sums that differ by less are one sum in another order.
SAME = 1e-9
# However much of the variance signs take away, this share of it is left.
LEAST = 0.01
# A quarter of the root that would give all of the variance back.
GIVEN_BACK = 0.5 / 4


@dataclass(frozen=True, slots=True, eq=False)
class TeamParts:
    """What each team adds to one slope.

    Parameters
    ----------
    added : ndarray, shape (teams,)
        They sum to the slope; 0 for a team that carries nothing.
    shared : ndarray, shape (teams, effects)
        How much of it hangs on the other effects of the same model, which were estimated from the same teams: the
        squared length of the sum over teams, signs put before them, is the share of the variance that is lost when
        signs are flipped so. No columns where that share is too small to matter.
    """

    added: FloatArray
    shared: FloatArray

    def among(self, teams: int, place: IntArray) -> "TeamParts":
        """Give the parts of a longer list of teams, in which these have their places and the others add nothing."""
        added, shared = np.zeros(teams), np.zeros((teams, self.shared.shape[1]))
        added[place], shared[place] = self.added, self.shared
        return TeamParts(added, shared)


@dataclass(frozen=True, slots=True, eq=False)
class Flipped:
    """How remarkable slopes are beside those of flipped teams.

    Parameters
    ----------
    n : int
        Teams that add something to any of the slopes.
    p : ndarray, shape (questions,)
        Two-sided, of each question alone; 1 where no team adds anything.
    adjusted : ndarray, shape (questions,)
        Corrected for all questions.
    flips : int
        How many ways to flip were looked at, the one observed among them.
    method : str
        Whether they were all there are.
    """

    n: int
    p: FloatArray
    adjusted: FloatArray
    flips: int
    method: str


def flip_teams(questions: Sequence[TeamParts], *, rng: np.random.Generator, flips: int = FLIPS) -> Flipped:
    """Hold slopes against those with the signs of whole teams flipped, all questions together.

    Parameters
    ----------
    questions : sequence of TeamParts
        What each team adds to each slope; the same teams in the same order.
    rng : numpy.random.Generator
        Seed it from the record. It is not asked where so few teams allow to look at every way to flip.
    flips : int
        Random ways to flip.

    Returns
    -------
    Flipped

    Raises
    ------
    ValueError
        If a part is not finite, questions differ in their teams, or flips is under 99.

    Notes
    -----
    If a slope is 0 and teams are independent, what a team adds would have come with the other sign as easily [1]_.
    The sum with drawn signs, whatever happens inside a team and however questions hang together, therefore is what
    chance does to the slope. Signs are the same for all questions, so that questions rise and fall together as they
    do in the data.

    The step-down of Westfall and Young [2]_, [3]_ over the p-values of each question alone corrects for all questions:
    when a family holds true and false relations, at most the level of such families has a false one below it. Taking
    p-values instead of slopes gives a question that 12 teams answer the same weight as one that 40 answer.

    The other effects of a model are estimated from the same teams, which takes away variance when signs are flipped:
    about one part in as many as there are teams. Dividing by the root of what is left [4]_ claims too little with
    12 to 14 teams, not dividing claims too much. A quarter of it, the eighth root, was chosen by simulation: families
    of 36 questions claim something about nothing in 4 to 5 % with 14 to 40 teams.

    References
    ----------
    .. [1] Hemerik, Goeman, Finos (2020). Robust testing in generalized linear models by sign flipping score
       contributions. Journal of the Royal Statistical Society B 82, 841-864. https://doi.org/10.1111/rssb.12369
    .. [2] Westfall, Young (1993). Resampling-Based Multiple Testing. Wiley.
    .. [3] Romano, Wolf (2005). Exact and approximate stepdown methods for multiple hypothesis testing. Journal of the
       American Statistical Association 100, 94-108. https://doi.org/10.1198/016214504000000539
    .. [4] De Santis, Goeman, Hemerik, Davenport, Finos (2025). Inference in generalized linear models with robustness
       to misspecified variances. Journal of the American Statistical Association.
       https://doi.org/10.1080/01621459.2025.2491775

    Examples
    --------
    >>> none = np.zeros((12, 0))
    >>> alike, mixed = np.ones(12), np.tile([1.0, -0.9], 6)
    >>> found = flip_teams([TeamParts(alike, none), TeamParts(mixed, none)], rng=np.random.default_rng(1))
    >>> found.p.round(4).tolist(), found.adjusted.round(4).tolist(), found.flips
    ([0.0005, 0.7749], [0.001, 0.7749], 2048)
    """
    flips = checks.at_least("flips", flips, 99)
    added = [checks.vector("added", one.added) for one in questions]
    checks.same_length(**{f"question {place}": one for place, one in enumerate(added)})
    there = np.any(added, axis=0) if added else np.zeros(0, dtype=bool)
    teams = int(there.sum())
    # A choice of signs and its mirror image are one way to flip.
    every = teams <= (flips + 1).bit_length()
    used = [(one[there], parts.shared[there]) for one, parts in zip(added, questions, strict=True)]
    blocks = _all_signs(teams) if every else _drawn_signs(teams, flips, rng)
    size = np.concatenate([_sizes(signs, used) for signs in blocks])
    p = _shares(size)
    method = "all flips of whole teams" if every else "random flips of whole teams"
    return Flipped(teams, p[0].copy(), _step_down(p), len(size), method)


def _all_signs(teams: int) -> Iterator[FloatArray]:
    """Give every choice of signs but for its mirror image, the observed one first."""
    number = np.arange(2 ** max(teams - 1, 0))
    yield np.asarray(1.0 - 2.0 * (number[:, None] >> np.arange(teams) & 1), dtype=np.float64)


def _drawn_signs(teams: int, flips: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    yield np.ones((1, teams))
    step = max(1, BLOCK // teams)
    for start in range(0, flips, step):
        drawn = rng.integers(0, 256, (min(step, flips - start), -(-teams // 8)), dtype=np.uint8)
        yield 1.0 - 2.0 * np.unpackbits(drawn, axis=1, count=teams).astype(np.float64)


def _sizes(signs: FloatArray, used: Sequence[tuple[FloatArray, FloatArray]]) -> FloatArray:
    """Give how large slopes would be, part of the lost variance given back. Shape (flips, slopes)."""
    size = np.abs(signs @ np.array([added for added, _ in used]).reshape(len(used), signs.shape[1]).T)
    for column, (_, shared) in enumerate(used):
        if shared.shape[1]:
            lost = np.sum((signs @ shared) ** 2, axis=1)
            size[:, column] /= np.maximum(1.0 - lost, LEAST) ** GIVEN_BACK
    return np.asarray(size)


def _shares(size: FloatArray) -> FloatArray:
    """Give for every flip and question the share of flips that are at least as large. Shape (flips, questions)."""
    found = np.ones_like(size)
    for column, own in enumerate(size.T):
        found[:, column] = 1.0 - np.searchsorted(np.sort(own), own * (1 - SAME)) / len(own)
    return found


def _step_down(p: FloatArray) -> FloatArray:
    """Correct the p-values of the first row: the smallest for all questions, the next for all but that one."""
    order = np.argsort(p[0], kind="stable")
    least = np.minimum.accumulate(p[:, order[::-1]], axis=1)[:, ::-1]
    adjusted = np.empty(p.shape[1])
    adjusted[order] = np.maximum.accumulate(np.mean(least <= p[0, order] + SAME, axis=0))
    return adjusted
