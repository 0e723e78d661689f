"""The witness swap: whoever reads everything cannot tell two worlds apart in which somebody answered differently.

A wave of teams and one by function are copied before anybody has answered. In the copy people answer as the solver says
they may have, and then every route of the application is read in both as everybody who may read anything.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.privacy.ballots import derive_code
from surveyapp.privacy.classes import LEAST
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import GroupFigures, ScaleKey, draw_and_count
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.answering import find_page, put_in_box
from surveyapp.services.pulses.attributes import choose_attribute
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.pulses.terms import FLOORS
from surveyapp.services.pulses.waves import open_wave, schedule_next
from surveyapp.services.results import releasing
from surveyapp.services.results.drawing import draw_lines
from surveyapp.services.results.releasing import scale_keys
from surveyapp.services.team_codes import results_code
from surveyapp.store.database import make_engine
from surveyapp.store.invitations import Invitation
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave, WaveGroup
from surveyapp.vault.doors import open_whole
from surveyapp.web.reaching import reach
from surveyapp.web.wiring import create_app, db
from tests.attacks import test_silence
from tests.attacks.reading import Readers, Reading, changes
from tests.attacks.witness import witness
from tests.fixtures.accounts import ticket_of
from tests.fixtures.classes import place_of
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World

erin, work, wave = test_silence.erin, test_silence.work, test_silence.wave
# Everybody low, everybody high, and one who differs from all others; the last two are classes that cut through teams.
PATTERNS: dict[str, Callable[[int], int]] = {
    "Cranes": lambda person: 1,
    "Gates": lambda person: 5 if person else 2,
    "Pilots": lambda person: 5,
    "Watch": lambda person: 5 if person else 1,
    "Yard": lambda person: 5 if person % 2 else 1,
}
CLASSES = ("Watch", "Yard")
STAFF = ("alice", "dana", "grace", "erin")
Answers = dict[str, list[dict[str, int]]]


@pytest.fixture(autouse=True)
def the_same_person_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose sheet is in no number is drawn by chance; in both worlds it is the one who answered 3 to everything."""

    def first(sheets: Sequence[Mapping[str, int]], *terms: Any) -> GroupFigures:
        scales, thresholds, _ = terms
        ordered = sorted(sheets, key=lambda sheet: set(sheet.values()) != {3})
        return draw_and_count(ordered, scales, thresholds, lambda _: 0)

    monkeypatch.setattr(releasing, "draw_and_count", first)


@pytest.fixture
def scales(harbour: World, wave: Wave) -> list[ScaleKey]:
    """Give the scales of the wave's instrument."""
    copy = harbour.session.get_one(InstrumentCopy, (harbour.organisation_id, wave.instrument_id))
    return scale_keys(read_instrument(copy.toml))


@pytest.fixture
def places(harbour: World, wave: Wave, grace: Viewer) -> dict[str, WaveGroup]:
    """Give the groups that answer: those of the wave, and the classes of the next one, whose boxes stand already."""
    for number, code in enumerate(sorted(harbour.members)):
        harbour.members[code].function = CLASSES[number % len(CLASSES)]
    pulse = harbour.session.get_one(Pulse, (wave.organisation_id, wave.pulse_id))
    by_class = schedule_next(harbour.session, pulse, wave.closes_at)
    assert by_class
    choose_attribute(harbour.session, pulse, "function", now=wave.opens_at, account_id=grace.account_id)
    open_wave(harbour.session, harbour.vault, harbour.settings.ballot_key, by_class)
    return {
        name: place_of(harbour, by_class, name) if name in CLASSES else harbour.group_of(wave, name)
        for name in PATTERNS
    }


@pytest.fixture
def truth(places: dict[str, WaveGroup], scales: list[ScaleKey]) -> Answers:
    """Give what everybody who is counted answers, by group."""
    items = [item for scale in scales for item in scale.items]
    return {
        group: [dict.fromkeys(items, pattern(person)) for person in range(places[group].roster - 1)]
        for group, pattern in PATTERNS.items()
    }


def swapped(truth: Answers, scales: Sequence[ScaleKey]) -> Answers:
    """Give a world in which the first of each group answered differently, favourably where they did not."""
    other: Answers = {}
    for group, sheets in truth.items():
        least = LEAST.count_min if group in CLASSES else FLOORS.count_min
        parts = [witness(sheets, 0, scale, least) for scale in scales]
        other[group] = [
            dict(chain.from_iterable(part.items() for part in of_person)) for of_person in zip(*parts, strict=True)
        ]
    return other


@pytest.fixture
def read_in(
    harbour: World,
    places: dict[str, WaveGroup],
    clock: Clock,
    compiled_templates: FileSystemBytecodeCache,
    tmp_path: Path,
) -> Callable[..., Reading]:
    """Give a function that copies the installation, lets people answer, releases, and reads everything."""
    harbour.session.commit()
    waves = list(dict.fromkeys(place.wave_id for place in places.values()))
    numbers = count(1)

    def read(answers: Answers, names: Sequence[str] = STAFF) -> Reading:
        copy = copied(harbour, tmp_path / f"copy-{next(numbers)}")
        for group, sheets in answers.items():
            answer(copy, places[group], [*sheets, dict.fromkeys(sheets[0], 3)])
        for wave_id in waves:
            wave = copy.session.get_one(Wave, (copy.organisation_id, wave_id))
            copy.release(wave)
            clock.moment = wave.closes_at
        draw_lines(copy.session, copy.organisation_id, wave.pulse_id, clock.moment)
        with served(copy, clock) as app:
            app.jinja_env.bytecode_cache = compiled_templates
            readers = Readers(app, copy, signed_in(app, copy, names), codes_of(copy, places.values()))
            assert readers.shut == [] or not names
            return readers.first_look()

    return read


