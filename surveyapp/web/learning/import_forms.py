"""What an admin fills in to bring events of another system into the log."""

from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from surveyapp.web.forms import StaffForm, trimmed
from surveyapp.web.language import gettext as _


class ImportForm(StaffForm):
    """A file of events from another system."""

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


class ConfirmForm(StaffForm):
    """That the events somebody looked at shall be logged."""
