"""Teams side by side over the waves: the address says which teams, so that a choice can be kept and sent to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.services.results.reading import WINDOW, PulseName, ScaleName
from surveyapp.services.results.side_by_side import Line, side_by_side
from surveyapp.web.access import needs, viewer
from surveyapp.web.coach.choices import chosen_pulse, scales_of
from surveyapp.web.coach.chosen_teams import chosen_of, chosen_order, lines_to_see
from surveyapp.web.coach.heat_boxes import Map, heat_map, name_of
from surveyapp.web.reaching import reach

blueprint = Blueprint("heat_map", __name__, url_prefix="/app")

PAGE_SIZE = 50
# More boxes to tick than this are for the search field; an address could not hold them all.
MOST_TO_TICK = 200
# What the address may say; everything else in it is dropped from the links of the page.
KEPT = ("pulse", "scale", "unit", "none", "order", "view", "page", "q")


@dataclass(frozen=True, slots=True)
class Tick:
    """A line to tick."""

    key: str
    name: str
    above: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The lines to choose from that the search found, and the chosen ones that it did not."""

    ticks: tuple[Tick, ...]
    kept: tuple[str, ...]
    left_out: int
    chosen: int
    total: int
    is_open: bool


@blueprint.get("/side-by-side")
@needs("coach", "admin")
def page() -> ResponseReturnValue:
    """Show some teams over the waves."""
    pulse, pulses = chosen_pulse()
    scales = scales_of(pulse)
    scale = next((each for each in scales if each.figure == request.args.get("scale")), scales[0] if scales else None)
    if pulse is None or scale is None:
        return render_template("coach/side_by_side.html", pulses=[], scales=[], picker=None, map=None)
    lines = lines_to_see(pulse)
    chosen = chosen_of(lines)
    pages = max(1, -(-len(chosen) // PAGE_SIZE))
    number = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "coach/side_by_side.html",
        pulse=pulse,
        pulses=pulses,
        scale=scale,
        scales=scales,
        picker=_picker(lines, chosen),
        map=_map(pulse, scale, chosen[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]),
        order=chosen_order(),
        as_table=request.args.get("view") == "table",
        page=number,
        pages=pages,
        here=here,
        report_href=here("reports.teams", view=None, page=None, q=None),
    )


def here(endpoint: str = "heat_map.page", **changes: Any) -> str:
    """Return the address of the page, or of one like it, with something changed; None takes something out."""
    kept = {name: request.args.getlist(name) for name in KEPT if name in request.args}
    return url_for(endpoint, **{**kept, **changes})


def _picker(lines: Sequence[Line], chosen: Sequence[Line]) -> Picker:
    query = request.args.get("q", "").strip().casefold()
    picked = {line.key for line in chosen}
    found = [line for line in lines if query in f"{name_of(line)} {line.above}".casefold()]
    listed = found[:MOST_TO_TICK]
    shown = {line.key for line in listed}
    # Who searches among all teams means to see those that are found; a choice of one's own is added to.
    kept = picked - shown if "unit" in request.args else ()
    return Picker(
        ticks=tuple(Tick(line.key, name_of(line), line.above, line.key in picked) for line in listed),
        kept=tuple(sorted(kept)),
        left_out=len(found) - len(listed),
        chosen=len(chosen),
        total=len(lines),
        is_open="q" in request.args or not chosen,
    )


def _map(pulse: PulseName, scale: ScaleName, lines: Sequence[Line]) -> Map:
    found = side_by_side(reach().session, viewer().organisation_id, pulse.id, scale.figure, lines, WINDOW)
    return heat_map(found, pulse.id)
