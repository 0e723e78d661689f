"""Commands for instruments, pulses, waves and releases."""

from pathlib import Path

import click

from surveyapp.cli.plainly import PlainGroup, example, organisation_option, reached


@click.group(cls=PlainGroup)
def instruments() -> None:
    """Check and add questionnaires."""


@instruments.command(epilog=example("surveyapp instruments check instruments/speaking-up-autonomy-1.toml"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(file: Path) -> None:
    """Say what is in an instrument file, and everything that is wrong with it."""
    from surveyapp.questions import check as examine

    report = examine(file)
    click.echo(report.text)
    if report.problems:
        raise SystemExit(1)


@instruments.command(epilog=example("surveyapp instruments add licensed-scale-2.toml"))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@organisation_option
def add(file: Path, organisation: str) -> None:
    """Take an instrument into an organisation; the same file again changes nothing."""
    from surveyapp.questions import read_text
    from surveyapp.services.pulses.instruments import add_instrument

    text = read_text(file)
    with reached() as here:
        copy = add_instrument(here.session, here.organisation(organisation), text, source=file.name)
        click.echo(f"{copy.title} (version {copy.version}) can be used.")


@click.group(cls=PlainGroup)
def pulse() -> None:
    """List and start recurring checks."""


@pulse.command("list", epilog=example("surveyapp pulse list"))
@organisation_option
def list_pulses(organisation: str) -> None:
    """List the pulses of an organisation."""
    from surveyapp import clock
    from surveyapp.services.pulses import reading as pulse_pages

    with reached() as here:
        lines = pulse_pages.list_pulses(here.session, here.organisation(organisation), clock.now())
    for line in lines:
        rhythm = f"every {line.cadence_weeks} weeks" if line.cadence_weeks else "once"
        click.echo(f"{line.state:<8} {line.name}: {rhythm}, for {line.audience}")
    if not lines:
        click.echo("There is no pulse yet; the staff pages make one.")


@pulse.command(epilog=example('surveyapp pulse start "Speaking up"'))
@click.argument("name")
@organisation_option
def start(name: str, organisation: str) -> None:
    """Let a drafted pulse run; the worker opens its waves."""
    from surveyapp import clock
    from surveyapp.errors import NotFound
    from surveyapp.services.pulses import reading as pulse_pages
    from surveyapp.services.pulses import running as pulses

    with reached() as here:
        now, organisation_id = clock.now(), here.organisation(organisation)
        lines = pulse_pages.list_pulses(here.session, organisation_id, now)
        found = next((line for line in lines if line.name.casefold() == name.casefold()), None)
        if found is None:
            message = f"There is no pulse called {name}; `surveyapp pulse list` names them"
            raise NotFound(message)
        pulses.start_pulse(here.session, organisation_id, found.id, now=now)
    click.echo(f"{name} is running.")


@click.group(cls=PlainGroup)
def wave() -> None:
    """Look at the rounds of pulses."""


@wave.command("list", epilog=example("surveyapp wave list"))
@organisation_option
def list_waves(organisation: str) -> None:
    """List the waves of an organisation, the latest first."""
    from surveyapp.services.pulses import listing

    with reached() as here:
        lines = listing.list_waves(here.session, here.organisation(organisation))
    for line in lines:
        times = f"{line.opens_at:%Y-%m-%d %H:%M} to {line.closes_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{line.state:<9} {line.pulse} {line.number}: {times}, {line.people} people in {line.groups} groups")
    if not lines:
        click.echo("There is no wave yet.")


@click.group(cls=PlainGroup)
def release() -> None:
    """Look after published figures."""


@release.command(epilog=example("surveyapp release verify"))
@organisation_option
def verify(organisation: str) -> None:
    """Check by the chains of their hashes that no figure, withdrawal and intervention was altered.

    Draws of who starts an intervention first are drawn again. The exit code is 1 if anything differs.
    """
    from surveyapp.services.insight.advising import wrong_draws
    from surveyapp.services.insight.interventions import broken_entries
    from surveyapp.services.results.chain import broken_links, end_of_chain

    with reached() as here:
        owner = here.organisation(organisation)
        broken = {
            "releases or withdrawals": broken_links(here.session, owner),
            "interventions": broken_entries(here.session, owner),
        }
        wrong = wrong_draws(here.session, owner)
        end = end_of_chain(here.session, owner)
    for what, numbers in broken.items():
        if numbers:
            click.echo(f"Altered after they were written: {what} {', '.join(map(str, numbers))}")
    for title in wrong:
        click.echo(f"The lot did not fall on the teams that start first: {title}")
    if wrong or any(broken.values()):
        raise SystemExit(1)
    click.echo("Every release, withdrawal of a comment and registered intervention is as it was written.")
    click.echo(f"The chain ends with link {end.sequence}: {end.hash}")


COMMANDS = (instruments, pulse, wave, release)
