"""What an admin fills in to bring events, deliveries or exposure of another system in."""

from typing import Any
from zoneinfo import available_timezones

from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from surveyapp.services.log.cells import ORDERS
from surveyapp.services.log.exchange import SCOPES
from surveyapp.web.forms import StaffForm, trimmed
from surveyapp.web.language import gettext as _

KINDS = {
    "events": _("Events: errors, near misses, good catches and the like"),
    "deliveries": _("Deliveries: what was shipped, and what put right something else"),
    "exposure": _("Exposure: person-weeks, deliveries and deployments by week"),
}
WRITTEN = {
    "year first": _("Year first, as in 2026-04-09"),
    "day first": _("Day first, as in 09.04.2026"),
    "month first": _("Month first, as in 04/09/2026"),
}


class ImportForm(StaffForm):
    """A file of another system, and how to read it: neither time zone nor order of days is ever guessed."""

    kind = SelectField(_("What is in the file?"), [InputRequired()])
    file = FileField(
        _("CSV file"),
        [FileRequired(_("Choose a file."))],
        description=_("With commas, semicolons or tabs, up to 30 MB. In Excel: Save as, CSV UTF-8."),
    )
    source = StringField(
        _("Name of the other system"),
        [DataRequired(_("Name the system, such as PagerDuty.")), Length(max=40)],
        filters=[trimmed],
        description=_("The same external_id from the same system is the same event."),
    )
    time_zone = StringField(
        _("Time zone of times that name none"),
        [DataRequired(_("Name a time zone, such as Europe/Berlin."))],
        filters=[trimmed],
        description=_("Such as Europe/Berlin or UTC."),
    )
    order = SelectField(_("How are days written?"), [InputRequired()])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = [(each, _(KINDS[each])) for each in SCOPES]
        self.order.choices = [(each, _(WRITTEN[each])) for each in ORDERS]

    def validate_time_zone(self, field: Field) -> None:
        """Refuse what is no time zone."""
        if field.data not in available_timezones():
            raise ValidationError(_("We do not know this time zone; one is Europe/Berlin."))


class ConfirmForm(StaffForm):
    """That what somebody looked at shall be taken in."""
