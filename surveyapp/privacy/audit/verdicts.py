"""From feasible values to verdicts: deniable, worked out, left without a favourable value, or undecided."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from surveyapp.privacy.audit.puzzles import Answer, Puzzle, Statement, sort_into_crowds
from surveyapp.privacy.audit.solving import SECONDS, Solution, solve

Verdict = Literal["deniable", "determined", "broken", "undecided", "told"]
DENIABLE = 2


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers an attacker works out.

    Parameters
    ----------
    answers : int
        Answers that were attacked.
    determined : int
        Answers that have one possible value left.
    broken : int
        Answers that have several values left, but no favourable one: they are proven to criticise.
    undecided : int
        Answers for which the solver ran out of time; they count as failures.
    solves : int
        How often a solver was asked.
    """

    answers: int = 0
    determined: int = 0
    broken: int = 0
    undecided: int = 0
    solves: int = 0

    @property
    def clean(self) -> bool:
        """Whether everybody keeps two possible answers, a favourable one among them."""
        return not self.determined and not self.broken and not self.undecided

    @property
    def exposed(self) -> int:
        """How many answers are not deniable, or not known to be."""
        return self.determined + self.broken + self.undecided

    def __add__(self, other: Self) -> "Tally":
        """Add up two attacks on different answers."""
        return Tally(
            self.answers + other.answers,
            self.determined + other.determined,
            self.broken + other.broken,
            self.undecided + other.undecided,
            self.solves + other.solves,
        )


def judge(puzzle: Puzzle, solution: Solution, favourable_from: int) -> tuple[Verdict, ...]:
    """Say what a solution means for the answers of each crowd."""
    return tuple(
        "told" if len(crowd.values) == 1 else _judge(values, open_values, favourable_from)
        for crowd, values, open_values in zip(puzzle.crowds, solution.feasible, solution.undecided, strict=True)
    )


def _judge(values: Sequence[int], undecided: Sequence[int], favourable_from: int) -> Verdict:
    if len(values) >= DENIABLE and max(values) >= favourable_from:
        return "deniable"
    if undecided:
        return "undecided"
    return "determined" if len(values) == 1 else "broken"


def attack(puzzle: Puzzle, favourable_from: int, seconds: float = SECONDS) -> Tally:
    """Solve a puzzle and count; a puzzle that contradicts itself has no answers to work out."""
    solution = solve(puzzle, seconds)
    if not solution.consistent:
        return Tally(solves=solution.solves)
    counted: Counter[Verdict] = Counter()
    for crowd, verdict in zip(puzzle.crowds, judge(puzzle, solution, favourable_from), strict=True):
        counted[verdict] += crowd.size
    return Tally(
        counted.total() - counted["told"],
        counted["determined"],
        counted["broken"],
        counted["undecided"],
        solution.solves,
    )


def attack_with_talkers(
    truth: Mapping[Answer, int],
    talkers: Iterable[Collection[Answer]],
    statements: Sequence[Statement],
    points: int,
    favourable_from: int,
    seconds: float = SECONDS,
) -> Tally:
    """Attack once with every talker, who tells all own answers; an answer exposed by any of them is counted once.

    Parameters
    ----------
    truth : mapping
        What everybody answered.
    talkers : iterable
        The answers that each coalition knows; the empty one is the outsider.
    statements : sequence of Statement
    points, favourable_from : int
        The highest value, and from where an answer is favourable.
    seconds : float
        How long the solver may think about one witness.
    """
    worst: dict[Answer, Verdict] = {}
    solves = 0
    for known in talkers:
        told = {answer: truth[answer] for answer in known if answer in truth}
        situation = sort_into_crowds(truth, statements, points, told)
        solution = solve(situation.puzzle, seconds)
        solves += solution.solves
        verdicts = judge(situation.puzzle, solution, favourable_from)
        for answer, crowd in situation.crowd_of.items():
            if verdicts[crowd] not in {"deniable", "told"}:
                worst.setdefault(answer, verdicts[crowd])
    counted = Counter(worst.values())
    return Tally(len(truth), counted["determined"], counted["broken"], counted["undecided"], solves)
