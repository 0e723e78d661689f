"""Backups that cannot be turned into answers: no box, no key, and nobody who was invited to an open wave."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, exists, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, SurveyError
from surveyapp.settings import Settings
from surveyapp.store.accounts import PasswordReset, SignInAttempt
from surveyapp.store.database import make_engine
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.organisation import Organisation
from surveyapp.store.pulses import Wave, WaveGroup
from surveyapp.vault.doors import Vault


def back_up(settings: Settings, folder: Path, now: datetime) -> Path:
    """Copy the main database while it is in use, check the copy, and take open waves out of it.

    The vault is never copied: a copy of its boxes and keys would outlive the moment at which they are destroyed.

    Raises
    ------
    Conflict
        When there is a backup of this second already.
    SurveyError
        When the database is not SQLite, with the command that does it; or when the copy is damaged.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise SurveyError(_postgres_advice(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / f"surveyapp-{now:%Y%m%d-%H%M%S}.db"
    if copy.exists():
        message = f"{copy.name} is there already"
        raise Conflict(message)
    copy.touch(mode=0o600)
    # The backup interface of SQLite gives a consistent copy while others write.
    with closing(sqlite3.connect(url.database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    _take_out(copy)
    _check_and_shrink(copy)
    return copy


def _postgres_advice(folder: Path) -> str:
    left_out = " ".join(f"--exclude-table-data={name}" for name in ("delivery", "invitation", "password_reset"))
    return (
        "The main database is not SQLite; its own tool makes the backup:\n"
        f"  pg_dump --format=custom {left_out} --file={folder / 'surveyapp.dump'} DATABASE\n"
        "After restoring it, run `surveyapp restored` once. Do not back up the vault's database or its keys."
    )


def _take_out(copy: Path) -> None:
    engine = make_engine(f"sqlite:///{copy}")
    with Session(engine) as session:
        drop_waves(session, Wave.state.in_(("open", "closed")))
        for table in (PasswordReset, SignInAttempt):
            session.execute(delete(table))
        session.commit()
    engine.dispose()


def _check_and_shrink(copy: Path) -> None:
    """Leave one file that holds nothing of what was deleted, and is whole."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        message = f"The copy is damaged ({found}); look at the database with `surveyapp doctor`"
        raise SurveyError(message)


def forget_lost_waves(session: Session, vault: Vault) -> int:
    """Drop the waves that a restored database takes for open although their boxes are gone; return how many.

    A wave whose opening time is not over is scheduled again by the worker, with new codes for everybody.
    """
    waves = session.execute(select(Wave.organisation_id, Wave.id).where(Wave.state.in_(("open", "closed")))).all()
    lost = [(owner, wave) for owner, wave in waves if not (vault.keys / wave.hex).exists()]
    for owner, wave in lost:
        drop_waves(session, and_(Wave.organisation_id == owner, Wave.id == wave))
    session.commit()
    return len(lost)


def drop_waves(session: Session, condition: ColumnElement[bool]) -> None:
    """Remove waves that were not released, with their groups, invitations and mails; the caller commits."""
    invited = select(Invitation.id).where(
        Invitation.organisation_id == Delivery.organisation_id, _in_wave(Invitation, condition)
    )
    steps = (
        (Delivery, Delivery.invitation_id.in_(invited)),
        (Invitation, _in_wave(Invitation, condition)),
        (WaveGroup, _in_wave(WaveGroup, condition)),
        (Wave, condition),
    )
    for table, dropped in steps:
        owners = select(Organisation.organisation_id)
        session.execute(delete(table).where(table.organisation_id.in_(owners), dropped))


def _in_wave(table: type[Invitation] | type[WaveGroup], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Wave.organisation_id == table.organisation_id, Wave.id == table.wave_id, condition)
