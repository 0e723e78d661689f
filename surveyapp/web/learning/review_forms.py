"""What a team fills in during an after-action review."""

from wtforms import BooleanField, DateField, DateTimeLocalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from surveyapp.services.log.events import TEXT_LENGTH
from surveyapp.services.log.reviews import LONGEST, MOST_PEOPLE, OWNER_LENGTH, Held, NewAction
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _

STEPS = ("done", "verified", "again", "not_again")
CHANGES = ("1", "2", "3")


def answer(label: str, hint: str = "") -> TextAreaField:
    """Make a field for an answer."""
    return TextAreaField(label, [Length(max=TEXT_LENGTH)], description=hint)


class PlanForm(StaffForm):
    """When a review is held, and by which team."""

    team = SelectField(_("Team"), [InputRequired(_("Choose a team."))])
    planned_at = DateTimeLocalField(
        _("When will you meet?"),
        [InputRequired(_("Choose a day and a time."))],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        description=_("Within five working days is best, while everybody remembers. A quarter of an hour is enough."),
    )


class ReviewForm(StaffForm):
    """A quarter of an hour on one page: five questions, and what changes."""

    intended = answer(_("What did we intend?"), _("What was to come out, and how would we have known?"))
    happened = answer(_("What happened?"), _("What the data say, in the order in which it came about."))
    made_sense = answer(
        _("How did it make sense at the time?"), _("What did it look like from where the work was done?")
    )
    worked = answer(_("What worked?"), _("What kept it from getting worse, and shall stay?"))
    did_not_work = answer(_("What did not work?"), _("How did the system make this likely?"))
    what_1 = StringField(_("What changes next time?"), [Length(max=TEXT_LENGTH)], description=_("One specific change."))
    owner_1 = StringField(
        _("Who sees to it?"), [Length(max=OWNER_LENGTH)], description=_("A role, such as the early shift.")
    )
    due_1 = DateField(_("By when?"), [Optional()])
    what_2 = StringField(_("A second change"), [Length(max=TEXT_LENGTH)])
    owner_2 = StringField(_("Who sees to the second?"), [Length(max=OWNER_LENGTH)])
    due_2 = DateField(_("By when the second?"), [Optional()])
    what_3 = StringField(_("A third change"), [Length(max=TEXT_LENGTH)])
    owner_3 = StringField(_("Who sees to the third?"), [Length(max=OWNER_LENGTH)])
    due_3 = DateField(_("By when the third?"), [Optional()])
    no_change = BooleanField(
        _("Nothing changes, and we say so"), description=_("Tick this only when you decided that all stays as it is.")
    )
    minutes = IntegerField(_("Minutes it took"), [InputRequired(), NumberRange(1, LONGEST)], default=15)
    people = IntegerField(_("How many of you were there?"), [InputRequired(), NumberRange(1, MOST_PEOPLE)])

    def validate(self, *args: object, **options: object) -> bool:
        """Check the shape, and that every change has somebody who sees to it and a day."""
        valid = super().validate(*args, **options)
        for number in CHANGES:
            parts = [self[f"{name}_{number}"] for name in ("what", "owner", "due")]
            given = [bool(part.data) for part in parts]
            if any(given) and not all(given):
                self.say(parts[given.index(False)], _("A change needs all three: what, who and by when."))
                valid = False
        return valid

    @property
    def held(self) -> Held:
        """What the review found."""
        actions = tuple(
            NewAction(self.typed(f"what_{number}"), self.typed(f"owner_{number}"), self[f"due_{number}"].data)
            for number in CHANGES
            if self[f"what_{number}"].data
        )
        return Held(
            intended=self.typed("intended"),
            happened=self.typed("happened"),
            made_sense=self.typed("made_sense"),
            worked=self.typed("worked"),
            did_not_work=self.typed("did_not_work"),
            minutes=self.minutes.data or 0,
            people=self.people.data or 0,
            actions=actions,
            no_change=bool(self.no_change.data),
        )


class StepForm(StaffForm):
    """One step of a change: done, verified, happened again or not."""

    step = StringField(_("Step"), [AnyOf(STEPS)])
