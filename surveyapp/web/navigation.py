"""The menu of the staff pages: who sees which entry."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for

from surveyapp.web.language import gettext as _

EVERY_ROLE = frozenset({"manager", "coach", "admin"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the page it opens, the roles that see it, and whether it is about setting up."""

    endpoint: str
    label: str
    roles: Collection[str] = EVERY_ROLE
    sets_up: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page shows it."""

    href: str
    label: str
    current: bool
    sets_up: bool


ENTRIES: tuple[Entry, ...] = (
    Entry("team.tree", _("Teams")),
    Entry("heat_map.page", _("Side by side"), {"coach", "admin"}),
    Entry("team_learning.page", _("What we learn")),
    Entry("learning.log", _("Learning log")),
    Entry("inbox.index", _("Reports"), {"steward"}),
    Entry("delegations.board", _("Delegations"), EVERY_ROLE | {"member"}),
    Entry("relations.relation", _("Safety and outcomes"), {"coach", "admin"}),
    Entry("interventions.index", _("Before and after"), {"coach", "admin"}),
    Entry("pulses.index", _("Pulses"), {"admin"}, sets_up=True),
    Entry("people.index", _("People"), {"admin"}, sets_up=True),
    Entry("units.index", _("Organisation"), {"admin"}, sets_up=True),
    Entry("accounts.index", _("Accounts"), {"admin"}, sets_up=True),
)


def navigation() -> list[Link]:
    """Return the entries that whoever is signed in may open; that is ``g.viewer``, set by the sign-in."""
    viewer = g.get("viewer")
    roles = viewer.roles if viewer else frozenset()
    return [
        Link(url_for(entry.endpoint), entry.label, _is_here(url_for(entry.endpoint)), entry.sets_up)
        for entry in ENTRIES
        if not roles.isdisjoint(entry.roles) and entry.endpoint in current_app.view_functions
    ]


def _is_here(href: str) -> bool:
    return request.path == href or request.path.startswith(f"{href}/")


def install(app: Flask) -> None:
    """Give templates ``navigation()`` and ``signed_in_as``."""
    app.jinja_env.globals["navigation"] = navigation

    @app.context_processor
    def who() -> dict[str, object]:
        return {"signed_in_as": g.get("viewer")}
