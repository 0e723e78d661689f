"""A wave with results by an attribute, from choosing it to its release."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from surveyapp.errors import Conflict, Invalid
from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.services.answering import find_page
from surveyapp.services.installation.attacking import audit_organisation
from surveyapp.services.pulses.attributes import choose_attribute, coming_wave, expected_by
from surveyapp.services.pulses.running import Stricter, make_stricter
from surveyapp.services.pulses.terms import FLOORS
from surveyapp.services.pulses.waves import open_wave
from surveyapp.services.results.chain import broken_links
from surveyapp.services.results.classes import class_results, class_rows, natural, pulse_by_class
from surveyapp.services.results.overviews import organisation_tree, together_trend
from surveyapp.services.results.reading import unit_trend
from surveyapp.services.roster import importing
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.organisation import ReportingGroup, ReportingGroupUnit
from surveyapp.store.pulses import WaveGroup
from surveyapp.store.releases import OrganisationFigure, ReleaseRow
from tests.fixtures.classes import SUNDAY, ByFunction, place_of, planned
from tests.fixtures.world import World


def test_everybody_is_in_one_class_and_reads_it_before_answering(classed: World) -> None:
    """Small classes are counted together, people without one are a class of their own, and no unit is in any group."""
    pulse = classed.pulse("Harbour")
    wave = planned(classed, pulse)
    choose_attribute(classed.session, pulse, "function", now=SUNDAY)
    open_wave(classed.session, classed.vault, classed.settings.ballot_key, wave)
    names = dict(
        classed.session.execute(
            select(ReportingGroup.name, WaveGroup.roster).join(WaveGroup, WaveGroup.group_id == ReportingGroup.id)
        ).all()
    )
    assert sum(names.values()) == len(classed.members)
    assert classed.session.scalars(select(ReportingGroupUnit)).all() == []
    assert any("Chaplain" in name and "not stated" in name for name in names)
    page = find_page(classed.session, place_of(classed, wave, "Crew").slug, wave.opens_at)
    assert (page.by, page.count_min, page.roster_min, page.comments_open) == ("function", 15, 17, False)


def test_a_class_below_fifteen_counted_has_no_number(by_function: ByFunction) -> None:
    """Fifteen answered and one is left out by chance: fourteen are not enough, and the reason says so."""
    world, pulse, wave = by_function.world, by_function.pulse, by_function.wave
    results = class_results(world.session, world.organisation_id, pulse.id)
    [only] = results.waves
    by_name = {each.group_name: each for each in only.classes}
    crew = next(each for name, each in by_name.items() if "Crew" in name)
    office = next(each for name, each in by_name.items() if "Office" in name)
    figure = crew.figure("scale:speaking-up")
    assert isinstance(figure, Shown)
    assert figure.n == 29
    assert crew.band_text("scale:speaking-up")
    assert isinstance(office.figure("scale:speaking-up"), Withheld)
    assert pulse_by_class(world.session, world.organisation_id, place_of(world, wave, "Crew").group_id) == pulse.id
    header, *rows = class_rows(results, "en")
    crew_row = next(row for row in rows if "Crew" in row[3])
    assert figure.text in crew_row
    assert len(crew_row) == len(header)


def test_nothing_of_it_is_beside_numbers_of_teams(by_function: ByFunction) -> None:
    """No page of a team or unit has the wave; the numbers of the wave before stay as they were; no spread is told."""
    world, pulse, wave = by_function.world, by_function.pulse, by_function.wave
    session, owner, tree = world.session, world.organisation_id, tree_of(world.session, world.organisation_id)
    yard, harbour = world.units["Yard"].id, world.units["Harbour"].id
    assert [each.number for each in unit_trend(session, owner, pulse.id, yard).waves] == [1]
    assert [each.number for each in together_trend(session, owner, pulse.id, tree, harbour).waves] == [1]
    shown = organisation_tree(session, owner, pulse.id, tree, {yard})
    assert [isinstance(each.figure("participation"), Shown) for each in shown] == [True]
    groups = select(WaveGroup.group_id).where(WaveGroup.wave_id == wave.id)
    figures = session.scalars(select(ReleaseRow.figure).where(ReleaseRow.group_id.in_(groups))).all()
    assert {name.partition(":")[0] for name in figures} == {"participation", "item", "scale"}
    assert len({row.release_id for row in session.scalars(select(OrganisationFigure))}) == 1


def test_the_audit_finds_nothing_and_the_chain_holds(by_function: ByFunction) -> None:
    """Everything released by class and by team is attacked together."""
    world = by_function.world
    found = audit_organisation(world.session, world.organisation_id)
    assert (found.findings, found.outsider.exposed, found.talker.exposed) == ((), 0, 0)
    assert broken_links(world.session, world.organisation_id) == []


def test_what_cannot_be_chosen_is_said(classed: World) -> None:
    """An unknown attribute, one with a single class, a part of the organisation, and no planned wave."""
    part, whole = classed.pulse("Operations"), classed.pulse("Harbour", name="Everybody")
    with pytest.raises(Conflict, match="two weeks"):
        choose_attribute(classed.session, whole, "function", now=SUNDAY)
    for pulse in (part, whole):
        planned(classed, pulse)
    with pytest.raises(Conflict, match="a part of it"):
        choose_attribute(classed.session, part, "function", now=SUNDAY)
    with pytest.raises(Conflict, match="Fewer than two classes"):
        choose_attribute(classed.session, whole, "service", now=SUNDAY)
    with pytest.raises(Invalid, match="attribute"):
        choose_attribute(classed.session, whole, "gender", now=SUNDAY)
    for place, member in enumerate(classed.members.values()):
        member.service = f"{place % 13} years"
    with pytest.raises(Conflict, match="more than 12 classes"):
        choose_attribute(classed.session, whole, "service", now=SUNDAY)


def test_a_choice_can_be_taken_back_until_the_wave_opens(classed: World) -> None:
    """Terms follow the choice, stricter ones of the pulse hold in it too, and once people are invited it is fixed."""
    pulse = classed.pulse("Harbour")
    wave = planned(classed, pulse)
    session, owner = classed.session, classed.organisation_id
    choose_attribute(session, pulse, "function", now=SUNDAY)
    make_stricter(session, owner, pulse.id, Stricter(FLOORS, 0, comments=True), now=SUNDAY)
    assert (wave.attribute, wave.count_min, wave.roster_min, wave.comments) == ("function", 15, 17, False)
    choose_attribute(session, pulse, "", now=SUNDAY)
    assert (wave.attribute, wave.count_min, wave.roster_min, wave.comments) == ("", 5, 7, True)
    open_wave(session, classed.vault, classed.settings.ballot_key, wave)
    assert coming_wave(session, pulse) is None
    wave.attribute = "service"
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_roster_file_carries_the_classes(classed: World) -> None:
    """A column sets and corrects them, a blank takes them back, and a file without the column leaves them alone."""
    session, owner = classed.session, classed.organisation_id
    member = classed.members["bob"]
    place = "bob,Bob,bob@example.org,Harbour / Operations / Cranes"
    for head, cell, after in (
        (",function,Dienstalter", ",Crew,3 to 10 years", ("Crew", "3 to 10 years")),
        ("", "", ("Crew", "3 to 10 years")),
        (",function", ",", (None, "3 to 10 years")),
    ):
        table = importing.read_roster(f"person_id,name,email,unit{head}\n{place}{cell}\n".encode())
        plan = importing.plan(session, owner, table, SUNDAY.date())
        importing.apply(session, owner, plan, SUNDAY)
        session.refresh(member)
        assert (member.function, member.service) == after
    table = importing.read_roster(f"person_id,name,email,unit,service\n{place},2020-03-01\n".encode())
    [bad] = importing.plan(session, owner, table, SUNDAY.date()).bad
    assert (bad.column, "many people share" in bad.expected) == ("service", True)


def test_the_preview_says_which_classes_get_a_number(classed: World) -> None:
    """Before choosing, an admin reads how many people are in each class and how likely a number is."""
    pulse = classed.pulse("Harbour")
    expected = expected_by(classed.session, pulse, planned(classed, pulse), "function")
    assert sum(group.people for group in expected.groups) == len(classed.members)
    assert all(0 <= group.chance <= 1 for group in expected.groups)


def test_classes_stand_as_people_sort_them() -> None:
    """Numbers count as numbers."""
    names = ["10 and more", "3 to 10 years", "Crew", "under 3"]
    assert sorted(names, key=natural) == ["3 to 10 years", "10 and more", "Crew", "under 3"]
