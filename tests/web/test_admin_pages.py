"""The pages about people, units and pulses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from surveyapp.services.accounts.access import Viewer
from surveyapp.store.organisation import Unit
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.web.admin import units
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.site import Clock
from tests.fixtures.staff import TOKEN, Visitor
from tests.fixtures.world import World, item_keys

UNITS, PEOPLE, PULSES = "/app/admin/units", "/app/admin/people", "/app/admin/pulses"


@pytest.fixture
def admin(visit: Callable[..., Visitor], harbour: World, grace: Viewer) -> Visitor:
    """Give the browser of grace."""
    browser = visit(ticket_of(harbour, "grace"))
    # What the fixtures still read would keep their session from writing after the pages did.
    harbour.session.commit()
    return browser


def pulse_fields(world: World, **changes: object) -> dict[str, object]:
    """Return what the form about a pulse sends."""
    fields: dict[str, object] = {
        "name": "Speaking up",
        "instrument": "speaking-up-autonomy:1",
        "unit": world.units["Harbour"].id,
        "cadence_weeks": 2,
        "first_day": "2026-03-09",
        "opens_at": "09:30",
        "open_hours": 96,
        "time_zone": "Europe/Berlin",
        "count_min": 5,
        "item_min": 7,
        "roster_min": 7,
        "grace_days": 0,
        "comments": "y",
    }
    return fields | changes


def only_pulse(world: World) -> Pulse:
    """Return the one pulse that there is, as the database has it now."""
    world.session.commit()
    return world.session.scalars(select(Pulse)).one()


def draft(admin: Visitor, world: World, **changes: object) -> str:
    """Draft a pulse through its form and return the address of its page."""
    reply = admin.post(f"{PULSES}/new", **pulse_fields(world, **changes))
    assert reply.status_code == 303, reply.text
    return f"{PULSES}/{only_pulse(world).id}"


def without_token(page: str) -> str:
    """Leave out the token of forms, which is another one every second."""
    return TOKEN.sub("", page)


def test_the_list_of_people_is_searched_and_sorted(admin: Visitor) -> None:
    """Nothing about answering stands in it."""
    page = admin.get(f"{PEOPLE}?q=cranes&order=since&down=1").text
    assert "11 people" in page
    assert 'aria-sort="descending"' in page
    assert "answer" not in page.split("<main")[1].lower()


def test_the_pages_of_people_keep_what_is_looked_for(admin: Visitor, harbour: World) -> None:
    """The next page is of the same search, in the same order."""
    harbour.unit("Yard", "Harbour", people=60)
    harbour.session.commit()
    page = admin.get(f"{PEOPLE}?q=yard&order=code&unit={harbour.units['Yard'].id}").text
    assert "Page 1 of 2" in page
    link = f"q=yard&amp;unit={harbour.units['Yard'].id}"
    assert "page=2" in page
    assert link in page or "unit=" in page


def test_nonsense_in_an_address_is_no_failure(admin: Visitor) -> None:
    """Whatever somebody types after the question mark."""
    assert admin.get(f"{PEOPLE}?order=password&unit=x&page=zz&down=7").status_code == 200


def test_an_organisation_without_anybody_is_led_to_the_import(visit: Callable[..., Visitor], world: World) -> None:
    """The first page of a new installation says what to do."""
    add_account(world, "grace", admin="Harbour")
    visitor = visit(ticket_of(world, "grace"))
    assert "Nobody is on the roster yet" in visitor.get(PEOPLE).text
    assert "There is no pulse yet" in visitor.get(PULSES).text


def test_a_unit_is_added_renamed_retired_and_reopened(admin: Visitor, harbour: World) -> None:
    """Each step leads back to the page of the unit."""
    top = f"{UNITS}/{harbour.units['Operations'].id}"
    page = admin.post(f"{top}/add", name="Whaling", code="").headers["Location"]
    admin.post(f"{page}/rename", name="Whale watching", code="W1")
    assert "Retire Whale watching?" in admin.get(f"{page}/retire").text
    admin.post(f"{page}/retire")
    assert "retired" in admin.get(page).text
    assert "Whale" not in admin.get(UNITS).text
    assert "Whale watching" in admin.get(f"{UNITS}?retired=1").text
    admin.post(f"{page}/reopen")
    harbour.session.commit()
    unit = harbour.session.scalars(select(Unit).where(Unit.code == "W1")).one()
    assert (unit.name, unit.retired_on) == ("Whale watching", None)


def test_a_name_that_is_taken_is_said_at_its_field(admin: Visitor, harbour: World) -> None:
    """What was typed is still there."""
    reply = admin.post(f"{UNITS}/{harbour.units['Operations'].id}/add", name="Tugs", code="T9")
    assert reply.status_code == 422
    assert 'href="#name"' in reply.text
    assert 'value="T9"' in reply.text


def test_a_unit_with_people_says_why_it_stays(admin: Visitor, harbour: World) -> None:
    """And retiring it all the same is refused."""
    page = f"{UNITS}/{harbour.units['Tugs'].id}"
    assert "People belong to it" in admin.get(f"{page}/retire").text
    assert admin.post(f"{page}/retire").status_code == 409


def test_units_are_searched_by_name_or_code(admin: Visitor) -> None:
    """The way to what is found stands beside it."""
    page = admin.get(f"{UNITS}?q=TUG").text
    assert "Harbour / Operations / Tugs" in page
    assert "Gates" not in page


def test_a_large_tree_shows_its_upper_levels(admin: Visitor, harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is below is found by a search."""
    monkeypatch.setattr(units, "MOST_LINES", 5)
    page = admin.get(UNITS).text
    assert ("Operations" in page, "Tugs" in page, "upper levels" in page) == (True, False, True)
    assert "Tugs" in admin.get(f"{UNITS}?q=tugs").text


