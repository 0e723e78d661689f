"""Looking at the storage of a running installation: kept promises are told as such, broken ones are found."""

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from surveyapp.services.installation.storage import check_storage
from surveyapp.store.invitations import Invitation
from surveyapp.store.pulses import Wave
from surveyapp.vault import deposit
from tests.fixtures.world import World, item_keys


def broken(world: World) -> list[str]:
    """Return what is not as promised."""
    world.session.commit()
    with Session(world.session.get_bind()) as session:
        return [check.text for check in check_storage(session, world.settings) if not check.kept]


def in_vault(world: World, statement: str) -> None:
    """Change the vault past its doors."""
    engine = create_engine(world.settings.vault_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def busy(harbour: World) -> World:
    """Give an organisation with one released wave and an open one in which somebody has answered."""
    pulse = harbour.pulse("Harbour")
    for release in (True, False):
        wave = harbour.open(pulse)
        harbour.fill(wave, "Cranes", [dict.fromkeys(item_keys(harbour, wave), 3)] * 8)
        if release:
            harbour.release(wave)
    return harbour


def open_wave(world: World) -> Wave:
    """Return the wave that is open."""
    return world.session.scalars(select(Wave).where(Wave.state == "open")).one()


@pytest.mark.postgres
def test_a_sound_vault_keeps_every_promise(busy: World) -> None:
    """Everything is looked at and told in words."""
    checks = check_storage(busy.session, busy.settings)
    assert [check.text for check in checks if not check.kept] == []
    assert len(checks) == 8


def test_an_empty_installation_keeps_every_promise(world: World) -> None:
    """Before the first wave there is nothing to find."""
    assert broken(world) == []


PLANTED = {
    "a time beside an answer": ("ALTER TABLE box ADD COLUMN touched DATETIME", "hold a time: box.touched"),
    "a person beside a ballot": (
        "ALTER TABLE ballot ADD COLUMN member_id CHAR(32)",
        "people in the vault: ballot.member",
    ),
    "answers with rows of their own": (
        "CREATE TABLE answer (id INTEGER PRIMARY KEY, sheet BLOB)",
        "number rows of the vault: answer.id",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_changed_table_is_found(busy: World, name: str) -> None:
    """Planted: columns and tables that tie answers to times, people or an order."""
    statement, said = PLANTED[name]
    in_vault(busy, statement)
    assert [said in each for each in broken(busy)] == [True]


def test_boxes_and_keys_that_outlive_their_wave_are_found(busy: World) -> None:
    """Planted: a wave whose boxes were not destroyed after its release."""
    wave = open_wave(busy)
    busy.session.execute(delete(Invitation).where(Invitation.wave_id == wave.id))
    wave.state = "erased"
    said = broken(busy)
    assert len(said) == 2
    assert "3 boxes of waves that are over have not been destroyed" in said
    assert wave.id.hex in said[1]


def test_invitations_that_outlive_their_wave_are_found(busy: World) -> None:
    """Planted: the list of who was invited stays after the release."""
    open_wave(busy).state = "released"
    assert any("still say who was invited" in each for each in broken(busy))


def test_ballots_in_the_order_of_the_roster_are_found(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: ballots are put up as the invitations come, so that their place names a person."""

    def as_they_come(key: Callable[..., object]) -> Callable[..., object]:
        return lambda row: 0

    monkeypatch.setattr(deposit, "itemgetter", as_they_come)
    harbour.open(harbour.pulse("Harbour"))
    assert [each.split(" (")[0] for each in broken(harbour)] == ["ballots lie in the order of their invitations"]
