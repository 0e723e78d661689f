"""What admins fill in about pulses."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length

from surveyapp.clock import time_zones
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.pulses.running import Choice, Stricter
from surveyapp.services.pulses.terms import PulseTerms
from surveyapp.web.forms import StaffForm
from surveyapp.web.language import gettext as _
from surveyapp.web.language import language, ngettext

WHOLE = _("Type a whole number.")


def cadence_words(weeks: int) -> str:
    """Say how often a pulse asks."""
    words = {0: _("once"), 1: _("every week"), 4: _("every four weeks"), 13: _("every quarter (13 weeks)")}
    return words.get(weeks, _("every two weeks"))


class ProtectionForm(StaffForm):
    """The thresholds, which can only be made stricter, and what happens to comments and sheets."""

    count_min = IntegerField(
        _("Answers that a scale needs"),
        [InputRequired(WHOLE)],
        description=_("Of those who answered, one is left out by chance and not counted."),
    )
    item_min = IntegerField(_("Answers that single questions need"), [InputRequired(WHOLE)])
    roster_min = IntegerField(
        _("People that a group needs"),
        [InputRequired(WHOLE)],
        description=_("Smaller teams are counted together with their neighbours."),
    )
    grace_days = IntegerField(
        _("Days that sealed answers are kept after the release"),
        [InputRequired(WHOLE)],
        description=_("0 to 30. With 0 they are destroyed at once, which is safest."),
    )
    comments = BooleanField(
        _("Ask for a comment"),
        description=_(
            "Each author chooses the readers: coaches only, or everybody who sees the numbers. Comments are shown with "
            "the results, from 8 answers and 3 comments on; all others are destroyed unread."
        ),
    )

    def whole(self, name: str) -> int:
        """Return the number that was typed into a field."""
        return int(self[name].data or 0)

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds as typed."""
        return Thresholds(self.whole("count_min"), self.whole("item_min"), self.whole("roster_min"))

    @property
    def stricter(self) -> Stricter:
        """What may change about a running pulse."""
        return Stricter(self.thresholds, self.whole("grace_days"), bool(self.comments.data))


class PulseForm(ProtectionForm):
    """A pulse that has not started."""

    name = StringField(
        _("Name"),
        [InputRequired(_("Type a name.")), Length(max=200)],
        description=_("Employees read it on the page where they answer."),
    )
    instrument = RadioField(_("Questions"), [InputRequired(_("Choose the questions."))])
    unit = SelectField(
        _("Who is asked"),
        [InputRequired(_("Choose a unit."))],
        description=_("Everybody in the unit and below it."),
    )
    cadence_weeks = RadioField(_("How often"), choices=[], coerce=int)
    first_day = DateField(_("First day"), [InputRequired(_("Choose a day."))])
    opens_at = TimeField(_("Opens at"), [InputRequired(_("Choose a time of day."))])
    open_hours = IntegerField(
        _("Stays open for how many hours"),
        [InputRequired(WHOLE)],
        description=_("96 hours are four days. Nobody sees anything before the end."),
    )
    time_zone = SelectField(_("Time zone"), [InputRequired(_("Choose a time zone."))])

    def __init__(self, units: Sequence[tuple[UUID, str]], instruments: Sequence[Choice], terms: PulseTerms) -> None:
        super().__init__(data=_fields(terms))
        self.unit.choices = [(str(unit_id), name) for unit_id, name in units]
        self.instrument.choices = [(choice.value, _instrument_words(choice)) for choice in instruments]
        self.cadence_weeks.choices = [(weeks, cadence_words(weeks)) for weeks in (1, 2, 4, 13)]
        self.time_zone.choices = [(zone, zone) for zone in sorted(time_zones())]

    @property
    def terms(self) -> PulseTerms:
        """The pulse as typed."""
        opens_at = self.opens_at.data or time()
        return PulseTerms(
            name=self.typed("name"),
            unit=self.typed("unit"),
            instrument=self.typed("instrument"),
            first_day=self.first_day.data or date.max,
            cadence_weeks=self.whole("cadence_weeks"),
            opens_at_minute=opens_at.hour * 60 + opens_at.minute,
            open_hours=self.whole("open_hours"),
            time_zone=self.typed("time_zone"),
            count_min=self.whole("count_min"),
            item_min=self.whole("item_min"),
            roster_min=self.whole("roster_min"),
            grace_days=self.whole("grace_days"),
            comments=bool(self.comments.data),
        )


def _fields(terms: PulseTerms) -> dict[str, Any]:
    fields = {name: getattr(terms, name) for name in PulseTerms.__dataclass_fields__ if name != "opens_at_minute"}
    return fields | {"opens_at": time(*divmod(terms.opens_at_minute, 60))}


def _instrument_words(choice: Choice) -> str:
    instrument = choice.instrument
    items = ngettext("%(num)s question", "%(num)s questions", len(instrument.items)) % {"num": len(instrument.items)}
    title = instrument.text_in(instrument.title, language())
    version = _("version %(number)s") % {"number": instrument.version}
    return f"{title} ({items}, {version})"


def protection_data(terms: PulseTerms) -> dict[str, Any]:
    """Return what a form about a running pulse starts with."""
    return {name: getattr(terms, name) for name in ("count_min", "item_min", "roster_min", "grace_days", "comments")}
