"""Commands that keep an installation running."""

from pathlib import Path

import click

from surveyapp.cli.plainly import PlainGroup, example, need_databases, reached, settings, start_logging


@click.command(epilog=example("surveyapp init"))
def init() -> None:
    """Make the databases, or bring them to the present version.

    Safe to repeat; run it after every upgrade.
    """
    from surveyapp.services.installation.databases import upgrade

    chosen = settings()
    for folder in (chosen.vault_keys, chosen.vault_open_keys):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(chosen)
    click.echo("The databases are ready.")


@click.command(epilog=example("surveyapp serve", "surveyapp serve --bind 0.0.0.0:8000 --workers 4"))
@click.option(
    "--bind", default=None, metavar="HOST:PORT", help="Where to listen; by default localhost and PORT or 8000."
)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes that answer requests.")
@click.option("--threads", type=click.IntRange(1), default=4, show_default=True, help="Threads in each of them.")
def serve(bind: str | None, workers: int, threads: int) -> None:
    """Serve the pages and do the work of the worker, until stopped."""
    from surveyapp.cli.serving import address, serve_until_stopped

    chosen, place = settings(), address(bind)
    need_databases(chosen)
    start_logging(chosen.log_level)
    raise SystemExit(serve_until_stopped(chosen, {}, place, workers, threads))


@click.command(epilog=example("surveyapp worker"))
def worker() -> None:
    """Open, remind of, close and release waves and send mail, until stopped.

    Only needed where `serve` is not used. Several may run; they take turns.
    """
    from surveyapp.cli.serving import stopped_by_signals
    from surveyapp.jobs import work_until

    chosen = settings()
    need_databases(chosen)
    start_logging(chosen.log_level)
    work_until(stopped_by_signals(), chosen)


@click.command(epilog=example("*/5 * * * * surveyapp tick"))
def tick() -> None:
    """Do once what the worker does all the time, for cron or a timer.

    The exit code is 1 when something failed; the log says what.
    """
    from surveyapp import clock, jobs

    need_databases(settings())
    with reached() as here:
        start_logging(here.settings.log_level)
        done = jobs.tick(here.settings, here.engine, here.vault(), clock.now())
    if done.busy:
        click.echo("Another worker is at it.")
    # Not how many: during a wave the number of reminders would tell how many have answered.
    click.echo(f"{done.steps} steps, {done.failures} failed, {'mails' if done.sent else 'no mails'} sent")
    if done.failures:
        raise SystemExit(1)


@click.command(epilog=example("surveyapp backup /var/backups/surveyapp"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path) -> None:
    """Copy the main database into FOLDER while it is in use.

    Open waves are left out with everybody who was invited, and the vault is never copied: answers that nobody should
    be able to read later must not be in a backup.
    """
    from surveyapp import clock
    from surveyapp.services.installation.backups import back_up

    copy = back_up(settings(), folder, clock.now())
    click.echo(f"{copy} ({copy.stat().st_size / 1024:,.0f} KB), checked; without the vault and without open waves")
    click.echo("Keep a copy of SECRET_KEY elsewhere: without it results codes change.")


@click.command(epilog=example("surveyapp restored"))
def restored() -> None:
    """Run once after restoring a backup: drop waves that were open and whose boxes are gone."""
    from surveyapp.services.installation.backups import forget_lost_waves

    with reached() as here:
        lost = forget_lost_waves(here.session, here.vault())
    click.echo(f"{lost} waves dropped; those that can still take place are scheduled again with new codes")


@click.command(epilog=example("surveyapp doctor"))
def doctor() -> None:
    """Look at versions, settings, databases, keys and mail; the exit code is 1 when something is broken."""
    import platform

    from surveyapp import clock
    from surveyapp.mail.post import NotTaken, PostOffice
    from surveyapp.services.installation.checking import BROKEN, FINE, Finding, examine

    chosen = settings()
    versions = ", ".join(f"{name} {_version(name)}" for name in ("surveyapp", "flask", "sqlalchemy", "gunicorn"))
    findings = [Finding(FINE, f"Python {platform.python_version()}, {versions}"), *examine(chosen, clock.now())]
    if chosen.mail_url:
        try:
            with PostOffice(chosen.mail_url):
                findings.append(Finding(FINE, "the mail server answers"))
        except NotTaken as away:
            findings.append(Finding(BROKEN, away.message))
    for finding in findings:
        click.echo(f"{finding.state:<9} {finding.text}")
    if any(finding.state == BROKEN for finding in findings):
        raise SystemExit(1)


@click.group(cls=PlainGroup)
def vault() -> None:
    """Look after the rights on the vault."""


@vault.command(epilog=example('surveyapp vault grants | psql "$VAULT"'))
def grants() -> None:
    """Print the SQL that lets the role in VAULT_URL add sheets and nothing else.

    `surveyapp init` runs the same statements; this is for whoever wants to read them, or run them by hand.
    """
    from surveyapp.errors import SurveyError
    from surveyapp.vault import rights

    chosen = settings()
    if not rights.has_two_roles(chosen):
        message = "VAULT_URL and VAULT_OPEN_URL should name two roles of a PostgreSQL server"
        raise SurveyError(message)
    click.echo("\n".join(f"{statement};" for statement in rights.grants(chosen)))


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


COMMANDS = (init, serve, worker, tick, backup, restored, doctor, vault)
