"""Files kept between looking at them and taking them in."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from surveyapp.errors import NotFound
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.installation.uploads import (
    KEPT_FOR,
    KeptFile,
    drop_file,
    forget_files,
    keep_file,
    kept_file,
    new_file,
)
from surveyapp.store.uploads import Upload
from tests.fixtures.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def kept(harbour: World, grace: Viewer) -> KeptFile:
    """Give a file that grace uploaded."""
    file = new_file("roster.csv", b"a,b\n", complete=True)
    keep_file(harbour.session, harbour.organisation_id, grace.account_id, "roster", file, NOON)
    return file


def test_a_kept_file_comes_back_as_it_was(harbour: World, grace: Viewer, kept: KeptFile) -> None:
    """Name, content and what was declared about it."""
    assert kept_file(harbour.session, harbour.organisation_id, grace.account_id, kept.id) == kept


def test_nobody_else_sees_it(harbour: World, alice: Viewer, kept: KeptFile) -> None:
    """It may hold names that its owner has not looked at yet."""
    with pytest.raises(NotFound):
        kept_file(harbour.session, harbour.organisation_id, alice.account_id, kept.id)


def test_a_new_file_takes_the_place_of_the_one_before(harbour: World, grace: Viewer, kept: KeptFile) -> None:
    """Of each kind an account has one at most."""
    again, other = new_file("again.csv", b""), new_file("events.csv", b"")
    keep_file(harbour.session, harbour.organisation_id, grace.account_id, "events", other, NOON)
    keep_file(harbour.session, harbour.organisation_id, grace.account_id, "roster", again, NOON)
    assert {each.id for each in harbour.session.scalars(select(Upload))} == {again.id, other.id}


def test_a_dropped_file_is_gone(harbour: World, grace: Viewer, kept: KeptFile) -> None:
    """It has served its purpose."""
    drop_file(harbour.session, harbour.organisation_id, kept.id)
    with pytest.raises(NotFound):
        kept_file(harbour.session, harbour.organisation_id, grace.account_id, kept.id)


def test_files_are_forgotten_after_a_day(harbour: World, kept: KeptFile) -> None:
    """Whether somebody took them in or not."""
    forget_files(harbour.session, NOON + KEPT_FOR)
    assert len(harbour.session.scalars(select(Upload)).all()) == 1
    forget_files(harbour.session, NOON + KEPT_FOR + timedelta(seconds=1))
    assert harbour.session.scalars(select(Upload)).all() == []
