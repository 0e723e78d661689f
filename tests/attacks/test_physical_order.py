"""No physical order of a database tells whose sheet is whose: during a wave, in old versions, or after its close."""

import logging
import operator
import os
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from itertools import count, product
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, inspect, make_url, select, text

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.services import answering
from surveyapp.services.pulses.waves import terms_digest
from surveyapp.store.pulses import Wave
from surveyapp.vault import deposit, envelopes, seal, slot
from surveyapp.vault.deposit import Address
from surveyapp.vault.doors import open_vault
from surveyapp.vault.opening import erase
from surveyapp.vault.sheets import write_sheet
from tests.attacks import relinking, remains
from tests.attacks.relinking import Linked, StoredBox
from tests.fixtures.databases import Databases
from tests.fixtures.world import World

logger = logging.getLogger(__name__)

WAVES = 5
Copy = Callable[[str], str]


def _distinct_sheets(people: int) -> list[bytes]:
    """Return sheets that differ from each other and from what files are full of anyway."""
    sheets: set[bytes] = set()
    while len(sheets) < people:
        sheet = bytes(1 + secrets.randbelow(5) for _ in range(9))
        if len(set(sheet)) > 3:
            sheets.add(sheet)
    return list(sheets)


def answer_in_random_order(world: World, wave: Wave, people: int) -> dict[bytes, bytes]:
    """Let everybody answer, and return the sheet of each ballot in the order of answering."""
    page = answering.find_page(world.session, world.group_of(wave, "Crew").slug, wave.opens_at + timedelta(hours=1))
    keys = [item.key for item in page.instrument.items]
    pairs = list(zip(world.codes(wave, "Crew"), _distinct_sheets(people), strict=True))
    secrets.SystemRandom().shuffle(pairs)
    for code, sheet in pairs:
        answering.put_in_box(world.vault, page, code, dict(zip(keys, sheet, strict=True)))
    return {hash_code(read_code(code)): sheet for code, sheet in pairs}


def attack_waves(
    world: World, people: int, waves: int = WAVES, length: int = 9, copy: Copy = lambda url: url
) -> dict[str, Linked]:
    """Run waves, steal the vault with all its keys in each, and link sheets to ballots by every pair of orders."""
    for left_by_an_earlier_try in world.session.scalars(select(Wave).where(Wave.state == "open")).all():
        world.release(left_by_an_earlier_try)
    pulse = world.pulse("Harbour")
    guesses, truths = defaultdict[str, list[list[bytes]]](list), defaultdict[str, list[list[bytes]]](list)
    for number in range(waves):
        wave = world.open(pulse)
        sheet_of = answer_in_random_order(world, wave, people)
        stolen = copy(world.settings.vault_open_url)
        sheets = relinking.sheet_orders(stolen, world.settings.vault_keys, length)
        ballots = relinking.ballot_orders(stolen, list(sheet_of))
        for (how, guess), (when, order) in product(sheets.items(), ballots.items()):
            guesses[f"{how}, {when}"].append(guess)
            truths[f"{how}, {when}"].append([sheet_of[ballot] for ballot in order])
        if number < waves - 1:
            world.release(wave)
    return {name: relinking.success(guesses[name], truths[name]) for name in guesses}


def worst_attack(attempt: Callable[[], dict[str, Linked]]) -> Linked:
    """Return the best that a thief achieved; what chance explains is tried again, for there are many orders.

    Among ten orders and eight sizes one oversteps three standard errors now and then, but not three times in a row.
    """
    for _ in range(3):
        worst = max(attempt().values(), key=lambda linked: linked.rate)
        if worst.is_chance:
            break
    return worst


def test_a_second_try_found_the_box_of_the_first(world: World) -> None:
    """What chance explains is attacked again, from a vault that holds nothing but the new wave."""
    world.unit("Crew", "Harbour", 8)
    assert [sorted(attack_waves(world, 8, waves=1)) for _ in range(2)][1]


