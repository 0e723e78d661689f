"""The report on how a scale goes together with everything the log counts, in the words of the page on that."""

from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.charts.intervals import IntervalChart, Range, factor_reach, ratio_chart
from surveyapp.services.insight.report_basis import Basis
from surveyapp.services.insight.report_inputs import Inputs
from surveyapp.web.coach import relation_words as words
from surveyapp.web.coach.report_figures import table_of
from surveyapp.web.coach.report_parts import Figures, Picture, Report, Section
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext

Answer = Mapping[str, Any]


def relation_report(
    basis: Basis, inputs: Inputs, scale: str, question: Mapping[str, Any], answer: Answer, seed: str
) -> Report:
    """Report how a scale and outcomes go together."""
    return Report(
        title=_("%(scale)s and outcomes") % {"scale": scale},
        lead=_("Do teams that feel safer tell more, tell sooner, and do less over again?"),
        facts=((_("Pulse"), basis.pulse), (_("Scale"), scale)),
        sections=tuple(_sections(answer)),
        basis=basis,
        inputs=inputs,
        question=question,
        answer=answer,
        seed=seed,
    )


def _sections(answer: Answer) -> Iterator[Section]:
    if "reason" in answer:
        yield Section(_("What can be said"), words.cannot_tell(answer))
        return
    verdict = words.VERDICTS[answer["verdict"]]
    yield Section(
        _("What is told beside what is found"),
        said=_(verdict),
        sentences=(words.basis(answer),),
        tables=(_signs(answer),),
    )
    charts = _charts(answer)
    for key, name in ((key, _(each.name)) for key, each in words.OUTCOMES.items()):
        one = answer["outcomes"][key]
        if "reason" in one:
            yield Section(name, sentences=(_(words.OUTCOMES[key].measure), words.cannot_tell(one)))
        else:
            yield _outcome(key, name, one, answer["asked"], charts[key])
    yield Section(_("Method and assumptions"), sentences=_method(answer), tables=(table_of(_named(answer)),))


def _named(answer: Answer) -> Answer:
    """Give what is known with an interval the names that it has on the page."""
    named = {_(label): answer["panel"][name] for name, label in words.SIGNS.items()}
    swapped = _("within, whole teams swapped")
    for key, outcome in words.OUTCOMES.items():
        name, one = _(outcome.name), answer["outcomes"][key]
        if "reason" not in one:
            named |= {f"{name}, {_('within')}": one["within"], f"{name}, {_('between')}": one["between"]}
            if one["swapped"]:
                named[f"{name}, {swapped}"] = one["swapped"]
            for delay, part in sorted(one["later"].items()):
                later = ngettext("within, %(num)s wave later", "within, %(num)s waves later", int(delay))
                named[f"{name}, {later % {'num': delay}}"] = part
    return named


def _signs(answer: Answer) -> Figures:
    header = (_("Sign"), _("Teams"), _("95 %% interval") % (), _("Estimate"), _("p, corrected"))
    rows = []
    for name, label in words.SIGNS.items():
        row = answer["panel"][name]
        said = (
            (words.cannot_tell(row), "", "")
            if "reason" in row
            else (words.factors(row), words.factor(row["rate_ratio"], ""), words.p_value(row["adjusted"]))
        )
        rows.append((_(label), str(row["n"]), *said))
    return Figures(_("Factors for one point more on the scale"), header, tuple(rows))


def _charts(answer: Answer) -> dict[str, IntervalChart]:
    """Draw the outcomes that can be told, all to one measure."""
    labels = {"within": _("Within a team"), "between": _("Between teams")}
    ranges = {
        key: [
            Range(label, one[part]["rate_ratio"], one[part]["low"], one[part]["high"]) for part, label in labels.items()
        ]
        for key, one in answer["outcomes"].items()
        if "reason" not in one
    }
    limit = factor_reach([each for some in ranges.values() for each in some])
    return {key: ratio_chart(some, limit) for key, some in ranges.items()}


def _outcome(key: str, name: str, one: Answer, asked: int, chart: IntervalChart) -> Section:
    within = f"{_('Within a team:')} {words.sentence(key, 'within', one['within'], asked)}"
    between = f"{_('Between teams:')} {words.sentence(key, 'between', one['between'], asked)}"
    measure = _(words.OUTCOMES[key].measure)
    more = "" if words.is_claim(one["within"]) else words.needed(one)
    sentences = (words.cases(key, one), f"{within} {words.second_look(one)}".strip(), between, more)
    return Section(
        name,
        sentences=tuple(each for each in sentences if each),
        pictures=(Picture(chart, measure, f"{within} {between}"),),
    )


def _method(answer: Answer) -> tuple[str, ...]:
    asked = _(
        "%(asked)s questions were asked together, and their p-values are corrected for all of them by %(correction)s: "
        "when nothing is true, such a report claims something in at most about one of twenty cases. Intervals are not "
        "widened."
    )
    return (
        _(
            "Counts are Poisson means with person-weeks or weeks of delegations as exposure, shares are binomial "
            "means, times are logarithms. Every wave has an effect of its own, so that whatever moved all teams at "
            "once is taken out. The score is split into what a team has on average and how it moves from wave to "
            "wave. What a team does may hang together in any way."
        ),
        f"{asked % {'asked': answer['asked'], 'correction': answer['correction']}} {words.correction(answer)}".strip(),
        _(
            "Released numbers are noisy, which pulls every factor towards 1: a true one is at least as far from it. It "
            "shows what goes together, not what causes what, and nothing about a single team."
        ),
    )
