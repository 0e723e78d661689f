"""What the trend pages of managers and of the team itself have in common, so that both always show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from string import ascii_uppercase

from surveyapp.charts.trend import Event, Given, TrendChart, trend_chart
from surveyapp.languages import format_date, format_short_day, signed
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.questions import Scale
from surveyapp.services.results.lines import Verdict
from surveyapp.services.results.reading import LOW, Happening, Trend, WaveResult
from surveyapp.web.language import gettext, language, ngettext, reason

ONE_YEAR = timedelta(days=360)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A statement and its number in the latest wave."""

    text: str
    reverse: bool
    figure: Figure


@dataclass(frozen=True, slots=True)
class Cell:
    """A shown number with its support, its band and the line there, or why there is none, in words."""

    text: str
    n: int
    band: str
    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A wave in the table of all waves; ``reason`` is why nothing at all is shown."""

    number: int
    day: str
    group_name: str
    answered: Cell
    cells: tuple[Cell, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One scale of a trend page."""

    figure: str
    name: str
    reading: str
    latest: Figure
    band: str
    line: str
    alert: str
    chart: TrendChart
    finding: str
    caption: str
    items: tuple[ItemLine, ...]


def panels(trend: Trend, happenings: Sequence[Happening] = ()) -> list[Panel]:
    """Return one panel per scale, with what happened meanwhile in each."""
    if not trend.waves:
        return []
    years = trend.waves[-1].closed_at - trend.waves[0].closed_at > ONE_YEAR
    said = language()
    labels = [format_short_day(wave.closed_at, said, trend.time_zone, with_year=years) for wave in trend.waves]
    days, found = _days(trend), events(trend, happenings)
    return [_panel(trend, scale, labels, days, found) for scale in trend.scales]


def events(trend: Trend, happenings: Sequence[Happening] = ()) -> list[Event]:
    """Return re-organisations and what was done, in order of time, each with the letter of its line in a list."""
    waves = trend.waves
    said = gettext("From here on counted together: %(group)s")
    found = [
        (place, 0.5, wave.closed_at, said % {"group": wave.group_name})
        for place, wave in enumerate(waves)
        if place and wave.series != waves[place - 1].series
    ]
    found += [(*spot, each.at, each.name) for each in happenings if (spot := _spot(trend, each))]
    return [
        Event(place, share, letter, f"{format_date(at, language(), trend.time_zone, length='medium')}: {words}")
        for letter, (place, share, at, words) in zip(ascii_uppercase, sorted(found), strict=False)
    ]


def _spot(trend: Trend, happening: Happening) -> tuple[int, float] | None:
    """Find the wave before which something happened, and how far it was on the way there."""
    closed = [wave.closed_at for wave in trend.waves]
    after = next((place for place, at in enumerate(closed) if at >= happening.at), len(closed))
    if after == len(closed):
        # Just beside the last wave, however long ago that is.
        return after - 1, 1.3
    if after == 0:
        return None
    return after, (happening.at - closed[after - 1]) / (closed[after] - closed[after - 1])


def _days(trend: Trend) -> list[str]:
    said = language()
    return [format_date(wave.closed_at, said, trend.time_zone, length="medium") for wave in trend.waves]


def table(trend: Trend) -> list[Row]:
    """Return the waves as lines of a table, newest first."""
    names = [f"scale:{scale.key}" for scale in trend.scales]
    rows = []
    for wave, day in reversed(list(zip(trend.waves, _days(trend), strict=True))):
        cells = tuple(_cell(wave.figure(name), wave.band_text(name), _line_text(trend, wave, name)) for name in names)
        nothing = cells[0].reason if wave.nothing_shown else ""
        rows.append(Row(wave.number, day, wave.group_name, _cell(wave.participation), cells, nothing))
    return rows


def _cell(figure: Figure, band: str = "", line: str = "") -> Cell:
    if isinstance(figure, Shown):
        return Cell(_text(figure), figure.n, band, line, "")
    return Cell("", 0, "", "", reason(figure.reason))


def _line_text(trend: Trend, wave: WaveResult, name: str) -> str:
    point = trend.point(wave, name)
    return point.text if point else ""


def _text(figure: Shown) -> str:
    """Return what a number says; most are the number itself, in every language."""
    return figure.text if figure.text.replace(".", "", 1).isdecimal() else reason(figure.text)


def _panel(trend: Trend, scale: Scale, labels: Sequence[str], days: Sequence[str], happened: Sequence[Event]) -> Panel:
    name = f"scale:{scale.key}"
    latest = trend.waves[-1].figure(name)
    given = [_given(trend, wave, name, *when) for wave, *when in zip(trend.waves, labels, days, strict=True)]
    return Panel(
        figure=name,
        name=trend.instrument.text_in(scale.name, language()),
        reading=trend.instrument.text_in(scale.reading, language()),
        latest=latest,
        band=trend.waves[-1].band_text(name),
        line=_line_text(trend, trend.waves[-1], name),
        alert=_alert(trend, name),
        chart=trend_chart(given, trend.instrument.points, happened),
        finding=finding(trend, name),
        caption=finding(trend, name, numbers=not isinstance(latest, Shown) or latest.text == LOW),
        items=_items(trend, scale),
    )


