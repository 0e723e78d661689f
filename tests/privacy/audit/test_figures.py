"""The attack on single numbers finds nothing that the policy says, and everything that a careless one would."""

from itertools import product

import pytest

from surveyapp.privacy.audit.figures import Exposure, examine, examine_theme, worst_of
from surveyapp.privacy.audit.reading import read_mean
from surveyapp.privacy.audit.verdicts import Tally
from surveyapp.privacy.comments import MOST, SEVERAL
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


def test_a_text_of_the_policy_is_understood() -> None:
    """It is read as the sums behind it; a rounded mean, which is other sums, would not be understood."""
    assert examine("3.3", Support(5, 5, 1, points=5, favourable_from=4), 5).understood


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


FEW = Support(7, 3, 3, points=3, favourable_from=3)
SUPPORTS = [
    Support(4, 4, 1, points=4, favourable_from=3),
    FEW,
    Support(4, 3, 3, points=3, favourable_from=2),
    Support(3, 1, 3, points=3, favourable_from=3),
    Support(1, 1, 1, points=3, favourable_from=3),
    Support(6, 2, 4, points=2, favourable_from=2),
]


def counted(sums: set[int], support: Support, known: int, told: int) -> tuple[int, int, int]:
    """Return answers, determined and broken by arithmetic, when the sum of some answers is known."""
    others, points = support.answers - known, support.points
    left = [total - told for total in sums if others <= total - told <= points * others]
    values = {
        value
        for value in range(1, points + 1)
        if any(others - 1 <= total - value <= points * (others - 1) for total in left)
    }
    if not values:
        return 0, 0, 0
    return others, others * (len(values) == 1), others * (len(values) > 1 and max(values) < support.favourable_from)


@pytest.mark.parametrize("support", SUPPORTS)
@pytest.mark.parametrize("decimals", [0, 2])
def test_outsider_and_worst_talker_are_those_of_arithmetic(support: Support, decimals: int) -> None:
    """Every mean of a few answers: whoever knows one answer of theirs, or as many as one person can have given."""
    most = min(support.each, support.answers - support.people + 1, support.answers - 1)
    for total in range(support.answers, support.points * support.answers + 1):
        text = f"{total / support.answers:.{decimals}f}"
        sums = {each for low, high in read_mean(text, support.answers, support.points) for each in range(low, high + 1)}
        exposure = examine(text, support, 1 + support.answers)
        talkers = [
            counted(sums, support, known, told)
            for known in range(1, most + 1)
            for told in range(known, support.points * known + 1)
        ]
        worst = max(talkers, key=lambda each: (each[1] + each[2], each[1], each[0]), default=(0, 0, 0))
        for tally, expected in ((exposure.outsider, counted(sums, support, 0, 0)), (exposure.talker, worst)):
            assert (tally.answers, tally.determined, tally.broken, tally.undecided) == (*expected, 0)


def test_an_exposure_is_clean_when_everything_is() -> None:
    """The policy says it, and neither the outsider nor any talker finds out anything."""
    clean, broken = Tally(7), Tally(7, broken=7)
    assert Exposure(clean, clean, understood=True).clean
    assert not Exposure(clean, clean, understood=False).clean
    assert not Exposure(broken, clean, understood=True).clean
    assert not Exposure(clean, broken, understood=True).clean


def test_the_worst_coalition_is_the_one_that_exposes_most() -> None:
    """Then the one that works out most, then the one against most answers; solves are those of all."""
    tallies = [Tally(9, 1, 3, 0, 5), Tally(6, 2, 0, 2, 10), Tally(8, 2, 2, 0, 20), Tally(9, 3, 0, 0, 40)]
    assert worst_of(tallies) == Tally(8, 2, 2, 0, 75)
    assert worst_of(tallies[:2]) == Tally(6, 2, 0, 2, 15)
    assert worst_of([]) == Tally()


@pytest.mark.parametrize(
    ("text", "outsider", "talker", "understood"),
    [
        ("", (8, 0), (7, 0), True),
        (SEVERAL, (8, 0), (7, 0), True),
        (MOST, (8, 0), (7, 0), True),
        ("everybody", (0, 0), (0, 0), False),
    ],
)
def test_words_on_a_theme_leave_both_answers_open(
    text: str, outsider: tuple[int, int], talker: tuple[int, int], *, understood: bool
) -> None:
    """Whether somebody tapped it stays open for everybody else; what nobody would say is not understood."""
    exposure = examine_theme(text, 8)
    assert (exposure.outsider.answers, exposure.outsider.exposed) == outsider
    assert (exposure.talker.answers, exposure.talker.exposed) == talker
    assert exposure.understood == understood


@pytest.mark.parametrize(("counted", "outsider", "talker"), [(3, 3, 2), (4, 0, 3)])
def test_themes_of_hardly_anybody_are_worked_out(counted: int, outsider: int, talker: int) -> None:
    """Most of three are all of them; most of four are three, and one who did not tap it knows that all others did."""
    exposure = examine_theme(MOST, counted)
    assert (exposure.outsider.determined, exposure.talker.determined) == (outsider, talker)


def test_nobody_can_tell_what_does_not_fit_the_text() -> None:
    """Where everybody answered 1 only who tells a 1 is heard: two rounds alone, two with them, and none for others."""
    exposure = examine("1.00", Support(7, 7, 1, points=5, favourable_from=4), 5)
    assert exposure == Exposure(Tally(7, 7, solves=2), Tally(6, 6, solves=2), understood=False)
    assert examine_theme("everybody", 8) == Exposure(Tally(), Tally(), understood=False)
