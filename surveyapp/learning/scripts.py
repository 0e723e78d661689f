"""Sentences to borrow, filled in from what was agreed; in the language of whoever reads them."""

from collections.abc import Callable

from surveyapp.learning.terms import Bar

Say = Callable[[str], str]


def brief(bar: Bar, _: Say) -> list[str]:
    """Return what the delegator says when handing over: whose it is, what help there is, when to call."""
    said = [
        _("The result is yours. Ask me anything; I will not edit your work."),
        _("Good enough means: %(minimum)s") % {"minimum": bar.minimum},
    ]
    words = _("If this happens, call me within %(minutes)s minutes, at any hour: %(trigger)s")
    return said + [words % {"minutes": bar.escalate_within, "trigger": each} for each in bar.triggers]


def shipping(bar: Bar, _: Say) -> list[str]:
    """Return what both say about the delivery: when it goes out, and what happens when the window is missed."""
    values = {"low": f"{bar.low:g}", "high": f"{bar.high:g}", "unit": bar.unit}
    return [
        _("It goes out when the checklist is complete and the error is between %(low)s and %(high)s %(unit)s.")
        % values,
        _("If you will not make the window, write a note before it ends and propose a new time. That is no failure."),
    ]


def reviewing(_: Say) -> list[str]:
    """Return the order of a review of fifteen minutes."""
    return [
        _("3 minutes: what did we intend, and what happened? Facts, no names."),
        _("5 minutes: how did it make sense at the time?"),
        _("4 minutes: what worked, what did not?"),
        _("3 minutes: one change for the next cycle, or none on purpose."),
    ]


def pausing(_: Say) -> list[str]:
    """Return questions, of which one is enough, for the moment in which somebody wants to step in."""
    return [
        _("What do you see, and what do you make of it?"),
        _("What have you tried or ruled out?"),
        _("What would you do if I could not be reached?"),
    ]
