"""What a made-up organisation is made of; `surveyapp.stats.simulate` makes it up."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What an organisation is made of.

    Parameters
    ----------
    teams, waves : int
        How many.
    sizes : tuple of int
        Smallest and largest team; every size between is equally likely.
    items, points : int
        Items of the scale, and answers 1..points to each.
    reverse : tuple of int
        Positions of the items that are worded the other way round.
    centre : float
        Climate of an average team, in points.
    item_spread : float
        Standard deviation of the item offsets, in points: some items are harder to agree with.
    icc : float
        Share of the variance of person scores that lies between teams, 0 <= icc < 1.
    within_sd : float
        Standard deviation of person scores inside a team, in points, all sources together.
    stable_share : float
        Share of the within-team variance that a person keeps from wave to wave.
    item_noise : float
        Standard deviation of a single answer around what the person means, in points.
    shock_share, shock_persistence : float
        Share of the between-team variance that moves from wave to wave, and its AR(1) coefficient.
    drift, drift_sd : float
        Change of the whole organisation from the first to the last wave, and the standard deviation of its random
        step at each wave, in points.
    turnover : float
        Chance per wave that a person is replaced by a new one.
    response : float
        Share of persons that answer a wave.
    silence : float
        How much more likely safe persons answer: log odds per point of their own level above the centre.
    skip : float
        Chance that an item stays unanswered.
    weeks, presence : float
        Weeks per wave, and share of the weeks that a person is there.
    error_rate : float
        True errors per person-week in an average team.
    error_slope : float
        Change of the log of that rate per standard deviation of climate; negative: safer teams err less.
    error_spread : float
        Standard deviation of the log rate between teams that has nothing to do with climate.
    report_share, report_slope : float
        Share of errors which an average team reports itself, and change of its log odds per standard deviation.
    external_share : float
        Share of errors that somebody outside finds, whatever the team says.
    near_miss_factor : float
        Near misses for each error.
    harm_share : float
        Share of errors that do harm; harm is recorded whoever tells.
    surface_days, surface_slope : float
        Median days until an error surfaces, and change of its log per standard deviation of climate.

    Raises
    ------
    ValueError
        When a value lies outside its range, or when the noise of single answers alone exceeds what is left of the
        within-team variance.
    """

    teams: int = 40
    waves: int = 26
    sizes: tuple[int, int] = (4, 12)
    items: int = 7
    points: int = 5
    reverse: tuple[int, ...] = ()
    centre: float = 3.6
    item_spread: float = 0.25
    icc: float = 0.19
    within_sd: float = 0.65
    stable_share: float = 0.5
    item_noise: float = 0.7
    shock_share: float = 0.27
    shock_persistence: float = 0.6
    drift: float = 0.0
    drift_sd: float = 0.0
    turnover: float = 0.01
    response: float = 0.78
    silence: float = 0.0
    skip: float = 0.0
    weeks: float = 2.0
    presence: float = 0.9
    error_rate: float = 0.15
    error_slope: float = 0.0
    error_spread: float = 0.3
    report_share: float = 0.45
    report_slope: float = 0.0
    external_share: float = 0.3
    near_miss_factor: float = 1.0
    harm_share: float = 0.3
    surface_days: float = 6.0
    surface_slope: float = 0.0

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        for name in ("teams", "waves", "items"):
            _at_least(name, getattr(self, name), 1)
        _at_least("points", self.points, 2)
        _at_least("smallest team", self.sizes[0], 1)
        _at_least("largest team", self.sizes[1], self.sizes[0])
        for name in ("icc", "stable_share", "shock_share", "shock_persistence", "turnover", "skip", "presence"):
            _share(name, getattr(self, name))
        for name in ("response", "report_share", "external_share", "harm_share"):
            _share(name, getattr(self, name))
        if self.icc == 1:
            raise ValueError("icc is 1, but persons must differ inside a team: icc < 1")
        if self.mood_variance < 0:
            raise ValueError(
                f"item_noise {self.item_noise} leaves no room in within_sd {self.within_sd} with stable_share "
                f"{self.stable_share}: item_noise must be at most {sqrt(self._changing * self.items):.3f}"
            )

    @property
    def team_sd(self) -> float:
        """Standard deviation of the climate between teams in one wave, in points."""
        return self.within_sd * sqrt(self.icc / (1 - self.icc))

    @property
    def mood_variance(self) -> float:
        """Variance of what a person feels differently in each wave, in squared points."""
        return self._changing - self.item_noise**2 / self.items

    @property
    def _changing(self) -> float:
        return (1 - self.stable_share) * self.within_sd**2


def _at_least(name: str, value: float, limit: float) -> None:
    if value < limit:
        raise ValueError(f"{name} is {value}, but must be at least {limit}")


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value}, but must lie between 0 and 1")
