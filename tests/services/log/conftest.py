"""Stewards of the harbour and what they are told."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from surveyapp.services.accounts.access import Viewer
from surveyapp.services.log.events import Entry
from surveyapp.services.log.reports import Told, tell
from surveyapp.services.roster.counting import tree_of
from tests.fixtures.accounts import add_account, add_key
from tests.fixtures.world import World

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PASSPHRASE = "a lighthouse in fog"
WORDS = "Bob left the hook open. It slipped while nobody stood below."

Tell = Callable[..., Told]


@pytest.fixture
def erin(harbour: World) -> Viewer:
    """Give the account of erin, the steward of everybody, with a key."""
    viewer = add_account(harbour, "erin", steward="Harbour")
    add_key(harbour, viewer, PASSPHRASE, NOW)
    return viewer


@pytest.fixture
def tells(harbour: World) -> Tell:
    """Give a function by which somebody among the cranes tells of a near miss."""

    def told(mode: str = "confidential", name: str = "Charlie", *, unit: str = "Cranes", **changes: Any) -> Told:
        values: dict[str, Any] = {"kind": "near_miss", "what_happened": WORDS, "told_at": NOW, "mode": mode} | changes
        entry = Entry(unit_id=harbour.units[unit].id, **values)
        return tell(
            harbour.session,
            harbour.organisation_id,
            tree_of(harbour.session, harbour.organisation_id),
            entry,
            NOW,
            name="" if mode == "anonymous" else name,
            secret_key=harbour.settings.secret_key,
        )

    return told
