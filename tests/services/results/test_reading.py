"""Trends of teams, read from releases."""

import pytest
from sqlalchemy import select

from surveyapp.errors import NotFound, UnknownBallot
from surveyapp.privacy.ballots import show_code
from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.services.results.reading import (
    NO_STATEMENTS,
    NOT_ASKED,
    Band,
    Trend,
    group_for_code,
    group_trend,
    pulse_scales,
    pulses_of,
    unit_trend,
)
from surveyapp.services.team_codes import log_code, results_code
from surveyapp.store.pulses import Pulse
from surveyapp.store.releases import ReleaseRow, TeamEstimate
from tests.fixtures.past import Past, add_harbour, make_past
from tests.fixtures.world import World

SPEAKING_UP = "scale:speaking-up"


def texts(trend: Trend, name: str = SPEAKING_UP) -> list[str]:
    """Return what is shown of a scale, wave by wave."""
    figures = [wave.figure(name) for wave in trend.waves]
    return [figure.text if isinstance(figure, Shown) else f"({figure.reason})" for figure in figures]


@pytest.mark.postgres
def test_a_trend_has_every_wave_in_order(world: World) -> None:
    """A team's numbers stand in the order of the waves, with who answered and a band around each."""
    add_harbour(world)
    past = make_past(world)
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"))
    assert [wave.number for wave in trend.waves] == [1, 2, 3]
    assert texts(trend) == ["3.1", "4.1", "3.1"]
    assert [wave.participation for wave in trend.waves] == [Shown("10 of 12", 10 / 12, 10 / 12, 10 / 12, 10)] * 3
    assert all(wave.bands[SPEAKING_UP].low < 4.1 < wave.bands[SPEAKING_UP].high for wave in trend.waves[1:2])


def test_figures_are_the_released_rows(past: Past) -> None:
    """Nothing is computed anew: each text and number stands in a row of the release."""
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"), window=None)
    rows = past.session.scalars(select(ReleaseRow).where(ReleaseRow.group_id == past.group("Gates")))
    assert sorted((row.figure, row.text or "") for row in rows) == sorted(
        (name, figure.text if isinstance(figure, Shown) else "")
        for wave in trend.waves
        for name, figure in wave.figures.items()
    )


def test_low_is_shown_without_any_number(past: Past) -> None:
    """A very low result has no band in numbers, for a number would only hurt."""
    latest = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Cranes")).waves[-1]
    assert isinstance(latest.figure(SPEAKING_UP), Shown)
    assert texts(unit_trend(past.session, past.owner, past.pulse_id, past.unit("Cranes"))) == ["4.1", "3.1", "low"]
    assert SPEAKING_UP in latest.bands
    assert latest.band_text(SPEAKING_UP) == ""


def test_a_wave_with_too_few_answers_says_why(past: Past) -> None:
    """Every figure of the wave is withheld with a reason."""
    first = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Tugs")).waves[0]
    assert first.nothing_shown
    assert first.participation == Withheld("not enough answers")
    assert first.figure(SPEAKING_UP) == Withheld("fewer than 5 answers could be counted")


def test_small_teams_share_the_trend_of_their_group(past: Past) -> None:
    """Pilots and tugs are counted together and see the same."""
    trends = [unit_trend(past.session, past.owner, past.pulse_id, past.unit(name)) for name in ("Pilots", "Tugs")]
    assert trends[0] == trends[1]
    assert trends[0].waves[0].group_name == "Pilots + Tugs + Operations"


def test_a_group_without_numbers_per_statement_says_so(past: Past) -> None:
    """Of five or six counted sheets only the scales are published."""
    second = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Cranes"), window=None).waves[1]
    assert second.figure("item:raise-concerns") == NO_STATEMENTS
    assert second.figure("scale:unknown") == NOT_ASKED


def test_statements_of_earlier_waves_are_read_only_when_everything_is(past: Past) -> None:
    """A page needs those of the latest wave, a file all of them."""

    def statements(window: int | None) -> list[int]:
        trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"), window=window)
        return [sum(1 for name in wave.figures if name.startswith("item:")) for wave in trend.waves]

    assert statements(10) == [0, 0, 9]
    assert statements(None) == [9, 9, 9]


def test_a_window_shows_the_latest_waves_and_that_there_are_more(past: Past) -> None:
    """Older waves are left out and told of."""
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"), window=2)
    assert [wave.number for wave in trend.waves] == [2, 3]
    assert trend.older
    assert not unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"), window=3).older


