"""What the trend pages of managers and of the team itself have in common, so that both always show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from surveyapp.charts.trend import Given, TrendChart, trend_chart
from surveyapp.languages import format_date, format_short_day
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.questions import Scale
from surveyapp.services.results import LOW, Trend, WaveResult
from surveyapp.web.language import gettext, language, reason

ONE_YEAR = timedelta(days=360)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A statement and its number in the latest wave."""

    text: str
    reverse: bool
    figure: Figure


@dataclass(frozen=True, slots=True)
class Panel:
    """One scale of a trend page."""

    figure: str
    name: str
    reading: str
    latest: Figure
    band: str
    chart: TrendChart
    finding: str
    caption: str
    items: tuple[ItemLine, ...]


def panels(trend: Trend) -> list[Panel]:
    """Return one panel per scale."""
    return [_panel(trend, scale) for scale in trend.scales] if trend.waves else []


def _panel(trend: Trend, scale: Scale) -> Panel:
    name = f"scale:{scale.key}"
    latest = trend.waves[-1].figure(name)
    years = trend.waves[-1].closed_at - trend.waves[0].closed_at > ONE_YEAR
    given = [_given(trend, wave, name, years=years) for wave in trend.waves]
    return Panel(
        figure=name,
        name=trend.instrument.text_in(scale.name, language()),
        reading=trend.instrument.text_in(scale.reading, language()),
        latest=latest,
        band=trend.waves[-1].band_text(name),
        chart=trend_chart(given, trend.instrument.points),
        finding=finding(trend, name),
        caption=finding(trend, name, numbers=not isinstance(latest, Shown) or latest.text == LOW),
        items=_items(trend, scale),
    )


def _given(trend: Trend, wave: WaveResult, name: str, *, years: bool) -> Given:
    figure, band = wave.figure(name), wave.bands.get(name)
    label = format_short_day(wave.closed_at, language(), trend.time_zone, with_year=years)
    when = _day(trend, wave)
    if not isinstance(figure, Shown):
        return Given(label, when, wave.series, reason(figure.reason), None, 0.0, 0.0, plain=False)
    low, high = (band.low, band.high) if band else (figure.low, figure.high)
    return Given(label, when, wave.series, reason(figure.text), figure.value, low, high, plain=figure.is_plain)


def _day(trend: Trend, wave: WaveResult) -> str:
    return format_date(wave.closed_at, language(), trend.time_zone, length="medium")


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
    return " ".join([*said, *_comparison(shown, name)])


def _latest(trend: Trend, last: WaveResult, name: str) -> str:
    figure, band = last.figure(name), last.bands[name]
    values = {
        "text": reason(figure.text) if isinstance(figure, Shown) else "",
        "day": _day(trend, last),
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
