"""The command line: what operators type, and what they are told."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from surveyapp.cli import main
from surveyapp.store.accounts import Account, AccountRole
from surveyapp.store.organisation import Unit
from surveyapp.store.people import Member
from surveyapp.store.pulses import Wave
from surveyapp.vault import rights
from tests.fixtures.tampering import tamper
from tests.fixtures.world import World, item_keys

ROOT = Path(__file__).parents[1]
ROSTER = "person_id,name,email,unit\n1,Ann,ann@example.org,Crew\n2,Bo,bo@example.org,Crew\n"
FAR_AWAY = date(2999, 1, 7)
Run = Callable[..., Result]


@pytest.fixture
def environment(world: World) -> dict[str, str]:
    """Give the settings of the world as an environment."""
    settings = world.settings
    return {
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "VAULT_URL": settings.vault_url,
        "VAULT_OPEN_URL": settings.vault_open_url,
        "VAULT_KEYS": str(settings.vault_keys),
    }


@pytest.fixture
def run(world: World, environment: dict[str, str]) -> Iterator[Run]:
    """Give a function that runs a command on the databases of the world."""
    mask = os.umask(0o077)

    def command(*words: str, given: str = "") -> Result:
        world.session.commit()
        result = CliRunner().invoke(main, words, input=given, env=environment)
        world.session.expire_all()
        # A refusal is a sentence; anything else would be a defect.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    yield command
    os.umask(mask)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """List every command with the words that lead to it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: tuple[str, ...]) -> None:
    """Help needs no setting and no database."""
    result = CliRunner().invoke(main, [*words, "--help"], env={"SECRET_KEY": ""})
    assert result.exit_code == 0
    assert f"surveyapp {' '.join(words)}" in result.output.split("Example")[1]


def test_help_loads_neither_statistics_nor_web_nor_database() -> None:
    """It is there at once."""
    program = "import surveyapp.cli, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert {"scipy", "flask", "sqlalchemy"}.isdisjoint(loaded.stdout.split())


def test_a_wrong_setting_is_one_plain_sentence(environment: dict[str, str]) -> None:
    """No traceback, no secret, and the exit code of a refusal."""
    result = CliRunner().invoke(main, ["wave", "list"], env=environment | {"SECRET_KEY": "short-secret"})
    assert result.exit_code == 1
    assert result.output.startswith("Error: SECRET_KEY: '12 characters' is not accepted")
    assert "short-secret" not in result.output


def test_a_database_without_tables_is_sent_to_init(environment: dict[str, str], tmp_path: Path) -> None:
    """The first mistake that everybody makes has an answer."""
    empty = environment | {"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    result = CliRunner().invoke(main, ["wave", "list"], env=empty)
    assert (result.exit_code, result.output.strip()) == (
        1,
        "Error: The database has no tables of this version: run surveyapp init",
    )


def test_an_installation_is_made_from_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    """The four commands of the first help text work one after the other."""
    fresh = {"SECRET_KEY": environment["SECRET_KEY"], "INSTANCE": str(tmp_path / "fresh")}
    steps: tuple[tuple[list[str], str], ...] = (
        (["init"], ""),
        (["organisation", "create", "Harbour Works", "--time-zone", "Europe/Berlin"], ""),
        (["accounts", "create", "alice@example.org"], "a long enough password\n" * 2),
        (["doctor"], ""),
    )
    for words, given in steps:
        result = CliRunner().invoke(main, words, input=given, env=fresh)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "fresh").stat().st_mode & 0o077 == 0


def test_an_account_is_made_without_its_password_on_the_command_line(world: World, run: Run) -> None:
    """It comes from the input and is repeated nowhere."""
    result = run("accounts", "create", "alice@example.org", "--password-stdin", given="a long enough password\n")
    assert result.exit_code == 0
    assert "enough" not in result.output
    account = world.session.scalars(select(Account)).one()
    assert account.password_hash.startswith("$argon2id$")
    assert world.session.scalars(select(AccountRole.role)).one() == "admin"


def test_an_account_may_be_for_one_unit(harbour: World, run: Run) -> None:
    """The role is held for the unit with the code."""
    words = ("--role", "manager", "--unit", "gates", "--password-stdin")
    assert run("accounts", "create", "m@example.org", *words, given="a long enough password\n").exit_code == 0
    assert harbour.session.scalars(select(AccountRole.unit_id)).one() == harbour.units["Gates"].id


