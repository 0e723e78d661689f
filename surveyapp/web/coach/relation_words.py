"""What a relation means, in sentences that claim no more than its interval and the number of questions asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveyapp.web.coach.words import Answer, cannot_tell, p_value, teams
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext

__all__ = ["cannot_tell", "p_value"]

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Words:
    """How to speak of an outcome: its name, what is counted, and what more and less of it mean."""

    name: str
    measure: str
    cases: str
    more: str
    less: str


OUTCOMES: Mapping[str, Words] = {
    "reports": Words(
        _("Reports"),
        _("Errors, near misses, unsafe conditions and good catches, per person-week"),
        _("reports"),
        _("more reports"),
        _("fewer reports"),
    ),
    "told": Words(
        _("Found first by the team itself"),
        _("Errors that the team found first, of those that others found or that reached somebody outside (odds)"),
        _("errors"),
        _("more of them found first by the team itself"),
        _("fewer of them found first by the team itself"),
    ),
    "voice": Words(
        _("From noticing to telling"),
        _("Typical hours until something noticed is told"),
        _("reports"),
        _("a longer time until it is told"),
        _("a shorter time until it is told"),
    ),
    "found": Words(
        _("Errors found by others"),
        _("Errors that others found or that reached somebody outside, per person-week"),
        _("errors"),
        _("more errors found by others"),
        _("fewer errors found by others"),
    ),
    "rework": Words(
        _("Rework"),
        _("Deliveries that were unplanned and put right another one, of all deliveries (odds)"),
        _("deliveries"),
        _("more rework"),
        _("less rework"),
    ),
    "independent": Words(
        _("Independent delivery"),
        _("Delegations that arrive at independent delivery, per week under way"),
        _("arrivals"),
        _("independent delivery sooner"),
        _("independent delivery later"),
    ),
}
SIGNS: Mapping[str, str] = {
    "REPORTS": _("Errors told by the team, per person-week"),
    "TOLD_SHARE": _("Found first by the team, of what others found too"),
    "NEAR_MISSES": _("Near misses told for each harm"),
    "DAYS": _("Days until it came to light"),
    "FOUND_BY_OTHERS": _("Found by others, per person-week"),
    "HARM": _("Harm, per person-week"),
}
VERDICTS: Mapping[str, str] = {
    "MORE_OPEN_FEWER_ERRORS": _("Safer teams tell more of what happens, and others find less in them."),
    "MORE_OPEN": _("Safer teams tell more of what happens; whether less happens cannot be told."),
    "FEWER_ERRORS": _("Others find less in safer teams; whether they tell more cannot be told."),
    "REPORTS_ROSE": _(
        "Safer teams report more. That can mean more openness or more errors. "
        "Found by others did not rise, which speaks for openness."
    ),
    "LESS_OPEN": _("Safer teams tell less of what others find: ask what gets in the way of telling."),
    "LOOK_AT_FINDING": _(
        "Others find more in teams that say they are safer. Before reading anything into it, look at who looks: "
        "audits, customers and the kind of work differ between teams."
    ),
    "CANNOT_TELL": _("The figures do not show a difference yet. That is no proof that there is none."),
}
PARTS: Mapping[str, str] = {
    "within": _("In waves in which a team feels safer than usual: %(what)s."),
    "between": _("In teams that are safer on average: %(what)s."),
}


def basis(answer: Answer) -> str:
    """Say what all of it rests on: the n before anything else."""
    return _("%(teams)s, %(waves)s, %(cells)s") % {
        "teams": teams(answer["n_teams"]),
        "waves": ngettext("%(n)s wave", "%(n)s waves", answer["n_waves"]) % {"n": answer["n_waves"]},
        "cells": ngettext("%(n)s released number", "%(n)s released numbers", answer["n_cells"])
        % {"n": answer["n_cells"]},
    }


def cases(key: str, one: Answer) -> str:
    """Say what one outcome rests on."""
    return _("%(teams)s, %(number)s %(cases)s") % {
        "teams": teams(one["n_teams"]),
        "number": one["cases"],
        "cases": _(OUTCOMES[key].cases),
    }


def is_claim(part: Answer) -> bool:
    """Tell whether a part says something: its interval leaves out 1, and so many questions do not explain it."""
    return part["adjusted"] <= LEVEL and side(part) != 0


def side(part: Answer) -> int:
    """Return on which side of 1 an interval lies, 0 when it holds 1."""
    if part["low"] is not None and part["low"] > 1:
        return 1
    return -1 if part["high"] is not None and part["high"] < 1 else 0


def sentence(key: str, name: str, part: Answer, asked: int) -> str:
    """Say what one part of the relation of one outcome means."""
    way = side(part)
    values = {"low": factor(part["low"], "0"), "high": factor(part["high"], "∞"), "asked": asked}
    if not way:
        return _("Cannot tell: for one point more, anything from %(low)s to %(high)s times fits.") % values
    if not is_claim(part):
        return (
            _(
                "Cannot tell: %(low)s to %(high)s times would be a sign if this were the only question, "
                "but among %(asked)s questions some look like this by chance."
            )
            % values
        )
    what = _(OUTCOMES[key].more if way > 0 else OUTCOMES[key].less)
    said = _(PARTS[name]) % {"what": what}
    least = (
        _("For one point more at least %(low)s times.") if way > 0 else _("For one point more at most %(high)s times.")
    )
    return f"{said} {least % values}"


def second_look(one: Answer) -> str:
    """Say whether swapping whole teams confirms what was found inside teams."""
    swapped = one["swapped"]
    if not swapped or "reason" in swapped:
        return ""
    if swapped["p"] <= LEVEL:
        return _("Swapping whole teams, which assumes no model, confirms it.")
    return _("Swapping whole teams, which assumes no model, does not confirm it: read it with care.")


def needed(one: Answer) -> str:
    """Say about how many teams would show a relation that is worth finding, where there are fewer."""
    if (one.get("needed") or 0) <= one["n_teams"]:
        return ""
    return _(
        "To show a quarter more or less for the usual movement of a team, about %(needed)s teams like these are "
        "needed; there are %(n)s."
    ) % {"needed": one["needed"], "n": one["n_teams"]}


def correction(answer: Answer) -> str:
    """Say how p-values are corrected for all questions; nothing of pages that were computed another way."""
    if not answer.get("flips"):
        return ""
    return _(
        "For this correction whole teams are turned round, in %(flips)s ways: what a team adds to every figure keeps "
        "its sign or changes it, in all figures together, as chance would have it if nothing were true. So questions "
        "that share their data do not count twice. Something is claimed only where, besides, the interval leaves out 1."
    ) % {"flips": answer["flips"]}


def factor(value: float | None, unknown: str) -> str:
    """Write a factor; an open end of an interval has a sign of its own."""
    return unknown if value is None else f"{value:.2f}"


def factors(part: Answer) -> str:
    """Write the interval of a factor."""
    return f"{factor(part['low'], '0')} \N{EN DASH} {factor(part['high'], '∞')}"


def claims(answer: Answer) -> tuple[str, ...]:
    """Return what a page says beyond that it cannot tell: the verdict, and every figure that is more than chance."""
    said = [answer["verdict"]] if answer["verdict"] != "CANNOT_TELL" else []
    return (*said, *(name for name, part in figures(answer) if is_claim(part)))


def figures(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """Give every figure of a page, in the same wave, some waves later, and beside what others find."""
    for key, one in answer["outcomes"].items():
        if "reason" not in one:
            parts = {name: one[name] for name in PARTS}
            parts |= {f"after {delay}": part for delay, part in one["later"].items()}
            yield from ((f"{key} {name}", part) for name, part in parts.items() if "reason" not in part)
    yield from ((name, row) for name, row in answer["panel"].items() if "reason" not in row)
