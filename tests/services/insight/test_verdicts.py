"""What may be claimed of a comparison, over every interval and design."""

from itertools import product
from typing import Any

import pytest

from surveyapp.services.insight.verdicts import SMALL, Verdict, verdict_of

ENDS = (None, -0.6, -0.2, -0.05, 0.05, 0.2, 0.6)


def answer(low: float | None, high: float | None, **changes: Any) -> dict[str, Any]:
    """Return an answer with an interval."""
    ends = [end for end in (low, high) if end is not None]
    given = {"estimate": sum(ends) / max(len(ends), 1), "low": low, "high": high, "p": 0.01, "detectable": 0.3}
    return given | changes


@pytest.mark.parametrize(("p", "detectable", "to_come"), list(product((0.01, 0.2), (None, 0.1, 0.3), (0, 3))))
def test_no_claim_goes_beyond_its_interval(p: float, detectable: float | None, to_come: int) -> None:
    """Over all intervals: small only without a detectable change inside, a direction only without zero inside."""
    for low, high in product(ENDS, ENDS):
        if low is not None and high is not None and low >= high:
            continue
        given = answer(low, high, p=p, detectable=detectable, waves_to_come=to_come)
        said = verdict_of(given, p)
        if to_come:
            assert said is Verdict.EARLY
        if said is Verdict.SMALL:
            assert low is not None
            assert high is not None
            assert detectable is not None
            assert max(abs(low), abs(high)) < min(detectable, SMALL)
        if said in {Verdict.ROSE, Verdict.FELL}:
            assert p <= 0.05
            assert (low is not None and low > 0) or (high is not None and high < 0)


def test_each_claim_can_be_reached() -> None:
    """Otherwise a sentence would never be read."""
    assert verdict_of(answer(0.1, 0.6), 0.02) is Verdict.ROSE
    assert verdict_of(answer(-0.6, -0.1), 0.02) is Verdict.FELL
    assert verdict_of(answer(-0.1, 0.1, p=0.9), 0.9) is Verdict.SMALL
    assert verdict_of(answer(-0.1, 0.4, p=0.3), 0.3) is Verdict.OPEN
    assert verdict_of(answer(None, None, p=0.3), 0.3) is Verdict.OPEN
    assert verdict_of({"reason": "too few teams"}, None) is Verdict.REFUSED


@pytest.mark.parametrize(("adjusted", "said"), [(None, Verdict.OPEN), (0.08, Verdict.ONE_OF_MANY)])
def test_one_find_among_many_is_no_claim(adjusted: float | None, said: Verdict) -> None:
    """As long as the family is not judged, or when it takes the finding back."""
    assert verdict_of(answer(0.1, 0.6, p=0.04), adjusted) is said


def test_test_and_interval_must_agree() -> None:
    """A p-value alone claims nothing."""
    assert verdict_of(answer(-0.05, 0.6, p=0.04), 0.04) is Verdict.OPEN
