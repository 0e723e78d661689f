"""Every careless way to publish that others have tried is planted here, and the attack finds it.

Two teams of one department answer one statement. The attacker knows everything published, who answered, and who was
left out by chance, which is more than anybody ever knows.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from statistics import stdev

import pytest

from surveyapp.privacy import policy, selfcheck
from surveyapp.privacy.audit.puzzles import Statement
from surveyapp.privacy.audit.reading import read_mean, read_spread, read_sum, says_spread, says_sum
from surveyapp.privacy.audit.verdicts import Tally, attack_with_talkers
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import Support

POINTS, FAVOURABLE, COUNT_MIN = 5, 4, 5
PER_TEAM = 8
Person = tuple[str, int]
World = dict[Person, int]


def world(first: Sequence[int], second: Sequence[int]) -> World:
    """Name the people of two teams who are counted."""
    return {(team, number): value for team, each in (("A", first), ("B", second)) for number, value in enumerate(each)}


def realistic(seed: int) -> World:
    """Make answers as they are usually spread."""
    rng = random.Random(seed)  # noqa: S311  # Nothing is hidden here.
    draw = [rng.choices(range(1, POINTS + 1), weights=(4, 10, 23, 40, 23), k=PER_TEAM) for _ in range(2)]
    return world(*draw)


HARD = [
    world([1] * 8, [1] * 8),
    world([5] * 8, [5] * 8),
    world([1] + [5] * 7, [5] * 8),
    world([5] + [1] * 7, [1] * 8),
    world([1, 5] * 4, [5, 1] * 4),
    world([1] + [4] * 7, [3] * 8),
    world([5] + [2] * 7, [3] * 8),
    world([1] * 4 + [5] * 4, [1] * 8),
]
WORLDS = HARD + [realistic(seed) for seed in range(4)]


def team(answers: World, name: str) -> list[Person]:
    """Return the people of a team."""
    return [person for person in answers if person[0] == name]


def coded(answers: World, people: Sequence[Person]) -> Statement:
    """Publish the number of some people as the policy does, and read it back."""
    support = Support(len(people), len(people), 1, POINTS, FAVOURABLE)
    figure = policy.code(sum(answers[person] for person in people), support, COUNT_MIN)
    assert isinstance(figure, Shown)
    return says_sum(people, read_sum(figure.text, support, COUNT_MIN))


def sound(answers: World) -> list[Statement]:
    """Publish each team once, which is what a release does."""
    return [coded(answers, team(answers, name)) for name in "AB"]


def department_mean(answers: World) -> list[Statement]:
    """Publish the mean of all answers of the department beside the teams."""
    text = f"{sum(answers.values()) / len(answers):.2f}"
    return [*sound(answers), says_sum(answers, read_mean(text, len(answers), POINTS))]


def spread_column(answers: World) -> list[Statement]:
    """Publish a standard deviation beside each number."""
    statements = sound(answers)
    for name, said in zip("AB", list(statements), strict=True):
        people = team(answers, name)
        sums = tuple(case[0] for case in said.cases)
        text = f"{stdev([answers[person] for person in people]):.2f}"
        statements.append(says_spread(people, read_spread(text, sums, len(people), POINTS)))
    return statements


def split_by_gender(answers: World) -> list[Statement]:
    """Publish the women of the department as well: all of the second team, and all but one of the first."""
    return [*sound(answers), coded(answers, [person for person in answers if person != ("A", 0)])]


def split_in_a_team(answers: World) -> list[Statement]:
    """Publish the women of a team: all but one."""
    return [*sound(answers), coded(answers, team(answers, "A")[1:])]


def late_answer(answers: World) -> list[Statement]:
    """Publish a team, and again when one more has answered."""
    return [coded(answers, team(answers, "A")[1:]), *sound(answers)]


def live_results(answers: World) -> list[Statement]:
    """Publish a team again after each answer."""
    people = team(answers, "A")
    return [*sound(answers), *(coded(answers, people[:count]) for count in range(COUNT_MIN, len(people)))]


def rewritten_history(answers: World) -> list[Statement]:
    """Compute the past of both teams anew when somebody moves from one to the other."""
    mover, *stay = team(answers, "A")
    return [*sound(answers), coded(answers, stay), coded(answers, [*team(answers, "B"), mover])]


@contextmanager
def another(owner: object, name: str, value: object) -> Iterator[None]:
    """Change a formula of the policy for a while, and forget what was coded under the other one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, value)
        clear()
        try:
            yield
        finally:
            clear()


@contextmanager
def without_ends() -> Iterator[None]:
    """Forget to code the ends, so that every sum is told on the grid."""
    low = another(Support, "low_end", property(lambda self: self.answers - 1))
    high = another(Support, "high_end", property(lambda self: self.points * self.answers + 1))
    with low, high:
        yield


def without_talkers() -> AbstractContextManager[None]:
    """Code the ends as if nobody ever talked."""
    return another(policy, "COLLUDERS", 0)


def clear() -> None:
    """Forget what was coded."""
    policy.code.cache_clear()
    selfcheck.sums_that_fit.cache_clear()


@dataclass(frozen=True)
class Planted:
    """A way to publish, and what has to be changed in the policy for it."""

    publish: Callable[[World], list[Statement]]
    inside: Callable[[], AbstractContextManager[None]] = nullcontext


PLANTED = {
    "no coding at the ends": Planted(sound, without_ends),
    "ends that forget the talker": Planted(sound, without_talkers),
    "a column with the SD": Planted(spread_column),
    "exact means of departments": Planted(department_mean),
    "a department split by gender": Planted(split_by_gender),
    "a team split by gender": Planted(split_in_a_team),
    "a late answer republished": Planted(late_answer),
    "results that are live": Planted(live_results),
    "a mover's history computed anew": Planted(rewritten_history),
}


def attacked(planted: Planted, worlds: Sequence[World]) -> Iterator[Tally]:
    """Attack world by world, as an outsider and with each person talking."""
    with planted.inside():
        for answers in worlds:
            coalitions = [[], *([person] for person in answers)]
            yield attack_with_talkers(answers, coalitions, planted.publish(answers), POINTS, FAVOURABLE)


def test_the_policy_itself_gives_nothing_away() -> None:
    """The same attack on the same answers finds nothing in what is really published."""
    tallies = list(attacked(Planted(sound), WORLDS))
    assert all(tally.clean and tally.answers == 2 * PER_TEAM for tally in tallies)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_policy_is_caught(name: str) -> None:
    """T6: answers are worked out or proven unfavourable in at least one world."""
    assert any(tally.determined + tally.broken for tally in attacked(PLANTED[name], WORLDS))


def test_answers_told_one_by_one_are_all_worked_out() -> None:
    """The attack counts everybody: a policy that tells every answer exposes every answer."""
    for answers in HARD[:2]:
        statements = [says_sum([person], ((value, value),)) for person, value in answers.items()]
        assert attack_with_talkers(answers, [[]], statements, POINTS, FAVOURABLE).determined == len(answers)
