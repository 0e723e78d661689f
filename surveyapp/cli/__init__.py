"""The command line: everything an operator does without a browser."""

import os

# Read when numpy is first imported: matrices as small as ours gain nothing from threads, which on a busy machine wait
# for each other for seconds.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click

from surveyapp.cli import demo, imports, people, running, surveys
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


for module in (demo, running, people, imports, surveys):
    for command in module.COMMANDS:
        main.add_command(command)
