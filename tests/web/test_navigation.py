"""The menu shows what the signed-in person may open."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask, g

from surveyapp.web import navigation
from surveyapp.web.navigation import Entry, Link


@pytest.fixture
def menu(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Give the application with two pages in its menu, and one entry whose page does not exist."""
    entries = (Entry("start", "Start"), Entry("people", "People", {"admin"}), Entry("later.page", "Later"))
    monkeypatch.setattr(navigation, "ENTRIES", entries)
    app.add_url_rule("/app/start", "start", lambda: "")
    app.add_url_rule("/app/people", "people", lambda: "")
    with app.test_request_context("/app/start"):
        yield app


@pytest.mark.parametrize(
    ("roles", "labels"), [({"manager"}, ["Start"]), ({"admin", "coach"}, ["Start", "People"]), (set(), [])]
)
def test_follows_the_roles(menu: Flask, roles: set[str], labels: list[str]) -> None:
    """An entry is shown to the roles it names."""
    g.viewer = SimpleNamespace(roles=frozenset(roles))
    assert [link.label for link in navigation.navigation()] == labels


def test_is_empty_for_nobody(menu: Flask) -> None:
    """Without a sign-in there is no menu."""
    assert navigation.navigation() == []


def test_marks_where_one_is(menu: Flask) -> None:
    """The entry of the page at hand is marked, the others are not."""
    g.viewer = SimpleNamespace(roles=frozenset({"admin"}))
    assert navigation.navigation() == [
        Link("/app/start", "Start", current=True, sets_up=False),
        Link("/app/people", "People", current=False, sets_up=False),
    ]
