"""No physical order of a database tells whose sheet is whose: during a wave, in old pages, or after its close."""

import operator
import os
import secrets
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.store.pulses import Wave
from surveyapp.vault import deposit, seal
from tests.attacks import relinking
from tests.fixtures.world import World, item_keys

WAVES = 5


def _distinct_sheets(people: int) -> list[bytes]:
    """Return sheets that differ from each other and from what files are full of anyway."""
    sheets: set[bytes] = set()
    while len(sheets) < people:
        sheet = bytes(1 + secrets.randbelow(5) for _ in range(9))
        if len(set(sheet)) > 3:
            sheets.add(sheet)
    return list(sheets)


def _answer_in_random_order(world: World, wave: Wave, people: int) -> list[tuple[str, bytes]]:
    """Let everybody answer, and return who answered what in the order of answering."""
    keys = item_keys(world, wave)
    pairs = list(zip(world.codes(wave, "Crew"), _distinct_sheets(people), strict=True))
    secrets.SystemRandom().shuffle(pairs)
    for code, sheet in pairs:
        world.answer(wave, "Crew", code, dict(zip(keys, sheet, strict=True)))
    return pairs


def _attack_waves(world: World, people: int) -> tuple[float, float]:
    """Run waves, steal the vault with its keys in each, and link by order of answering and physical orders."""
    pulse = world.pulse("Harbour")
    guesses: dict[str, list[list[bytes]]] = {}
    truths: dict[str, list[list[bytes]]] = {}
    for _ in range(WAVES):
        wave = world.open(pulse)
        sheet_of = {hash_code(read_code(code)): sheet for code, sheet in _answer_in_random_order(world, wave, people)}
        [box] = relinking.boxes_in(world.settings.vault_open_url)
        content = relinking.open_with(world.settings.vault_keys, box)
        assert content is not None
        in_box = deposit_order(content)
        orders = relinking.ballots_in_order(world.settings.vault_open_url)
        orders["time of answering"] = list(sheet_of)
        for name, order in orders.items():
            guesses.setdefault(name, []).append(in_box)
            truths.setdefault(name, []).append([sheet_of[ballot] for ballot in order])
        world.release(wave)
    rates = [relinking.success(guesses[name], truths[name]) for name in guesses]
    return max(rate for rate, _ in rates), rates[0][1]


def deposit_order(content: bytes) -> list[bytes]:
    """Return the sheets in the order in which a box holds them."""
    return [content[start : start + 9] for start in range(0, len(content), 9)]


@pytest.mark.postgres
@pytest.mark.parametrize("people", [8, 12, 30])
def test_no_order_links_ballots_to_sheets(world: World, people: int) -> None:
    """Rowid, ctid, xmin and the order of answering link no more sheets than chance does."""
    world.unit("Crew", "Harbour", people)
    rate, most = _attack_waves(world, people)
    if rate > most:
        # Among many orders and sizes chance oversteps three standard errors now and then, but not twice in a row.
        rate, most = _attack_waves(world, people)
    assert rate <= most


def test_the_attack_finds_a_box_that_grew_in_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a box to which sheets are appended is linked completely."""
    monkeypatch.setattr(deposit, "insert_somewhere", operator.add)
    world.unit("Crew", "Harbour", 8)
    rate, most = _attack_waves(world, 8)
    assert rate == 1.0 > most


def test_old_versions_in_the_write_ahead_log_stay_shut(world: World, tmp_path: Path) -> None:
    """Every commit is still in SQLite's log; the keys held now open only the newest box, so no two can be compared."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    _answer_in_random_order(world, wave, 12)
    vault = Path(str(make_url(world.settings.vault_open_url).database))
    history = list(relinking.history_in_wal(vault, tmp_path))
    versions = {box.version for boxes in history for box in boxes}
    readable = {
        box.version
        for boxes in history
        for box in boxes
        if relinking.open_with(world.settings.vault_keys, box) is not None
    }
    assert versions >= set(range(1, 13)), "the attack did not find the history that it is about"
    assert readable == {12}


def test_the_attack_reads_old_versions_when_keys_stay(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: with one key for good, the log links every sheet to the ballot that was spent with it."""
    monkeypatch.setattr(seal, "add_key", _same_key_again)
    world.unit("Crew", "Harbour", 8)
    wave = world.open(world.pulse("Harbour"))
    _answer_in_random_order(world, wave, 8)
    vault = Path(str(make_url(world.settings.vault_open_url).database))
    readable = {
        box.version
        for boxes in relinking.history_in_wal(vault, tmp_path)
        for box in boxes
        if relinking.open_with(world.settings.vault_keys, box) is not None
    }
    assert readable >= set(range(1, 9))


def _same_key_again(descriptor: int, version: int) -> bytes:
    key = seal.read_key(descriptor, version - 1)
    os.pwrite(descriptor, seal._SLOT.pack(version, key), version % 2 * seal._SLOT.size)
    return key


@pytest.mark.postgres
def test_dead_rows_and_logs_hold_no_sheet_in_clear(world: World, backend: str) -> None:
    """A sheet as bytes stands in no file of the database, neither during the wave nor after its close."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    sheets = [sheet for _, sheet in _answer_in_random_order(world, wave, 12)]
    assert _files_that_hold(world, backend, sheets) == []
    world.release(wave)
    assert _files_that_hold(world, backend, sheets) == []


def _files_that_hold(world: World, backend: str, sheets: list[bytes]) -> list[str]:
    engine = create_engine(world.settings.vault_open_url)
    with engine.connect() as connection:
        if backend == "postgresql":
            connection.execute(text("CHECKPOINT"))
            folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        else:
            folder = Path(str(make_url(world.settings.vault_open_url).database)).parent
    engine.dispose()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    # A sheet of nine small numbers is unlikely to stand anywhere by chance.
    return [path.name for path in files if any(sheet in path.read_bytes() for sheet in sheets)]


@pytest.mark.postgres
def test_nothing_of_a_wave_is_left_after_its_release(world: World, backend: str) -> None:
    """Boxes, ballots, keys, invitations and deliveries are gone, and SQLite's files hold no trace of a ballot."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    hashes = [hash_code(read_code(code)) for code, _ in _answer_in_random_order(world, wave, 12)]
    world.release(wave)
    assert relinking.boxes_in(world.settings.vault_open_url) == []
    assert list(world.settings.vault_keys.iterdir()) == []
    if backend == "sqlite":
        vault = Path(str(make_url(world.settings.vault_open_url).database))
        world.vault.engine.dispose()
        left = b"".join(path.read_bytes() for path in vault.parent.glob(f"{vault.name}*"))
        assert not any(ballot in left for ballot in hashes)
        assert sqlite3.connect(vault).execute("PRAGMA freelist_count").fetchone() == (0,)
