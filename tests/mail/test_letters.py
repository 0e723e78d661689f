"""What mails say, and what they must not."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import UUID

import pytest

from surveyapp.mail.letters import write_invitation
from surveyapp.mail.post import NotTaken
from surveyapp.services.deliveries import Letter

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LETTER = Letter(
    organisation_id=UUID(int=1),
    delivery_id=UUID(int=2),
    kind="invitation",
    attempt=1,
    email="bob@example.org",
    name="Bob Berg",
    language="en",
    organisation_name="Harbour Works",
    pulse_name="Speaking up",
    group_name="Cranes & Gates",
    group_size=13,
    roster_min=7,
    opens_at=NOW,
    closes_at=NOW + timedelta(hours=96),
    results_at=NOW + timedelta(hours=96),
    time_zone="Europe/Berlin",
    attribute="",
    way_in="confidential",
    slug="0123abcd0123456789ab",
    group_id=UUID(int=3),
    code="ABCD-EFGH-JKMN-PQRS",
    results_code="TVWX-YZ01-2345-6789",
)


def mail(**changes: object) -> EmailMessage:
    """Write a mail to Bob."""
    letter = replace(LETTER, **changes)  # type: ignore[arg-type]
    return write_invitation(letter, "https://pulse.example.org", "Pulse <pulse@example.org>", NOW)


def text(message: EmailMessage) -> str:
    """Return the text form."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html(message: EmailMessage) -> str:
    """Return the HTML form."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


class Parts(HTMLParser):
    """Collects what an HTML mail is made of."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep tags, attributes and links."""
        self.tags.add(tag)
        self.attributes.update(attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.parametrize("form", [text, html])
def test_both_forms_say_the_same(form: object) -> None:
    """The code for typing, until when, with whom one is counted and when results appear."""
    assert callable(form)
    content = form(mail())
    for said in ("ABCD-EFGH-JKMN-PQRS", "13 people", "Friday, March 6, 2026", "Speaking up", "Harbour Works"):
        assert said in content


def test_the_link_carries_the_code_in_its_fragment_only() -> None:
    """Browsers send a fragment to nobody, so the code is in no log."""
    link = "https://pulse.example.org/answer/0123abcd0123456789ab#ABCD-EFGH-JKMN-PQRS"
    assert link in text(mail())
    assert link in Parts(html(mail())).links
    assert not re.search(r"[/?&=][^#\s\"]*ABCD-EFGH", html(mail()).split("#")[0])


def test_the_results_have_a_link_of_their_own() -> None:
    """It opens the page of the group, for everybody in it the same."""
    link = "https://pulse.example.org/results/00000000-0000-0000-0000-000000000003#TVWX-YZ01-2345-6789"
    assert link in text(mail())
    assert link in Parts(html(mail())).links


def test_nothing_is_loaded_and_nobody_is_tracked() -> None:
    """No picture, style sheet, script or foreign address."""
    parts = Parts(html(mail()))
    assert parts.tags.isdisjoint({"img", "link", "script", "style", "iframe", "object"})
    assert parts.attributes.keys().isdisjoint({"src", "style", "background", "srcset"})
    assert all(link.startswith("https://pulse.example.org/") for link in parts.links)


def test_subjects_are_the_same_for_everybody() -> None:
    """Whoever looks over a shoulder at the list of mails learns nothing about the team."""
    assert mail(group_name="Pilots", pulse_name="Other")["Subject"] == mail()["Subject"]
    assert "Cranes" not in str(mail()["Subject"])


def test_a_reminder_says_that_it_is_one_and_that_silence_is_fine() -> None:
    """Nobody is pressed."""
    reminder = mail(kind="reminder-1")
    assert reminder["Subject"] != mail()["Subject"]
    assert "nobody is told" in text(reminder)


def test_a_group_that_is_too_small_is_told_so() -> None:
    """No results are promised to those who get none."""
    small = text(mail(group_size=6))
    assert "no number is published" in small
    assert "/results/" not in small


def test_german_members_get_german_mails() -> None:
    """Subject, text, dates and the language that readers announce."""
    german = mail(language="de")
    assert german["Subject"] == "Eine kurze Umfrage zu Ihrer Arbeit"
    assert "13 Personen" in text(german)
    assert "Freitag, 6. März 2026" in text(german)
    assert '<html lang="de" dir="ltr">' in html(german)


def test_an_unknown_language_gets_english() -> None:
    """Better than nothing."""
    assert mail(language="tlh")["Content-Language"] == "en"


def test_names_are_text_in_html() -> None:
    """An ampersand in a team's name is no markup, and a tag in a pulse's name is none either."""
    content = html(mail(pulse_name="<script>alert(1)</script>"))
    assert "Cranes &amp; Gates" in content
    assert "<script>" not in content


def test_the_same_delivery_has_the_same_message_id() -> None:
    """A mail that went out twice can be recognised as one."""
    assert mail()["Message-ID"] == mail(attempt=2)["Message-ID"] == f"<{UUID(int=2).hex}@pulse.example.org>"
    assert mail(delivery_id=UUID(int=9))["Message-ID"] != mail()["Message-ID"]


def test_out_of_office_notes_are_not_asked_for() -> None:
    """Nobody learns who is on holiday from the replies."""
    assert mail()["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.org", "a@example.org\nBcc: x@example.org"])
def test_an_unusable_address_is_refused_without_repeating_it(address: str) -> None:
    """The roster is wrong, and the log does not say whose entry."""
    with pytest.raises(NotTaken) as refused:
        mail(email=address)
    assert refused.value.for_good
    assert not address or address not in str(refused.value)


def test_a_name_cannot_add_headers() -> None:
    """A line break in a name is refused."""
    with pytest.raises(NotTaken):
        mail(name="Bob\nBcc: everybody@example.org")
