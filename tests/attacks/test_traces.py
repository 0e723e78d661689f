"""What a whole run leaves behind in logs, rows, mails and pages holds no code, hash, secret or answer."""

import logging
import secrets
import time
import urllib.request
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import Engine, Interval, MetaData, create_engine, inspect, make_url, select, text
from sqlalchemy.types import TypeEngine

from surveyapp.clock import now
from surveyapp.privacy.ballots import derive_code, hash_code, show_code
from surveyapp.store import tables as main
from surveyapp.store.invitations import Invitation
from surveyapp.store.pulses import Wave, WaveGroup
from surveyapp.vault import tables as vault
from tests.fixtures.mail import MailServer
from tests.fixtures.processes import Installation
from tests.fixtures.site import Check
from tests.fixtures.world import World, item_keys
from tests.journeys.steps import choose, link_in, mail_to, send

COMMENT = "The lamps at quay nine are out"
TIMES = (datetime, date)
SECONDS = 60


def written(codes: Collection[str], sheets: Collection[bytes], world: World) -> dict[str, set[bytes]]:
    """Return everything that must not be found, in the forms in which programs write such things."""
    hashes = [hash_code(code) for code in codes]
    keys = [world.settings.secret_key.encode(), world.settings.ballot_key]
    return {
        "code": {form.encode() for code in codes for form in (code, show_code(code), code.lower())},
        "hash": {form for each in hashes for form in (each, each.hex().encode(), repr(each).encode())},
        "secret": {form for each in keys for form in (each, each.hex().encode(), repr(each).encode())},
        "answers": {
            form
            for sheet in sheets
            for form in (sheet, sheet.hex().encode(), repr(sheet).encode(), ", ".join(map(str, sheet)).encode())
        },
        "form": {b"answer-raise-concerns=", b"'answer-raise-concerns'"},
        "comment": {COMMENT.encode(), COMMENT.replace(" ", "+").encode()},
    }


def traces(unspeakable: Mapping[str, Collection[bytes]], content: bytes) -> list[str]:
    """Name what a piece of content holds of what it must not hold."""
    return [what for what, forms in unspeakable.items() if any(form in content for form in forms)]


