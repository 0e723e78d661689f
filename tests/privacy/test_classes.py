"""Classes of people in a wave by attribute: larger than teams have to be, and the same from wave to wave."""

from uuid import UUID

import pytest

from surveyapp.privacy.classes import class_id, class_rosters, class_thresholds, plan_classes
from surveyapp.privacy.groups import PlannedGroup, UnitRoster
from surveyapp.privacy.policy import Thresholds

TOP = UUID("2c1c0b51-4b0c-4b3a-9d62-6f6a51d3f9b8")


@pytest.mark.parametrize(
    ("of_pulse", "of_classes"),
    [
        (Thresholds(5, 7, 7), Thresholds(15, 15, 17)),
        (Thresholds(20, 7, 7), Thresholds(20, 15, 17)),
        (Thresholds(5, 30, 7), Thresholds(15, 30, 17)),
        (Thresholds(5, 7, 40), Thresholds(15, 15, 40)),
    ],
)
def test_thresholds_are_those_of_classes_unless_the_pulse_is_stricter(
    of_pulse: Thresholds, of_classes: Thresholds
) -> None:
    """R10: fifteen counted of seventeen at least, each number on its own."""
    assert class_thresholds(of_pulse) == of_classes


def test_classes_stand_side_by_side_below_nobody() -> None:
    """They have the order in which they are given, and one parent that has no people of its own."""
    assert class_rosters("function", {"Crew": 40, "Cook": 3}) == [
        UnitRoster(TOP, None, "", 0),
        UnitRoster(class_id("function", "Crew"), TOP, "Crew", 40),
        UnitRoster(class_id("function", "Cook"), TOP, "Cook", 3),
    ]


def test_a_class_is_known_by_the_same_name_for_ever() -> None:
    """Stored waves refer to it, and classes of two attributes are different even if they are called alike."""
    assert class_id("function", "Crew") == UUID("68d58aeb-2e3d-5ed9-8757-b57338477938")
    assert class_id("service", "Crew") != class_id("function", "Crew")


def test_a_large_class_stands_alone_and_small_ones_are_counted_together() -> None:
    """Seventeen of seventeen are enough; ten and seven are seventeen together, and none of them is told alone."""
    groups = plan_classes("function", {"Office": 10, "Crew": 17, "Cook": 7}, 17)
    crew, office, cook = (class_id("function", name) for name in ("Crew", "Office", "Cook"))
    assert groups == (
        PlannedGroup(crew, (crew,), "Crew", 17, large_enough=True),
        PlannedGroup(TOP, (cook, office), "Cook + Office", 17, large_enough=True),
    )
