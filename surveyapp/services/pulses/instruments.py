"""Instruments of an organisation: the shipped ones and those it holds a licence for, kept by exact text."""

from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict
from surveyapp.questions import Instrument, load
from surveyapp.store.pulses import InstrumentCopy


def read_instrument(toml: str) -> Instrument:
    """Parse the stored text of an instrument."""
    return load(toml, source="stored instrument")


def add_instrument(session: Session, organisation_id: UUID, toml: str, *, source: str) -> InstrumentCopy:
    """Take an instrument into an organisation; the same text again changes nothing.

    Raises
    ------
    InstrumentError
        When the text is not a valid instrument; every problem is listed.
    Conflict
        When another text has the same key and version.
    """
    instrument = load(toml, source=source)
    known = session.scalar(
        select(InstrumentCopy).where(
            InstrumentCopy.organisation_id == organisation_id,
            InstrumentCopy.key == instrument.key,
            InstrumentCopy.version == instrument.version,
        )
    )
    if known is not None and known.toml != toml:
        message = f"Version {instrument.version} of {instrument.key} exists with another text; raise the version"
        raise Conflict(message)
    if known is None:
        known = InstrumentCopy(
            organisation_id=organisation_id,
            id=uuid4(),
            key=instrument.key,
            version=instrument.version,
            title=instrument.title[instrument.languages[0]],
            toml=toml,
        )
        session.add(known)
        session.commit()
    return known


def add_shipped(session: Session, organisation_id: UUID, folder: Path) -> list[InstrumentCopy]:
    """Take every instrument of a folder into an organisation."""
    return [
        add_instrument(session, organisation_id, path.read_text(encoding="utf-8"), source=path.name)
        for path in sorted(folder.glob("*.toml"))
    ]


def list_instruments(session: Session, organisation_id: UUID) -> list[InstrumentCopy]:
    """Return the instruments of an organisation, newest version of each key first."""
    return list(
        session.scalars(
            select(InstrumentCopy)
            .where(InstrumentCopy.organisation_id == organisation_id)
            .order_by(InstrumentCopy.title, InstrumentCopy.version.desc())
        )
    )