@pytest.mark.browser
def test_a_whole_run_leaves_no_trace(
    harbour: World,
    installation: Installation,
    smtp_server: MailServer,
    browser: Browser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Invited by mail, answered in a browser, closed and released by real processes that log all they can."""
    # The mail server runs in this process. At this level it logs envelopes; a mail itself has to carry its code.
    caplog.set_level(logging.INFO, logger="mail.log")
    harbour.pulse("Harbour", first_day=now().date() - timedelta(days=1), time_zone="UTC")
    with installation.serving():
        wave, codes = _invited(harbour, smtp_server)
        sheets = _sheets(len(codes), len(item_keys(harbour, wave)))
        unspeakable = written(codes, sheets, harbour)
        logged = installation.log.read_bytes()
        _answer_in_browser(browser, installation.address, mail_to(smtp_server.messages, "bob@example.org"))
        _answer_and_stumble(harbour, wave, installation.address, sheets)
        assert installation.log.read_bytes() == logged, "a line for an answer would tell its time"
        left = {"rows during the wave": _everything_in(harbour.settings.database_url)}
    installation.command("tick", later=timedelta(days=5))
    left["rows after the release"] = _everything_in(harbour.settings.database_url)
    left["files"] = _files_of(harbour.settings.database_url)
    left["logs"] = installation.log.read_bytes()
    left["log of the mail server"] = caplog.text.encode()
    assert harbour.session.get_one(Wave, (wave.organisation_id, wave.id)).state == "erased"
    assert b"is released" in left["logs"], "the attack did not see the logs that it is about"
    assert b"bob@example.org" in left["log of the mail server"]
    assert {place: found for place, content in left.items() if (found := traces(unspeakable, content))} == {}


def _invited(world: World, server: MailServer) -> tuple[Wave, list[str]]:
    """Wait until everybody has their mail, and return the wave and the codes of one group."""
    for _ in range(10 * SECONDS):
        world.session.rollback()
        invited = world.session.scalars(select(Invitation)).all()
        if invited and len(server.messages) == len(invited):
            wave = world.session.scalars(select(Wave).where(Wave.state == "open")).one()
            return wave, [derive_code(world.settings.ballot_key, each.seed) for each in invited]
        time.sleep(0.1)
    pytest.fail(f"{len(server.messages)} mails arrived")


def _sheets(people: int, items: int) -> list[bytes]:
    """Return sheets that stand nowhere by chance."""
    return [bytes(secrets.SystemRandom().choices(range(1, 6), k=items)[:-3]) + bytes((1, 5, 2)) for _ in range(people)]


def _answer_in_browser(browser: Browser, address: str, mail: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + link_in(mail, "/answer/"))
    choose(page, "I can share an idea", "4 Agree")
    send(page, COMMENT)
    context.close()


def _answer_and_stumble(world: World, wave: Wave, address: str, sheets: list[bytes]) -> None:
    """Let a whole group answer, and make every mistake that people and programs make."""
    path = f"/answer/{world.group_of(wave, 'Gates').slug}"
    codes = world.codes(wave, "Gates")
    for place, (code, sheet) in enumerate(zip(codes, sheets, strict=False)):
        fields = {f"answer-{key}": str(value) for key, value in zip(item_keys(world, wave), sheet, strict=True)}
        # Two comments are too few to be published, so they must be gone after the release like everything else.
        sent = {"code": show_code(code), "comment": COMMENT if place < 2 else "", "looked": "yes"} | fields
        assert _status(address + path, {key: value for key, value in sent.items() if key != "looked"}) == 200
        assert _status(address + path, sent) == 200
    assert _status(address + path, sent) == 200
    assert _status(address + path, sent | {"comment": COMMENT * 100}) == 422
    assert _status(address + path, sent | {"comment": COMMENT * 10_000}) == 413
    assert _status(address + path, sent | {"answer-hovering": "9"}) == 422
    assert _status(address + path, sent | {"code": show_code(codes[0])[:-1] + "\x00"}) == 422
    assert _status(f"{address}/answer", {"code": show_code(codes[0])}) == 410
    assert _status(f"{address}/answer/{codes[0]}") == 404
    assert _status(f"{address}/{codes[0]}?code={codes[1]}") == 404
    assert _status(f"{address}/results/{world.group_of(wave, 'Gates').group_id}", {"code": codes[0]}) == 404


def _status(url: str, fields: Mapping[str, str] | None = None) -> int:
    try:
        with urllib.request.urlopen(url, urlencode(fields).encode() if fields else None) as reply:  # noqa: S310  # Ours.
            return int(reply.status)
    except HTTPError as refused:
        refused.close()
        return refused.code


def _everything_in(url: str) -> bytes:
    """Write out every row of every table that the database has, whoever made it."""
    engine = create_engine(url)
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        rows = [repr(row) for table in found.sorted_tables for row in connection.execute(table.select())]
    engine.dispose()
    assert len(rows) > len(main.metadata.tables)
    return "\n".join(rows).encode()


def _files_of(url: str) -> bytes:
    path = Path(str(make_url(url).database))
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("what", ["code", "hash", "secret", "answers", "form", "comment"])
def test_a_trace_is_found(check: Check, what: str) -> None:
    """Planted: a log with any of it in any of its forms is noticed, and one without is not."""
    unspeakable = written([check.codes[0].replace("-", "")], [bytes(range(1, 10))], check.world)
    for form in unspeakable[what]:
        assert what in traces(unspeakable, b"10:15 DEBUG got " + form + b" and went on")
    assert traces(unspeakable, b"10:15 DEBUG went on") == []


def test_what_breaks_while_answering_is_told_without_a_trace(
    check: Check, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """When the vault is broken, neither the error page nor the log repeats what was sent."""
    caplog.set_level(logging.DEBUG)
    _drop(check.world.settings.vault_open_url, "ballot")
    sheet = bytes((4, 2, 5, 1, 3, 2, 4, 1, 5))
    fields = {f"answer-{key}": str(value) for key, value in zip(item_keys(check.world, check.wave), sheet, strict=True)}
    sent = {"code": check.codes[0], "comment": COMMENT, "looked": "yes", **fields}
    reply = app.test_client(use_cookies=False).post(check.path, data=sent)
    assert reply.status_code == 500
    assert "OperationalError" in caplog.text
    unspeakable = written([check.codes[0].replace("-", "")], [sheet], check.world)
    assert traces(unspeakable, caplog.text.encode() + reply.data) == []


def _drop(url: str, table: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {table}"))
    engine.dispose()


@pytest.mark.postgres
def test_nothing_in_the_vault_can_hold_a_time(world: World) -> None:
    """No column of the vault, as its tables are in the database, has a type that tells a time."""
    engine = create_engine(world.settings.vault_open_url)
    found = _time_columns(engine)
    engine.dispose()
    assert found == []
    assert {table.name for table in vault.metadata.sorted_tables} == {"ballot", "box"}


@pytest.mark.postgres
def test_a_time_in_the_vault_is_noticed(world: World) -> None:
    """Planted: a column that says when."""
    engine = create_engine(world.settings.vault_open_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE box ADD COLUMN filled_at TIMESTAMP"))
    found = _time_columns(engine)
    engine.dispose()
    assert found == ["box.filled_at"]


def _time_columns(engine: Engine) -> list[str]:
    """Name the columns of all tables but the record of migrations that can hold a day, an hour or a length of time."""
    database = inspect(engine)
    return [
        f"{table}.{column['name']}"
        for table in database.get_table_names()
        for column in database.get_columns(table)
        if _tells_time(column["type"])
    ]


def _tells_time(kind: TypeEngine[object]) -> bool:
    return isinstance(kind, Interval) or issubclass(kind.python_type, (*TIMES, type(timedelta())))


def test_no_name_near_answers_tells_a_time(check: Check) -> None:
    """Ids of groups, boxes and invitations are random (version 4), and so are public names and seeds."""
    session = check.world.session
    groups = session.execute(select(WaveGroup.wave_id, WaveGroup.group_id, WaveGroup.slug)).all()
    invitations = session.execute(select(Invitation.id, Invitation.seed)).all()
    ids = [each for row in groups for each in row[:2]] + [row.id for row in invitations]
    assert {each.version for each in ids if isinstance(each, UUID)} == {4}
    # What two names made at the same moment have in common is the organisation, and nothing of the rest.
    assert len({row.slug[8:12] for row in groups}) == len(groups) > 1
    assert len({row.seed[:4] for row in invitations}) == len(invitations)
