"""What whoever tells is promised: worded by the organisation, in versions, and kept with each report by number."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from surveyapp.errors import Forbidden, Invalid
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.log.promises import promises, version_at, write_promise
from tests.fixtures.accounts import NOON, add_account, add_key, ticket_of
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_learning import SLIPPED, code, link, logged, words

OURS = "It is not used in appraisals, for pay or promotion"
THEIRS = {"en": "Nobody is ever blamed here.", "de": "Hier wird niemand beschuldigt."}
MONDAY = datetime(2026, 3, 8, 23, tzinfo=UTC)


@pytest.fixture
def told(harbour: World, grace: Viewer, clock: Clock, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of grace, an admin, after she worded the promise on a Monday and waited for the next."""
    erin = add_account(harbour, "erin", steward="Harbour")
    add_key(harbour, erin, "a lighthouse in fog")
    browser = visit(ticket_of(harbour, "grace"))
    harbour.session.commit()
    assert OURS in words(browser.get("/app/log/promise").text)
    reply = browser.post("/app/log/promise", **THEIRS)
    assert reply.location == "/app/log/promise"
    return browser


def test_ours_holds_until_an_organisation_words_its_own(told: Visitor, harbour: World, clock: Clock) -> None:
    """A new version begins with the next week and takes the place of the one before, in the reader's language."""
    here = link(harbour)
    reader = Visitor(told.app)
    assert OURS in words(reader.get(here).text)
    clock.moment = MONDAY
    assert "Nobody is ever blamed here." in words(reader.get(here).text)
    assert "Hier wird niemand beschuldigt." in words(reader.get(f"{here}?lang=de").text)
    assert OURS not in words(reader.get(here).text)


def test_a_report_keeps_the_number_of_its_version(
    told: Visitor, harbour: World, clock: Clock, visit: Callable[..., Visitor]
) -> None:
    """The one that held when it was told, which the steward can read; imported events have none."""
    said = {**SLIPPED, "code": code(harbour), "mode": "anonymous", "hinted": "yes"}
    for moment in (clock.moment, MONDAY):
        clock.moment = moment
        assert Visitor(told.app).post(link(harbour), **said).status_code == 201
    first, second = logged(harbour)
    assert (first.promise, second.promise) == (0, 1)
    erin = visit(ticket_of(harbour, "erin"))
    assert OURS in words(erin.get(f"/app/reports/{first.id}").text)
    assert "Nobody is ever blamed here." in words(erin.get(f"/app/reports/{second.id}").text)


def test_versions_stay_readable_and_every_language_is_needed(told: Visitor, harbour: World, clock: Clock) -> None:
    """What was promised once can be read for ever, and nobody is left without a promise in their language."""
    refused = told.post("/app/log/promise", en="Only this", de="  ")
    assert refused.status_code == 422
    assert "Write the promise in this language too." in words(refused.text)
    assert told.post("/app/log/promise", en="Second", de="Zweite").status_code == 303
    page = words(told.get("/app/log/promise").text)
    for said in ("Version 1", "Version 2", "Nobody is ever blamed here.", "The words that come with the product"):
        assert said in page


def test_a_version_begins_on_a_monday_even_when_clocks_change(harbour: World, grace: Viewer) -> None:
    """Its number tells no more than the week of a report."""
    owner = harbour.organisation_id
    for day in (datetime(2026, 3, 23, 12, tzinfo=UTC), datetime(2026, 3, 29, 21, 30, tzinfo=UTC)):
        made = write_promise(harbour.session, grace, THEIRS, day)
        assert made.starts_at == datetime(2026, 3, 29, 22, tzinfo=UTC)
    just = made.starts_at
    assert (version_at(harbour.session, owner, just - timedelta(seconds=1)), promises(harbour.session, owner)[0]) == (
        0,
        made,
    )
    assert version_at(harbour.session, owner, just) == 2


def test_only_admins_promise(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """And words of a sensible length."""
    with pytest.raises(Forbidden):
        write_promise(harbour.session, alice, THEIRS, NOON)
    with pytest.raises(Invalid, match="at most 4000 characters"):
        write_promise(harbour.session, grace, THEIRS | {"de": "x" * 4001}, NOON)
