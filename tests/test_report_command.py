"""Reports that are made again: what the command writes follows from the releases and from nothing else."""

import csv
import json
import os
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from surveyapp.cli import main
from surveyapp.services.insight.comparisons import comparison_of
from surveyapp.services.insight.relations import relation_of
from surveyapp.settings import ROOT
from surveyapp.web.coach.report_pdf import can_print
from tests.fixtures.accounts import add_account, ticket_of
from tests.fixtures.answered import HELPED, QUAYS, Answered
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World

Run = Callable[..., Result]
NOTEBOOK = ROOT / "docs" / "notebooks" / "check-a-report.ipynb"
NAMES = ("report.html", "inputs.csv", "inputs.json")
# Nothing may be fetched, so nothing may be named that could be.
LOADS = re.compile(r"(?:src|href)=|url\(|@import|<script")


@pytest.fixture
def world(answered: Answered) -> World:
    """Give the organisation whose worker has answered."""
    return answered.world


@pytest.fixture
def run(world: World) -> Iterator[Run]:
    """Give a function that writes a report into a folder."""
    settings, mask = world.settings, os.umask(0o077)
    environment = {
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "VAULT_URL": settings.vault_url,
        "VAULT_KEYS": str(settings.vault_keys),
    }

    def command(*words: str) -> Result:
        world.session.commit()
        return CliRunner().invoke(main, ["report", *words], env=environment)

    yield command
    os.umask(mask)


