"""The coaching of the demonstration, registered before it began and compared with the other teams by now."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from surveyapp.services.demo import names
from surveyapp.services.demo.calendar import ZONE
from surveyapp.services.demo.year import Stage
from surveyapp.services.insight.interventions import register
from surveyapp.services.insight.plans import VOLUNTEERED, Cohort, Plan
from surveyapp.stats.demonstration import COACHED_FROM, PAST_WAVES
from surveyapp.store.pulses import Pulse

TITLE = "Coaching leads in asking before correcting"
WHAT = "Leads meet a coach for an hour every other week and try one thing in between."
WHY = "Their leads asked for a coach in spring, and there was time for six."


def try_coaching(stage: Stage, _now: datetime) -> None:
    """Register the coaching three days before it began, over all waves that have closed since."""
    start = stage.calendar.day(COACHED_FROM)
    units = tuple(sorted(stage.cast.units[team] for team in names.COACHED))
    pulse_id = stage.session.scalars(select(Pulse.id).where(Pulse.organisation_id == stage.organisation_id)).one()
    plan = Plan(
        title=TITLE,
        what=WHAT,
        pulse_id=pulse_id,
        scale="speaking-up",
        chosen=VOLUNTEERED,
        why=WHY,
        selection_wave=None,
        cohorts=(Cohort(start, units, units),),
        compared_with=(),
        compared_covers=(),
        planned_end=stage.calendar.day(PAST_WAVES) - timedelta(days=1),
    )
    written = datetime.combine(start - timedelta(days=3), time(10), ZoneInfo(ZONE))
    register(stage.session, stage.organisation_id, plan, account_id=None, now=written)
