"""The report on one instrument file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from surveyapp.questions import Report, check

Bend = Callable[[str, str], str]


@pytest.fixture
def report_on(tmp_path: Path) -> Callable[[str], Report]:
    """Return a function that writes a text to a file and checks it."""

    def write_and_check(text: str) -> Report:
        path = tmp_path / "trial.toml"
        path.write_text(text, encoding="utf-8")
        return check(path)

    return write_and_check


def test_good_file_is_summed_up(report_on: Callable[[str], Report], good: str) -> None:
    """A usable file is described by what it holds, right-to-left languages included."""
    report = report_on(good)
    assert report.problems == ()
    assert report.text.splitlines() == [
        "trial version 3: Trial",
        "  items: 2, each from 1 to 4",
        "  languages: en, ar (right to left)",
        "  licence: CC0-1.0",
        "  citation: Trial of two items",
        "  scale calm: 2 items, 1 reverse-keyed, favourable from 3",
        "advice: scale calm has fewer than 3 items, so its reliability cannot be computed",
        "trial.toml: ready to use",
    ]


def test_bad_file_is_reported_with_all_problems(report_on: Callable[[str], Report], bend: Bend) -> None:
    """A file that cannot be used ends with how much there is to put right."""
    report = report_on(bend("points = 4", "points = 40"))
    assert len(report.problems) == 1
    assert report.text.splitlines() == [*report.problems, "trial.toml: 1 to put right"]


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    """A file that is not there is reported like any other problem."""
    assert check(tmp_path / "trial.toml").problems == ("trial.toml: cannot be read: No such file or directory",)


def test_items_keyed_alike_are_pointed_out(report_on: Callable[[str], Report], bend: Bend) -> None:
    """Without a reverse-keyed item the report advises one, and the file stays usable."""
    report = report_on(bend("reverse = true", "reverse = false"))
    assert any("all items are keyed the same way" in line for line in report.advice)
    assert report.problems == ()


def test_long_instrument_is_pointed_out(report_on: Callable[[str], Report], good: str) -> None:
    """More items than fit into a minute are advised against."""
    item = good[good.rindex("[[items]]") :]
    copies = [item.replace("loud", f"loud-{n}").replace("صاخبة", f"صاخبة {n}") for n in range(8)]
    assert any("10 items take more than a minute" in line for line in report_on(good + "".join(copies)).advice)
