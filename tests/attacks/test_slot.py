"""The pages put sheets into boxes and read none: with everything that a web process holds, and all that it may try."""

import stat

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from surveyapp.cli.serving import of_pages
from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.services.installation.checking import examine
from surveyapp.services.pulses.waves import terms_digest
from surveyapp.store.pulses import Wave
from surveyapp.vault import envelopes, rights
from surveyapp.vault.deposit import Address, is_spent, put_in
from surveyapp.vault.doors import NoRightToOpen, open_slot
from surveyapp.vault.opening import erase, open_boxes
from tests.attacks import relinking
from tests.fixtures.databases import PAGES
from tests.fixtures.world import World, item_keys

SHEETS = [bytes((1 + number % 5, 1 + number // 5, 3, 4, 2, 5, 1, 2, 4)) for number in range(8)]
# A right is wanting, there is nothing to divide by, or the server has no such extension.
REFUSALS = {"42501", "22012", "0A000"}
# What somebody tries who holds the connection of the pages.
ATTEMPTS = {
    "read boxes": "SELECT sheets FROM box",
    "count boxes": "SELECT count(*) FROM box",
    "see versions": "SELECT ctid, xmin FROM box",
    "read ballots": "SELECT hash FROM ballot",
    "copy boxes": "COPY box TO STDOUT",
    "copy through a program": "COPY box TO PROGRAM 'cat'",
    "change a box": "UPDATE box SET version = 0",
    "empty a box": "DELETE FROM box",
    "spend a ballot": "UPDATE ballot SET spent = true",
    "give a ballot back": "UPDATE ballot SET spent = false WHERE spent",
    "add a ballot": "INSERT INTO ballot SELECT * FROM ballot LIMIT 1",
    "truncate": "TRUNCATE box, ballot",
    "lock": "BEGIN; LOCK TABLE box IN ACCESS SHARE MODE",
    "become the owner": "SET ROLE {owner}",
    "become the owner for good": "GRANT {owner} TO CURRENT_USER",
    "grant itself": "GRANT SELECT ON box TO CURRENT_USER",
    "own": "ALTER TABLE box OWNER TO CURRENT_USER",
    "drop the constraint": "ALTER TABLE ballot DROP CONSTRAINT pk_ballot",
    "watch with a trigger": "CREATE TRIGGER watch AFTER UPDATE ON box"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "watch with a rule": "CREATE RULE watch AS ON UPDATE TO box DO ALSO SELECT 1",
    "shadow a table": "CREATE TABLE public.box_copy AS SELECT 1 AS one",
    "shadow a table for the session": "CREATE TEMPORARY TABLE box (sheets bytea)",
    "replace a function": "CREATE OR REPLACE FUNCTION public.find_ballot(uuid, uuid, bytea)"
    " RETURNS void LANGUAGE sql AS ''",
    "alter a function": "ALTER FUNCTION take_out_box RESET ALL",
    "see the rows of pages": "CREATE EXTENSION pageinspect",
    "read files": "SELECT pg_read_binary_file('PG_VERSION')",
    "list files": "SELECT pg_ls_dir('.')",
    "list the log": "SELECT pg_ls_waldir()",
    "import a file": "SELECT lo_import('/etc/hostname')",
    "follow the log": "SELECT pg_create_physical_replication_slot('watch')",
    "publish": "CREATE PUBLICATION watch FOR TABLE box",
    "read other sessions": "SELECT 1 / count(*) FROM pg_stat_activity"
    " WHERE usename <> CURRENT_USER AND query <> '<insufficient privilege>'",
    "read statistics of columns": "SELECT 1 / count(*) FROM pg_stats WHERE tablename = 'ballot'",
}


@pytest.fixture
def wave(world: World) -> Wave:
    """Give an open wave in which eight people of one crew have answered."""
    world.unit("Crew", "Harbour", people=12)
    wave = world.open(world.pulse("Harbour"))
    for code, sheet in zip(world.codes(wave, "Crew"), SHEETS, strict=False):
        world.answer(wave, "Crew", code, dict(zip(item_keys(world, wave), sheet, strict=True)))
    world.session.commit()
    return wave


def address(world: World, wave: Wave) -> Address:
    """Return where the box of the crew stands."""
    return Address(world.organisation_id, wave.id, world.group_of(wave, "Crew").group_id)


@pytest.mark.postgres
def test_the_pages_hold_nothing_that_opens_a_box(world: World, wave: Wave, app: Flask) -> None:
    """Their handle has no key, whatever the door; with it sheets go in, and the worker releases them."""
    slot = app.extensions["surveyapp"].vault
    assert slot.opens is None
    with pytest.raises((NoRightToOpen, DBAPIError)):
        open_boxes(slot, world.organisation_id, wave.id, 9, terms_digest(wave))
    with pytest.raises((NoRightToOpen, DBAPIError)):
        erase(slot, world.organisation_id, wave.id, ())
    put_in(slot, address(world, wave), hash_code(read_code(world.codes(wave, "Crew")[8])), SHEETS[0], b"")
    world.release(wave)
    assert wave.state == "erased"


@pytest.mark.postgres
def test_a_box_in_the_hands_of_the_pages_is_closed_envelopes(world: World, wave: Wave) -> None:
    """With the keys that they need for adding a sheet, and a dump that they could not make, they read no sheet."""
    [box] = relinking.boxes_in(world.settings.vault_open_url)
    content = relinking.unseal_with(world.settings.vault_keys, box)
    assert content is not None
    assert len(content) == 8 * relinking.LETTER
    assert not any(sheet in content for sheet in SHEETS)
    assert relinking.open_with(world.settings.vault_keys, box, opens=world.settings.vault_keys / "none") is None
    opened = relinking.open_with(world.settings.vault_keys, box)
    assert opened is not None
    assert sorted(opened[start : start + 9] for start in range(0, 72, 9)) == sorted(SHEETS)


def test_the_pages_can_ask_who_answered(world: World, wave: Wave) -> None:
    """A limit of the confidential way in: whoever has the main database and the secret can ask about each ballot."""
    slot = open_slot(world.settings)
    hashes = [hash_code(read_code(code)) for code in world.codes(wave, "Crew")]
    found = [is_spent(slot, world.organisation_id, wave.id, each) for each in hashes]
    slot.engine.dispose()
    assert [ballot is not None and ballot[1] for ballot in found] == [True] * 8 + [False] * 4


def test_changed_pages_read_what_passes_through_them(world: World, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit: a program that was changed keeps what people send from then on; of what they sent before it has none."""
    seen: list[bytes] = []
    close = envelopes.close_envelope

    def keep(public: bytes, content: bytes, bound_to: bytes) -> bytes:
        seen.append(content)
        return close(public, content, bound_to)

    monkeypatch.setattr(envelopes, "close_envelope", keep)
    slot = open_slot(world.settings)
    put_in(slot, address(world, wave), hash_code(read_code(world.codes(wave, "Crew")[8])), b"late code", b"")
    slot.engine.dispose()
    assert [sheet for sheet in seen if sheet] == [b"late code"]


def test_equal_sheets_are_different_envelopes(world: World) -> None:
    """Whoever sees envelopes cannot say which people agree."""
    world.unit("Crew", "Harbour", people=12)
    wave = world.open(world.pulse("Harbour"))
    world.fill(wave, "Crew", [dict.fromkeys(item_keys(world, wave), 3)] * 8)
    [box] = relinking.boxes_in(world.settings.vault_open_url)
    content = relinking.unseal_with(world.settings.vault_keys, box) or b""
    assert len({content[start : start + relinking.LETTER] for start in range(0, len(content), relinking.LETTER)}) == 8


@pytest.fixture
def granted(world: World) -> None:
    """Grant what `surveyapp init` grants: rights on a database are not copied to the one that a test gets."""
    rights.grant(world.settings)


@pytest.mark.postgres(only=True)
def test_the_role_of_the_pages_is_refused_whatever_it_tries(world: World, wave: Wave, granted: None) -> None:
    """Every statement but the three functions fails for want of a right, and changes nothing."""
    engine = create_engine(world.settings.vault_url, isolation_level="AUTOCOMMIT")
    owner = create_engine(world.settings.vault_open_url).url.username
    before = relinking.boxes_in(world.settings.vault_open_url)
    survived = []
    for name, statement in ATTEMPTS.items():
        with engine.connect() as connection:
            try:
                connection.exec_driver_sql(statement.format(owner=owner).replace("%", "%%"))
            except DBAPIError as refused:
                if getattr(refused.orig, "sqlstate", "") not in REFUSALS:
                    survived.append(f"{name}: {refused.orig}")
            else:
                survived.append(name)
    engine.dispose()
    assert survived == []
    assert relinking.boxes_in(world.settings.vault_open_url) == before


@pytest.mark.postgres(only=True)
def test_no_box_comes_out_without_an_unspent_ballot(world: World, wave: Wave, granted: None) -> None:
    """A spent one, an invented one and one of another group get nothing, and a box does not go back without one."""
    where, spent = address(world, wave), hash_code(read_code(world.codes(wave, "Crew")[0]))
    engine = create_engine(world.settings.vault_url)
    at = f"'{where.organisation_id}', '{where.wave_id}', '{where.group_id}'"
    with engine.begin() as connection:
        for ballot in (spent, b"invented".ljust(32)):
            taken = connection.execute(text(f"SELECT * FROM take_out_box({at}, :ballot)"), {"ballot": ballot})
            assert taken.all() == []
    with engine.connect() as connection, pytest.raises(DBAPIError, match="no ballot was spent for this box"):
        connection.execute(text(f"SELECT put_back_box({at}, :ballot, 8, '', '')"), {"ballot": spent})
    engine.dispose()


@pytest.mark.postgres(only=True)
def test_a_right_too_many_is_noticed(world: World, wave: Wave, granted: None) -> None:
    """Planted: a role that may read boxes reads them, and the doctor says so."""
    owner = create_engine(world.settings.vault_open_url)
    with owner.begin() as connection:
        connection.execute(text(f"GRANT SELECT ON box TO {PAGES}"))
    owner.dispose()
    pages = create_engine(world.settings.vault_url)
    with pages.connect() as connection:
        assert connection.scalar(text(ATTEMPTS["count boxes"])) == 1
    pages.dispose()
    assert rights.excessive_rights(world.settings) == ["SELECT on box"]
    assert any("may SELECT on box" in finding.text for finding in examine(world.settings, wave.opens_at))
    rights.grant(world.settings)
    assert rights.excessive_rights(world.settings) == []


def test_a_stuffed_box_is_not_released(world: World, wave: Wave) -> None:
    """A web process that puts in two sheets for one ballot holds up the release instead of changing a figure."""
    twice = open_slot(world.settings)
    where, code = address(world, wave), hash_code(read_code(world.codes(wave, "Crew")[8]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("surveyapp.vault.deposit.insert_somewhere", lambda content, letter: content + letter + letter)
        put_in(twice, where, code, SHEETS[0], b"")
    with pytest.raises(Exception, match="another number of sheets"):
        world.release(wave)
    twice.engine.dispose()


def test_web_processes_are_not_told_how_to_open_boxes(world: World, wave: Wave) -> None:
    """What `serve` hands to them names neither the role nor the keys, so code in them would have to look further."""
    told = of_pages({"VAULT_URL": "a", "VAULT_OPEN_URL": "b", "VAULT_OPEN_KEYS": "c"})
    assert told == {"VAULT_URL": "a"}


def test_two_accounts_share_the_keys_of_boxes_and_no_others(world: World) -> None:
    """With folders set as the guide says, the group can add sheets; the keys that open them stay with the worker."""
    world.settings.vault_keys.chmod(0o2770)
    world.unit("Crew", "Harbour", people=12)
    wave = world.open(world.pulse("Harbour"))
    shared = world.settings.vault_keys / wave.id.hex
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (shared, next(shared.iterdir()))]
    assert modes == [0o2770, 0o660]
    own = world.settings.vault_open_keys
    assert [stat.S_IMODE(path.stat().st_mode) for path in (own, own / wave.id.hex)] == [0o700, 0o600]
