"""Codes that a whole team shares: they open its results and its log without an account, and name no person."""

import hmac
from uuid import UUID

from surveyapp.privacy.ballots import derive_code, read_code


def results_code(ballot_key: bytes, organisation_id: UUID, group_id: UUID) -> str:
    """Return the code with which a team reads its results; the same for everybody in the group."""
    return derive_code(ballot_key, b"results" + organisation_id.bytes + group_id.bytes)


def log_code(ballot_key: bytes, organisation_id: UUID, unit_id: UUID) -> str:
    """Return the code with which a team tells of events; the same for everybody in the team."""
    return derive_code(ballot_key, b"log" + organisation_id.bytes + unit_id.bytes)


def is_code(typed: str, code: str) -> bool:
    """Tell whether what somebody typed is the code.

    Raises
    ------
    UnknownBallot
        When it cannot be a code at all.
    """
    return hmac.compare_digest(read_code(typed), code)
