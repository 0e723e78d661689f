"""What the outer rooms hold to use services: settings, a session on the main database, and the vault's handle."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveyapp.settings import Settings
from surveyapp.vault.doors import Vault


@dataclass(frozen=True, slots=True)
class Reach:
    """An installation in reach."""

    settings: Settings
    session: Session
    vault: Vault
