"""Making up organisations, so that an analyst can try a method where the truth is known."""

import csv
from collections.abc import Iterator
from itertools import product
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from surveyapp.cli.plainly import example

if TYPE_CHECKING:
    from numpy.random import Generator

    from surveyapp.stats.recipe import Recipe
    from surveyapp.stats.simulate import Organisation


@click.command(
    epilog=example(
        "surveyapp simulate made-up --seed 7",
        "surveyapp simulate made-up --set teams=12 --set sizes=3,8 --set response=0.5",
        "surveyapp simulate --list",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--seed", default=1, show_default=True, help="The same seed and settings make the same organisation.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Change a setting; may be repeated.")
@click.option("--list", "listing", is_flag=True, help="List the settings with their usual values, and make nothing.")
def simulate(folder: Path | None, seed: int, changes: tuple[str, ...], listing: bool) -> None:  # noqa: FBT001  # As click hands it over.
    """Make up an organisation whose truth is known, as two CSV files.

    sheets.csv has the answers of everybody, which a real organisation never shows. teams.csv has a row for each team
    and wave: the truth, the mean of the sheets, what the release policy would publish of them, and errors with what is
    reported of them.
    """
    recipe = _recipe(changes)
    if listing:
        click.echo("\n".join(f"{name}={_plain(value)}" for name, value in _values(recipe).items()))
        return
    if folder is None:
        message = "Name a folder for the two files, or use --list."
        raise click.UsageError(message)
    from surveyapp.stats.seeds import generator
    from surveyapp.stats.simulate import organisation

    rng = generator(str(seed))
    made = organisation(rng, recipe)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("sheets.csv", _sheets(made)), ("teams.csv", _teams(made, rng))):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    click.echo(f"{made.climate.size} waves of teams and {len(made.team)} sheets are in {folder}.")


def _values(recipe: "Recipe") -> dict[str, Any]:
    from dataclasses import fields

    return {field.name: getattr(recipe, field.name) for field in fields(recipe)}


def _plain(value: object) -> str:
    return ",".join(str(each) for each in value) if isinstance(value, tuple) else str(value)


def _recipe(changes: tuple[str, ...]) -> "Recipe":
    from surveyapp.stats.recipe import Recipe

    usual = _values(Recipe())
    chosen = {}
    for change in changes:
        name, _, typed = change.partition("=")
        if name not in usual:
            message = f"--set {name}: there is no such setting; surveyapp simulate --list names them."
            raise click.UsageError(message)
        chosen[name] = _read(name, typed, usual[name])
    try:
        return Recipe(**chosen)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None


def _read(name: str, typed: str, usual: Any) -> Any:
    try:
        if isinstance(usual, tuple):
            numbers = tuple(int(each) for each in typed.split(",") if each)
            return numbers if len(numbers) == len(usual) or not usual else _wrong(name, typed, usual)
        return type(usual)(typed)
    except ValueError:
        return _wrong(name, typed, usual)


def _wrong(name: str, typed: str, usual: object) -> None:
    message = f"--set {name}: {typed!r} should look like {_plain(usual) or '0,2'}."
    raise click.UsageError(message)


def _sheets(made: "Organisation") -> Iterator[list[object]]:
    yield ["team", "wave", "person", *(f"item_{number + 1}" for number in range(made.recipe.items))]
    for team, wave, person, answers in zip(made.team, made.wave, made.person, made.answers, strict=True):
        yield [team + 1, wave + 1, person, *(answer or "" for answer in answers.tolist())]


LOG = ("person_weeks", "errors", "self_reported", "external", "both", "near_misses", "harm", "days_to_surface")


def _teams(made: "Organisation", rng: "Generator") -> Iterator[list[object]]:
    counts, means = made.counts(), made.means()
    released = ("published", "published_low", "published_high", "published_n", "withheld")
    yield ["team", "wave", "roster", "climate", "truth", "answered", "mean", *released, *LOG]
    published = _published(made, rng)
    for team, roster in enumerate(made.sizes):
        for wave in range(made.recipe.waves):
            at = team, wave
            log = [getattr(made.log, name)[at] for name in LOG]
            truth = [made.climate[at], made.truth[at], counts[at], means[at]]
            yield [team + 1, wave + 1, roster, *(_cell(each) for each in (*truth, *published[at], *log))]


def _published(made: "Organisation", rng: "Generator") -> dict[tuple[int, ...], tuple[object, ...]]:
    """Say what the release policy publishes of each team and wave, at the lowest thresholds that are allowed."""
    from surveyapp.privacy.outcome import Shown
    from surveyapp.privacy.policy import ScaleKey, draw_and_count
    from surveyapp.services.pulses.terms import FLOORS

    items = tuple(str(number) for number in range(made.recipe.items))
    scale = ScaleKey("climate", items, made.recipe.points, made.recipe.points - 1)
    cell = made.team * made.recipe.waves + made.wave
    keyed = made.keyed()
    rows: dict[tuple[int, ...], tuple[object, ...]] = {}
    for at in product(*map(range, made.climate.shape)):
        own = keyed[cell == at[0] * made.recipe.waves + at[1]]
        sheets = [{item: int(answer) for item, answer in zip(items, row, strict=True) if answer > 0} for row in own]
        figure = draw_and_count(sheets, [scale], FLOORS, lambda n: int(rng.integers(n))).figures["scale:climate"]
        if isinstance(figure, Shown):
            rows[at] = (figure.value, figure.low, figure.high, figure.n, "")
        else:
            rows[at] = ("", "", "", "", figure.reason)
    return rows


def _cell(value: Any) -> object:
    """Round to what the seed reproduces on any machine; an empty cell stands for nothing."""
    if isinstance(value, str):
        return value
    if isnan(value):
        return ""
    return round(float(value), 9) if value % 1 else int(value)


COMMANDS = (simulate,)
