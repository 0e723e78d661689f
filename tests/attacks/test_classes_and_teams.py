"""R10 across channels: numbers of teams from one wave and of classes from another, attacked together.

Nobody changes an answer in between, which is the most that an attacker can hope for, and everybody answers. Teams and
classes cut through each other, so that a class is a team but for a few people.
"""

import random
from collections.abc import Callable, Sequence

import pytest

from surveyapp.privacy.audit.puzzles import Statement
from surveyapp.privacy.audit.reading import read_sum, says_sum
from surveyapp.privacy.audit.verdicts import Tally, attack_with_talkers
from surveyapp.privacy.classes import LEAST
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import Support, code
from surveyapp.services.pulses.terms import FLOORS

POINTS, FAVOURABLE = 5, 4
PEOPLE = range(34)
# Two teams, and two classes that differ from them by two people each.
TEAMS = (list(PEOPLE[:17]), list(PEOPLE[17:]))
CLASSES = ([*PEOPLE[2:17], 17, 18], [0, 1, *PEOPLE[19:]])
Answers = dict[int, int]
Publish = Callable[[Answers, Sequence[int], int], Statement]


def told(answers: Answers, people: Sequence[int], count_min: int) -> Statement:
    """Publish a group as a release does, with one of them left out, and read it without knowing whom."""
    out = random.Random(len(people)).choice(list(people))  # noqa: S311  # Nothing is hidden here.
    counted = [person for person in people if person != out]
    support = Support(len(counted), len(counted), 1, POINTS, FAVOURABLE)
    figure = code(sum(answers[person] for person in counted), support, count_min)
    assert isinstance(figure, Shown)
    return says_sum(people, read_sum(figure.text, support, count_min), leaves_one_out=True)


def exactly(answers: Answers, people: Sequence[int], _count_min: int) -> Statement:
    """Publish the sum of everybody, as a mean with many decimals does."""
    total = sum(answers[person] for person in people)
    return says_sum(people, ((total, total),))


def attacked(answers: Answers, publish: Publish) -> Tally:
    """Attack both waves together, alone and with two people talking one after the other."""
    statements = [publish(answers, team, FLOORS.count_min) for team in TEAMS]
    statements += [publish(answers, people, LEAST.count_min) for people in CLASSES]
    return attack_with_talkers(answers, [[], [0], [17]], statements, POINTS, FAVOURABLE)


def spread(seed: int) -> Answers:
    """Make answers as they are usually spread."""
    rng = random.Random(seed)  # noqa: S311  # Nothing is hidden here.
    return dict(zip(PEOPLE, rng.choices(range(1, POINTS + 1), weights=(4, 10, 23, 40, 23), k=len(PEOPLE)), strict=True))


WORLDS = {
    "all content": dict.fromkeys(PEOPLE, 5),
    "all angry": dict.fromkeys(PEOPLE, 1),
    "one dissenter": dict.fromkeys(PEOPLE, 5) | {0: 1},
    "two in another class": dict.fromkeys(PEOPLE, 5) | {0: 1, 1: 1},
    "a team that differs": dict.fromkeys(PEOPLE, 5) | dict.fromkeys(TEAMS[0], 1),
    "as usually spread": spread(1),
}


@pytest.mark.parametrize("world", WORLDS)
def test_classes_and_teams_together_expose_nobody(world: str) -> None:
    """Neither alone nor with a talker is an answer worked out, or proven unfavourable, or left undecided."""
    assert attacked(WORLDS[world], told).clean


def test_exact_numbers_of_both_would() -> None:
    """Planted: with sums of everybody the same two waves give the two away who differ from all others of their team."""
    assert attacked(WORLDS["two in another class"], exactly).exposed
