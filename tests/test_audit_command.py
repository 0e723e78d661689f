"""The command that a representative of the employees runs: one report in three shapes, and an exit code."""

import json
import re

import pytest
from click.testing import CliRunner, Result

from surveyapp.cli import main
from tests.fixtures.tampering import tamper
from tests.fixtures.world import World, item_keys


def audit(world: World, *words: str) -> Result:
    """Run the audit on the databases of a world."""
    world.session.commit()
    settings = world.settings
    environment = {
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "VAULT_URL": settings.vault_url,
        "VAULT_KEYS": str(settings.vault_keys),
    }
    return CliRunner().invoke(main, ["audit", *words], env=environment)


@pytest.fixture
def released(harbour: World) -> World:
    """Give an organisation with two released waves in which the same team answered alike."""
    pulse = harbour.pulse("Harbour")
    for _ in range(2):
        wave = harbour.open(pulse)
        people = len(harbour.codes(wave, "Cranes"))
        sheets = [dict.fromkeys(item_keys(harbour, wave), 1 + person % 4) for person in range(1, people + 1)]
        harbour.fill(wave, "Cranes", list(sheets))
        harbour.release(wave)
    return harbour


@pytest.fixture
def altered(released: World) -> World:
    """Give the same after somebody made a number exact in the database."""
    tamper(
        released,
        "DROP TRIGGER release_row_no_update",
        "UPDATE release_row SET text = '5.00', value = 5, low = 5, high = 5 WHERE figure = 'item:hovering' AND n > 0",
    )
    return released


def test_a_sound_installation_passes(released: World) -> None:
    """The report says so first, explains itself, and the exit code is 0; the progress is not part of it."""
    result = audit(released)
    assert (result.exit_code, result.exception) == (0, None)
    assert "Nothing was found. No answer can be worked out from anything that was published." in result.stdout
    assert "18 texts about 6 groups in 2 releases" in result.stdout
    assert "Answers attacked: 162. Worked out: 0." in result.stdout
    assert "BROKEN" not in result.stdout
    assert "Attacking releases" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 96


def test_several_waves_are_told_as_an_experiment(released: World) -> None:
    """What waves say together is measured and never a finding."""
    assert re.search(r"An experiment and no finding.* In 9 series of waves", audit(released).stdout, re.DOTALL)


def test_an_installation_before_its_first_wave_passes(world: World) -> None:
    """Nothing published is nothing to find."""
    assert audit(world).exit_code == 0


def test_what_is_found_is_told_and_fails(altered: World) -> None:
    """Every finding stands in the report with its place, and the exit code is 1."""
    result = audit(altered)
    assert result.exit_code == 1
    assert "BROKEN" in result.stdout
    plain = " ".join(result.stdout.split())
    assert (
        'Harbour Works: Speaking up 1, Cranes, item:hovering: "5.00": 9 answers can be worked out by anybody' in plain
    )
    assert "Harbour Works: link 1 of the chain: was altered after it was written" in plain


def test_the_report_as_data(altered: World) -> None:
    """JSON has every count and finding under plain names."""
    result = audit(altered, "--format", "json")
    report = json.loads(result.stdout)
    found = report["organisations"]["Harbour Works"]
    assert (result.exit_code, report["clean"]) == (1, False)
    assert found["outsider"]["determined"] == 18
    assert {"where", "what"} == found["findings"][0].keys()
    assert all(check["kept"] for check in report["storage"])


def test_the_report_as_a_page(altered: World) -> None:
    """One page that loads nothing from anywhere and says the same."""
    page = audit(altered, "--format", "html").stdout
    assert page.startswith("<!DOCTYPE html>")
    assert "src=" not in page
    assert "http" not in page
    assert "&#34;5.00&#34;: 9 answers can be worked out by anybody" in page


def test_one_organisation_may_be_chosen(released: World) -> None:
    """An unknown one is refused in a sentence."""
    assert audit(released, "--organisation", "Harbour Works").exit_code == 0
    result = audit(released, "--organisation", "Nowhere")
    assert result.exit_code == 1
    assert "Nowhere" in result.output
