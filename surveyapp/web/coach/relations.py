"""How safety and outcomes go together: read from what the worker has stored."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.charts.intervals import IntervalChart, Range, factor_reach, ratio_chart
from surveyapp.services.insight.analyses import Analysis
from surveyapp.services.insight.relations import ask_relation, relation_of
from surveyapp.services.results.reading import PulseName, ScaleName
from surveyapp.web.access import needs, viewer
from surveyapp.web.coach import relation_words as words
from surveyapp.web.coach.choices import chosen_pulse, scales_of
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("relations", __name__, url_prefix="/app")


@blueprint.get("/relation")
@needs("coach", "admin")
def relation() -> ResponseReturnValue:
    """Show how safety and outcomes go together."""
    pulse, pulses = chosen_pulse()
    scale, scales = _chosen_scale(pulse)
    found = _found(pulse, scale)
    return render_template(
        "coach/relation.html",
        pulse=pulse,
        pulses=pulses,
        scale=scale,
        scales=scales,
        analysis=found,
        words=words,
        charts=_charts(found.answer) if found and found.told else {},
    )


@blueprint.post("/relation")
@needs("coach", "admin")
def again() -> ResponseReturnValue:
    """Queue a relation once more, with the log as it is by now."""
    pulse, _pulses = chosen_pulse()
    scale, _scales = _chosen_scale(pulse)
    if pulse is None or scale is None:
        return redirect(url_for("relations.relation"), 303)
    ask_relation(reach().session, viewer().organisation_id, pulse.id, _key(scale), now())
    flash(_("It is being computed again."))
    return redirect(url_for("relations.relation", pulse=pulse.id, scale=scale.figure), 303)


def _chosen_scale(pulse: PulseName | None) -> tuple[ScaleName | None, list[ScaleName]]:
    scales = scales_of(pulse)
    named = next((each for each in scales if each.figure == request.args.get("scale")), None)
    return named or (scales[0] if scales else None), scales


def _key(scale: ScaleName) -> str:
    return scale.figure.removeprefix("scale:")


def _found(pulse: PulseName | None, scale: ScaleName | None) -> Analysis | None:
    if pulse is None or scale is None:
        return None
    return relation_of(reach().session, viewer().organisation_id, pulse.id, _key(scale))


def _charts(answer: Mapping[str, Any]) -> dict[str, IntervalChart]:
    """Draw the outcomes that can be told, all to one measure."""
    ranges = {key: _ranges(one) for key, one in answer["outcomes"].items() if "reason" not in one}
    limit = factor_reach([each for some in ranges.values() for each in some])
    return {key: ratio_chart(some, limit) for key, some in ranges.items()}


def _ranges(one: Mapping[str, Any]) -> list[Range]:
    labels = {"within": _("Within a team"), "between": _("Between teams")}
    return [
        Range(label, one[part]["rate_ratio"], one[part]["low"], one[part]["high"]) for part, label in labels.items()
    ]
