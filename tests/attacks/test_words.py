"""Whose words are whose: neither the boxes nor what is published links a comment to a sheet or to a moment."""

import operator
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import select

from surveyapp.privacy import comments
from surveyapp.privacy.comments import EVERYBODY, Note
from surveyapp.services.results import voices
from surveyapp.services.results.comments import words_of_trend
from surveyapp.services.results.reading import group_trend
from surveyapp.store.pulses import Wave
from surveyapp.vault import deposit, opening, sheets
from surveyapp.vault.doors import reading
from surveyapp.vault.tables import box
from tests.attacks import relinking
from tests.attacks.relinking import Linked
from tests.fixtures.world import World, item_keys

WAVES, PEOPLE, ITEMS = 6, 8, 9
# In the order of answering; the alphabet puts them into another one.
TEXTS = [f"{place * 5 % PEOPLE}: what person {place} wrote" for place in range(PEOPLE)]
SHEETS = [bytes(1 + (place >> bit & 1) for bit in range(ITEMS)) for place in range(PEOPLE)]


@pytest.fixture
def crew(world: World) -> World:
    """Give a group of eight."""
    world.unit("Crew", "Harbour", PEOPLE)
    return world


def let_all_write(world: World, wave: Wave) -> None:
    """Let everybody answer one after the other, each with another sheet and another comment."""
    keys = item_keys(world, wave)
    for code, sheet, text in zip(world.codes(wave, "Crew"), SHEETS, TEXTS, strict=True):
        world.answer(wave, "Crew", code, dict(zip(keys, sheet, strict=True)), Note(text, EVERYBODY))


def steal(world: World, wave: Wave) -> tuple[list[bytes], list[str]]:
    """Return sheets and comments as they lie in the box, as somebody with every key reads them."""
    with reading(world.vault) as connection:
        row = connection.execute(select(box).where(box.c.wave_id == wave.id)).mappings().one()
    notes = opening._read(world.vault, row, "comments", sheets.NOTE_BYTES)
    return opening._read(world.vault, row, "sheets", ITEMS), [sheets.read_notes(note)[0].comment for note in notes]


def attack_boxes(world: World) -> Linked:
    """Guess in every wave that what lies at the same place in both boxes came from the same person."""
    pulse = world.pulse("Harbour")
    guesses, truths = [], []
    for _ in range(WAVES):
        wave = world.open(pulse)
        let_all_write(world, wave)
        found, written = steal(world, wave)
        guesses.append(found)
        truths.append([SHEETS[TEXTS.index(text)] for text in written])
        world.release(wave)
    return relinking.success(guesses, truths)


def attack_pages(world: World) -> Linked:
    """Guess in every wave that comments are read in the order in which they were written."""
    pulse = world.pulse("Harbour")
    guesses = []
    for _ in range(WAVES):
        wave = world.open(pulse)
        let_all_write(world, wave)
        world.release(wave)
        trend = group_trend(world.session, world.organisation_id, world.group_of(wave, "Crew").group_id)
        latest = words_of_trend(world.session, world.organisation_id, trend)[0]
        guesses.append([text.encode() for text in latest.comments])
    return relinking.success(guesses, [[text.encode() for text in TEXTS]] * WAVES)


def test_no_place_in_the_boxes_links_a_comment_to_a_sheet(crew: World) -> None:
    """Both are put in at places of their own."""
    found = attack_boxes(crew)
    assert found.sheets == WAVES * PEOPLE
    # By chance three standard errors are overstepped now and then, but not twice in a row.
    assert found.is_chance or attack_boxes(crew).is_chance


def test_boxes_that_grow_in_order_are_linked(crew: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: with both boxes appended to, every comment is found to belong to its sheet."""
    monkeypatch.setattr(deposit, "insert_somewhere", operator.add)
    assert attack_boxes(crew).rate == 1.0


def test_the_order_of_published_comments_tells_nothing(crew: World) -> None:
    """Neither who wrote first nor anything else that could be held against a clock."""
    assert attack_pages(crew).is_chance or attack_pages(crew).is_chance


def test_comments_published_in_order_are_linked(crew: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: without random places, sorting, mixing and random ids, the first comment is that of the first person."""
    numbers = count(1)
    monkeypatch.setattr(deposit, "insert_somewhere", operator.add)
    monkeypatch.setattr(sheets, "sorted", list, raising=False)
    monkeypatch.setattr(comments, "shuffled", lambda texts, _draw: tuple(texts))
    monkeypatch.setattr(voices, "uuid4", lambda: UUID(int=next(numbers)))
    assert attack_pages(crew).rate == 1.0
