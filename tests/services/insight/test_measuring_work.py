"""What is told of handed-over work, from five delegations on, and beside what people say in the pulse."""

from datetime import timedelta

import pytest

from surveyapp.privacy.outcome import Shown
from surveyapp.services.insight.measuring import OF_DELEGATIONS, measure, measure_units
from surveyapp.services.log.team_page import TeamPage, team_page
from surveyapp.services.roster.counting import tree_of
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.handed import course, store
from tests.fixtures.world import World
from tests.services.insight.test_measuring import NOW

LATER = NOW + timedelta(days=30)


@pytest.fixture
def page(harbour: World) -> TeamPage:
    """Give the page of a team with six delegations of five cycles, all with a rise of autonomy and a dip."""
    people = {
        "alice": add_account(harbour, "alice", manager="Cranes"),
        "bob": add_account(harbour, "bob", member="Cranes"),
        "grace": add_account(harbour, "grace", admin="Harbour"),
    }
    for _ in range(6):
        store(harbour, course("3+ 3* 4- 4+ 4+"), people)
    measure_units(harbour.session, harbour.organisation_id, LATER)
    tree = tree_of(harbour.session, harbour.organisation_id)
    cranes = harbour.units["Cranes"].id
    return team_page(harbour.session, harbour.organisation_id, cranes, tree.below(cranes), LATER)


def test_six_delegations_are_told_together(page: TeamPage) -> None:
    """Restraint, waiting and coupling, each with n and interval."""
    found = page.findings
    assert (found["M12"].n, found["M12"].estimate) == (30, 0.2)
    assert (found["M12c"].n, found["M12c"].estimate) == (30, 0.6)
    assert (found["M12b"].n, found["M12e"].n) == (6, 36)
    assert found["M13d"].n == 30
    assert found["M13d"].estimate == pytest.approx(3)
    assert (found["M13c"].estimate, found["M13e"].estimate) == (1, 15)
    assert found["M15"].n == 12
    assert (found["M16"].n, found["M16"].estimate) == (0, None)
    assert found["M10"].estimate == 1


def test_the_dip_is_told_by_distance_from_the_rise(page: TeamPage) -> None:
    """The first delivery with more autonomy missed everywhere, those after it were good."""
    found = page.around_rises
    assert {place: each.estimate for place, each in found.items() if each.n} == {-2: 1, -1: 1, 0: 0, 1: 1, 2: 1}
    assert {each.n for each in found.values()} == {0, 6}
    assert found[0].high is not None
    assert 0 < found[0].high < 0.5


def test_beside_a_team_that_is_told_a_few_are_not() -> None:
    """Whatever the unit around them has, all of its measures of delegations are refused alike."""
    from surveyapp.services.insight.basis import Basis
    from tests.learning.sample import BERLIN

    work = course("3+ 4+").delegation
    said = {"angry-reaction": Shown("3.2", 3.2, 3.15, 3.25, 9)}
    basis = Basis(NOON, BERLIN, 0, [], [], [], [], [], [work] * 7, said)
    found = measure(basis, alone=False)
    assert {found["measures"][key]["reason"] for key in OF_DELEGATIONS} == {
        "beside the teams that are told, fewer than five are left"
    }
    assert found["around_rises"] == []
    assert found["measures"]["M12d"]["estimate"] == 3.2
    assert found["said"] == {"angry-reaction": {"text": "3.2", "n": 9}}
