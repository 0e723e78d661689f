"""The solver: what it says about every answer is what counting all worlds says."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import milp

from surveyapp.privacy.audit import solving
from surveyapp.privacy.audit.puzzles import Clue, Crowd, Puzzle, Statement, sort_into_crowds
from surveyapp.privacy.audit.solving import Pair, Solution, World, find_world, fits, solve
from surveyapp.privacy.audit.verdicts import attack

Worlds = tuple[int, ...]
Values = tuple[tuple[int, ...], ...]


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


def sums(*crowds: int, cases: list[tuple[int, int]], out: bool = False) -> Clue:
    """Make a clue about sums."""
    return Clue(crowds, tuple((limits,) for limits in cases), (1,), leaves_one_out=out)


TWO, THREE = Crowd(2, (1, 2, 3)), Crowd(3, (1, 2, 3))
SMALL = {
    "nothing is said": Puzzle((TWO,), ()),
    "a sum": Puzzle((THREE,), (sums(0, cases=[(4, 4)]),)),
    "a sum below all": Puzzle((THREE,), (sums(0, cases=[(0, 2)]),)),
    "one sum or another": Puzzle((TWO,), (sums(0, cases=[(2, 2), (3, 3)]),)),
    "one sum or another, far apart": Puzzle((TWO,), (sums(0, cases=[(2, 2), (6, 6)]),)),
    "one that is told": Puzzle((TWO, Crowd(1, (3,))), (sums(0, 1, cases=[(5, 6)]),)),
    "two crowds in a sum, one of them in another": Puzzle(
        (TWO, THREE), (sums(0, 1, cases=[(12, 15)]), sums(1, cases=[(6, 7)]))
    ),
    "one is left out": Puzzle((THREE,), (sums(0, cases=[(3, 3)], out=True),)),
    "one of two is left out": Puzzle((Crowd(1, (1, 3)), Crowd(1, (2,))), (sums(0, 1, cases=[(3, 3)], out=True),)),
    "somebody else is left out each time": Puzzle(
        (THREE,), (sums(0, cases=[(3, 3)], out=True), sums(0, cases=[(4, 4)], out=True))
    ),
    "two would have to be left out": Puzzle((THREE,), (sums(0, cases=[(5, 5)]), sums(0, cases=[(1, 1)], out=True))),
    "one is left out of one crowd": Puzzle((TWO, TWO), (sums(0, cases=[(3, 3)], out=True), sums(0, 1, cases=[(8, 9)]))),
    "squares": Puzzle((THREE,), (Clue((0,), (((9, 9),),), (2,), leaves_one_out=False),)),
    "a sum with its squares": Puzzle((THREE,), (Clue((0,), (((6, 6), (14, 14)),), (1, 2), leaves_one_out=False),)),
    "this sum with these squares, or that with those": Puzzle(
        (TWO,), (Clue((0,), (((4, 4), (8, 8)), ((5, 5), (12, 12))), (1, 2), leaves_one_out=False),)
    ),
    "squares without one": Puzzle((THREE,), (Clue((0,), (((10, 10),),), (2,), leaves_one_out=True),)),
    "a sum with its squares without one": Puzzle(
        (THREE,), (Clue((0,), (((3, 4), (8, 8)),), (1, 2), leaves_one_out=True),)
    ),
    "two that contradict each other": Puzzle((TWO,), (sums(0, cases=[(2, 3)]), sums(0, cases=[(5, 6)]))),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_puzzles_are_solved_as_by_counting(name: str) -> None:
    """Sums, squares, cases and one who is left out: the values of all worlds, and nothing stays open."""
    puzzle = SMALL[name]
    solution = solve(puzzle)
    worlds = list(all_worlds(puzzle))
    ends = [sum(crowd.size for crowd in puzzle.crowds[: number + 1]) for number in range(len(puzzle.crowds))]
    assert solution.feasible == tuple(tuple(sorted({world[end - 1] for world in worlds})) for end in ends)
    assert not any(solution.undecided)
    assert solution.consistent == bool(worlds)


def test_a_puzzle_is_settled_in_a_few_rounds() -> None:
    """Two rounds show all values, for 3 and 4 exclude each other, and one proves that the others are impossible."""
    puzzle = Puzzle((Crowd(200, (1, 2, 3, 4, 5)),), (Clue((0,), (((998, 1000),),), (1,), leaves_one_out=False),))
    solution = solve(puzzle)
    assert solution == Solution(((3, 4, 5),), ((),), 3)


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
    assert find_world(puzzle, 0, 2, seconds=0) is None


class Answer(NamedTuple):
    """What a solver comes back with."""

    status: int
    x: NDArray[np.float64] | None


@pytest.mark.parametrize(("status", "undecided"), [(0, (1, 2, 3)), (1, (1, 2, 3)), (2, ()), (4, (1, 2, 3))])
def test_a_solver_without_a_world_is_believed_only_if_it_proved_that_there_is_none(
    status: int, undecided: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a solver that stops with nothing; only one that says "infeasible" has settled anything."""
    monkeypatch.setattr(solving, "milp", lambda *_, **__: Answer(status, None))
    assert solve.__wrapped__(SMALL["a sum"]) == Solution(((),), (undecided,), 1)


