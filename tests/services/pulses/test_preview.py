"""What a pulse would show before it starts, compared with what it shows afterwards."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.privacy.groups import UnitRoster
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.pulses.preview import (
    USUAL_RESPONSE,
    Participation,
    chance_of_number,
    preview,
    preview_pulse,
    released_participation,
)
from surveyapp.services.pulses.terms import FLOORS
from surveyapp.store.organisation import ReportingGroup
from surveyapp.store.pulses import WaveGroup
from tests.fixtures.world import MONDAY, World, item_keys


def team(people: int) -> list[UnitRoster]:
    """Return an audience of one team."""
    return [UnitRoster(uuid4(), None, "Team", people)]


def test_the_preview_names_who_is_alone_pooled_and_without(harbour: World) -> None:
    """A team's lead counts one level up, and small teams are pooled with their neighbours."""
    found = preview_pulse(harbour.session, harbour.organisation_id, harbour.units["Harbour"].id, FLOORS, 2, MONDAY)
    assert [(group.name, group.people) for group in found.alone] == [("Cranes", 10), ("Gates", 13)]
    assert [(group.units, group.people) for group in found.pooled] == [(("Pilots", "Tugs", "Operations"), 11)]
    assert (found.without, found.people) == ((), 34)


def test_an_audience_that_is_too_small_gets_no_number(harbour: World) -> None:
    """It is named, with its people."""
    found = preview_pulse(harbour.session, harbour.organisation_id, harbour.units["Tugs"].id, FLOORS, 2, MONDAY)
    assert [(group.name, group.people, group.chance) for group in found.without] == [("Tugs", 5, 0.0)]


def test_an_audience_without_anybody_has_no_groups() -> None:
    """An empty unit is no reason to fail."""
    found = preview(team(0), FLOORS, 2)
    assert (found.groups, found.people, found.chosen.people_share) == ((), 0, 0.0)


def test_the_wave_opens_with_the_groups_of_the_preview(harbour: World) -> None:
    """What was shown before the start is what happens."""
    pulse = harbour.pulse("Harbour")
    found = preview_pulse(harbour.session, harbour.organisation_id, pulse.unit_id, FLOORS, 2, MONDAY)
    wave = harbour.open(pulse)
    groups = harbour.session.execute(
        select(ReportingGroup.name, WaveGroup.roster)
        .join(WaveGroup, WaveGroup.group_id == ReportingGroup.id)
        .where(WaveGroup.wave_id == wave.id)
    )
    assert {(name, roster) for name, roster in groups} == {(group.name, group.people) for group in found.groups}


@pytest.mark.parametrize(("roster", "response"), [(7, 0.7), (9, 0.62), (12, 0.8), (40, 0.5)])
def test_the_chance_of_a_number_agrees_with_asking_one_person_after_the_other(roster: int, response: float) -> None:
    """One more than the minimum has to answer, because one answer is left out."""
    answers = [1.0]
    for _ in range(roster):
        silent, given_one = ([share * part for part in answers] for share in (1 - response, response))
        answers = [left + right for left, right in zip([*silent, 0.0], [0.0, *given_one], strict=True)]
    assert chance_of_number(roster, FLOORS, response) == pytest.approx(sum(answers[FLOORS.count_min + 1 :]))


def test_a_small_roster_has_no_chance() -> None:
    """Not even if everybody answers."""
    assert chance_of_number(6, FLOORS, 1.0) == 0.0


@given(
    roster=st.integers(0, 2000),
    more=st.integers(0, 20),
    response=st.floats(0.01, 0.99),
    count_min=st.integers(5, 30),
)
def test_more_people_or_laxer_thresholds_never_lower_the_chance(
    roster: int, more: int, response: float, count_min: int
) -> None:
    """It is a probability, and moves the way one expects."""
    strict, lax = Thresholds(count_min, 30, 7), Thresholds(5, 7, 7)
    chance = chance_of_number(roster, strict, response)
    assert 0.0 <= chance <= chance_of_number(roster + more, strict, response) + 1e-9
    assert chance <= chance_of_number(roster, lax, response) + 1e-9


def test_the_longer_a_cadence_the_more_numbers() -> None:
    """More people answer when they are asked less often."""
    cadences = preview(team(8), FLOORS, 2).cadences
    assert [each.weeks for each in cadences] == [1, 2, 4, 13]
    assert [each.numbers for each in cadences] == sorted(each.numbers for each in cadences)
    assert [each.response for each in cadences] == pytest.approx([0.62, 0.70, 0.80, 0.85])


def test_released_waves_replace_the_usual_response() -> None:
    """Shares are moved together, so that the order of the cadences stays."""
    seen = [Participation(2, 10, 5, 6)] * 40
    found = preview(team(20), FLOORS, 2, seen)
    assert found.observed
    assert found.chosen.response == pytest.approx(0.5, abs=1e-6)
    assert [each.response for each in found.cadences] == sorted(each.response for each in found.cadences)


def test_withheld_participation_counts_as_too_few() -> None:
    """Looking only at groups with a number would make everybody seem eager."""
    shown = [Participation(2, 10, 6, 6)] * 10
    hidden = [Participation(2, 10, None, 6)] * 10
    eager, honest = (preview(team(20), FLOORS, 2, seen).chosen.response for seen in (shown, shown + hidden))
    assert honest < eager - 0.05


@pytest.mark.parametrize("answered", [0, 10])
def test_nobody_or_everybody_answering_stays_within_bounds(answered: int) -> None:
    """Extremes end the search, not the program."""
    found = preview(team(20), FLOORS, 1, [Participation(13, 10, answered, 6)] * 5)
    assert all(0.0 < each.response < 1.0 for each in found.cadences)


def test_participation_is_read_from_releases_alone(harbour: World) -> None:
    """Of a group below the minimum only that is known."""
    wave = harbour.open(harbour.pulse("Harbour"))
    keys = item_keys(harbour, wave)
    harbour.fill(wave, "Gates", [dict.fromkeys(keys, 3)] * 10)
    harbour.fill(wave, "Cranes", [dict.fromkeys(keys, 3)] * 4)
    assert released_participation(harbour.session, harbour.organisation_id) == []
    harbour.release(wave)
    assert sorted(released_participation(harbour.session, harbour.organisation_id), key=lambda each: each.roster) == [
        Participation(2, 10, None, 6),
        Participation(2, 11, None, 6),
        Participation(2, 13, 10, 6),
    ]


def test_every_cadence_has_a_usual_response() -> None:
    """The longer the pause, the higher."""
    assert list(USUAL_RESPONSE) == sorted(USUAL_RESPONSE)
    assert list(USUAL_RESPONSE.values()) == sorted(USUAL_RESPONSE.values())
