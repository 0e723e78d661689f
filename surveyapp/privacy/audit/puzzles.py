"""What an attacker knows, as a puzzle in whole numbers.

Answers are unknown numbers from 1 to ``points``. A statement limits sums over some of them, because a reader of the
source code knows which sums lead to a published text. Answers that are in the same statements cannot be told apart, so
they are one crowd, and what is unknown is only how many of a crowd chose each value.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Limits = tuple[int, int]
# Whatever names an answer, as long as it can be hashed; mappings are invariant in their keys.
Answer = Any


@dataclass(frozen=True, slots=True)
class Statement:
    """What one published text says about the answers behind it.

    Parameters
    ----------
    answers : frozenset
        The answers that went in.
    cases : tuple of tuple of (int, int)
        In at least one case every measure lies within its limits, both included. One measure and one case is usual:
        the sum of the answers lies in a range.
    powers : tuple of int
        The measures: 1 is the sum of the answers, 2 the sum of their squares.
    leaves_one_out : bool
        Whether one of the answers, nobody knows which, is not in the measures after all.
    """

    answers: frozenset[Answer]
    cases: tuple[tuple[Limits, ...], ...]
    powers: tuple[int, ...] = (1,)
    leaves_one_out: bool = False


@dataclass(frozen=True, slots=True)
class Crowd:
    """Answers that no statement tells apart, and the values that each of them may have."""

    size: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Clue:
    """A statement about whole crowds."""

    crowds: tuple[int, ...]
    cases: tuple[tuple[Limits, ...], ...]
    powers: tuple[int, ...]
    leaves_one_out: bool


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Crowds, and the clues about them; equal puzzles have equal solutions."""

    crowds: tuple[Crowd, ...]
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """A puzzle, and the crowd in which each answer is."""

    puzzle: Puzzle
    crowd_of: Mapping[Answer, int]


def sort_into_crowds(
    answers: Iterable[Answer], statements: Sequence[Statement], points: int, told: Mapping[Answer, int] | None = None
) -> Situation:
    """Make a puzzle of statements and of what a coalition tells about its own answers.

    Parameters
    ----------
    answers : iterable
        Every answer that somebody gave.
    statements : sequence of Statement
    points : int
        The highest value of an answer.
    told : mapping, optional
        Answers whose values the attacker knows.
    """
    known = told or {}
    where: dict[Answer, list[int]] = {answer: [] for answer in answers}
    for number, statement in enumerate(statements):
        for answer in statement.answers:
            where[answer].append(number)
    signatures = {answer: (tuple(numbers), known.get(answer, 0)) for answer, numbers in where.items()}
    sizes = Counter(signatures.values())
    # A fixed order, so that like situations become equal puzzles.
    order = {signature: index for index, signature in enumerate(sorted(sizes))}
    members = defaultdict(list)
    for signature, index in order.items():
        for number in signature[0]:
            members[number].append(index)
    every = tuple(range(1, points + 1))
    crowds = tuple(Crowd(sizes[each], (each[1],) if each[1] else every) for each in order)
    clues = tuple(
        Clue(tuple(members[number]), each.cases, each.powers, each.leaves_one_out)
        for number, each in enumerate(statements)
        if members[number]
    )
    return Situation(Puzzle(crowds, clues), {answer: order[each] for answer, each in signatures.items()})
