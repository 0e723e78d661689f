"""The audit: can anybody work out an answer from what this installation published or stores."""

import json
import sys
from typing import TYPE_CHECKING

import click

from surveyapp.cli.plainly import Reached, example, reached

if TYPE_CHECKING:
    from uuid import UUID

    from surveyapp.cli.report import Report


@click.command(epilog=example("surveyapp audit", "surveyapp audit --format html > audit.html"))
@click.option("--organisation", default="", metavar="NAME", help="Only this organisation; by default all of them.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How the report is written.",
)
def audit(organisation: str, shape: str) -> None:
    """Attack everything ever published, look at how answers are stored, and report in plain words.

    Anybody may run it who may use this command line, such as a representative of the employees. It changes nothing
    and shows no answer. The exit code is 1 when something was found.
    """
    from surveyapp.cli import report as words

    with reached() as here:
        found = _look(here, organisation)
    if shape == "text":
        click.echo(words.as_text(found))
    elif shape == "html":
        click.echo(words.as_page(found))
    else:
        click.echo(json.dumps(words.as_data(found), indent=2))
    if not found.clean:
        raise SystemExit(1)


def _look(here: Reached, organisation: str) -> "Report":
    from surveyapp import clock
    from surveyapp.cli.report import Report
    from surveyapp.services.installation.attacking import audit_organisation
    from surveyapp.services.installation.storage import check_storage
    from surveyapp.services.results.published import count_releases

    start = clock.now()
    chosen = _chosen(here, organisation)
    steps = sum(count_releases(here.session, each) for each in chosen.values())
    with click.progressbar(length=steps, label="Attacking releases", file=sys.stderr) as bar:
        found = {name: audit_organisation(here.session, each, lambda: bar.update(1)) for name, each in chosen.items()}
    storage = tuple(check_storage(here.session, here.settings))
    return Report(f"{start:%Y-%m-%d %H:%M} UTC", (clock.now() - start).total_seconds(), found, storage)


def _chosen(here: Reached, organisation: str) -> "dict[str, UUID]":
    from surveyapp.services.roster.organisations import list_organisations

    if organisation:
        return {organisation: here.organisation(organisation)}
    return list_organisations(here.session)


COMMANDS = (audit,)
