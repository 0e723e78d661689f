"""Statements and what somebody tells, sorted into crowds: answers that nothing tells apart are in one."""

from surveyapp.privacy.audit.puzzles import Clue, Crowd, Puzzle, Situation, Statement, sort_into_crowds

ALL = (1, 2, 3)
MEAN, PART = (((9, 12),),), (((3, 4), (5, 6)), ((7, 8), (9, 10)))
STATEMENTS = [
    Statement(frozenset("abcd"), MEAN),
    Statement(frozenset(), (((0, 0),),)),
    Statement(frozenset("cd"), PART, powers=(1, 2), leaves_one_out=True),
]


def test_each_answer_is_in_the_crowd_of_its_statements() -> None:
    """In none, in one, in two; a statement about nobody is no clue, and a clue says all that its statement said."""
    crowds = (Crowd(1, ALL), Crowd(2, ALL), Crowd(2, ALL))
    clues = (Clue((1, 2), MEAN, (1,), leaves_one_out=False), Clue((2,), PART, (1, 2), leaves_one_out=True))
    assert sort_into_crowds("abcde", STATEMENTS, 3) == Situation(
        Puzzle(crowds, clues), {"e": 0, "a": 1, "b": 1, "c": 2, "d": 2}
    )


def test_who_tells_is_a_crowd_with_one_value() -> None:
    """Two who tell the same of the same statements are one crowd; it comes behind those who tell nothing."""
    crowds = (Crowd(1, ALL), Crowd(1, ALL), Crowd(1, (3,)), Crowd(2, (2,)))
    clues = (Clue((1, 2, 3), MEAN, (1,), leaves_one_out=False), Clue((3,), PART, (1, 2), leaves_one_out=True))
    assert sort_into_crowds("abcde", STATEMENTS, 3, {"b": 3, "c": 2, "d": 2}) == Situation(
        Puzzle(crowds, clues), {"e": 0, "a": 1, "b": 2, "c": 3, "d": 3}
    )
