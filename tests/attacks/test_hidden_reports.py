"""What somebody told a steward shows in no number of the team, until the team reads it in the log anyway.

Whoever compares two days of a figure, or a figure with the log beside it, would else know that somebody has spoken.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from surveyapp.services.accounts.access import Viewer
from surveyapp.services.insight.cells import cells_of
from surveyapp.services.insight.counted import count_log
from surveyapp.services.insight.inputs import InputRow, row_of
from surveyapp.services.insight.measuring import measure_units
from surveyapp.services.insight.report_inputs import inputs_of
from surveyapp.services.log.events import Entry
from surveyapp.services.log.inbox import publish
from surveyapp.services.log.reports import tell
from surveyapp.services.log.team_page import team_page
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.learning import MODES, NAMED
from surveyapp.store.pulses import Pulse, Wave
from tests.attacks import test_silence
from tests.fixtures.accounts import NOON
from tests.fixtures.world import World, item_keys

erin = test_silence.erin
SCALE = "speaking-up"


@pytest.fixture
def pulse(harbour: World, erin: Viewer) -> Pulse:
    """Give a pulse with one released wave; erin, the steward, was told of something before."""
    pulse = harbour.pulse("Harbour")
    _release(harbour, pulse)
    return pulse


def _release(world: World, pulse: Pulse) -> None:
    wave = world.open(pulse)
    world.fill(wave, "Cranes", [dict.fromkeys(item_keys(world, wave), 3)] * 8)
    world.release(wave)


def _tell(world: World, mode: str, now: datetime = NOON + timedelta(days=1)) -> UUID:
    """Tell of an error, as a rule of the days before the close, an hour after it was noticed."""
    noticed = now - timedelta(hours=1)
    times: dict[str, Any] = {"noticed_at": noticed, "occurred_at": noticed - timedelta(hours=2)}
    times["needed_by"] = now + timedelta(hours=6)
    entry = Entry(world.units["Cranes"].id, "error", "A hook slipped", now, mode=mode, **times)
    tree = tree_of(world.session, world.organisation_id)
    key = world.settings.secret_key
    return tell(world.session, world.organisation_id, tree, entry, now, name="Bob", secret_key=key).event_id


def _figures(world: World, pulse: Pulse) -> list[object]:
    """Return all that anybody but a steward is shown of the log in numbers: reports, their files, team pages."""
    session, owner, cranes = world.session, world.organisation_id, world.units["Cranes"].id
    now = NOON + timedelta(days=60)
    measure_units(session, owner, now)
    counted = count_log(session, owner, pulse.id)
    assert counted
    page = team_page(session, owner, cranes, [cranes], now)
    # As text, for what is missing is equal to nothing.
    tables = {name: str(table.tolist()) for name, table in counted.tables.items()}
    return [
        _rows(world, pulse),
        inputs_of(session, owner, pulse.id, SCALE, [cranes]),
        tables,
        page.counts,
        page.findings,
    ]


def _rows(world: World, pulse: Pulse) -> list[InputRow]:
    return [row_of(cell) for cell in cells_of(world.session, world.organisation_id, pulse.id, SCALE)]


@pytest.mark.parametrize("mode", MODES)
def test_a_report_to_a_steward_was_counted_in_figures_of_the_team(harbour: World, pulse: Pulse, mode: str) -> None:
    """Told to a steward it changes nothing; its twin, told to the team, changes every kind of figure."""
    before = _figures(harbour, pulse)
    _tell(harbour, mode)
    after = _figures(harbour, pulse)
    assert [old == new for old, new in zip(before, after, strict=True)] == [mode != NAMED] * len(before)


@pytest.mark.parametrize("mode", MODES)
def test_the_hours_of_a_single_report_told_when_somebody_spoke(harbour: World, pulse: Pulse, mode: str) -> None:
    """Once the team reads a report to a steward it counts, but its time from noticing to telling does not."""
    event_id, moment = _tell(harbour, mode), NOON + timedelta(days=1)
    if mode != NAMED:
        where = harbour.session, harbour.organisation_id, [harbour.units["Cranes"].id]
        publish(*where, event_id, "Something slipped", delay=timedelta(hours=30), now=moment)
    for _ in range(3):
        _release(harbour, pulse)
    rows = _rows(harbour, pulse)
    assert sum(row.reports for row in rows) == 1
    assert sum(row.voice_cases for row in rows) == (1 if mode == NAMED else 0)
    session, owner, cranes = harbour.session, harbour.organisation_id, harbour.units["Cranes"].id
    measure_units(session, owner, NOON + timedelta(days=60))
    found = team_page(session, owner, cranes, [cranes], NOON + timedelta(days=60)).findings
    # Until noticing, until telling, and until it was needed.
    assert {key: found[key].n for key in ("M5", "M6", "M6b")} == dict.fromkeys(("M5", "M6", "M6b"), int(mode == NAMED))


@pytest.mark.parametrize("mode", MODES)
def test_the_wave_of_a_report_told_on_which_side_of_a_close_somebody_spoke(
    harbour: World, pulse: Pulse, mode: str
) -> None:
    """The team reads the week of a report to a steward, so it counts where that week begins."""
    session, owner = harbour.session, harbour.organisation_id
    close = session.scalars(select(Wave.closes_at).where(Wave.pulse_id == pulse.id)).one()
    for moment in (close - timedelta(hours=1), close + timedelta(hours=1)):
        event_id = _tell(harbour, mode, moment)
        if mode != NAMED:
            publish(
                session,
                owner,
                [harbour.units["Cranes"].id],
                event_id,
                "It slipped",
                delay=timedelta(days=2),
                now=moment,
            )
    for _ in range(2):
        _release(harbour, pulse)
    assert [row.reports for row in _rows(harbour, pulse) if row.reports] == ([1, 1] if mode == NAMED else [2])
