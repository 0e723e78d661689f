"""The kept steps of a delegation: written down, read again, and folded into the same delegation."""

import inspect
import json

import pytest

from surveyapp.learning import handing_over, helping, reviewing, running
from surveyapp.learning.helping import Answered, Asked, Decided, ImpulseNoted, Intervened
from surveyapp.learning.history import NAMES, STEPS, Kept, read, replay, written
from surveyapp.learning.running import (
    CheckpointHeld,
    Diagnosed,
    Escalated,
    TriggerCrossed,
    WindowMissed,
)
from surveyapp.learning.step import Step
from tests.learning.sample import ALICE, DAY, GUARDED, Work


def busy() -> Work:
    """Return a delegation in which nearly everything has happened."""
    work = Work().accept(GUARDED).start("pilot").take(Asked("Which ledger?")).take(Answered(0, "Which?"), ALICE)
    work.take(Diagnosed(0, "Two sources differ")).take(CheckpointHeld(0, "Compared"), ALICE)
    work.take(Decided("Which source?", ("Ledger", "Export"), "Ledger", "It is closed"))
    work.take(ImpulseNoted(gave_in=True, words="The heading was ugly"), ALICE)
    work.take(Intervened("corrected", work.now, requested=False, asked_first=True), ALICE)
    work.take(TriggerCrossed("variance > 5 %", work.now)).take(Escalated(0, "7 %"))
    work.take(WindowMissed("Later", work.cycle.due + DAY)).deliver(3).close()
    return work.run("pilot").release().run()


def test_what_is_written_down_is_read_again() -> None:
    """Through JSON, step by step, to the same delegation."""
    work = busy()
    kept = [
        Kept(read(NAMES[type(each.step)], json.loads(json.dumps(written(each.step)))), each.by, each.at)
        for each in work.history
    ]
    assert kept == work.history
    assert replay(ALICE, kept) == work.delegation


def test_every_kind_of_step_can_be_kept() -> None:
    """A step without a name would be taken and lost."""
    modules = (handing_over, helping, reviewing, running)
    defined = {
        kind
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Step) and kind.__module__ == module.__name__ and not kind.__name__.startswith("_")
    }
    assert defined == set(NAMES)
    assert all(len(name) <= 40 for name in STEPS)


@pytest.mark.parametrize("missing", ["words"])
def test_what_a_later_version_added_is_at_its_default(missing: str) -> None:
    """And what it took away is left out."""
    step = Intervened("corrected", busy().now, requested=False, asked_first=False)
    plain = {name: value for name, value in written(step).items() if name != missing} | {"gone": 1}
    assert read("intervened", plain) == step
