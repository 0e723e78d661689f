"""The command line: everything an operator does without a browser."""

import os

import click

from surveyapp.cli import auditing, demo, imports, people, reporting, running, simulating, surveys
from surveyapp.cli.plainly import PlainGroup, example


@click.group(
    cls=PlainGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example(
        'export SECRET_KEY=$(python3 -c "import secrets; print(secrets.token_hex(32))")',
        "surveyapp init",
        'surveyapp organisation create "Harbour Works" --time-zone Europe/Berlin',
        'surveyapp accounts create alice@example.org --name "Alice Admin"',
        "surveyapp serve",
    ),
)
@click.version_option(package_name="surveyapp")
def main() -> None:
    """Run and look after surveyapp.

    Settings come from the environment; .env.example lists them. Only SECRET_KEY must be set.
    """
    # Databases and keys that a command makes are for the account that runs it.
    os.umask(0o077)
    # Read when a command first needs numpy: matrices as small as ours gain nothing from threads, which wait for each
    # other for seconds on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


for module in (demo, running, people, imports, surveys, reporting, auditing, simulating):
    for command in module.COMMANDS:
        main.add_command(command)
