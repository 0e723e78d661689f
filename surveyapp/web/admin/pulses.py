"""Admins run pulses."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Conflict, Invalid
from surveyapp.privacy.classes import ATTRIBUTES
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.pulses import running as pulses
from surveyapp.services.pulses.reading import PulseCard, list_pulses, pulse_card
from surveyapp.services.pulses.terms import PulseTerms
from surveyapp.services.roster.counting import organisation_zone, tree_of
from surveyapp.services.roster.units import unit_choices
from surveyapp.web.access import needs, viewer
from surveyapp.web.admin.pulse_forms import ProtectionForm, PulseForm, cadence_words, protection_data
from surveyapp.web.admin.signing import signed, today
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("pulses", __name__, url_prefix="/app/admin/pulses")
blueprint.add_app_template_filter(cadence_words, "cadence")


@blueprint.get("")
@needs("admin")
def index() -> ResponseReturnValue:
    """List the pulses."""
    found = list_pulses(reach().session, viewer().organisation_id, now())
    return render_template("admin/pulses/list.html", pulses=found)


@blueprint.route("/new", methods=["GET", "POST"])
@needs("admin")
def new() -> ResponseReturnValue:
    """Draft a pulse."""
    form = _form(_usual_terms())
    if form.validate_on_submit():
        try:
            drafted = pulses.draft_pulse(
                reach().session, viewer().organisation_id, form.terms, _floors(), _folder(), **signed()
            )
        except (Conflict, Invalid) as refused:
            form.refuse(refused)
        else:
            return redirect(url_for("pulses.start", pulse_id=drafted), 303)
    return render_template("admin/pulses/new.html", form=form), form.status


@blueprint.get("/<uuid:pulse_id>")
@needs("admin")
def show(pulse_id: UUID) -> ResponseReturnValue:
    """Show one pulse with its waves."""
    return render_template("admin/pulses/show.html", pulse=_card(pulse_id), attributes=ATTRIBUTES)


@blueprint.route("/<uuid:pulse_id>/edit", methods=["GET", "POST"])
@needs("admin")
def edit(pulse_id: UUID) -> ResponseReturnValue:
    """Change a draft."""
    card = _card(pulse_id)
    form = _form(card.terms)
    if form.validate_on_submit():
        try:
            pulses.change_draft(reach().session, viewer().organisation_id, pulse_id, form.terms, _floors(), _folder())
        except (Conflict, Invalid) as refused:
            form.refuse(refused)
        else:
            return redirect(url_for("pulses.start", pulse_id=pulse_id), 303)
    return render_template("admin/pulses/edit.html", pulse=card, form=form), form.status


@blueprint.route("/<uuid:pulse_id>/start", methods=["GET", "POST"])
@needs("admin")
def start(pulse_id: UUID) -> ResponseReturnValue:
    """Show what the pulse would show, and start it."""
    if request.method == "POST":
        pulses.start_pulse(reach().session, viewer().organisation_id, pulse_id, **signed())
        return back_to_pulse(pulse_id, _("The pulse runs. Its waves open and close by themselves."))
    pulse = pulses.find_pulse(reach().session, viewer().organisation_id, pulse_id)
    expected = pulses.expected_of(reach().session, pulse)
    obstacle = pulses.what_hinders(reach().session, pulse, expected, now())
    return render_template("admin/pulses/start.html", pulse=_card(pulse_id), expected=expected, obstacle=obstacle)


@blueprint.route("/<uuid:pulse_id>/stricter", methods=["GET", "POST"])
@needs("admin")
def stricter(pulse_id: UUID) -> ResponseReturnValue:
    """Make a running pulse stricter from its next wave on."""
    card = _card(pulse_id)
    form = ProtectionForm(data=protection_data(card.terms))
    if form.validate_on_submit():
        try:
            pulses.make_stricter(reach().session, viewer().organisation_id, pulse_id, form.stricter, **signed())
        except (Conflict, Invalid) as refused:
            form.refuse(refused)
        else:
            return back_to_pulse(pulse_id, _("The next wave has the new terms."))
    return render_template("admin/pulses/stricter.html", pulse=card, form=form), form.status


@blueprint.route("/<uuid:pulse_id>/stop", methods=["GET", "POST"])
@needs("admin")
def stop(pulse_id: UUID) -> ResponseReturnValue:
    """Ask before stopping, and do it."""
    if request.method != "POST":
        return render_template("admin/pulses/stop.html", pulse=_card(pulse_id))
    pulses.stop_pulse(reach().session, viewer().organisation_id, pulse_id, **signed())
    return back_to_pulse(pulse_id, _("The pulse is stopped."))


@blueprint.route("/<uuid:pulse_id>/discard", methods=["GET", "POST"])
@needs("admin")
def discard(pulse_id: UUID) -> ResponseReturnValue:
    """Ask before throwing a draft away, and do it."""
    if request.method != "POST":
        return render_template("admin/pulses/discard.html", pulse=_card(pulse_id))
    pulses.discard_draft(reach().session, viewer().organisation_id, pulse_id, **signed())
    flash(_("The draft is discarded."), "good")
    return redirect(url_for("pulses.index"), 303)


def _card(pulse_id: UUID) -> PulseCard:
    return pulse_card(reach().session, viewer().organisation_id, pulse_id, now())


def _floors() -> Thresholds:
    settings = reach().settings
    return Thresholds(settings.count_min, settings.item_min, settings.roster_min)


def _folder() -> Path:
    return reach().settings.instruments


def _form(terms: PulseTerms) -> PulseForm:
    session, organisation_id = reach().session, viewer().organisation_id
    units = unit_choices(tree_of(session, organisation_id))
    return PulseForm(units, pulses.instrument_choices(session, organisation_id, _folder()), terms)


def _usual_terms() -> PulseTerms:
    """Return what most pulses are like: everybody, every two weeks, from next Monday on."""
    session, organisation_id = reach().session, viewer().organisation_id
    units = unit_choices(tree_of(session, organisation_id))
    instruments = pulses.instrument_choices(session, organisation_id, _folder())
    floors = _floors()
    return PulseTerms(
        name="",
        unit=str(units[0][0]) if units else "",
        instrument=instruments[0].value if instruments else "",
        first_day=today() + timedelta(days=7 - today().weekday()),
        time_zone=organisation_zone(session, organisation_id),
        count_min=floors.count_min,
        item_min=floors.item_min,
        roster_min=floors.roster_min,
    )


def back_to_pulse(pulse_id: UUID, message: str) -> ResponseReturnValue:
    """Say that something is done, on the page of the pulse."""
    flash(message, "good")
    return redirect(url_for("pulses.show", pulse_id=pulse_id), 303)
