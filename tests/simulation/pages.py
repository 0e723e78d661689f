"""Whole organisations on the way through the product: ballots, boxes, releases, log, and what the relation page says.

``python -m tests.simulation.pages nothing 40`` and ``python -m tests.simulation.pages paradox 15`` print what
docs/simulation-relation-page.md tells of so many organisations; a third number says with which one to begin. Databases
lie in the folder for temporary files: with ``TMPDIR=/dev/shm`` nobody waits for a disk.
"""

import math
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert
from sqlalchemy.orm import Session

from surveyapp.services.answering import find_page, put_in_box
from surveyapp.services.insight.answers import answer_waiting, ask_relations
from surveyapp.services.insight.relations import relation_of
from surveyapp.services.log.events import Entry, event_of
from surveyapp.services.pulses.instruments import add_instrument
from surveyapp.settings import Settings
from surveyapp.stats.multiplicity import benjamini_hochberg
from surveyapp.store.database import make_engine
from surveyapp.store.organisation import Organisation
from surveyapp.store.pulses import Pulse, Wave
from surveyapp.store.reviews import WorkDelivery
from surveyapp.vault.doors import open_whole
from surveyapp.web.coach.relation_words import claims, figures
from tests.fixtures.databases import migrate
from tests.fixtures.world import World

Floats = NDArray[np.float64]
HEAD = """
key = "many-scales"
version = 1
licence = "CC0-1.0"
citation = "Made up for simulations"
languages = ["en"]
points = 5
title.en = "Many scales"
introduction.en = "Please think of the last two weeks."
anchors.en = ["1", "2", "3", "4", "5"]
"""
SCALE = """
[[scales]]
key = "s{0}"
favourable_from = 4
name.en = "Scale {0}"
description.en = "Made up."
reading.en = "High: more of it."
"""
ITEM = """
[[items]]
key = "s{0}-{1}"
scale = "s{0}"
reverse = false
construct = "made up"
note = "Made up for simulations, after no literature."
text.en = "Statement {0} {1}."
"""


@dataclass(frozen=True)
class Plan:
    """What an organisation is made of: how errors and telling go with its climate, in standard deviations."""

    teams: int
    waves: int
    people: int = 9
    scales: int = 1
    items: int = 2
    errors: float = 2.0
    error_slope: float = 0.0
    telling_slope: float = 0.0


# A page for each scale: all of them are asked beside the same log.
NOTHING = Plan(teams=14, waves=8, scales=25)
# A quarter fewer errors for one standard deviation of the climate, and telling that rises more than errors fall.
PARADOX = Plan(teams=24, waves=8, items=4, errors=4.0, error_slope=-0.3, telling_slope=1.0)
PLANS = {"nothing": NOTHING, "paradox": PARADOX}


@dataclass(frozen=True)
class Said:
    """What one page says, and what it would say if its p-values were corrected another way."""

    verdict: str
    claims: tuple[str, ...]
    by_rate: int
    small: int
    asked: int

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Said":
        """Read a stored answer; ``by_rate`` counts what Benjamini-Hochberg would let pass, ``small`` p below 5 %."""
        p = [figure["p"] for _, figure in figures(answer)]
        passed = benjamini_hochberg(p) <= 0.05
        return cls(answer["verdict"], claims(answer), int(passed.sum()), sum(each <= 0.05 for each in p), len(p))


