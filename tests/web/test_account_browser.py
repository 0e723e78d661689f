"""The account pages in a real browser: no barriers, and a code that leaves the address at once."""

import pytest

from surveyapp.services.accounts.access import Viewer
from surveyapp.services.accounts.resetting import request_reset
from tests.fixtures.accounts import NOON, PASSWORD
from tests.fixtures.watching import OpenPage, Watched
from tests.fixtures.world import World

pytestmark = pytest.mark.browser
NEW_PASSWORD = "a tug in the basin"
ACCOUNTS = "/app/admin/accounts"


def sign_in(watched: Watched, email: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page and arrive."""
    watched.page.goto("/app/account")
    watched.page.get_by_label("E-mail address").fill(email)
    watched.page.get_by_label("Password").fill(password)
    watched.page.get_by_role("button", name="Sign in").click()
    watched.page.wait_for_url("**/app/account")


def code_for(world: World, viewer: Viewer) -> str:
    """Return the code of a mail that was asked for."""
    return request_reset(world.session, world.settings.attempts_key, viewer.email, NOON)[0].code


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_have_no_barriers(
    watched: OpenPage, harbour: World, grace: Viewer, alice: Viewer, width: int, scheme: str
) -> None:
    """On a phone and on a desk, by day and by night, also with something to complain about."""
    seen = watched(width, scheme)
    for path in ("/app/sign-in", "/app/forgot-password", "/app/reset"):
        seen.page.goto(path)
        seen.check()
    sign_in(seen, grace.email)
    hers = f"{ACCOUNTS}/{alice.account_id}"
    for path in ("/app/account", "/app/account/password", ACCOUNTS, f"{ACCOUNTS}/new", hers, f"{hers}/disable"):
        seen.page.goto(path)
        seen.check()
    seen.page.goto(hers)
    seen.page.locator("form.form").evaluate("form => form.noValidate = true")
    seen.page.get_by_role("button", name="Give the role").click()
    assert seen.page.get_by_role("alert").get_by_text("Choose the unit.").is_visible()
    seen.check()


def test_a_code_from_the_link_leaves_the_address(watched: OpenPage, harbour: World, alice: Viewer) -> None:
    """It goes into the form, and neither the address nor the history keeps it."""
    seen, code = watched(), code_for(harbour, alice)
    seen.page.goto(f"/app/reset#{code}")
    assert seen.page.url.endswith("/app/reset")
    assert seen.page.get_by_label("Code from the mail").is_hidden()
    seen.page.get_by_label("New password").fill(NEW_PASSWORD)
    seen.page.get_by_label("The same password again").fill(NEW_PASSWORD)
    seen.page.get_by_role("button", name="Save the password").click()
    assert seen.page.get_by_text("Your password is changed").is_visible()
    assert not any(code in request.url for request in seen.requests)
    sign_in(seen, alice.email, NEW_PASSWORD)


def test_a_code_can_be_typed_without_script(watched: OpenPage, harbour: World, alice: Viewer) -> None:
    """The field is there for whoever reads the mail elsewhere."""
    seen = watched(script=False)
    seen.page.goto("/app/reset")
    seen.page.get_by_label("Code from the mail").fill(code_for(harbour, alice).lower())
    seen.page.get_by_label("New password").fill(NEW_PASSWORD)
    seen.page.get_by_label("The same password again").fill(NEW_PASSWORD)
    seen.page.get_by_role("button", name="Save the password").click()
    assert seen.page.get_by_text("Your password is changed").is_visible()


def test_signing_out_cannot_be_undone_with_the_back_button(watched: OpenPage, harbour: World, alice: Viewer) -> None:
    """Whoever sits down next sees the sign-in."""
    seen = watched(1280)
    sign_in(seen, alice.email)
    seen.page.get_by_role("button", name="Sign out").click()
    seen.page.wait_for_url("**/app/sign-in")
    seen.page.go_back()
    assert seen.page.get_by_role("heading", name="Sign in").is_visible()
