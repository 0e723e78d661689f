"""What a coach fills in to compare teams before and after a day."""

from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from surveyapp.services.insight.comparisons import NAME_LENGTH
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _


class BeforeAfterForm(StaffForm):
    """Which teams, since when, on which scale."""

    name = StringField(
        _("What is done"),
        [DataRequired(_("Say in a few words what is done.")), Length(max=NAME_LENGTH)],
        description=_("Such as: training in asking before correcting"),
    )
    start = DateField(
        _("First day"),
        [InputRequired(_("Choose a day."))],
        description=_("It may lie ahead. Waves that close before this day are before, all later ones are after."),
    )
    scale = SelectField(_("Scale"), [InputRequired(_("Choose a scale."))])
    teams = SelectMultipleField(
        _("Teams in which it is done"),
        [InputRequired(_("Tick one or more teams."))],
        description=_("A unit stands for everything below it. All teams that are not ticked are the comparison."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    chosen_low = BooleanField(
        _("These teams are chosen because their numbers are low"),
        description=_("Low numbers rise by themselves; this takes it into account."),
    )
