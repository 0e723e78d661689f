"""What somebody fills in to take a step, a form for each kind."""

from surveyapp.web.delegation.fields import TypedForm, area, choice, line, moment, number, several, tick
from surveyapp.web.delegation.set_up_forms import BarForm
from surveyapp.web.language import gettext as _

REASON = _("A sentence or two.")


class PlainForm(TypedForm):
    """A step that says nothing but itself."""


class ReasonForm(TypedForm):
    """Why something is sent or taken back."""

    reason = area(_("Why?"), REASON)


class WordsForm(TypedForm):
    """A step in one's own words."""

    words = area(_("In your words"))


class AcceptForm(TypedForm):
    """What is expected, in the owner's words."""

    paraphrase = area(
        _("What is expected of you, in your own words?"), _("Where the two of you differ shows now or later.")
    )


class BarChangeForm(BarForm):
    """Another bar from the next cycle on."""

    reason = area(_("Why does the bar change?"), REASON)


class OutcomeForm(TypedForm):
    """What it was worth, in one of two ways."""

    outcome = choice(_("What was it worth?"))
    words = area(_("In which way?"), REASON)


class CycleForm(TypedForm):
    """How a cycle runs, and its two checkpoints."""

    mode = choice(_("How does it run?"))
    level = choice(_("How far does it go?"))
    due = moment(_("Delivery until"))
    mid_at = moment(_("First checkpoint, half-way"))
    mid_questions = area(_("Its questions"), _("One per line. Questions only: nobody edits lines."))
    final_at = moment(_("Second checkpoint, before it goes out"))
    final_questions = area(_("Its questions"), _("One per line."))


class CheckpointForm(TypedForm):
    """One more checkpoint."""

    planned_at = moment(_("When?"))
    questions = area(_("Questions"), _("One per line."))


class DiagnosisForm(TypedForm):
    """What the owner sees, before the questions."""

    words = area(
        _("What do you see yourself, before you open the questions?"), _("What stands out, and what you would do.")
    )


class HeldForm(TypedForm):
    """What came of a checkpoint."""

    notes = area(_("What came of it?"), _("The owner decides what to do with it."))


class ChecklistForm(TypedForm):
    """The checklist, and how sure the owner is."""

    ticked = several(_("Checklist"))
    confidence = number(_("How sure are you that it is within the bar, in percent?"), _("Only you ever see this."))


class CrossingForm(TypedForm):
    """Which trigger was crossed, and when."""

    trigger = choice(_("Which trigger?"))
    crossed_at = moment(_("Since when?"))


class CallForm(TypedForm):
    """What is known and what is possible."""

    words = area(_("What do you know, and which ways are open?"), _("Call first, write after that."))


class WindowForm(TypedForm):
    """A window that will not be met."""

    words = area(_("What do you tell those who wait for it?"))
    new_due = moment(_("New time"))


class DeliveryForm(TypedForm):
    """A delivery, measured."""

    value = number(_("Measured error"))
    minimum_met = tick(_("The minimum that can go out is met."))


class MissForm(TypedForm):
    """Something found later."""

    words = area(_("What was found?"), _("What and how, no names."))
    found_by = choice(_("Who found it first?"))


class CorrectionForm(TypedForm):
    """The note that puts it right."""

    audience = line(_("To whom did it go?"))
    wrong = area(_("What was wrong"))
    right = area(_("What is right"))
    guard = area(_("What keeps it from happening again"))


class StakeholderForm(TypedForm):
    """What somebody who relies on it asked."""

    question = area(_("What did somebody who relies on it ask?"))
    answer = area(_("What did you answer?"))


class ReviewForm(TypedForm):
    """Fifteen minutes together."""

    intended = area(_("What did we intend?"))
    happened = area(_("What happened?"), _("What and how, not who."))
    sense = area(_("How did it make sense at the time?"))
    worked = area(_("What worked?"))
    did_not = area(_("What did not?"))
    changes = area(
        _("What changes in the next cycle?"), _("One change per line, small enough to be seen."), optional=True
    )
    no_change = tick(_("Nothing changes, and we mean it."))
    minutes = number(_("How many minutes did it take?"))


class DecisionForm(TypedForm):
    """A decision, with what it was made of."""

    question = line(_("What was to be decided?"))
    options = area(_("Between what?"), _("One option per line."))
    choice = line(_("What did you choose?"))
    reason = area(_("Why?"))


class WeighingForm(TypedForm):
    """How a decision was made, and how it turned out."""

    process_ok = tick(_("It was well decided, with what could be known."))
    outcome_ok = tick(_("It turned out well."))


class InterventionForm(TypedForm):
    """That the delegator stepped in."""

    intervention = choice(_("What was done?"))
    happened_at = moment(_("When?"))
    requested = tick(_("The owner had asked for it."))
    asked_first = tick(_("A question came before it."))
    words = area(_("Anything to add?"), optional=True)


class ImpulseForm(TypedForm):
    """An urge to step in, for oneself."""

    words = area(_("What did you want to do?"), _("Nobody but you ever reads it."))
    gave_in = tick(_("I did it."))
