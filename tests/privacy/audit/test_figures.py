"""The attack on single numbers finds nothing that the policy says, and everything that a careless one would."""

from itertools import product

import pytest

from surveyapp.privacy.audit.figures import examine
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import Support, code


def texts(support: Support, count_min: int = 5) -> set[str]:
    """Return everything that may be published about this many answers."""
    sums = range(support.answers, support.points * support.answers + 1)
    return {figure.text for total in sums if isinstance(figure := code(total, support, count_min), Shown)}


@pytest.mark.parametrize(("people", "each"), [(5, 1), (8, 1), (6, 2), (5, 3)])
def test_what_the_policy_says_leaves_everybody_deniable(people: int, each: int) -> None:
    """Solved instead of calculated, for outsiders and for every talker, full sheets and the emptiest ones."""
    for answers in {people * each, people}:
        support = Support(answers, people, each, points=5, favourable_from=4)
        for text in texts(support):
            exposure = examine(text, support, 5)
            assert exposure.clean, (text, support, exposure)
            assert exposure.outsider.answers == answers


@pytest.mark.parametrize(
    ("text", "outsider", "talker"),
    [("5.00", (7, 0), (6, 0)), ("1.00", (7, 0), (6, 0)), ("4.71", (0, 0), (6, 0)), ("1.29", (0, 7), (6, 0))],
)
def test_exact_means_are_found_out(text: str, outsider: tuple[int, int], talker: tuple[int, int]) -> None:
    """Unanimity determines everybody; near the ends one talker is enough, or no favourable answer is left."""
    exposure = examine(text, Support(7, 7, 1, points=5, favourable_from=4), 5)
    assert not exposure.understood
    assert (exposure.outsider.determined, exposure.outsider.broken) == outsider
    assert (exposure.talker.determined, exposure.talker.broken) == talker


def test_a_text_that_says_nothing_is_not_understood() -> None:
    """It cannot be attacked, and it is not clean either."""
    exposure = examine("splendid", Support(7, 7, 1, points=5, favourable_from=4), 5)
    assert not exposure.understood
    assert not exposure.clean
    assert exposure.outsider.answers == 0


def test_the_solver_agrees_with_counting_worlds() -> None:
    """Every world of five answers: for each text and talker the same values are left for everybody else."""
    support = Support(5, 5, 1, points=5, favourable_from=4)
    for text in texts(support):
        worlds = [
            world
            for world in product(range(1, 6), repeat=5)
            if isinstance(figure := code(sum(world), support, 5), Shown) and figure.text == text
        ]
        left = [{world[1] for world in worlds if world[0] == told} for told in range(1, 6)]
        counted = [values for values in left if values and (len(values) < 2 or max(values) < 4)]
        assert bool(counted) == bool(examine(text, support, 5).talker.exposed)