def _given(trend: Trend, wave: WaveResult, name: str, label: str, day: str) -> Given:
    figure, band = wave.figure(name), wave.bands.get(name)
    drawn = trend.lines.get((wave.series, name))
    point = drawn.at(wave.number) if drawn else None
    line = (point.estimate, point.low, point.high) if point else None
    if not isinstance(figure, Shown):
        return Given(label, day, wave.series, reason(figure.reason), None, 0.0, 0.0, plain=False)
    low, high = (band.low, band.high) if band else (figure.low, figure.high)
    return Given(label, day, wave.series, _text(figure), figure.value, low, high, figure.is_plain, line)


def _items(trend: Trend, scale: Scale) -> tuple[ItemLine, ...]:
    latest = trend.waves[-1]
    return tuple(
        ItemLine(trend.instrument.text_in(item.text, language()), item.reverse, latest.figures[f"item:{item.key}"])
        for item in (trend.instrument.item(key) for key in scale.items)
        if f"item:{item.key}" in latest.figures
    )


def finding(trend: Trend, name: str, *, numbers: bool = True) -> str:
    """Say in a sentence or two what a trend shows, and no more than its bands allow.

    Without ``numbers``, as beside a heading that has them, only the comparison with earlier waves is said.
    """
    shown = [wave for wave in trend.waves if name in wave.bands and isinstance(wave.figure(name), Shown)]
    if not shown:
        return gettext("No wave has a number yet.")
    said = [_latest(trend, shown[-1], name)] if numbers else []
    line = trend.line(name)
    if line is None or line.since is None:
        return " ".join([*said, *_comparison(shown, name)])
    if shown[-1].band_text(name):
        said.append(_since(trend, line.since))
    return " ".join(said)


def _since(trend: Trend, verdict: Verdict) -> str:
    """Say how far the line moved, and whether teams move that far anyway."""
    reading = gettext(verdict.message) % _written(verdict)
    teams = ngettext("%(num)s team", "%(num)s teams", verdict.teams) % {"num": verdict.teams}
    if trend.latest is not None and verdict.last == trend.latest.number:
        return gettext("Since %(day)s: %(reading)s n = %(teams)s.") % {
            "day": _day_of(trend, verdict.first),
            "reading": reading,
            "teams": teams,
        }
    return gettext("From %(first)s to %(last)s: %(reading)s n = %(teams)s.") % {
        "first": _day_of(trend, verdict.first),
        "last": _day_of(trend, verdict.last),
        "reading": reading,
        "teams": teams,
    }


def _alert(trend: Trend, name: str) -> str:
    """Say that the last waves fell further than teams here fall by chance, or nothing."""
    line = trend.line(name)
    if line is None or line.alert is None:
        return ""
    support = gettext(
        "Between %(low)s and %(high)s, the last four waves against the twelve before and beyond what all teams moved; "
        "n = %(teams)s teams."
    )
    numbers = {**_written(line.alert), "teams": line.alert.teams}
    return f"{gettext(line.alert.message) % numbers} {support % numbers}"


def _written(verdict: Verdict) -> dict[str, str]:
    return {name: signed(float(stored)) for name, stored in verdict.numbers.items()}


def _day_of(trend: Trend, number: int) -> str:
    """Write the day on which a wave closed."""
    closed = next((wave.closed_at for wave in trend.waves if wave.number == number), None)
    if closed is None:
        return gettext("wave %(number)s") % {"number": number}
    return format_date(closed, language(), trend.time_zone, length="medium")


def _latest(trend: Trend, last: WaveResult, name: str) -> str:
    figure, band = last.figure(name), last.bands[name]
    values = {
        "text": reason(figure.text) if isinstance(figure, Shown) else "",
        "day": format_date(last.closed_at, language(), trend.time_zone, length="medium"),
        "low": f"{band.low:.1f}",
        "high": f"{band.high:.1f}",
    }
    if not last.band_text(name):
        said = gettext("On %(day)s: %(text)s. A coach can help to talk about what would make it easier to speak up.")
    elif last is trend.latest:
        said = gettext("Latest: %(text)s, between %(low)s and %(high)s with 95 %% confidence.")
    else:
        said = gettext("Last number, on %(day)s: %(text)s, between %(low)s and %(high)s with 95 %% confidence.")
    return said % values


def _comparison(shown: Sequence[WaveResult], name: str) -> list[str]:
    """Say whether earlier waves of the same people lie outside the band of the last one."""
    last = shown[-1]
    band = last.bands[name]
    earlier = [wave.bands[name] for wave in shown[:-1] if wave.series == last.series]
    if not earlier:
        return []
    if all(each.low <= band.high and band.low <= each.high for each in earlier):
        return [gettext("No earlier wave lies clearly above or below the latest.")]
    return [gettext("Some earlier waves lie clearly above or below the latest.")]
