"""Two waves of one team in which nobody changes an answer: what somebody works out who knows who answered each time.

The attack is exact and needs no solver, so thousands of teams are attacked in a minute, and grids other than the
product's can be tried. Every way in which two unknown people may have been left out is gone through.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil

from surveyapp.privacy.policy import GRID_CELLS, Support

POINTS, FAVOURABLE, ITEM_MIN = 5, 4, 7
RESPONSE = 0.85
# The people who answered both times, the first time only, and the second time only.
Sizes = tuple[int, int, int]
Range = tuple[int, int]
BOTH, FIRST, SECOND = range(3)


@dataclass
class Found:
    """What came of the attack on many teams."""

    answers: int = 0
    exposed: int = 0
    teams: int = 0
    teams_exposed: int = 0


def told(total: int, people: int, cells: int) -> Range:
    """Return the sums that are told by the same text, on a grid of so many cells."""
    support = Support(people, people, 1, POINTS, FAVOURABLE)
    if total <= support.low_end:
        return people, support.low_end
    if total >= support.high_end:
        return support.high_end, POINTS * people
    width = Fraction(POINTS - 1, cells) * people
    cell = (total - people) // width
    low, high = people + ceil(cell * width), people + ceil((cell + 1) * width) - 1
    return max(low, support.low_end + 1), min(high, support.high_end - 1)


@cache
def values_left(sizes: Sizes, first: Range, second: Range, where: int) -> frozenset[int]:
    """Return the answers that somebody of a class may have given."""
    return frozenset(
        value for value in range(1, POINTS + 1) if _possible(_without(sizes, where), first, second, where, value)
    )


def _without(sizes: Sizes, where: int) -> Sizes:
    left = list(sizes)
    left[where] -= 1
    return left[0], left[1], left[2]


def _possible(others: Sizes, first: Range, second: Range, where: int, value: int) -> bool:
    """Tell whether an answer fits both waves with anybody left out of each and the others answering anything."""
    for out_first in _left_out(others, FIRST, where, value):
        rest = others if out_first.where is None else _without(others, out_first.where)
        known = [(where, value)] + ([(out_first.where, out_first.value)] if out_first.where is not None else [])
        twice = [Out(None, out_first.value)] if out_first.where == BOTH else []
        for out_second in [*twice, *_left_out(rest, SECOND, where, value)]:
            last = rest if out_second.where is None else _without(rest, out_second.where)
            more = [*known, *([(out_second.where, out_second.value)] if out_second.where is not None else [])]
            if _fits(last, more, (first[0] + out_first.value, first[1] + out_first.value),
                     (second[0] + out_second.value, second[1] + out_second.value)):  # fmt: skip
                return True
    return False


@dataclass(frozen=True)
class Out:
    """Somebody left out: one of a class besides the people known, or one of those if there is no class."""

    where: int | None
    value: int


def _left_out(others: Sizes, wave: int, where: int, value: int) -> Iterator[Out]:
    if where in {BOTH, wave}:
        yield Out(None, value)
    for each in (BOTH, wave):
        if others[each]:
            yield from (Out(each, answer) for answer in range(1, POINTS + 1))


def _fits(others: Sizes, known: Sequence[tuple[int, int]], first: Range, second: Range) -> bool:
    """Tell whether the sums of the three classes can be in both ranges, which hold whoever was left out as well."""
    fixed = [sum(value for where, value in known if where == each) for each in range(3)]
    low = [fixed[each] + others[each] for each in range(3)]
    high = [fixed[each] + POINTS * others[each] for each in range(3)]
    return any(
        max(low[FIRST], first[0] - both) <= min(high[FIRST], first[1] - both)
        and max(low[SECOND], second[0] - both) <= min(high[SECOND], second[1] - both)
        for both in range(low[BOTH], high[BOTH] + 1)
    )


def team(rng: random.Random, kind: str) -> list[int]:
    """Make the answers of a team of 8 to 12."""
    people, climate = rng.randint(8, 12), rng.gauss(3.6, 0.35)
    if kind == "polarised":
        return [1 if person % 2 else 5 for person in range(people)]
    return [min(POINTS, max(1, round(rng.gauss(rng.gauss(climate, 0.6), 0.7)))) for _ in range(people)]


def attack(kind: str, teams: int, cells: int) -> Found:
    """Attack teams of which enough answered both times."""
    rng, found = random.Random(1), Found()  # noqa: S311  # Nothing is hidden here.
    for _ in range(teams):
        answers = team(rng, kind)
        waves = [{person for person in range(len(answers)) if rng.random() < RESPONSE} for _ in range(2)]
        outs = [rng.choice(sorted(wave)) if wave else 0 for wave in waves]
        if min(map(len, waves)) - 1 < ITEM_MIN:
            continue
        ranges = [
            told(sum(answers[person] for person in wave - {out}), len(wave) - 1, cells)
            for wave, out in zip(waves, outs, strict=True)
        ]
        sizes = (len(waves[0] & waves[1]), len(waves[0] - waves[1]), len(waves[1] - waves[0]))
        left = [
            values_left(sizes, ranges[0], ranges[1], each) if sizes[each] else frozenset({1, 5}) for each in range(3)
        ]
        exposed = sum(sizes[each] for each in range(3) if len(left[each]) == 1 or max(left[each]) < FAVOURABLE)
        found.answers += sum(sizes)
        found.exposed += exposed
        found.teams += 1
        found.teams_exposed += exposed > 0
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=800)
    options = parser.parse_args()
    print("answers     grid   teams  answers  exposed  teams with one")
    for kind in ("polarised", "realistic"):
        for cells in (GRID_CELLS, 10, 5):
            found = attack(kind, options.teams, cells)
            print(
                f"{kind:<10} {(POINTS - 1) / cells:5.1f} {found.teams:7,} {found.answers:8,} {found.exposed:8,} "
                f"{found.teams_exposed:8,}",
                flush=True,
            )


if __name__ == "__main__":
    main()
