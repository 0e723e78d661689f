"""Lines through released numbers: drawn by the worker from release rows alone, told with n and interval."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import event, func, select

from surveyapp.services.results.drawing import draw_lines, keep_numbers, lines_through, pulses_to_draw
from surveyapp.services.results.lines import ALONE, GRID, POOLED, STATE_SPACE, DrawnLine
from surveyapp.services.results.panels import Panel, read_panels
from surveyapp.services.results.reading import Trend, unit_trend
from surveyapp.stats.words import FELL, LESS_THAN_CHANCE, MORE_THAN_CHANCE
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.releases import TeamLine
from tests.fixtures.past import Past

NOW = datetime(2026, 4, 6, tzinfo=UTC)
TEAMS, WAVES, SPREAD = 24, 26, 0.65
SPEAKING_UP = "scale:speaking-up"
GAP = float("nan")

Draw = Callable[[Panel], dict[str, DrawnLine]]


def panel(teams: int = TEAMS, waves: int = WAVES, seed: int = 3) -> Panel:
    """Make an organisation in which teams differ and nothing happens."""
    chance = random.Random(seed)  # noqa: S311  # Nothing secret.
    levels = [chance.gauss(3.5, 0.3) for _ in range(teams)]
    means = [[round(level + chance.gauss(0, 0.2), 1) for _ in range(waves)] for level in levels]
    same = np.ones((teams, waves))
    return Panel(
        range(1, waves + 1),
        [f"team-{team:02d}" for team in range(teams)],
        np.array(means),
        6 * same,
        8 * same,
        0.04 / 12 * same,
    )


def drawn(given: Panel, cadence: int = 2) -> dict[str, DrawnLine]:
    """Draw the lines of a biweekly pulse."""
    return dict(lines_through(given, SPREAD, cadence, 5))


def test_many_teams_and_waves_are_smoothed_together() -> None:
    """And the band is much narrower than that of a single wave."""
    line = drawn(panel())["team-03"]
    assert line.how == STATE_SPACE
    assert len(line.points) == WAVES
    assert all(point.low < point.estimate < point.high for point in line.points)
    assert line.points[-1].high - line.points[-1].low < 0.6


@pytest.mark.parametrize(("teams", "waves"), [(19, 26), (24, 7), (1, 26), (1, 1)])
def test_fewer_have_the_mean_of_three_waves(teams: int, waves: int) -> None:
    """It works with a single team and a single wave."""
    given = panel(teams, waves)
    line = drawn(given)["team-00"]
    last = given.means[0][-3:]
    assert line.how == POOLED
    assert line.points[-1].estimate == pytest.approx(sum(last) / len(last), abs=GRID / 2 + 1e-9)


def test_lines_are_rounded_and_stay_on_the_scale() -> None:
    """Every end is a multiple of the grid between 1 and 5."""
    given = panel(teams=1, waves=3)
    given.means[0][:] = [4.9, 5.0, 5.0]
    ends = [end for point in drawn(given)["team-00"].points for end in (point.estimate, point.low, point.high)]
    assert all(1 <= end <= 5 and end / GRID == pytest.approx(round(end / GRID)) for end in ends)


def test_a_line_has_no_point_at_a_wave_without_a_number() -> None:
    """Nothing is said of it, not even what the waves around it let guess."""
    given = panel()
    given.means[3][10] = GAP
    line = drawn(given)["team-03"]
    assert line.at(11) is None
    assert line.at(10) is not None


def test_a_quiet_team_moved_by_chance() -> None:
    """The sentence has both ends and how many teams were compared."""
    verdict = drawn(panel())["team-03"].since
    assert verdict is not None
    assert (verdict.message, verdict.teams, verdict.first, verdict.last) == (LESS_THAN_CHANCE, TEAMS, 3, WAVES)
    assert float(verdict.numbers["low"]) <= float(verdict.numbers["change"]) <= float(verdict.numbers["high"])


def test_a_team_that_fell_far_and_lastingly_is_noticed() -> None:
    """The verdict names it, the alert says from where to where, and no other team has one."""
    given = panel()
    given.means[5][-5:] = [each - 1.2 for each in given.means[5][-5:]]
    lines = drawn(given)
    since, alert = lines["team-05"].since, lines["team-05"].alert
    assert since is not None
    assert since.message == MORE_THAN_CHANCE
    assert alert is not None
    assert (alert.message, alert.first, alert.last, alert.teams) == (FELL, WAVES - 3, WAVES, TEAMS)
    assert float(alert.numbers["low"]) < float(alert.numbers["change"]) < float(alert.numbers["high"]) < 0
    assert [name for name, line in lines.items() if line.alert] == ["team-05"]


def test_a_team_by_itself_is_told_that_nobody_can_tell() -> None:
    """There is nobody to compare with, however far it moved."""
    given = panel(teams=1)
    given.means[0][-5:] = [1.5] * 5
    line = drawn(given)["team-00"]
    assert line.since is not None
    assert line.since.message == ALONE
    assert line.alert is None


def test_five_waves_are_no_movement_yet() -> None:
    """Two windows of three need six."""
    assert drawn(panel(waves=5))["team-00"].since is None
    assert drawn(panel(waves=6))["team-00"].since is not None


@pytest.mark.parametrize(("cadence", "alarm"), [(0, False), (1, True), (4, True), (13, False)])
def test_alerts_need_a_rhythm_that_lets_them_come_in_time(cadence: int, alarm: bool) -> None:  # noqa: FBT001  # A case.
    """A wave in a quarter would take years."""
    given = panel()
    given.means[5][-5:] = [each - 1.2 for each in given.means[5][-5:]]
    assert (drawn(given, cadence)["team-05"].alert is not None) is alarm


def test_the_same_rows_give_the_same_lines() -> None:
    """In whatever order teams are read, so that every machine draws the same picture."""
    given = panel()
    turned = replace(
        given,
        series=given.series[::-1],
        means=given.means[::-1],
        counts=given.counts[::-1],
        rosters=given.rosters[::-1],
        hidden=given.hidden[::-1],
    )
    one, other = drawn(given), drawn(turned)
    assert {name: line.as_json() for name, line in one.items()} == {name: other[name].as_json() for name in one}


def trend_of(past: Past, unit: str) -> Trend:
    """Return the trend of a unit as its page reads it."""
    return unit_trend(past.session, past.owner, past.pulse_id, past.unit(unit))


def test_a_panel_has_the_released_numbers_and_nothing_else(past: Past) -> None:
    """Those of every series, with how many were counted, could answer, and what is hidden."""
    found = read_panels(past.session, past.owner, past.pulse_id, [SPEAKING_UP])[SPEAKING_UP]
    assert found.waves == [1, 2, 3]
    trend = trend_of(past, "Gates")
    row = found.series.index(trend.waves[0].series)
    assert found.means[row].tolist() == [getattr(wave.figure(SPEAKING_UP), "value", None) for wave in trend.waves]
    assert found.counts[row].tolist() == [9, 9, 9]
    assert found.rosters[row].tolist() == [12, 12, 12]
    assert all(hidden == pytest.approx(0.2**2 / 12) for hidden in found.hidden[row])


def test_a_release_is_drawn_once(past: Past) -> None:
    """Until the next one comes."""
    key = (past.owner, past.pulse_id)
    assert pulses_to_draw(past.session, NOW) == [key]
    assert draw_lines(past.session, *key, NOW) > 0
    assert pulses_to_draw(past.session, NOW) == []
    assert draw_lines(past.session, *key, NOW) == past.session.scalar(select(func.count()).select_from(TeamLine))
    assert past.session.scalar(select(func.count()).where(StoredAnalysis.kind == "lines")) == 1


def test_a_trend_has_the_lines_of_its_series(past: Past) -> None:
    """With a point where there is a number, and none beside what is low."""
    assert trend_of(past, "Gates").line(SPEAKING_UP) is None
    draw_lines(past.session, past.owner, past.pulse_id, NOW)
    gates, cranes = trend_of(past, "Gates"), trend_of(past, "Cranes")
    point = gates.point(gates.waves[-1], SPEAKING_UP)
    assert point is not None
    assert point.text == "3.5 (3.1 \N{EN DASH} 3.7)"
    assert cranes.line(SPEAKING_UP) is not None
    assert cranes.point(cranes.waves[-1], SPEAKING_UP) is None


def test_lines_are_made_of_published_figures_and_counts_alone(past: Past) -> None:
    """R16: what is read are release rows, the spread of the organisation, and how many could answer; no box is open."""
    read: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        read.update(re.findall(r"(?:FROM|JOIN) (\w+)", statement) if statement.startswith("SELECT") else ())

    engine = past.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    keep_numbers(past.session, past.owner, past.pulse_id)
    draw_lines(past.session, past.owner, past.pulse_id, NOW)
    event.remove(engine, "before_cursor_execute", note)
    published = {"release", "release_row", "released_columns", "organisation_figure"}
    assert read == published | {"pulse", "instrument", "wave", "wave_group", "reporting_group", "analysis"}
