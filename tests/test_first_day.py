"""What goes wrong on the first day of an installation is answered in one sentence that says what to do."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from surveyapp.cli import main

SECRET = "kept-to-itself"
ELSEWHERE = f"postgresql+psycopg://anna:{SECRET}@127.0.0.1:1/none"


def told(tmp_path: Path, words: list[str], **settings: str) -> str:
    """Run a command in an installation that nobody has made yet, and return how it refuses."""
    (tmp_path / "file").touch()
    environment = {"SECRET_KEY": "k" * 32, "INSTANCE": str(tmp_path / "none"), **settings}
    given = {name: value.replace("HERE", str(tmp_path)) for name, value in environment.items()}
    result = CliRunner().invoke(main, [each.replace("HERE", str(tmp_path)) for each in words], env=given)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert SECRET not in result.output
    return result.output.strip().splitlines()[-1].replace(str(tmp_path), "HERE")


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        (
            "DATABASE_URL",
            f"anna:{SECRET}@host",
            "DATABASE_URL: 'no address' is not accepted; expected sqlite:///FILE",
        ),
        ("DATABASE_URL", f"mysql://anna:{SECRET}@host/main", "DATABASE_URL: 'mysql' is not accepted"),
        ("VAULT_URL", f"postgresql+psycopg://anna:{SECRET}/1@host", "with special characters as percent signs"),
        ("VAULT_OPEN_URL", "", "VAULT_OPEN_URL: 'no address' is not accepted"),
        ("VAULT_URL", "sqlite:///HERE/none/surveyapp.db", "expected a database of its own"),
        ("INSTANCE", "HERE/file", "Error: HERE/file/vault-keys cannot be used: "),
        ("DATABASE_URL", ELSEWHERE, "Error: A database cannot be used (connection failed"),
    ],
)
def test_wrong_settings_stop_the_first_command(tmp_path: Path, setting: str, value: str, expected: str) -> None:
    """Without a traceback, and without repeating what may hold a password."""
    assert expected in told(tmp_path, ["init"], **{setting: value})


@pytest.mark.parametrize("words", [["serve", "--bind", "unix:HERE/socket"], ["worker"], ["tick"]])
def test_nothing_begins_before_there_are_databases(tmp_path: Path, words: list[str]) -> None:
    """And no empty file is left behind that looks like one."""
    assert told(tmp_path, words) == "Error: the main database does not exist yet: run `surveyapp init`"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", [["organisation", "create", "Harbour"], ["backup", "HERE/copies"]], ids=" ".join)
def test_a_command_before_the_first_one_names_it(tmp_path: Path, words: list[str]) -> None:
    """Whoever skips the first step is told of it."""
    assert told(tmp_path, words).endswith("run surveyapp init")


@pytest.mark.parametrize(
    "words", [["demo", "--folder", "HERE/file/demo", "--no-serve"], ["simulate", "HERE/file/made"]]
)
def test_a_folder_that_cannot_be_is_named(tmp_path: Path, words: list[str]) -> None:
    """Before any work was done for it."""
    assert "HERE/file" in told(tmp_path, words)


def test_no_organisation_is_made_without_instruments(tmp_path: Path) -> None:
    """It could ask nothing, and nobody would know why."""
    environment = {"SECRET_KEY": "k" * 32, "INSTANCE": str(tmp_path), "INSTRUMENTS": str(tmp_path)}
    assert CliRunner().invoke(main, ["init"], env=environment).exit_code == 0
    made = CliRunner().invoke(main, ["organisation", "create", "Harbour"], env=environment)
    assert "INSTRUMENTS: " in made.output
    examined = CliRunner().invoke(main, ["doctor"], env=environment)
    assert (examined.exit_code, "where no instrument is" in examined.output) == (1, True)


@pytest.mark.parametrize("port", ["soon", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    """The program that serves pages would say it with a traceback."""
    expected = f"Error: PORT: '{port}' is not accepted; expected a number from 1 to 65535"
    assert told(tmp_path, ["serve"], PORT=port) == expected
    assert told(tmp_path, ["demo"], PORT=port) == expected
    assert "expected HOST:PORT" in told(tmp_path, ["serve", "--bind", f"localhost:{port}"])


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """At once, and not after ten seconds of trying."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        assert told(tmp_path, ["serve"], PORT=port).startswith(f"Error: Nothing can listen at 127.0.0.1:{port} (")
