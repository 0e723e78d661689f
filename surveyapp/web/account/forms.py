"""What people type to sign in and to look after their own account."""

from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from surveyapp.services.accounts.access import Viewer
from surveyapp.services.accounts.passwords import LONGEST, SHORTEST
from surveyapp.web.forms import StaffForm, an_address, spoken, trimmed
from surveyapp.web.language import gettext as _

NOT_ALIKE = _("The two passwords are not alike.")
HOW_TO_CHOOSE = _("At least 12 characters; a few words that nobody would guess are easy to keep in mind.")


def new_password() -> PasswordField:
    """Make a field for a new password."""
    length = Length(SHORTEST, LONGEST, _("Use at least 12 and at most 200 characters."))
    return PasswordField(
        _("New password"),
        [InputRequired(_("Choose a password.")), length],
        description=HOW_TO_CHOOSE,
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )


def new_password_again() -> PasswordField:
    """Make a field in which the new password is repeated."""
    return PasswordField(
        _("The same password again"),
        [InputRequired(_("Type the new password a second time.")), EqualTo("password", NOT_ALIKE)],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(StaffForm):
    """Who somebody is."""

    email = EmailField(
        _("E-mail address"),
        [InputRequired(_("Type your e-mail address.")), Length(max=LONGEST)],
        filters=[trimmed],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Type your password.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )


class ForgotForm(StaffForm):
    """Where to send a code for a new password."""

    email = EmailField(
        _("E-mail address"),
        [InputRequired(_("Type your e-mail address.")), an_address()],
        filters=[trimmed],
        render_kw={"autocomplete": "username"},
    )


class ResetForm(StaffForm):
    """A mailed code and the password that it is spent on."""

    code = StringField(
        _("Code from the mail"),
        [InputRequired(_("Type the code from the mail."))],
        description=_("16 letters and digits, such as ABCD-EFGH-JKMN-PQRS."),
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )
    password = new_password()
    again = new_password_again()


class ProfileForm(StaffForm):
    """How somebody is called, and in which language pages and mails speak to them."""

    name = StringField(
        _("Name"), [DataRequired(_("Type your name.")), Length(max=200)], render_kw={"autocomplete": "name"}
    )
    language = SelectField(_("Language"), [InputRequired()])

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(obj=viewer)
        self.language.choices = spoken()


class PasswordForm(StaffForm):
    """The old password and the new one."""

    old = PasswordField(
        _("Old password"), [InputRequired(_("Type your old password."))], render_kw={"autocomplete": "current-password"}
    )
    password = new_password()
    again = new_password_again()
