"""The log counted in columns, and what of it is kept from night to night."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from surveyapp.services.insight.cells import cells_of
from surveyapp.services.insight.counted import Counted, count_log, keep_counts
from surveyapp.services.log.events import Entry, event_of
from surveyapp.services.log.reading import set_withdrawn
from surveyapp.services.results.panels import keep_released
from surveyapp.store.learning import LearningEvent, LoggedColumns
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.releases import ReleasedColumns
from surveyapp.store.reviews import WorkDelivery
from tests.fixtures.past import Past, add_harbour, make_past
from tests.fixtures.world import World
from tests.services.insight.conftest import in_columns

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCALE = "speaking-up"


def counted(past: Past) -> Counted:
    """Return what the night counts."""
    log = count_log(past.session, past.owner, past.pulse_id)
    assert log is not None
    return log.beside(past.session, past.owner, SCALE)


def same_as_pages(past: Past) -> Counted:
    """See that the night counts what pages count, and return it."""
    cells = [cell for cell in cells_of(past.session, past.owner, past.pulse_id, SCALE) if cell.person_weeks > 0]
    found, expected = counted(past), in_columns(cells)
    for name in Counted.__dataclass_fields__:
        one, other = (getattr(each, name)[np.lexsort((each.team, each.wave))] for each in (found, expected))
        np.testing.assert_array_equal(one, other, err_msg=name)
    return found


def fill_log(past: Past) -> None:
    """Tell of something of every kind in every team and in the time of every wave."""
    for number in (1, 2, 3):
        close = past.wave(number).closes_at
        for place, unit in enumerate(("Gates", "Cranes", "Pilots", "Tugs", "Operations")):
            told_at = close - timedelta(days=12 * (place % 2), hours=number)
            said: dict[str, Any] = {"noticed_at": told_at - timedelta(hours=5 + place), "severity": place}
            said |= {"found_by": ("own_team", "customer", None)[place % 3], "reached": ("external", "none")[number % 2]}
            said |= {"occurred_at": told_at - timedelta(days=2)}
            for kind in ("error", "near_miss"):
                entry = Entry(past.unit(unit), kind, "A hook slipped", told_at, **said)
                past.session.add(event_of(past.owner, entry))
    past.session.add(delivery(past))
    past.session.commit()


def delivery(past: Past, **changed: object) -> WorkDelivery:
    """Make unplanned work of the gates that puts right what was delivered before."""
    values: dict[str, Any] = {"organisation_id": past.owner, "id": uuid4(), "unit_id": past.unit("Gates")}
    values |= {"source": "test", "external_id": uuid4().hex, "kind": "delivery", "planned": False, "rework_of": "0"}
    return WorkDelivery(**values | {"delivered_at": past.wave(2).closes_at - HOUR} | changed)


def test_the_night_counts_what_pages_count(past: Past) -> None:
    """Columns of half a million cells and single cells are the same figures, events of every kind included."""
    fill_log(past)
    found = same_as_pages(past)
    assert found.reports.sum() > found.voice_cases.sum() > 0


@pytest.fixture
def long_past(world: World) -> Past:
    """Give a past of five waves, on either database, of which the first two can be kept."""
    add_harbour(world)
    past = make_past(world)
    for _ in range(2):
        wave = world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))
        past.waves.append(wave.id)
        world.release(wave)
    fill_log(past)
    return past


def keep(past: Past) -> list[int]:
    """Keep what can be kept, and return the numbers of the waves that are."""
    keep_counts(past.session, past.owner, past.pulse_id)
    return kept(past)


def kept(past: Past) -> list[int]:
    """Return the numbers of the waves that are kept."""
    of_wave = (Wave.organisation_id == LoggedColumns.organisation_id) & (Wave.id == LoggedColumns.wave_id)
    return sorted(past.session.scalars(select(Wave.number).join(LoggedColumns, of_wave)))


@pytest.mark.postgres
def test_late_words_were_missing_from_what_was_kept(long_past: Past) -> None:
    """What changes about a time removes what was kept of it, and of nothing else; the figures are those of pages."""
    past = long_past
    assert keep(past) == [1, 2]
    assert same_as_pages(past).reports.sum() > 0
    first, second = past.wave(1).closes_at, past.wave(2).closes_at
    told = past.tell("Gates", first - HOUR, "error")
    assert kept(past) == [2]
    same_as_pages(past)
    changes: list[tuple[Any, list[int]]] = [
        # What began in the time of the second wave may be told in that of the third.
        (lambda: past.tell("Cranes", second + DAY), []),
        (lambda: past.tell("Cranes", second + timedelta(days=31)), [1, 2]),
        (lambda: set_withdrawn(past.session, past.owner, told, withdrawn=True), [2]),
        (lambda: past.session.execute(update(LearningEvent).values(resolved_at=past.wave(5).closes_at)), [1, 2]),
        (lambda: past.session.add(delivery(past)), [1]),
        (lambda: past.session.execute(update(WorkDelivery).values(delivered_at=first - HOUR)), []),
        (lambda: past.session.execute(delete(WorkDelivery)), [2]),
    ]
    for change, left in changes:
        assert keep(past) == [1, 2]
        change()
        past.session.commit()
        assert kept(past) == left
        same_as_pages(past)


def test_a_report_that_waits_to_be_shown_is_counted_when_it_is(long_past: Past) -> None:
    """Nothing about its time is kept before, for no change of the log tells of that moment."""
    past = long_past
    event_id = past.tell("Gates", past.wave(2).closes_at - DAY)
    later = past.wave(5).closes_at + DAY
    past.session.execute(update(LearningEvent).where(LearningEvent.id == event_id).values(shown_from=later))
    past.session.commit()
    assert keep(past) == []
    before = same_as_pages(past).reports.sum()
    wave = past.world.open(past.session.get_one(Pulse, (past.owner, past.pulse_id)))
    past.world.release(wave)
    assert keep(past) == [1, 2, 3]
    assert same_as_pages(past).reports.sum() == before + 1


def test_kept_numbers_are_those_of_the_rows(past: Past) -> None:
    """Relations read the same scores from columns and from rows."""
    before = counted(past).score
    keep_released(past.session, past.owner, past.pulse_id, [f"scale:{SCALE}"])
    keep_released(past.session, past.owner, past.pulse_id, [f"scale:{SCALE}"])
    assert len(past.session.scalars(select(ReleasedColumns.release_id)).all()) == 3
    np.testing.assert_array_equal(counted(past).score, before)
    assert np.isfinite(before).sum() > 3
