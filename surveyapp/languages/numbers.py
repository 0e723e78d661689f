"""Numbers that have a direction, written the same everywhere."""

MINUS = "\N{MINUS SIGN}"


def signed(value: float, places: int | None = 1) -> str:
    """Write a number with its sign, and a real minus; with ``places`` None it has as many digits as it needs.

    A hyphen would be taken for the dash between two numbers, and a sign before zero would puzzle.
    """
    written = f"{value:+g}" if places is None else f"{round(value, places) + 0.0:+.{places}f}"
    return written.replace("-", MINUS) if value or places is not None else "0"


def written(value: float, places: int | None = None) -> str:
    """Write a number that may lie below zero, without a plus; its digits are those of ``signed``."""
    return signed(value, places).removeprefix("+")
