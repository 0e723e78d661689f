"""Every figure the product speaks of is shown with its support, or withheld with a reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """A published figure.

    Parameters
    ----------
    text : str
        The one string that every channel shows.
    value : float
        The point used by statistics: the middle of what the text allows.
    low, high : float
        The range of true values that the text allows, in the unit of the value.
    n : int
        How many answer sheets are counted in it.
    """

    text: str
    value: float
    low: float
    high: float
    n: int

    @property
    def is_plain(self) -> bool:
        """Whether the text is the number itself, not coded because it lies near an end."""
        return self.text[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that may not be said, and why, in words for the reader."""

    reason: str


Figure = Shown | Withheld
