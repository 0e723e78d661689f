"""The attack on one published text: alone, and with any one person who tells all own answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from surveyapp.privacy.audit.puzzles import Clue, Crowd, Limits, Puzzle
from surveyapp.privacy.audit.reading import read_mean, read_sum, read_theme
from surveyapp.privacy.audit.verdicts import Tally, attack
from surveyapp.privacy.policy import Support


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a text says about the answers behind it, to an outsider and to the worst coalition of one.

    ``understood`` is whether the release policy can have led to the text at all.
    """

    outsider: Tally
    talker: Tally
    understood: bool

    @property
    def clean(self) -> bool:
        """Whether the text is one of the policy's and everybody stays deniable."""
        return self.understood and self.outsider.clean and self.talker.clean


@lru_cache(maxsize=100_000)
def examine(text: str, support: Support, count_min: int) -> Exposure:
    """Attack one published number.

    Parameters
    ----------
    text : str
        What a reader sees. If the policy never says it, it is read as a rounded mean.
    support : Support
        How many answers by how many people went in; the attacker knows who answered what, but not how.
    count_min : int
        The minimum that was in force.

    Notes
    -----
    Equal texts with equal supports say the same about everybody, which is why thousands of teams take seconds. What
    a talker tells is not known here, so everything that fits the text is tried and the worst counts.
    """
    sums = read_sum(text, support, count_min)
    return _expose(sums or read_mean(text, support.answers, support.points), support, understood=bool(sums))


@lru_cache(maxsize=10_000)
def examine_theme(text: str, counted: int) -> Exposure:
    """Attack what is said of a theme: whether somebody tapped it has two values, and neither may be the only one."""
    sums = read_theme(text, counted)
    return _expose(sums, Support(counted, counted, each=1, points=2, favourable_from=1), understood=bool(sums))


def _expose(sums: tuple[Limits, ...], support: Support, *, understood: bool) -> Exposure:
    talkers = [_attack(support, sums, told) for told in _what_one_may_tell(support)]
    return Exposure(_attack(support, sums, (0, 0)), worst_of(talkers), understood)


def _attack(support: Support, sums: tuple[Limits, ...], told: tuple[int, int]) -> Tally:
    """Attack the answers of all others, once a number of answers and their sum are known."""
    count, total = told
    others = support.answers - count
    # Cut to what is possible, so that talkers who tell the same thing about the others are one puzzle.
    left = [(max(low - total, others), min(high - total, support.points * others)) for low, high in sums]
    cases = tuple((limits,) for limits in left if limits[0] <= limits[1])
    if not cases:
        return Tally()
    crowd = Crowd(others, tuple(range(1, support.points + 1)))
    return attack(Puzzle((crowd,), (Clue((0,), cases, (1,), leaves_one_out=False),)), support.favourable_from)


def worst_of(tallies: Sequence[Tally]) -> Tally:
    """Return the tally of the most dangerous coalition, with the solves of all."""
    worst = max(tallies, key=lambda each: (each.exposed, each.determined, each.answers), default=Tally())
    solves = sum(each.solves for each in tallies)
    return Tally(worst.answers, worst.determined, worst.broken, worst.undecided, solves)


def _what_one_may_tell(support: Support) -> list[tuple[int, int]]:
    """Return every number of answers that one person may know, with every sum that they may have."""
    at_most = min(support.each, support.answers - support.people + 1, support.answers - 1)
    return [(count, total) for count in range(1, at_most + 1) for total in range(count, support.points * count + 1)]