def test_a_group_reads_what_its_team_reads(past: Past) -> None:
    """The page by code and the page of the manager have the same trend."""
    by_unit = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Gates"))
    assert group_trend(past.session, past.owner, past.group("Gates")) == by_unit


def test_a_reorganisation_starts_another_series(past: Past) -> None:
    """When the pilots have grown, the next quarter counts them by themselves; the old line is not continued."""
    world = past.world
    for number in range(6):
        world.join(f"pilots-new-{number}", "Pilots")
    pulse = world.session.get_one(Pulse, (past.owner, past.pulse_id))
    wave = world.open(pulse)
    world.release(wave)
    trend = unit_trend(past.session, past.owner, past.pulse_id, past.unit("Pilots"))
    assert [each.group_name for each in trend.waves[-2:]] == ["Pilots + Tugs + Operations", "Pilots"]
    assert trend.waves[-1].series != trend.waves[-2].series


def test_the_next_close_is_told(past: Past) -> None:
    """Readers see when there will be more."""
    pulse = past.session.get_one(Pulse, (past.owner, past.pulse_id))
    assert unit_trend(past.session, past.owner, pulse.id, past.unit("Gates")).next_closes_at is None
    wave = past.world.open(pulse)
    assert unit_trend(past.session, past.owner, pulse.id, past.unit("Gates")).next_closes_at == wave.closes_at


def test_an_open_wave_changes_nothing(past: Past) -> None:
    """What has been answered since the last release is nowhere to be seen."""
    pulse = past.session.get_one(Pulse, (past.owner, past.pulse_id))
    wave = past.world.open(pulse)
    before = unit_trend(past.session, past.owner, pulse.id, past.unit("Gates"))
    past.world.answer(wave, "Gates", past.world.codes(wave, "Gates")[0], {"raise-concerns": 5})
    assert unit_trend(past.session, past.owner, pulse.id, past.unit("Gates")) == before


def test_another_organisation_sees_nothing(past: Past) -> None:
    """Ids of one organisation mean nothing in another."""
    other = past.unit("Gates")
    with pytest.raises(NotFound, match="no such pulse"):
        unit_trend(past.session, other, past.pulse_id, past.unit("Gates"))
    with pytest.raises(NotFound, match="no results at this address"):
        group_trend(past.session, other, past.group("Gates"))


def test_drafts_are_no_pulses_to_choose_from(past: Past) -> None:
    """A pulse that was never started has no results and will have none soon."""
    past.world.pulse("Harbour", name="Not yet", state="draft")
    assert [pulse.name for pulse in pulses_of(past.session, past.owner)] == ["Speaking up"]


@pytest.mark.parametrize(("language", "name"), [("en", "Speaking up"), ("de", "Offen sprechen")])
def test_scales_have_their_names_in_the_language(past: Past, language: str, name: str) -> None:
    """The instrument knows its languages."""
    assert pulse_scales(past.session, past.owner, past.pulse_id, language)[0].name == name


def test_a_band_is_written_with_one_decimal() -> None:
    """Shown scores are no more exact than that."""
    assert Band(3.3061, 4.0939).text == "3.3 \N{EN DASH} 4.1"


def test_every_band_holds_its_number(past: Past) -> None:
    """A band around a released number contains the number."""
    for row in past.session.scalars(select(TeamEstimate)):
        assert row.low <= row.estimate <= row.high


@pytest.mark.parametrize("with_group", [True, False])
def test_the_code_of_a_group_opens_it(past: Past, *, with_group: bool) -> None:
    """With the link's group or by the code alone, typed as people type."""
    group = past.group("Gates")
    typed = show_code(results_code(past.world.settings.ballot_key, past.owner, group)).lower().replace("-", " ")
    key = past.world.settings.ballot_key
    assert group_for_code(past.session, key, typed, group if with_group else None).id == group


@pytest.mark.parametrize("kind", ["results", "log"])
def test_codes_of_others_open_nothing(past: Past, kind: str) -> None:
    """Neither the results of another group nor the log's code is a key to these results."""
    key = past.world.settings.ballot_key
    wrong = {
        "results": results_code(key, past.owner, past.group("Cranes")),
        "log": log_code(key, past.owner, past.group("Gates")),
    }
    with pytest.raises(NotFound, match="not the code of these results"):
        group_for_code(past.session, key, wrong[kind], past.group("Gates"))


def test_what_cannot_be_a_code_is_refused(past: Past) -> None:
    """The message does not repeat what was typed."""
    with pytest.raises(UnknownBallot) as refused:
        group_for_code(past.session, past.world.settings.ballot_key, "hunter2", past.group("Gates"))
    assert "hunter2" not in str(refused.value)
