"""Opening boxes: all that was put in and in no order, or nothing at all; and what is left when they are destroyed."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine

from surveyapp.errors import ReleaseRefused
from surveyapp.privacy.comments import EVERYBODY, NOTHING, THEMES, Note
from surveyapp.vault.deposit import Address, is_spent, put_in, put_up
from surveyapp.vault.doors import Vault, open_vault
from surveyapp.vault.opening import OpenedBox, erase, open_boxes, tidy
from surveyapp.vault.sheets import write_note
from surveyapp.vault.tables import metadata

HARBOUR, WAVE, CRANES, GATES = (UUID(int=number) for number in range(1, 5))
OTHER = UUID(int=9)
SHEETS = (b"\1\2\3", b"\3\3\3", b"\5\4\0")
SAID = Note("More light", EVERYBODY, frozenset(THEMES[:2]))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the file of an empty vault."""
    path = tmp_path / "vault.db"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def vault(file: Path, tmp_path: Path) -> Iterator[Vault]:
    """Give a handle on it with every right."""
    opened = open_vault(f"sqlite:///{file}", tmp_path / "keys", tmp_path / "keys-open")
    yield opened
    opened.engine.dispose()


def ballots_of(group: UUID) -> list[bytes]:
    """Name four ballots of a group."""
    return [group.bytes + bytes([number] * 16) for number in range(4)]


def put_up_and_fill(vault: Vault, where: Address, sheets: Sequence[bytes], note: Note = NOTHING) -> None:
    """Put up a box with four ballots and let some answer, all with the same note."""
    ballots = ballots_of(where.group_id)
    put_up(vault, where.organisation_id, where.wave_id, {where.group_id: ballots}, "terms")
    for ballot, sheet in zip(ballots, sheets, strict=False):
        put_in(vault, where, ballot, sheet, write_note(note))


