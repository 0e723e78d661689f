"""What relation pages claim, from the ballot to the page: one organisation here, many when slow."""

import re
from pathlib import Path

import pytest

from surveyapp.stats.panel import Verdict
from tests.fixtures.databases import migrate
from tests.simulation import pages

PAGE = Path(__file__).parents[2] / "docs" / "simulation-relation-page.md"
NOT_WRONG = {"MORE_OPEN_FEWER_ERRORS", "MORE_OPEN", "FEWER_ERRORS", "REPORTS_ROSE", "CANNOT_TELL"}
LONG = 40


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with two migrated databases to copy."""
    folder = tmp_path_factory.mktemp("template")
    settings = pages.settings_in(folder)
    migrate(settings.database_url, settings.vault_url)
    return folder


def test_a_planted_paradox_on_the_way_through_the_product(template: Path) -> None:
    """Fewer errors and more telling: sheets are cast, waves released, errors logged, and the page reads it right."""
    plan = pages.Plan(teams=24, waves=2, people=8, items=4, errors=20.0, error_slope=-0.4, telling_slope=3.0)
    (page,) = pages.said(template, plan, seed=6, run=1)
    assert page.verdict in {"MORE_OPEN_FEWER_ERRORS", "MORE_OPEN"}
    assert page.verdict in page.claims


def test_the_share_counts_organisations_as_clusters() -> None:
    """Pages of one organisation share its log, so that its error is not that of as many single pages."""
    rate, error, count = pages.shares([[True, True], [False, False], [False, False], [False, False]])
    assert (rate, count) == (0.25, 8)
    assert error == pytest.approx((1.5**2 + 3 * 0.5**2) ** 0.5 / 8)


def test_the_table_keeps_its_promises() -> None:
    """Within chance at most one page in sixteen claims something where nothing is true, and no paradox is misread."""
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| [\w-]+ \| \d+ \| (\d+) \| ([\d.]+) % \| [\d.]+ \|$", text, re.MULTILINE)
    assert max(int(pages) for pages, _ in rows) >= 200
    assert max(float(share) for _, share in rows) <= 6.5
    told = set(re.findall(r"^\| ([A-Z_]+) \| \d+ \|$", text, re.MULTILINE))
    assert told
    assert told <= NOT_WRONG <= {each.name for each in Verdict}


@pytest.mark.slow
def test_pages_claim_nothing_where_nothing_is_true(template: Path) -> None:
    """A thousand pages of forty organisations: one in twenty at most, beyond what chance does in one of a hundred."""
    found = [[bool(page.claims) for page in pages.said(template, pages.NOTHING, 6, run)] for run in range(LONG)]
    rate, error, _ = pages.shares(found)
    assert rate <= 0.06 + 2.33 * error


@pytest.mark.slow
def test_no_page_misreads_the_paradox(template: Path) -> None:
    """Safer teams are never said to err more, nor to tell less."""
    found = [pages.said(template, pages.PARADOX, 6, run)[0].verdict for run in range(LONG)]
    assert set(found) <= NOT_WRONG
    assert sum(verdict.startswith("MORE_OPEN") for verdict in found) >= 0.8 * LONG
