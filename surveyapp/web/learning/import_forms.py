"""What an admin fills in to bring events, deliveries or exposure of another system in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from surveyapp.clock import time_zones
from surveyapp.services.log.cells import ORDERS, YEAR_FIRST, Reading
from surveyapp.services.log.exchange import COLUMNS, EXPOSURE, SCOPES
from surveyapp.services.log.mapping import SOURCE_LENGTH
from surveyapp.services.tables import Heading
from surveyapp.web.forms import StaffForm, trimmed
from surveyapp.web.language import gettext as _
from surveyapp.web.learning.import_words import KINDS, LABELS, WRITTEN

EXAMPLES, EXAMPLE_LENGTH = 2, 30


class ImportForm(StaffForm):
    """A file of another system; how to read it is asked when its headings are known."""

    kind = SelectField(_("What is in the file?"), [InputRequired()])
    file = FileField(
        _("CSV file"),
        [FileRequired(_("Choose a file."))],
        description=_("With commas, semicolons or tabs, up to 30 MB. In Excel: Save as, CSV UTF-8."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = [(each, _(KINDS[each])) for each in SCOPES]


class ReadingForm(StaffForm):
    """How to read a file: neither the time zone nor the order of days is ever guessed."""

    source = StringField(
        _("Name of the other system"),
        [DataRequired(_("Name the system, such as PagerDuty.")), Length(max=SOURCE_LENGTH)],
        filters=[trimmed],
        description=_("The same external_id from the same system is the same event."),
    )
    time_zone = StringField(
        _("Time zone of times that name none"),
        [DataRequired(_("Name a time zone, such as Europe/Berlin."))],
        filters=[trimmed],
        description=_("Such as Europe/Berlin or UTC."),
    )
    order = SelectField(_("How are days written?"), [InputRequired(_("Choose how days are written in the file."))])

    def validate_time_zone(self, field: Field) -> None:
        """Refuse what is no time zone."""
        if field.data not in time_zones():
            raise ValidationError(_("We do not know this time zone; one is Europe/Berlin."))

    def columns(self) -> Iterator[SelectField]:
        """Yield the fields of columns, needed ones first."""
        fields = [field for field in self if isinstance(field, SelectField) and field.name in LABELS]
        yield from sorted(fields, key=lambda field: not field.flags.required)

    def about_times(self) -> list[Field]:
        """Return the fields on the system and its times, where the file has any."""
        return [self[name] for name in ("source", "time_zone", "order") if name in self]

    def reading(self, time_zone: str) -> Reading:
        """Return what was filled in; a file of weeks has no times to read."""
        chosen = {field.name: str(field.data) for field in self.columns() if field.data}
        if "source" not in self:
            return Reading("import", time_zone, YEAR_FIRST, chosen)
        return Reading(self.typed("source"), self.typed("time_zone"), self.typed("order"), chosen)


def reading_form(
    kind: str, headings: Sequence[Heading], guessed: Mapping[str, str], before: Reading | None, time_zone: str
) -> ReadingForm:
    """Build the form for one file: a choice among its headings for every column that its kind may have."""
    offered = [(each.name, _described(each)) for each in headings]
    fields: dict[str, Any] = {
        column.key: SelectField(
            LABELS[column.key],
            [InputRequired(_("Choose the column of the file."))] if column.required else [],
            default=guessed.get(column.key, ""),
        )
        for column in COLUMNS[kind]
    }
    if kind == EXPOSURE:
        fields |= dict.fromkeys(("source", "time_zone", "order"))
    remembered = {"source": before.source, "time_zone": before.time_zone, "order": before.order} if before else {}
    form: ReadingForm = type("FileForm", (ReadingForm,), fields)(**{"time_zone": time_zone, **remembered})
    for field in form.columns():
        field.choices = [("", _("not in the file")), *offered]
    if "order" in form:
        form.order.choices = [("", _("Please choose")), *((each, _(WRITTEN[each])) for each in ORDERS)]
    return form


def _described(heading: Heading) -> str:
    """Write a heading with the first things below it, by which people recognise it."""
    examples = [each[:EXAMPLE_LENGTH] for each in dict.fromkeys(heading.examples)][:EXAMPLES]
    return f"{heading.name} ({', '.join(examples)})" if examples else heading.name


class ConfirmForm(StaffForm):
    """That what somebody looked at shall be taken in."""
