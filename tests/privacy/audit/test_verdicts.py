"""Verdicts: what is left of an answer, counted over everybody and over everyone who may talk."""

import pytest

from surveyapp.privacy.audit.puzzles import Clue, Crowd, Puzzle, Statement
from surveyapp.privacy.audit.solving import Solution
from surveyapp.privacy.audit.verdicts import Tally, Verdict, attack, attack_with_talkers, judge

ALL = (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("tally", "clean", "exposed"),
    [
        (Tally(9, solves=3), True, 0),
        (Tally(9, determined=2), False, 2),
        (Tally(9, broken=3), False, 3),
        (Tally(9, undecided=4), False, 4),
        (Tally(9, 1, 2, 4), False, 7),
    ],
)
def test_every_failure_counts(tally: Tally, exposed: int, *, clean: bool) -> None:
    """Worked out, proven unfavourable and undecided: each alone is not clean, and together they are added up."""
    assert (tally.clean, tally.exposed) == (clean, exposed)


def test_tallies_are_added_up_one_by_one() -> None:
    """Each count with its own."""
    assert Tally(1, 2, 3, 4, 5) + Tally(10, 20, 30, 40, 50) == Tally(11, 22, 33, 44, 55)


@pytest.mark.parametrize(
    ("values", "undecided", "verdict"),
    [
        ((1, 4), (), "deniable"),
        ((1, 4), (5,), "deniable"),
        ((4, 5), (), "deniable"),
        ((1, 2), (), "broken"),
        ((1, 3), (), "broken"),
        ((1, 2, 3), (4,), "undecided"),
        ((5,), (), "determined"),
        ((1,), (), "determined"),
        ((5,), (1,), "undecided"),
        ((), ALL, "undecided"),
    ],
)
def test_deniable_are_two_values_with_a_favourable_one(
    values: tuple[int, ...], undecided: tuple[int, ...], verdict: Verdict
) -> None:
    """From 4 on an answer is favourable; what time ran out for is never taken as proof. Who tells is not judged."""
    puzzle = Puzzle((Crowd(3, ALL), Crowd(1, (2,))), ())
    assert judge(puzzle, Solution((values, (2,)), (undecided, ()), 1), 4) == (verdict, "told")


def test_a_solution_of_another_puzzle_is_refused() -> None:
    """A crowd without a verdict would be one that nobody looked at."""
    puzzle = Puzzle((Crowd(3, ALL), Crowd(1, (2,))), ())
    with pytest.raises(ValueError, match="zip"):
        judge(puzzle, Solution((ALL,), ((),), 1), 4)


def says(total: int, crowds: tuple[int, ...] = (0,)) -> Clue:
    """Make a clue that tells a sum."""
    return Clue(crowds, (((total, total),),), (1,), leaves_one_out=False)


def test_an_attack_counts_the_answers_of_each_crowd() -> None:
    """Three are worked out, twice two have only 1 and 2 left, four stay deniable, and one who tells is not counted."""
    crowds = (Crowd(3, ALL), Crowd(2, ALL), Crowd(2, ALL), Crowd(4, ALL), Crowd(1, (3,)))
    tally = attack(Puzzle(crowds, (says(15), says(3, (1,)), says(3, (2,)), says(15, (3, 4)))), 4)
    assert (tally.answers, tally.determined, tally.broken, tally.undecided) == (11, 3, 4, 0)
    assert tally.solves >= 2


def test_an_attack_without_time_decides_nothing() -> None:
    """What nobody had time for counts as undecided."""
    assert attack(Puzzle((Crowd(9, ALL),), (says(27),)), 4, seconds=0) == Tally(9, undecided=9, solves=1)


def test_a_contradiction_has_nobody_to_attack() -> None:
    """Asked once, and nothing to work out."""
    assert attack(Puzzle((Crowd(2, ALL),), (says(3), says(4))), 4) == Tally(solves=1)


TRUTH = {"a": 1, "b": 2, "c": 5, "d": 3}


def test_each_talker_is_heard_alone_and_an_answer_counts_once() -> None:
    """Of a + b = 3 both are broken before anybody talks; with b talking a is worked out, which is the same answer."""
    statements = [Statement(frozenset("ab"), (((3, 3),),))]
    told = attack_with_talkers(TRUTH, [[], ["b"], ["c"]], statements, 5, 4)
    assert (told.answers, told.determined, told.broken, told.undecided) == (4, 0, 2, 0)
    alone = attack_with_talkers(TRUTH, [["b"]], statements, 5, 4)
    assert (alone.answers, alone.determined, alone.broken, alone.undecided) == (4, 1, 0, 0)
    assert told.solves >= 3
    assert told.solves == sum(attack_with_talkers(TRUTH, [who], statements, 5, 4).solves for who in ("", "b", "c"))


@pytest.mark.parametrize("talkers", [["", "a", "c"], ["c", "a", ""]])
def test_what_one_cannot_work_out_another_may(talkers: list[str]) -> None:
    """Of 1 + 5 = 6 nothing follows until one of them talks; then the other's answer is known, in whatever order."""
    tally = attack_with_talkers(TRUTH, talkers, [Statement(frozenset("ac"), (((6, 6),),))], 5, 4)
    assert (tally.answers, tally.determined, tally.exposed) == (4, 2, 2)


def test_talkers_without_time_decide_nothing() -> None:
    """An answer that a solver left undecided before any of them talked counts once, and as a failure."""
    statements = [Statement(frozenset("abcd"), (((11, 11),),))]
    assert attack_with_talkers(TRUTH, ["", "a"], statements, 5, 4, seconds=0) == Tally(4, undecided=4, solves=2)


def test_a_talker_tells_only_what_was_answered() -> None:
    """Somebody who skipped a question knows nothing of it, and everybody else is as deniable as before."""
    statements = [Statement(frozenset("cd"), (((7, 8),),))]
    tally = attack_with_talkers(TRUTH, [["z", "c"]], statements, 5, 4)
    assert (tally.answers, tally.exposed, tally.broken) == (4, 1, 1)
