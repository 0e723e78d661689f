"""What is counted of the log for each team and wave."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from surveyapp.services.insight.cells import cells_of
from surveyapp.services.insight.inputs import row_of
from surveyapp.services.insight.relations import due_relations
from surveyapp.services.insight.tallies import Tally, together
from surveyapp.services.log.events import Entry, event_of
from surveyapp.store.pulses import Pulse
from surveyapp.store.reviews import WorkDelivery
from tests.fixtures.past import Past

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tally(past: Past, wave: int) -> Tally:
    """Return what is counted of the gates in a wave."""
    cells = cells_of(past.session, past.owner, past.pulse_id, "speaking-up")
    return next(cell.log for cell in cells if past.unit("Gates") in cell.units and cell.wave == wave)


def error(past: Past, **said: Any) -> None:
    """Log an error of the gates an hour before the close of the second wave."""
    entry = Entry(past.unit("Gates"), "error", "A hook slipped", past.wave(2).closes_at - HOUR)
    past.session.add(event_of(past.owner, replace(entry, **said)))
    past.session.flush()


@pytest.mark.parametrize(
    ("found_by", "reached", "counts"),
    [
        ("own_team", "none", (1, 0, 0)),
        ("owner", "external", (1, 1, 1)),
        ("customer", "external", (0, 1, 0)),
        ("audit", None, (0, 1, 0)),
        (None, "internal", (0, 0, 0)),
    ],
)
def test_who_found_an_error_first_and_whom_it_reached(
    past: Past, found_by: str | None, reached: str | None, counts: tuple[int, int, int]
) -> None:
    """Told by the team, found or met outside, and both."""
    error(past, found_by=found_by, reached=reached)
    counted = tally(past, 2)
    assert (counted.told, counted.found, counted.both) == counts
    assert counted.reports == 1


def test_times_count_where_they_began_and_only_when_slow_ones_are_known_too(past: Past) -> None:
    """Of what was noticed less than 30 days before the last close, the slow cases are not told yet."""
    early = past.wave(1).closes_at - 6 * DAY
    error(past, told_at=early, noticed_at=early - 5 * HOUR, occurred_at=early - 24 * HOUR)
    late = past.wave(3).closes_at - HOUR
    error(past, told_at=late, noticed_at=late - 5 * HOUR)
    assert tally(past, 1).voice == 5.0
    assert tally(past, 1).surfacing == 1.0
    assert tally(past, 3).voice is None


def test_deliveries_and_rework_are_counted(past: Past) -> None:
    """Unplanned work that puts right an earlier delivery is rework."""
    for number, (planned, rework_of) in enumerate([(True, None), (False, "0"), (True, "0")]):
        past.session.add(
            WorkDelivery(
                organisation_id=past.owner,
                id=uuid4(),
                unit_id=past.unit("Gates"),
                source="test",
                external_id=str(number),
                kind="delivery",
                planned=planned,
                delivered_at=past.wave(2).closes_at - HOUR,
                rework_of=rework_of,
            )
        )
    past.session.flush()
    assert (tally(past, 2).deliveries, tally(past, 2).rework) == (3, 1)


def test_units_of_one_group_are_counted_together(past: Past) -> None:
    """Numbers add up, and medians are of all cases."""
    one, other = past.unit("Gates"), past.unit("Cranes")
    found = together(
        {(one, 1): Tally(reports=1, voice_hours=[1.0]), (other, 1): Tally(reports=2, voice_hours=[3.0])},
        [one, other],
        1,
    )
    assert (found.reports, found.voice) == (3, 2.0)


def test_the_file_of_a_relation_hides_delegations_of_a_few(past: Past) -> None:
    """Everything else stands there as it is counted, and what a delegation says of two people does not."""
    error(past, found_by="customer")
    cells = cells_of(past.session, past.owner, past.pulse_id, "speaking-up")
    rows = [row_of(cell) for cell in cells if cell.log.found]
    assert [(row.wave, row.found, row.independent, row.delegation_weeks) for row in rows] == [(2, 1, None, None)]


def test_relations_are_due_once_a_day_while_the_pulse_runs(past: Past) -> None:
    """Never asked, they are due; a pulse that was stopped is left alone."""
    now = past.wave(3).closes_at
    assert due_relations(past.session, now) == [(past.owner, past.pulse_id)]
    past.session.get_one(Pulse, (past.owner, past.pulse_id)).state = "stopped"
    past.session.flush()
    assert due_relations(past.session, now) == []
