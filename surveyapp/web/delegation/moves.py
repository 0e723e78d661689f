"""Taking a step: one form, one page and one address for every kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from surveyapp.errors import Conflict, Invalid
from surveyapp.learning.delegation import INTERVENTIONS
from surveyapp.learning.handing_over import BarChangeProposed
from surveyapp.learning.history import STEPS
from surveyapp.learning.reading import read_fields, read_part
from surveyapp.learning.step import Step
from surveyapp.learning.terms import Bar
from surveyapp.services.delegation.keeping import move
from surveyapp.services.delegation.reading import Reading, read_delegation
from surveyapp.web.access import signed_in, viewer
from surveyapp.web.delegation import move_forms as forms
from surveyapp.web.delegation import words
from surveyapp.web.delegation.beginnings import beginning
from surveyapp.web.delegation.fields import TypedForm, stored
from surveyapp.web.language import gettext as _
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("moves", __name__, url_prefix="/app/delegations")


@dataclass(frozen=True, slots=True)
class Move:
    """A step as a page offers it; ``item`` names the field that says of which checkpoint, question and so on."""

    form: type[TypedForm]
    title: str
    lead: str = ""
    item: str = ""


MOVES: dict[str, Move] = {
    "sent_back": Move(
        forms.ReasonForm,
        _("Send it back"),
        _("Say what would have to change before you take it."),
    ),
    "accepted": Move(
        forms.AcceptForm,
        _("Take it"),
        _("With your own words it is yours: the work and the result."),
    ),
    "bar_change_proposed": Move(
        forms.BarChangeForm,
        _(
            "Propose another bar",
        ),
        _("It counts from the next cycle on, once the owner agrees. Both bars are kept."),
    ),
    "bar_change_agreed": Move(
        forms.PlainForm,
        _("Agree to the other bar"),
        _("A pilot under the old bar proves nothing for the new one."),
    ),
    "bar_change_declined": Move(
        forms.PlainForm,
        _("Keep the bar"),
        _("The bar that you accepted stands."),
    ),
    "released": Move(
        forms.PlainForm,
        _(
            "Release it",
        ),
        _("You have looked at the pilot and let the work be done for real from the next cycle on."),
    ),
    "finished": Move(
        forms.OutcomeForm,
        _("Finish here"),
        _("The delegation ends. It has been worth it in one of two ways."),
    ),
    "withdrawn": Move(
        forms.ReasonForm,
        _("Take the work back"),
        _("It ends here, and the owner reads why."),
    ),
    "cycle_started": Move(
        forms.CycleForm,
        _("Start a cycle"),
        _("One delivery, with two checkpoints. The dates are proposals."),
    ),
    "checkpoint_added": Move(
        forms.CheckpointForm,
        _(
            "Add a checkpoint",
        ),
        _("Two were agreed. A third one counts as a further look, unless it helps the owner."),
    ),
    "diagnosed": Move(
        forms.DiagnosisForm,
        _("Look first"),
        item="checkpoint",
    ),
    "checkpoint_held": Move(
        forms.HeldForm,
        _("Hold the checkpoint"),
        item="checkpoint",
    ),
    "checklist_done": Move(
        forms.ChecklistForm,
        _("Complete the checklist"),
        _("Every line, then it can go out."),
    ),
    "trigger_crossed": Move(
        forms.CrossingForm,
        _(
            "A trigger was crossed",
        ),
        _("From now on the clock runs. Calling early is what it is there for."),
    ),
    "escalated": Move(
        forms.CallForm,
        _("I have called"),
        item="crossing",
    ),
    "escalation_answered": Move(
        forms.WordsForm,
        _("Answer the call"),
        _("One question before any advice; the owner decides."),
        item="crossing",
    ),
    "window_missed": Move(
        forms.WindowForm,
        _("Propose a new time"),
        _("A note before the window ends is part of doing it well."),
    ),
    "delivered": Move(
        forms.DeliveryForm,
        _("Deliver"),
        _("It goes out in your name."),
    ),
    "miss_found": Move(
        forms.MissForm,
        _("Something was found"),
        _("It is told as it is; the day is there to put it right."),
    ),
    "how_are_you_asked": Move(
        forms.PlainForm,
        _("I have asked how the owner is"),
        _("Before anything about the work."),
    ),
    "correction_sent": Move(
        forms.CorrectionForm,
        _(
            "Write the correction",
        ),
        _("By its owner, on the same day. From anybody else it counts as a rescue."),
    ),
    "stakeholder_asked": Move(
        forms.StakeholderForm,
        _("Note what was asked"),
    ),
    "reviewed": Move(
        forms.ReviewForm,
        _("Review"),
        _("Fifteen minutes, together, without blame."),
    ),
    "judgement_noted": Move(
        forms.WordsForm,
        _("Next time I will notice ..."),
        _("What would tell you earlier?"),
    ),
    "decision_weighed": Move(
        forms.WeighingForm,
        _("Weigh the decision"),
        item="decision",
    ),
    "cycle_closed": Move(
        forms.OutcomeForm,
        _("Close the cycle"),
        _("There is no third way."),
    ),
    "asked": Move(
        forms.WordsForm,
        _("Ask the delegator"),
        _("What do you need to go on?"),
    ),
    "answered": Move(
        forms.WordsForm,
        _("Answer"),
        _("A question back is often the best answer."),
        item="question",
    ),
    "decided": Move(
        forms.DecisionForm,
        _("Log a decision"),
    ),
    "intervened": Move(
        forms.InterventionForm,
        _(
            "Log that the delegator stepped in",
        ),
        _("Either of you can, and nobody is blamed for it."),
    ),
    "impulse_noted": Move(
        forms.ImpulseForm,
        _("Note an urge to step in"),
        _("For yourself."),
    ),
}


@blueprint.route("/<uuid:delegation_id>/do/<step>", methods=["GET", "POST"])
@signed_in
def take(delegation_id: UUID, step: str) -> ResponseReturnValue:
    """Show the form of a step, or take it."""
    if step not in MOVES:
        raise NotFound
    reading = read_delegation(reach().session, viewer(), delegation_id, now())
    form = _form(reading, step)
    status = 200
    if form.is_submitted():
        try:
            move(reach().session, viewer(), delegation_id, _step(reading, step, form), form.number, now())
        except Invalid as wrong:
            status = form.object_to(wrong)
        else:
            flash(_("It is noted."), "good")
            return redirect(url_for("delegations.show", delegation_id=delegation_id), 303)
    elif step not in reading.open:
        raise Conflict(reading.waiting.get(step) or _("This is not possible now"))
    return render_template(
        "delegation/move.html", form=form, move=MOVES[step], name=step, reading=reading, item=_item()
    ), status


def _form(reading: Reading, name: str) -> TypedForm:
    kind = MOVES[name].form
    # A form that is sent twice finds its step closed, and needs nothing to begin with.
    known = stored(beginning(reading, name, now()), kind) if name in reading.open else {}
    form = kind(data=known)
    here = reading.delegation
    checklist = here.terms.done.checklist if here.terms else ()
    triggers = here.cycle.bar.triggers if here.cycle else ()
    form.choose_from(
        outcome=words.OUTCOMES,
        mode=words.MODES,
        level=words.LEVELS,
        found_by=words.FINDERS,
        intervention={each: words.INTERVENTIONS[each] for each in INTERVENTIONS},
        trigger={str(each): str(each) for each in triggers},
        ticked={each: each for each in checklist},
    )
    return form


def _step(reading: Reading, name: str, form: TypedForm) -> Step:
    """Read a step from what was typed; raises Invalid for the first field that cannot be read."""
    kind, typed, zone = STEPS[name], form.as_typed(), ZoneInfo(reading.time_zone)
    if MOVES[name].item:
        typed[MOVES[name].item] = str(_item())
    if kind is BarChangeProposed:
        return BarChangeProposed(_bar(typed, zone), typed["reason"])
    values, unread = read_fields(kind, typed, zone)
    if unread:
        raise unread[0]
    return cast("Step", cast("Any", kind)(**values))


def _bar(typed: Mapping[str, str], zone: ZoneInfo) -> Bar:
    bar, problems = read_part("bar", typed, zone, now())
    if problems:
        raise problems[0]
    return cast("Bar", bar)


def _item() -> int:
    """Return of which checkpoint, question and so on the step is; the address carries it."""
    return request.args.get("item", 0, int)
