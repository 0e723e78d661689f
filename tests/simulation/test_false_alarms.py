"""When nothing happened, the tests say something in 5 % of organisations: a short run here, a long one when slow."""

import pytest

from tests.simulation import worlds

SHORT = 15
LONG = 1_000


@pytest.mark.parametrize("name", list(worlds.NOTHING))
def test_a_short_run_has_no_flood_of_alarms(name: str) -> None:
    """At a true rate of 6.5 % more than 5 of 15 have a chance under 1 in 1,000."""
    rate, said = worlds.share(worlds.NOTHING[name], SHORT, list(worlds.NOTHING).index(name))
    assert said >= SHORT / 3
    assert rate * said <= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", list(worlds.NOTHING))
def test_false_alarms_stay_at_their_level(name: str) -> None:
    """Never above 6.5 %, beyond what chance does to 1,000 runs in one of a hundred cases."""
    rate, said = worlds.share(worlds.NOTHING[name], LONG, list(worlds.NOTHING).index(name))
    assert rate <= 0.065 + 2.33 * (0.065 * 0.935 / said) ** 0.5


@pytest.mark.parametrize(
    ("world", "least"),
    [
        (worlds.lowest_chosen(worlds.BASE, 1, naive=True), 0.5),
        (worlds.relation(worlds.DRIFT, "within", calendar=False), 0.3),
    ],
)
def test_the_worlds_are_hard_for_naive_tests(world: worlds.World, least: float) -> None:
    """Chosen teams compared by change, and drift without a calendar: mostly false alarms."""
    assert worlds.share(world, 40, 7)[0] >= least
