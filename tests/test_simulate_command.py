"""Made-up organisations on the command line."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveyapp.cli import main


def simulate(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["simulate", *words])


def rows(path: Path) -> list[dict[str, str]]:
    """Read a file that was made."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SMALL = (
    "--set",
    "teams=6",
    "--set",
    "waves=3",
    "--set",
    "sizes=8,14",
    "--set",
    "items=2",
    "--set",
    "item_noise=0.4",
    "--set",
    "skip=0.1",
)


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    """And another one does not."""
    for folder, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        assert simulate(str(tmp_path / folder), "--seed", seed, *SMALL).exit_code == 0
    for name in ("sheets.csv", "teams.csv"):
        a, b, c = ((tmp_path / folder / name).read_bytes() for folder in "abc")
        assert a == b
        assert a != c


def test_the_means_are_those_of_the_sheets(tmp_path: Path) -> None:
    """Skipped answers are empty; a team and wave is one row."""
    simulate(str(tmp_path), *SMALL)
    means = defaultdict(list)
    for sheet in rows(tmp_path / "sheets.csv"):
        answers = [int(sheet[name]) for name in ("item_1", "item_2") if sheet[name]]
        means[sheet["team"], sheet["wave"]].append(sum(answers) / len(answers) if answers else None)
    teams = rows(tmp_path / "teams.csv")
    assert len(teams) == 18
    for row in teams:
        own = means[row["team"], row["wave"]]
        told = [mean for mean in own if mean is not None]
        assert int(row["answered"]) == len(own)
        assert float(row["mean"]) == pytest.approx(sum(told) / len(told), abs=1e-8)


def test_what_is_published_follows_the_release_policy(tmp_path: Path) -> None:
    """One sheet is left out, few sheets give no number, and the interval holds what it stands for."""
    simulate(str(tmp_path), *SMALL, "--set", "response=0.6")
    teams = rows(tmp_path / "teams.csv")
    shown = [row for row in teams if row["published"]]
    withheld = [row for row in teams if not row["published"]]
    assert shown
    assert withheld
    for row in shown:
        assert int(row["published_n"]) <= int(row["answered"]) - 1
        assert float(row["published_low"]) <= float(row["published"]) <= float(row["published_high"])
        assert row["withheld"] == ""
    assert {row["withheld"] for row in withheld} <= {
        "fewer than 5 answers could be counted",
        "too few of its questions have a number",
        "fewer than 5 people answered this",
        "too many of these questions were skipped",
    }


def test_the_settings_are_listed_as_they_are_typed() -> None:
    """Changed ones with their new value."""
    listed = simulate("--list", "--set", "sizes=3,8").output.splitlines()
    assert "sizes=3,8" in listed
    assert "icc=0.19" in listed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x", "--set", "size=3"), "--set size: there is no such setting"),
        (("x", "--set", "sizes=3"), "--set sizes: '3' should look like 4,12."),
        (("x", "--set", "teams=many"), "--set teams: 'many' should look like 40."),
        (("x", "--set", "response=2"), "response is 2.0, but must lie between 0 and 1"),
        ((), "Name a folder for the two files, or use --list."),
    ],
)
def test_what_cannot_be_made_is_refused(words: tuple[str, ...], said: str) -> None:
    """The setting, its value and what would be right."""
    result = simulate(*words)
    assert result.exit_code == 2
    assert said in result.output
    assert not Path("x").exists()