def test_a_weak_password_is_refused(run: Run) -> None:
    """With what would be right."""
    result = run("accounts", "create", "alice@example.org", "--password-stdin", given="short\n")
    assert result.exit_code == 1
    assert "12 to 200 characters" in result.output


def test_an_organisation_that_is_not_there_is_named(run: Run) -> None:
    """Together with those that are."""
    result = run("wave", "list", "--organisation", "Nobody")
    assert result.exit_code == 1
    assert "there is Harbour Works" in result.output


def test_a_dry_run_of_a_roster_changes_nothing(world: World, run: Run, tmp_path: Path) -> None:
    """It says what would happen."""
    file = tmp_path / "people.csv"
    file.write_text(ROSTER)
    result = run("roster", "import", str(file), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "2 joining" in result.output
    assert world.session.scalars(select(Member)).all() == []
    assert run("roster", "import", str(file)).exit_code == 0
    assert len(world.session.scalars(select(Member)).all()) == 2


def test_a_bad_roster_ends_with_an_exit_code(run: Run, tmp_path: Path) -> None:
    """A script that imports every night notices."""
    file = tmp_path / "people.csv"
    file.write_text(ROSTER + "3,,nonsense,Crew\n")
    result = run("roster", "import", str(file))
    assert result.exit_code == 1
    assert "row 4" in result.output


def test_events_are_imported_once(harbour: World, run: Run, tmp_path: Path) -> None:
    """The second time all of them are known."""
    file = tmp_path / "events.csv"
    file.write_text("id,kind,team,summary,told\n1,error,Gates,The gate stuck,2026-03-01 10:00\n")
    assert "1 rows were taken in" in run("events", "import", str(file)).output
    assert "0 new, 1 known already" in run("events", "import", str(file)).output


def test_bad_events_are_all_named(harbour: World, run: Run, tmp_path: Path) -> None:
    """And none is taken."""
    file = tmp_path / "events.csv"
    file.write_text("id,kind,team,summary,told\n1,error,Nowhere,Stuck,yesterday\n2,error,Gates,Fine,2026-03-01\n")
    result = run("events", "import", str(file))
    assert result.exit_code == 1
    assert "row 2, team" in result.output
    assert "nothing was imported" in result.output


def test_an_instrument_is_checked_and_added(world: World, run: Run) -> None:
    """The shipped ones are ready to use."""
    file = str(ROOT / "instruments" / "speaking-up-autonomy-1.toml")
    assert "ready to use" in run("instruments", "check", file).output
    assert "can be used" in run("instruments", "add", file).output


def test_a_wrong_instrument_ends_with_an_exit_code(run: Run, tmp_path: Path) -> None:
    """Every problem is listed."""
    file = tmp_path / "wrong.toml"
    file.write_text('key = "Wrong Key"\n')
    for words in (("check",), ("add",)):
        result = run("instruments", *words, str(file))
        assert result.exit_code == 1
        assert "wrong.toml: key:" in result.output


def test_a_drafted_pulse_is_started(harbour: World, run: Run) -> None:
    """Afterwards it runs, and its first wave is scheduled."""
    pulse = harbour.pulse("Harbour", state="draft", name="Next year", first_day=FAR_AWAY)
    result = run("pulse", "start", "next year")
    assert result.exit_code == 0, result.output
    assert pulse.state == "running"
    assert "running  Next year: every 2 weeks, for Harbour" in run("pulse", "list").output


def test_a_pulse_that_is_not_there_cannot_be_started(run: Run) -> None:
    """The message says where to look."""
    result = run("pulse", "start", "Nothing")
    assert result.exit_code == 1
    assert "surveyapp pulse list" in result.output


def test_waves_are_listed_without_how_many_answered(harbour: World, run: Run) -> None:
    """Of an open wave nobody sees a count."""
    wave = harbour.open(harbour.pulse("Harbour"))
    before = run("wave", "list").output
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 4) for _ in range(9)])
    assert run("wave", "list").output == before
    assert "34 people in 3 groups" in before


def test_altered_releases_end_with_an_exit_code(harbour: World, run: Run) -> None:
    """An auditor needs no more than this."""
    wave = harbour.open(harbour.pulse("Harbour"))
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 4) for _ in range(9)])
    harbour.release(wave)
    assert run("release", "verify").exit_code == 0
    tamper(harbour, "DROP TRIGGER release_row_no_update", "UPDATE release_row SET n = 99 WHERE n IS NOT NULL")
    result = run("release", "verify")
    told = "Altered after they were written: releases or withdrawals 1"
    assert (result.exit_code, result.output.strip()) == (1, told)


