"""What a comparison before and after means: one sentence for each claim that `verdicts` allows, and no other claim."""

from surveyapp.languages import MINUS, signed
from surveyapp.services.insight.plans import DRAWN, LOW, OTHER, VOLUNTEERED
from surveyapp.services.insight.verdicts import SMALL, Verdict
from surveyapp.web.coach.words import Answer, cannot_tell, p_value, teams, waves
from surveyapp.web.language import gettext, reason

__all__ = ["cannot_tell", "p_value", "reason", "teams", "waves"]


def chosen_because(key: str) -> str:
    """Say why the teams were chosen."""
    return {
        LOW: gettext("Their numbers were low"),
        VOLUNTEERED: gettext("They asked for it themselves"),
        DRAWN: gettext("By lot"),
        OTHER: gettext("For another reason"),
    }[key]


def sides(answer: Answer) -> str:
    """Say what a comparison rests on."""
    return gettext("%(treated)s with it and %(others)s without, %(before)s before and %(after)s after") % {
        "treated": teams(answer["n_treated"]),
        "others": answer["n"] - answer["n_treated"],
        "before": waves(answer["waves_before"]),
        "after": waves(answer["waves_after"]),
    }


def finding(answer: Answer, verdict: Verdict, family_size: int) -> str:
    """Say what may be claimed; everything but the interval is left out of it."""
    if verdict is Verdict.REFUSED:
        return cannot_tell(answer)
    values = {"low": points(answer["low"]), "high": points(answer["high"])}
    if verdict is Verdict.EARLY:
        return early(answer)
    if verdict is Verdict.ONE_OF_MANY:
        said = gettext(
            "Cannot tell: alone this would count as a difference, "
            "but it is one of %(n)s comparisons that were registered."
        )
        return said % {"n": family_size}
    said = {
        Verdict.ROSE: gettext("These teams rose more than the others, by %(low)s to %(high)s points beyond them."),
        Verdict.FELL: gettext("These teams fell more than the others, by %(low)s to %(high)s points beyond them."),
        Verdict.SMALL: gettext("Any difference is small: between %(low)s and %(high)s points."),
        Verdict.OPEN: gettext("Cannot tell: anything from %(low)s to %(high)s points fits."),
    }[verdict] % values
    return f"{said} {what_it_takes(answer)}".strip() if verdict is Verdict.OPEN else said


def what_it_takes(answer: Answer) -> str:
    """Say about how many waves would tell a change that matters from chance, or that waves alone would not."""
    needed = answer.get("waves_needed")
    if needed and needed > min(answer["waves_before"], answer["waves_after"]):
        said = gettext("It takes about %(waves)s on each side to tell a change of %(points)s points from chance.")
        return said % {"waves": waves(needed), "points": SMALL}
    if answer.get("detectable") and answer["detectable"] > SMALL and not needed:
        return gettext("More waves would hardly help; more teams would.")
    return ""


def early(answer: Answer) -> str:
    """Say that the planned end has not come, and how many waves it is away."""
    said = gettext(
        "Cannot tell yet: about %(waves)s to come until the planned end, and so far %(low)s to %(high)s points fit."
    )
    return said % {
        "waves": gettext("%(n)s more") % {"n": waves(answer["waves_to_come"])},
        "low": points(answer["low"]),
        "high": points(answer["high"]),
    }


def points(value: float | None) -> str:
    """Write a change in points with its sign."""
    if value is None:
        return gettext("an unknown number of")
    return signed(value, 2)


def interval(part: Answer) -> str:
    """Write an interval in points; an end that is open has a sign of its own."""
    low = f"{MINUS}∞" if part["low"] is None else points(part["low"])
    high = "+∞" if part["high"] is None else points(part["high"])
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def detectable(answer: Answer) -> str:
    """Say how large a change must be for the comparison to be likely to find it."""
    if not answer.get("detectable"):
        return gettext("The waves before the first day cannot tell yet how large a change this comparison could find.")
    said = gettext(
        "Judged by the waves before the first day, this comparison finds a change of %(points)s points "
        "in 8 of 10 cases. Smaller ones may go unseen."
    )
    return said % {"points": f"{answer['detectable']:.2f}"} + shorter_past(answer)


def size(option: Answer) -> str:
    """Write a detectable change; one that was judged by a shorter past is an upper limit."""
    return ("\N{LESS-THAN OR EQUAL TO} " if option["at_most"] else "") + f"{option['detectable']:.2f}"


def shorter_past(option: Answer) -> str:
    """Say that a detectable change is an upper limit, if it is one."""
    said = gettext("There have been fewer waves than the plan has, so it may be a little less.")
    return f" {said}" if option["at_most"] else ""


def test_name(name: str) -> str:
    """Say in words what the test of a design does."""
    return {
        "placebo rank": gettext("The change of the one team is ranked among the changes of the others, for its size."),
        "permutation": gettext(
            "The change of the two teams is held against every other pair that could have been chosen."
        ),
        "studentised permutation": gettext(
            "The change of the teams is held against all other ways to choose as many, and told with an interval."
        ),
        "adjusted for the baseline": gettext(
            "Teams are compared with others that were as low on the wave they were chosen on, "
            "for low numbers rise by themselves."
        ),
        "cohorts beside teams that have not started": gettext(
            "Teams that start on the same day are compared with those that have not started, and the days are pooled."
        ),
    }.get(name, name)
