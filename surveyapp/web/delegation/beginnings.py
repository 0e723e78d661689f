"""What stands in a form before anything is typed: proposals, from what was agreed and from the last cycle."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from surveyapp.learning.bank import questions_for
from surveyapp.learning.calendars import Appointment
from surveyapp.learning.scripts import Say, reviewing
from surveyapp.learning.terms import LIVE, PILOT, Bar
from surveyapp.services.delegation.reading import Reading

A_QUARTER, A_DAY, A_WEEK = timedelta(minutes=15), timedelta(days=1), timedelta(days=7)


def beginning(reading: Reading, name: str, now: datetime) -> dict[str, str]:
    """Return proposals for the fields of a step, as somebody would type them."""
    zone = ZoneInfo(reading.time_zone)
    if name == "cycle_started":
        return _cycle(reading, zone, now)
    if name == "bar_change_proposed" and reading.delegation.terms:
        return _bar(reading.delegation.terms.bar, zone)
    if name == "finished" and reading.delegation.cycle:
        return {"outcome": reading.delegation.cycle.outcome}
    if name == "reviewed" and reading.delegation.cycle:
        return {"minutes": "15", "intended": reading.delegation.cycle.bar.outcome}
    moments = {"trigger_crossed": "crossed_at", "intervened": "happened_at"}
    return {moments[name]: typed(now, zone)} if name in moments else {}


def typed(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as a field for day and time has it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def appointment(reading: Reading, what: str, base_url: str, say: Say) -> Appointment | None:
    """Return what a calendar takes for the review or for a checkpoint, if the cycle at hand has it."""
    cycle, zone = reading.delegation.cycle, ZoneInfo(reading.time_zone)
    if cycle is None:
        return None
    planned = {each.kind: (each.planned_at, each.questions) for each in cycle.checkpoints}
    if cycle.delivered_at:
        morning = (cycle.delivered_at + A_DAY).astimezone(zone).replace(hour=10, minute=0)
        planned["review"] = (morning, tuple(reviewing(say)))
    if what not in planned:
        return None
    at, lines = planned[what]
    address = f"{base_url}/app/delegations/{reading.id}"
    return Appointment(
        f"{reading.id}-{cycle.number}-{what}@surveyapp", at, A_QUARTER, reading.title, "\n".join(lines), address
    )


def _cycle(reading: Reading, zone: ZoneInfo, now: datetime) -> dict[str, str]:
    here, terms = reading.delegation, reading.delegation.agreed
    due = terms.bar.due if not here.cycles and terms.bar.due > now else now + A_WEEK
    mode = here.cycle.mode if here.cycle else terms.radius.mode
    middle, final = questions_for(terms.task.kind)
    mid_at = _at_work(now + (due - now) / 2, now, due, zone)
    return {
        "mode": mode if here.allows(mode) else PILOT,
        "level": str(here.cycle.level if here.cycle else terms.task.level),
        "due": typed(due, zone),
        "mid_at": typed(mid_at, zone),
        "mid_questions": "\n".join(middle),
        "final_at": typed(_at_work(due - (due - now) / 8, mid_at, due, zone), zone),
        "final_questions": "\n".join(final),
    } | ({"mode": LIVE} if here.releases and here.may_go_live else {})


def _at_work(moment: datetime, after: datetime, before: datetime, zone: ZoneInfo) -> datetime:
    """Move a proposal to ten in the morning, when that is still between the two moments around it."""
    morning = moment.astimezone(zone).replace(hour=10, minute=0)
    return morning if after < morning < before else moment


def _bar(bar: Bar, zone: ZoneInfo) -> dict[str, str]:
    return {
        "outcome": bar.outcome,
        "due": typed(bar.due, zone),
        "minimum": bar.minimum,
        "low": f"{bar.low:g}",
        "high": f"{bar.high:g}",
        "unit": bar.unit,
        "triggers": "\n".join(map(str, bar.triggers)),
        "escalate_within": str(bar.escalate_within),
    }
