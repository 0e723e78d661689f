"""How safety and outcomes go together: read from what the worker has stored."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from surveyapp.charts.intervals import IntervalChart, Range, ratio_chart
from surveyapp.services.insight.analyses import Analysis
from surveyapp.services.insight.relations import relation_of
from surveyapp.services.results.reading import PulseName, ScaleName
from surveyapp.web.access import needs, viewer
from surveyapp.web.coach import relation_words as words
from surveyapp.web.coach.choices import chosen_pulse, scales_of
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import reach

blueprint = Blueprint("relations", __name__, url_prefix="/app")


@blueprint.get("/relation")
@needs("coach", "admin")
def relation() -> ResponseReturnValue:
    """Show how safety and reports go together."""
    pulse, pulses = chosen_pulse()
    scales = scales_of(pulse)
    scale = next((each for each in scales if each.figure == request.args.get("scale")), scales[0] if scales else None)
    found = (
        relation_of(reach().session, viewer().organisation_id, pulse.id, scale.figure.removeprefix("scale:"))
        if pulse and scale
        else None
    )
    return render_template(
        "coach/relation.html",
        pulse=pulse,
        pulses=pulses,
        scale=scale,
        scales=scales,
        analysis=found,
        words=words,
        chart=_relation_chart(found.answer) if found and found.told else None,
    )


def _found(pulse: PulseName | None, scale: ScaleName | None) -> Analysis | None:
    if pulse is None or scale is None:
        return None
    return relation_of(reach().session, viewer().organisation_id, pulse.id, scale.figure.removeprefix("scale:"))


def _relation_chart(answer: Mapping[str, Any]) -> IntervalChart:
    labels = {"within": _("Within a team"), "between": _("Between teams")}
    return ratio_chart(
        [
            Range(label, answer[part]["rate_ratio"], answer[part]["low"], answer[part]["high"])
            for part, label in labels.items()
        ]
    )
