"""The pictures of a comparison before and after, the same on the page and in the report."""

from surveyapp.charts.intervals import IntervalChart, Range, points_chart
from surveyapp.charts.placebos import PlaceboChart, placebo_chart
from surveyapp.web.coach.words import Answer, sides
from surveyapp.web.language import gettext as _


def change_chart(answer: Answer) -> IntervalChart:
    """Draw how both sides moved, as far as that has an interval, and the difference."""
    moved = [
        Range(f"{label} (n = {side['n']})", side["estimate"], side["low"], side["high"])
        for name, label in sides().items()
        if "estimate" in (side := answer.get("movement", {}).get(name, {}))
    ]
    return points_chart([*moved, Range(_("Beyond the other teams"), answer["estimate"], answer["low"], answer["high"])])


def placebo_picture(answer: Answer) -> PlaceboChart | None:
    """Draw one team among the others, where one team is compared."""
    shown = answer.get("placebos")
    return placebo_chart(shown["own"], shown["others"]) if shown and "estimate" in answer else None


def placebo_measure() -> str:
    """Say what the picture of one team among the others measures."""
    return _("Change of each team, in what teams of its size move by chance. Filled: the team in question.")
