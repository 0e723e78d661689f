"""What admins fill in about accounts."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import EmailField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from surveyapp.services.access import Grant
from surveyapp.web.forms import StaffForm, spoken, trimmed
from surveyapp.web.language import gettext as _

CHOOSE_UNIT = _("Choose a unit")
ROLE_CHOICES = [
    ("manager", _("Manager: sees the results of the unit")),
    ("coach", _("Coach: sees them and compares teams")),
    ("admin", _("Administrator: looks after the whole organisation")),
]


class RoleForm(StaffForm):
    """A role and the unit it is held for."""

    role = SelectField(_("Role"))
    unit = SelectField(
        _("Unit"),
        [InputRequired(_("Choose the unit."))],
        description=_("The role covers the unit and everything below it."),
    )

    def __init__(self, units: Sequence[tuple[UUID, str]]) -> None:
        super().__init__()
        self.unit.choices = [("", _(CHOOSE_UNIT)), *((str(unit_id), name) for unit_id, name in units)]
        self.role.choices = [(role, _(name)) for role, name in ROLE_CHOICES]

    @property
    def grant(self) -> Grant:
        """The role as the services know it."""
        return Grant(self.role.data, UUID(self.unit.data))


class AccountForm(RoleForm):
    """A new account and its first role."""

    email = EmailField(
        _("E-mail address"),
        [InputRequired(_("Type an address.")), Email(_("Type an address such as alice@example.org."))],
        filters=[trimmed],
    )
    name = StringField(_("Name"), [DataRequired(_("Type a name.")), Length(max=200)])
    language = SelectField(_("Language"), description=_("In which mails and pages speak to the person."))

    def __init__(self, units: Sequence[tuple[UUID, str]]) -> None:
        super().__init__(units)
        self.language.choices = spoken()
