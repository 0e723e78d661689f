"""What a manager fills in to reply to a wave."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from surveyapp.services.replies.writing import LONGEST, NEEDED, Words
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _

SHORT = _("Keep it within 400 characters: it is also shown on a phone, before the next questions.")


class ReplyForm(StaffForm):
    """What was heard, what will be done, and what will not be and why."""

    heard = TextAreaField(
        _("What we heard"),
        [Length(max=LONGEST, message=SHORT)],
        description=_("In your own words. Quote no comment and guess no author."),
        render_kw={"rows": 4, "maxlength": LONGEST},
    )
    will_do = TextAreaField(
        _("What we will do"),
        [Length(max=LONGEST, message=SHORT)],
        description=_("One thing, by whom and until when, is worth more than five intentions."),
        render_kw={"rows": 4, "maxlength": LONGEST},
    )
    will_not_do = TextAreaField(
        _("What we will not do, and why"),
        [Length(max=LONGEST, message=SHORT)],
        description=_("A no with a reason is an answer too. Leave it empty when there is none."),
        render_kw={"rows": 4, "maxlength": LONGEST},
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        # Browsers ask for these two; a draft goes round them.
        for name in NEEDED:
            self[name].flags.required = True

    def is_incomplete(self) -> bool:
        """Tell whether something is missing for publication, and say so at its field."""
        missing = [name for name in NEEDED if not self.typed(name).strip()]
        for name in missing:
            self.say(self[name], _("Say something here before it is published; the draft is kept."))
        return bool(missing)

    def words(self) -> Words:
        """Return what was typed."""
        return Words(self.typed("heard"), self.typed("will_do"), self.typed("will_not_do"))


class PublishForm(StaffForm):
    """Which edition is published."""

    edition = HiddenField()
