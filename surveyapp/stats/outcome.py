"""What an estimator answers when the data cannot carry an answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A typed refusal: the question is fair, the data are not enough.

    Estimators return this value for degenerate or thin data, so that a caller has to handle it.
    Input that makes no sense at all, like a negative count, raises ``ValueError`` instead.

    Parameters
    ----------
    reason : str
        Why there is no figure, in words for the reader: a full sentence without the final stop.
    n : int
        How many units there are.
    needed : int or None
        How many units there would have to be, or None when more data of this kind would not help.
    unit : str
        What is counted: "teams", "waves", "answers".

    Examples
    --------
    >>> CannotTell("too few teams to compare with", n=7, needed=19, unit="teams").shortfall
    12
    """

    reason: str
    n: int
    needed: int | None
    unit: str

    @property
    def shortfall(self) -> int | None:
        """How many more units are needed, or None when more of them would not help."""
        return None if self.needed is None else max(self.needed - self.n, 0)
