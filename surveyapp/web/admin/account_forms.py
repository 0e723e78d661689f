"""What admins fill in about accounts."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import EmailField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from surveyapp.services.accounts.access import Grant
from surveyapp.web.forms import StaffForm, an_address, spoken, trimmed
from surveyapp.web.language import gettext as _

CHOOSE_UNIT = _("Choose a unit")
ROLE_CHOICES = [
    ("manager", _("Manager: sees results")),
    ("coach", _("Coach: compares teams as well")),
    ("steward", _("Steward: reads confidential reports of teams outside their own line")),
    ("member", _("Member: owns work that is handed over, and sees nothing else")),
    ("admin", _("Administrator: looks after everything")),
]


def role_field() -> SelectField:
    """Make a field for a role."""
    return SelectField(_("Role"), [InputRequired()])


def unit_field() -> SelectField:
    """Make a field for the unit that a role is held for."""
    hint = _("The role covers the unit and everything below it.")
    return SelectField(_("Unit"), [InputRequired(_("Choose the unit."))], description=hint)


class GrantingForm(StaffForm):
    """A form with a role and the unit it is held for."""

    role: SelectField
    unit: SelectField

    def __init__(self, units: Sequence[tuple[UUID, str]]) -> None:
        super().__init__()
        self.unit.choices = [("", _(CHOOSE_UNIT)), *((str(unit_id), name) for unit_id, name in units)]
        self.role.choices = [(role, _(name)) for role, name in ROLE_CHOICES]

    @property
    def grant(self) -> Grant:
        """The role as the services know it."""
        return Grant(self.typed("role"), UUID(self.typed("unit")))


class RoleForm(GrantingForm):
    """A further role."""

    role = role_field()
    unit = unit_field()


class AccountForm(GrantingForm):
    """A new account and its first role."""

    email = EmailField(
        _("E-mail address"),
        [InputRequired(_("Type an address.")), an_address()],
        filters=[trimmed],
    )
    name = StringField(_("Name"), [DataRequired(_("Type a name.")), Length(max=200)])
    language = SelectField(
        _("Language"), [InputRequired()], description=_("In which mails and pages speak to the person.")
    )
    role = role_field()
    unit = unit_field()

    def __init__(self, units: Sequence[tuple[UUID, str]]) -> None:
        super().__init__(units)
        self.language.choices = spoken()
