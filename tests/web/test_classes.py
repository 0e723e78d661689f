"""Waves by an attribute on the pages: chosen by an admin, said before answering, read by everybody alike."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient

from surveyapp.privacy.ballots import show_code
from surveyapp.services.answering import find_page
from surveyapp.services.team_codes import results_code
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.classes import ByFunction, place_of, planned
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World


def seen(html: str) -> str:
    """Return what a reader sees, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells(html: str) -> list[str]:
    """Return the cells of the tables of a page."""
    return [seen(each) for each in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", html, re.DOTALL)]


def test_an_admin_chooses_by_what_people_are_counted(classed: World, visit: Callable[..., Visitor]) -> None:
    """The page says who would be in which class; what cannot be chosen says why; the choice stands on the pulse."""
    add_account(classed, "grace", admin="Harbour")
    pulse = classed.pulse("Harbour")
    wave = planned(classed, pulse)
    visitor, here = visit(ticket_of(classed, "grace")), f"/app/admin/pulses/{pulse.id}"
    page = seen(visitor.get(f"{here}/attribute").text)
    assert "Chaplain + " in page
    assert "This cannot be chosen. Fewer than two classes have enough people for a number." in page
    refused = visitor.post(f"{here}/attribute", attribute="service")
    assert (refused.status_code, "Fewer than two classes" in refused.text) == (422, True)
    assert visitor.post(f"{here}/attribute", attribute="function").status_code == 303
    assert f"{wave.number} by function" in seen(visitor.get(here).text)


def test_everybody_reads_the_same_classes(
    by_function: ByFunction, client: FlaskClient, visit: Callable[..., Visitor], clock: Clock
) -> None:
    """Who answered, manager and file: the same cells; the team's page leads there and has none of them."""
    world, pulse, wave = by_function.world, by_function.pulse, by_function.wave
    clock.moment = wave.closes_at
    add_account(world, "alice", manager="Cranes")
    visitor = visit(ticket_of(world, "alice"))
    page = visitor.get(f"/app/classes/{pulse.id}").text
    group = place_of(world, wave, "Office").group_id
    code = {"code": show_code(results_code(world.settings.ballot_key, world.organisation_id, group))}
    public = client.post(f"/results/{group}", data=code).text
    assert cells(page) == cells(public)
    assert "not shown fewer than 15 answers could be counted" in seen(page)
    files = [
        visitor.get(f"/app/classes/{pulse.id}/results.csv").data,
        client.post(f"/results/{group}/results.csv", data=code).data,
    ]
    assert files[0] == files[1]
    for row in list(csv.reader(io.StringIO(files[0].decode("utf-8-sig"))))[1:]:
        assert row[3] in cells(page)
        assert row[5].removeprefix("not shown: ") in " ".join(cells(page))
    assert "Ergebnisse nach Klassen" in client.post(f"/results/{group}?lang=de", data=code).text
    team = visitor.get(f"/app/teams/{world.units['Cranes'].id}").text
    assert f'href="/app/classes/{pulse.id}"' in team


def test_people_read_their_class_before_they_answer(by_function: ByFunction, client: FlaskClient, clock: Clock) -> None:
    """Above the first statement: the class, that no team gets a number, and who sees what, in both languages."""
    wave = by_function.wave
    clock.moment = wave.opens_at
    slug = place_of(by_function.world, wave, "Crew").slug
    page = find_page(by_function.world.session, slug, wave.opens_at)
    wave.state = "open"
    by_function.world.session.commit()
    html = client.get(f"/answer/{slug}?lang=en").text
    before = seen(html[: html.index("<fieldset")])
    assert f"{page.group_name}, {page.group_size} people" in before
    assert "This time people are counted by function, all over the organisation, and not by team." in before
    assert "in which at least 15 others are counted" in before
    assert "A manager's own answers" not in before
    assert "nach Funktion" in seen(client.get(f"/answer/{slug}?lang=de").text)
