"""Results as files."""

from datetime import UTC, datetime

from surveyapp.services.results.drawing import draw_lines
from surveyapp.services.results.files import export_rows, said
from surveyapp.services.results.overviews import together_trend
from surveyapp.services.results.reading import unit_trend
from surveyapp.services.roster.counting import tree_of
from tests.fixtures.past import Past


def column(rows: list[list[str]], name: str) -> list[str]:
    """Return the cells below a heading."""
    place = rows[0].index(name)
    return [row[place] for row in rows[1:]]


def rows_of(past: Past, unit: str, language: str = "en") -> list[list[str]]:
    """Return the file of a unit."""
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit(unit), window=None)
    return export_rows(trend, language)


def test_one_line_per_wave_with_number_support_and_range(past: Past) -> None:
    """A scale has three columns."""
    rows = rows_of(past, "Gates")
    assert column(rows, "Wave") == ["1", "2", "3"]
    assert column(rows, "Closed") == ["2026-03-06", "2026-03-20", "2026-04-03"]
    assert column(rows, "Speaking up") == ["3.1", "4.1", "3.1"]
    assert column(rows, "Speaking up: n") == ["9", "9", "9"]
    assert all("\N{EN DASH}" in cell for cell in column(rows, "Speaking up: likely range"))


def test_what_is_withheld_has_its_reason(past: Past) -> None:
    """No cell of a number is ever blank."""
    rows = rows_of(past, "Tugs")
    assert column(rows, "Speaking up")[0] == "not shown: fewer than 5 answers could be counted"
    assert column(rows, "Answered") == ["not shown: not enough answers", "9 of 10", "8 of 10"]


def test_files_speak_the_language_of_the_page(past: Past) -> None:
    """German readers get German reasons and words."""
    rows = rows_of(past, "Cranes", "de")
    assert column(rows, "Offen sprechen")[-1] == "niedrig"
    assert column(rows, "Geantwortet") == ["8 von 9", "6 von 9", "8 von 9"]


def test_every_statement_has_a_column(past: Past) -> None:
    """Nine statements with their support, after the three scales."""
    rows = rows_of(past, "Gates")
    assert len(rows[0]) == 4 + 3 * 3 + 9 * 2
    assert {len(row) for row in rows} == {len(rows[0])}


def test_several_groups_together_have_no_statements(past: Past) -> None:
    """Only scales are put together."""
    tree = tree_of(past.session, past.owner)
    trend = together_trend(past.session, past.owner, past.pulse_id, tree, past.unit("Harbour"), window=None)
    assert len(export_rows(trend, "en")[0]) == 4 + 3 * 3


def test_a_figure_has_one_string(past: Past) -> None:
    """The text that the page shows."""
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"))
    assert said(trend.waves[0].participation, "en") == "10 of 12"


def test_lines_have_a_column_once_they_are_drawn(past: Past) -> None:
    """With the string of the page, and nothing beside what is low."""
    draw_lines(past.session, past.owner, past.pulse_id, datetime(2026, 4, 6, tzinfo=UTC))
    for unit, expected in (("Gates", "3.5 (3.1 \N{EN DASH} 3.7)"), ("Cranes", "")):
        trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit(unit), window=None)
        header, *rows = export_rows(trend, "en")
        assert dict(zip(header, rows[-1], strict=True))["Speaking up: line"] == expected
