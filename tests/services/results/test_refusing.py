"""A release that would say too much is refused as a whole, and can be made once the fault is mended."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from surveyapp.errors import ReleaseRefused
from surveyapp.privacy import policy, selfcheck
from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.privacy.policy import GroupFigures, Support
from surveyapp.services.results import releasing
from surveyapp.store.pulses import Wave
from surveyapp.store.releases import Release, ReleaseRow
from tests.fixtures.world import World, item_keys


@pytest.fixture
def answered(harbour: World) -> Wave:
    """Give a wave in which everybody of one team said 5 to everything."""
    wave = harbour.open(harbour.pulse("Harbour"))
    harbour.fill(wave, "Cranes", [dict.fromkeys(item_keys(harbour, wave), 5)] * 9)
    return wave


@pytest.fixture
def fresh() -> Iterator[None]:
    """Let nothing be remembered that was coded by another formula."""
    remembered = (policy.code, selfcheck.sums_that_fit, selfcheck.weaknesses)
    for cached in remembered:
        cached.cache_clear()
    yield
    for cached in remembered:
        cached.cache_clear()


def _exact(total: int, support: Support, _count_min: int) -> Figure:
    mean = total / support.answers
    return Shown(f"{mean:.2f}", mean, mean, mean, support.people)


def _with_spread(*given: object) -> GroupFigures:
    group = policy.draw_and_count(*given)  # type: ignore[arg-type]
    told = Shown("0.00", 0.0, 0.0, 0.0, 8)
    return GroupFigures({**group.figures, "sd:autonomy": told}, group.supports)


@pytest.mark.parametrize("fault", ["exact means", "a spread beside the numbers"])
def test_a_faulty_policy_publishes_nothing(
    harbour: World, answered: Wave, fresh: None, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T8: not a row is written, the answers stay in their boxes, and the release succeeds with the policy mended."""
    with monkeypatch.context() as planted:
        if fault == "exact means":
            planted.setattr(policy, "code", _exact)
            planted.setattr(selfcheck, "code", _exact)
        else:
            planted.setattr(releasing, "draw_and_count", _with_spread)
        with pytest.raises(ReleaseRefused, match="worked out; nothing was published"):
            harbour.release(answered)
    harbour.session.rollback()
    assert [harbour.session.scalar(select(func.count()).select_from(each)) for each in (Release, ReleaseRow)] == [0, 0]
    selfcheck.sums_that_fit.cache_clear()
    selfcheck.weaknesses.cache_clear()
    harbour.release(answered)
    assert answered.state == "erased"
