"""The areas of the site by address: cookies, headers, logs and compression differ between them."""

from typing import Literal

Area = Literal["static", "answer", "public", "staff", "api"]

_FIRST_PART: dict[str, Area] = {"static": "static", "answer": "answer", "app": "staff", "api": "api"}


def area(path: str) -> Area:
    """Return the area an address path belongs to; what is nowhere else is public."""
    return _FIRST_PART.get(path.split("/", 2)[1] if path.startswith("/") else "", "public")
