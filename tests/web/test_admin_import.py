"""The pages on which a roster file is looked at and taken in."""

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.services.accounts.access import Viewer
from surveyapp.store.people import Member
from surveyapp.store.uploads import Upload
from tests.fixtures.accounts import add_account, read_german, ticket_of
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World

IMPORT = "/app/admin/people/import"
HEAD = "person_id,name,email,unit\n"
ZOE = "zoe,Zoe <Zed>,zoe@example.org,Harbour / Operations / Gates\n"


@pytest.fixture
def admin(visit: Callable[..., Visitor], harbour: World, grace: Viewer) -> Visitor:
    """Give the browser of grace."""
    browser = visit(ticket_of(harbour, "grace"))
    # What the fixtures still read would keep their session from writing after the pages did.
    harbour.session.commit()
    return browser


def send(admin: Visitor, content: str | bytes, **fields: object) -> TestResponse:
    """Upload a file."""
    raw = content.encode() if isinstance(content, str) else content
    return admin.post(IMPORT, file=(io.BytesIO(raw), "roster.csv"), **fields)


def report(admin: Visitor, content: str | bytes, **fields: object) -> tuple[str, str]:
    """Upload a file and return the address and text of its report."""
    address = send(admin, content, **fields).headers["Location"]
    return address, admin.get(address).text


def confirm(admin: Visitor, address: str) -> TestResponse:
    """Press the button of a report."""
    digest = re.search(r'name="digest"[^>]*value="([^"]*)"', admin.get(address).text)
    assert digest is not None
    return admin.post(address, digest=digest[1])


def known(world: World, code: str) -> bool:
    """Tell whether somebody is in the database."""
    world.session.commit()
    return world.session.scalars(select(Member).where(Member.code == code)).first() is not None


def test_nothing_is_changed_before_somebody_says_so(admin: Visitor, harbour: World) -> None:
    """The report names everybody, with what their names contain made harmless."""
    _, text = report(admin, HEAD + ZOE)
    assert "Zoe &lt;Zed&gt;" in text
    assert "Make these changes" in text
    assert not known(harbour, "zoe")


def test_the_changes_are_made_when_somebody_says_so(admin: Visitor, harbour: World) -> None:
    """The file is gone afterwards, and the page says what happened."""
    address, _ = report(admin, HEAD + ZOE)
    reply = confirm(admin, address)
    assert reply.headers["Location"] == f"{IMPORT}/done"
    assert "1 joining" in admin.get(f"{IMPORT}/done").text
    assert known(harbour, "zoe")
    assert harbour.session.scalars(select(Upload)).all() == []


def test_a_second_click_finds_the_file_gone(admin: Visitor) -> None:
    """It says so, and changes nothing."""
    address, _ = report(admin, HEAD + ZOE)
    confirm(admin, address)
    assert admin.post(address, digest="x").status_code == 404


def test_every_bad_row_is_on_the_page(admin: Visitor, harbour: World) -> None:
    """And there is no button that would import the rest."""
    address, text = report(admin, HEAD + ZOE + "".join(f"y{i},,y{i}@,Nowhere // here\n" for i in range(120)))
    assert "360 cells to correct" in text
    assert text.count("an address such as ann@example.org") == 120
    assert "Make these changes" not in text
    assert admin.post(address, digest="").headers["Location"] == address
    assert not known(harbour, "zoe")


def test_what_is_wrong_can_be_downloaded(admin: Visitor) -> None:
    """As a table with row, column, value and what would be right."""
    address, _ = report(admin, HEAD + "y,Yan,yan@,Harbour\n")
    lines = admin.get(f"{address}/report.csv").data.decode("utf-8-sig").splitlines()
    assert lines == ["row,column,value,expected", "2,email,yan@,an address such as ann@example.org"]


