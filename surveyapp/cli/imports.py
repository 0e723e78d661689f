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


def import_log_file(kind: str, what: str, sample: str) -> click.Group:
    """Make the group of commands for one kind of file of other systems."""

    @click.group(kind, cls=PlainGroup, help=f"Bring in {what}.")
    def group() -> None:
        pass

    examples = (
        f"surveyapp {kind} import {sample} --source tracker --dry-run",
        f'surveyapp {kind} import {sample} --time-zone UTC --days "day first" --column "team=Squad"',
    )

    @group.command("import", epilog=example(*examples))
    @file_argument
    @click.option("--source", default="csv", show_default=True, help="The system that the file comes from.")
    @click.option("--time-zone", default="", help="Of times that name none; the organisation's if not given.")
    @click.option("--days", default="year first", show_default=True, help="Or: day first, month first.")
    @click.option("--column", "columns", multiple=True, metavar="COLUMN=HEADING", help="Which heading is a column.")
    @click.option("--dry-run", is_flag=True, help="Say what would be taken in, and take nothing.")
    @organisation_option
    def take(file: Path, columns: tuple[str, ...], dry_run: bool, organisation: str, **how: str) -> None:  # noqa: FBT001  # As click hands it over.
        _import_log_file(kind, file, columns, organisation, how, dry_run=dry_run)

    take.help = (
        f"Bring in {what} from a CSV file, all of it or nothing.\n\nThe same external_id of one source is taken once. "
        "Headings are recognised by the names in docs/csv-files.md, and by what was chosen on the page before."
    )
    return group


def _import_log_file(
    kind: str, file: Path, columns: tuple[str, ...], organisation: str, how: dict[str, str], *, dry_run: bool
) -> None:
    from surveyapp import clock
    from surveyapp.services.log import mapping
    from surveyapp.services.log.cells import Reading
    from surveyapp.services.log.exchange import COLUMNS, apply_plan, plan_file
    from surveyapp.services.roster.organisations import find_organisation
    from surveyapp.services.tables import read_headings, read_table

    content = file.read_bytes()
    headings = [each.name for each in read_headings(content, COLUMNS[kind])]
    with reached() as here:
        found = find_organisation(here.session, organisation)
        owner = found.organisation_id
        guessed = mapping.guess(headings, kind, mapping.remembered(here.session, owner, kind))
        chosen = guessed | dict(_column(each) for each in columns)
        reading = Reading(how["source"], how["time_zone"] or found.time_zone, how["days"], chosen)
        mapping.check(reading, kind, headings)
        here.session.rollback()
        table = read_table(content, COLUMNS[kind], chosen)
        with click.progressbar(length=len(table.rows), label="Reading rows") as bar:
            planned = plan_file(
                here.session,
                owner,
                kind,
                table,
                reading,
                now=clock.now(),
                progress=lambda done, _total: bar.update(done - bar.pos),
            )
        _stop_at(planned.bad)
        click.echo(f"{len(planned.new)} new, {planned.known} known already")
        if planned.ignored:
            click.echo(f"left out: {', '.join(planned.ignored)}")
        if dry_run:
            click.echo("This was a dry run; nothing was taken in.")
            return
        click.echo(f"{apply_plan(here.session, owner, kind, planned)} rows were taken in.")


def _column(given: str) -> tuple[str, str]:
    from surveyapp.errors import Invalid

    key, equals, heading = given.partition("=")
    if not equals:
        raise Invalid("--column", given, "a column and a heading, such as team=Squad")
    return key.strip(), heading.strip()


events = import_log_file("events", "errors, near misses, good catches and the like", "incidents.csv")
deliveries = import_log_file("deliveries", "what teams delivered", "releases.csv")
exposure = import_log_file("exposure", "how much teams worked and delivered by week", "weeks.csv")


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


COMMANDS = (roster, events, deliveries, exposure, import_group)
