"""Takes the pictures of the documentation from a demo organisation: ``make screenshots``.

The demo is made anew, always with the same people, answers and day, so that pictures change only with the pages.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from surveyapp.services.demo.making import make_demo
from surveyapp.services.demo.names import PASSWORD
from surveyapp.services.demo.place import answer_link, environment
from surveyapp.services.demo.trying import TITLE
from surveyapp.settings import Settings
from surveyapp.web.wiring import create_app
from tests import browsers

FOLDER = Path(__file__).parent / "screenshots"
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
MOST_BYTES = 150_000
PHONE = ViewportSize(width=390, height=760)
DESK = ViewportSize(width=1080, height=760)


class Camera:
    """A browser at the demo, and the folder for its pictures."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address

    @contextmanager
    def page(self, screen: ViewportSize, sign_in: str = "") -> Iterator[Page]:
        """Open a page in a profile of its own, signed in if an account is named."""
        context = self.browser.new_context(base_url=self.address, viewport=screen, device_scale_factor=1)
        page = context.new_page()
        if sign_in:
            page.goto("/app/sign-in")
            page.get_by_label("E-mail address").fill(f"{sign_in}@demo.example")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
        yield page
        context.close()

    @staticmethod
    def shoot(page: Page, name: str) -> None:
        """Take what is on the screen."""
        path = FOLDER / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        size = path.stat().st_size
        sys.stdout.write(f"{path.name}: {size / 1000:.0f} KB\n")
        if size > MOST_BYTES:
            message = f"{path.name} has {size} bytes; at most {MOST_BYTES} are wanted"
            raise ValueError(message)


def shoot_answering(camera: Camera, link: str) -> None:
    """Show what an employee sees on a phone: the promise, the questions, the thanks."""
    parts = urlsplit(link)
    with camera.page(PHONE) as page:
        page.goto(f"{parts.path}#{parts.fragment}")
        camera.shoot(page, "promise")
        page.locator(".statement").first.scroll_into_view_if_needed()
        for number, answer in ((0, "4"), (1, "3"), (2, "4")):
            page.locator(".statement").nth(number).locator(f"input[value='{answer}']").check()
        page.locator(".statement").nth(1).scroll_into_view_if_needed()
        camera.shoot(page, "questions")


def shoot_results(camera: Camera) -> None:
    """Show what a manager reads of one team."""
    with camera.page(DESK, "manager") as page:
        page.goto("/app/")
        camera.shoot(page, "team")
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Learning log").click()
        camera.shoot(page, "log")


def shoot_setting_up(camera: Camera) -> None:
    """Show the organisation and what a new pulse would show."""
    with camera.page(DESK, "admin") as page:
        page.goto("/app/teams")
        camera.shoot(page, "organisation")
        page.goto("/app/admin/pulses/new")
        page.get_by_label("Name", exact=True).fill("Quarterly check")
        page.get_by_role("radio", name="every quarter").check()
        page.locator("input[name=instrument]").first.check()
        page.get_by_role("button", name="Save and look at the preview").click()
        camera.shoot(page, "preview")


def shoot_statistics(camera: Camera) -> None:
    """Show the relation and the coaching before and after, as the worker computed them."""
    with camera.page(DESK, "coach") as page:
        page.goto("/app/relation")
        camera.shoot(page, "relation")
        page.goto("/app/before-after")
        page.get_by_role("link", name=TITLE).click()
        camera.shoot(page, "comparison")


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the demo at its moment and give its address."""
    server = make_server("127.0.0.1", 0, create_app(settings, lambda: NOW), threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    """Make the demo and take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as made:
        place = Path(made) / "demo"
        make_demo(place, "https://pulse.example.org", NOW, lambda _label, items: iter(items))
        settings = Settings.from_env(environment(place, "http://localhost"))
        with served(settings) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browsers.find(), args=browsers.flags())
            camera = Camera(browser, address)
            shoot_answering(camera, answer_link(settings))
            shoot_results(camera)
            shoot_setting_up(camera)
            shoot_statistics(camera)
            browser.close()


if __name__ == "__main__":
    main()
