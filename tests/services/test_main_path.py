"""The main path through the services: opened, answered, closed, released, destroyed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.services.pulses.waves import schedule_next
from surveyapp.services.results.chain import broken_links
from surveyapp.store.releases import ReleaseRow
from tests.fixtures.world import World, item_keys


@pytest.mark.postgres
def test_a_wave_is_answered_released_and_its_boxes_destroyed(harbour: World) -> None:
    """A group with enough answers gets numbers, one with too few the reason, and nothing else is left."""
    wave = harbour.open(harbour.pulse("Harbour"))
    keys = item_keys(harbour, wave)
    harbour.fill(wave, "Gates", [{key: 1 + (i + j) % 5 for j, key in enumerate(keys)} for i in range(10)])
    harbour.fill(wave, "Cranes", [dict.fromkeys(keys, 3) for _ in range(4)])
    gates, cranes = (harbour.group_of(wave, unit).group_id for unit in ("Gates", "Cranes"))
    harbour.release(wave)
    figures = {(row.group_id, row.figure): row.outcome for row in harbour.session.scalars(select(ReleaseRow))}
    participation = figures[gates, "participation"]
    assert isinstance(participation, Shown)
    assert participation.text == "10 of 13"
    assert isinstance(figures[gates, "scale:speaking-up"], Shown)
    assert figures[cranes, "scale:speaking-up"] == Withheld("fewer than 5 answers could be counted")
    assert wave.state == "erased"
    assert list(harbour.vault.keys.iterdir()) == []
    assert broken_links(harbour.session, harbour.organisation_id) == []


def test_a_single_wave_of_the_past_is_not_scheduled_again(harbour: World) -> None:
    """Looking for the next wave of a pulse without a rhythm once never came to an end."""
    pulse = harbour.pulse("Harbour", cadence_weeks=0)
    assert schedule_next(harbour.session, pulse, datetime(2027, 1, 1, tzinfo=UTC)) is None
