"""What the parts of a delegation are called on its pages."""

from surveyapp.web.language import gettext as _

STATES = {
    "drafted": _("draft"),
    "offered": _("waits for its owner"),
    "accepted": _("accepted"),
    "running": _("running"),
    "in_review": _("delivered, in review"),
    "closed": _("closed"),
    "withdrawn": _("withdrawn"),
}
ROLES = {"owner": _("owner"), "delegator": _("delegator"), "second": _("second person")}
OUTCOMES = {
    "trust_grew": _("Trust grew: more can be handed over now"),
    "learning_accelerated": _("Learning accelerated: we know something that we did not"),
}
MODES = {
    "live": _("Live: for real"),
    "pilot": _("Pilot: for real, with few people or cases"),
    "sandbox": _("Sandbox: with real data, and nothing leaves the room"),
    "simulation": _("Simulation: with made-up data"),
}
KINDS = {
    "report": _("Report or analysis"),
    "decision": _("Decision or investment"),
    "project": _("Project or delivery"),
    "customer": _("Customer or partner"),
    "hiring": _("Hiring"),
    "other": _("Something else"),
}
LEVELS = {
    "1": _("1: watches how it is done"),
    "2": _("2: does it together with somebody"),
    "3": _("3: does it, and somebody looks before it goes out"),
    "4": _("4: does it, and tells afterwards"),
    "5": _("5: owns it, and coaches others"),
}
STRETCHES = {
    "1": _("1: routine"),
    "2": _("2: a little new"),
    "3": _("3: a good stretch"),
    "4": _("4: a long stretch"),
    "5": _("5: far beyond"),
}
EVIDENCE = {
    "error_trend": _("Errors that others find, from one cycle to the next"),
    "time_to_independence": _("Time until two deliveries in a row were good without help"),
    "rework": _("Share of deliveries that had to be done again"),
}
LIGHTS = {
    "green": _("contained: a miss stays small"),
    "amber": _("partly contained: think of a smaller or friendlier start"),
    "red": _("wide open: a miss would reach everybody at once"),
}
CHECKPOINTS = {
    "mid_cycle": _("Half-way"),
    "final_check": _("Before it goes out"),
    "extra": _("One more than agreed"),
}
INTERVENTIONS = {
    "asked_question": _("Asked a question"),
    "gave_answer": _("Gave the answer"),
    "corrected": _("Corrected"),
    "edited_directly": _("Edited the work"),
    "took_over": _("Took over"),
    "extra_check": _("Looked once more"),
    "fixed_after_hours": _("Fixed it after hours"),
    "unblocked": _("Cleared the way"),
}
FINDERS = {
    "owner": _("the owner"),
    "delegator": _("the delegator"),
    "downstream": _("whoever works with it next"),
    "customer": _("a customer"),
    "monitoring": _("monitoring"),
}
QUADRANTS = {
    "earned": _("well decided, turned out well"),
    "unlucky": _("well decided, turned out badly"),
    "lucky": _("a lucky success: look at how it was decided"),
    "lesson": _("worth a second look at how it was decided"),
}
PAGES = {
    "task": _("The right task"),
    "bar": _("The bar"),
    "radius": _("The blast radius"),
    "guardrails": _("Guardrails"),
    "done": _("Done and checklist"),
    "brief": _("Brief and hand over"),
}
WORDS = {
    "state": STATES,
    "role": ROLES,
    "outcome": OUTCOMES,
    "mode": MODES,
    "kind": KINDS,
    "level": LEVELS,
    "evidence": EVIDENCE,
    "light": LIGHTS,
    "checkpoint": CHECKPOINTS,
    "intervention": INTERVENTIONS,
    "finder": FINDERS,
    "quadrant": QUADRANTS,
    "page": PAGES,
}


def said(group: str, word: object) -> str:
    """Return what a word of a group is called, in the language of the reader."""
    return _(WORDS[group].get(str(word), str(word)))
