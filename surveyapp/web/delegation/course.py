"""The course of a delegation as its two people see it: a chart of its cycles and what the figures can tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.charts.cycles import CycleChart, Given, cycle_chart
from surveyapp.languages import signed
from surveyapp.learning.delegation import Cycle
from surveyapp.learning.dips import done, rises, share_of_bar
from surveyapp.learning.measures import TAKING
from surveyapp.learning.outcomes import DIP
from surveyapp.services.delegation.reading import Reading
from surveyapp.services.log.team_page import Finding
from surveyapp.web.delegation.words import said
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext, reason

# The error over the acceptable one; what is beyond the last label is drawn there.
TICKS = ((0.0, "0"), (1.0, "1"), (2.0, "2"))
HANDS = TAKING | {"extra_check"}
AFTER_A_RISE = {
    "expected": _("More was handed over lately. A dip is to be expected for two cycles: do not take it back."),
    "recovered": _("After the last rise of autonomy, deliveries are within the bar again."),
    "lasting": _("After four cycles the dip is not over. Talk about one level less for a while, or about a sandbox."),
}
COUPLINGS = {
    "both": _("Autonomy and quality rose together."),
    "too_much": _("Autonomy rose and quality did not: look for what is missing, before the next step."),
    "held_back": _("Quality rose and autonomy did not: more can be handed over."),
    "neither": _("Neither autonomy nor quality rose yet."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A figure in words: what it is, and the number with its interval, or why there is none yet."""

    name: str
    words: str
    rule: str


@dataclass(frozen=True, slots=True)
class Course:
    """What the page shows of all cycles together."""

    chart: CycleChart | None
    told: tuple[Told, ...]
    after_rise: str
    coupling: str
    confidence: Told | None
    competence: str


def course_of(reading: Reading) -> Course:
    """Write the course of a delegation."""
    cycles = done(reading.delegation)
    confidence = reading.findings.get("confidence")
    return Course(
        chart=_chart(cycles) if cycles else None,
        told=tuple(_trio(reading)),
        after_rise=_(AFTER_A_RISE[reading.after_rise]) if reading.after_rise in AFTER_A_RISE else "",
        coupling=_coupling(reading),
        confidence=_told(_("Your confidence"), confidence, _("points per delivery")) if confidence else None,
        competence=_competence(reading),
    )


def _chart(cycles: Sequence[Cycle]) -> CycleChart:
    raised = rises(cycles)
    return cycle_chart([_given(cycles, place, raised) for place in range(len(cycles))], TICKS, limit=1.0)


def _given(cycles: Sequence[Cycle], place: int, raised: Sequence[int]) -> Given:
    cycle = cycles[place]
    share = share_of_bar(cycle)
    words = [
        _("Cycle %(number)s: %(value)s %(unit)s")
        % {"number": cycle.number, "value": f"{cycle.value:g}", "unit": cycle.bar.unit},
        _("within the bar") if cycle.within_bar else _("outside the bar"),
        said("level", cycle.level),
    ]
    if cycle.delivered_at:
        days = (cycle.delivered_at - cycle.started_at).days
        words.append(ngettext("%(num)s day", "%(num)s days", days) % {"num": days})
    hands = ", ".join(
        said("intervention", each.kind) for each in cycle.interventions if each.kind in HANDS and not each.requested
    )
    words += [hands] if hands else []
    return Given(
        label=str(cycle.number),
        words=", ".join(words),
        value=share,
        expected=any(start <= place < start + DIP for start in raised),
        hollow=not cycle.within_bar,
        sign=hands,
    )


def _trio(reading: Reading) -> list[Told]:
    """Return the same three figures as everywhere: misses, time to independent delivery, work that came back."""
    trend, rework = reading.findings.get("trend"), reading.findings.get("rework")
    if trend is None or rework is None:
        return []
    reached = reading.independence
    alone = (
        _("%(cycles)s, %(days)s days")
        % {
            "cycles": ngettext("%(num)s cycle", "%(num)s cycles", reached.cycles) % {"num": reached.cycles},
            "days": f"{reached.days:.0f}",
        }
        if reached
        else _("not yet: two deliveries in a row within the bar, without help, at level 4 or 5")
    )
    return [
        _told(_("Error, from delivery to delivery"), trend, _("% of what the bar accepts")),
        Told(_("Time to independent delivery"), alone, _("One delegation, so there is no interval")),
        _told(_("Found wrong afterwards"), rework, "share"),
    ]


def _told(name: str, found: Finding, unit: str) -> Told:
    if found.estimate is None or found.low is None or found.high is None:
        words = _("Cannot tell yet: %(reason)s.") % {"reason": reason(found.reason)}
        if found.needed is not None and found.needed > found.n:
            words += " " + _("About %(more)s more %(unit)s needed.") % {
                "more": found.needed - found.n,
                "unit": reason(found.unit),
            }
        return Told(name, words, "")
    if unit == "share":
        number, reach = f"{100 * found.estimate:.0f} %", f"{100 * found.low:.0f} \N{EN DASH} {100 * found.high:.0f} %"
    else:
        number, reach = f"{signed(found.estimate)} {unit}", f"{signed(found.low)} \N{EN DASH} {signed(found.high)}"
    return Told(name, f"{number} ({reach}), n = {found.n}", found.method)


def _coupling(reading: Reading) -> str:
    if reading.coupling is None:
        return ""
    found = reading.coupling
    compared = _("Within the bar: %(before)s of the first %(n)s deliveries, %(after)s of the last %(n)s.") % {
        "before": found.before,
        "after": found.after,
        "n": found.n,
    }
    return f"{_(COUPLINGS[reading.coupling.quadrant])} {compared}"


def _competence(reading: Reading) -> str:
    """Write the signal for the owner, with how much more it takes."""
    found = reading.competence
    if found is None:
        return ""
    base = _("%(misses)s of %(n)s deliveries were out of the bar or taken over.") % {
        "misses": found.misses,
        "n": found.n,
    }
    if found.reached:
        return f"{base} " + _("From delivery %(number)s on it is likely that you master this work.") % {
            "number": found.reached
        }
    more = ngettext(
        "Cannot tell yet whether you master this work: about %(num)s good delivery would show it.",
        "Cannot tell yet whether you master this work: about %(num)s good deliveries in a row would show it.",
        found.more,
    )
    return f"{base} {more % {'num': found.more}}"
