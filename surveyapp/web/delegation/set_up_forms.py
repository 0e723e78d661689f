"""The pages of the guided set-up, one part of the terms each."""

from surveyapp.web.delegation.fields import TypedForm, area, choice, line, moment, number, several, tick
from surveyapp.web.language import gettext as _


class TaskForm(TypedForm):
    """Whether it is the right piece of work for this person now."""

    title = line(_("What is handed over?"), _("A few words, such as: monthly variance report."))
    kind = choice(_("Kind of work"))
    owner = choice(_("Who owns it?"), _("People of your units with an account."))
    level = choice(_("How far does it go?"))
    stretch = choice(_("How much of a stretch is it?"), _("Nobody learns from routine, or from what is too far."))
    wanted = tick(_("The owner wants it; I have asked."))
    has_time = tick(_("There is time for it; something else was taken off."))
    novel = tick(_("It is new to the owner."))
    compliance = tick(_("It is bound by law, contract or audit."))
    irreversible = tick(_("A miss could not be put right."))
    high_risk = tick(_("A miss could do serious harm."))
    second = choice(
        _("Second person"),
        _("Needed if one of the last three is ticked: releases the work after a good pilot. Not the owner."),
        optional=True,
    )
    delegator_could_solve = tick(_("I could solve it myself."))
    delegator_is_expert = tick(_("I used to do exactly this."))


class BarForm(TypedForm):
    """What is good enough, by when, and when to call."""

    outcome = area(_("Outcome"), _("What is there, and for whom, when it is done?"))
    due = moment(_("Until when?"))
    minimum = area(_("The least that can go out"), _("The minimum standard at which it is still worth shipping."))
    low = number(_("Acceptable error, from"))
    high = number(_("Acceptable error, up to"))
    unit = line(_("Unit of the error"), _("Such as: % of the total, days, complaints."))
    triggers = area(
        _("When to call at once"), _("One per line: a measure, > or <, and a limit. Such as: variance > 5 %")
    )
    escalate_within = number(_("Call within how many minutes?"), _("Left empty, it is an hour."), optional=True)


class RadiusForm(TypedForm):
    """How far a miss can reach."""

    mode = choice(_("How does it begin?"))
    scope = area(_("Scope"), _("What belongs to it, and what does not?"))
    audience = area(_("Who gets it?"))
    friendly_first = tick(_("A friendly audience sees it first."))
    share = number(_("Share of people or cases at first, in percent"), _("Left empty, it is everybody."), optional=True)
    window = area(_("Window"), _("When does it go out, and when would a miss hurt least?"))
    rollback = area(_("Way back"), _("How is it taken back or replaced?"))
    max_cost = area(_("What may a miss cost at most?"))


class GuardrailsForm(TypedForm):
    """Three questions before anything is handed over."""

    cost = area(_("What keeps the cost of a miss small?"))
    prebrief = area(_("How will you brief the owner, and how will both know what done means?"))
    evidence = several(_("What will show that something was learned?"), _("One at least."))


class DoneForm(TypedForm):
    """What done means, and the checklist of one page."""

    criteria = area(_("Done means"), _("One per line."))
    sources = area(_("Checklist: data and sources"), _("One per line."))
    thresholds = area(_("Checklist: limits to compare with"), _("One per line."))
    sign_off = area(_("Checklist: who signs what"), _("One per line."))


class BriefForm(TypedForm):
    """The last look before it is handed over."""

    mindset = area(
        _("For yourself: if this goes wrong, I will first ..."), _("Twenty seconds. Nobody else ever reads it.")
    )


SET_UP: dict[str, type[TypedForm]] = {
    "task": TaskForm,
    "bar": BarForm,
    "radius": RadiusForm,
    "guardrails": GuardrailsForm,
    "done": DoneForm,
    "brief": BriefForm,
}
