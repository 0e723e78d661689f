"""What a report says about itself: which release it rests on, with which programs, from which seed.

No moment of its making is in it, so the same releases give the same bytes on any day.
"""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.store.organisation import Organisation
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.releases import Release

PROGRAMS = ("surveyapp", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class Basis:
    """The pulse of a report, the last release it rests on, and the programs that compute it.

    ``fingerprint`` is the hash of that release, which covers every figure and all releases before.
    """

    organisation: str
    pulse: str
    time_zone: str
    wave: int
    released_at: datetime
    fingerprint: str
    programs: Mapping[str, str]

    def as_plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "organisation": self.organisation,
            "pulse": self.pulse,
            "last_wave": self.wave,
            "released_at": self.released_at.isoformat(),
            "release_hash": self.fingerprint,
            "programs": dict(self.programs),
        }


def basis_of(session: Session, organisation_id: UUID, pulse_id: UUID) -> Basis:
    """Return what a report on a pulse rests on.

    Raises
    ------
    NotFound
        When nothing of the pulse has been released.
    """
    row = session.execute(
        select(Release.released_at, Release.hash, Wave.number, Pulse.name, Pulse.time_zone)
        .join(Wave, (Wave.organisation_id == Release.organisation_id) & (Wave.id == Release.wave_id))
        .join(Pulse, (Pulse.organisation_id == Wave.organisation_id) & (Pulse.id == Wave.pulse_id))
        .where(Release.organisation_id == organisation_id, Wave.pulse_id == pulse_id)
        .order_by(Wave.number.desc())
    ).first()
    if row is None:
        raise NotFound("No wave of this pulse has been released yet, so there is nothing to report")
    released_at, fingerprint, number, pulse, time_zone = row
    organisation = session.get_one(Organisation, organisation_id).name
    return Basis(organisation, pulse, time_zone, number, released_at, fingerprint, programs())


def programs() -> dict[str, str]:
    """Return the versions of everything that figures are computed with."""
    return {name: version(name) for name in PROGRAMS} | {"Python": platform.python_version()}
