"""The doctor finds what is wrong with an installation, and says what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from surveyapp.services.deliveries import claim, due_deliveries, record_failure
from surveyapp.services.installation.checking import BROKEN, DOUBTFUL, FINE, Finding, examine
from surveyapp.services.pulses.waves import schedule_next
from surveyapp.settings import Settings
from tests.fixtures.tampering import tamper
from tests.fixtures.world import World, item_keys

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)


def findings(world: World, settings: Settings | None = None, now: datetime = OPENS) -> list[Finding]:
    """Look at the installation of the world."""
    world.session.commit()
    return examine(settings or world.settings, now)


def of_state(found: list[Finding], state: str) -> str:
    """Return what was found of one state, as one text."""
    return "\n".join(finding.text for finding in found if finding.state == state)


@pytest.mark.postgres
def test_a_sound_installation_has_nothing_broken(harbour: World) -> None:
    """Databases, keys and tables are as they should be."""
    found = findings(harbour)
    assert of_state(found, BROKEN) == ""
    assert of_state(found, FINE).count("is whole") == 2


def test_a_missing_mail_server_is_doubtful(harbour: World) -> None:
    """Mails wait, and nobody may have noticed."""
    assert "MAIL_URL" in of_state(findings(harbour), DOUBTFUL)


def test_pages_without_https_are_doubtful_outside_this_machine(harbour: World) -> None:
    """On localhost nobody listens in between."""
    assert "https" not in of_state(findings(harbour), DOUBTFUL)
    outside = replace(harbour.settings, base_url="http://pulse.example.org")
    assert "without https" in of_state(findings(harbour, outside), DOUBTFUL)


def test_keys_that_others_can_read_are_broken(harbour: World) -> None:
    """The message has the command that helps."""
    harbour.vault.keys.chmod(0o755)
    assert f"chmod 700 {harbour.vault.keys}" in of_state(findings(harbour), BROKEN)


def test_keys_that_open_sheets_are_not_even_for_the_group(harbour: World) -> None:
    """The account of the pages may be in the group of the worker."""
    harbour.open(harbour.pulse("Harbour"))
    harbour.settings.vault_open_keys.chmod(0o750)
    assert f"chmod 700 {harbour.settings.vault_open_keys}" in of_state(findings(harbour), BROKEN)


@pytest.mark.postgres
def test_the_doctor_says_how_far_the_pages_get(harbour: World, backend: str) -> None:
    """On PostgreSQL they have a role of their own; SQLite knows no roles, and what holds there is said."""
    told = {"sqlite": "pages and worker share it", "postgresql": "read no table of the vault"}
    assert told[backend] in of_state(findings(harbour), FINE)


@pytest.mark.postgres
def test_one_role_for_pages_and_worker_is_doubtful(harbour: World, backend: str) -> None:
    """On PostgreSQL there is a better way."""
    settings = replace(harbour.settings, vault_url=harbour.settings.vault_open_url)
    found = of_state(findings(harbour, settings), DOUBTFUL)
    assert ("VAULT_OPEN_URL has the role of VAULT_URL" in found) == (backend == "postgresql")


def test_a_database_that_is_not_there_is_named(harbour: World) -> None:
    """Looking at it does not make it."""
    settings = replace(harbour.settings, vault_open_url=f"sqlite:///{harbour.vault.keys.parent / 'none.db'}")
    assert "the vault does not exist yet" in of_state(findings(harbour, settings), BROKEN)
    assert not (harbour.vault.keys.parent / "none.db").exists()


def test_tables_of_another_version_are_named(harbour: World) -> None:
    """An upgrade without its migration is found before anybody else finds it."""
    tamper(harbour, "UPDATE alembic_version SET version_num = '0000'")
    assert "run `surveyapp init`" in of_state(findings(harbour), BROKEN)


def test_one_database_for_everything_is_broken(harbour: World) -> None:
    """Answers live apart from people."""
    settings = replace(harbour.settings, vault_url=harbour.settings.database_url)
    assert "a database of their own" in of_state(findings(harbour, settings), BROKEN)


def test_a_worker_that_does_not_run_is_noticed(harbour: World) -> None:
    """A wave that should be open by now is not."""
    schedule_next(harbour.session, harbour.pulse("Harbour"), OPENS - timedelta(days=1))
    assert "is the worker running" not in of_state(findings(harbour, now=OPENS), BROKEN)
    assert "is the worker running" in of_state(findings(harbour, now=OPENS + timedelta(minutes=6)), BROKEN)


def test_altered_releases_are_noticed(harbour: World) -> None:
    """The chain of hashes is looked at as well."""
    wave = harbour.open(harbour.pulse("Harbour"))
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 4) for _ in range(9)])
    harbour.release(wave)
    tamper(harbour, "DROP TRIGGER release_row_no_update", "UPDATE release_row SET text = '5.0' WHERE text IS NOT NULL")
    assert "releases or withdrawals [1] were altered" in of_state(findings(harbour), BROKEN)


def test_mails_that_failed_are_counted(harbour: World) -> None:
    """Without a word about whose."""
    harbour.open(harbour.pulse("Harbour"))
    mail = due_deliveries(harbour.session, harbour.organisation_id, OPENS, 1)[0]
    letter = claim(harbour.session, harbour.vault, harbour.settings.ballot_key, harbour.organisation_id, mail, OPENS)
    assert letter is not None
    record_failure(harbour.session, letter, "refused", OPENS, for_good=True)
    assert "invitations: 33 wait, 1 failed" in of_state(findings(harbour), DOUBTFUL)
