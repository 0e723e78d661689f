"""The kept steps of a delegation: by which word each kind is kept, how it is written down, and what they add up to."""

import types
from collections.abc import Iterable, Mapping
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
    step: Step = _made(STEPS[name], plain)
    return step


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _made(wanted: Any, plain: Any) -> Any:
    if get_origin(wanted) in {Union, types.UnionType}:
        return None if plain is None else _made(get_args(wanted)[0], plain)
    if get_origin(wanted) is tuple:
        return tuple(_made(get_args(wanted)[0], each) for each in plain)
    if isinstance(wanted, type) and is_dataclass(wanted):
        known = _hints(wanted)
        return wanted(**{name: _made(known[name], each) for name, each in plain.items() if name in known})
    if wanted is datetime:
        return datetime.fromisoformat(plain)
    return wanted(plain)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
