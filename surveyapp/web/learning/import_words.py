"""How the page of imports names kinds of files, columns and ways to write a day."""

from surveyapp.web.language import gettext as _

KINDS = {
    "events": _("Events: errors, near misses, good catches and the like"),
    "deliveries": _("Deliveries: what was shipped, and what put right something else"),
    "exposure": _("Exposure: person-weeks, deliveries and deployments by week"),
}
WRITTEN = {
    "year first": _("Year first, as in 2026-04-09"),
    "day first": _("Day first, as in 09.04.2026"),
    "month first": _("Month first, as in 04/09/2026"),
}
LABELS = {
    "external_id": _("Its number in the other system"),
    "kind": _("Kind"),
    "team": _("Team: code or name of the unit"),
    "what_happened": _("What happened"),
    "told_at": _("When it was told"),
    "noticed_at": _("When it was noticed"),
    "occurred_at": _("When it happened"),
    "occurred_precision": _("How exactly it is known when it happened"),
    "noticed_precision": _("How exactly it is known when it was noticed"),
    "told_precision": _("How exactly it is known when it was told"),
    "found_by": _("Who found it first"),
    "reached": _("Whom it reached"),
    "severity": _("How bad it was, from 0 to 4"),
    "potential_severity": _("How bad it could have been, from 0 to 4"),
    "luck_only": _("Whether only luck kept it from getting worse"),
    "barrier": _("Which barrier held"),
    "contributing": _("What contributed to it"),
    "surprise": _("What surprised us"),
    "decision_affected": _("Whether a decision rested on it"),
    "acknowledged_at": _("When somebody took it on"),
    "corrected_at": _("When it was corrected"),
    "resolved_at": _("When it was resolved"),
    "recurrence_of": _("Which earlier event it repeats"),
    "delegation_ref": _("Which delegation it belongs to"),
    "cycle": _("Which cycle of the delegation"),
    "delivered_at": _("When it was delivered"),
    "planned": _("Whether it was planned"),
    "due_at": _("When it was due"),
    "within_bar": _("Whether it met the bar"),
    "variance_pct": _("How far it was off, in per cent"),
    "rework_of": _("Which delivery it puts right"),
    "rework_reason": _("Why it was put right"),
    "rework_minutes": _("Minutes of rework"),
    "total_minutes": _("Minutes in all"),
    "week": _("Week"),
    "person_weeks": _("Person-weeks"),
    "deliveries": _("Number of deliveries"),
    "deployments": _("Number of deployments"),
}
