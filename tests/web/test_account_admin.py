"""Admins add accounts, give roles and disable: the pages."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from surveyapp.services.accounts.access import Viewer
from surveyapp.services.accounts.managing import disable_account, find_account
from surveyapp.services.accounts.signing_in import authenticate
from surveyapp.web.wiring import create_app
from tests.fixtures.accounts import NOON, PASSWORD, add_account, ticket_of
from tests.fixtures.mail import MailServer
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World

ACCOUNTS = "/app/admin/accounts"
NEW_PASSWORD = "a tug in the basin"


@pytest.fixture
def admin(visit: Callable[..., Visitor], harbour: World, grace: Viewer) -> Visitor:
    """Give the browser of grace."""
    return visit(ticket_of(harbour, "grace"))


def add_heidi(admin: Visitor, world: World, **changes: object) -> TestResponse:
    """Fill in the form for a new account."""
    fields: dict[str, object] = {
        "email": "heidi@example.org",
        "name": "Heidi",
        "language": "de",
        "role": "manager",
        "unit": world.units["Gates"].id,
    }
    return admin.post(f"{ACCOUNTS}/new", **(fields | changes))


def roles_of(world: World, grace: Viewer, viewer: Viewer) -> list[tuple[str, str]]:
    """Return what an account may do, as the database has it now."""
    world.session.commit()
    return [(held.role, held.unit_name) for held in find_account(world.session, grace, viewer.account_id).roles]


def test_a_new_account_is_handed_over_by_a_code(admin: Visitor, harbour: World) -> None:
    """Without a mail server the code is shown once, and opens the way to a password."""
    page = add_heidi(admin, harbour)
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.text)
    assert code is not None
    fields = {"code": code[0], "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert Visitor(admin.app).post("/app/reset", **fields).status_code == 303
    harbour.session.commit()
    assert authenticate(harbour.session, b"k", "heidi@example.org", NEW_PASSWORD, NOON).session_version == 2


def test_the_code_is_in_no_cookie_and_no_address(admin: Visitor, harbour: World) -> None:
    """It stands on the page only."""
    page = add_heidi(admin, harbour)
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.text)
    assert code is not None
    assert f'"{code[0]}' not in page.text
    assert "Set-Cookie" not in page.headers


def test_a_new_account_gets_its_code_by_mail(
    harbour: World, clock: Clock, grace: Viewer, smtp_server: MailServer
) -> None:
    """In the language of its owner; the page then shows no code."""
    admin = Visitor(create_app(replace(harbour.settings, mail_url=smtp_server.url), clock))
    admin.sign_in(ticket_of(harbour, "grace"))
    assert add_heidi(admin, harbour).status_code == 303
    mail = smtp_server.messages[0]
    assert mail["To"] == "Heidi <heidi@example.org>"
    assert mail["Content-Language"] == "de"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"email": "heidi"}, "Type an address such as alice@example.org."),
        ({"email": "grace@example.org"}, "There is an account for grace@example.org already"),
        ({"name": "  "}, "Type a name."),
        ({"unit": ""}, "Choose the unit."),
        ({"unit": "5b1d5c0e-0000-4000-8000-000000000000"}, "Not a valid choice."),
        ({"role": "king"}, "Not a valid choice."),
        ({"role": "admin"}, "admins look after the whole organisation"),
    ],
)
def test_what_cannot_be_added_is_explained(
    admin: Visitor, harbour: World, change: dict[str, object], complaint: str
) -> None:
    """What was typed is kept."""
    reply = add_heidi(admin, harbour, **change)
    assert reply.status_code in {409, 422}
    assert complaint in reply.text
    assert 'value="Heidi"' in reply.text or "name" in change


def test_an_address_of_an_intranet_is_an_address(admin: Visitor, harbour: World) -> None:
    """Not every organisation has a domain that the rest of the world can reach."""
    assert add_heidi(admin, harbour, email="heidi@harbour.local").status_code == 200


def test_the_list_finds_and_pages(admin: Visitor, harbour: World) -> None:
    """A search goes on through the pages."""
    for number in range(26):
        add_heidi(admin, harbour, email=f"heidi-{number}@example.org")
    assert "grace@example.org" not in admin.get(f"{ACCOUNTS}?q=heidi").text
    assert f"{ACCOUNTS}?q=heidi&amp;page=2" in admin.get(f"{ACCOUNTS}?q=heidi").text
    assert admin.get(f"{ACCOUNTS}?q=heidi&page=2").text.count("heidi-") == 1


def test_a_search_that_finds_nobody_says_so(admin: Visitor) -> None:
    """Instead of an empty table."""
    assert "Nobody found" in admin.get(f"{ACCOUNTS}?q=zeppelin").text


def test_a_role_is_given_and_taken_away(admin: Visitor, harbour: World, grace: Viewer, alice: Viewer) -> None:
    """The page shows what the account may do."""
    page = f"{ACCOUNTS}/{alice.account_id}"
    admin.post(f"{page}/roles", role="coach", unit=harbour.units["Operations"].id)
    assert roles_of(harbour, grace, alice) == [("manager", "Cranes"), ("coach", "Operations")]
    given = find_account(harbour.session, grace, alice.account_id).roles[1]
    assert f"{page}/roles/{given.id}/remove" in admin.get(page).text
    admin.post(f"{page}/roles/{given.id}/remove")
    assert roles_of(harbour, grace, alice) == [("manager", "Cranes")]


def test_a_role_that_cannot_be_given_is_explained(admin: Visitor, harbour: World, alice: Viewer) -> None:
    """At the field that is wrong."""
    fields = {"role": "admin", "unit": harbour.units["Cranes"].id}
    reply = admin.post(f"{ACCOUNTS}/{alice.account_id}/roles", **fields)
    assert reply.status_code == 422
    assert "not Cranes" in reply.text


def test_disabling_asks_first_and_signs_out(
    admin: Visitor, visit: Callable[..., Visitor], harbour: World, alice: Viewer
) -> None:
    """The question changes nothing; the answer takes effect at once."""
    hers, page = visit(ticket_of(harbour, "alice")), f"{ACCOUNTS}/{alice.account_id}/disable"
    assert "Disable the account of Alice?" in admin.get(page).text
    assert hers.get("/app/account").status_code == 200
    admin.post(page)
    assert hers.get("/app/account").status_code == 303


def test_a_disabled_account_is_marked_and_can_be_enabled(
    admin: Visitor, harbour: World, grace: Viewer, alice: Viewer
) -> None:
    """From its page."""
    disable_account(harbour.session, grace, alice.account_id, NOON)
    page = f"{ACCOUNTS}/{alice.account_id}"
    assert "disabled" in admin.get(page).text
    admin.post(f"{page}/enable")
    assert "disabled" not in admin.get(page).text
    harbour.session.commit()
    ticket = authenticate(harbour.session, b"k", alice.email, PASSWORD, NOON)
    assert ticket.account_id == alice.account_id


def test_ones_own_account_has_no_button_to_disable_it(admin: Visitor, grace: Viewer) -> None:
    """And sending the form anyway is refused."""
    page = f"{ACCOUNTS}/{grace.account_id}"
    assert f"{page}/disable" not in admin.get(page).text
    assert admin.post(f"{page}/disable").status_code == 409


def test_a_name_is_text_wherever_it_stands(admin: Visitor, harbour: World) -> None:
    """A name with angle brackets is shown, not obeyed."""
    viewer = add_account(harbour, "<script>alert(1)</script>")
    for page in (ACCOUNTS, f"{ACCOUNTS}/{viewer.account_id}", f"{ACCOUNTS}/{viewer.account_id}/disable"):
        assert "<script>alert" not in admin.get(page).text.lower()
