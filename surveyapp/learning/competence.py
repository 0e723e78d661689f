"""A signal for the owner alone: how many good deliveries in a row make it likely that the work is mastered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log

from surveyapp.learning.delegation import Delegation
from surveyapp.learning.dips import done
from surveyapp.learning.measures import rescued

# Mastered work misses one delivery in ten, work that is not mastered four in ten; either is mistaken for the other in
# one case of ten.
MASTERED, NOT_YET, ERROR = 0.1, 0.4, 0.1
LIMIT = log((1 - ERROR) / ERROR)
GOOD, MISSED = log((1 - MASTERED) / (1 - NOT_YET)), log(MASTERED / NOT_YET)
# A signal over rarer work would speak of another year.
FREQUENT = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Competence:
    """What the learning curve sum says after so many deliveries, ``misses`` of them out of the bar or taken over.

    ``reached`` is the delivery with which the limit was reached first, and ``more`` how many good ones in a row it
    takes yet.
    """

    n: int
    misses: int
    reached: int | None
    more: int


def competence(delegation: Delegation) -> Competence | None:
    """Return the signal, or nothing where deliveries are rarer than one a month.

    The sum begins at 0, rises with a good delivery, falls with a miss and never below 0; Biau and others (2008),
    https://doi.org/10.1186/1471-2288-8-21.
    """
    cycles = done(delegation)
    if len(cycles) < 2 or not _frequent([each.delivered_at for each in cycles if each.delivered_at]):
        return None
    total, reached, misses = 0.0, None, 0
    for number, cycle in enumerate(cycles, 1):
        missed = not cycle.within_bar or rescued(cycle, delegation.owner)
        misses += missed
        total = max(0.0, total + (MISSED if missed else GOOD))
        if reached is None and total >= LIMIT:
            reached = number
    more = 0 if reached else ceil((LIMIT - total) / GOOD)
    return Competence(len(cycles), misses, reached, more)


def _frequent(at: list[datetime]) -> bool:
    return (at[-1] - at[0]) / (len(at) - 1) <= FREQUENT