def answer(world: World, place: WaveGroup, sheets: Iterable[Mapping[str, int]]) -> None:
    """Let the people of a group answer, whether units or a class are counted in it."""
    wave = world.session.get_one(Wave, (world.organisation_id, place.wave_id))
    page = find_page(world.session, place.slug, wave.opens_at)
    of_group = (Invitation.wave_id == place.wave_id, Invitation.group_id == place.group_id)
    seeds = world.session.scalars(select(Invitation.seed).where(*of_group).order_by(Invitation.member_id))
    for seed, sheet in zip(seeds, sheets, strict=True):
        ticked = {item: page.instrument.scored(item, value) for item, value in sheet.items()}
        put_in_box(world.vault, page, derive_code(world.settings.ballot_key, seed), ticked)


@contextmanager
def served(world: World, clock: Clock) -> Iterator[Flask]:
    """Run the application on an installation, and close everything afterwards."""
    app = create_app(world.settings, clock)
    yield app
    with app.app_context():
        reach().vault.engine.dispose()
        db.engine.dispose()
    world.session.close()
    world.vault.engine.dispose()


def signed_in(app: Flask, world: World, names: Iterable[str]) -> dict[str, Visitor]:
    """Sign some people in who have an account."""
    staff = {name: Visitor(app) for name in names}
    for name, visitor in staff.items():
        visitor.sign_in(ticket_of(world, name))
    return staff


def codes_of(world: World, places: Iterable[WaveGroup]) -> dict[str, dict[str, str]]:
    """Return the addresses that groups open with their codes."""
    codes: dict[str, dict[str, str]] = {}
    for place in places:
        code = {"code": results_code(world.settings.ballot_key, world.organisation_id, place.group_id)}
        codes |= {f"/results/{place.group_id}": code, f"/results/{place.group_id}/results.csv": code}
    return codes


def copied(world: World, home: Path) -> World:
    """Copy an installation with its files of keys."""
    home.mkdir()
    urls = {}
    for name in ("database_url", "vault_url"):
        with (
            closing(sqlite3.connect(getattr(world.settings, name).removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(home / f"{name}.db")) as target,
        ):
            source.backup(target)
        urls[name] = f"sqlite:///{home / name}.db"
    for name in ("vault_keys", "vault_open_keys"):
        copytree(getattr(world.settings, name), home / name)
    settings = replace(
        world.settings,
        database_url=urls["database_url"],
        vault_url=urls["vault_url"],
        vault_open_url=urls["vault_url"],
        vault_keys=home / "vault_keys",
        vault_open_keys=home / "vault_open_keys",
    )
    session = Session(make_engine(settings.database_url))
    return replace(world, settings=settings, session=session, vault=open_whole(settings))


def test_everything_reads_the_same_when_somebody_answered_differently(
    read_in: Callable[..., Reading], truth: Answers, scales: list[ScaleKey], places: dict[str, WaveGroup]
) -> None:
    """T3: for critics among critics and among the content, in teams and in classes: not one byte changes."""
    other = swapped(truth, scales)
    for group, sheets in truth.items():
        assert all(other[group][0][item] != value for item, value in sheets[0].items())
    for group in ("Cranes", *CLASSES):
        assert set(other[group][0].values()) <= {4, 5}
    one, two = read_in(truth), read_in(other)
    assert one.keys() == two.keys()
    assert changes(one, two) == []
    shown = one["team", f"/results/{places[CLASSES[0]].group_id}/results.csv"][2].decode()
    assert all(name in shown for name in CLASSES), "the attack did not see the classes that it is about"


@pytest.mark.parametrize("group", ["Cranes", CLASSES[0]])
def test_a_number_that_says_more_is_noticed(
    read_in: Callable[..., Reading],
    truth: Answers,
    scales: list[ScaleKey],
    places: dict[str, WaveGroup],
    group: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Planted: participation that tells the sum of all answers along; it shows when one group answers differently."""
    other = truth | {group: swapped(truth, scales)[group]}
    published = releasing._figures

    def telling(sheets: Sequence[Mapping[str, int]], *terms: Any) -> Mapping[str, Any]:
        figures = published(sheets, *terms)
        total = sum(value for sheet in sheets for value in sheet.values())
        told = figures["participation"]
        assert isinstance(told, Shown)
        return {**figures, "participation": replace(told, text=f"{told.text} ({total})")}

    monkeypatch.setattr(releasing, "_figures", telling)
    # The group's own pages are enough to see it, and quicker than everybody's.
    own = f"team /results/{places[group].group_id}"
    assert own in changes(read_in(truth, ()), read_in(other, ()))
