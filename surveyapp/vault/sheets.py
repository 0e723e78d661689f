"""Answer sheets as bytes: fixed length, one byte per item, and comments padded to one size."""

from collections.abc import Sequence

COMMENT_BYTES = 1000
_RECORD = COMMENT_BYTES + 2


def write_sheet(answers: Sequence[int]) -> bytes:
    """Write answers in the order of the instrument's items; 0 stands for skipped."""
    return bytes(answers)


def write_comment(comment: str) -> bytes:
    """Pad a comment; an empty one takes the same room, so the box does not tell who commented.

    Raises
    ------
    ValueError
        When the comment is longer than the room for it.
    """
    text = comment.encode()
    if len(text) > COMMENT_BYTES:
        message = f"comment has {len(text)} bytes; at most {COMMENT_BYTES} fit"
        raise ValueError(message)
    return len(text).to_bytes(2) + text.ljust(COMMENT_BYTES, b"\0")


def split_sheets(content: bytes, length: int) -> list[bytes]:
    """Cut the content of a box into its sheets."""
    return [content[start : start + length] for start in range(0, len(content), length)]


def read_comments(content: bytes) -> list[str]:
    """Return the comments that say something."""
    records = split_sheets(content, _RECORD)
    return [record[2 : 2 + size].decode() for record in records if (size := int.from_bytes(record[:2]))]
