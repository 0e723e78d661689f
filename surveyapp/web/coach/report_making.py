"""Making reports from releases and stored answers; pages and command both come here, so both give the same bytes.

Whoever asks says which units the reader may see, and how a stored question is answered: the pages take the answer that
the worker stored, the command computes it anew.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template

from surveyapp.errors import NotFound, Said
from surveyapp.services.insight.analyses import Analysis
from surveyapp.services.insight.cells import cells_of
from surveyapp.services.insight.comparisons import comparison_of, family_of
from surveyapp.services.insight.interventions import find_intervention
from surveyapp.services.insight.layouts import lay_out
from surveyapp.services.insight.relations import relation_of
from surveyapp.services.insight.report_basis import basis_of
from surveyapp.services.insight.report_inputs import inputs_of, place_in
from surveyapp.services.results.reading import WINDOW, pulse_scales
from surveyapp.services.results.side_by_side import Line, side_by_side
from surveyapp.services.roster.counting import tree_of
from surveyapp.web.assets import FOLDER
from surveyapp.web.coach.report_intervention import Compared, intervention_report
from surveyapp.web.coach.report_parts import Report, programs_of, rests_on
from surveyapp.web.coach.report_relation import relation_report
from surveyapp.web.coach.report_teams import teams_report
from surveyapp.web.language import gettext, language
from surveyapp.web.reaching import reach

Answering = Callable[[Analysis], Mapping[str, Any]]


def stored(analysis: Analysis) -> Mapping[str, Any]:
    """Return the answer that the worker left."""
    return analysis.answer


def report_relation(
    organisation_id: UUID, pulse_id: UUID, scale: str, visible: Collection[UUID], answering: Answering = stored
) -> Report:
    """Make the report on how a scale goes together with what is counted.

    Raises
    ------
    NotFound
        When the worker has not been asked yet, or has not answered.
    """
    session = reach().session
    analysis = relation_of(session, organisation_id, pulse_id, scale)
    answer = answering(analysis) if analysis else {}
    if analysis is None or not answer:
        raise NotFound(gettext("The worker computes this after each release."))
    return relation_report(
        basis_of(session, organisation_id, pulse_id),
        inputs_of(session, organisation_id, pulse_id, scale, visible),
        scale_name(organisation_id, pulse_id, scale),
        analysis.question,
        answer,
        analysis.id.hex,
    )


def report_intervention(
    organisation_id: UUID, intervention_id: UUID, visible: Collection[UUID], answering: Answering = stored
) -> Report:
    """Make the report on a registered intervention.

    Raises
    ------
    NotFound
        When there is none whose teams are all visible, or the worker has not answered.
    """
    session = reach().session
    found = find_intervention(session, organisation_id, intervention_id, visible)
    plan, analysis = found.plan, comparison_of(session, organisation_id, intervention_id)
    answer = answering(analysis)
    if not answer:
        raise NotFound(gettext("The worker computes this after each release."))
    basis = basis_of(session, organisation_id, plan.pulse_id)
    layout = lay_out(cells_of(session, organisation_id, plan.pulse_id, plan.scale), plan, ZoneInfo(basis.time_zone))
    tree = tree_of(session, organisation_id)
    return intervention_report(
        basis,
        inputs_of(
            session,
            organisation_id,
            plan.pulse_id,
            plan.scale,
            visible,
            keep=lambda cell: cell.wave in layout.waves and cell.series in layout.teams,
            extra=lambda cell: place_in(layout, cell),
        ),
        scale_name(organisation_id, plan.pulse_id, plan.scale),
        Compared(
            found, answer, family_of(session, organisation_id), {key: unit.name for key, unit in tree.units.items()}
        ),
    )


def report_teams(organisation_id: UUID, pulse_id: UUID, scale: str, lines: Sequence[Line]) -> Report:
    """Make the report on some teams over the latest waves.

    Raises
    ------
    NotFound
        When nothing has been released.
    """
    session = reach().session
    found = side_by_side(session, organisation_id, pulse_id, f"scale:{scale}", lines, WINDOW)
    if not found.heads:
        raise NotFound(gettext("Results appear here once the first wave has closed."))
    series = {each for line in lines for each in line.series}
    first = found.heads[0].number
    units = {unit for line in lines for unit in line.units}
    return teams_report(
        basis_of(session, organisation_id, pulse_id),
        inputs_of(
            session,
            organisation_id,
            pulse_id,
            scale,
            units,
            keep=lambda cell: cell.series in series and cell.wave >= first,
        ),
        scale_name(organisation_id, pulse_id, scale),
        found,
    )


def scale_name(organisation_id: UUID, pulse_id: UUID, scale: str) -> str:
    """Return what a scale is called.

    Raises
    ------
    NotFound
        When the pulse has no such scale.
    """
    names = {each.figure: each.name for each in pulse_scales(reach().session, organisation_id, pulse_id, language())}
    if f"scale:{scale}" not in names:
        known = ", ".join(each.removeprefix("scale:") for each in names)
        raise NotFound(Said("This pulse has no scale {scale!r}; it has {known}", scale=scale, known=known))
    return names[f"scale:{scale}"]


def shown(template: str, report: Report, **more: Any) -> str:
    """Render a report with the words that its parts need."""
    return render_template(template, report=report, rests_on=rests_on, programs_of=programs_of, **more)


def as_html(report: Report) -> str:
    """Return a report as one file that loads nothing."""
    style = (FOLDER / "report.css").read_text(encoding="utf-8")
    return shown("coach/report/file.html", report, style=style)