def test_a_pulse_is_drafted_previewed_and_started(admin: Visitor, harbour: World) -> None:
    """Before it starts the page names the groups and who is pooled with whom."""
    page = draft(admin, harbour)
    preview = admin.get(f"{page}/start").text
    assert "Pilots + Tugs + Operations" in preview
    assert "34 people would be asked" in preview
    assert only_pulse(harbour).state == "draft"
    admin.post(f"{page}/start")
    pulse = only_pulse(harbour)
    assert (pulse.state, pulse.opens_at_minute) == ("running", 570)
    assert "planned" in admin.get(page).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"instrument": "x:1"}, "instrument"),
        ({"unit": "x"}, "unit"),
        ({"cadence_weeks": 3}, "cadence_weeks"),
        ({"first_day": "soon"}, "first_day"),
        ({"first_day": "0001-01-01"}, "first_day"),
        ({"opens_at": "noon"}, "opens_at"),
        ({"open_hours": 500}, "open_hours"),
        ({"open_hours": "four"}, "open_hours"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"count_min": 4}, "count_min"),
        ({"roster_min": ""}, "roster_min"),
        ({"grace_days": 31}, "grace_days"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    admin: Visitor, harbour: World, changes: dict[str, object], field: str
) -> None:
    """Nothing is drafted, and what else was typed is still there."""
    reply = admin.post(f"{PULSES}/new", **pulse_fields(harbour, **changes))
    assert reply.status_code == 422
    assert f'href="#{field}"' in reply.text
    assert field == "name" or 'value="Speaking up"' in reply.text
    harbour.session.commit()
    assert harbour.session.scalars(select(Pulse)).all() == []


def test_a_draft_is_changed_and_discarded(admin: Visitor, harbour: World) -> None:
    """The form starts with what was decided."""
    page = draft(admin, harbour)
    assert 'value="09:30"' in admin.get(f"{page}/edit").text
    admin.post(f"{page}/edit", **pulse_fields(harbour, name="Another name", cadence_weeks=4))
    assert (only_pulse(harbour).name, only_pulse(harbour).cadence_weeks) == ("Another name", 4)
    assert "Discard Another name?" in admin.get(f"{page}/discard").text
    admin.post(f"{page}/discard")
    assert admin.get(page).status_code == 404


def test_a_pulse_that_cannot_start_says_why(admin: Visitor, harbour: World) -> None:
    """And there is no button to start it."""
    page = draft(admin, harbour, unit=harbour.units["Tugs"].id)
    preview = admin.get(f"{page}/start").text
    assert "nobody would ever see a number" in preview
    assert "Start the pulse" not in preview
    assert admin.post(f"{page}/start").status_code == 409


def test_a_running_pulse_is_made_stricter_and_never_laxer(admin: Visitor, harbour: World) -> None:
    """The form says at the field what is not possible."""
    page = draft(admin, harbour)
    admin.post(f"{page}/start")
    fields = {"count_min": 6, "item_min": 8, "roster_min": 10, "grace_days": 0}
    assert admin.post(f"{page}/stricter", **fields).status_code == 303
    assert only_pulse(harbour).roster_min == 10
    reply = admin.post(f"{page}/stricter", **(fields | {"item_min": 7}))
    assert (reply.status_code, 'href="#item_min"' in reply.text) == (422, True)


def test_a_running_pulse_cannot_be_edited_like_a_draft(admin: Visitor, harbour: World) -> None:
    """Even if somebody keeps the form open."""
    page = draft(admin, harbour)
    admin.post(f"{page}/start")
    reply = admin.post(f"{page}/edit", **pulse_fields(harbour, name="Other"))
    assert (reply.status_code, "has started" in reply.text) == (422, True)


def test_the_page_of_a_pulse_is_silent_while_a_wave_is_open(admin: Visitor, harbour: World, clock: Clock) -> None:
    """Not a byte tells whether somebody has answered."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    harbour.session.commit()
    clock.moment = wave.opens_at + timedelta(hours=1)
    admin.sign_in(ticket_of(harbour, "grace"))
    pages = (PULSES, f"{PULSES}/{pulse.id}", f"{PULSES}/{pulse.id}/stop", PEOPLE, UNITS)
    before = [without_token(admin.get(page).text) for page in pages]
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 3)] * 10)
    harbour.session.commit()
    assert [without_token(admin.get(page).text) for page in pages] == before


def test_a_pulse_is_stopped_after_a_question(admin: Visitor, harbour: World, clock: Clock) -> None:
    """The open wave goes on, and the question says so."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    harbour.session.commit()
    clock.moment = wave.opens_at
    admin.sign_in(ticket_of(harbour, "grace"))
    assert "stays open until" in admin.get(f"{PULSES}/{pulse.id}/stop").text
    admin.post(f"{PULSES}/{pulse.id}/stop")
    harbour.session.commit()
    assert (only_pulse(harbour).state, harbour.session.scalars(select(Wave)).one().state) == ("stopped", "open")


def test_a_released_wave_tells_how_many_groups_have_a_number(admin: Visitor, harbour: World) -> None:
    """From the release, as everybody may read it."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 3)] * 10)
    harbour.release(wave)
    harbour.session.commit()
    assert "1 of 3" in admin.get(f"{PULSES}/{pulse.id}").text


def test_a_wave_whose_release_is_held_up_says_where_to_look(admin: Visitor, harbour: World) -> None:
    """Until it is released; then there is nothing to say."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    address = f"{PULSES}/{pulse.id}"
    wave.state = "closed"
    harbour.session.commit()
    assert "surveyapp doctor" in admin.get(address).text
    harbour.release(wave)
    harbour.session.commit()
    assert "surveyapp doctor" not in admin.get(address).text
