"""Whether something that was suggested was useful."""

from wtforms import StringField
from wtforms.validators import AnyOf

from surveyapp.learning.coaching import ANSWERS, BY_KEY
from surveyapp.web.forms import StaffForm


class SuggestionForm(StaffForm):
    """One answer to one suggestion; its buttons are the answers."""

    rule = StringField("rule", [AnyOf(tuple(BY_KEY))])
    said = StringField("said", [AnyOf(ANSWERS)])
