"""What people wrote and tapped, on the pages of managers, coaches and the team itself."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient

from surveyapp.privacy.ballots import show_code
from surveyapp.services.team_codes import results_code
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.past import FOR_COACHES, WORDS, Past
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World

READER = {"manager": "Gates"}


@pytest.fixture
def world(past: Past) -> World:
    """Give the organisation with three released waves, with words in the last one of the gates."""
    return past.world


@pytest.fixture
def clock() -> Clock:
    """Give a clock that shows a week after the last release."""
    return Clock(datetime(2026, 4, 10, 12, tzinfo=UTC))


@pytest.fixture
def open_page(past: Past, visit: Callable[..., Visitor]) -> Callable[..., str]:
    """Give a function that opens the page of a unit as somebody with these roles."""

    def read(unit: str = "Gates", rest: str = "", **roles: str) -> str:
        add_account(past.world, "somebody", **roles)
        past.session.commit()
        return visit(ticket_of(past.world, "somebody")).get(f"/app/teams/{past.unit(unit)}{rest}").text

    return read


def read_by_team(client: FlaskClient, past: Past, unit: str = "Gates", rest: str = "") -> str:
    """Return the page that the code of a team opens."""
    group = past.group(unit)
    code = show_code(results_code(past.world.settings.ballot_key, past.owner, group))
    content: bytes = client.post(f"/results/{group}{rest}", data={"code": code}).data
    return content.decode("utf-8-sig")


def quoted(html: str) -> list[str]:
    """Return the comments of a page as a reader sees them, in the order of the page."""
    return [unescape(each) for each in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", html, re.DOTALL)]


def seen(html: str) -> str:
    """Return what a reader sees, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_team_and_manager_read_the_same_words(client: FlaskClient, past: Past, open_page: Callable[..., str]) -> None:
    """All comments for everybody, as they were written, in one order, and themes in words."""
    team, manager = read_by_team(client, past), open_page(**READER)
    assert set(quoted(team)) == set(WORDS)
    assert quoted(team) == quoted(manager)
    for page in (seen(team), seen(manager)):
        assert "Workload and time: most people" in page
        assert "Please do not guess who wrote what" in page


def test_a_comment_is_text_and_never_markup(client: FlaskClient, past: Past) -> None:
    """What looks like a tag is shown as it was typed."""
    page = read_by_team(client, past)
    assert "&lt;b&gt;We&lt;/b&gt; decide too late." in page
    assert "<b>We</b>" not in page


@pytest.mark.parametrize(
    ("roles", "reads"),
    [
        ({"coach": "Gates"}, True),
        ({"coach": "Operations"}, True),
        ({"manager": "Gates"}, False),
        ({"admin": "Harbour"}, False),
        ({"coach": "Gates", "manager": "Gates"}, False),
        ({"coach": "Gates", "manager": "Operations"}, False),
        ({"coach": "Gates", "admin": "Harbour"}, True),
    ],
)
def test_what_was_written_for_coaches_is_read_by_coaches(
    open_page: Callable[..., str], roles: dict[str, str], *, reads: bool
) -> None:
    """Not by managers, not by administrators, and not by a coach who manages the team as well."""
    page = open_page(**roles)
    assert set(quoted(page)) == {*WORDS, *(FOR_COACHES if reads else ())}
    assert ("For coaches only" in page) is reads


def test_the_team_does_not_read_what_was_written_for_coaches(client: FlaskClient, past: Past) -> None:
    """Neither on its page nor in its file."""
    for rest in ("", "/results.csv"):
        page = unescape(read_by_team(client, past, rest=rest))
        assert not [each for each in FOR_COACHES if each in page]


def test_where_nobody_wrote_the_page_says_so(open_page: Callable[..., str]) -> None:
    """Eight of the cranes answered, and nobody wrote or tapped."""
    page = seen(open_page("Cranes", manager="Cranes"))
    assert "not shown no theme was tapped by 3 people or more" in page
    assert "not shown fewer than 3 people wrote for these readers" in page


def test_words_of_several_teams_are_not_put_together(open_page: Callable[..., str]) -> None:
    """They stay with the group they were written in, even where an administrator looks from above."""
    page = open_page("Operations", admin="Harbour")
    assert quoted(page) == []
    assert "In people's own words" not in unescape(page)


def test_the_file_has_themes_and_no_comments(client: FlaskClient, past: Past) -> None:
    """The same words as on the page, or the reason; comments stay where they can be read in peace."""
    header, *rows = csv.reader(io.StringIO(read_by_team(client, past, rest="/results.csv")))
    themes = [row[header.index("Themes")] for row in rows]
    assert themes[:2] == ["not shown: no theme was tapped by 3 people or more"] * 2
    assert themes[2].startswith("Workload and time: most people")
    assert not [word for row in rows for cell in row for word in WORDS if word in cell]


def test_words_speak_german(client: FlaskClient, past: Past) -> None:
    """All but the comments themselves."""
    page = seen(read_by_team(client, past, rest="?lang=de"))
    assert "Arbeitsmenge und Zeit: die meisten" in page
    assert "In zufälliger Reihenfolge" in page


def test_a_coach_withdraws_a_comment(past: Past, visit: Callable[..., Visitor], client: FlaskClient) -> None:
    """The coach sees it once more and says why; the team then reads the reason instead, without a way to withdraw."""
    add_account(past.world, "somebody", coach="Gates")
    past.session.commit()
    visitor, team_page = visit(ticket_of(past.world, "somebody")), f"/app/teams/{past.unit('Gates')}"
    found = re.search(r"/app/comments/[^\"]+/withdraw", visitor.get(team_page).text)
    assert found
    [asked] = quoted(visitor.get(found[0]).text)
    assert visitor.post(found[0], reason="").status_code == 422
    assert visitor.post(found[0], reason="person").status_code == 303
    page = read_by_team(client, past)
    assert set(quoted(page)) == {*WORDS} - {asked}
    assert "A comment was withdrawn: it was about a person who could be recognised." in seen(page)
    assert "/withdraw" not in page
    assert visitor.get(found[0]).status_code == 404
