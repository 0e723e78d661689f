"""What the trend pages of managers and of the team itself have in common, so that both always show the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.charts.trend import Given, TrendChart, trend_chart
from surveyapp.languages import format_date
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.questions import Scale
from surveyapp.services.results import Trend, WaveResult
from surveyapp.web.language import gettext, language, reason


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A question and its number in the latest wave."""

    text: str
    reverse: bool
    figure: Figure


@dataclass(frozen=True, slots=True)
class Panel:
    """One scale of a trend page."""

    figure: str
    name: str
    reading: str
    chart: TrendChart
    finding: str
    items: tuple[ItemLine, ...]


def panels(trend: Trend) -> list[Panel]:
    """Return one panel per scale."""
    return [_panel(trend, scale) for scale in trend.scales] if trend.waves else []


def _panel(trend: Trend, scale: Scale) -> Panel:
    name = f"scale:{scale.key}"
    given = [_given(trend, wave, name) for wave in trend.waves]
    return Panel(
        figure=name,
        name=trend.instrument.text_in(scale.name, language()),
        reading=trend.instrument.text_in(scale.reading, language()),
        chart=trend_chart(given, trend.instrument.points),
        finding=finding(trend.waves, name),
        items=_items(trend, scale),
    )


def _given(trend: Trend, wave: WaveResult, name: str) -> Given:
    figure, band = wave.figure(name), wave.bands.get(name)
    label = format_date(wave.closed_at, language(), trend.time_zone)
    if not isinstance(figure, Shown):
        return Given(label, wave.series, reason(figure.reason), None, 0.0, 0.0)
    low, high = (band.low, band.high) if band else (figure.low, figure.high)
    return Given(label, wave.series, figure.text, figure.value, low, high)


def _items(trend: Trend, scale: Scale) -> tuple[ItemLine, ...]:
    latest = trend.waves[-1]
    return tuple(
        ItemLine(trend.instrument.text_in(item.text, language()), item.reverse, latest.figures[f"item:{item.key}"])
        for item in (trend.instrument.item(key) for key in scale.items)
        if f"item:{item.key}" in latest.figures
    )


def finding(waves: Sequence[WaveResult], name: str) -> str:
    """Say in one sentence what a trend shows, and no more than its bands allow."""
    shown = [wave for wave in waves if name in wave.bands and wave.series == waves[-1].series]
    if not shown:
        return gettext("No wave has a number yet.")
    last = shown[-1]
    band = last.bands[name]
    said = gettext("Latest: %(text)s, between %(low)s and %(high)s with 95 %% confidence.") % {
        "text": _text(last.figure(name)),
        "low": f"{band.low:.1f}",
        "high": f"{band.high:.1f}",
    }
    earlier = [wave.bands[name] for wave in shown[:-1]]
    if not earlier:
        return said
    if all(each.low <= band.high and band.low <= each.high for each in earlier):
        return said + " " + gettext("No earlier wave lies clearly above or below it.")
    return said + " " + gettext("Some earlier waves lie clearly apart from it.")


def _text(figure: Figure) -> str:
    return reason(figure.text) if isinstance(figure, Shown) else ""
