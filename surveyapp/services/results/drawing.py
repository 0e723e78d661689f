"""Drawing the line of every group of a pulse after a release; the worker comes here, pages never do.

The input is release rows and nothing finer: see ``surveyapp.services.results.lines`` for what follows from that.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from surveyapp.questions import Instrument
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.results.estimating import spread_of
from surveyapp.services.results.lines import ALONE, GRID, POOLED, STATE_SPACE, DrawnLine, Verdict
from surveyapp.services.results.panels import Panel, keep_released, read_panels
from surveyapp.stats import words
from surveyapp.stats.alerts import Alerts, drop_alerts
from surveyapp.stats.checks import FloatArray
from surveyapp.stats.estimates import quantile
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.since import Moves, moves_since
from surveyapp.stats.smoothing import smooth
from surveyapp.stats.steps import step_variance
from surveyapp.stats.trend import Change, pooled_line
from surveyapp.stats.words import of_alert, of_change
from surveyapp.store.learning import StoredAnalysis, asked
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave
from surveyapp.store.releases import Release, TeamLine

LINES = "lines"
# A movement is told from a full window to a full window that has no wave in common with it.
POOLED_WAVES = 3
LEAST_SHOWN = 2 * POOLED_WAVES
WEEKS_A_YEAR, SHORTEST_LOOK, LONGEST_LOOK = 52, 8, 26
# Rarer waves would take years until anything could be noticed.
RAREST_ALERTS = 4
ALERT_WAVES = 4
# Every sentence that a page may say of a line.
MESSAGES = (words.LESS_THAN_CHANCE, words.MORE_THAN_CHANCE, words.FELL, ALONE)

Table = list[list[float]]


def pulses_to_draw(session: Session, _now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the pulses with a release that their lines do not know, each with its organisation."""
    newest = session.execute(
        select(Wave.organisation_id, Wave.pulse_id, func.max(Release.sequence))
        .join(Release, (Release.organisation_id == Wave.organisation_id) & (Release.wave_id == Wave.id))
        .group_by(Wave.organisation_id, Wave.pulse_id)
        .order_by(Wave.organisation_id, Wave.pulse_id)
    ).all()
    drawn = {
        (organisation_id, question): answer
        for organisation_id, question, answer in session.execute(
            select(StoredAnalysis.organisation_id, StoredAnalysis.question, StoredAnalysis.answer).where(
                StoredAnalysis.kind == LINES
            )
        )
    }
    return [
        (organisation_id, pulse_id)
        for organisation_id, pulse_id, sequence in newest
        if drawn.get((organisation_id, _question(pulse_id))) != _answer(sequence)
    ]


def keep_numbers(session: Session, organisation_id: UUID, pulse_id: UUID) -> None:
    """Keep the numbers of new releases as lines and relations read them."""
    keep_released(session, organisation_id, pulse_id, _figures(session, organisation_id, pulse_id))


def draw_lines(session: Session, organisation_id: UUID, pulse_id: UUID, now: datetime) -> int:
    """Draw the lines of a pulse anew, all in one transaction, and return how many there are.

    A session that does not take the write lock first keeps nobody waiting while lines are drawn.
    """
    pulse = session.get_one(Pulse, (organisation_id, pulse_id))
    cadence, points = pulse.cadence_weeks, _instrument(session, pulse).points
    newest = _newest(session, organisation_id, pulse_id)
    panels = read_panels(session, organisation_id, pulse_id, _figures(session, organisation_id, pulse_id))
    mine = {"organisation_id": organisation_id, "pulse_id": pulse_id}
    rows = []
    for figure, panel in panels.items():
        spread = spread_of(session, organisation_id, figure.removeprefix("scale:"))
        lines = lines_through(panel, spread, cadence, points)
        rows += [{**mine, "figure": figure, "series": series, "content": line.as_json()} for series, line in lines]
    session.commit()
    session.execute(delete(TeamLine).where(TeamLine.organisation_id == organisation_id, TeamLine.pulse_id == pulse_id))
    if rows:
        session.execute(insert(TeamLine), rows)
    _remember(session, organisation_id, pulse_id, newest, now)
    session.commit()
    return len(rows)


def _instrument(session: Session, pulse: Pulse) -> Instrument:
    return read_instrument(session.get_one(InstrumentCopy, (pulse.organisation_id, pulse.instrument_id)).toml)


def _figures(session: Session, organisation_id: UUID, pulse_id: UUID) -> list[str]:
    instrument = _instrument(session, session.get_one(Pulse, (organisation_id, pulse_id)))
    return [f"scale:{scale.key}" for scale in instrument.scales]


def _question(pulse_id: UUID) -> str:
    return json.dumps({"pulse": str(pulse_id)})


def _answer(sequence: int) -> str:
    return json.dumps({"release": sequence})


def _newest(session: Session, organisation_id: UUID, pulse_id: UUID) -> int:
    """Return the number of the last release of a pulse."""
    newest = session.scalars(
        select(func.max(Release.sequence))
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .where(Release.organisation_id == organisation_id, Wave.pulse_id == pulse_id)
    ).one()
    return newest or 0


