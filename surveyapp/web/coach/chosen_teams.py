"""Which teams a page is about, by its address: those that it names among one's own, or all of them."""

from collections.abc import Sequence

from flask import request

from surveyapp.services.accounts.access import visible_units
from surveyapp.services.results.reading import PulseName
from surveyapp.services.results.side_by_side import BY_NAME, BY_TREE, Line, lines_of
from surveyapp.services.roster.counting import tree_of
from surveyapp.web.access import viewer
from surveyapp.web.reaching import reach


def chosen_order() -> str:
    """Return the order that the address asks for; there is none by number."""
    return BY_NAME if request.args.get("order") == BY_NAME else BY_TREE


def lines_to_see(pulse: PulseName) -> list[Line]:
    """Return the lines of everything that the account looks at as a coach or admin."""
    session, owner = reach().session, viewer().organisation_id
    tree = tree_of(session, owner)
    return lines_of(session, owner, pulse.id, tree, visible_units(viewer(), tree, ("coach", "admin")), chosen_order())


def chosen_of(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that the address names, or all when it names none; what is not one's own to see is not found."""
    wanted = set(request.args.getlist("unit"))
    if not wanted and "none" not in request.args:
        return list(lines)
    return [line for line in lines if line.key in wanted]
