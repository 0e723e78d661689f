"""What admins fill in about units."""

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _


class UnitForm(StaffForm):
    """A unit's name and code."""

    name = StringField(_("Name"), [InputRequired(_("Type a name.")), Length(max=200)])
    code = StringField(
        _("Code"),
        [Length(max=200)],
        description=_("How files and other systems name the unit. Without one it is made from the name."),
    )


class MoveForm(StaffForm):
    """Under which unit another one shall be."""

    parent = SelectField(
        _("New place: below"),
        [InputRequired(_("Choose a unit."))],
        description=_("Everything below the unit moves along. You see what changes before anything does."),
    )
