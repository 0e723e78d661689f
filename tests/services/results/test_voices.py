"""Comments and themes in a release: written once, in no order, covered by the chain."""

import pytest
from sqlalchemy import select

from surveyapp.errors import ReleaseRefused
from surveyapp.privacy import comments
from surveyapp.privacy.comments import COACHES, EVERYBODY, MOST, SEVERAL, Note
from surveyapp.services.results.chain import broken_links
from surveyapp.store.pulses import Wave
from surveyapp.store.releases import CommentText, Release, ReleasedComment, ReleasedTheme
from surveyapp.vault.sheets import COMMENT_BYTES, read_notes, write_note
from tests.fixtures.tampering import tamper
from tests.fixtures.world import World, item_keys

PEOPLE = 9
WORDS = ("More light, please.", "Thanks to all of you", "<b>We</b> need a plan", "It is too loud")


def said_to(world: World) -> dict[str, set[str]]:
    """Return the released comments by their readers."""
    words = select(ReleasedComment.audience, CommentText.text).join(
        CommentText, CommentText.comment_id == ReleasedComment.id
    )
    rows = world.session.execute(words).all()
    return {audience: {text for other, text in rows if other == audience} for audience, _ in rows}


def release_with(world: World, notes: list[Note], people: int = PEOPLE, **terms: object) -> Wave:
    """Let the gates answer, the first of them with a note, and release the wave."""
    wave = world.open(world.pulse("Harbour", **terms))
    world.fill(wave, "Gates", [dict.fromkeys(item_keys(world, wave), 3)] * people, notes)
    world.release(wave)
    return wave


def for_everybody(count: int) -> list[Note]:
    """Return notes for everybody."""
    return [Note(text, EVERYBODY) for text in WORDS[:count]]


@pytest.mark.postgres
def test_comments_are_released_with_the_numbers(harbour: World) -> None:
    """Three of nine, as they were written, for the readers whom their authors chose, and the chain holds."""
    release_with(harbour, [*for_everybody(3), Note(WORDS[3], COACHES)])
    assert said_to(harbour) == {EVERYBODY: set(WORDS[:3])}
    assert broken_links(harbour.session, harbour.organisation_id) == []


def test_comments_for_coaches_are_kept_apart(harbour: World) -> None:
    """Each readership needs three, and has its own list."""
    release_with(harbour, [*for_everybody(4), *(Note(f"Between us, {number}") for number in range(3))])
    assert said_to(harbour) == {EVERYBODY: set(WORDS), COACHES: {f"Between us, {number}" for number in range(3)}}


@pytest.mark.parametrize(("people", "count"), [(7, 4), (9, 2)])
def test_below_the_thresholds_nothing_is_kept(harbour: World, people: int, count: int) -> None:
    """Neither of seven people nor of two writers is there a row, and the boxes are gone."""
    wave = release_with(harbour, for_everybody(count), people)
    assert said_to(harbour) == {}
    assert wave.state == "erased"


def test_themes_are_named_without_a_count(harbour: World) -> None:
    """Four of eight counted are several, all are most; two or fewer are not named."""
    tapped = [{"workload", "mistakes"}] * 2 + [{"workload", "listening"}] * 3 + [{"workload"}] * 4
    notes = [Note(themes=frozenset(each)) for each in tapped]
    release_with(harbour, [*notes[:5], *notes[5:]])
    rows = harbour.session.execute(select(ReleasedTheme.theme, ReleasedTheme.text)).all()
    named = dict(rows)
    assert named.pop("workload") == MOST
    # The person left out may be one of the three.
    assert named in ({}, {"listening": SEVERAL})


def test_a_pulse_without_comments_has_none(harbour: World) -> None:
    """A forged note finds no box."""
    release_with(harbour, for_everybody(4), comments=False)
    assert said_to(harbour) == {}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comment_text SET text = 'All is well' WHERE text LIKE 'More%'",
        "UPDATE released_comment SET audience = 'coaches' WHERE id = (SELECT max(id) FROM released_comment)",
        "DELETE FROM released_comment WHERE id = (SELECT max(id) FROM released_comment)",
        "UPDATE released_theme SET text = 'most people'",
        "DELETE FROM released_theme",
    ],
)
def test_changed_words_break_the_chain(harbour: World, change: str) -> None:
    """Whoever takes the triggers off and edits leaves a trace that a command finds."""
    notes = [Note(each.comment, each.audience, frozenset({"workload"})) for each in for_everybody(4)]
    release_with(harbour, notes)
    verb = "update" if change.startswith("UPDATE") else "delete"
    table = next(word for word in change.split() if "_" in word)
    tamper(harbour, f"DROP TRIGGER {table}_no_{verb}", change)
    assert broken_links(harbour.session, harbour.organisation_id) == [1]


def test_words_that_would_say_too_much_stop_the_release(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: exact counts of taps are refused, and nothing at all is published."""
    monkeypatch.setattr(comments, "say", lambda tapped, _counted: f"{tapped} people")
    with pytest.raises(ReleaseRefused, match="somebody's tap"):
        release_with(harbour, for_everybody(4))
    harbour.session.rollback()
    assert harbour.session.scalars(select(Release)).all() == []


@pytest.mark.parametrize(
    "note",
    [
        Note(),
        Note("x" * COMMENT_BYTES, EVERYBODY, frozenset(comments.THEMES)),
        Note("ä€😀", COACHES, frozenset({"teamwork"})),
    ],
)
def test_every_note_takes_the_same_room(note: Note) -> None:
    """Neither its length nor its choices show in the size, and it is read back as it was."""
    record = write_note(note)
    assert len(record) == len(write_note(Note()))
    assert read_notes(record) == [note]


def test_readers_of_nothing_are_not_kept() -> None:
    """Who wrote nothing is like everybody else who wrote nothing."""
    assert write_note(Note("", EVERYBODY)) == write_note(Note())
