"""Answer sheets as bytes: fixed length, one byte per item, and notes padded to one size."""

import struct
from collections.abc import Sequence

from surveyapp.privacy.comments import AUDIENCES, THEMES, Note

COMMENT_BYTES = 1000
# Readers, themes as bits, bytes of the comment.
_HEAD = struct.Struct(">BBH")
NOTE_BYTES = _HEAD.size + COMMENT_BYTES


def write_sheet(answers: Sequence[int]) -> bytes:
    """Write answers in the order of the instrument's items; 0 stands for skipped."""
    return bytes(answers)


def write_note(note: Note) -> bytes:
    """Pad what somebody added to a sheet; nothing takes the same room, so the box does not tell who commented.

    Raises
    ------
    ValueError
        When the comment is longer than the room for it.
    """
    text = note.comment.encode()
    if len(text) > COMMENT_BYTES:
        message = f"comment has {len(text)} bytes; at most {COMMENT_BYTES} fit"
        raise ValueError(message)
    # Readers are chosen for a comment; where there is none, a choice would only tell notes apart.
    readers = AUDIENCES.index(note.audience) if text else 0
    themes = sum(1 << place for place, theme in enumerate(THEMES) if theme in note.themes)
    return _HEAD.pack(readers, themes, len(text)) + text.ljust(COMMENT_BYTES, b"\0")


def split_sheets(content: bytes, length: int) -> list[bytes]:
    """Cut the content of a box into its sheets."""
    return [content[start : start + length] for start in range(0, len(content), length)]


def read_notes(content: bytes) -> list[Note]:
    """Return the notes of a box, empty ones too, in an order of their own."""
    return [_read_note(record) for record in sorted(split_sheets(content, NOTE_BYTES))]


def _read_note(record: bytes) -> Note:
    readers, themes, size = _HEAD.unpack_from(record)
    tapped = frozenset(theme for place, theme in enumerate(THEMES) if themes >> place & 1)
    return Note(record[_HEAD.size : _HEAD.size + size].decode(), AUDIENCES[readers], tapped)
