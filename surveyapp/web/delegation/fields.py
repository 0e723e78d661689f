"""Fields of the forms about delegations. They take whatever is typed; what is wrong with it the services say."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from wtforms import BooleanField, Field, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from surveyapp.errors import Invalid
from surveyapp.learning.reading import YES
from surveyapp.web.errors import status_of
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import as_said, reason
from surveyapp.web.language import gettext as _


class Needed:
    """Says that a field is to be filled in; whether it is, the services check."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Take anything."""


def _needed(*, optional: bool) -> list[Needed]:
    return [] if optional else [Needed()]


def line(label: str, hint: str = "") -> StringField:
    """Make a field for one line."""
    return StringField(label, [Needed()], description=hint)


def area(label: str, hint: str = "", *, optional: bool = False) -> TextAreaField:
    """Make a field for sentences, or for a list with one entry per line."""
    return TextAreaField(label, _needed(optional=optional), description=hint)


def number(label: str, hint: str = "", *, optional: bool = False) -> StringField:
    """Make a field for a number, with a decimal point or comma."""
    return StringField(label, _needed(optional=optional), description=hint, render_kw={"inputmode": "decimal"})


def moment(label: str, hint: str = "") -> StringField:
    """Make a field for a day and time, which comes back as it was typed."""
    return StringField(label, [Needed()], description=hint, widget=DateTimeLocalInput())


def tick(label: str, hint: str = "") -> BooleanField:
    """Make a box to tick."""
    return BooleanField(label, description=hint)


def choice(label: str, hint: str = "", *, optional: bool = False) -> SelectField:
    """Make a field to choose from; its choices are set when the form is made."""
    return SelectField(label, _needed(optional=optional), description=hint, validate_choice=False)


def several(label: str, hint: str = "") -> SelectMultipleField:
    """Make a field with boxes of which several can be ticked."""
    return SelectMultipleField(
        label, description=hint, validate_choice=False, widget=ListWidget(), option_widget=CheckboxInput()
    )


class TypedForm(StaffForm):
    """A form that hands on what was typed as it is."""

    # Which form this is, so that it counts once when it is sent twice.
    once = HiddenField(default=lambda: str(uuid4()))

    def choose_from(self, **choices: Mapping[str, str]) -> None:
        """Set what some fields offer."""
        for name, offered in choices.items():
            if name in self:
                self[name].choices = [(value, _(label)) for value, label in offered.items()]

    @property
    def number(self) -> UUID:
        """The number that the form carries; one that was tampered with counts as new."""
        try:
            return UUID(self.typed("once"))
        except ValueError:
            return uuid4()

    @property
    def shown(self) -> list[Field]:
        """The fields that somebody fills in."""
        return [each for each in self if each.type not in {"HiddenField", "CSRFTokenField"}]

    def as_typed(self) -> dict[str, str]:
        """Return what stands in each field: a list by line, and yes for a box that is ticked."""
        return {each.name: _written(each) for each in self.shown}

    def object_to(self, wrong: Invalid) -> int:
        """Say at its field what would be right; what was typed stays."""
        value, expected = as_said(wrong.value), reason(wrong.expected)
        said = (
            _("Expected {expected}, not {value}.").format(expected=expected, value=value)
            if value
            else _("Please give {expected}.").format(expected=expected)
        )
        if wrong.field in self:
            self.say(self[wrong.field], said)
        else:
            self.form_errors = [*self.form_errors, said]
        return status_of(wrong)


def stored(typed: Mapping[str, str], form: type[TypedForm]) -> dict[str, Any]:
    """Return what was typed before, as the fields of a form take it."""
    values: dict[str, Any] = {}
    fields: Mapping[str, Any] = vars(form)
    for name, text in typed.items():
        kind = getattr(fields.get(name), "field_class", None)
        if kind is BooleanField:
            values[name] = text == YES
        elif kind is SelectMultipleField:
            values[name] = text.splitlines()
        else:
            values[name] = text
    return values


def _written(field: Field) -> str:
    if isinstance(field.data, bool):
        return YES if field.data else ""
    if isinstance(field.data, list):
        return "\n".join(field.data)
    return str(field.data or "").replace("\r\n", "\n")
