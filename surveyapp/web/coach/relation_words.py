"""What a relation means, in sentences that claim no more than its interval."""

from surveyapp.web.coach.words import Answer, cannot_tell, p_value, teams
from surveyapp.web.language import gettext, ngettext

__all__ = ["basis", "between", "cannot_tell", "factor", "factors", "p_value", "within"]


def basis(answer: Answer) -> str:
    """Say what a relation rests on: the n before anything else."""
    return gettext("%(teams)s, %(waves)s, %(events)s") % {
        "teams": teams(answer["n_teams"]),
        "waves": ngettext("%(n)s wave", "%(n)s waves", answer["n_waves"]) % {"n": answer["n_waves"]},
        "events": ngettext("%(n)s report", "%(n)s reports", answer["events"]) % {"n": answer["events"]},
    }


def within(part: Answer) -> str:
    """Say what the relation inside teams means."""
    values = _factors(part)
    if part["low"] is not None and part["low"] > 1:
        return (
            gettext(
                "In weeks in which a team feels one point safer than usual, it reports more: %(low)s or more times."
            )
            % values
        )
    if part["high"] is not None and part["high"] < 1:
        return (
            gettext(
                "In weeks in which a team feels one point safer than usual, it reports less: %(high)s times or less."
            )
            % values
        )
    return _open(values)


def between(part: Answer) -> str:
    """Say what the relation between teams means."""
    values = _factors(part)
    if part["low"] is not None and part["low"] > 1:
        return gettext("Teams that are one point safer on average report more: %(low)s or more times.") % values
    if part["high"] is not None and part["high"] < 1:
        return gettext("Teams that are one point safer on average report less: %(high)s times or less.") % values
    return _open(values)


def _open(values: dict[str, str]) -> str:
    return (
        gettext("Cannot tell: for one point more, anything from %(low)s to %(high)s times as many reports fits.")
        % values
    )


def _factors(part: Answer) -> dict[str, str]:
    return {"low": factor(part["low"], "0"), "high": factor(part["high"], "∞")}


def factor(value: float | None, unknown: str) -> str:
    """Write a factor; an open end of an interval has a sign of its own."""
    return unknown if value is None else f"{value:.2f}"


def factors(part: Answer) -> str:
    """Write the interval of a factor."""
    return f"{factor(part['low'], '0')} \N{EN DASH} {factor(part['high'], '∞')}"
