"""Commands for organisations, accounts and the roster."""

import sys

import click

from surveyapp.cli.plainly import PlainGroup, example, organisation_option, reached


@click.group(cls=PlainGroup)
def organisation() -> None:
    """Make the organisations of this installation."""


@organisation.command(
    epilog=example('surveyapp organisation create "Harbour Works" --time-zone Europe/Berlin --language de')
)
@click.argument("name")
@click.option("--time-zone", default="UTC", show_default=True, metavar="ZONE", help="Such as Europe/Berlin.")
@click.option("--language", default="en", show_default=True, help="In which mails are written by default.")
def create(name: str, time_zone: str, language: str) -> None:
    """Make an organisation with its top unit and the shipped instruments."""
    from surveyapp.services.roster.organisations import create_organisation

    with reached() as here:
        create_organisation(here.session, name, time_zone, language, here.settings.instruments)
    click.echo(f"{name} is there, with its top unit and the shipped instruments.")


@click.group(cls=PlainGroup)
def accounts() -> None:
    """Make sign-ins for managers, coaches, stewards, admins and members who own work."""


@accounts.command(
    "create",
    epilog=example(
        'surveyapp accounts create alice@example.org --name "Alice Admin"',
        "pass show surveyapp | surveyapp accounts create bot@example.org --password-stdin",
    ),
)
@click.argument("email")
@click.option("--name", default="", help="As others see it; by default what is before the @.")
@click.option(
    "--role",
    type=click.Choice(["admin", "coach", "manager", "member", "steward"]),
    default="admin",
    show_default=True,
)
@click.option("--unit", default="", metavar="CODE", help="For which unit and below; by default for all.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
@organisation_option
def create_account(email: str, name: str, role: str, unit: str, password_stdin: bool, organisation: str) -> None:  # noqa: FBT001  # As click hands it over.
    """Make a sign-in; the password is asked for, never given as an argument."""
    from surveyapp import clock
    from surveyapp.services.accounts import managing as accounts_of
    from surveyapp.services.accounts.access import Grant
    from surveyapp.services.roster.organisations import top_unit, unit_by_code

    with reached() as here:
        organisation_id = here.organisation(organisation)
        held_for = (
            unit_by_code(here.session, organisation_id, unit) if unit else top_unit(here.session, organisation_id)
        )
        grant = Grant(role, held_for.id)
        # Nobody holds a lock while somebody thinks about a password.
        here.session.rollback()
        password = _password(from_stdin=password_stdin)
        new = accounts_of.NewAccount(email, name or email.partition("@")[0], "en", (grant,))
        accounts_of.create_account(here.session, organisation_id, new, password, clock.now())
    click.echo(f"{email} can sign in as {role}.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


COMMANDS = (organisation, accounts)
