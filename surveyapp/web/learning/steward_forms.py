"""What a steward fills in."""

from wtforms import PasswordField, TextAreaField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from surveyapp.services.log.events import TEXT_LENGTH
from surveyapp.services.log.sealing import LONGEST_PASSPHRASE, SHORTEST_PASSPHRASE
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _

NO_COMPLETION, NEW = {"autocomplete": "off"}, {"autocomplete": "new-password"}


class KeyForm(StaffForm):
    """The passphrase of a new key."""

    passphrase = PasswordField(
        _("Passphrase"),
        [InputRequired(_("Type a passphrase.")), Length(min=SHORTEST_PASSPHRASE, max=LONGEST_PASSPHRASE)],
        description=_("Twelve or more characters, and not your password. It is stored nowhere and cannot be reset."),
        render_kw=NEW,
    )
    repeated = PasswordField(
        _("The same passphrase again"),
        [EqualTo("passphrase", _("This is not what you typed above; type the same passphrase twice."))],
        render_kw=NEW,
    )


class OpenForm(StaffForm):
    """The passphrase that opens who told."""

    passphrase = PasswordField(
        _("Passphrase of your key"), [InputRequired(_("Type the passphrase."))], render_kw=NO_COMPLETION
    )


class AnswerForm(StaffForm):
    """What a steward says to whoever told."""

    words = TextAreaField(
        _("Answer"),
        [DataRequired(_("Write an answer.")), Length(max=TEXT_LENGTH)],
        description=_("They read it with their receipt."),
    )


class PublishForm(StaffForm):
    """The copy that the team reads."""

    shown_words = TextAreaField(
        _("What the team reads"),
        [DataRequired(_("Write what the team shall read.")), Length(max=TEXT_LENGTH)],
        description=_(
            "Names on the roster are taken out already. Take out whatever else points to somebody: times, places, "
            "turns of phrase."
        ),
    )


class CloseForm(StaffForm):
    """That a report is dealt with."""
