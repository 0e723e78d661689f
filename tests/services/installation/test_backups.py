"""Backups hold nothing from which an answer, or who was asked right now, could be learned."""

import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, SurveyError
from surveyapp.services.installation.backups import back_up, forget_lost_waves
from surveyapp.services.pulses.waves import schedule_next
from surveyapp.services.results.chain import broken_links
from surveyapp.store.database import make_engine
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.releases import Release
from tests.fixtures.world import World, item_keys

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)


@pytest.fixture
def busy(harbour: World) -> World:
    """Give an organisation with one released wave and one that is open."""
    pulse = harbour.pulse("Harbour")
    first = harbour.open(pulse)
    harbour.fill(first, "Gates", [dict.fromkeys(item_keys(harbour, first), 4) for _ in range(9)])
    harbour.release(first)
    harbour.open(pulse)
    return harbour


def test_a_backup_is_whole_and_has_the_releases(busy: World, tmp_path: Path) -> None:
    """What was published is there, with an unbroken chain."""
    copy = back_up(busy.settings, tmp_path / "backups", NOW)
    engine = make_engine(f"sqlite:///{copy}")
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Release)) == 1
        assert broken_links(session, busy.organisation_id) == []
    engine.dispose()


def test_a_backup_has_no_open_wave_and_nobody_invited_to_it(busy: World, tmp_path: Path) -> None:
    """Not in the rows, and not in the bytes of the file either."""
    seed = busy.session.scalars(select(Invitation.seed)).first() or b"?"
    copy = back_up(busy.settings, tmp_path / "backups", NOW)
    with sqlite3.connect(copy) as connection:
        states = connection.execute("SELECT state FROM wave").fetchall()
        invited = connection.execute("SELECT count(*) FROM invitation").fetchone()
    connection.close()
    assert states == [("erased",)]
    assert invited == (0,)
    assert seed not in copy.read_bytes()


def test_a_backup_leaves_the_open_wave_as_it_is(busy: World, tmp_path: Path) -> None:
    """Only the copy is changed."""
    before = busy.session.scalar(select(func.count()).select_from(Invitation))
    back_up(busy.settings, tmp_path / "backups", NOW)
    busy.session.expire_all()
    assert busy.session.scalar(select(func.count()).select_from(Invitation)) == before
    assert set(busy.session.scalars(select(Wave.state))) == {"erased", "open"}


def test_a_backup_is_one_file_for_one_account(busy: World, tmp_path: Path) -> None:
    """No vault, no key, no log beside it, and nobody else may read it."""
    copy = back_up(busy.settings, tmp_path / "backups", NOW)
    assert [path.name for path in copy.parent.iterdir()] == ["surveyapp-20260317-080000.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_backup_is_not_overwritten(busy: World, tmp_path: Path) -> None:
    """Two in one second would be one."""
    back_up(busy.settings, tmp_path, NOW)
    with pytest.raises(Conflict):
        back_up(busy.settings, tmp_path, NOW)


@pytest.mark.postgres
def test_waves_whose_boxes_are_gone_are_dropped_and_can_come_again(busy: World) -> None:
    """After a restore the vault is empty; the wave is scheduled anew, and released waves stay."""
    wave = busy.session.scalars(select(Wave).where(Wave.state == "open")).one()
    number, opened = wave.number, wave.opens_at
    pulse_id = wave.pulse_id
    for path in sorted(busy.vault.keys.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert forget_lost_waves(busy.session, busy.vault) == 1
    for table in (Delivery, Invitation):
        assert busy.session.scalar(select(func.count()).select_from(table)) == 0
    assert set(busy.session.scalars(select(Wave.state))) == {"erased"}
    pulse = busy.session.get_one(Pulse, (busy.organisation_id, pulse_id))
    again = schedule_next(busy.session, pulse, opened)
    assert again is not None
    assert again.number == number


def test_waves_with_boxes_are_kept(busy: World) -> None:
    """On a running installation the command does no harm."""
    assert forget_lost_waves(busy.session, busy.vault) == 0
    assert set(busy.session.scalars(select(Wave.state))) == {"erased", "open"}


def test_other_databases_have_tools_of_their_own(busy: World, tmp_path: Path) -> None:
    """The message says which, and what to leave out."""
    settings = replace(busy.settings, database_url="postgresql+psycopg://somebody:secret@host/surveyapp")
    with pytest.raises(SurveyError, match="pg_dump") as refused:
        back_up(settings, tmp_path, NOW)
    assert "--exclude-table-data=invitation" in refused.value.message
    assert "secret" not in refused.value.message