def test_an_older_survey_is_imported(world: World, run: Run, tmp_path: Path) -> None:
    """A dry run first, and then for good."""
    rows = "\n".join(["COMPID,SUB," + ",".join(LQ2002_COLUMNS), *[f"1,{n}," + ",".join(["3"] * 19) for n in range(9)]])
    (tmp_path / "old.csv").write_text(rows)
    words = ("import", "answers", str(tmp_path / "old.csv"), "--map", str(ROOT / "tests/data/lq2002.map.toml"))
    assert "nothing was imported" in run(*words, "--dry-run").output
    assert world.session.scalars(select(Wave)).all() == []
    assert "1 of 1 groups have numbers" in run(*words).output
    assert "Company 1" in set(world.session.scalars(select(Unit.name)))


LQ2002_COLUMNS = (
    *(f"LEAD{number:02}" for number in range(1, 12)),
    *(f"TSIG{number:02}" for number in range(1, 4)),
    *(f"HOSTIL{number:02}" for number in range(1, 6)),
)


def test_a_bad_older_survey_is_refused(run: Run, tmp_path: Path) -> None:
    """Every bad cell is a line."""
    rows = "\n".join(["COMPID," + ",".join(LQ2002_COLUMNS), "1," + ",".join(["7"] * 19)])
    (tmp_path / "old.csv").write_text(rows)
    result = run("import", "answers", str(tmp_path / "old.csv"), "--map", str(ROOT / "tests/data/lq2002.map.toml"))
    assert result.exit_code == 1
    assert "19 cells to put right" in result.output


def test_a_tick_does_what_is_due(harbour: World, run: Run) -> None:
    """For cron, with a summary and an exit code."""
    harbour.pulse("Harbour", name="Broken", time_zone="Atlantis/Centre")
    result = run("tick")
    assert result.exit_code == 1
    assert "1 failed, no mails sent" in result.output


def test_a_backup_says_what_is_left_out(harbour: World, run: Run, tmp_path: Path) -> None:
    """And where it is."""
    result = run("backup", str(tmp_path / "backups"))
    assert result.exit_code == 0
    assert "without the vault" in result.output
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_after_a_restore_lost_waves_are_counted(harbour: World, run: Run) -> None:
    """None are lost where nothing was restored."""
    assert run("restored").output.startswith("0 waves dropped")


def test_a_doctor_that_finds_something_broken_ends_with_an_exit_code(harbour: World, run: Run) -> None:
    """Monitoring needs no more than this."""
    harbour.vault.keys.chmod(0o755)
    result = run("doctor")
    assert result.exit_code == 1
    assert re.search(r"^broken +VAULT_KEYS can be read by others", result.output, re.MULTILINE)


def test_web_and_worker_start_and_stop_together(environment: dict[str, str], free_port: int) -> None:
    """A page is served, the worker says that it runs, and SIGTERM ends both with exit code 0."""
    with subprocess.Popen(
        [sys.executable, "-m", "surveyapp.cli", "serve", "--bind", f"127.0.0.1:{free_port}", "--workers", "1"],
        env=os.environ | environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        try:
            assert status_of_page(f"http://127.0.0.1:{free_port}/healthz") == 200
        finally:
            served.send_signal(signal.SIGTERM)
            _, said = served.communicate(timeout=60)
    assert served.returncode == 0
    assert "the worker is running" in said
    assert "the worker has stopped" in said
    with pytest.raises(OSError, match="refused"):
        page(f"http://127.0.0.1:{free_port}/healthz")


@pytest.fixture
def free_port() -> int:
    """Give a port on which nobody listens."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def page(url: str) -> int:
    """Ask for a page on this machine and return its status."""
    with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  # An address of our own.
        return int(response.status)


def status_of_page(url: str) -> int:
    """Ask until somebody answers, for a minute at most."""
    for _ in range(600):
        try:
            return page(url)
        except OSError:
            time.sleep(0.1)
    return 0


@pytest.mark.postgres
def test_the_rights_of_the_pages_are_printed(run: Run, world: World, backend: str) -> None:
    """As the statements that `init` runs; where there are no two roles, as the sentence that says what to set."""
    result = run("vault", "grants")
    if backend == "sqlite":
        assert result.exit_code == 1
        assert "two roles of a PostgreSQL server" in result.output
    else:
        assert result.output.splitlines() == [f"{statement};" for statement in rights.grants(world.settings)]
        assert sum("GRANT EXECUTE ON FUNCTION" in line for line in result.output.splitlines()) == 3
