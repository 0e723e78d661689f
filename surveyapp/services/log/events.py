"""The learning log: what went wrong, nearly went wrong or was caught, without any person in it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound, Said
from surveyapp.learning.factors import FACTORS
from surveyapp.learning.times import HOUR, PRECISIONS, hours_between
from surveyapp.store.learning import FOUND_BY, KINDS, MODES, NAMED, REACHED, LearningEvent
from surveyapp.store.organisation import Unit

TEXT_LENGTH = 4000
ID_LENGTH = 200
# Clocks of other systems run ahead a little.
AHEAD = timedelta(minutes=10)
# Nothing that is told here is older, and dates near the ends of the calendar have no place in every time zone.
EARLIEST = 1950
# Years ahead that something can be needed by.
FURTHEST = 10
LARGEST_CYCLE = 100_000
# Signs that no keyboard types and that a database may refuse.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody tells: kind, words, and three times. There is no room for a person."""

    unit_id: UUID
    kind: str
    what_happened: str
    told_at: datetime
    occurred_at: datetime | None = None
    noticed_at: datetime | None = None
    occurred_precision: str = "exact"
    noticed_precision: str = "exact"
    told_precision: str = "exact"
    found_by: str | None = None
    reached: str | None = None
    severity: int | None = None
    potential_severity: int | None = None
    # What kept a near miss from getting worse, and whether it was nothing but luck.
    barrier: str = ""
    luck_only: bool | None = None
    contributing: tuple[str, ...] = ()
    surprise: str = ""
    decision_affected: bool | None = None
    # By when it had to be right, of which only the hours that were left are kept; and ways out, 2 for more than one.
    needed_by: datetime | None = None
    options_left: int | None = None
    mode: str = NAMED
    acknowledged_at: datetime | None = None
    corrected_at: datetime | None = None
    resolved_at: datetime | None = None
    recurrence_of: str | None = None
    delegation_ref: str | None = None
    cycle: int | None = None
    source: str = "form"
    external_id: str | None = None
    promise: int | None = None


def check_entry(entry: Entry, now: datetime) -> None:
    """Refuse an entry that cannot be true.

    Raises
    ------
    Invalid
        Naming the field, the value and what would be right.
    """
    if not entry.what_happened.strip():
        raise Invalid("what_happened", "", "a sentence on what happened")
    for field, limit in (("what_happened", TEXT_LENGTH), ("surprise", TEXT_LENGTH), ("barrier", ID_LENGTH)):
        check_words(field, getattr(entry, field), limit)
    for field in ("external_id", "recurrence_of", "delegation_ref"):
        value = getattr(entry, field)
        if value is not None and not 0 < len(value) <= ID_LENGTH:
            raise Invalid(field, value, f"1 to {ID_LENGTH} characters")
    _check_choices(entry)
    _check_numbers(entry)
    _check_times(entry, now)


def check_words(field: str, words: str, limit: int) -> None:
    """Refuse words that are too long, or have signs in them that nobody can read."""
    if len(words.strip()) > limit:
        raise Invalid(
            field, Said("{count} characters", count=len(words.strip())), Said("at most {most} characters", most=limit)
        )
    if UNPRINTABLE.search(words):
        raise Invalid(field, Said("unprintable signs"), "words without unprintable signs")


def _check_choices(entry: Entry) -> None:
    choices: dict[str, tuple[str, tuple[str, ...]]] = {
        "kind": (entry.kind, KINDS),
        "mode": (entry.mode, MODES),
        "found_by": (entry.found_by or FOUND_BY[0], FOUND_BY),
        "reached": (entry.reached or REACHED[0], REACHED),
    }
    for name in ("occurred", "noticed", "told"):
        choices[f"{name}_precision"] = (getattr(entry, f"{name}_precision"), PRECISIONS)
    for field, (value, allowed) in choices.items():
        if value not in allowed:
            raise Invalid(field, value, Said("one of {choices}", choices=", ".join(allowed)))
    for factor in entry.contributing:
        if factor not in FACTORS:
            raise Invalid("contributing", factor, Said("factors of the system: {factors}", factors=", ".join(FACTORS)))


