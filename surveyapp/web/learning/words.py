"""What the learning log calls things, in words that look for no culprit."""

from surveyapp.web.language import gettext as _

KINDS = {
    "near_miss": _("Near miss: it nearly went wrong"),
    "error": _("Error: it went wrong"),
    "good_catch": _("Good catch: seen in time"),
    "unsafe_condition": _("Unsafe condition: it could go wrong"),
    "help_request": _("Help request: we are stuck"),
    "idea": _("Idea: it could go better"),
}
# What the product promises until an organisation words it itself.
PROMISE = _(
    "What is told here serves to put things right and to learn. It is not used in appraisals, for pay or promotion, or "
    "against anybody, and nobody is asked who told. This does not cover crimes, harm that was meant, and what the law "
    "requires to be reported."
)
TO_THE_TEAM = _("The team: it reads this at once")
MODES = {
    "confidential": _("A steward, in confidence: only the steward learns your name"),
    "anonymous": _("A steward, anonymously: nobody learns your name"),
    "named": TO_THE_TEAM,
}
# Who may have found it first, as roles and never as names.
FINDERS = {
    "": _("not known"),
    "owner": _("whoever did the work"),
    "own_team": _("our own team"),
    "other_team": _("another team"),
    "customer": _("a customer"),
    "monitoring": _("monitoring"),
    "audit": _("an audit"),
}
REACHES = {
    "": _("not known"),
    "none": _("nobody"),
    "internal": _("people in the organisation"),
    "external": _("people outside, such as customers"),
}
SEVERITIES = {
    "": _("not known"),
    "0": _("0: none"),
    "1": _("1: minor"),
    "2": _("2: moderate"),
    "3": _("3: serious"),
    "4": _("4: severe"),
}
# A near miss that is told as a success makes people take more risk.
HELD = {"": _("not known"), "barrier": _("a barrier that held"), "luck": _("nothing but luck")}
YES_NO = {"": _("not known"), "yes": _("yes"), "no": _("no")}
FACTORS = {
    "time_pressure": _("time pressure"),
    "workload": _("workload or staffing"),
    "unclear_instructions": _("unclear instructions"),
    "unclear_data_source": _("unclear source of data"),
    "outdated_data": _("outdated data"),
    "handover": _("handover between people or teams"),
    "interruption": _("interruptions"),
    "missing_check": _("a check that was missing or skipped"),
    "tool_or_system": _("tool or system"),
    "training": _("training or experience with the task"),
    "surroundings": _("noise, light, weather or place"),
    "supplier": _("supplier or partner"),
}
WAYS_OUT = {
    "": _("not known"),
    "0": _("none"),
    "1": _("one"),
    "2": _("more than one"),
}
PRECISIONS = {
    "exact": _("to the minute"),
    "hour": _("about that hour"),
    "day": _("about that day"),
    "month": _("about that month"),
}
# Said by the library of forms and by the service that keeps the log; named here to be translated.
SAID_ELSEWHERE = (
    _("Not a valid datetime value."),
    _("Not a valid choice."),
    _("a sentence"),
    _("a sentence on what happened"),
    _("at most {} characters"),
    _("words without unprintable signs"),
    _("a time that is not in the future"),
    _("a time before it was told"),
    _("a time before it was noticed"),
    _("a time between {} and now"),
    _("a time until {}"),
    _("your name for the steward; choose anonymous to give none"),
    _("the team: nobody outside its line can be told yet"),
    _("There is no report with this receipt, or it was closed long ago"),
)
# How a report was told and how it stands, and what other systems send; pages say them by their names.
NAMED_IN_PAGES = (_("confidential"), _("anonymous"), _("published"), _("events"), _("deliveries"), _("exposure"))


def translated(words: dict[str, str]) -> dict[str, str]:
    """Return words in the language of this request."""
    return {key: _(each) for key, each in words.items()}


def kind_names() -> dict[str, str]:
    """Return the short name of each kind of event."""
    return {kind: _(words).partition(":")[0] for kind, words in KINDS.items()}
