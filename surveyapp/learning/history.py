"""The kept steps of a delegation: by which word each kind is kept, how it is written down, and what they add up to."""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from surveyapp.learning import handing_over, helping, reviewing, running
from surveyapp.learning.delegation import Delegation
from surveyapp.learning.step import Step

STEPS: dict[str, type[Step]] = {
    "offered": handing_over.Offered,
    "sent_back": handing_over.SentBack,
    "accepted": handing_over.Accepted,
    "bar_change_proposed": handing_over.BarChangeProposed,
    "bar_change_agreed": handing_over.BarChangeAgreed,
    "bar_change_declined": handing_over.BarChangeDeclined,
    "released": handing_over.Released,
    "finished": handing_over.Finished,
    "withdrawn": handing_over.Withdrawn,
    "cycle_started": running.CycleStarted,
    "checkpoint_added": running.CheckpointAdded,
    "diagnosed": running.Diagnosed,
    "checkpoint_held": running.CheckpointHeld,
    "checklist_done": running.ChecklistDone,
    "trigger_crossed": running.TriggerCrossed,
    "escalated": running.Escalated,
    "escalation_answered": running.EscalationAnswered,
    "window_missed": running.WindowMissed,
    "delivered": running.Delivered,
    "miss_found": reviewing.MissFound,
    "how_are_you_asked": reviewing.HowAreYouAsked,
    "correction_sent": reviewing.CorrectionSent,
    "stakeholder_asked": reviewing.StakeholderAsked,
    "reviewed": reviewing.Reviewed,
    "judgement_noted": reviewing.JudgementNoted,
    "decision_weighed": reviewing.DecisionWeighed,
    "cycle_closed": reviewing.CycleClosed,
    "asked": helping.Asked,
    "answered": helping.Answered,
    "decided": helping.Decided,
    "intervened": helping.Intervened,
    "impulse_noted": helping.ImpulseNoted,
}
NAMES = {kind: name for name, kind in STEPS.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """A step that was taken: what, by whom and when."""

    step: Step
    by: UUID
    at: datetime


def replay(delegator: UUID, history: Iterable[Kept]) -> Delegation:
    """Fold what was said into what is."""
    delegation = Delegation(delegator)
    for each in history:
        delegation = each.step.after(delegation, each.by, each.at)
    return delegation


def written(step: Step) -> dict[str, Any]:
    """Write a step down in words, numbers and lists, as JSON takes them."""
    plain: dict[str, Any] = _plain(step)
    return plain


def read(name: str, plain: Mapping[str, Any]) -> Step:
    """Read a step that was written down; what a later version added is at its default."""
    kind: Any = STEPS[name]
    step: Step = _maker(kind)(plain)
    return step


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


@cache
def _maker(wanted: Any) -> Callable[[Any], Any]:
    """Return what makes values of a kind; it is found out once, for the night reads every step of every delegation."""
    if get_origin(wanted) in {Union, types.UnionType}:
        there = _maker(get_args(wanted)[0])
        return lambda plain: None if plain is None else there(plain)
    if get_origin(wanted) is tuple:
        one = _maker(get_args(wanted)[0])
        return lambda plain: tuple(map(one, plain))
    if isinstance(wanted, type) and is_dataclass(wanted):
        hints = get_type_hints(wanted)
        made = {each.name: _maker(hints[each.name]) for each in fields(wanted)}
        return lambda plain: wanted(**{name: made[name](each) for name, each in plain.items() if name in made})
    kind: Callable[[Any], Any] = datetime.fromisoformat if wanted is datetime else wanted
    return kind