def _check_numbers(entry: Entry) -> None:
    for field in ("severity", "potential_severity"):
        value = getattr(entry, field)
        if value is not None and not 0 <= value <= 4:
            raise Invalid(field, value, "a whole number from 0 (none) to 4 (severe), or nothing")
    if entry.options_left is not None and not 0 <= entry.options_left <= 2:
        raise Invalid("options_left", entry.options_left, "0, 1, or 2 for more than one, or nothing")
    if entry.cycle is not None and not 0 < entry.cycle <= LARGEST_CYCLE:
        raise Invalid("cycle", entry.cycle, f"a whole number from 1 to {LARGEST_CYCLE}, or nothing")


def _check_times(entry: Entry, now: datetime) -> None:
    if entry.needed_by and not EARLIEST <= entry.needed_by.year <= now.year + FURTHEST:
        raise Invalid("needed_by", entry.needed_by.isoformat(), Said("a time until {year}", year=now.year + FURTHEST))
    later = ("acknowledged_at", "corrected_at", "resolved_at")
    for field in ("told_at", "noticed_at", "occurred_at", *later):
        value = getattr(entry, field)
        if value and not EARLIEST <= value.year <= now.year + 1:
            raise Invalid(field, value.isoformat(), f"a time between {EARLIEST} and now")
    for field in ("told_at", *later):
        value = getattr(entry, field)
        if value and value > now + AHEAD:
            raise Invalid(field, value.isoformat(), "a time that is not in the future")
    if entry.noticed_at and entry.noticed_at > entry.told_at:
        raise Invalid("noticed_at", entry.noticed_at.isoformat(), "a time before it was told")
    if entry.occurred_at and entry.occurred_at > (entry.noticed_at or entry.told_at):
        raise Invalid("occurred_at", entry.occurred_at.isoformat(), "a time before it was noticed")


def event_of(organisation_id: UUID, entry: Entry) -> LearningEvent:
    """Return the row that stores an entry."""
    return LearningEvent(**values_of(organisation_id, entry))


def values_of(organisation_id: UUID, entry: Entry) -> dict[str, Any]:
    """Return the columns that store an entry; only what is told to the team stands in the log at once."""
    shown_from = entry.told_at if entry.mode == NAMED else None
    return {
        "organisation_id": organisation_id,
        "id": uuid4(),
        "unit_id": entry.unit_id,
        "kind": entry.kind,
        "mode": entry.mode,
        "what_happened": entry.what_happened.strip(),
        "surprise": entry.surprise.strip(),
        "occurred_at": entry.occurred_at,
        "occurred_precision": entry.occurred_precision,
        "noticed_at": entry.noticed_at,
        "noticed_precision": entry.noticed_precision,
        "told_at": entry.told_at,
        "told_precision": entry.told_precision,
        "detection_hours": hours_between(
            entry.occurred_at, entry.noticed_at, entry.occurred_precision, entry.noticed_precision
        ),
        "voice_hours": hours_between(entry.noticed_at, entry.told_at, entry.noticed_precision, entry.told_precision),
        "lead_hours": _hours_left(entry),
        "options_left": entry.options_left,
        "acknowledged_at": entry.acknowledged_at,
        "corrected_at": entry.corrected_at,
        "resolved_at": entry.resolved_at,
        "feedback_at": None,
        "found_by": entry.found_by,
        "reached": entry.reached,
        "severity": entry.severity,
        "potential_severity": entry.potential_severity,
        "barrier": entry.barrier.strip() or None,
        "luck_only": entry.luck_only,
        "contributing": " ".join(dict.fromkeys(entry.contributing)),
        "decision_affected": entry.decision_affected,
        "recurrence_of": entry.recurrence_of,
        "delegation_ref": entry.delegation_ref,
        "cycle": entry.cycle,
        "source": entry.source,
        "external_id": entry.external_id,
        "shown_words": "",
        "shown_from": shown_from,
        "listed_at": shown_from,
        "closed_at": None,
        "withdrawn": False,
        "promise": entry.promise,
    }


def _hours_left(entry: Entry) -> float | None:
    if entry.needed_by is None or entry.told_precision == "month":
        return None
    return (entry.needed_by - entry.told_at) / HOUR


def add_event(session: Session, organisation_id: UUID, entry: Entry, now: datetime) -> LearningEvent:
    """Add an entry to the transaction of the caller, who commits.

    Raises
    ------
    Invalid
        When it cannot be true.
    NotFound
        When there is no such unit.
    """
    check_entry(entry, now)
    if session.get(Unit, (organisation_id, entry.unit_id)) is None:
        message = "There is no such unit"
        raise NotFound(message)
    event = event_of(organisation_id, entry)
    if event.shown_from is not None:
        event.shown_from = min(event.shown_from, now)
    session.add(event)
    return event
