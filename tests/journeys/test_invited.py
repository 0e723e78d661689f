"""Journey 2 from its beginning: the invitation comes by mail, and what it carries is all that one needs."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.store.pulses import Wave
from surveyapp.vault.deposit import is_spent
from tests.fixtures.mail import MailServer
from tests.fixtures.site import Clock
from tests.fixtures.watching import OpenPage
from tests.fixtures.worker import Worker
from tests.fixtures.world import World
from tests.journeys.steps import choose, code_in, link_in, mail_to, send

pytestmark = pytest.mark.browser


@pytest.fixture
def mail(harbour: World, worker: Worker, smtp_server: MailServer, clock: Clock) -> str:
    """Give the mail to bob, which the worker sent when the wave opened by itself."""
    harbour.pulse("Harbour")
    worker.with_mail(smtp_server.url).tick(clock.moment)
    return mail_to(smtp_server.messages, "bob@example.org")


def spent(world: World, code: str) -> bool:
    """Tell whether the ballot of the open wave with this code was used."""
    world.session.rollback()
    wave = world.session.scalars(select(Wave).where(Wave.state == "open")).one()
    found = is_spent(world.vault, wave.organisation_id, wave.id, hash_code(read_code(code)))
    return found is not None and found[1]


def test_opens_the_mailed_link_answers_and_is_thanked(mail: str, harbour: World, watched: OpenPage) -> None:
    """On a phone: who sees what and when, the questions, a comment, the thanks."""
    seen = watched()
    page = seen.page
    page.goto(link_in(mail, "/answer/"))
    expect(page.get_by_role("definition").filter(has_text="Cranes, 10 people")).to_be_visible()
    expect(page.get_by_text("Nobody is shown what one person answered.")).to_be_visible()
    expect(page.get_by_text("for everybody at the same minute")).to_be_visible()
    expect(page.get_by_text("with no trace of you")).to_be_visible()
    seen.check()
    choose(page, "I can share an idea", "4 Agree")
    choose(page, "My manager checks on my work", "Skip")
    send(page, "More light, please.")
    seen.check()
    assert spent(harbour, code_in(mail))


def test_types_the_mailed_code_without_script(mail: str, harbour: World, watched: OpenPage) -> None:
    """The same mail serves whoever allows no script; the code stands in no address on the way."""
    seen = watched(script=False)
    page = seen.page
    page.goto("/")
    page.get_by_role("link", name="Answer with a code").click()
    page.get_by_label("Your code").fill(code_in(mail).lower().replace("-", " "))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("with no trace of you")).to_be_visible()
    choose(page, "I can share an idea", "2 Disagree")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert spent(harbour, code_in(mail))
    assert not any(read_code(code_in(mail)) in request.url.replace("-", "") for request in seen.requests)


def test_a_spent_code_is_told_kindly(mail: str, harbour: World, watched: OpenPage) -> None:
    """Whoever sends twice is thanked twice, and whoever types a spent code learns that the first sheet counts."""
    seen = watched()
    page = seen.page
    for _ in range(2):
        page.goto(link_in(mail, "/answer/"))
        choose(page, "I can share an idea", "4 Agree")
        page.get_by_role("button", name="Send my answers").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto("/answer")
    page.get_by_label("Your code").fill(code_in(mail))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="This code has been used")).to_be_visible()
    seen.check()


def test_a_german_mail_leads_to_a_german_page(
    harbour: World, worker: Worker, smtp_server: MailServer, clock: Clock, watched: OpenPage
) -> None:
    """Whoever is written to in German can go on in German, down to the thanks."""
    harbour.members["bob"].language = "de"
    harbour.pulse("Harbour")
    worker.with_mail(smtp_server.url).tick(clock.moment)
    mail = mail_to(smtp_server.messages, "bob@example.org")
    assert "Ihr" in mail
    seen = watched()
    page = seen.page
    page.goto(link_in(mail, "/answer/"))
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("button", name="Meine Antworten abschicken").click()
    seen.check()
    page.get_by_role("button", name="Leeren Antwortbogen abschicken").click()
    expect(page.get_by_role("heading", name="Vielen Dank")).to_be_visible()
    seen.check()
