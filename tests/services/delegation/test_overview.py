"""What those see who have no part in a delegation: counts over five or more."""

from collections.abc import Callable

from surveyapp.learning.reviewing import CycleClosed
from surveyapp.learning.running import ChecklistDone, Delivered
from surveyapp.privacy.outcome import Withheld
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.overview import Overview, read_outcomes, read_overview
from surveyapp.services.insight.measuring import measure_units
from surveyapp.services.log.team_page import TRIO, team_page
from surveyapp.store.delegation import StoredDelegation
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.world import World
from tests.learning.sample import REVIEW
from tests.services.delegation.conftest import Handover

Draft = Callable[..., Handover]
CLOSE = CycleClosed("trust_grew", "It went out")


def run(draft: Draft) -> Handover:
    """Go through a cycle."""
    work = draft().start()
    work.take(ChecklistDone(work.delegation.agreed.done.checklist, 80)).take(Delivered(1, minimum_met=True))
    return work.take(REVIEW).take(CLOSE)


def test_four_delegations_are_too_few_and_five_are_counted(draft: Draft, people: dict[str, Viewer]) -> None:
    """A coach of the units above sees counts; a coach of another team sees none of them."""
    for _ in range(4):
        work = run(draft)
    session = work.world.session
    draft().start()
    assert read_overview(session, people["dana"]) == Withheld("fewer than 5 delegations with a closed cycle")
    run(draft)
    assert read_overview(session, people["dana"]) == Overview(5, 5, 5, 0, 5, 0, 0)
    assert read_overview(session, people["grace"]) == Overview(5, 5, 5, 0, 5, 0, 0)
    elsewhere = add_account(work.world, "frank", coach="Gates")
    assert isinstance(read_overview(session, elsewhere), Withheld)


def test_counts_leave_no_few_beside_a_team_that_is_told(draft: Draft, people: dict[str, Viewer]) -> None:
    """Beside five of a team, whose page tells of them, one of another team would stand there by subtraction."""
    for _ in range(6):
        work = run(draft)
    session, units = work.world.session, work.world.units
    session.get_one(StoredDelegation, (work.world.organisation_id, work.id)).unit_id = units["Gates"].id
    session.commit()
    assert isinstance(read_overview(session, people["alice"]), Overview)
    for who in ("dana", "grace"):
        assert read_overview(session, people[who]) == Withheld(
            "beside the teams that are told, fewer than five are left"
        )


def test_outcomes_are_those_of_the_team_page(harbour: World, people: dict[str, Viewer]) -> None:
    """Of each unit that an account looks after and that lies below no other, withheld where the team page says so."""
    session, owner = harbour.session, harbour.organisation_id
    assert [(each.unit_name, each.findings) for each in read_outcomes(session, people["dana"])] == [("Operations", ())]
    measure_units(session, owner, NOON)
    (outcomes,) = read_outcomes(session, people["dana"])
    page = team_page(session, owner, outcomes.unit_id, {outcomes.unit_id}, NOON)
    assert outcomes.findings == tuple(page.findings[key] for key in TRIO)
    assert all(each.reason for each in outcomes.findings)
    both = add_account(harbour, "frank", manager="Gates", coach="Cranes")
    assert [each.unit_name for each in read_outcomes(session, both)] == ["Cranes", "Gates"]
    assert read_outcomes(session, people["bob"]) == ()


def test_a_member_has_no_overview(draft: Draft, people: dict[str, Viewer]) -> None:
    """Nobody looks after anything as a member."""
    for _ in range(5):
        work = run(draft)
    assert isinstance(read_overview(work.world.session, people["bob"]), Withheld)
