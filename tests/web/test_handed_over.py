"""Reports to hand over, as coaches get them: no more than is theirs to see, and a reason where there is nothing."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from sqlalchemy import select

from surveyapp.store.accounts import Account
from surveyapp.store.learning import StoredAnalysis
from surveyapp.web.coach import reports
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.answered import HELPED, Answered
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World


@pytest.fixture
def world(answered: Answered) -> World:
    """Give the organisation whose worker has answered."""
    return answered.world


@pytest.fixture
def dana(world: World, visit: Callable[..., Visitor]) -> Visitor:
    """Give the browser of dana, who coaches everybody."""
    add_account(world, "dana", coach="Harbour")
    return visit(ticket_of(world, "dana"))


def test_a_coach_of_one_team_gets_the_rows_of_one_team(world: World, visit: Callable[..., Visitor]) -> None:
    """The figures rest on all teams and say so; the rows of the others stay with those who may see them."""
    add_account(world, "frank", coach="Quay A")
    frank = visit(ticket_of(world, "frank"))
    rows = csv.DictReader(StringIO(frank.get("/app/reports/relation.csv").data.decode("utf-8-sig")))
    assert {row["team"] for row in rows} == {"Quay A"}
    page = frank.get("/app/reports/relation").text
    assert "13 more teams are in the figures" in page
    assert "Quay B" not in page
    assert "Quay B" not in frank.get("/app/reports/relation.json").text


def test_an_intervention_of_others_is_not_there(
    world: World, answered: Answered, visit: Callable[..., Visitor]
) -> None:
    """Neither its report nor any of the files."""
    add_account(world, "frank", coach="Quay A")
    frank = visit(ticket_of(world, "frank"))
    for ending in ("", ".html", ".csv", ".json", ".pdf"):
        assert frank.get(f"/app/reports/intervention/{answered.intervention_id}{ending}").status_code == 404


def test_what_was_registered_stands_before_what_was_found(dana: Visitor, answered: Answered) -> None:
    """With the teams, the seed, the versions, and every row that the figures rest on."""
    html = dana.get(f"/app/reports/intervention/{answered.intervention_id}").text
    assert html.index("What was registered") < html.index("What was found") < html.index("What it is computed from")
    assert ", ".join(HELPED) in html
    assert f"<code>{answered.intervention_id}</code>" in html
    assert "numpy" in html
    assert html.count(">treated</td>") == len(HELPED) * 6


def test_without_an_answer_the_page_says_why(dana: Visitor, world: World) -> None:
    """And a file leads back to it."""
    for row in world.session.scalars(select(StoredAnalysis)):
        row.answer = "{}"
    world.session.commit()
    page = dana.get("/app/reports/relation")
    assert page.status_code == 200
    assert "Nothing to report yet" in page.text
    assert dana.get("/app/reports/relation.html").location == "/app/reports/relation"


def test_too_many_teams_are_several_reports(dana: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how many fit; those that are named in the address do."""
    monkeypatch.setattr(reports, "MOST_TEAMS", 13)
    assert "13 teams at most" in dana.get("/app/reports/teams").text
    assert "Wave by wave" in dana.get("/app/reports/teams?order=name&none=yes").text


def test_german_readers_get_a_german_report(world: World, dana: Visitor) -> None:
    """The page and its file, with the same words."""
    world.session.scalars(select(Account)).one().language = "de"
    world.session.commit()
    html = dana.get("/app/reports/teams").text
    assert "Woraus es berechnet ist" in html
    assert "What " not in dana.get("/app/reports/teams.html").text
