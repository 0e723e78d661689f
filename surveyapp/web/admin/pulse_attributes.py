"""Admins choose by what people are counted in the coming wave: by team as usual, or by an attribute."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from wtforms import RadioField

from surveyapp.errors import Conflict, Invalid
from surveyapp.privacy.classes import ATTRIBUTES
from surveyapp.services.pulses.attributes import (
    BY_TEAM,
    choose_attribute,
    coming_wave,
    expected_by,
    what_hinders_by,
)
from surveyapp.services.pulses.reading import pulse_card
from surveyapp.services.pulses.running import find_pulse
from surveyapp.web.access import needs, viewer
from surveyapp.web.admin.pulses import back_to_pulse
from surveyapp.web.admin.signing import signed
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import reason
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("pulse_attributes", __name__, url_prefix="/app/admin/pulses")


class AttributeForm(StaffForm):
    """By what people are counted in a wave."""

    attribute = RadioField(_("In the coming wave people are counted"), validate_choice=False)

    def __init__(self, chosen: str) -> None:
        super().__init__(data={"attribute": chosen})
        by = [(key, _("by %(attribute)s") % {"attribute": reason(name)}) for key, name in ATTRIBUTES.items()]
        self.attribute.choices = [(BY_TEAM, _("by team, as usual")), *by]


@blueprint.route("/<uuid:pulse_id>/attribute", methods=["GET", "POST"])
@needs("admin")
def choose(pulse_id: UUID) -> ResponseReturnValue:
    """Show which classes the coming wave would have, and choose."""
    session, owner = reach().session, viewer().organisation_id
    pulse = find_pulse(session, owner, pulse_id)
    wave = coming_wave(session, pulse)
    form = AttributeForm(wave.attribute if wave else BY_TEAM)
    if form.validate_on_submit():
        try:
            choose_attribute(session, pulse, form.typed("attribute"), **signed())
        except (Conflict, Invalid) as refused:
            form.refuse(refused)
        else:
            return back_to_pulse(pulse_id, _("The coming wave is chosen. Everybody reads it before answering."))
    expected = {each: expected_by(session, pulse, wave, each) for each in ATTRIBUTES} if wave else {}
    return render_template(
        "admin/pulses/attribute.html",
        pulse=pulse_card(session, owner, pulse_id, now()),
        wave=wave,
        form=form,
        expected=[(ATTRIBUTES[key], each, what_hinders_by(session, pulse, each)) for key, each in expected.items()],
    ), form.status
