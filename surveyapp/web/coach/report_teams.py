"""The report on the released waves of some teams, one after the other and never ranked."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.charts.trend import Given, trend_chart
from surveyapp.languages import format_date, format_short_day
from surveyapp.privacy.outcome import Shown
from surveyapp.services.insight.report_basis import Basis
from surveyapp.services.insight.report_inputs import Inputs
from surveyapp.services.results.reading import Head
from surveyapp.services.results.side_by_side import Line, SideBySide, TeamWave
from surveyapp.web.coach.heat_boxes import name_of
from surveyapp.web.coach.report_parts import Figures, Picture, Report, Section
from surveyapp.web.language import gettext, language, reason


def teams_report(basis: Basis, inputs: Inputs, scale: str, found: SideBySide) -> Report:
    """Report the released waves of some teams, one after the other, without comparing them."""
    teams = [_Team.of(line, waves, found) for line, waves in zip(found.lines, found.waves, strict=True)]
    header = (gettext("Team"), gettext("Closed"), "n", gettext("likely range"), gettext("Number"))
    latest = Figures(gettext("The last number of each team"), header, tuple(team.row for team in teams))
    return Report(
        title=gettext("%(scale)s over time") % {"scale": scale},
        lead=gettext(
            "What was released about each team, wave by wave, in an order that has nothing to do with numbers."
        ),
        facts=(
            (gettext("Pulse"), basis.pulse),
            (gettext("Scale"), scale),
            (gettext("Teams"), str(len(teams))),
        ),
        sections=(
            Section(gettext("Last numbers"), tables=(latest,)),
            Section(
                gettext("Wave by wave"), sentences=(_how_to_read(),), pictures=tuple(team.picture for team in teams)
            ),
            Section(gettext("Method"), sentences=_method()),
        ),
        basis=basis,
        inputs=inputs,
    )


@dataclass(frozen=True, slots=True)
class _Team:
    """A line of the table and a picture."""

    row: tuple[str, ...]
    picture: Picture

    @classmethod
    def of(cls, line: Line, waves: Sequence[TeamWave], found: SideBySide) -> "_Team":
        name = name_of(line)
        given = [_given(head, wave, found.time_zone) for head, wave in zip(found.heads, waves, strict=True)]
        row = next(
            (
                (name, each.when, str(wave.figure.n), wave.band_text, each.text)
                for each, wave in reversed(list(zip(given, waves, strict=True)))
                if isinstance(wave.figure, Shown)
            ),
            (name, "", "", "", gettext("No wave has a number yet.")),
        )
        return cls(row, Picture(trend_chart(given, found.points), name, ", ".join(filter(None, row[1:]))))


def _given(head: Head, wave: TeamWave, time_zone: str) -> Given:
    label = format_short_day(head.closed_at, language(), time_zone)
    when = format_date(head.closed_at, language(), time_zone, length="medium")
    figure, band = wave.figure, wave.band
    if not isinstance(figure, Shown):
        return Given(label, when, wave.series, reason(figure.reason), None, 0.0, 0.0, plain=False)
    low, high = (band.low, band.high) if band else (figure.low, figure.high)
    return Given(label, when, wave.series, reason(figure.text), figure.value, low, high, plain=figure.is_plain)


def _how_to_read() -> str:
    return gettext(
        "A dot is a released number with its likely range, a ring a number of which only one end is told, a cross a "
        "wave without a number. Beyond a dashed line other people are counted together."
    )


def _method() -> tuple[str, ...]:
    return (
        gettext(
            "Every number was released once, after its wave had closed. The likely range holds the true score of the "
            "team 19 times out of 20; it comes from how much answers of one team usually differ and from how many of "
            "its people were counted."
        ),
        gettext(
            "Teams stand one after the other and not beside each other: they differ in their work, and most "
            "differences between two teams are chance."
        ),
    )
