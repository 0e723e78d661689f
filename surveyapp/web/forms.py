"""What staff forms have in common: they speak the reader's language, and say what a service refused."""

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import Regexp

from surveyapp import languages
from surveyapp.errors import Invalid, SurveyError
from surveyapp.web.errors import status_of
from surveyapp.web.language import as_said, reason
from surveyapp.web.language import gettext as _


def an_address() -> Regexp:
    """Make a check for e-mail addresses; it takes those of an intranet too, such as alice@harbour.local."""
    return Regexp(r"^\s*[^@\s]+@[^@\s]+\s*$", message=_("Type an address such as alice@example.org."))


def spoken() -> list[tuple[str, str]]:
    """Return the languages of the product by code and name, to choose from."""
    return [(code, languages.name(code)) for code in languages.available()]


def trimmed(typed: str | None) -> str | None:
    """Take blanks away from both ends, which copying brings along; a filter for fields."""
    return typed.strip() if typed else typed


class StaffForm(FlaskForm):
    """A form whose labels, hints and messages are written in English and translated when it is shown."""

    form_errors: list[str]

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        for field in self:
            field.label.text = _(field.label.text)
            field.description = _(field.description)

    def validate(self, *args: object, **options: object) -> bool:
        """Check the shape of what was typed."""
        valid: bool = super().validate(*args, **options)
        for field in self:
            field.errors = [_(error) for error in field.errors]
        return valid

    def typed(self, name: str) -> str:
        """Return what was typed into a field."""
        return str(self[name].data or "")

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form."""
        return 422 if self.errors else 200

    def refuse(self, error: SurveyError) -> int:
        """Say what a service refused, at the field it names if there is one; returns the HTTP status."""
        if isinstance(error, Invalid) and error.field in self:
            expected = _("Expected {expected}, not {value}.")
            said = expected.format(expected=reason(error.expected), value=as_said(error.value))
            self.say(self[error.field], said)
        else:
            self.form_errors = [*self.form_errors, reason(error.message)]
        return status_of(error)

    @staticmethod
    def say(field: Field, message: str) -> None:
        """Put a message at a field."""
        field.errors = [*field.errors, message]