@pytest.mark.postgres
@pytest.mark.parametrize(("people", "waves"), [(8, 5), (12, 5), (30, 2), (100, 1)])
def test_no_order_links_ballots_to_sheets(world: World, people: int, waves: int) -> None:
    """Rowid, ctid, xmin, places in files and logs, and the order of answering link no more sheets than chance does."""
    world.unit("Crew", "Harbour", people)
    assert worst_attack(lambda: attack_waves(world, people, waves)).is_chance


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize(("people", "waves"), [(8, 400), (12, 400), (30, 200), (100, 60)])
def test_many_waves_make_the_rates_exact(
    databases: Databases, tmp_path: Path, backend: str, people: int, waves: int
) -> None:
    """The figures in docs/anonymity.md: `make slow PYTEST_ARGS="-k many_waves --log-cli-level=INFO"` shows them."""
    vault = open_vault(databases.vault_open, tmp_path / "keys", tmp_path / "keys-open")
    guesses, truths = defaultdict[str, list[list[bytes]]](list), defaultdict[str, list[list[bytes]]](list)
    for _ in range(waves):
        where = Address(uuid4(), uuid4(), uuid4())
        sheet_of = {secrets.token_bytes(32): sheet for sheet in _distinct_sheets(people)}
        deposit.put_up(vault, where.organisation_id, where.wave_id, {where.group_id: sheet_of}, "terms")
        for ballot, sheet in sheet_of.items():
            deposit.put_in(vault, where, ballot, sheet, b"")
        in_box = relinking.sheet_orders(databases.vault_open, vault.keys)["in the box"]
        orders = {"time": list(sheet_of)} | relinking.ballots_in_order(databases.vault_open)
        for name, order in orders.items():
            guesses[name].append(in_box)
            truths[name].append([sheet_of[ballot] for ballot in order])
        erase(vault, where.organisation_id, where.wave_id, [where.group_id])
    vault.engine.dispose()
    for name in guesses:
        linked = relinking.success(guesses[name], truths[name])
        figures = f"chance {linked.chance:.4f}, standard error {linked.error:.4f}, rate {linked.rate:.4f}"
        logger.info("%s, %d people, %d waves, by %s: %s", backend, people, waves, name, figures)
        assert linked.is_chance


@pytest.mark.postgres
def test_the_attack_tries_every_order_there_is(world: World, backend: str) -> None:
    """The orders that a thief needs are found, or the test above would have tried nothing."""
    world.unit("Crew", "Harbour", 8)
    tried = " ".join(attack_waves(world, 8, waves=1))
    wanted = {
        "sqlite": ["rowid", "place in .db-wal"],
        "postgresql": ["ctid", "xmin", "place in ballot", "place in log"],
    }
    assert [each for each in [*wanted[backend], "time of answering"] if each not in tried] == []


@pytest.mark.postgres
def test_a_restored_copy_links_no_more(world: World, copied: Copy) -> None:
    """Whatever order a backup brings rows into, with the keys of the same moment it is no better than chance."""
    world.unit("Crew", "Harbour", 12)
    assert worst_attack(lambda: attack_waves(world, 12, copy=copied)).is_chance


@pytest.fixture
def copied(world: World, new_database: Callable[..., str], tmp_path: Path) -> Copy:
    """Give a function that backs a database up and restores it."""

    def copy(url: str) -> str:
        if make_url(url).get_backend_name() == "postgresql":
            # PostgreSQL copies only what nobody is connected to.
            world.vault.engine.dispose()
            return new_database(url)
        target = tmp_path / f"{uuid4().hex}.db"
        with closing(sqlite3.connect(str(make_url(url).database))) as source, closing(sqlite3.connect(target)) as kept:
            source.backup(kept)
        return f"sqlite:///{target}"

    return copy


