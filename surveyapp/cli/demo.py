"""The command that shows everything without any setting."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import click

from surveyapp.cli.plainly import example, start_logging

T = TypeVar("T")


@click.command(epilog=example("surveyapp demo", "PORT=9000 surveyapp demo"))
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="By default instance/demo.")
@click.option("--no-serve", is_flag=True, help="Make the data and the sign-ins, and start nothing.")
def demo(folder: Path | None, *, no_serve: bool) -> None:
    """Make an organisation with two years of data, and start it on this machine.

    The second start is immediate. To begin anew, remove the folder.
    """
    from surveyapp.cli.serving import address, serve_until_stopped
    from surveyapp.services.demo.place import answer_link, environment
    from surveyapp.services.installation.databases import upgrade
    from surveyapp.settings import ROOT, Settings

    where = "" if no_serve else address(None)
    base_url = f"http://localhost:{os.environ.get('PORT', '8000')}"
    place = (folder or ROOT / "instance" / "demo").resolve()
    if not place.exists():
        _make(place, base_url)
    settings = Settings.from_env(environment(place, base_url))
    upgrade(settings)
    _introduce(settings.base_url, answer_link(settings))
    if no_serve:
        return
    click.echo("Press Ctrl-C to stop.\n")
    start_logging("WARNING")
    raise SystemExit(serve_until_stopped(settings, environment(place, base_url), where, workers=1, threads=4))


def _make(place: Path, base_url: str) -> None:
    from surveyapp import clock
    from surveyapp.services.demo.making import make_demo

    click.echo("Making an organisation with two years of data; this is done once.")
    make_demo(place, base_url, clock.now(), _watch)


def _watch(label: str, items: Sequence[T]) -> Iterator[T]:
    with click.progressbar(items, label=f"{label:<32}", show_pos=True) as bar:
        yield from bar


def _introduce(base_url: str, link: str) -> None:
    from surveyapp.privacy.ballots import show_code
    from surveyapp.services.demo.names import PASSWORD, RECEIPT, sign_ins

    click.secho(f"\nThe demo organisation is at {base_url}", bold=True)
    click.echo(f"Staff pages:    {base_url}/app")
    for each in sign_ins():
        click.echo(f"  {each.role:<8} {each.email:<22} {each.name}")
    click.echo(f"  password for all: {PASSWORD} (it opens the steward's key as well)")
    click.echo(f"Answer a check: {link or 'no check is open; remove the folder to make the demo anew'}")
    click.echo(f"Read the talk about a report: {base_url}/receipt with {show_code(RECEIPT)}")


COMMANDS = (demo,)
