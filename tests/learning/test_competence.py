"""The signal for the owner: it takes six good deliveries in a row, and a miss costs some of them."""

import pytest

from surveyapp.learning.competence import competence
from surveyapp.learning.delegation import Delegation
from surveyapp.learning.helping import Intervened
from tests.learning.sample import ALICE, DAY, Work


def course(marks: str, days: int = 0) -> Delegation:
    """Return deliveries that were good (+), out of the bar (-) or taken over (o), so many days apart."""
    work = Work().accept()
    for mark in marks:
        work.start()
        if mark == "o":
            work.take(Intervened("took_over", work.now, requested=False, asked_first=False), ALICE)
        work.deliver(9 if mark == "-" else 1).close()
        work.now += days * DAY
    return work.delegation


@pytest.mark.parametrize(
    ("marks", "reached", "more"),
    [("++", None, 4), ("+++++", None, 1), ("++++++", 6, 0), ("-++++++", 7, 0), ("+++-++", None, 4), ("++o", None, 6)],
)
def test_six_good_deliveries_in_a_row_show_it(marks: str, reached: int | None, more: int) -> None:
    """A miss or a take-over sets the sum back, never below its beginning."""
    found = competence(course(marks))
    assert found is not None
    assert (found.n, found.reached, found.more) == (len(marks), reached, more)


def test_rare_work_has_no_signal() -> None:
    """It would be about another year."""
    assert competence(course("+++", days=40)) is None
    assert competence(course("+")) is None
