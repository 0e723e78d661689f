"""Results as files: the strings of the page, one line per wave."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from surveyapp.languages import translated, translator
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.services.results.comments import WaveWords
from surveyapp.services.results.reading import Trend, WaveResult


def export_rows(trend: Trend, language: str, words: Iterable[WaveWords] = ()) -> list[list[str]]:
    """Return what the page shows as a table: the same strings, with the reason where nothing is shown.

    Themes are in it, and why comments were withdrawn. Comments are not: they are for reading where it says what they
    are.
    """
    _ = translator(language).gettext
    header = [_("Wave"), _("Closed"), _("Counted together"), _("Answered")]
    for _name, text, has_band in _columns(trend, language):
        header += [text, f"{text}: n", *([f"{text}: {_('likely range')}"] if has_band else [])]
        header += [f"{text}: {_('line')}"] if has_band and trend.lines else []
    themes = {each.number: [themes_said(each, language), withdrawn_said(each, language)] for each in words}
    header += [_("Themes"), _("Comments withdrawn")] if themes else []
    return [header, *(_row(trend, wave, language) + themes.get(wave.number, []) for wave in trend.waves)]


def _columns(trend: Trend, language: str) -> Iterator[tuple[str, str, bool]]:
    """Name every figure of a line, what its column is called, and whether it has a band."""
    for scale in trend.scales:
        yield f"scale:{scale.key}", trend.instrument.text_in(scale.name, language), True
    # What is put together from several groups has no numbers for single statements.
    for item in () if trend.together else trend.instrument.items:
        yield f"item:{item.key}", trend.instrument.text_in(item.text, language), False


def _row(trend: Trend, wave: WaveResult, language: str) -> list[str]:
    day = wave.closed_at.astimezone(ZoneInfo(trend.time_zone)).date().isoformat()
    row = [str(wave.number), day, wave.group_name, said(wave.participation, language)]
    for name, _text, has_band in _columns(trend, language):
        figure = wave.figure(name)
        row += [said(figure, language), str(figure.n) if isinstance(figure, Shown) else ""]
        point = trend.point(wave, name)
        row += [wave.band_text(name)] if has_band else []
        row += [point.text if point else ""] if has_band and trend.lines else []
    return row


def said(figure: Figure, language: str) -> str:
    """Return the one string that stands for a figure, or for why there is none."""
    if isinstance(figure, Shown):
        return translated(figure.text, language)
    return f"{translator(language).gettext('not shown')}: {translated(figure.reason, language)}"


def themes_said(words: WaveWords, language: str) -> str:
    """Return the one string that stands for the themes of a wave, or for why none is named."""
    named = [f"{translated(name, language)}: {translated(text, language)}" for name, text in words.themes]
    return "; ".join(named) or said(words.no_themes, language)


def withdrawn_said(words: WaveWords, language: str) -> str:
    """Return the one string that says why comments of a wave are gone, or an empty one."""
    return "; ".join(translated(each, language) for each in words.withdrawn)