def change(file: Path, statement: str) -> None:
    """Change the vault past the product."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def test_every_group_gets_its_own_sheets_and_notes(vault: Vault) -> None:
    """Sorted by what is in them; an empty note for everybody who wrote none; and a box that stayed empty."""
    put_up_and_fill(vault, Address(HARBOUR, WAVE, CRANES), [SHEETS[2], SHEETS[0], SHEETS[1]], SAID)
    put_up_and_fill(vault, Address(HARBOUR, WAVE, GATES), SHEETS[:1])
    put_up_and_fill(vault, Address(HARBOUR, WAVE, OTHER), [])
    opened = sorted(open_boxes(vault, HARBOUR, WAVE, 3, "terms"), key=lambda each: each.group_id)
    assert opened == [
        OpenedBox(CRANES, SHEETS, (SAID,) * 3),
        OpenedBox(GATES, SHEETS[:1], (NOTHING,)),
        OpenedBox(OTHER, (), ()),
    ]


def test_only_the_boxes_of_one_wave_of_one_organisation_are_opened(vault: Vault) -> None:
    """Another wave keeps its boxes, and another organisation of the same installation too."""
    for organisation, wave, sheets in ((HARBOUR, WAVE, SHEETS), (HARBOUR, OTHER, SHEETS[:2]), (OTHER, GATES, ())):
        put_up_and_fill(vault, Address(organisation, wave, CRANES), sheets)
    assert [each.sheets for each in open_boxes(vault, HARBOUR, WAVE, 3, "terms")] == [SHEETS]
    assert [each.sheets for each in open_boxes(vault, HARBOUR, OTHER, 3, "terms")] == [SHEETS[:2]]
    assert open_boxes(vault, OTHER, WAVE, 3, "terms") == []


def test_boxes_stay_closed_under_other_terms(vault: Vault) -> None:
    """People answered under the terms they read; with others no box is opened."""
    put_up_and_fill(vault, Address(HARBOUR, WAVE, CRANES), SHEETS)
    with pytest.raises(ReleaseRefused) as refused:
        open_boxes(vault, HARBOUR, WAVE, 3, "other terms")
    assert str(refused.value) == "The terms of this wave were changed after it opened; its boxes stay closed"


@pytest.mark.parametrize("statement", ["UPDATE ballot SET spent = 1", "UPDATE ballot SET spent = 0"])
def test_sheets_and_spent_ballots_must_be_as_many(vault: Vault, file: Path, statement: str) -> None:
    """A sheet too many was put in by nobody who may; one too few was taken away."""
    put_up_and_fill(vault, Address(HARBOUR, WAVE, CRANES), SHEETS)
    change(file, statement)
    with pytest.raises(ReleaseRefused) as refused:
        open_boxes(vault, HARBOUR, WAVE, 3, "terms")
    message = "A box of this wave holds another number of sheets than ballots were spent; it cannot be released"
    assert str(refused.value) == message


@pytest.mark.parametrize("column", ["sheets", "comments"])
def test_an_altered_box_is_refused(vault: Vault, file: Path, column: str) -> None:
    """Whichever column was touched, and the message does not say by whom or what it held."""
    put_up_and_fill(vault, Address(HARBOUR, WAVE, CRANES), SHEETS)
    change(file, f"UPDATE box SET {column} = zeroblob(length({column}))")
    with pytest.raises(ReleaseRefused) as refused:
        open_boxes(vault, HARBOUR, WAVE, 3, "terms")
    assert str(refused.value) == "A box of this wave was altered outside the product; it cannot be released"


def test_erasing_takes_one_wave_and_leaves_the_others(vault: Vault, tmp_path: Path) -> None:
    """Boxes, ballots and every key of the wave are gone; those of another wave, or organisation, open as before."""
    boxes = [Address(HARBOUR, WAVE, CRANES), Address(HARBOUR, OTHER, CRANES), Address(OTHER, GATES, CRANES)]
    for where in boxes:
        put_up_and_fill(vault, where, SHEETS)
    for _ in range(2):
        erase(vault, HARBOUR, WAVE, [CRANES])
    assert open_boxes(vault, HARBOUR, WAVE, 3, "terms") == []
    assert is_spent(vault, HARBOUR, WAVE, ballots_of(CRANES)[0]) is None
    for kind in ("keys", "keys-open"):
        assert {path.name for path in (tmp_path / kind).iterdir()} == {OTHER.hex, GATES.hex}
    for where in boxes[1:]:
        assert [each.sheets for each in open_boxes(vault, where.organisation_id, where.wave_id, 3, "terms")] == [SHEETS]


def test_erasing_reads_organisation_and_wave_together(vault: Vault) -> None:
    """Nothing is taken from an organisation that has a wave of another name, nor from one that is not named."""
    put_up_and_fill(vault, Address(HARBOUR, WAVE, CRANES), SHEETS)
    erase(vault, HARBOUR, OTHER, [CRANES])
    erase(vault, OTHER, OTHER, [CRANES])
    assert [each.sheets for each in open_boxes(vault, HARBOUR, WAVE, 3, "terms")] == [SHEETS]


def test_erasing_deletes_no_row_of_another_organisation(vault: Vault) -> None:
    """Not even where the wave is the one that was named."""
    put_up_and_fill(vault, Address(HARBOUR, WAVE, CRANES), SHEETS)
    erase(vault, OTHER, WAVE, [])
    assert is_spent(vault, HARBOUR, WAVE, ballots_of(CRANES)[0]) == (CRANES, True)


def test_tidying_leaves_no_free_page_and_an_empty_log(vault: Vault, file: Path) -> None:
    """What was deleted is in no page of the file and in no log beside it."""
    put_up_and_fill(vault, Address(HARBOUR, WAVE, CRANES), SHEETS)
    put_up_and_fill(vault, Address(HARBOUR, WAVE, GATES), SHEETS)
    erase(vault, HARBOUR, WAVE, [CRANES, GATES])
    tidy(vault)
    assert file.with_name("vault.db-wal").stat().st_size == 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert not any(ballot in file.read_bytes() for group in (CRANES, GATES) for ballot in ballots_of(group))
