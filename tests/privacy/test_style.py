"""What a comment is searched for before it is sent: a hint for its author, never a verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.privacy.style import EXAMPLES, LETTERS, LONG, clues


def found(comment: str) -> dict[str, tuple[str, ...]]:
    """Return the clues in a comment by kind."""
    return {clue.kind: clue.found for clue in clues(comment, "en")}


@pytest.mark.parametrize(
    ("comment", "kind", "words"),
    [
        ("then Alice said no", "name", "Alice"),
        ("we asked Mr. Smith twice", "name", "Mr. Smith"),
        ("Das hat Frau Müller so gewollt und wir nicht", "name", "Frau Müller"),
        ("und dann hat die Petra Schmidt das gesagt", "name", "Petra Schmidt"),
        ("it cost 12,500 again", "number", "12,500"),
        ("Raum 307 ist zu klein", "number", "307"),
        ("what happened last week was bad", "date", "last week"),
        ("since Tuesday nothing works", "date", "Tuesday"),
        ("am 3.4. war alles gut", "date", "3.4."),
        ("seit Mittwoch um 14:30 Uhr", "date", "Mittwoch"),
        ("on 2026-03-02 it began", "date", "2026-03-02"),
        ("as the newest here I see it", "role", "as the newest"),
        ("In my role nobody asks", "role", "In my role"),
        ("als Schichtleiterin sehe ich das", "role", "als Schichtleiterin"),
        ("Als Fahrer wartet man lange", "role", "Als Fahrer"),
        ("in meiner Abteilung ist es laut", "role", "in meiner Abteilung"),
        ("they said “just do it” to us", "quote", "“just do it”"),
        ("es hieß „mach einfach“ und fertig", "quote", "„mach einfach“"),
        ("write to me@example.org", "address", "me@example.org"),
        ("see https://example.org/x", "address", "https://example.org/x"),
        ("this is too much!!!", "emphasis", "!!!"),
        ("we have NEVER been asked", "emphasis", "NEVER"),
        ("nice work 🎉", "emphasis", "🎉"),
    ],
)
def test_finds_what_gives_people_away(comment: str, kind: str, words: str) -> None:
    """In English and in German, and it shows the place."""
    assert words in found(comment).get(kind, ())


@pytest.mark.parametrize(
    ("comment", "language"),
    [
        ("", "en"),
        ("More light in the hall, please.", "en"),
        ("We decide too late. I think we may need a plan, as a rule.", "de"),
        ("Die Arbeit in der Halle ist zu laut und wir haben keine Zeit für Pausen.", "en"),
        ("Bitte mehr Licht.", "de"),
    ],
)
def test_leaves_plain_words_alone(comment: str, language: str) -> None:
    """A hint at every comment would soon be read by nobody; German nouns are no names."""
    assert clues(comment, language) == ()


def test_tells_a_place_once() -> None:
    """The numbers of a date and the name in an address are no clues of their own."""
    assert set(found("mail to Anna@example.org on 3.4.2026")) == {"address", "date"}


def test_a_sentence_after_a_date_begins_with_no_name() -> None:
    """The full stop of a date goes with it, and the word behind it has its capital for another reason."""
    assert found("We met on 3.4. Nobody asked.") == {"date": ("3.4.",)}


def test_says_that_a_comment_is_long() -> None:
    """More words, more style."""
    assert found("s" * (LONG + 1)) == {"length": ()}
    assert found("s" * LONG) == {}


def test_shortens_a_long_example() -> None:
    """Forty letters are shown whole; of more, the first forty and that there are others."""
    whole = "https://example.org/".ljust(LETTERS, "x")
    assert found(f"see {whole}") == {"address": (whole,)}
    assert found(f"see {whole}x") == {"address": (f"{whole}…",)}


@given(st.text(max_size=1000), st.sampled_from(["en", "de"]))
def test_shows_few_and_short_examples_of_what_is_there(comment: str, language: str) -> None:
    """Whatever is typed, a hint has some examples of some letters, each taken from the text."""
    for clue in clues(comment, language):
        assert len(clue.found) <= EXAMPLES
        assert all(len(each) <= LETTERS + 1 for each in clue.found)
        assert all(each.removesuffix("…")[:LETTERS].strip() in comment for each in clue.found)
