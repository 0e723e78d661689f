"""Keeping an uploaded file until somebody has looked at what it would change and says yes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.store.organisation import Organisation
from surveyapp.store.uploads import Upload

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An uploaded file; ``complete`` is whether it was declared to name everybody, ``kind`` what it is kept for."""

    id: UUID
    name: str
    content: bytes
    complete: bool
    kind: str = field(default="", compare=False)


def keep_file(
    session: Session, organisation_id: UUID, account_id: UUID, kind: str, file: KeptFile, now: datetime
) -> None:
    """Keep a file for an account in place of the one of the same kind that it uploaded before."""
    session.execute(
        delete(Upload).where(
            Upload.organisation_id == organisation_id, Upload.account_id == account_id, Upload.kind == kind
        )
    )
    session.add(
        Upload(
            organisation_id=organisation_id,
            id=file.id,
            account_id=account_id,
            kind=kind,
            name=file.name[:200],
            content=file.content,
            complete=file.complete,
            uploaded_at=now,
        )
    )
    session.commit()


def new_file(name: str, content: bytes, *, complete: bool = False) -> KeptFile:
    """Describe a file that just came in."""
    return KeptFile(uuid4(), name, content, complete)


def kept_file(session: Session, organisation_id: UUID, account_id: UUID, file_id: UUID) -> KeptFile:
    """Return a kept file to the account that uploaded it.

    Raises
    ------
    NotFound
        When there is none, or it is another account's.
    """
    upload = session.get(Upload, (organisation_id, file_id))
    if upload is None or upload.account_id != account_id:
        message = "This file is no longer here: files are kept for a day, and until they are imported"
        raise NotFound(message)
    return KeptFile(upload.id, upload.name, upload.content, upload.complete, upload.kind)


def drop_file(session: Session, organisation_id: UUID, file_id: UUID) -> None:
    """Forget a file."""
    session.execute(delete(Upload).where(Upload.organisation_id == organisation_id, Upload.id == file_id))
    session.commit()


def forget_files(session: Session, now: datetime) -> None:
    """Remove files that nobody took in within a day."""
    organisations = select(Organisation.organisation_id)
    session.execute(
        delete(Upload).where(Upload.organisation_id.in_(organisations), Upload.uploaded_at < now - KEPT_FOR)
    )
    session.commit()
