"""Which values each answer may still have: solved with integer programming, every "may" backed by a witness."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from surveyapp.privacy.audit.puzzles import Clue, Crowd, Puzzle

SECONDS = 20.0
_OPTIMAL, _INFEASIBLE = 0, 2

World = tuple[Mapping[int, int], ...]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Solution:
    """For each crowd, the values that one of its answers may have.

    ``undecided`` lists values for which the solver found neither a witness nor a proof in time. Without any feasible
    value the statements contradict each other.
    """

    feasible: tuple[tuple[int, ...], ...]
    undecided: tuple[tuple[int, ...], ...]
    solves: int

    @property
    def consistent(self) -> bool:
        """Whether any world fits all statements."""
        return all(any(each) for each in zip(self.feasible, self.undecided, strict=True))


@lru_cache(maxsize=200_000)
def solve(puzzle: Puzzle, seconds: float = SECONDS) -> Solution:
    """Find every value that an answer of each crowd has in some world that fits the puzzle.

    Parameters
    ----------
    puzzle : Puzzle
    seconds : float
        How long the solver may think about one witness.

    Notes
    -----
    Each round asks for one world that has as many values not yet seen as possible. When there is none with a new one,
    the rest is impossible, so two to four rounds settle everybody.
    """
    unseen = [(number, value) for number, crowd in enumerate(puzzle.crowds) for value in crowd.values]
    seen: set[Pair] = set()
    rounds, undecided = 0, []
    while unseen:
        rounds += 1
        status, world = _witness(puzzle, unseen, seconds)
        new = {pair for pair in unseen if world and world[pair[0]][pair[1]]}
        if new:
            seen |= new
            unseen = [pair for pair in unseen if pair not in new]
            continue
        if status != _INFEASIBLE and not (status == _OPTIMAL and world):
            undecided = unseen
        break
    return Solution(_by_crowd(puzzle, seen), _by_crowd(puzzle, undecided), rounds)


def find_world(puzzle: Puzzle, crowd: int, value: int, seconds: float = SECONDS) -> World | None:
    """Return how many of each crowd chose each value in some world where one of a crowd has this value."""
    world = _witness(puzzle, [(crowd, value)], seconds)[1]
    return world if world and world[crowd][value] else None


def _by_crowd(puzzle: Puzzle, pairs: Sequence[Pair] | set[Pair]) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(value for value in crowd.values if (number, value) in pairs) for number, crowd in enumerate(puzzle.crowds)
    )


class _Program:
    """The columns and rows of an integer program, as they are added."""

    def __init__(self) -> None:
        self.upper: list[int] = []
        self.rows: list[tuple[dict[int, int], float, float]] = []

    def column(self, upper: int) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def row(self, coefficients: dict[int, int], low: float, high: float) -> None:
        self.rows.append((coefficients, low, high))

    def constraint(self) -> LinearConstraint:
        matrix = np.zeros((len(self.rows), len(self.upper)))
        for number, (coefficients, _, _) in enumerate(self.rows):
            matrix[number, list(coefficients)] = list(coefficients.values())
        return LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])


def _witness(puzzle: Puzzle, wanted: Sequence[Pair], seconds: float) -> tuple[int, World | None]:
    """Ask for a world with as many of the wanted values as possible; what comes back was checked in whole numbers."""
    program = _Program()
    counts = [_add_crowd(program, crowd) for crowd in puzzle.crowds]
    outs = [_add_clue(program, clue, counts) for clue in puzzle.clues]
    found = _add_marks(program, wanted, counts)
    aim = np.zeros(len(program.upper))
    aim[list(found.values())] = -1
    result = milp(
        aim,
        integrality=1,
        bounds=Bounds(0, np.array(program.upper)),
        constraints=program.constraint(),
        options={"time_limit": seconds},
    )
    if result.x is None:
        return result.status, None
    world = tuple({value: _whole(result.x, column) for value, column in columns.items()} for columns in counts)
    missing = [{key: _whole(result.x, column) for key, column in out.items()} for out in outs]
    return result.status, world if fits(puzzle, world, missing) else None


def _whole(solution: NDArray[np.float64], column: int) -> int:
    return round(float(solution[column]))


def _add_crowd(program: _Program, crowd: Crowd) -> dict[int, int]:
    """Add the columns that say how many of a crowd chose each value."""
    columns = {value: program.column(crowd.size) for value in crowd.values}
    program.row(dict.fromkeys(columns.values(), 1), crowd.size, crowd.size)
    return columns


def _add_marks(program: _Program, pairs: Iterable[Pair], counts: Sequence[Mapping[int, int]]) -> dict[Pair, int]:
    """Add columns that may be 1 where one of a crowd has a value."""
    marks = {pair: program.column(1) for pair in pairs}
    for (number, value), column in marks.items():
        program.row({counts[number][value]: 1, column: -1}, 0, np.inf)
    return marks


def _add_clue(program: _Program, clue: Clue, counts: Sequence[Mapping[int, int]]) -> dict[Pair, int]:
    """Add the rows of a clue; returns the columns that say whose answer is left out."""
    into = [(number, value) for number in clue.crowds for value in counts[number]]
    out = _add_marks(program, into if clue.leaves_one_out else (), counts)
    if out:
        program.row(dict.fromkeys(out.values(), 1), 1, 1)
    chosen = {case: program.column(1) for case in clue.cases}
    program.row(dict.fromkeys(chosen.values(), 1), 1, 1)
    for place, power in enumerate(clue.powers):
        measure = {counts[number][value]: value**power for number, value in into}
        measure |= {column: -(value**power) for (_, value), column in out.items()}
        program.row(measure | {column: -case[place][0] for case, column in chosen.items()}, 0, np.inf)
        program.row(measure | {column: -case[place][1] for case, column in chosen.items()}, -np.inf, 0)
    return out


def fits(puzzle: Puzzle, world: World, left_out: Sequence[Mapping[Pair, int]]) -> bool:
    """Check a world against a puzzle in whole numbers, so that no rounding in the solver is believed."""
    right = all(_adds_up(crowd, chosen) for crowd, chosen in zip(puzzle.crowds, world, strict=True))
    return right and all(_holds(clue, world, out) for clue, out in zip(puzzle.clues, left_out, strict=True))


def _adds_up(crowd: Crowd, chosen: Mapping[int, int]) -> bool:
    return sum(chosen.values()) == crowd.size and all(count >= 0 for count in chosen.values())


def _holds(clue: Clue, world: World, out: Mapping[Pair, int]) -> bool:
    if sum(out.values()) != clue.leaves_one_out or any(world[number][value] < n for (number, value), n in out.items()):
        return False
    measures = [
        sum(value**power * n for number in clue.crowds for value, n in world[number].items())
        - sum(value**power * n for (_, value), n in out.items())
        for power in clue.powers
    ]
    return any(
        all(low <= measure <= high for measure, (low, high) in zip(measures, case, strict=True)) for case in clue.cases
    )
