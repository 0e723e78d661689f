"""Exactly once: parallel sends, lost connections, kills and bursts never lose or double a sheet."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.privacy.comments import Note
from surveyapp.vault.deposit import Address, put_in, put_up
from surveyapp.vault.sheets import write_note
from tests.attacks import relinking
from tests.fixtures.site import Check
from tests.fixtures.world import World, item_keys

SHEET = bytes([4, 2, 5, 1, 3, 2, 4, 1, 5])

# A process that puts one sheet in, as a web worker does, and dies when it is told to.
DEPOSITOR = """
import sys
from pathlib import Path
from uuid import UUID
from surveyapp.privacy.comments import Note
from surveyapp.vault.deposit import Address, put_in
from surveyapp.vault.doors import open_vault
from surveyapp.vault.sheets import write_note
url, keys, *where, ballot, sheet = sys.argv[1:]
vault = open_vault(url, Path(keys))
put_in(vault, Address(*map(UUID, where)), bytes.fromhex(ballot), bytes.fromhex(sheet), write_note(Note()))
"""


def _sheets(world: World) -> list[bytes]:
    """Return every sheet that the boxes hold, with the keys of this moment."""
    found: list[bytes] = []
    for box in relinking.boxes_in(world.settings.vault_open_url):
        content = relinking.open_with(world.settings.vault_keys, box)
        assert content is not None, "a box cannot be opened with any key held"
        found.extend(content[start : start + 9] for start in range(0, len(content), 9))
    return found


def _where(check: Check) -> Address:
    group = check.world.group_of(check.wave, "Cranes")
    return Address(group.organisation_id, check.wave.id, group.group_id)


@pytest.mark.postgres
def test_25_parallel_sends_of_one_ballot_put_in_one_sheet(check: Check) -> None:
    """A double click, a retry and an impatient phone at once."""
    ballot = hash_code(read_code(check.codes[0]))

    def send(_: int) -> None:
        put_in(check.world.vault, _where(check), ballot, SHEET, write_note(Note("hello")))

    with ThreadPoolExecutor(25) as pool:
        list(pool.map(send, range(25)))
    assert _sheets(check.world) == [SHEET]


@pytest.mark.postgres
def test_a_killed_worker_neither_loses_nor_doubles_a_sheet(check: Check) -> None:
    """Kill -9 at any moment of a deposit, then send again: one sheet, and the box can still be opened."""
    for number, code in enumerate(check.codes[:6]):
        ballot = hash_code(read_code(code))
        arguments = [
            sys.executable,
            "-c",
            DEPOSITOR,
            check.world.settings.vault_url,
            str(check.world.settings.vault_keys),
            *(part.hex for part in (_where(check).organisation_id, _where(check).wave_id, _where(check).group_id)),
            ballot.hex(),
            SHEET.hex(),
        ]
        # Children of different ages die, so that some die before, some within and some after their deposit.
        with subprocess.Popen(arguments, stderr=subprocess.DEVNULL) as child:
            time.sleep(0.25 + 0.15 * number)
            os.kill(child.pid, signal.SIGKILL)
        put_in(check.world.vault, _where(check), ballot, SHEET, write_note(Note()))
        assert _sheets(check.world) == [SHEET] * (number + 1)


@pytest.mark.parametrize("crash_at", ["before the commit", "after the commit"])
def test_a_crash_around_the_commit_leaves_a_box_that_opens(
    check: Check, crash_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of the version that counts is there on both sides of the commit, and a retry completes the deposit."""
    broken = "_reseal" if crash_at == "before the commit" else "seal.forget_key"

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    ballot = hash_code(read_code(check.codes[0]))
    with monkeypatch.context() as patch:
        patch.setattr(f"surveyapp.vault.{'deposit.' if broken == '_reseal' else ''}{broken}", crash)
        with pytest.raises(KeyboardInterrupt):
            put_in(check.world.vault, _where(check), ballot, SHEET, write_note(Note()))
    assert len(_sheets(check.world)) == (0 if crash_at == "before the commit" else 1)
    put_in(check.world.vault, _where(check), ballot, SHEET, write_note(Note()))
    assert _sheets(check.world) == [SHEET]


def test_putting_up_boxes_twice_changes_nothing(check: Check) -> None:
    """An opening that crashed half-way is repeated; boxes that stand keep what is in them."""
    ballot = hash_code(read_code(check.codes[0]))
    put_in(check.world.vault, _where(check), ballot, SHEET, write_note(Note()))
    group = _where(check).group_id
    put_up(check.world.vault, check.world.organisation_id, check.wave.id, {group: [ballot]}, "other terms")
    assert _sheets(check.world) == [SHEET]


@pytest.mark.postgres
def test_a_burst_of_posts_is_stored_without_an_error(world: World, request: pytest.FixtureRequest) -> None:
    """16 threads send 20 sheets each through the pages of a fresh installation: 320 thanks, 320 sheets."""
    for number in range(8):
        world.unit(f"Shift {number:02}", "Harbour", 40)
    wave = world.open(world.pulse("Harbour", comments=True))
    keys = item_keys(world, wave)
    posts = [
        (
            f"/answer/{world.group_of(wave, unit).slug}",
            {"code": code, "comment": "", **{f"answer-{key}": "4" for key in keys}},
        )
        for unit in world.units
        if unit != "Harbour"
        for code in world.codes(wave, unit)
    ]
    app = request.getfixturevalue("app")

    def send(share: list[tuple[str, dict[str, str]]]) -> list[int]:
        client = app.test_client(use_cookies=False)
        return [client.post(path, data=fields).status_code for path, fields in share]

    with ThreadPoolExecutor(16) as pool:
        codes = [code for batch in pool.map(send, [posts[start::16] for start in range(16)]) for code in batch]
    assert codes == [200] * 320
    assert len(_sheets(world)) == 320


def test_sending_again_shows_the_same_bytes(check: Check, request: pytest.FixtureRequest) -> None:
    """Nobody can tell from the answer of the server whether a ballot had been used."""
    client = request.getfixturevalue("client")
    fields = {"code": check.codes[0], **{f"answer-{key}": "4" for key in item_keys(check.world, check.wave)}}
    first, second = (client.post(check.path, data=fields) for _ in range(2))
    assert first.data == second.data
    assert dict(first.headers) == dict(second.headers)


def test_nothing_is_put_in_after_the_close(check: Check, request: pytest.FixtureRequest) -> None:
    """A late sheet is refused kindly, however it comes."""
    client, later = request.getfixturevalue("client"), request.getfixturevalue("later")
    later(hours=97)
    fields = {"code": check.codes[0], **{f"answer-{key}": "4" for key in item_keys(check.world, check.wave)}}
    assert client.post(check.path, data=fields).status_code == 410
    assert _sheets(check.world) == []
