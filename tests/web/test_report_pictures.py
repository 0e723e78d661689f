"""The pictures of a report on an intervention: those of the page, drawn so that they stand alone."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask, g

from surveyapp.services.insight.comparisons import Family
from surveyapp.services.insight.interventions import Intervention, Version
from surveyapp.services.insight.report_basis import Basis
from surveyapp.services.insight.report_inputs import Inputs
from surveyapp.web.coach.report_intervention import Compared, intervention_report
from surveyapp.web.coach.report_making import as_html
from tests.fixtures.plans import a_plan

KEY, NOON = UUID(int=7), datetime(2026, 3, 1, 12, tzinfo=UTC)
OTHERS = [round(0.1 * place - 1.2, 1) for place in range(24)]
CIRCLE = re.compile(r'<circle cx="([\d.]+)"[^>]*fill="#fff"')
ONE_TEAM: dict[str, Any] = {
    "n": 25, "n_treated": 1, "n_chosen": 1, "waves_before": 6, "waves_after": 6, "estimate": 0.9, "low": 0.2,
    "high": 1.6, "p": 0.04, "method": "placebo rank", "rises_anyway": None, "larger_than": 24, "detectable": 0.6,
    "at_most": False, "waves_needed": 9, "placebos": {"own": 2.6, "others": OTHERS},
}  # fmt: skip


def made(app: Flask, answer: dict[str, Any], language: str = "en") -> str:
    """Make the file of a report on one team."""
    basis = Basis("Harbour", "Speaking up", "UTC", 12, NOON, "abc", {"surveyapp": "1"})
    plan = a_plan([UUID(int=1)])
    known = Compared(Intervention(KEY, (Version(1, plan, NOON, ""),), None), answer, Family(1, "Holm", {}), {})
    with app.test_request_context("/app/"):
        g.language = language
        return as_html(intervention_report(basis, Inputs((), 0), "Speaking up", known))


def test_one_team_among_the_others_is_in_the_report(app: Flask) -> None:
    """A ring for every other team, in places and not in classes, with what it measures and shows in words."""
    html = made(app, ONE_TEAM)
    assert len(CIRCLE.findall(html)) == len(OTHERS)
    assert "Filled: the team in question." in html
    label = re.findall(r'aria-label="([^"]*)"', html)[1]
    assert "larger than that of 24 of the 24 other teams" in label
    assert len(re.findall("<svg", html)) == 2
    assert "Gefüllt: das Team, um das es geht." in made(app, ONE_TEAM, "de")


def test_the_picture_is_the_same_every_time(app: Flask) -> None:
    """Whatever order the other teams come in."""
    turned = ONE_TEAM | {"placebos": {"own": 2.6, "others": OTHERS[::-1]}}
    assert made(app, ONE_TEAM) == made(app, ONE_TEAM)
    assert CIRCLE.findall(made(app, turned)) == CIRCLE.findall(made(app, ONE_TEAM))


def test_several_teams_have_no_such_picture(app: Flask) -> None:
    """They are compared by an interval."""
    html = made(app, {name: value for name, value in ONE_TEAM.items() if name != "placebos"} | {"larger_than": None})
    assert len(re.findall("<svg", html)) == 1
