"""What somebody fills in to tell of an event; there is no field for a person."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wtforms import DateTimeLocalField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from surveyapp.errors import Invalid
from surveyapp.learning.times import PRECISIONS
from surveyapp.services.log.events import TEXT_LENGTH, Entry
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import reason

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
KINDS = {
    "near_miss": _("Near miss: it nearly went wrong"),
    "error": _("Error: it went wrong"),
    "good_catch": _("Good catch: seen in time"),
    "unsafe_condition": _("Unsafe condition: it could go wrong"),
    "help_request": _("Help request: we are stuck"),
    "idea": _("Idea: it could go better"),
}
# Who may have found it first, as roles and never as names.
FINDERS = {
    "": _("not known"),
    "owner": _("whoever did the work"),
    "own_team": _("our own team"),
    "other_team": _("another team"),
    "customer": _("a customer"),
    "monitoring": _("monitoring"),
    "audit": _("an audit"),
}
SEVERITIES = {
    "": _("not known"),
    "0": _("0: none"),
    "1": _("1: minor"),
    "2": _("2: moderate"),
    "3": _("3: serious"),
    "4": _("4: severe"),
}
HOW_EXACTLY = (_("to the minute"), _("about that hour"), _("about that day"), _("about that month"))
# Said by the library of forms and by the service that keeps the log; named here to be translated.
SAID_ELSEWHERE = (
    _("Not a valid datetime value."),
    _("Not a valid choice."),
    _("a sentence on what happened"),
    _("words without unprintable signs"),
    _("a time that is not in the future"),
    _("a time before it was told"),
    _("a time before it was noticed"),
    _("a time between {} and now"),
)


def kind_names() -> dict[str, str]:
    """Return the short name of each kind of event."""
    return {kind: _(words).partition(":")[0] for kind, words in KINDS.items()}


def finder_names() -> dict[str, str]:
    """Return who may have found something first, in words."""
    return _choices(FINDERS)


def _choices(words: dict[str, str]) -> dict[str, str]:
    return {value: _(each) for value, each in words.items()}


class EventForm(StaffForm):
    """One event. Only its kind and a sentence are needed; the rest can stay as it is."""

    kind = RadioField(_("What is it?"), [InputRequired(_("Choose one."))])
    what_happened = TextAreaField(
        _("What happened?"),
        [
            DataRequired(_("Write a sentence on what happened.")),
            Length(max=TEXT_LENGTH, message=_("Please shorten this to 4000 characters.")),
        ],
        description=_("What and how, not who: no names, please. Two sentences are enough."),
    )
    occurred_at = DateTimeLocalField(_("When did it happen?"), [Optional()], format=FORMATS)
    occurred_precision = SelectField(_("How exactly do you know?"), default=PRECISIONS[0])
    noticed_at = DateTimeLocalField(_("When was it noticed?"), [Optional()], format=FORMATS)
    told_at = DateTimeLocalField(
        _("When was it told?"), [Optional()], format=FORMATS, description=_("Left empty, it is told now.")
    )
    found_by = SelectField(_("Who found it first?"), default="")
    severity = SelectField(_("How bad was it?"), default="")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = list(_choices(KINDS).items())
        self.occurred_precision.choices = [
            (value, _(word)) for value, word in zip(PRECISIONS, HOW_EXACTLY, strict=True)
        ]
        self.found_by.choices = list(_choices(FINDERS).items())
        self.severity.choices = list(_choices(SEVERITIES).items())

    @property
    def more_is_wrong(self) -> bool:
        """Whether something is to be put right in the part that is folded away at first."""
        return any(field.errors for field in self.more)

    @property
    def more(self) -> list[Field]:
        """The fields that can stay as they are."""
        names = ("occurred_at", "occurred_precision", "noticed_at", "told_at", "found_by", "severity")
        return [self[name] for name in names]

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

    def not_taken(self, error: Invalid) -> int:
        """Say at its field what the log does not take; what was typed stays."""
        if error.field not in self:
            return self.refuse(error)
        self.say(self[error.field], _("Please give %(expected)s.") % {"expected": reason(error.expected)})
        return 422


class StaffEventForm(EventForm):
    """An event logged by somebody with an account, for one of their teams."""

    team = SelectField(_("Team"), [InputRequired(_("Choose a team."))])


class PublicEventForm(EventForm):
    """An event logged by anybody in a team, with the team's code."""

    class Meta:
        """There is no session whose rights could be abused."""

        csrf = False

    code = StringField(_("Log code of your team"), [InputRequired(_("Type the code from your team's link."))])
