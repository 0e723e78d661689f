"""What every test may ask for; each module in ``tests/fixtures`` is a plugin with fixtures of one kind."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

from tests.counting import uncounted

# Fixtures build on each other, so any of them may be imported before its turn as a plugin.
pytest.register_assert_rewrite("tests.fixtures")

pytest_plugins = sorted(
    f"tests.fixtures.{module.stem}"
    for module in (Path(__file__).parent / "fixtures").glob("*.py")
    if module.stem != "__init__"
)

# Every test makes databases that are gone a second later, and a disk would take its time to keep them safe.
MEMORY, ENOUGH = Path("/dev/shm"), 2 * 1024**3  # noqa: S108  # Only as the place for folders with names of their own.
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    # Processes that tests start ask the environment, this one may have asked already.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# A loaded machine is no reason to fail, so no example has a deadline. The gate tries the same examples everywhere, so
# that a change fails on the machine where it was made; `make slow` looks for new ones.
settings.register_profile("gate", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

# Counting lines doubles the time of a test. These go long ways through the product, or the same way many times, and
# other tests count the same lines.
UNCOUNTED = {
    Path(__file__).parent / room
    for room in (
        "attacks",
        "journeys",
        "languages/test_messages.py",
        "learning/test_machine.py",
        "privacy/audit/test_figures.py",
        "privacy/test_policy.py",
        "questions/test_tags.py",
        "rules",
        "services/insight/test_cells.py",
        "services/installation/test_attacking.py",
        "services/results/test_reading.py",
        "services/results/test_voices.py",
        "services/test_deliveries.py",
        "simulation",
        "stats/test_flips.py",
        "stats/test_omega.py",
        "stats/test_scaling.py",
        "stats/test_smoothing.py",
        "web/test_access.py",
    )
}
# What differs between the forms of a test on databases is seldom the way that it goes here, so its first form counts.
ALIKE = {Path(__file__).parent / room for room in ("services", "test_jobs.py", "web")}
DATABASES = {"answered", "databases", "past"}
ANOTHER_FORM = pytest.StashKey[bool]()
# The fixtures whose building has been counted, each with the number of its parameter.
COUNTED = pytest.StashKey[set[tuple[str, int]]]()

# What takes longest begins first, so that no process is left alone with it while the others have nothing more to do.
LONGEST = (
    "services/test_demo.py",
    "journeys/test_delegating.py",
    "attacks/test_witness.py",
    "attacks/test_traces.py",
    "attacks/test_silence.py",
    "journeys/test_words.py",
    "test_jobs.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; within them, and after them, the order stays random."""
    places = {Path(__file__).parent / path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
    seen = set()
    for item in sorted(items, key=lambda item: ("postgresql" in item.nodeid, item.nodeid)):
        test = item.nodeid.partition("[")[0]
        item.stash[ANOTHER_FORM] = test in seen
        seen.add(test)


def tells_no_more_lines(item: pytest.Item) -> bool:
    """Tell whether other tests run the same lines: of some rooms, and those with many examples or a browser."""
    many = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    given, places = getattr(item, "fixturenames", ()), {item.path, *item.path.parents}
    again = item.stash[ANOTHER_FORM] and not ALIKE.isdisjoint(places) and not DATABASES.isdisjoint(given)
    return many or "browser" in given or again or not UNCOUNTED.isdisjoint(places)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count no lines during tests that tell no more of them."""
    with uncounted() if tells_no_more_lines(item) else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> Iterator[None]:
    """Count the lines that build a fixture the first time, for the same ones build it for every other test."""
    counted = request.config.stash.setdefault(COUNTED, set())
    which = fixturedef.argname, getattr(request, "param_index", 0)
    with uncounted() if which in counted else nullcontext():
        if sys.gettrace():
            counted.add(which)
        return (yield)
