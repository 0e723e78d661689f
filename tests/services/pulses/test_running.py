"""Pulses from draft to stop, and what can no longer be changed when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from surveyapp.errors import Conflict, Invalid, NotFound
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.pulses import running as pulses
from surveyapp.services.pulses.reading import list_pulses, open_waves, pulse_card
from surveyapp.services.pulses.running import Stricter
from surveyapp.services.pulses.terms import FLOORS, PulseTerms, check_terms
from surveyapp.store.organisation import AuditEntry
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave
from tests.fixtures.world import World, item_keys

MONDAY = date(2026, 3, 2)
FRIDAY = datetime(2026, 2, 27, 12, tzinfo=UTC)
LONG, SHORT = "speaking-up-autonomy:1", "speaking-up-autonomy-short:1"


def terms(world: World, unit: str = "Harbour", **changes: object) -> PulseTerms:
    """Return allowed terms for a unit, with changes."""
    given = PulseTerms("Speaking up", str(world.units[unit].id), LONG, MONDAY, time_zone="Europe/Berlin")
    return replace(given, **changes)  # type: ignore[arg-type]


def draft(world: World, unit: str = "Harbour", floors: Thresholds = FLOORS, **changes: object) -> UUID:
    """Draft a pulse."""
    return pulses.draft_pulse(
        world.session,
        world.organisation_id,
        terms(world, unit, **changes),
        floors,
        world.settings.instruments,
        now=FRIDAY,
    )


def start(world: World, pulse_id: UUID, now: datetime = FRIDAY) -> Pulse:
    """Start a pulse."""
    pulses.start_pulse(world.session, world.organisation_id, pulse_id, now=now)
    return pulses.find_pulse(world.session, world.organisation_id, pulse_id)


def stricter(world: World, pulse_id: UUID, thresholds: Thresholds, grace_days: int = 0) -> None:
    """Make a running pulse stricter."""
    wanted = Stricter(thresholds, grace_days, comments=False)
    pulses.make_stricter(world.session, world.organisation_id, pulse_id, wanted, now=FRIDAY)


def waves(world: World, pulse_id: UUID) -> list[Wave]:
    """Return the waves of a pulse."""
    return list(world.session.scalars(select(Wave).where(Wave.pulse_id == pulse_id).order_by(Wave.number)))


def test_shipped_instruments_can_be_chosen_before_the_organisation_has_them(harbour: World) -> None:
    """The list is the same before and after the first is copied."""
    before = pulses.instrument_choices(harbour.session, harbour.organisation_id, harbour.settings.instruments)
    assert harbour.session.scalars(select(InstrumentCopy)).all() == []
    draft(harbour)
    after = pulses.instrument_choices(harbour.session, harbour.organisation_id, harbour.settings.instruments)
    assert {LONG, SHORT} <= {each.value for each in before} == {each.value for each in after}


def test_a_draft_has_no_waves(harbour: World) -> None:
    """Nothing happens by itself before somebody starts it."""
    pulse_id = draft(harbour)
    assert pulses.find_pulse(harbour.session, harbour.organisation_id, pulse_id).state == "draft"
    assert waves(harbour, pulse_id) == []


def test_a_draft_can_be_changed_and_read_back(harbour: World) -> None:
    """Every term comes back as it was given."""
    pulse_id = draft(harbour)
    wanted = terms(
        harbour, "Operations", name="Autonomy", instrument=SHORT, cadence_weeks=4, opens_at_minute=600, open_hours=48,
        count_min=6, item_min=9, roster_min=10, grace_days=14, comments=False,
    )  # fmt: skip
    pulses.change_draft(
        harbour.session, harbour.organisation_id, pulse_id, wanted, FLOORS, harbour.settings.instruments
    )
    pulse = pulses.find_pulse(harbour.session, harbour.organisation_id, pulse_id)
    assert pulses.terms_of(harbour.session, pulse) == wanted


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"cadence_weeks": 3}, "cadence_weeks"),
        ({"cadence_weeks": 0}, "cadence_weeks"),
        ({"opens_at_minute": 1440}, "opens_at"),
        ({"open_hours": 0}, "open_hours"),
        ({"cadence_weeks": 1, "open_hours": 168}, "open_hours"),
        ({"time_zone": "Berlin"}, "time_zone"),
        ({"grace_days": 31}, "grace_days"),
        ({"grace_days": -1}, "grace_days"),
        ({"count_min": 4}, "count_min"),
        ({"item_min": 6}, "item_min"),
        ({"roster_min": 6}, "roster_min"),
        ({"count_min": 8, "roster_min": 20}, "item_min"),
        ({"count_min": 6, "roster_min": 7}, "roster_min"),
        ({"roster_min": 1001}, "roster_min"),
        ({"instrument": "speaking-up-autonomy:99"}, "instrument"),
    ],
)
def test_terms_that_are_not_allowed_are_named(harbour: World, changes: dict[str, Any], field: str) -> None:
    """The message belongs to a field of the form."""
    with pytest.raises(Invalid) as refused:
        draft(harbour, **changes)
    assert refused.value.field == field


@pytest.mark.parametrize("unit", ["5b1c0f7e-9a51-4d8e-8d0c-2f6f6f0f3f11", "Harbour", ""])
def test_an_audience_has_to_be_a_unit(harbour: World, unit: str) -> None:
    """Whatever comes in instead of an id is named."""
    wanted = replace(terms(harbour), unit=unit)
    with pytest.raises(Invalid, match="a unit of the organisation"):
        pulses.draft_pulse(
            harbour.session, harbour.organisation_id, wanted, FLOORS, harbour.settings.instruments, now=FRIDAY
        )


def test_waves_may_fill_a_cadence_but_for_an_hour(harbour: World) -> None:
    """No two waves of a pulse are open together."""
    check_terms(terms(harbour, cadence_weeks=1, open_hours=167), FLOORS)


def test_an_installation_can_raise_the_floors_but_not_lower_them(harbour: World) -> None:
    """Where the settings say less than 5, 7 and 7, these still hold."""
    with pytest.raises(Invalid, match="9 or more"):
        draft(harbour, floors=Thresholds(5, 7, 9))
    with pytest.raises(Invalid, match="7 or more"):
        draft(harbour, floors=Thresholds(1, 1, 1), roster_min=6)


def test_a_retired_unit_is_no_audience(harbour: World) -> None:
    """Nobody is in it."""
    harbour.units["Tugs"].retired_on = MONDAY
    harbour.session.commit()
    with pytest.raises(Invalid, match="in use"):
        draft(harbour, "Tugs")


def test_a_started_pulse_has_its_first_wave_at_its_time(harbour: World) -> None:
    """Opening hour and time zone are those of the pulse."""
    pulse = start(harbour, draft(harbour, opens_at_minute=8 * 60, open_hours=80))
    (wave,) = waves(harbour, pulse.id)
    assert (pulse.state, wave.state) == ("running", "scheduled")
    assert wave.opens_at == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert wave.closes_at - wave.opens_at == timedelta(hours=80)


def test_a_pulse_whose_first_opening_is_over_does_not_start(harbour: World) -> None:
    """Its first wave would be shorter than promised."""
    with pytest.raises(Conflict, match="later first day"):
        start(harbour, draft(harbour), datetime(2026, 3, 2, 8, 1, tzinfo=UTC))


def test_a_pulse_of_an_audience_that_is_too_small_does_not_start(harbour: World) -> None:
    """Nobody would ever see a number."""
    with pytest.raises(Conflict, match="nobody would ever see"):
        start(harbour, draft(harbour, "Tugs"))


def test_a_pulse_starts_once(harbour: World) -> None:
    """A second click finds it started."""
    pulse_id = draft(harbour)
    start(harbour, pulse_id)
    with pytest.raises(Conflict, match="has started"):
        start(harbour, pulse_id)


@pytest.mark.parametrize("unit", ["Harbour", "Operations", "Gates"])
def test_the_same_people_are_not_asked_the_same_questions_by_two_pulses(harbour: World, unit: str) -> None:
    """Two numbers about overlapping groups could be compared until they give answers away."""
    start(harbour, draft(harbour, "Operations"))
    with pytest.raises(Conflict, match="same questions; stop it first"):
        start(harbour, draft(harbour, unit, instrument=SHORT))


def test_two_pulses_about_different_people_run_side_by_side(harbour: World) -> None:
    """Nobody is in both."""
    start(harbour, draft(harbour, "Cranes"))
    assert start(harbour, draft(harbour, "Gates")).state == "running"


def test_a_new_pulse_waits_for_the_open_wave_of_a_stopped_one(harbour: World) -> None:
    """That wave runs to its promised end."""
    first = harbour.pulse("Harbour")
    wave = harbour.open(first)
    pulses.stop_pulse(harbour.session, harbour.organisation_id, first.id, now=wave.opens_at)
    second = draft(harbour, first_day=date(2026, 4, 6))
    with pytest.raises(Conflict, match="until its last wave has closed"):
        start(harbour, second)
    harbour.release(wave)
    assert start(harbour, second).state == "running"


def test_a_running_pulse_is_no_longer_a_draft(harbour: World) -> None:
    """Neither its terms nor its existence can be taken back."""
    pulse_id = start(harbour, draft(harbour)).id
    with pytest.raises(Conflict):
        pulses.change_draft(
            harbour.session,
            harbour.organisation_id,
            pulse_id,
            terms(harbour, "Gates"),
            FLOORS,
            harbour.settings.instruments,
        )
    with pytest.raises(Conflict):
        pulses.discard_draft(harbour.session, harbour.organisation_id, pulse_id, now=FRIDAY)


def test_a_draft_can_be_discarded(harbour: World) -> None:
    """Nothing is left of it but the audit trail."""
    pulse_id = draft(harbour)
    pulses.discard_draft(harbour.session, harbour.organisation_id, pulse_id, now=FRIDAY)
    with pytest.raises(NotFound):
        pulses.find_pulse(harbour.session, harbour.organisation_id, pulse_id)


def test_thresholds_of_a_running_pulse_can_be_raised(harbour: World) -> None:
    """The planned wave takes them, for nobody has been promised anything yet."""
    pulse = start(harbour, draft(harbour))
    stricter(harbour, pulse.id, Thresholds(6, 8, 9))
    (wave,) = waves(harbour, pulse.id)
    assert (wave.count_min, wave.item_min, wave.roster_min, wave.comments) == (6, 8, 9, False)


@pytest.mark.parametrize("lower", [Thresholds(5, 8, 9), Thresholds(6, 7, 9), Thresholds(6, 8, 8)])
def test_thresholds_of_a_running_pulse_cannot_be_lowered(harbour: World, lower: Thresholds) -> None:
    """Not even to what they were before."""
    pulse = start(harbour, draft(harbour))
    stricter(harbour, pulse.id, Thresholds(6, 8, 9))
    with pytest.raises(Invalid, match="stricter"):
        stricter(harbour, pulse.id, lower)


def test_the_grace_of_a_running_pulse_can_only_become_shorter(harbour: World) -> None:
    """It is how long answers are kept."""
    pulse = start(harbour, draft(harbour, grace_days=7))
    stricter(harbour, pulse.id, FLOORS, grace_days=3)
    with pytest.raises(Invalid, match="at most 3"):
        stricter(harbour, pulse.id, FLOORS, grace_days=4)


def test_an_open_wave_keeps_its_terms_when_the_pulse_gets_stricter(harbour: World) -> None:
    """They were promised to those who answered already."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    stricter(harbour, pulse.id, Thresholds(6, 8, 9))
    harbour.session.refresh(wave)
    assert (wave.count_min, wave.item_min, wave.roster_min, wave.comments) == (5, 7, 7, True)


