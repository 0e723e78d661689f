"""Days as people write them."""

import pytest

from surveyapp.services.log.cells import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, read_time


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-04-09T08:00:00Z", YEAR_FIRST, "2026-04-09T08:00:00+00:00"),
        ("2026-04-09", YEAR_FIRST, "2026-04-09T00:00:00"),
        ("9.4.2026 08:30", DAY_FIRST, "2026-04-09T08:30:00"),
        ("09/04/2026", DAY_FIRST, "2026-04-09T00:00:00"),
        ("09/04/2026", MONTH_FIRST, "2026-09-04T00:00:00"),
        ("4/9/2026 8:00:05", MONTH_FIRST, "2026-04-09T08:00:05"),
    ],
)
def test_a_day_is_read_in_the_chosen_order(text: str, order: str, expected: str) -> None:
    """The same text is another day in another order, so the order is never guessed."""
    found = read_time(text, order)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "order"),
    [("13/13/2026", DAY_FIRST), ("31.12.2026", MONTH_FIRST), ("09.04.2026", YEAR_FIRST), ("soon", DAY_FIRST)],
)
def test_a_day_of_another_order_is_none(text: str, order: str) -> None:
    """It is asked for again instead."""
    assert read_time(text, order) is None
