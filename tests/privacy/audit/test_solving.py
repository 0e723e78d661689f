"""The solver: what it says about every answer is what counting all worlds says."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.privacy.audit.puzzles import Clue, Crowd, Puzzle, Statement, sort_into_crowds
from surveyapp.privacy.audit.solving import find_world, solve
from surveyapp.privacy.audit.verdicts import attack

Worlds = tuple[int, ...]


@st.composite
def puzzles(draw: st.DrawFn) -> Puzzle:
    """Make puzzles of at most seven answers, so that all their worlds can be counted."""
    points = draw(st.integers(2, 4))
    every = tuple(range(1, points + 1))
    values = st.one_of(st.just(every), st.sampled_from(every).map(lambda each: (each,)))
    crowds = tuple(Crowd(size, draw(values)) for size in draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))[:3])
    clues = draw(st.lists(_clues(len(crowds), points), max_size=3))
    return Puzzle(crowds, tuple(clues))


@st.composite
def _clues(draw: st.DrawFn, crowds: int, points: int) -> Clue:
    into = draw(st.lists(st.integers(0, crowds - 1), min_size=1, unique=True))
    powers = draw(st.sampled_from([(1,), (2,), (1, 2)]))
    limits = st.tuples(st.integers(0, 9 * points), st.integers(0, 9 * points)).map(lambda pair: (min(pair), max(pair)))
    case = st.tuples(*(limits for _ in powers))
    cases = draw(st.lists(case, min_size=1, max_size=3))
    return Clue(tuple(sorted(into)), tuple(cases), powers, draw(st.booleans()))


def all_worlds(puzzle: Puzzle) -> Iterator[Worlds]:
    """Go through every combination of answers that fits, answer by answer."""
    crowd_of = [number for number, crowd in enumerate(puzzle.crowds) for _ in range(crowd.size)]
    for world in product(*(puzzle.crowds[number].values for number in crowd_of)):
        if all(holds(clue, crowd_of, world) for clue in puzzle.clues):
            yield world


def holds(clue: Clue, crowd_of: list[int], world: Worlds) -> bool:
    """Check a clue with each answer left out in turn, if one is."""
    inside = [value for number, value in zip(crowd_of, world, strict=True) if number in clue.crowds]
    kept = [inside[:place] + inside[place + 1 :] for place in range(len(inside))] if clue.leaves_one_out else [inside]
    return any(
        all(
            low <= sum(value**power for value in each) <= high
            for power, (low, high) in zip(clue.powers, case, strict=True)
        )
        for each in kept
        for case in clue.cases
    )


@settings(max_examples=150)
@given(puzzles())
def test_feasible_values_are_those_of_all_worlds(puzzle: Puzzle) -> None:
    """Whatever the statements, the solver finds exactly the values that some world has."""
    possible: list[set[int]] = [set() for _ in puzzle.crowds]
    crowd_of = [number for number, crowd in enumerate(puzzle.crowds) for _ in range(crowd.size)]
    for world in all_worlds(puzzle):
        for number, value in zip(crowd_of, world, strict=True):
            possible[number].add(value)
    solution = solve(puzzle)
    assert [set(values) for values in solution.feasible] == possible
    assert not any(solution.undecided)
    assert solution.consistent == all(possible)


def test_a_puzzle_is_settled_in_a_few_rounds() -> None:
    """Two rounds show all values, for 3 and 4 exclude each other, and one proves that the others are impossible."""
    puzzle = Puzzle((Crowd(200, (1, 2, 3, 4, 5)),), (Clue((0,), (((998, 1000),),), (1,), leaves_one_out=False),))
    solution = solve(puzzle)
    assert solution.feasible == ((3, 4, 5),)
    assert solution.solves == 3


def test_running_out_of_time_is_not_taken_for_safety() -> None:
    """A solver that may not think at all leaves every answer undecided, which counts as a failure."""
    puzzle = Puzzle((Crowd(9, (1, 2, 3, 4, 5)),), (Clue((0,), (((20, 22),),), (1,), leaves_one_out=False),))
    tally = attack(puzzle, 4, seconds=0)
    assert tally.undecided == 9
    assert not tally.clean


def test_a_witness_is_a_world_with_the_value() -> None:
    """The solver can show how somebody may have answered, and says when nobody can."""
    puzzle = Puzzle((Crowd(3, (1, 2, 3)),), (Clue((0,), (((4, 4),),), (1,), leaves_one_out=False),))
    assert find_world(puzzle, 0, 2) == ({1: 2, 2: 1, 3: 0},)
    assert find_world(puzzle, 0, 3) is None


@pytest.mark.parametrize(("told", "sizes"), [({}, [3, 2]), ({"a": 4}, [1, 2, 2]), ({"d": 1}, [3, 1, 1])])
def test_answers_in_the_same_statements_are_one_crowd(told: dict[str, int], sizes: list[int]) -> None:
    """Only statements and telling set answers apart."""
    statements = [Statement(frozenset("abcde"), (((9, 12),),)), Statement(frozenset("de"), (((3, 4),),))]
    situation = sort_into_crowds("abcde", statements, 5, told)
    assert sorted(crowd.size for crowd in situation.puzzle.crowds) == sorted(sizes)
    assert situation.crowd_of["b"] == situation.crowd_of["c"] != situation.crowd_of["e"]
    assert [clue.cases for clue in situation.puzzle.clues] == [(((9, 12),),), (((3, 4),),)]
