"""What somebody fills in to tell of an event; there is no field for a person."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from surveyapp.services.events import PRECISIONS, TEXT_LENGTH, Entry
from surveyapp.web.language import gettext as _

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of events with their words."""
    return [
        ("near_miss", _("Near miss: it nearly went wrong")),
        ("error", _("Error: it went wrong")),
        ("good_catch", _("Good catch: somebody saw it in time")),
        ("unsafe_condition", _("Unsafe condition: it could go wrong")),
        ("help_request", _("Help request")),
        ("idea", _("Idea")),
    ]


def finders() -> list[tuple[str, str]]:
    """Return who may have found it first, as roles and never as names."""
    return [
        ("", _("not known")),
        ("owner", _("whoever did the work")),
        ("own_team", _("our own team")),
        ("other_team", _("another team")),
        ("customer", _("a customer")),
        ("monitoring", _("monitoring")),
        ("audit", _("an audit")),
    ]


def _severities() -> list[tuple[str, str]]:
    words = (_("not known"), _("0: none"), _("1: minor"), _("2: moderate"), _("3: serious"), _("4: severe"))
    return [("" if number == 0 else str(number - 1), word) for number, word in enumerate(words)]


def _precisions() -> list[tuple[str, str]]:
    words = (_("to the minute"), _("about that hour"), _("about that day"), _("about that month"))
    return list(zip(PRECISIONS, words, strict=True))


class EventForm(FlaskForm):
    """One event. Only its kind and a sentence are needed; the rest can stay as it is."""

    kind = RadioField(_("What is it?"), [InputRequired()])
    what_happened = TextAreaField(_("What happened?"), [InputRequired(), Length(max=TEXT_LENGTH)])
    occurred_at = DateTimeLocalField(_("When did it happen?"), [Optional()], format=FORMATS)
    occurred_precision = SelectField(_("How exactly do you know?"))
    noticed_at = DateTimeLocalField(_("When was it noticed?"), [Optional()], format=FORMATS)
    told_at = DateTimeLocalField(_("When was it told?"), [Optional()], format=FORMATS)
    found_by = SelectField(_("Who found it first?"))
    severity = SelectField(_("How bad was it?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = kinds()
        self.occurred_precision.choices = _precisions()
        self.found_by.choices = finders()
        self.severity.choices = _severities()

    def entry(self, unit_id: UUID, zone: ZoneInfo, now: datetime) -> Entry:
        """Return what was filled in; an event is told now unless it says otherwise."""

        def aware(value: datetime | None) -> datetime | None:
            return value and value.replace(tzinfo=zone)

        return Entry(
            unit_id=unit_id,
            kind=str(self.kind.data),
            what_happened=str(self.what_happened.data),
            told_at=aware(self.told_at.data) or now,
            occurred_at=aware(self.occurred_at.data),
            occurred_precision=str(self.occurred_precision.data),
            noticed_at=aware(self.noticed_at.data),
            found_by=self.found_by.data or None,
            severity=int(self.severity.data) if self.severity.data else None,
        )


class StaffEventForm(EventForm):
    """An event logged by somebody with an account, for one of their teams."""

    team = SelectField(_("Team"), [InputRequired()])


class PublicEventForm(EventForm):
    """An event logged by anybody in a team, with the team's code; there is no session to protect."""

    class Meta:
        """There is no session whose rights could be abused."""

        csrf = False

    code = StringField(_("Log code"), [InputRequired()])


class ImportForm(FlaskForm):
    """A file of events from another system."""

    file = FileField(_("CSV file"), [FileRequired()])
    source = StringField(_("Name of the other system"), [InputRequired(), Length(max=40)])
