"""What those see who have no part in a delegation: counts over five or more."""

from collections.abc import Callable

from surveyapp.learning.reviewing import CycleClosed
from surveyapp.learning.running import ChecklistDone, Delivered
from surveyapp.privacy.outcome import Withheld
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.overview import Overview, read_overview
from tests.fixtures.accounts import add_account
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


def test_a_member_has_no_overview(draft: Draft, people: dict[str, Viewer]) -> None:
    """Nobody looks after anything as a member."""
    for _ in range(5):
        work = run(draft)
    assert isinstance(read_overview(work.world.session, people["bob"]), Withheld)