def test_two_runs_write_the_same_bytes(run: Run, tmp_path: Path) -> None:
    """HTML and inputs; the files load nothing."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        result = run("relation", "--no-pdf", "--folder", str(folder))
        assert result.exit_code == 0, result.output
    assert {path.name for path in first.iterdir()} == set(NAMES)
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in NAMES)
    assert LOADS.search((first / "report.html").read_text(encoding="utf-8")) is None


def test_what_is_computed_anew_is_what_the_worker_stored(run: Run, answered: Answered, tmp_path: Path) -> None:
    """The answer, the versions and the seed stand beside the rows."""
    run("relation", "--no-pdf", "--scale", "speaking-up", "--folder", str(tmp_path))
    told = json.loads((tmp_path / "inputs.json").read_text(encoding="utf-8"))
    found = relation_of(answered.session, answered.world.organisation_id, answered.pulse_id, "speaking-up")
    assert found is not None
    assert found.told
    assert told["answer"] == found.answer
    assert told["seed"] == found.id.hex
    assert told["basis"]["programs"].keys() == {"surveyapp", "numpy", "scipy", "Python"}


def test_an_intervention_is_reported_with_its_sides(run: Run, answered: Answered, tmp_path: Path) -> None:
    """What is computed anew is what is stored; every row says where its team stands."""
    result = run("intervention", "Asking before correcting", "--no-pdf", "--folder", str(tmp_path))
    assert result.exit_code == 0, result.output
    told = json.loads((tmp_path / "inputs.json").read_text(encoding="utf-8"))
    owner = answered.world.organisation_id
    assert told["answer"] == comparison_of(answered.session, owner, answered.intervention_id).answer
    assert told["seed"] == str(answered.intervention_id)
    treated = {row["team"] for row in told["rows"] if row["side"] == "treated"}
    assert treated == set(HELPED)
    assert {row["first_wave_with_it"] for row in told["rows"]} == {4, None}
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "These teams rose more than the others" in html
    assert "before any result could be looked at" in html
    assert "What the log says, beside it" in html


def test_the_inputs_are_released_rows_and_counts(run: Run, tmp_path: Path) -> None:
    """One row per team and wave; nothing finer, and the reason where nothing was released."""
    run("relation", "--no-pdf", "--folder", str(tmp_path))
    content = (tmp_path / "inputs.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(StringIO(content)))
    assert {(row["team"], row["wave"]) for row in rows} == {(team, str(wave)) for team in QUAYS for wave in range(1, 7)}
    assert len(rows) == 14 * 6
    told = json.loads((tmp_path / "inputs.json").read_text(encoding="utf-8"))["rows"]
    assert [row["value"] for row in told] == [float(row["value"]) if row["value"] else None for row in rows]
    assert {"text", "n", "reason", "reports", "person_weeks"} <= told[0].keys()


def test_the_page_offers_the_bytes_of_the_command(
    run: Run, world: World, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    """What a coach downloads is what anybody can make again."""
    add_account(world, "dana", coach="Harbour")
    run("relation", "--no-pdf", "--folder", str(tmp_path))
    dana = visit(ticket_of(world, "dana"))
    for name, form in zip(NAMES, ("html", "csv", "json"), strict=True):
        assert dana.get(f"/app/reports/relation.{form}").data == (tmp_path / name).read_bytes()


def test_some_teams_in_another_language(run: Run, tmp_path: Path) -> None:
    """Named by their codes, in the order of the organisation, without a rank."""
    result = run(
        "teams", "--no-pdf", "--unit", "quay c", "--unit", "quay a", "--language", "de", "--folder", str(tmp_path)
    )
    assert result.exit_code == 0, result.output
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="de"' in html
    assert re.findall(r"<figcaption>([^<]*)", html) == ["Quay A", "Quay C"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--pulse", "Nothing"), "There is no pulse 'Nothing'; there is Speaking up"),
        (("--scale", "speaking"), "This pulse has no scale 'speaking'; it has speaking-up, autonomy, leader-response"),
        (("--language", "xx"), "xx"),
    ],
)
def test_what_is_not_there_is_said(run: Run, words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """With what there is instead."""
    result = run("teams", *words, "--folder", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert told in result.output
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("words", "name"), [(("relation",), "reports within"), (("intervention", "Asking before correcting"), "change")]
)
def test_the_notebook_computes_the_figures_of_the_report(
    run: Run, words: tuple[str, ...], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the CSV file, with the statistics alone; the figures are those that the report shows."""
    folder = tmp_path / "report"
    assert run(*words, "--no-pdf", "--folder", str(folder)).exit_code == 0
    monkeypatch.chdir(tmp_path)
    told: dict[str, Any] = {}
    for cell in code_of(NOTEBOOK):
        exec(cell, told)  # noqa: S102  # The notebook is ours, and running it is the point.
    assert name in told["said"]
    assert told["mine"].keys() == told["said"].keys()
    for each, figures in told["said"].items():
        assert told["mine"][each] == pytest.approx(figures, rel=1e-9), each
    estimate = f"{told['mine'][name][0]:.3f}".replace("-", "\N{MINUS SIGN}")
    assert f"<td>{estimate}</td>" in (folder / "report.html").read_text(encoding="utf-8")


def code_of(notebook: Path) -> list[str]:
    """Return the code of a notebook, cell by cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_the_notebook_is_one_without_outputs() -> None:
    """Of the fourth format, as Jupyter opens it; it takes nothing but the statistics."""
    content = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert content["nbformat"] == 4
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in content["cells"])
    modules = set(re.findall(r"^ *(?:from|import) ([\w.]+)", "\n".join(code_of(NOTEBOOK)), re.MULTILINE))
    assert {each for each in modules if not each.startswith("surveyapp.stats")} == {"csv", "json", "math", "pathlib"}


@pytest.mark.skipif(not can_print(), reason="PDF files take the extra pdf and the library Pango")
def test_equal_reports_are_equal_as_pdf(run: Run, tmp_path: Path) -> None:
    """No time of its making and no chance number is in the file."""
    made = []
    for name in ("first", "second"):
        result = run("teams", "--unit", "quay a", "--folder", str(tmp_path / name))
        assert result.exit_code == 0, result.output
        made.append((tmp_path / name / "report.pdf").read_bytes())
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF")
