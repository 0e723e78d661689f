"""The table of teams and waves that statistics see."""

from datetime import timedelta

import numpy as np
import pytest

from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.services.insight.counted import count_log
from surveyapp.services.log.reading import set_withdrawn
from surveyapp.services.pulses.waves import open_wave, schedule_next
from surveyapp.services.results.panels import read_panels
from surveyapp.store.pulses import Pulse
from tests.fixtures.past import Past, add_harbour, make_past
from tests.fixtures.world import World

HOUR = timedelta(hours=1)


def cell(past: Past, unit: str, wave: int, scale: str = "speaking-up") -> Cell:
    """Return the cell of a unit's group in a wave."""
    cells = cells_of(past.session, past.owner, past.pulse_id, scale)
    (found,) = (each for each in cells if past.unit(unit) in each.units and each.wave == wave)
    return found


@pytest.mark.postgres
def test_one_cell_per_group_and_wave(world: World) -> None:
    """Three groups in three waves, with the released number where there is one."""
    add_harbour(world)
    past = make_past(world)
    cells = cells_of(world.session, world.organisation_id, past.pulse_id, "speaking-up")
    assert len(cells) == 9
    gates, pilots = cell(past, "Gates", 1), cell(past, "Pilots", 1)
    assert gates.score == pytest.approx(3.1)
    assert (gates.n, gates.group_name) == (9, "Gates")
    assert (pilots.score, pilots.n) == (None, 0)


def test_cells_follow_the_scale(past: Past) -> None:
    """An unknown scale has no numbers."""
    assert cell(past, "Gates", 1, "autonomy").score == pytest.approx(3.1)
    assert cell(past, "Gates", 1, "elsewhere").score is None


def test_person_weeks_are_the_roster_times_the_weeks_since_the_wave_before(past: Past) -> None:
    """The first wave speaks of one cadence back."""
    assert [cell(past, "Gates", number).person_weeks for number in (1, 2)] == [12 * 2, 12 * 2]


def test_a_missed_wave_makes_the_next_period_longer(past: Past) -> None:
    """Nothing that was told in between is lost, nor the weeks in which it could be told."""
    world, pulse = past.world, past.session.get_one(Pulse, (past.owner, past.pulse_id))
    wave = schedule_next(past.session, pulse, past.wave(3).closes_at + timedelta(days=16))
    assert wave is not None
    open_wave(past.session, world.vault, world.settings.ballot_key, wave)
    world.release(wave)
    assert (wave.number, cell(past, "Gates", 5).person_weeks) == (5, 12 * 4)


@pytest.mark.parametrize(
    ("kind", "counted"),
    [("error", 1), ("near_miss", 1), ("good_catch", 1), ("unsafe_condition", 1), ("help_request", 0), ("idea", 0)],
)
def test_reports_are_what_went_or_nearly_went_wrong(past: Past, kind: str, counted: int) -> None:
    """Help requests and ideas are other signs."""
    past.tell("Gates", past.wave(2).closes_at - HOUR, kind)
    assert cell(past, "Gates", 2).reports == counted


@pytest.mark.parametrize(("offset", "counts"), [(-HOUR, [1, 0]), (timedelta(), [1, 0]), (HOUR, [0, 1])])
def test_a_report_belongs_to_the_wave_that_closes_next(past: Past, offset: timedelta, counts: list[int]) -> None:
    """Up to the close of a wave and including it."""
    past.tell("Gates", past.wave(1).closes_at + offset)
    assert [cell(past, "Gates", number).reports for number in (1, 2)] == counts


def test_what_was_told_before_or_after_all_waves_counts_in_none(past: Past) -> None:
    """There is no score to go with it."""
    past.tell("Gates", past.wave(1).closes_at - timedelta(weeks=2))
    past.tell("Gates", past.wave(3).closes_at + HOUR)
    assert sum(cell(past, "Gates", number).reports for number in (1, 2, 3)) == 0


def test_a_withdrawn_report_counts_in_nothing(past: Past) -> None:
    """As its page says."""
    event = past.tell("Gates", past.wave(2).closes_at - HOUR)
    set_withdrawn(past.session, past.owner, event, withdrawn=True)
    assert cell(past, "Gates", 2).reports == 0


def test_reports_of_teams_that_are_counted_together_add_up(past: Past) -> None:
    """Pilots and tugs share their cell as they share their number."""
    for unit in ("Pilots", "Tugs", "Operations"):
        past.tell(unit, past.wave(2).closes_at - HOUR)
    assert cell(past, "Tugs", 2).reports == 3
    assert cell(past, "Gates", 2).reports == 0


def test_a_pulse_without_releases_has_no_cells(past: Past) -> None:
    """Before the first release there is nothing to relate."""
    pulse = past.world.pulse("Harbour", name="Later")
    assert cells_of(past.session, past.owner, pulse.id, "speaking-up") == []


@pytest.mark.postgres
def test_the_night_reads_the_same_from_every_database(world: World) -> None:
    """Whatever a driver gives for an id, a moment and a number."""
    add_harbour(world)
    past = make_past(world)
    past.tell("Gates", past.wave(2).closes_at, "error")
    past.tell("Cranes", past.wave(1).closes_at + HOUR)
    log = count_log(past.session, past.owner, past.pulse_id)
    assert log is not None
    counted = log.beside(past.session, past.owner, "speaking-up")
    cells = cells_of(past.session, past.owner, past.pulse_id, "speaking-up")
    expected = sorted((each.wave, each.score or 0.0, each.reports) for each in cells)
    found = zip(counted.wave.tolist(), np.nan_to_num(counted.score).tolist(), counted.reports.tolist(), strict=True)
    assert sorted(found) == expected
    assert [(wave, reports) for wave, _, reports in expected if reports] == [(2, 1), (2, 1)]
    panel = read_panels(past.session, past.owner, past.pulse_id, ["scale:speaking-up"])["scale:speaking-up"]
    assert sorted(panel.means[np.isfinite(panel.means)].tolist()) == sorted(score for _, score, _ in expected if score)
