"""Invitations that every calendar takes, as RFC 5545 writes them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINE = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Appointment:
    """What goes into a calendar; the same uid replaces what was sent before."""

    uid: str
    start: datetime
    length: timedelta
    title: str
    description: str
    address: str


def calendar_file(appointment: Appointment, now: datetime) -> str:
    """Return the text of an ``.ics`` file with one appointment and no guests."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//surveyapp//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{appointment.uid}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(appointment.start)}",
        f"DTEND:{_moment(appointment.start + appointment.length)}",
        f"SUMMARY:{_text(appointment.title)}",
        f"DESCRIPTION:{_text(appointment.description)}",
        f"URL:{appointment.address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return words.translate(_ESCAPES)


def _folded(line: str) -> str:
    """Break a line where it has more than 75 bytes, never inside a letter."""
    parts: list[str] = []
    part = ""
    for letter in line:
        # A continued line begins with a blank, which counts.
        if len((part + letter).encode()) > LINE - bool(parts):
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
