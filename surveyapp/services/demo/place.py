"""Where a demonstration lives, and the link of somebody who may still answer; quick to load."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import SpentBallot, UnknownBallot
from surveyapp.privacy.ballots import derive_code, show_code
from surveyapp.services.answering import slug_for_code
from surveyapp.services.demo.names import MANAGED
from surveyapp.services.roster.organisations import find_organisation
from surveyapp.settings import Settings
from surveyapp.store.database import make_engine
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisation import ReportingGroup
from surveyapp.store.pulses import Wave
from surveyapp.vault.doors import Vault, open_whole

KEY_FILE = "secret-key"


def environment(folder: Path, base_url: str) -> dict[str, str]:
    """Return the settings of the demo in a folder, whatever the settings of the installation are."""
    return {
        "SECRET_KEY": (folder / KEY_FILE).read_text(encoding="utf-8"),
        "INSTANCE": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'surveyapp.db'}",
        "VAULT_URL": f"sqlite:///{folder / 'vault.db'}",
        "VAULT_KEYS": str(folder / "vault-keys"),
        "BASE_URL": base_url,
        "MAIL_URL": "",
    }


def answer_link(settings: Settings) -> str:
    """Return the link of somebody who has not answered the open wave, or an empty text."""
    engine, vault = make_engine(settings.database_url), open_whole(settings)
    with Session(engine) as session:
        organisation_id = find_organisation(session).organisation_id
        seeds = session.scalars(
            select(Invitation.seed)
            .join(Wave, (Wave.organisation_id == Invitation.organisation_id) & (Wave.id == Invitation.wave_id))
            .join(
                ReportingGroup,
                (ReportingGroup.organisation_id == Invitation.organisation_id)
                & (ReportingGroup.id == Invitation.group_id),
            )
            .where(Invitation.organisation_id == organisation_id, Wave.state == "open")
            # Best one of the manager's team, so that both sides can be looked at.
            .order_by(ReportingGroup.name != MANAGED, Invitation.id)
        ).all()
        codes = (derive_code(settings.ballot_key, seed) for seed in seeds)
        found = next(((slug, code) for code in codes if (slug := _unspent_slug(session, vault, code))), None)
    engine.dispose()
    vault.engine.dispose()
    return f"{settings.base_url}/answer/{found[0]}#{show_code(found[1])}" if found else ""


def _unspent_slug(session: Session, vault: Vault, code: str) -> str:
    try:
        return slug_for_code(session, vault, code)
    except (SpentBallot, UnknownBallot):
        return ""