@pytest.mark.postgres
@pytest.mark.parametrize("change", [{"count_min": 6}, {"item_min": 8}, {"roster_min": 8}, {"grace_days": 1}])
def test_the_database_itself_freezes_the_terms_of_an_open_wave(harbour: World, change: dict[str, int]) -> None:
    """Whoever writes past the services is refused."""
    wave = harbour.open(harbour.pulse("Harbour"))
    with pytest.raises(IntegrityError):
        harbour.session.execute(update(Wave).where(Wave.id == wave.id).values(**change))
    harbour.session.rollback()


def test_a_stopped_pulse_opens_no_further_wave(harbour: World) -> None:
    """The planned one is taken back."""
    pulse = start(harbour, draft(harbour))
    pulses.stop_pulse(harbour.session, harbour.organisation_id, pulse.id, now=FRIDAY)
    assert (pulse.state, waves(harbour, pulse.id)) == ("stopped", [])


def test_an_open_wave_outlives_the_stop_of_its_pulse(harbour: World) -> None:
    """Nobody can end a wave early once answers tell how it goes."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    pulses.stop_pulse(harbour.session, harbour.organisation_id, pulse.id, now=wave.opens_at)
    assert [each.state for each in waves(harbour, pulse.id)] == ["open"]


def test_only_running_pulses_are_stopped_or_made_stricter(harbour: World) -> None:
    """A draft is changed instead."""
    pulse_id = draft(harbour)
    with pytest.raises(Conflict):
        pulses.stop_pulse(harbour.session, harbour.organisation_id, pulse_id, now=FRIDAY)
    with pytest.raises(Conflict):
        stricter(harbour, pulse_id, FLOORS)


def test_every_step_is_in_the_audit_trail(harbour: World) -> None:
    """Who reads it sees what was decided when."""
    pulse_id = start(harbour, draft(harbour)).id
    stricter(harbour, pulse_id, Thresholds(6, 8, 9))
    pulses.stop_pulse(harbour.session, harbour.organisation_id, pulse_id, now=FRIDAY)
    actions = {entry.action for entry in harbour.session.scalars(select(AuditEntry))}
    assert actions == {"draft pulse", "start pulse", "make pulse stricter", "stop pulse"}


def test_the_list_has_running_pulses_first(harbour: World) -> None:
    """Then drafts, then what has ended."""
    stopped = harbour.pulse("Cranes", name="A", state="stopped")
    drafted = draft(harbour, name="B")
    running = harbour.pulse("Gates", name="C")
    found = list_pulses(harbour.session, harbour.organisation_id, FRIDAY)
    assert [line.id for line in found] == [running.id, drafted, stopped.id]
    assert [line.next_opens_at is None for line in found] == [False, False, True]


def test_of_an_open_wave_nothing_is_counted(harbour: World) -> None:
    """The page is the same before and after an answer."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    before = pulse_card(harbour.session, harbour.organisation_id, pulse.id, wave.opens_at)
    keys = item_keys(harbour, wave)
    harbour.fill(wave, "Gates", [dict.fromkeys(keys, 3)] * 10)
    after = pulse_card(harbour.session, harbour.organisation_id, pulse.id, wave.opens_at)
    assert before == after
    assert (after.waves[0].state, after.waves[0].groups, after.waves[0].with_number) == ("open", None, None)


def test_of_a_released_wave_the_groups_with_a_number_are_counted(harbour: World) -> None:
    """As the release says, and nothing else."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 3)] * 10)
    harbour.release(wave)
    card = pulse_card(harbour.session, harbour.organisation_id, pulse.id, wave.closes_at)
    assert (card.waves[0].state, card.waves[0].groups, card.waves[0].with_number) == ("released", 3, 1)


def test_open_waves_are_listed_for_those_who_change_the_roster(harbour: World) -> None:
    """Their rosters stay as they are."""
    pulse = harbour.pulse("Harbour")
    assert open_waves(harbour.session, harbour.organisation_id) == []
    wave = harbour.open(pulse)
    assert open_waves(harbour.session, harbour.organisation_id) == [("Speaking up", wave.closes_at, "Europe/Berlin")]


def test_upcoming_waves_follow_summer_time(harbour: World) -> None:
    """Nine o'clock stays nine o'clock."""
    pulse_id = draft(harbour)
    card = pulse_card(harbour.session, harbour.organisation_id, pulse_id, datetime(2026, 3, 10, tzinfo=UTC))
    assert [opens_at.hour for opens_at, _ in card.upcoming] == [8, 7, 7]
