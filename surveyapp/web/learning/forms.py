"""What somebody fills in to tell of an event; the event itself has no field for a person."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wtforms import (
    DateTimeLocalField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from surveyapp.errors import Invalid
from surveyapp.learning.wording import Hint, hints, rules_for
from surveyapp.services.log.events import ID_LENGTH, TEXT_LENGTH, Entry
from surveyapp.services.log.reports import NAME_LENGTH
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import language, reason
from surveyapp.web.learning import words

NO_HINTS: tuple[Hint, ...] = ()
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
CHOICES = {
    "kind": words.KINDS,
    "mode": words.MODES,
    "occurred_precision": words.PRECISIONS,
    "noticed_precision": words.PRECISIONS,
    "told_precision": words.PRECISIONS,
    "found_by": words.FINDERS,
    "reached": words.REACHES,
    "severity": words.SEVERITIES,
    "potential_severity": words.SEVERITIES,
    "held": words.HELD,
    "contributing": words.FACTORS,
    "options_left": words.WAYS_OUT,
    "decision_affected": words.YES_NO,
}


def how_exactly() -> SelectField:
    """Make a field for how exactly a time is known."""
    return SelectField(_("How exactly do you know?"), default="exact")


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
    mode = RadioField(_("Who shall read it?"), [InputRequired(_("Choose one."))], default="confidential")
    name = StringField(
        _("Your name"),
        [Length(max=NAME_LENGTH)],
        description=_("In confidence, or for the team if you like."),
    )
    occurred_at = DateTimeLocalField(_("When did it happen?"), [Optional()], format=FORMATS)
    occurred_precision = how_exactly()
    noticed_at = DateTimeLocalField(_("When was it noticed?"), [Optional()], format=FORMATS)
    noticed_precision = how_exactly()
    told_at = DateTimeLocalField(
        _("When was it told?"), [Optional()], format=FORMATS, description=_("Left empty, it is told now.")
    )
    told_precision = how_exactly()
    found_by = SelectField(_("Who found it first?"), default="")
    reached = SelectField(_("Whom did it reach?"), default="")
    severity = SelectField(_("How bad was it?"), default="")
    potential_severity = SelectField(_("How bad could it have been?"), default="")
    held = SelectField(_("If it nearly went wrong: what kept it from getting worse?"), default="")
    barrier = StringField(
        _("Which barrier?"), [Length(max=ID_LENGTH)], description=_("Such as: the second check before shipping")
    )
    contributing = SelectMultipleField(
        _("What contributed to it?"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    surprise = TextAreaField(
        _("What surprised us?"),
        [Length(max=TEXT_LENGTH, message=_("Please shorten this to 4000 characters."))],
        description=_("What did everybody take for granted until then?"),
    )
    needed_by = DateTimeLocalField(
        _("By when did it have to be right?"),
        [Optional()],
        format=FORMATS,
        description=_("Only how many hours were left is kept, not the date."),
    )
    options_left = SelectField(_("How many ways out were left when it was told?"), default="")
    decision_affected = SelectField(_("Did a decision rest on it?"), default="")
    # Hints on the wording are shown once; whoever has seen them sends what they like.
    hinted = HiddenField()

    def __init__(self, *args: Any, stewards: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in CHOICES.items():
            self[name].choices = list(words.translated(choices).items())
        if not stewards:
            # Nobody can be told in confidence, so there is nothing to choose. Whoever chose before the last steward
            # left is asked again: what was meant for a steward must not reach the team.
            self.mode.choices = [("named", _(words.TO_THE_TEAM))]
            self.mode.validators = ()
            self.mode.data = self.mode.data if self.mode.raw_data else "named"
        self.stewards = stewards

    @property
    def more_is_wrong(self) -> bool:
        """Whether something is to be put right in the part that is folded away at first."""
        return any(field.errors for field in self.more)

    @property
    def more(self) -> list[Field]:
        """The fields that can stay as they are."""
        first, last = list(self._fields).index("occurred_at"), list(self._fields).index("decision_affected")
        return [self[name] for name in list(self._fields)[first : last + 1]]

    def new_hints(self) -> tuple[Hint, ...]:
        """Return hints on the wording that were not shown yet, and count them as shown."""
        found = (
            () if self.hinted.data else hints(f"{self.typed('what_happened')}\n{self.typed('surprise')}", language())
        )
        if found:
            self.hinted.data = "yes"
        return found

    @property
    def wording_rules(self) -> list[dict[str, str]]:
        """The rules by which the page itself gives hints as one types."""
        return [{"pattern": rule.pattern, "instead": rule.instead} for rule in rules_for(language())]

    def entry(self, unit_id: UUID, zone: ZoneInfo, now: datetime) -> Entry:
        """Return what was filled in; an event is told now unless it says otherwise."""

        def aware(value: datetime | None) -> datetime | None:
            return value and value.replace(tzinfo=zone)

        return Entry(
            unit_id=unit_id,
            kind=self.typed("kind"),
            what_happened=self.typed("what_happened"),
            mode=self.typed("mode"),
            told_at=aware(self.told_at.data) or now,
            told_precision=self.typed("told_precision") if self.told_at.data else "exact",
            occurred_at=aware(self.occurred_at.data),
            occurred_precision=self.typed("occurred_precision"),
            noticed_at=aware(self.noticed_at.data),
            noticed_precision=self.typed("noticed_precision"),
            found_by=self.found_by.data or None,
            reached=self.reached.data or None,
            severity=_whole(self.severity.data),
            potential_severity=_whole(self.potential_severity.data),
            barrier=self.typed("barrier"),
            luck_only={"luck": True, "barrier": False}.get(self.typed("held")),
            contributing=tuple(self.contributing.data or ()),
            surprise=self.typed("surprise"),
            needed_by=aware(self.needed_by.data),
            options_left=_whole(self.options_left.data),
            decision_affected={"yes": True, "no": False}.get(self.typed("decision_affected")),
        )

    def not_taken(self, error: Invalid) -> int:
        """Say at its field what the log does not take; what was typed stays."""
        if error.field not in self:
            return self.refuse(error)
        self.say(self[error.field], _("Please give %(expected)s.") % {"expected": reason(error.expected)})
        return 422


def _whole(text: str | None) -> int | None:
    return int(text) if text else None


class StaffEventForm(EventForm):
    """An event logged by somebody with an account, for one of their teams.

    Nobody is anonymous here: the cookie names the account, and proxies keep a log of staff pages.
    """

    team = SelectField(_("Team"), [InputRequired(_("Choose a team."))])

    def __init__(self, *args: Any, stewards: bool = False, **options: Any) -> None:
        super().__init__(*args, stewards=stewards, **options)
        if stewards:
            offered = words.translated(words.MODES)
            self.mode.choices = [(mode, said) for mode, said in offered.items() if mode != "anonymous"]
            self.mode.description = _(
                "To tell a steward anonymously, use your team's link and do not sign in: on this page the server "
                "knows who you are."
            )


class PublicEventForm(EventForm):
    """An event logged by anybody in a team, with the team's code."""

    class Meta:
        """There is no session whose rights could be abused."""

        csrf = False

    code = StringField(_("Log code of your team"), [InputRequired(_("Type the code from your team's link."))])


class ReceiptForm(StaffForm):
    """The code that opens the answer to a report, and what is said in return."""

    class Meta:
        """There is no session whose rights could be abused."""

        csrf = False

    receipt = StringField(_("Receipt"), [InputRequired(_("Type the receipt that you were given."))])
    words = TextAreaField(
        _("Your message to the steward"),
        [Length(max=TEXT_LENGTH, message=_("Please shorten this to 4000 characters."))],
    )
