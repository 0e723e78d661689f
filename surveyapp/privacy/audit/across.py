"""The attack across waves, under the assumption that nobody ever changes an answer.

Within one wave deniability is proven. Across waves it is not, because the same answers are published again and again
with another person left out by chance. These attacks measure how far that carries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from surveyapp.privacy.audit.figures import worst_of
from surveyapp.privacy.audit.puzzles import Clue, Crowd, Puzzle
from surveyapp.privacy.audit.reading import read_sum
from surveyapp.privacy.audit.solving import solve
from surveyapp.privacy.audit.verdicts import Tally, attack
from surveyapp.privacy.policy import Support


@dataclass(frozen=True, slots=True)
class Across:
    """What several waves say together about one statement of one group.

    ``refuted`` is whether the texts contradict each other, so that somebody must have changed an answer.
    """

    outsider: Tally
    talker: Tally
    refuted: bool


def examine_across(texts: Sequence[str], support: Support, count_min: int) -> Across:
    """Attack a statement that the same people answered in several waves, each time all of them.

    Parameters
    ----------
    texts : sequence of str
        What was published, wave by wave.
    support : Support
        Of each wave: everybody except the one who was left out by chance, and nobody knows who that was.
    count_min : int
    """
    return _examine(tuple(sorted(texts)), support, count_min)


@lru_cache(maxsize=100_000)
def _examine(texts: tuple[str, ...], support: Support, count_min: int) -> Across:
    readings = [tuple((limits,) for limits in read_sum(text, support, count_min)) for text in texts]
    every = tuple(range(1, support.points + 1))
    people = support.answers + 1

    def puzzle(told: tuple[int, ...]) -> Puzzle:
        crowds = (Crowd(people - len(told), every), *(Crowd(1, (value,)) for value in told))
        inside = tuple(range(len(crowds)))
        return Puzzle(crowds, tuple(Clue(inside, cases, (1,), leaves_one_out=True) for cases in readings))

    if not solve(puzzle(())).consistent:
        return Across(Tally(), Tally(), refuted=True)
    talkers = [attack(puzzle((value,)), support.favourable_from) for value in every]
    return Across(attack(puzzle(()), support.favourable_from), worst_of(talkers), refuted=False)
