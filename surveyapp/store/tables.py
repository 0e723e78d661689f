"""Imports every module with tables, for migrations, start-up and tests; use cases import what they need."""

from surveyapp.store import (
    accounts,
    base,
    delegation,
    exchange,
    interventions,
    invitations,
    learning,
    organisation,
    people,
    pulses,
    releases,
    replies,
    reporters,
    reviews,
    uploads,
)

metadata = base.Base.metadata

__all__ = [
    "accounts",
    "delegation",
    "exchange",
    "interventions",
    "invitations",
    "learning",
    "metadata",
    "organisation",
    "people",
    "pulses",
    "releases",
    "replies",
    "reporters",
    "reviews",
    "uploads",
]