def test_what_would_change_can_be_downloaded(admin: Visitor) -> None:
    """As a table with before and after."""
    address, _ = report(admin, HEAD + ZOE)
    rows = admin.get(f"{address}/report.csv").data.decode("utf-8-sig").splitlines()
    assert rows[1] == "joins,zoe,Zoe <Zed>,,Harbour / Operations / Gates,2026-03-02"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a table with a header row"),
        (b"PK\x03\x04", "saved as CSV"),
        (b"person_id,name,email\n1,Ann,ann@example.org\n", "unit_code"),
        (b"name,unit\nAnn,Harbour\n", "person_id, email"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_on_the_form(admin: Visitor, content: bytes, words: str) -> None:
    """With what would be right, and nothing kept."""
    reply = send(admin, content)
    assert reply.status_code == 422
    assert words in reply.text


def test_a_german_page_refuses_in_german(admin: Visitor, harbour: World) -> None:
    """With the same rows, names and numbers; the download speaks like the page, under the headings of the file."""
    read_german(harbour)
    address, text = report(admin, HEAD + ZOE + "zoe,Yan,yan@,Harbour\n")
    assert "jede Person einmal und mit eigener Adresse; Zeile 2 hat dasselbe" in text
    assert "eine Adresse wie ann@example.org" in text
    assert "eine Adresse wie" in admin.get(f"{address}/report.csv").text
    _, text = report(admin, HEAD + "bob,Bob Lee,bob@example.org,Harbour / Operations / Cranes\n")
    assert "Name: Bob -&gt; Bob Lee" in text
    refused = send(admin, "name,unit\nAnn,Harbour\n").text
    assert "Spalten: &#39;name, unit&#39; geht nicht; erwartet wird auch person_id, email" in refused


def test_a_form_without_a_file_says_so(admin: Visitor) -> None:
    """Rather than reading nothing."""
    reply = admin.post(IMPORT)
    assert (reply.status_code, "Choose a file." in reply.text) == (422, True)


def test_a_complete_file_that_lets_most_people_go_warns(admin: Visitor) -> None:
    """And one that is not declared complete does not."""
    assert "Please look twice." in report(admin, HEAD + ZOE, complete="y")[1]
    assert "Please look twice." not in report(admin, HEAD + ZOE)[1]


def test_a_roster_that_changed_meanwhile_is_looked_at_again(admin: Visitor, harbour: World) -> None:
    """What somebody agreed to is what happens, or nothing."""
    address, text = report(admin, HEAD + ZOE)
    harbour.session.commit()
    digest = re.search(r'name="digest"[^>]*value="([^"]*)"', text)
    assert digest is not None
    harbour.join("zoe", "Tugs")
    harbour.session.commit()
    reply = admin.post(address, digest=digest[1])
    assert reply.headers["Location"] == address
    assert "no longer the same" in admin.get(address).text


def test_the_file_of_another_admin_is_not_there(admin: Visitor, harbour: World, visit: Callable[..., Visitor]) -> None:
    """Each looks at their own."""
    address, _ = report(admin, HEAD + ZOE)
    add_account(harbour, "ivan", admin="Harbour")
    assert visit(ticket_of(harbour, "ivan")).get(address).status_code == 404


def test_a_file_can_be_forgotten(admin: Visitor, harbour: World) -> None:
    """Nothing is left of it."""
    address, _ = report(admin, HEAD + ZOE)
    assert admin.post(f"{address}/drop").status_code == 303
    assert admin.get(address).status_code == 404
    assert not known(harbour, "zoe")


def test_open_waves_are_named_because_they_keep_their_roster(admin: Visitor, harbour: World, clock: Clock) -> None:
    """Whoever imports a roster while answers come in learns that it is for the next wave."""
    wave = harbour.open(harbour.pulse("Harbour"))
    harbour.session.commit()
    clock.moment = wave.opens_at
    admin.sign_in(ticket_of(harbour, "grace"))
    assert "Open waves keep the roster" in report(admin, HEAD + ZOE)[1]


def test_the_example_can_be_imported(admin: Visitor) -> None:
    """It shows the format, so it has to be right."""
    _, text = report(admin, admin.get(f"{IMPORT}/example.csv").data)
    assert "Make these changes" in text


def test_the_roster_can_be_downloaded_and_imported_again(admin: Visitor) -> None:
    """Nothing changes by it."""
    content = admin.get("/app/admin/people/roster.csv").data
    assert "Nothing would change" in report(admin, content, complete="y")[1]
