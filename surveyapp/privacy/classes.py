"""Waves with results by an attribute: who is counted together in them, decided from the roster alone.

Such a wave has no results of teams, so that no two of its numbers are about the same answer. Its classes are larger
than teams have to be, because more people know who is in them.
"""

from collections.abc import Mapping
from uuid import UUID, uuid5

from surveyapp.privacy.groups import PlannedGroup, UnitRoster, plan_groups
from surveyapp.privacy.policy import Thresholds

ATTRIBUTES = {"function": "function", "service": "length of service"}
# Fifteen are counted, one more is left out by chance, and hardly ever does everybody answer.
LEAST = Thresholds(count_min=15, item_min=15, roster_min=17)
# What has more values than this says who somebody is rather than what they do.
MOST_CLASSES = 12
_ALL = UUID("2c1c0b51-4b0c-4b3a-9d62-6f6a51d3f9b8")


def class_thresholds(of_pulse: Thresholds) -> Thresholds:
    """Return the thresholds of a wave by attribute: its pulse's, or those for classes where these are stricter."""
    return Thresholds(
        max(of_pulse.count_min, LEAST.count_min),
        max(of_pulse.item_min, LEAST.item_min),
        max(of_pulse.roster_min, LEAST.roster_min),
    )


def class_rosters(attribute: str, people: Mapping[str, int]) -> list[UnitRoster]:
    """Return the classes of an attribute as units side by side below one that has nobody."""
    top = UnitRoster(_ALL, None, "", 0)
    return [top, *(UnitRoster(class_id(attribute, name), _ALL, name, count) for name, count in people.items())]


def class_id(attribute: str, name: str) -> UUID:
    """Return what a class is known by; it is the same in every wave, so that its line goes on."""
    return uuid5(_ALL, f"{attribute}:{name}")


def plan_classes(attribute: str, people: Mapping[str, int], roster_min: int) -> tuple[PlannedGroup, ...]:
    """Group the classes of an attribute: one that is large enough stands alone, smaller ones are counted together.

    Parameters
    ----------
    attribute : str
        One of `ATTRIBUTES`.
    people : mapping
        How many people are in each class.
    roster_min : int
        How many people a group needs.
    """
    return plan_groups(class_rosters(attribute, people), roster_min)
