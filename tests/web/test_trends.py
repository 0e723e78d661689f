"""What the trend pages say in words and mark in time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from surveyapp.services.results.lines import ALONE, DrawnLine, Verdict
from surveyapp.services.results.reading import Happening, Trend, unit_trend
from surveyapp.stats.words import FELL, LESS_THAN_CHANCE
from surveyapp.web.trends import events, finding, panels, table
from tests.fixtures.past import Past
from tests.fixtures.world import World

NAME = "scale:speaking-up"
LESS = "\N{MINUS SIGN}"
NUMBERS = {"change": "-0.2", "low": "-0.5", "high": "+0.1"}


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves."""
    return past.world


def drawn(trend: Trend, since: Verdict | None = None, alert: Verdict | None = None) -> Trend:
    """Put a line through the numbers of a trend."""
    waves = tuple(wave.number for wave in trend.waves)
    middle, low, high = ((each,) * len(waves) for each in (3.2, 3.0, 3.4))
    return replace(
        trend, lines={(trend.waves[-1].series, NAME): DrawnLine("pooled", waves, middle, low, high, since, alert)}
    )


@pytest.fixture
def trend(past: Past) -> Trend:
    """Give the trend of the gates."""
    return unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"))


def test_the_verdict_names_the_day_the_range_and_how_many(app: Flask, trend: Trend) -> None:
    """In the language of the reader, and instead of the comparison of single waves."""
    told = drawn(trend, Verdict(1, 3, LESS_THAN_CHANCE, NUMBERS, 24))
    with app.test_request_context("/?lang=en"):
        said = finding(told, NAME)
        assert said.endswith(
            f"Since Mar 6, 2026: {LESS}0.2 points (between {LESS}0.5 and +0.1). "
            "Most teams here move that much by chance. n = 24 teams."
        )
        assert "earlier wave" not in said
    with app.test_request_context("/?lang=de"):
        assert f"Seit 06.03.2026: {LESS}0.2 Punkte (zwischen {LESS}0.5 und +0.1). Die" in finding(told, NAME)


def test_an_older_verdict_says_from_when_to_when(app: Flask, trend: Trend) -> None:
    """The last wave may have no number."""
    with app.test_request_context("/?lang=en"):
        said = finding(drawn(trend, Verdict(1, 2, ALONE, NUMBERS, 1)), NAME)
    assert f"From Mar 6, 2026 to Mar 20, 2026: {LESS}0.2 points" in said
    assert "too few teams here to tell what is chance. n = 1 team." in said


def test_no_verdict_stands_beside_what_is_low(app: Flask, past: Past) -> None:
    """Low is said without a number, and a change would be one."""
    cranes = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Cranes"))
    told = drawn(cranes, Verdict(1, 3, LESS_THAN_CHANCE, NUMBERS, 24))
    with app.test_request_context("/?lang=en"):
        assert f"{LESS}0.2" not in finding(told, NAME)
        assert panels(told)[0].line == ""
        assert table(told)[0].cells[0].line == ""


def test_an_alert_has_its_range_and_n(app: Flask, trend: Trend) -> None:
    """And is not there without a reason."""
    alert = Verdict(2, 3, FELL, NUMBERS, 24)
    with app.test_request_context("/?lang=en"):
        said = panels(drawn(trend, alert=alert))[0].alert
        assert panels(drawn(trend))[0].alert == ""
    assert f"{LESS}0.2 points. Ask what has changed. Between {LESS}0.5 and +0.1, the last four waves" in said
    assert said.endswith("n = 24 teams.")


def test_the_line_stands_in_heading_and_table(app: Flask, trend: Trend) -> None:
    """Both with the same string."""
    with app.test_request_context("/?lang=en"):
        assert panels(drawn(trend))[0].line == "3.2 (3.0 \N{EN DASH} 3.4)"
        assert table(drawn(trend))[0].cells[0].line == "3.2 (3.0 \N{EN DASH} 3.4)"


def test_what_happened_is_marked_where_it_was(app: Flask, trend: Trend) -> None:
    """Re-organisations and interventions by letter, in order of time; what was before the first wave is left out."""
    first, second, third = trend.waves
    later = replace(trend, waves=(first, second, replace(third, series="others", group_name="Gates + Tugs")))
    between = first.closed_at + (second.closed_at - first.closed_at) / 4
    done = [
        Happening(first.closed_at - timedelta(days=1), "Before"),
        Happening(third.closed_at + timedelta(days=60), "After"),
        Happening(between, "Training"),
    ]
    with app.test_request_context("/?lang=en"):
        found = events(later, done)
    assert [(each.sign, each.place, each.share) for each in found] == [("A", 1, 0.25), ("B", 2, 0.5), ("C", 2, 1.3)]
    assert [each.words.partition(": ")[2] for each in found] == [
        "Training",
        "From here on counted together: Gates + Tugs",
        "After",
    ]
