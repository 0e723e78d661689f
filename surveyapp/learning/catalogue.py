"""The outcome measures, M1 to M17: each has a name that takes no side, a unit, and a rule for what is not over yet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure is called, what it is counted in, and what happens to cases that are not over."""

    key: str
    name: str
    unit: str
    rule: str


MEASURES = {
    each.key: each
    for each in (
        Measure("M1", "Reports", "per 100 person-weeks", "Reports of the last 365 days; withdrawn ones do not count"),
        Measure("M2", "Near misses and unsafe conditions among reports", "share", "Reports of the last 365 days"),
        Measure("M2b", "Near misses that nothing but luck held", "share", "Near misses of which it is known"),
        Measure("M3", "Errors found elsewhere, later half against earlier half", "ratio per delivery",
                "Errors found by another team, a customer or monitoring; without deliveries, per week"),
        Measure("M3b", "All errors that are known, later half against earlier half", "ratio per delivery",
                "Told by whomever, so that more openness looks like more errors; read it beside M3"),
        Measure("M3c", "Errors found elsewhere, change from month to month", "per 100 deliveries and month",
                "Twelve months of thirty days; a month without deliveries is left out"),
        Measure("M4", "Errors and near misses found first by ourselves", "share", "Those of which it is known"),
        Measure("M5", "From happening to noticing", "hours, median",
                "Only what happened more than 30 days ago counts, for of later events the slow ones are missing"),
        Measure("M6", "From noticing to telling", "hours, median",
                "Only what was noticed more than 30 days ago counts, for of later events the slow ones are missing"),
        Measure("M6b", "Time that was left when it was told", "hours, median",
                "Reports that say by when it was needed; what came too late counts with less than nothing"),
        Measure("M6c", "Told while there was more than one way out", "share", "Reports that say how many were left"),
        Measure("M6d", "Surfaced late", "share",
                "Found first by another team or a customer, or told when less than a tenth of the time was left"),
        Measure("M7", "Crossed triggers escalated within an hour", "share", "Not yet escalated counts as still open"),
        Measure("M7b", "Missed windows with a note before they were due", "share", "Windows that are over"),
        Measure("M8", "Misses corrected by the owner on the same day", "share", "Days that are over"),
        Measure("M9a", "Deliveries that were unplanned rework", "share", "Deliveries of the last 365 days"),
        Measure("M9b", "Deliveries issued again for a defect within 14 days", "share", "Deliveries older than 14 days"),
        Measure("M9c", "Time spent on rework", "share of minutes", "Deliveries with both times"),
        Measure("M10", "Independent delivery within half a year", "share of delegations",
                "Open delegations count as long as they have lasted; withdrawn ones are an end of their own"),
        Measure("M11", "First deliveries of a new kind within the bar", "share", "First cycles that were delivered"),
        Measure("M12", "Cycles in which somebody stepped in unasked", "share", "Cycles that were delivered"),
        Measure("M12a", "Further looks for each agreed checkpoint", "ratio", "Cycles that were delivered"),
        Measure("M12b", "How long before the next agreed moment somebody stepped in unasked", "hours, median",
                "Until the next checkpoint or the delivery; after a crossed trigger it does not count"),
        Measure("M12c", "Corrections with a question before", "share", "Corrections in delivered cycles"),
        Measure("M12d", "What people say of reactions to mistakes", "points of the scale",
                "The statement of the pulse, as it was published last; nothing under its own limit"),
        Measure("M12e", "Questions among all that delegators did", "share",
                "Everything that was noted in delivered cycles"),
        Measure("M13", "Reports answered within 7 days", "share", "Not yet answered counts as still open"),
        Measure("M13c", "Owners' questions answered within a day", "share", "Not yet answered counts as still open"),
        Measure("M13d", "Hours that work waited for the delegator", "hours per delivery",
                "Questions that came before the delivery; an open one counts until the delivery"),
        Measure("M13e", "Minutes that the delegator and the owner looked back together", "minutes per delivery",
                "Cycles that were closed"),
        Measure("M14", "Reviews held within five working days", "share", "Reviews of events, five working days old"),
        Measure("M14b", "Changes that were seen to work", "share", "Changes that are due"),
        Measure("M14c", "Length of a review", "minutes, median", "Reviews that were held"),
        Measure("M14d", "Changes after which it happened again", "share",
                "Changes that were looked at once more, three months after they were seen to work"),
        Measure("M14e", "Deliveries looked back on within five working days", "share",
                "Deliveries five working days old"),
        Measure("M15", "Moves in which autonomy and quality rose together", "share", "Moves between two cycles"),
        Measure("M16", "Dips after more autonomy that recovered", "share",
                "Raises with four cycles after them; two cycles of dip are expected"),
        Measure("M17", "Deliveries within the bar in a row that make competence likely", "deliveries",
                "For the owner only, and only where there is a delivery a month or more"),
    )
}  # fmt: skip
