"""What the outer rooms hold to use services: settings, a session on the main database, and the vault's handle."""

from dataclasses import dataclass

from sqlalchemy.orm import Session, scoped_session

from surveyapp.settings import Settings
from surveyapp.vault.doors import Vault

AnySession = Session | scoped_session[Session]


@dataclass(frozen=True, slots=True)
class Reach:
    """An installation in reach."""

    settings: Settings
    session: Session
    vault: Vault
