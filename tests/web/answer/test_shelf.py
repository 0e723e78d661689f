"""Finished pages are kept as long as they are true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from surveyapp.services.answering import AnswerPage, find_page
from surveyapp.web.answer.shelf import FRESH_WHILE_OPEN, Shelf
from tests.fixtures.site import Check


@pytest.fixture
def page(check: Check) -> AnswerPage:
    """Give an open page."""
    return find_page(check.world.session, check.slug, check.wave.opens_at)


def test_looks_up_once_while_fresh(page: AnswerPage) -> None:
    """A known place is given again without asking the database."""
    shelf = Shelf()
    first = shelf.place("a", page.opens_at, lambda: page)
    assert shelf.place("a", page.opens_at + FRESH_WHILE_OPEN / 2, lambda: replace(page, group_name="New")) is first


def test_looks_up_again_when_stale(page: AnswerPage) -> None:
    """A changed name shows after a minute at the latest."""
    shelf = Shelf()
    shelf.place("a", page.opens_at, lambda: page)
    renamed = replace(page, group_name="New")
    assert shelf.place("a", page.opens_at + FRESH_WHILE_OPEN, lambda: renamed).page is renamed


def test_forgets_at_the_close(page: AnswerPage) -> None:
    """No page outlives its wave."""
    shelf = Shelf()
    shelf.place("a", page.closes_at - timedelta(seconds=1), lambda: page)
    closed = replace(page, state="closed")
    assert shelf.place("a", page.closes_at, lambda: closed).page is closed


def test_has_limited_room(page: AnswerPage) -> None:
    """The place asked for longest ago makes room."""
    shelf = Shelf(places=2)
    first = shelf.place("a", page.opens_at, lambda: page)
    second = shelf.place("b", page.opens_at, lambda: page)
    shelf.place("c", page.opens_at, lambda: page)
    assert shelf.place("b", page.opens_at, lambda: page) is second
    assert shelf.place("a", page.opens_at, lambda: page) is not first