def test_a_world_that_does_not_add_up_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a solver that calls a wrong world the best; all values stay undecided, none becomes feasible."""
    monkeypatch.setattr(solving, "milp", lambda aim, **_: Answer(0, np.ones_like(aim)))
    assert solve.__wrapped__(SMALL["a sum"]) == Solution(((),), ((1, 2, 3),), 1)
    assert find_world(SMALL["a sum"], 0, 1) is None


def test_a_best_world_that_is_not_proven_best_leaves_the_rest_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a solver that runs out of time with a world in hand; its values count, the others stay undecided."""
    monkeypatch.setattr(solving, "milp", lambda aim, **more: Answer(1, milp(aim, **more).x))
    assert solve.__wrapped__(SMALL["a sum"]) == Solution(((1, 2),), ((3,),), 2)


WORLD = ({1: 1, 2: 1, 3: 0}, {1: 2, 2: 0, 3: 1})
OUT = {(0, 2): 1, (0, 1): 0}


@pytest.mark.parametrize(
    ("world", "out", "right"),
    [
        (WORLD, OUT, True),
        (WORLD, {(0, 1): 1}, False),
        (WORLD, {}, False),
        (WORLD, {(0, 2): 1, (1, 3): 1}, False),
        (({1: 2, 2: 0, 3: 0}, WORLD[1]), OUT, False),
        (({1: 2, 2: -1, 3: 1}, WORLD[1]), {(0, 3): 1}, False),
        (({1: 2, 2: 1, 3: 0}, WORLD[1]), OUT, False),
        ((WORLD[0], {1: 3, 2: 0, 3: 1}), OUT, False),
        (({1: 2, 2: 0, 3: 0}, WORLD[1]), {}, False),
        (({1: 2, 2: 0, 3: 0}, {1: 1, 2: 1, 3: 1}), OUT, False),
    ],
)
def test_a_world_is_checked_in_whole_numbers(world: World, out: dict[Pair, int], *, right: bool) -> None:
    """Sizes, who can be left out, nobody negative, and every measure of one case: 1 + 1 + 1 + 3 is 6, squares 12."""
    clue = Clue((0, 1), (((6, 6), (11, 11)), ((6, 7), (12, 13))), (1, 2), leaves_one_out=True)
    assert fits(Puzzle((TWO, THREE), (clue,)), world, [out]) == right


def test_a_world_of_another_shape_is_refused() -> None:
    """A crowd or a clue that nothing is said of is a fault, not something that fits."""
    puzzle = Puzzle((TWO, THREE), (sums(0, 1, cases=[(7, 8)]),))
    assert fits(puzzle, WORLD, [{}])
    for world, out in ((WORLD[:1], [{}]), (WORLD, [])):
        with pytest.raises(ValueError, match="zip"):
            fits(puzzle, world, out)


@pytest.mark.parametrize(
    ("feasible", "undecided", "consistent"),
    [
        (((1,), (2,)), ((), ()), True),
        (((1,), ()), ((), (2,)), True),
        (((1,), ()), ((), ()), False),
        (((), ()), ((1,), ()), False),
    ],
)
def test_statements_contradict_each_other_when_a_crowd_has_no_value(
    feasible: Values, undecided: Values, *, consistent: bool
) -> None:
    """A value that may still turn up is no contradiction."""
    assert Solution(feasible, undecided, 1).consistent == consistent


@pytest.mark.parametrize(("told", "sizes"), [({}, [3, 2]), ({"a": 4}, [1, 2, 2]), ({"d": 1}, [3, 1, 1])])
def test_answers_in_the_same_statements_are_one_crowd(told: dict[str, int], sizes: list[int]) -> None:
    """Only statements and telling set answers apart."""
    statements = [Statement(frozenset("abcde"), (((9, 12),),)), Statement(frozenset("de"), (((3, 4),),))]
    situation = sort_into_crowds("abcde", statements, 5, told)
    assert sorted(crowd.size for crowd in situation.puzzle.crowds) == sorted(sizes)
    assert situation.crowd_of["b"] == situation.crowd_of["c"] != situation.crowd_of["e"]
    assert [clue.cases for clue in situation.puzzle.clues] == [(((9, 12),),), (((3, 4),),)]
