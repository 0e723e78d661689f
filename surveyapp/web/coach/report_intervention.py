"""The report on an intervention: what was registered, what may be claimed of it, and what that rests on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from surveyapp.services.insight.comparisons import Family
from surveyapp.services.insight.interventions import Intervention
from surveyapp.services.insight.plans import DRAWN, Plan
from surveyapp.services.insight.report_basis import Basis
from surveyapp.services.insight.report_inputs import Inputs
from surveyapp.services.insight.verdicts import verdict_of
from surveyapp.web.coach import comparison_words as words
from surveyapp.web.coach.beside_words import Outcome, effects, outcomes
from surveyapp.web.coach.comparison_pictures import change_chart, placebo_measure, placebo_picture
from surveyapp.web.coach.report_figures import table_of
from surveyapp.web.coach.report_parts import Figures, Picture, Report, Section
from surveyapp.web.coach.words import sides
from surveyapp.web.language import day
from surveyapp.web.language import gettext as _

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """An intervention with the answer of the statistics, the family it is judged in, and names for its units."""

    intervention: Intervention
    answer: Answer
    family: Family
    names: Mapping[UUID, str]

    @property
    def plan(self) -> Plan:
        """The plan as it stands."""
        return self.intervention.plan

    @property
    def finding(self) -> str:
        """The one sentence that may be claimed."""
        verdict = verdict_of(self.answer, self.family.of(self.intervention.id))
        return words.finding(self.answer, verdict, self.family.size)

    def named(self, units: Collection[UUID]) -> str:
        """Name some units."""
        return ", ".join(sorted(self.names[each] for each in units if each in self.names))


def intervention_report(basis: Basis, inputs: Inputs, scale: str, compared: Compared) -> Report:
    """Report what changed in some teams since a day, beyond what others changed in the same weeks."""
    intervention = compared.intervention
    return Report(
        title=compared.plan.title,
        lead=_("What changed in these teams, beyond what others changed in the same weeks."),
        facts=tuple(_facts(scale, compared)),
        sections=tuple(_sections(compared)),
        basis=basis,
        inputs=inputs,
        question={"intervention": str(intervention.id), "selection_wave": compared.plan.selection_wave}
        | {"chosen": compared.plan.chosen, "first_days": [each.start.isoformat() for each in compared.plan.cohorts]},
        answer=compared.answer,
        seed=str(intervention.id),
    )


def _facts(scale: str, compared: Compared) -> Iterator[tuple[str, str]]:
    plan = compared.plan
    yield _("Scale"), scale
    for cohort in plan.cohorts:
        yield _("Teams"), compared.named(cohort.units)
        yield _("First day"), day(cohort.start, length="medium")
    yield _("Planned end"), day(plan.planned_end, length="medium")
    wave = _("on wave %(number)s") % {"number": plan.selection_wave} if plan.selection_wave else ""
    yield _("Why these teams"), ", ".join(filter(None, [words.chosen_because(plan.chosen), wave]))
    others = compared.named(plan.compared_with) if plan.compared_with else _("All teams in which it is not done")
    yield _("Compared with"), _("The teams that wait") if plan.draw else others


def _sections(compared: Compared) -> Iterator[Section]:
    answer = compared.answer
    yield Section(_("What was registered"), sentences=tuple(_registered(compared)))
    if "reason" in answer:
        more = (words.detectable(answer),) if answer.get("detectable") else ()
        yield Section(_("What can be said"), compared.finding, sentences=more)
    else:
        yield _found(compared)
    if beside := outcomes(answer):
        yield _outcomes(beside)
    yield Section(_("Method and assumptions"), sentences=tuple(_method(compared)), tables=(table_of(_named(answer)),))


def _named(answer: Answer) -> Answer:
    """Give what is known with an interval the names that it has elsewhere in the report."""
    beyond, moved = _("Beyond the other teams"), answer.get("movement", {})
    main = {name: value for name, value in answer.items() if name not in {"movement", "beside"}}
    named = {beyond: main} | {sides()[side]: part for side, part in moved.items()}
    return named | {f"{name}, {beyond}": effect for name, effect in effects(answer)}


def _registered(compared: Compared) -> Iterator[str]:
    intervention, plan = compared.intervention, compared.plan
    yield plan.what
    yield plan.why
    when = _("Registered on %(day)s") % {"day": day(intervention.registered_at, length="medium")}
    known = (
        _("before any result could be looked at.")
        if intervention.in_time
        else _("after first results were published. The teams and the day may have been chosen to fit them.")
    )
    yield f"{when}, {known}"
    if intervention.late_changes:
        yield _("Changed after first results were published.")
    for each in intervention.amendments:
        dates = _("first day %(start)s, planned end %(end)s") % {
            "start": day(each.plan.start, length="medium"),
            "end": day(each.plan.planned_end, length="medium"),
        }
        yield f"{day(each.recorded_at, length='medium')}: {each.reason} ({dates})"


def _found(compared: Compared) -> Section:
    answer = compared.answer
    return Section(
        _("What was found"),
        said=compared.finding,
        sentences=tuple(filter(None, (words.sides(answer), words.detectable(answer), *_beside(compared)))),
        pictures=tuple(_pictures(compared)),
        tables=(_summary(compared),),
    )


def _pictures(compared: Compared) -> Iterator[Picture]:
    yield Picture(change_chart(compared.answer), _("Points on the scale, with 95 %% confidence") % (), compared.finding)
    if among := placebo_picture(compared.answer):
        yield Picture(among, placebo_measure(), _larger_than(compared.answer))


def _larger_than(answer: Answer) -> str:
    said = _(
        "The change is larger than that of %(number)s of the %(others)s other teams in the same weeks, "
        "each for its size."
    )
    return said % {"number": answer["larger_than"], "others": answer["n"] - 1}


def _beside(compared: Compared) -> Iterator[str]:
    """Say what a reader has to hold against the finding."""
    answer, plan = compared.answer, compared.plan
    if answer.get("larger_than") is not None:
        yield _larger_than(answer)
    if answer.get("rises_anyway") is not None:
        said = _(
            "Low numbers rise by themselves: teams as low as these on wave %(wave)s moved by %(points)s points without "
            "it. That is already taken off."
        )
        yield said % {"wave": plan.selection_wave, "points": words.points(answer["rises_anyway"])}
    elif plan.chosen != DRAWN:
        yield _(
            "If the teams were chosen because they were low, part of a rise is chance. By what was registered, they "
            "were not."
        )


def _summary(compared: Compared) -> Figures:
    answer, adjusted = compared.answer, compared.family.of(compared.intervention.id)
    rows = [
        (_("95 %% interval, in points") % (), words.interval(answer)),
        (_("Change beyond the other teams, in points"), words.points(answer["estimate"])),
        (_("Comparisons judged together"), str(compared.family.size or 1)),
        ("p", words.p_value(answer["p"])),
    ]
    if compared.family.size > 1 and adjusted is not None:
        rows.append((_("p, corrected"), words.p_value(adjusted)))
    return Figures(_("Figures"), (_("Figure"), _("Number")), tuple(rows))


def _outcomes(beside: Collection[Outcome]) -> Section:
    rows = tuple(
        (f"{each.name}, {each.scale}", side.label, str(side.before), str(side.after))
        for each in beside
        for side in each.sides
    )
    header = (_("Outcome"), _("Teams"), _("Before"), _("After"))
    return Section(
        _("What the log says, beside it"),
        sentences=(
            _(
                "What counts is the scale that was registered. The outcomes of the log stand beside it: compared in "
                "the same teams and waves, and corrected for how many there are, for of many something always stands "
                "out."
            ),
            *(f"{each.name} ({each.measure}): {each.said}" for each in beside),
            _("More reports are neither good nor bad by themselves: they can mean more openness or more errors."),
            _(
                "Each of the four figures is what teams like these have, with 95 %% confidence: teams differ, and the "
                "fewer they are, the wider it is. Whether one side moved more, the sentence says, in which every team "
                "counts once."
            )
            % (),
        ),
        tables=(Figures(_("Outcomes of both sides, with 95 %% confidence") % (), header, rows),) if rows else (),
    )


def _method(compared: Compared) -> Iterator[str]:
    if "method" in compared.answer:
        yield words.test_name(compared.answer["method"])
    yield _(
        "Every team is reduced to one mean before and one after, from released numbers alone. Waves after the "
        "planned end do not count. The test follows from the number of teams and from why they were chosen, never "
        "from the data."
    )
    yield _(
        "It assumes that the chosen teams would have moved like the others. Something else that happened only to them "
        "at the same time counts as well."
    )
    if compared.plan.draw:
        yield _("Seed of the draw: %(seed)s") % {"seed": compared.plan.draw.seed}
