"""T7: the web process cannot read boxes, and needs nothing that could; its twin, the worker, reads them."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp.cli.serving import of_pages
from surveyapp.privacy.ballots import show_code
from surveyapp.services.team_codes import results_code
from surveyapp.settings import Settings
from tests.attacks import relinking
from tests.attacks.test_witness import served
from tests.fixtures.past import Past
from tests.fixtures.site import Check, Clock
from tests.fixtures.world import World, item_keys


def test_t7_answering_works_without_what_opens_boxes(check: Check, client: FlaskClient, clock: Clock) -> None:
    """With the opening keys carried away people answer as always; brought back, the worker finds every sheet.

    What the pages are told about the installation leads to no such key.
    """
    world, wave = check.world, check.wave
    away = world.settings.vault_open_keys.with_name("carried-away")
    shutil.move(world.settings.vault_open_keys, away)
    sheet = {f"answer-{key}": "2" for key in item_keys(world, wave)}
    world.session.commit()
    for code in check.codes[:8]:
        reply = client.post(check.path, data={"code": code, **sheet})
        assert "Thank you" in reply.text
    boxes = relinking.boxes_in(world.settings.vault_url)
    assert not any(relinking.open_with(world.settings.vault_keys, box) for box in boxes)
    shutil.move(away, world.settings.vault_open_keys)
    opened = [relinking.open_with(world.settings.vault_keys, box) for box in boxes]
    assert sum(len(each or b"") for each in opened) == 8 * len(sheet)
    clock.moment = wave.closes_at
    world.release(wave)
    assert wave.state == "erased"


def test_t7_the_pages_are_not_told_where_the_opening_keys_are() -> None:
    """Of the settings of an installation the web processes get all but two, and need no others."""
    told = {
        "SECRET_KEY": "test" * 8,
        "DATABASE_URL": "sqlite:///main.db",
        "VAULT_URL": "sqlite:///vault.db",
        "VAULT_OPEN_URL": "sqlite:///vault.db",
        "VAULT_KEYS": "keys",
        "VAULT_OPEN_KEYS": "elsewhere",
    }
    kept = of_pages(told)
    assert told.keys() - kept.keys() == {"VAULT_OPEN_URL", "VAULT_OPEN_KEYS"}
    assert "elsewhere" not in str(Settings.from_env(kept))


def read_by_team(world: World, group: UUID) -> bytes:
    """Start the pages anew and return what the code of a team opens."""
    code = show_code(results_code(world.settings.ballot_key, world.organisation_id, group))
    with served(replace(world, session=Session()), Clock(datetime(2026, 4, 10, 12, tzinfo=UTC))) as app:
        content: bytes = app.test_client().post(f"/results/{group}", data={"code": code}).data
    return content


def test_t7_results_are_read_without_any_vault(past: Past) -> None:
    """R15: with vault and keys deleted the page of a team has the same bytes, for it is made of release rows."""
    group = past.group("Gates")
    past.session.commit()
    before = read_by_team(past.world, group)
    for path in (past.world.settings.vault_keys, past.world.settings.vault_open_keys):
        shutil.rmtree(path, ignore_errors=True)
    past.world.vault.engine.dispose()
    for path in past.world.settings.vault_keys.parent.glob("vault.db*"):
        path.unlink()
    assert b"n = " in before
    assert read_by_team(past.world, group) == before
