"""Builds a second world that fits everything published about the first, in which chosen people answered differently."""

from collections import Counter
from collections.abc import Mapping, Sequence

from surveyapp.privacy.audit.puzzles import sort_into_crowds
from surveyapp.privacy.audit.reading import read_sum, says_sum
from surveyapp.privacy.audit.solving import find_world
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import ScaleKey, Support, code

Sheets = Sequence[Mapping[str, int]]


def witness(sheets: Sheets, target: int, scale: ScaleKey, count_min: int) -> list[dict[str, int]]:
    """Give everybody other answers to the statements of a scale where that is possible, and the target certainly.

    Parameters
    ----------
    sheets : sequence of mapping
        The scored answers of everybody who is counted; nobody skipped anything.
    target : int
        Whose answers must differ: favourable where they were not, and something else where they were.
    scale : ScaleKey
    count_min : int

    Raises
    ------
    LookupError
        When the published number leaves the target no other answer.
    """
    swapped: list[dict[str, int]] = [{} for _ in sheets]
    for item in scale.items:
        answers = [sheet[item] for sheet in sheets]
        wanted = range(scale.favourable_from, scale.points + 1)
        values = [value for value in wanted if value != answers[target]]
        if answers[target] >= scale.favourable_from:
            values += range(1, scale.favourable_from)
        for person, value in enumerate(_other_world(answers, target, values, scale, count_min)):
            swapped[person][item] = value
    return swapped


def _other_world(
    answers: Sequence[int], target: int, values: Sequence[int], scale: ScaleKey, count_min: int
) -> list[int]:
    support = Support(len(answers), len(answers), 1, scale.points, scale.favourable_from)
    figure = code(sum(answers), support, count_min)
    sums = read_sum(figure.text, support, count_min) if isinstance(figure, Shown) else ()
    people = range(len(answers))
    puzzle = sort_into_crowds(people, [says_sum(people, sums)], scale.points).puzzle
    for value in values:
        world = find_world(puzzle, 0, value)
        if world is not None:
            return _handed_out(Counter(dict(world[0])), target, value, len(answers))
    message = f"what is published leaves nobody another answer than {answers[target]}"
    raise LookupError(message)


def _handed_out(counts: Counter[int], target: int, value: int, people: int) -> list[int]:
    """Give the target the value, and the rest of the counts to the others in turn."""
    rest = iter(sorted((counts - Counter([value])).elements()))
    return [value if person == target else next(rest) for person in range(people)]
