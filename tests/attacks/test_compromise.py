"""What each theft yields with the confidential way in: tests of what stays hidden, and of what does not.

`docs/anonymity.md` states the same in words; a test here that begins to fail makes a sentence there untrue.
"""

import secrets
import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from surveyapp.privacy.ballots import derive_code, hash_code, read_code
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.people import Member
from surveyapp.store.pulses import Wave
from surveyapp.store.tables import metadata
from tests.attacks import relinking
from tests.attacks.relinking import StoredBox
from tests.attacks.test_physical_order import in_pieces
from tests.fixtures.mail import MailServer
from tests.fixtures.worker import Worker
from tests.fixtures.world import World, item_keys

CREW = 12


@pytest.fixture
def wave(world: World) -> Wave:
    """Give an open wave of one crew."""
    world.unit("Crew", "Harbour", people=CREW)
    return world.open(world.pulse("Harbour"))


def answer(world: World, wave: Wave, number: int) -> bytes:
    """Let one person answer, each something else, and return the sheet."""
    sheet = bytes((1 + number % 5, 1 + number // 5, 3, 4, 2, 5, 1, 2, 4))
    code = world.codes(wave, "Crew")[number]
    world.answer(wave, "Crew", code, dict(zip(item_keys(world, wave), sheet, strict=True)))
    world.session.commit()
    return sheet


def stolen_sheets(world: World, keys: Path | None = None) -> Counter[bytes]:
    """Return what a thief reads who takes the vault and a folder of keys, by default the one of this moment."""
    found: Counter[bytes] = Counter()
    for box in relinking.boxes_in(world.settings.vault_open_url):
        content = relinking.open_with(keys or world.settings.vault_keys, box)
        found.update(in_pieces(content or b""))
    return found


def who_answered(world: World, wave: Wave) -> set[str]:
    """Name who has answered, as somebody can with both databases and the secret of the installation."""
    spent = set(relinking.ballots_in_order(world.settings.vault_open_url).popitem()[1])
    invited = select(Invitation.seed, Member.code).join(Member, Member.id == Invitation.member_id)
    rows = world.session.execute(invited.where(Invitation.wave_id == wave.id))
    return {name for seed, name in rows if hash_code(derive_code(world.settings.ballot_key, seed)) in spent}


def everything_in_main(world: World) -> list[str]:
    """Return every row of the main database."""
    world.session.commit()
    return sorted(
        f"{table.name} {row}" for table in metadata.sorted_tables for row in world.session.execute(table.select())
    )


@pytest.mark.postgres
def test_both_databases_without_the_keys_open_no_box(world: World, wave: Wave, tmp_path: Path) -> None:
    """A dump is two files of noise and numbers; with the keys of the same moment it would be sheets."""
    sheets = Counter(answer(world, wave, number) for number in range(8))
    assert stolen_sheets(world, keys=tmp_path / "no-keys") == Counter()
    assert stolen_sheets(world) == sheets


def test_an_older_copy_of_the_vault_is_opened_by_no_later_key(world: World, wave: Wave, tmp_path: Path) -> None:
    """A backup of the vault and the keys of any later moment do not fit together."""
    answer(world, wave, 0)
    older = relinking.boxes_in(world.settings.vault_open_url)
    answer(world, wave, 1)
    assert [relinking.open_with(world.settings.vault_keys, box) for box in older] == [None]
    world.release(wave)
    assert [relinking.open_with(world.settings.vault_keys, box) for box in older] == [None]


def test_an_older_copy_with_its_keys_stays_readable(world: World, wave: Wave, tmp_path: Path) -> None:
    """A limit: a copy of both made while a wave is open outlives the promise, so backups leave both out."""
    sheet = answer(world, wave, 0)
    shutil.copytree(world.settings.vault_keys, tmp_path / "copied-keys")
    shutil.copytree(world.settings.vault_open_keys, tmp_path / "copied-keys-open")
    older = relinking.boxes_in(world.settings.vault_open_url)
    answer(world, wave, 1)
    world.release(wave)
    assert [relinking.open_with(tmp_path / "copied-keys", box) for box in older] == [sheet]


@pytest.mark.postgres
def test_the_main_database_does_not_change_when_somebody_answers(world: World, wave: Wave) -> None:
    """No row is added, altered or removed anywhere, so no copy of it tells who answered or when."""
    before = everything_in_main(world)
    for number in range(3):
        answer(world, wave, number)
    assert everything_in_main(world) == before


def test_the_main_database_tells_whom_a_reminder_went_to(
    world: World, wave: Wave, worker: Worker, smtp_server: MailServer
) -> None:
    """A limit: until the release it names who had not answered when a reminder was due."""
    worker.with_mail(smtp_server.url).tick(wave.opens_at)
    for number in range(3):
        answer(world, wave, number)
    answered = who_answered(world, wave)
    worker.tick(wave.opens_at + (wave.closes_at - wave.opens_at) / 2)
    invitation = (Invitation.id == Delivery.invitation_id) & (Delivery.kind == "reminder-1")
    reminded = select(Member.code).join(Invitation, Invitation.member_id == Member.id).join(Delivery, invitation)
    assert set(world.session.scalars(reminded)) == {f"crew-{number}" for number in range(CREW)} - answered
    worker.tick(wave.closes_at)
    assert world.session.scalars(reminded).all() == []


@pytest.mark.postgres
def test_the_vault_names_nobody(world: World, wave: Wave) -> None:
    """It holds ids of organisation, wave and group, hashes and noise; people and accounts do not occur."""
    answer(world, wave, 0)
    engine = create_engine(world.settings.vault_open_url)
    with engine.connect() as connection:
        rows = " ".join(
            str(row) for table in ("box", "ballot") for row in connection.execute(text(f"SELECT * FROM {table}"))
        )
    engine.dispose()
    people = [*world.session.scalars(select(Member.id)), *world.session.scalars(select(Invitation.id))]
    assert wave.id.hex in rows.replace("-", "")
    assert [each for each in people if each.hex in rows.replace("-", "")] == []
    assert "crew" not in rows


def test_the_keys_alone_are_noise_of_one_size(world: World, wave: Wave) -> None:
    """One file per box, as long with many sheets as with none."""
    [key] = [path for path in world.settings.vault_keys.rglob("*") if path.is_file()]
    empty = key.stat().st_size
    for number in range(5):
        answer(world, wave, number)
    assert key.stat().st_size == empty == 112


@pytest.mark.postgres
def test_everything_that_is_stored_tells_who_answered_but_not_what(world: World, wave: Wave) -> None:
    """A limit of this way in, told on the answer page: who; but each of the eight sheets may be anybody's of them."""
    sheets = Counter(answer(world, wave, number) for number in range(8))
    assert who_answered(world, wave) == {name for name, _ in _invited(world, wave)[:8]}
    [box] = relinking.boxes_in(world.settings.vault_open_url)
    assert Counter(in_pieces(_content(world, box))) == sheets


def _invited(world: World, wave: Wave) -> list[tuple[str, bytes]]:
    """Return everybody in the order in which `World.codes` lists them."""
    rows = select(Member.code, Invitation.seed).join(Invitation, Invitation.member_id == Member.id)
    chosen = rows.where(Invitation.wave_id == wave.id).order_by(Invitation.member_id)
    return [(name, seed) for name, seed in world.session.execute(chosen)]


def _content(world: World, box: StoredBox) -> bytes:
    content = relinking.open_with(world.settings.vault_keys, box)
    assert content is not None
    return content


def test_an_only_sheet_is_the_sheet_of_the_only_one_who_answered(world: World, wave: Wave) -> None:
    """A limit: whoever takes everything just then, keys and secret included, knows what one person answered."""
    sheet = answer(world, wave, 0)
    assert list(stolen_sheets(world)) == [sheet]
    assert len(who_answered(world, wave)) == 1


def test_an_administrator_who_copies_everything_after_each_answer_knows_all(world: World, wave: Wave) -> None:
    """A limit: somebody with every right who watches during the wave; nothing that is left tells it afterwards."""
    truth, known = {}, {}
    people, sheets = set[str](), Counter[bytes]()
    for number in range(8):
        truth[_invited(world, wave)[number][0]] = answer(world, wave, number)
        [somebody] = who_answered(world, wave) - people
        [something] = stolen_sheets(world) - sheets
        known[somebody] = something
        people, sheets = who_answered(world, wave), stolen_sheets(world)
    assert known == truth
    world.release(wave)
    assert stolen_sheets(world) == Counter()
    assert who_answered(world, wave) == set()


def test_the_secret_alone_makes_no_ballot(world: World, wave: Wave) -> None:
    """A code takes the random seed of an invitation too, which no two have in common."""
    ballots = {hash_code(read_code(code)) for code in world.codes(wave, "Crew")}
    seeds = set(world.session.scalars(select(Invitation.seed)))
    guesses = {hash_code(derive_code(world.settings.ballot_key, secrets.token_bytes(16))) for _ in range(1000)}
    assert not guesses & ballots
    assert {len(seed) for seed in seeds} == {16}
    assert len(seeds) == CREW
