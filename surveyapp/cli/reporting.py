"""Reports to hand over, made again from what was released: the same releases give the same files, byte for byte."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from surveyapp.cli.plainly import PlainGroup, example, organisation_option, settings

if TYPE_CHECKING:
    from surveyapp.services.results.reading import PulseName
    from surveyapp.web.coach.report_parts import Report

OPTIONS = (
    organisation_option,
    click.option("--pulse", default="", metavar="NAME", help="Which pulse; by default the newest."),
    click.option("--scale", default="", metavar="KEY", help="Which scale; by default the first."),
    click.option("--language", default="en", show_default=True, help="The language of its words."),
    click.option(
        "--folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("report"),
        show_default=True,
        help="Where its files go; it is made if need be.",
    ),
    click.option("--pdf/--no-pdf", default=True, help="Whether to write a PDF as well, where one can be made."),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What every report is asked with."""

    organisation: str
    pulse: str
    scale: str
    language: str
    folder: Path
    pdf: bool


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every report has, as one argument."""

    @wraps(command)
    def gathered(**given: Any) -> None:
        asked = Asked(**{field.name: given.pop(field.name) for field in fields(Asked)})
        command(asked, **given)

    for option in reversed(OPTIONS):
        gathered = option(gathered)
    return gathered


@click.group(
    cls=PlainGroup,
    epilog=example(
        'surveyapp report relation --pulse "Speaking up" --scale speaking-up --folder safety-and-reports',
        'surveyapp report intervention "Asking before correcting"',
        "surveyapp report teams --unit cranes --unit gates",
    ),
)
def report() -> None:
    """Write a report with its inputs: report.html, inputs.csv, inputs.json, and report.pdf where that is installed.

    Figures are computed anew from released numbers and from entries of the log counted by team and wave. No time is
    in the files, so that two runs can be compared byte for byte.
    """


@report.command(epilog=example('surveyapp report relation --pulse "Speaking up" --scale speaking-up'))
@with_options
def relation(asked: Asked) -> None:
    """Report how a scale goes together with what is counted."""

    def make(owner: UUID, found: "PulseName", key: str) -> "Report":
        from surveyapp.services.insight.recomputing import recompute
        from surveyapp.web.coach.report_making import report_relation
        from surveyapp.web.reaching import reach

        session = reach().session
        return report_relation(owner, found.id, key, _everything(owner), lambda each: recompute(session, owner, each))

    _write(asked, make)


@report.command(epilog=example('surveyapp report intervention "Asking before correcting" --folder asking'))
@with_options
@click.argument("name")
def intervention(asked: Asked, name: str) -> None:
    """Report what changed in the teams of an intervention, named by its title or its id."""

    def make(owner: UUID, _pulse: "PulseName", _scale: str) -> "Report":
        from surveyapp.services.insight.recomputing import recompute
        from surveyapp.web.coach.report_making import report_intervention
        from surveyapp.web.reaching import reach

        session = reach().session
        found = _intervention(owner, name)
        return report_intervention(owner, found, _everything(owner), lambda each: recompute(session, owner, each))

    _write(asked, make)


@report.command(epilog=example("surveyapp report teams --unit cranes --unit gates --language de"))
@with_options
@click.option("--unit", "units", multiple=True, metavar="CODE", help="A team; several may be named, by default all.")
def teams(asked: Asked, units: tuple[str, ...]) -> None:
    """Report some teams over the latest waves."""

    def make(owner: UUID, found: "PulseName", key: str) -> "Report":
        from surveyapp.services.results.side_by_side import lines_of
        from surveyapp.services.roster.counting import tree_of
        from surveyapp.services.roster.organisations import unit_by_code
        from surveyapp.web.coach.report_making import report_teams
        from surveyapp.web.reaching import reach

        session = reach().session
        wanted = {unit_by_code(session, owner, code).id for code in units}
        tree = tree_of(session, owner)
        lines = lines_of(session, owner, found.id, tree, tree.units.keys())
        return report_teams(owner, found.id, key, [each for each in lines if not units or wanted & {*each.units}])

    _write(asked, make)


def _write(asked: Asked, make: "Callable[[UUID, PulseName, str], Report]") -> None:
    """Make a report as the pages would, and write its files."""
    from surveyapp.services.roster.organisations import find_organisation
    from surveyapp.web.reaching import reach

    with _pages(asked.language):
        owner = find_organisation(reach().session, asked.organisation).organisation_id
        pulse = _pulse(owner, asked.pulse)
        files = _files(make(owner, pulse, _scale(owner, pulse, asked.scale)), pdf=asked.pdf)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (asked.folder / name).write_bytes(content)
        click.echo(asked.folder / name)
    if asked.pdf and "report.pdf" not in files:
        click.echo("There is no PDF: that takes the extra pdf and the library Pango. A browser prints it.", err=True)


def _files(report: "Report", *, pdf: bool) -> dict[str, bytes]:
    from surveyapp.services.insight.report_inputs import as_csv, as_json
    from surveyapp.web.coach.report_making import as_html
    from surveyapp.web.coach.report_pdf import as_pdf, can_print

    html = as_html(report)
    files = {
        "report.html": html.encode(),
        "inputs.csv": as_csv(report.inputs),
        "inputs.json": as_json(report.inputs, report.about),
    }
    return files | ({"report.pdf": as_pdf(html)} if pdf and can_print() else {})


@contextmanager
def _pages(language: str) -> Iterator[None]:
    """Stand where a page stands, so that the words and the drawing are those of the pages."""
    from flask import g

    from surveyapp.errors import Invalid
    from surveyapp.languages import available
    from surveyapp.web.wiring import create_app, db

    if language not in available():
        raise Invalid("language", language, " or ".join(available()))
    app = create_app(settings())
    with app.test_request_context("/app/"):
        g.language = language
        yield
        db.engine.dispose()


def _intervention(owner: UUID, name: str) -> UUID:
    from surveyapp.errors import NotFound
    from surveyapp.services.insight.interventions import all_interventions
    from surveyapp.web.reaching import reach

    known = all_interventions(reach().session, owner)
    found = [each.id for each in known if name in {str(each.id), each.plan.title}]
    if len(found) != 1:
        titles = ", ".join(f"{each.plan.title} ({each.id})" for each in known) or "none"
        raise NotFound(f"There is no intervention {name!r}, or more than one; there is {titles}")
    return found[0]


def _pulse(owner: UUID, name: str) -> "PulseName":
    from surveyapp.errors import NotFound
    from surveyapp.services.results.reading import pulses_of
    from surveyapp.web.reaching import reach

    pulses = pulses_of(reach().session, owner)
    found = next((each for each in pulses if name in {"", each.name}), None)
    if found is None:
        known = ", ".join(each.name for each in pulses) or "none"
        raise NotFound(f"There is no pulse {name!r}; there is {known}" if name else "No pulse has started yet")
    return found


def _scale(owner: UUID, pulse: "PulseName", wanted: str) -> str:
    """Return the scale that was named, or the first one of the pulse."""
    from surveyapp.errors import NotFound
    from surveyapp.services.results.reading import pulse_scales
    from surveyapp.web.reaching import reach

    scales = pulse_scales(reach().session, owner, pulse.id, "en")
    known = [each.figure.removeprefix("scale:") for each in scales]
    if wanted and wanted not in known:
        raise NotFound(f"This pulse has no scale {wanted!r}; it has {', '.join(known)}")
    return wanted or known[0]


def _everything(owner: UUID) -> frozenset[UUID]:
    from surveyapp.services.roster.counting import tree_of
    from surveyapp.web.reaching import reach

    return frozenset(tree_of(reach().session, owner).units)


COMMANDS = (report,)
