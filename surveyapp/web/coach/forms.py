"""What a coach fills in to compare teams before and after a day."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from surveyapp.web.language import gettext as _


class BeforeAfterForm(FlaskForm):
    """Which teams, since when, on which scale."""

    name = StringField(_("What was done"), [InputRequired(), Length(max=200)])
    start = DateField(_("First day"), [InputRequired()])
    scale = SelectField(_("Scale"))
    teams = SelectMultipleField(
        _("Teams"), [InputRequired()], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    chosen_low = BooleanField(_("These teams were chosen because their numbers were low"))