def _remember(session: Session, organisation_id: UUID, pulse_id: UUID, newest: int, now: datetime) -> None:
    """Write down up to which release the lines go."""
    row = session.scalars(
        select(StoredAnalysis).where(*asked(organisation_id, LINES, {"pulse": str(pulse_id)}))
    ).first() or StoredAnalysis(
        organisation_id=organisation_id, id=uuid4(), kind=LINES, question=_question(pulse_id), error=""
    )
    row.state, row.asked_at, row.answer = "done", now, _answer(newest)
    session.add(row)


def lines_through(panel: Panel, spread: float, cadence_weeks: int, points: int) -> Iterator[tuple[str, DrawnLine]]:
    """Draw the lines of all series: together where there are enough teams and waves, else each by itself."""
    if not panel.series:
        return
    drawn = _drawn(panel, spread)
    ends = [_on_grid(each.clip(1, points)) for each in (drawn.estimate, drawn.low, drawn.high)]
    verdicts, alerts = dict(_verdicts(panel, drawn, cadence_weeks)), dict(_alerts(panel, cadence_weeks))
    for row, (series, shown) in enumerate(zip(panel.series, _shown(panel), strict=True)):
        waves = tuple(compress(panel.waves, shown))
        middle, low, high = (tuple(compress(end[row], shown)) for end in ends)
        yield series, DrawnLine(drawn.how, waves, middle, low, high, verdicts.get(row), alerts.get(row))


def _on_grid(values: FloatArray) -> Table:
    rounded: Table = ((values / GRID).round() * GRID).round(2).tolist()
    return rounded


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    how: str
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    error: FloatArray


def _drawn(panel: Panel, spread: float) -> _Drawn:
    """Draw all lines together if that is possible, or else each through its own numbers."""
    together = smooth(panel.means, panel.counts, panel.rosters, rounding=panel.hidden)
    if not isinstance(together, CannotTell):
        return _Drawn(STATE_SPACE, together.estimate, together.low, together.high, together.error)
    steps = step_variance(panel.means, panel.counts, panel.rosters, sd=spread, rounding=panel.hidden)
    known = None if isinstance(steps, CannotTell) else steps
    alone = pooled_line(
        panel.means,
        panel.counts,
        sd=spread,
        window=POOLED_WAVES,
        rounding=panel.hidden,
        rosters=panel.rosters if known else None,
        steps=known,
    )
    error = (alone.high - alone.low) / 2 / quantile(alone.level)
    return _Drawn(POOLED, alone.estimate, alone.low, alone.high, error)


def _shown(panel: Panel) -> list[list[bool]]:
    """Tell where each series has a number."""
    shown: list[list[bool]] = (panel.means == panel.means).tolist()  # NaN is not.
    return shown


def _verdicts(panel: Panel, drawn: _Drawn, cadence: int) -> Iterator[tuple[int, Verdict]]:
    """Say how far each line moved in the last year, and whether the lines of other teams move that far anyway."""
    year = WEEKS_A_YEAR // cadence if cadence else LONGEST_LOOK
    start = len(panel.waves) - min(max(year, SHORTEST_LOOK), LONGEST_LOOK)
    spans: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for row, shown in enumerate(_shown(panel)):
        recent = [column for column, told in enumerate(shown) if told and column >= start]
        if len(recent) >= LEAST_SHOWN:
            spans[recent[POOLED_WAVES - 1], recent[-1]].append(row)
    for (first, last), rows in spans.items():
        moves = moves_since(drawn.estimate, drawn.error, first, last)
        for row in rows:
            yield row, _verdict(moves, row, panel.waves[first], panel.waves[last])


def _verdict(moves: Moves, row: int, first: int, last: int) -> Verdict:
    estimate, low, high = (float(each[row]) for each in (moves.estimate, moves.low, moves.high))
    error = (high - low) / 2 / quantile(moves.level)
    change = Change(moves.n, estimate, low, high, error, moves.level, moves.method)
    if isinstance(moves.usual, CannotTell):
        return Verdict(first, last, ALONE, _signed(of_change(change, usual=0.0).numbers), moves.n)
    reading = of_change(change, usual=float(moves.usual[row]))
    return Verdict(first, last, reading.message, _signed(reading.numbers), moves.n)


def _alerts(panel: Panel, cadence: int) -> Iterator[tuple[int, Verdict]]:
    """Find the series that fell further than teams here fall by chance."""
    if not 0 < cadence <= RAREST_ALERTS:
        return
    found = drop_alerts(panel.means, panel.counts, recent=ALERT_WAVES, waves_a_year=WEEKS_A_YEAR / cadence)
    if isinstance(found, CannotTell):
        return
    for row, fallen in enumerate(found.fallen.tolist()):
        if fallen:
            yield row, _alert(found, row, panel.waves)


def _alert(found: Alerts, row: int, waves: Sequence[int]) -> Verdict:
    reading = of_alert(found, row)
    ends = {"low": round(float(found.low[row]), 1), "high": round(float(found.high[row]), 1)}
    return Verdict(waves[-ALERT_WAVES], waves[-1], reading.message, _signed({**reading.numbers, **ends}), found.n)


def _signed(numbers: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{value + 0.0:+.1f}" for name, value in numbers.items()}