@pytest.mark.postgres
def test_the_attack_finds_a_box_that_grew_in_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a box to which sheets are appended is linked completely."""
    monkeypatch.setattr(deposit, "insert_somewhere", operator.add)
    world.unit("Crew", "Harbour", 8)
    found = attack_waves(world, 8, waves=2)["in the box, time of answering"]
    assert found.rate == 1.0
    assert not found.is_chance


@pytest.mark.postgres
def test_the_attack_finds_a_sheet_with_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: sheets that carry when they came are linked completely, wherever they lie."""
    clock = count(1_772_000_000)
    monkeypatch.setattr(answering, "write_sheet", lambda answers: write_sheet(answers) + next(clock).to_bytes(4))
    world.unit("Crew", "Harbour", 8)
    found = attack_waves(world, 8, waves=1, length=13)["by what is added, time of answering"]
    assert found.rate == 1.0
    assert not found.is_chance


@pytest.mark.postgres
def test_the_attack_finds_a_row_written_with_its_ballot(
    world: World, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a random key and no time, but a row for each sheet, in the transaction that spends the ballot."""
    _plant_rows(world, monkeypatch)
    world.unit("Crew", "Harbour", 8)
    order = relinking.ORDERS[backend][-1]
    by_time = "xmin::text::bigint" if backend == "postgresql" else "time of answering"
    found = attack_waves(world, 8, waves=1)[f"sheet by {order}, {by_time}"]
    assert found.rate == 1.0
    assert not found.is_chance


def _plant_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = {"sqlite": "BLOB", "postgresql": "bytea"}[make_url(world.settings.vault_open_url).get_backend_name()]
    engine = create_engine(world.settings.vault_open_url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE sheet (id char(32) PRIMARY KEY, content {kind})"))
    engine.dispose()
    close, put_back, sheets = envelopes.close_envelope, slot.put_back, list[bytes]()

    def close_and_remember(public: bytes, content: bytes, bound_to: bytes) -> bytes:
        sheets.extend([content] if len(content) == 9 else [])
        return close(public, content, bound_to)

    def put_back_and_add(
        connection: Connection, ballot_at: Mapping[str, object], version: int, content: Mapping[str, bytes]
    ) -> None:
        put_back(connection, ballot_at, version, content)
        row = {"id": uuid4().hex, "content": sheets[-1]}
        connection.execute(text("INSERT INTO sheet VALUES (:id, :content)"), row)

    monkeypatch.setattr(envelopes, "close_envelope", close_and_remember)
    monkeypatch.setattr(slot, "put_back", put_back_and_add)


def _history(world: World, wave: Wave, folder: Path) -> list[StoredBox]:
    """Return every version of the box of a wave that its database still has somewhere."""
    url = world.settings.vault_open_url
    if make_url(url).get_backend_name() == "sqlite":
        vault = Path(str(make_url(url).database))
        return [box for boxes in relinking.history_in_wal(vault, folder) for box in boxes]
    where = Address(wave.organisation_id, wave.id, world.group_of(wave, "Crew").group_id)
    return [
        StoredBox(where, found.version, found.terms, found.sheets)
        for data in remains.files_of(url).values()
        for found in remains.versions_in(data, terms_digest(wave))
    ]


@pytest.mark.postgres
def test_old_versions_stay_shut(world: World, tmp_path: Path) -> None:
    """Write-ahead logs and dead rows hold every version; the keys held now open only the newest, and later none."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    answer_in_random_order(world, wave, 12)
    history = _history(world, wave, tmp_path)
    keys = world.settings.vault_keys
    assert {box.version for box in history} >= set(range(1, 13)), "the attack did not find what it is about"
    assert {box.version for box in history if relinking.unseal_with(keys, box) is not None} == {12}
    world.release(wave)
    assert not any(relinking.unseal_with(keys, box) for box in history)


@pytest.mark.postgres(only=True)
def test_dead_rows_hold_old_versions_that_stay_shut(world: World) -> None:
    """The file of the table itself keeps versions that no query shows."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    answer_in_random_order(world, wave, 12)
    rows = remains.files_of(world.settings.vault_open_url)["box"]
    versions = {found.version for found in remains.versions_in(rows, terms_digest(wave))}
    assert 12 in versions
    assert len(versions) > 1, "the attack did not find what it is about"
    assert len(relinking.boxes_in(world.settings.vault_open_url)) == 1


@pytest.mark.postgres(only=True)
def test_the_log_keeps_versions_after_the_close_and_nothing_opens_them(world: World, tmp_path: Path) -> None:
    """PostgreSQL's log outlives a release; what it says of boxes is noise for good."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    answer_in_random_order(world, wave, 12)
    world.release(wave)
    history = _history(world, wave, tmp_path)
    assert {box.version for box in history} >= set(range(1, 13))
    assert not any(relinking.unseal_with(world.settings.vault_keys, box) for box in history)


@pytest.mark.postgres
def test_the_attack_reads_old_versions_when_keys_stay(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: with one key for good, two versions next to each other link every sheet to the ballot spent between."""
    monkeypatch.setattr(seal, "add_key", _same_key_again)
    world.unit("Crew", "Harbour", 8)
    wave = world.open(world.pulse("Harbour"))
    truth = list(answer_in_random_order(world, wave, 8).values())
    opened = {
        box.version: content
        for box in _history(world, wave, tmp_path)
        if (content := relinking.open_with(world.settings.vault_keys, box)) is not None
    }
    added = [set(in_pieces(opened[version])) - set(in_pieces(opened[version - 1])) for version in range(2, 9)]
    assert [in_pieces(opened[1]), *map(list, added)] == [[sheet] for sheet in truth]


def in_pieces(content: bytes) -> list[bytes]:
    """Return the sheets in the order in which a box holds them."""
    return [content[start : start + 9] for start in range(0, len(content), 9)]


def _same_key_again(descriptor: int, version: int) -> bytes:
    key = seal.read_key(descriptor, version - 1)
    os.pwrite(descriptor, seal._SLOT.pack(version, key), version % 2 * seal._SLOT.size)
    return key


@pytest.mark.postgres
def test_nothing_in_the_vault_counts_up(world: World, backend: str) -> None:
    """No serial, sequence or identity tells the order in which rows were made."""
    engine = create_engine(world.settings.vault_open_url)
    with engine.connect() as connection:
        if backend == "postgresql":
            found = inspect(engine).get_sequence_names()
        else:
            found = list(connection.scalars(text("SELECT sql FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")))
    engine.dispose()
    assert found == []


@pytest.mark.postgres
def test_dead_rows_and_logs_hold_no_sheet_in_clear(world: World, backend: str) -> None:
    """A sheet as bytes stands in no file of the database, neither during the wave nor after its close."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    sheets = list(answer_in_random_order(world, wave, 12).values())
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
    return [path.name for path in files if any(sheet in _content(path) for sheet in sheets)]


def _content(path: Path) -> bytes:
    """Read a file; one that the server has removed meanwhile holds nothing."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


@pytest.mark.postgres
def test_nothing_of_a_wave_is_left_after_its_release(world: World, backend: str) -> None:
    """Boxes, ballots, keys, invitations and deliveries are gone, and SQLite's files hold no trace of a ballot."""
    world.unit("Crew", "Harbour", 12)
    wave = world.open(world.pulse("Harbour"))
    hashes = list(answer_in_random_order(world, wave, 12))
    world.release(wave)
    assert relinking.boxes_in(world.settings.vault_open_url) == []
    assert list(world.settings.vault_keys.iterdir()) == []
    if backend == "sqlite":
        vault = Path(str(make_url(world.settings.vault_open_url).database))
        world.vault.engine.dispose()
        left = b"".join(path.read_bytes() for path in vault.parent.glob(f"{vault.name}*"))
        assert not any(ballot in left for ballot in hashes)
        assert sqlite3.connect(vault).execute("PRAGMA freelist_count").fetchone() == (0,)
