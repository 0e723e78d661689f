"""The menu of the staff pages: who sees which entry."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app, g, request, url_for

EVERY_ROLE = frozenset({"manager", "coach", "admin"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the page it opens, and the roles that see it."""

    endpoint: str
    label: str
    roles: Collection[str] = EVERY_ROLE


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page shows it."""

    href: str
    label: str
    current: bool


ENTRIES: tuple[Entry, ...] = ()


def navigation() -> list[Link]:
    """Return the entries that the account of this request may open; the account is ``g.account`` with ``roles``."""
    account = g.get("account")
    roles = set(account.roles) if account else set()
    return [
        Link(url_for(entry.endpoint), entry.label, _is_here(entry))
        for entry in ENTRIES
        if roles.intersection(entry.roles) and entry.endpoint in current_app.view_functions
    ]


def _is_here(entry: Entry) -> bool:
    return request.blueprint == entry.endpoint.split(".", maxsplit=1)[0]
