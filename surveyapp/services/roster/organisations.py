"""Organisations: made with a top unit and the shipped instruments, and found by name."""

from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import languages
from surveyapp.errors import Conflict, Invalid, NotFound, Said, any_of
from surveyapp.services.pulses.instruments import add_shipped
from surveyapp.services.roster.tree import code_for
from surveyapp.store.organisation import Organisation, Unit

LONGEST_NAME = 200


def create_organisation(session: Session, name: str, time_zone: str, language: str, instruments: Path) -> UUID:
    """Make an organisation with its top unit and the instruments of a folder, and return its id.

    Raises
    ------
    Invalid
        When the name, time zone or language cannot be taken, or no instrument is in the folder.
    Conflict
        When there is an organisation of this name.
    """
    plain = " ".join(name.split())
    _check(plain, time_zone, language)
    if not any(instruments.glob("*.toml")):
        raise Invalid("INSTRUMENTS", str(instruments), "a folder with instruments")
    if session.scalar(select(Organisation.organisation_id).where(Organisation.name == plain)):
        message = Said("There is an organisation called {name} already", name=plain)
        raise Conflict(message)
    organisation_id = uuid4()
    session.add(Organisation(organisation_id=organisation_id, name=plain, time_zone=time_zone, language=language))
    session.flush()
    session.add(
        Unit(
            organisation_id=organisation_id,
            id=uuid4(),
            parent_id=None,
            code=code_for(plain, ()),
            name=plain,
            retired_on=None,
        )
    )
    session.commit()
    add_shipped(session, organisation_id, instruments)
    return organisation_id


def _check(name: str, time_zone: str, language: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("name", name, f"1 to {LONGEST_NAME} characters")
    if language not in languages.available():
        raise Invalid("language", language, any_of(languages.available()))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("time zone", time_zone, "a name of the IANA list, such as Europe/Berlin") from error


def find_organisation(session: Session, name: str = "") -> Organisation:
    """Return the organisation of a name; without a name, the only one.

    Raises
    ------
    NotFound
        When there is none of this name, or no name was given and there are several.
    """
    known = session.scalars(select(Organisation).order_by(Organisation.name)).all()
    if not known:
        message = "There is no organisation yet; make one with: surveyapp organisation create NAME"
        raise NotFound(message)
    fitting = [each for each in known if each.name.casefold() == name.casefold()] if name else known
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(each.name for each in known)
    unknown = Said("There is no organisation called {name}; there is {names}", name=name, names=names)
    raise NotFound(unknown if name else Said("Say which one with --organisation: {names}", names=names))


def top_unit(session: Session, organisation_id: UUID) -> Unit:
    """Return the unit at the top of an organisation.

    Raises
    ------
    NotFound
        When the organisation has no unit yet.
    """
    found = session.scalars(
        select(Unit).where(Unit.organisation_id == organisation_id, Unit.parent_id.is_(None)).order_by(Unit.code)
    ).first()
    if found is None:
        message = "The organisation has no unit yet; import a roster, or make its top unit"
        raise NotFound(message)
    return found


def unit_by_code(session: Session, organisation_id: UUID, code: str) -> Unit:
    """Return the unit with a code.

    Raises
    ------
    NotFound
        When there is none.
    """
    found = session.scalars(
        select(Unit).where(Unit.organisation_id == organisation_id, Unit.code == code)
    ).one_or_none()
    if found is None:
        message = Said("There is no unit with the code {code}", code=code)
        raise NotFound(message)
    return found


def list_organisations(session: Session) -> dict[str, UUID]:
    """Return the id of every organisation by its name."""
    rows = session.execute(select(Organisation.name, Organisation.organisation_id).order_by(Organisation.name))
    return dict(rows.all())
