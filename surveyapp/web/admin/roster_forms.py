"""What admins fill in to import a roster."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _


class UploadForm(StaffForm):
    """A roster file, and whether it names everybody."""

    file = FileField(
        _("CSV file"),
        [FileRequired(_("Choose a file."))],
        description=_("With commas, semicolons or tabs, up to 30 MB. In Excel: Save as, CSV UTF-8."),
    )
    complete = BooleanField(
        _("The file names everybody"),
        description=_("People who are on the roster but not in the file have left."),
    )


class ConfirmForm(StaffForm):
    """That the changes somebody looked at shall be made."""

    digest = HiddenField()
