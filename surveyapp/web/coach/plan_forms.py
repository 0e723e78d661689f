"""What a coach writes down before trying something, and what may be changed about it later."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from surveyapp.services.insight.plans import DRAWN, LOW, OTHER, TEXT_LENGTH, TITLE_LENGTH, VOLUNTEERED
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _

Choices = list[tuple[str, str]]
Check = Callable[[Any, Any], None]
EVERYBODY, THESE = "everybody", "these"


def boxes(label: str, checks: list[Check], description: str = "") -> SelectMultipleField:
    """Make boxes to tick, one for each team that may be chosen."""
    widget, option = ListWidget(prefix_label=False), CheckboxInput()
    return SelectMultipleField(label, checks, description=description, widget=widget, option_widget=option)


class PlanForm(StaffForm):
    """What is done, why in these teams, from when to when, and which teams stand beside."""

    title = StringField(
        _("What is done"),
        [DataRequired(_("Say in a few words what is done.")), Length(max=TITLE_LENGTH)],
        description=_("Such as: training in asking before correcting. The teams read these words on their trend."),
    )
    what = TextAreaField(
        _("What exactly"),
        [DataRequired(_("Say what is done, so that others could do the same.")), Length(max=TEXT_LENGTH)],
    )
    scale = SelectField(
        _("Scale"),
        [InputRequired(_("Choose a scale."))],
        description=_("The one outcome that will be judged. It cannot be changed later."),
    )
    teams = boxes(
        _("Teams in which it is done"),
        [InputRequired(_("Tick one or more teams."))],
        _("A unit stands for everything below it."),
    )
    chosen = RadioField(
        _("Why these teams"),
        [InputRequired(_("Say why these teams."))],
        description=_("Low numbers rise by themselves; a comparison has to know when they were the reason."),
    )
    selection_wave = SelectField(
        _("Chosen on the numbers of"),
        [Optional()],
        description=_("Needed when low numbers were the reason: the wave that was looked at."),
    )
    why = TextAreaField(_("In your own words"), [DataRequired(_("Say why these teams.")), Length(max=TEXT_LENGTH)])
    start = DateField(
        _("First day"),
        [InputRequired(_("Choose a day."))],
        description=_("Waves that close before this day are before, all later ones are after."),
    )
    planned_end = DateField(
        _("Planned end"),
        [InputRequired(_("Choose a day."))],
        description=_("The comparison is judged once, on the waves up to this day."),
    )
    later = DateField(
        _("First day of the others"),
        [Optional()],
        description=_("When it is drawn who starts first, the other half starts on this day."),
    )
    later_teams = boxes(_("Teams that start on that day"), [Optional()])
    comparison = RadioField(_("Compared with"), [InputRequired(_("Choose what to compare with."))], default=EVERYBODY)
    compared_with = boxes(_("Only these teams"), [Optional()])

    def ticked(self, name: str) -> list[UUID]:
        """Return the teams that are ticked in a field."""
        return [UUID(each) for each in self[name].data or ()]

    def offer(self, scales: Choices, waves: Choices, teams: Choices) -> None:
        """Fill in what there is to choose from."""
        self.scale.choices = scales
        self.selection_wave.choices = [("", _("No wave")), *waves]
        for field in (self.teams, self.later_teams, self.compared_with):
            field.choices = teams
        self.chosen.choices = [
            (LOW, _("Their numbers were low")),
            (VOLUNTEERED, _("They asked for it themselves")),
            (DRAWN, _("Draw by lot who starts first; the other teams wait")),
            (OTHER, _("For another reason")),
        ]
        self.comparison.choices = [
            (EVERYBODY, _("All teams in which it is not done")),
            (THESE, _("Only the teams ticked below")),
        ]


class AmendForm(StaffForm):
    """What may change about a registered intervention: its days and what is done, for a reason."""

    start = DateField(_("First day"), [InputRequired(_("Choose a day."))])
    later = DateField(_("First day of the others"), [Optional()])
    planned_end = DateField(_("Planned end"), [InputRequired(_("Choose a day."))])
    what = TextAreaField(
        _("What exactly"),
        [DataRequired(_("Say what is done, so that others could do the same.")), Length(max=TEXT_LENGTH)],
    )
    reason = TextAreaField(
        _("Why it changes"),
        [DataRequired(_("Say why it changes.")), Length(max=TEXT_LENGTH)],
        description=_("Everybody who reads the result reads this as well."),
    )
