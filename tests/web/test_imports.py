"""Bringing files of other systems in: which column is which, a look first, then all of it or nothing."""

import io
import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from surveyapp.services.log import file_jobs
from surveyapp.store.reviews import Exposure, WorkDelivery
from surveyapp.store.uploads import ImportJob, Upload
from tests.fixtures.accounts import add_account, read_german, ticket_of
from tests.fixtures.site import Clock
from tests.fixtures.staff import TOKEN, Visitor
from tests.fixtures.worker import Worker
from tests.fixtures.world import World
from tests.web.test_learning import logged, words

SELECT = re.compile(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
SELECTED = re.compile(r'<option selected value="([^"]*)"')
TYPED = re.compile(r'<input[^>]* name="(source|time_zone)"[^>]* value="([^"]*)"')
HEADER = b"external_id,kind,team,what_happened,told_at,owner\n"
ROW = b"INC-1,error,cranes,A hook slipped,2026-03-01T10:00:00Z,Bob\n"
READING = {"source": "Pager", "order": "year first"}


@pytest.fixture
def admin(harbour: World, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of an admin."""
    return a_new_admin(harbour, visit)


def a_new_admin(world: World, visit: Callable[..., Visitor]) -> Visitor:
    """Open the browser of somebody who may import files."""
    name = f"somebody{uuid4().hex[:6]}"
    add_account(world, name, admin="Harbour")
    browser = visit(ticket_of(world, name))
    world.session.commit()
    return browser


def send(browser: Visitor, content: bytes, kind: str = "events") -> Any:
    """Upload a file."""
    token = TOKEN.search(browser.get("/app/log/import").text)
    assert token is not None
    fields = {"csrf_token": token[1], "kind": kind, "file": (io.BytesIO(content), "events.csv")}
    return browser.client.post("/app/log/import", data=fields)


def filled_in(html: str) -> dict[str, str]:
    """Return what the page of columns has filled in already."""
    lists = {name: SELECTED.search(options) for name, options in SELECT.findall(html)}
    return dict(TYPED.findall(html)) | {name: found[1] if found else "" for name, found in lists.items()}


def upload(browser: Visitor, content: bytes, kind: str = "events", **said: str) -> str:
    """Upload a file and accept what was recognised; return the address of what it would add."""
    page = str(send(browser, content, kind).location)
    reply = browser.post(page, **(filled_in(browser.get(page).text) | READING | said))
    assert reply.status_code == 303, words(reply.text)
    return str(reply.location)


def test_events_are_looked_at_before_they_are_logged(admin: Visitor, harbour: World) -> None:
    """The columns that are left out are named, such as those that name people."""
    address = upload(admin, HEADER + ROW)
    page = words(admin.get(address).text)
    assert "1 new event. 0 are in the log already." in page
    assert "Columns that are left out: owner." in page
    assert logged(harbour) == []
    assert admin.post(address).location == "/app/log"
    (event,) = logged(harbour)
    assert (event.source, event.external_id) == ("Pager", "INC-1")
    assert "1 event is in the log now." in admin.get("/app/log").text
    assert "1 row was taken in." in words(admin.get(address).text)


def test_columns_are_recognised_shown_and_confirmed(admin: Visitor, harbour: World) -> None:
    """What has a known name is filled in with an example beside it; the order of days waits for an answer."""
    page = str(send(admin, HEADER.replace(b"told_at", b"Reported") + ROW).location)
    html = admin.get(page).text
    assert filled_in(html)["what_happened"] == "what_happened"
    assert (filled_in(html)["told_at"], filled_in(html)["order"]) == ("", "")
    assert "Reported (2026-03-01T10:00:00Z)" in html
    refused = admin.post(page, **(filled_in(html) | {"source": "Pager"}))
    assert refused.status_code == 422
    assert "Choose the column of the file." in words(refused.text)
    assert "Choose how days are written in the file." in words(refused.text)


def test_what_was_chosen_is_remembered_for_the_organisation(
    admin: Visitor, harbour: World, visit: Callable[..., Visitor]
) -> None:
    """The next admin with a file of the same kind has nothing to choose."""
    content = HEADER.replace(b"told_at", b"Reported") + ROW
    upload(admin, content, told_at="Reported", order="day first", time_zone="Asia/Tokyo")
    other = a_new_admin(harbour, visit)
    known = filled_in(other.get(str(send(other, content).location)).text)
    assert (known["told_at"], known["order"], known["time_zone"]) == ("Reported", "day first", "Asia/Tokyo")
    assert known["source"] == "Pager"
    assert filled_in(other.get(str(send(other, content, "deliveries").location)).text)["order"] == ""


def test_one_heading_is_one_column(admin: Visitor, harbour: World) -> None:
    """Two columns from the same heading would be a slip."""
    page = str(send(admin, HEADER + ROW).location)
    given = filled_in(admin.get(page).text) | READING | {"surprise": "what_happened"}
    reply = admin.post(page, **given)
    assert reply.status_code == 422
    assert "a heading that is not what_happened already" in words(reply.text)


def test_the_sample_file_is_taken(
    harbour: World, clock: Clock, visit: Callable[..., Visitor], shared_data: Path
) -> None:
    """When the organisation has its team, and with no column of it left over."""
    harbour.unit("Finops", "Harbour")
    clock.moment = datetime(2026, 6, 1, tzinfo=UTC)
    admin = a_new_admin(harbour, visit)
    address = upload(admin, (shared_data / "payloads" / "events_import.csv").read_bytes())
    admin.post(address)
    assert [event.kind for event in logged(harbour)] == ["error", "near_miss"]


def test_bad_rows_are_named_and_nothing_is_logged(admin: Visitor, harbour: World) -> None:
    """Row, column, value and what would be right; sending it anyway changes nothing."""
    address = upload(admin, HEADER + ROW + ROW.replace(b"INC-1", b"INC-2").replace(b"cranes", b"nobody"))
    page = words(admin.get(address).text)
    assert "1 cell is to be put right first. Nothing was added to the log." in page
    assert "3 team nobody the code of a unit of this organisation" in page
    assert admin.post(address).status_code == 409
    assert logged(harbour) == []


def test_bad_rows_are_named_in_german(admin: Visitor, harbour: World) -> None:
    """What was found is kept in a form that can be said in another language than that of whoever uploaded."""
    address = upload(admin, HEADER + ROW.replace(b"cranes", b"nobody").replace(b"2026", b"soon"))
    read_german(harbour)
    page = words(admin.get(address).text)
    assert "2 team nobody der Code einer Einheit dieser Organisation" in page
    assert "eine Zeit wie 2026-04-09T08:00 oder 2026-04-09T08:00:00Z" in page


def test_the_same_file_again_adds_nothing(admin: Visitor, harbour: World) -> None:
    """The page says so and offers no button."""
    admin.post(upload(admin, HEADER + ROW))
    html = admin.get(upload(admin, HEADER + ROW)).text
    assert "0 new events. 1 is in the log already." in words(html)
    assert "Add them to the log" not in html


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "an empty file"), (b"PK\x03\x04zip", "an Excel or OpenDocument workbook")]
)
def test_a_file_that_is_no_table_is_refused_at_its_field(admin: Visitor, content: bytes, said: str) -> None:
    """With what would be right."""
    reply = send(admin, content)
    assert reply.status_code == 422
    assert said in words(reply.text)


def test_without_a_file_or_name_the_form_says_so(admin: Visitor) -> None:
    """Both are needed, and a time zone that is one."""
    assert "Choose a file." in words(admin.post("/app/log/import").text)
    page = str(send(admin, HEADER + ROW).location)
    said = words(admin.post(page, source="  ", time_zone="Mars/Olympus").text)
    assert "Name the system, such as PagerDuty." in said
    assert "We do not know this time zone; one is Europe/Berlin." in said


def test_a_file_belongs_to_whoever_uploaded_it(admin: Visitor, harbour: World, visit: Callable[..., Visitor]) -> None:
    """Another admin neither sees nor imports it."""
    address = upload(admin, HEADER + ROW)
    other = a_new_admin(harbour, visit)
    replies = [other.get(address), other.get(f"{address}/columns"), other.post(address), other.post(f"{address}/again")]
    assert [each.status_code for each in replies] == [404] * 4
    assert logged(harbour) == []


@pytest.mark.parametrize(
    ("order", "day"),
    [("day first", datetime(2026, 2, 3, tzinfo=UTC)), ("month first", datetime(2026, 3, 2, tzinfo=UTC))],
)
def test_days_are_read_in_the_order_and_zone_that_were_chosen(
    admin: Visitor, harbour: World, order: str, day: datetime
) -> None:
    """Neither is guessed from the file."""
    content = HEADER + ROW.replace(b"2026-03-01T10:00:00Z", b"03/02/2026")
    admin.post(upload(admin, content, order=order, time_zone="UTC"))
    assert [event.told_at for event in logged(harbour)] == [day]


@pytest.mark.parametrize(
    ("kind", "file", "said", "table"),
    [
        ("deliveries", "deliveries_import.csv", "2 new deliveries. 0 are known already.", WorkDelivery),
        ("exposure", "exposure_import.csv", "1 week of a team. 0 take new numbers.", Exposure),
    ],
)
def test_the_sample_files_of_deliveries_and_exposure_are_taken(
    harbour: World,
    clock: Clock,
    visit: Callable[..., Visitor],
    shared_data: Path,
    kind: str,
    file: str,
    said: str,
    table: Any,
) -> None:
    """Looked at first, then taken in; what a team did in a week is there once."""
    harbour.unit("Finops", "Harbour")
    clock.moment = datetime(2026, 6, 1, tzinfo=UTC)
    admin = a_new_admin(harbour, visit)
    content = (shared_data / "payloads" / file).read_bytes()
    address = upload(admin, content, kind=kind)
    assert said in words(admin.get(address).text)
    admin.post(address)
    admin.post(upload(admin, content, kind=kind))
    harbour.session.commit()
    assert len(harbour.session.scalars(select(table)).all()) == (2 if kind == "deliveries" else 1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be too large for a page."""
    monkeypatch.setattr(file_jobs, "SMALL_BYTES", 10)


def test_a_large_file_is_read_by_the_worker(
    admin: Visitor, harbour: World, small: None, worker: Worker, clock: Clock
) -> None:
    """The page says how far it is, looks again by itself without a script, and nothing is there before all of it is."""
    address = upload(admin, HEADER + ROW)
    waiting = admin.get(address)
    assert "The file is being read." in waiting.text
    assert waiting.headers["Refresh"] == "2"
    worker.tick(clock.moment)
    looked = admin.get(address)
    assert "1 new event." in words(looked.text)
    assert "Refresh" not in looked.headers
    assert admin.post(address).location == address
    assert "The file is being taken in." in admin.get(address).text
    assert logged(harbour) == []
    worker.tick(clock.moment)
    assert "1 row was taken in." in words(admin.get(address).text)
    assert len(logged(harbour)) == 1


def test_what_failed_can_be_run_again(
    admin: Visitor, harbour: World, small: None, worker: Worker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says why, the log is as it was, and the second run succeeds."""
    address = upload(admin, HEADER + ROW)
    worker.tick(clock.moment)
    admin.post(address)
    with monkeypatch.context() as broken:
        broken.setattr(file_jobs, "MOST_ATTEMPTS", 0)
        assert worker.tick(clock.moment).failures == 0
    page = words(admin.get(address).text)
    assert "This did not work, and nothing was taken in." in page
    assert logged(harbour) == []
    admin.post(f"{address}/again")
    worker.tick(clock.moment)
    assert len(logged(harbour)) == 1


def test_a_large_file_shows_a_bar(harbour: World, admin: Visitor, small: None, visit: Callable[..., Visitor]) -> None:
    """How many rows of how many, as the worker wrote it down."""
    address = upload(admin, HEADER + ROW)
    job = harbour.session.scalars(select(ImportJob)).one()
    job.state, job.done, job.total = "running", 20_000, 50_000
    harbour.session.commit()
    html = admin.get(address).text
    assert '<progress value="20000" max="50000">' in html
    assert "20000 of 50000" in words(html)


def test_progress_is_told_at_a_steady_pace(harbour: World, admin: Visitor, small: None) -> None:
    """Once a second, however fast the rows are read; and nothing of the file is held locked meanwhile."""
    upload(admin, HEADER + ROW)
    job = harbour.session.scalars(select(ImportJob)).one()
    key = (job.organisation_id, job.id)
    times = iter([datetime(2026, 3, 2, 12, 0, second, tzinfo=UTC) for second in (0, 0, 0, 0, 5, 5)])
    tell = file_jobs._teller(lambda: nullcontext(harbour.session), key, lambda: next(times))
    seen = []
    for done in (500, 1000, 1500):
        tell(done, 2000)
        seen.append(job.done)
    assert seen == [500, 500, 1500]


def test_the_log_is_as_it_was_when_the_database_refuses_a_row(
    admin: Visitor, harbour: World, small: None, worker: Worker, clock: Clock
) -> None:
    """All or nothing, and the reason names no content."""
    address = upload(admin, HEADER + ROW + ROW.replace(b"INC-1", b"INC-2"))
    worker.tick(clock.moment)
    admin.post(address)
    (found,) = harbour.session.scalars(select(Upload)).all()
    harbour.session.commit()
    found.content = b"no,table\n"
    harbour.session.commit()
    assert worker.tick(clock.moment).failures == 1
    assert "This did not work" in words(admin.get(address).text)
    assert logged(harbour) == []