@contextmanager
def organisation(template: Path, plan: Plan, rng: np.random.Generator) -> Iterator[tuple[World, Pulse]]:
    """Give an organisation of teams with a pulse, in databases of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in ("main.db", "vault.db"):
            copyfile(template / each, folder / each)
        settings = settings_in(folder)
        engine, vault = make_engine(settings.database_url), open_whole(settings)
        with Session(engine) as session:
            owner = uuid4()
            session.add(Organisation(organisation_id=owner, name="Made up", time_zone="UTC", language="en"))
            session.commit()
            world = World(settings, session, vault, owner)
            world.unit("Harbour")
            for number in range(plan.teams):
                world.unit(f"T{number}", "Harbour", people=plan.people)
            copy = add_instrument(session, owner, instrument(plan), source="simulation")
            pulse = world.pulse("Harbour")
            pulse.instrument_id = copy.id
            session.commit()
            yield world, pulse
        engine.dispose()
        vault.engine.dispose()


def settings_in(folder: Path) -> Settings:
    """Return the settings of an installation in a folder."""
    return Settings.from_env(
        {
            "SECRET_KEY": "test" * 8,
            "DATABASE_URL": f"sqlite:///{folder}/main.db",
            "VAULT_URL": f"sqlite:///{folder}/vault.db",
            "VAULT_KEYS": str(folder / "keys"),
        }
    )


def instrument(plan: Plan) -> str:
    """Return an instrument with as many scales as there shall be pages."""
    scales = "".join(SCALE.format(scale) for scale in range(plan.scales))
    items = "".join(ITEM.format(scale, item) for scale in range(plan.scales) for item in range(plan.items))
    return HEAD + scales + items


def live(world: World, pulse: Pulse, plan: Plan, rng: np.random.Generator) -> None:
    """Let waves be answered and released while the log goes on."""
    climate = np.array([series(rng, plan) for _ in range(plan.scales)])
    frailty = rng.normal(0, 0.4, plan.teams)
    for number in range(plan.waves):
        wave = world.open(pulse)
        for team in range(plan.teams):
            deposit(world, wave, team, climate[:, team, number], plan, rng)
            write_log(world, wave, team, float(climate[0, team, number]), float(frailty[team]), plan, rng)
        world.session.commit()
        world.release(wave)
    ask_relations(world.session, world.organisation_id, pulse.id, wave.closes_at)
    answer_waiting(world.session)


def series(rng: np.random.Generator, plan: Plan) -> Floats:
    """Draw what teams have and how it moves, half and half; what moves lasts over waves. Shape (teams, waves)."""
    moves = rng.normal(size=(plan.teams, plan.waves))
    for wave in range(1, plan.waves):
        moves[:, wave] = 0.6 * moves[:, wave - 1] + 0.8 * moves[:, wave]
    return np.asarray(math.sqrt(0.5) * (rng.normal(size=(plan.teams, 1)) + moves))


def deposit(world: World, wave: Wave, team: int, level: Floats, plan: Plan, rng: np.random.Generator) -> None:
    """Let most people of a team answer, each with a mood of their own."""
    name = f"T{team}"
    page = find_page(world.session, world.group_of(wave, name).slug, wave.opens_at + timedelta(hours=1))
    for code in world.codes(wave, name):
        if rng.random() < 0.85:
            mood = 3.4 + 0.4 * level + rng.normal(0, 0.6, plan.scales)
            drawn = mood[:, None] + rng.normal(0, 0.6, (plan.scales, plan.items))
            scores = np.clip(np.rint(drawn), 1, 5).astype(int).ravel().tolist()
            keys = (item.key for item in page.instrument.items)
            put_in_box(world.vault, page, code, dict(zip(keys, scores, strict=True)))


def write_log(
    world: World, wave: Wave, team: int, level: float, frailty: float, plan: Plan, rng: np.random.Generator
) -> None:
    """Let errors happen, which the team tells or others find, near misses, and deliveries."""
    unit = world.units[f"T{team}"].id
    tells = 1 / (1 + math.exp(-plan.telling_slope * level))
    for _ in range(rng.poisson(plan.errors * math.exp(plan.error_slope * level + frailty))):
        told, outside = rng.random() < tells, rng.random() < 0.4
        if told or outside:
            found_by = "own_team" if told else "customer"
            reached = "external" if outside else "none"
            add(world, wave, unit, rng, kind="error", found_by=found_by, reached=reached, severity=int(rng.integers(3)))
    for _ in range(rng.poisson(tells * 3 * math.exp(frailty))):
        add(world, wave, unit, rng, kind="near_miss", found_by="own_team")
    rows = [delivery(world, wave, unit, rng) for _ in range(rng.poisson(4))]
    if rows:
        world.session.execute(insert(WorkDelivery), rows)


def add(world: World, wave: Wave, unit: Any, rng: np.random.Generator, **said: Any) -> None:
    """Log one event of the two weeks before the close."""
    told = wave.closes_at - timedelta(hours=float(rng.uniform(1, 300)))
    noticed = told - timedelta(hours=float(np.exp(rng.normal(3, 0.8))))
    occurred = noticed - timedelta(hours=float(np.exp(rng.normal(2, 0.8))))
    entry = Entry(
        unit, what_happened="Something happened", told_at=told, noticed_at=noticed, occurred_at=occurred, **said
    )
    world.session.add(event_of(world.organisation_id, entry))


def delivery(world: World, wave: Wave, unit: Any, rng: np.random.Generator) -> Mapping[str, Any]:
    """Make one delivery; some put right an earlier one."""
    again = bool(rng.random() < 0.2)
    return {
        "organisation_id": world.organisation_id,
        "id": uuid4(),
        "unit_id": unit,
        "source": "simulation",
        "external_id": uuid4().hex,
        "kind": "delivery",
        "planned": not again,
        "delivered_at": wave.closes_at - timedelta(hours=float(rng.uniform(1, 300))),
        "rework_of": "earlier" if again else None,
    }


def said(template: Path, plan: Plan, seed: int, run: int) -> list[Said]:
    """Let one organisation live and return what each of its pages says."""
    rng = np.random.default_rng([seed, run])
    with organisation(template, plan, rng) as (world, pulse):
        live(world, pulse, plan, rng)
        found = [
            relation_of(world.session, world.organisation_id, pulse.id, f"s{number}") for number in range(plan.scales)
        ]
        return [Said.of(each.answer) for each in found if each is not None]


def shares(pages: list[list[bool]]) -> tuple[float, float, int]:
    """Return the share of pages, its standard error with organisations as clusters, and how many pages there are."""
    hits, sizes = np.array([sum(some) for some in pages]), np.array([len(some) for some in pages])
    rate = hits.sum() / sizes.sum()
    error = math.sqrt(float(((hits - rate * sizes) ** 2).sum())) / sizes.sum()
    return float(rate), error, int(sizes.sum())


def main(kind: str, runs: int, first: int = 0) -> None:
    """Print what pages say, organisation by organisation, and then the shares."""
    organisations: list[list[Said]] = []
    with tempfile.TemporaryDirectory() as name:
        template = Path(name)
        settings = settings_in(template)
        migrate(settings.database_url, settings.vault_url)
        for run in range(first, first + runs):
            organisations.append(found := said(template, PLANS[kind], 6, run))
            sys.stdout.write(f"{kind} {run} {[(one.claims, one.by_rate, one.small, one.asked) for one in found]}\n")
            sys.stdout.flush()
    flat = [one for some in organisations for one in some]
    for label, told in (
        ("claims something", [[bool(one.claims) for one in some] for some in organisations]),
        ("by Benjamini-Hochberg", [[one.by_rate > 0 for one in some] for some in organisations]),
    ):
        rate, error, count = shares(told)
        sys.stdout.write(f"| {label} | {runs} | {count} | {100 * rate:.1f} % | {100 * error:.1f} |\n")
    alone = sum(one.small for one in flat) / sum(one.asked for one in flat)
    sys.stdout.write(f"single p-values below .05: {100 * alone:.1f} %\n{dict(Counter(one.verdict for one in flat))}\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
