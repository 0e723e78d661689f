"""Commands that bring files in: rosters, events and answers to older surveys."""

from collections.abc import Sequence
from pathlib import Path

import click

from surveyapp.cli.plainly import PlainGroup, example, organisation_option, reached

file_argument = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group(cls=PlainGroup)
def roster() -> None:
    """Bring in who belongs to which unit."""


@roster.command(
    "import",
    epilog=example("surveyapp roster import people.csv --dry-run", "surveyapp roster import people.csv --complete"),
)
@file_argument
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--complete", is_flag=True, help="The file names everybody: who is not in it has left.")
@organisation_option
def import_roster(file: Path, dry_run: bool, complete: bool, organisation: str) -> None:  # noqa: FBT001  # As click hands it over.
    """Bring in people and their units from a CSV file, all of it or nothing."""
    from zoneinfo import ZoneInfo

    from surveyapp import clock
    from surveyapp.services.roster.importing import apply, plan, read_roster, report_text
    from surveyapp.services.roster.organisations import find_organisation

    now = clock.now()
    with reached() as here:
        found = find_organisation(here.session, organisation)
        today = now.astimezone(ZoneInfo(found.time_zone)).date()
        table = read_roster(file.read_bytes())
        planned = plan(here.session, found.organisation_id, table, today, complete=complete, to_apply=not dry_run)
        click.echo(report_text(planned))
        if not planned.ready:
            raise SystemExit(1)
        if dry_run:
            click.echo("This was a dry run; nothing was changed.")
            return
        apply(here.session, found.organisation_id, planned, now)
    click.echo("The roster was imported.")


@click.group(cls=PlainGroup)
def events() -> None:
    """Fill the learning log."""


@events.command("import", epilog=example("surveyapp events import incidents.csv --source tracker --dry-run"))
@file_argument
@click.option("--source", default="csv", show_default=True, help="The system that the file comes from.")
@click.option("--dry-run", is_flag=True, help="Say what would be logged, and log nothing.")
@organisation_option
def import_events(file: Path, source: str, dry_run: bool, organisation: str) -> None:  # noqa: FBT001  # As click hands it over.
    """Bring in errors, near misses and good catches from a CSV file, all of it or nothing.

    The same external_id of one source is one event, however often it is imported.
    """
    from surveyapp import clock
    from surveyapp.services.log.importing import COLUMNS, apply_events, plan_events
    from surveyapp.services.roster.organisations import find_organisation
    from surveyapp.services.tables import read_table

    with reached() as here:
        found = find_organisation(here.session, organisation)
        planned = plan_events(
            here.session,
            found.organisation_id,
            read_table(file.read_bytes(), COLUMNS),
            source=source,
            time_zone=found.time_zone,
            now=clock.now(),
        )
        _stop_at(planned.bad)
        click.echo(f"{len(planned.new)} new, {planned.known} known already")
        if dry_run:
            click.echo("This was a dry run; nothing was logged.")
            return
        click.echo(f"{apply_events(here.session, found.organisation_id, planned)} events were logged.")


@click.group("import", cls=PlainGroup)
def import_group() -> None:
    """Bring in what an organisation has from before."""


@import_group.command(
    "answers", epilog=example("surveyapp import answers survey-2002.csv --map survey-2002.toml --dry-run")
)
@file_argument
@click.option(
    "--map",
    "map_file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Says which column is what.",
)
@click.option("--dry-run", is_flag=True, help="Read everything, and import nothing.")
@organisation_option
def import_answers(file: Path, map_file: Path, dry_run: bool, organisation: str) -> None:  # noqa: FBT001  # As click hands it over.
    """Bring an older survey in: one row per person, one column for the group.

    It becomes a closed wave, released once under the same rules as every other; the answers are not kept.
    """
    from surveyapp import clock
    from surveyapp.privacy.policy import Thresholds
    from surveyapp.services.results.history import import_history, plan_history
    from surveyapp.services.results.history_map import read_map

    mapping = read_map(map_file)
    planned = plan_history(file.read_bytes(), mapping)
    _stop_at(planned.bad)
    click.echo(f"{planned.people} people in {len(planned.groups)} groups, {len(mapping.columns)} items")
    if dry_run:
        click.echo("This was a dry run; nothing was imported.")
        return
    with reached() as here:
        chosen = here.settings
        floors = Thresholds(chosen.count_min, chosen.item_min, chosen.roster_min)
        organisation_id = here.organisation(organisation)
        done = import_history(here.session, organisation_id, mapping, planned, floors, now=clock.now())
    click.echo(f"{mapping.pulse} was released: {done.with_number} of {done.groups} groups have numbers.")


def _stop_at(bad: Sequence[object]) -> None:
    """List what is wrong, if anything is, and stop."""
    for each in bad:
        click.echo(str(each))
    if bad:
        click.echo(f"{len(bad)} cells to put right; nothing was imported.")
        raise SystemExit(1)


COMMANDS = (roster, events, import_group)
