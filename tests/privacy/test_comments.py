"""What is said in words: comments in company and in no order, themes so that nobody's tapping can be worked out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.privacy import comments
from surveyapp.privacy.comments import (
    COACHES,
    EVERYBODY,
    MOST,
    SEVERAL,
    SILENCE,
    THEMES,
    Note,
    Voices,
    gather,
    is_deniable,
    is_safe,
    plain,
    respondents_needed,
    say,
    shuffled,
)
from surveyapp.privacy.policy import Thresholds

FLOOR = Thresholds(count_min=5, item_min=7, roster_min=7)
SEED = 20260302

notes = st.lists(
    st.builds(
        Note,
        st.sampled_from(["", "", "One", "Two", "Three"]),
        st.sampled_from([COACHES, EVERYBODY]),
        st.frozensets(st.sampled_from(THEMES)),
    ),
    max_size=14,
)


def written(*texts: str, audience: str = EVERYBODY) -> list[Note]:
    """Return notes with these comments."""
    return [Note(text, audience) for text in texts]


def tapped(times: int, people: int) -> list[Note]:
    """Return the notes of a group in which some tapped the first theme; the last one did not."""
    return [Note(themes=frozenset(THEMES[:1]) if number < times else frozenset()) for number in range(people)]


def last(below: int) -> int:
    """Draw the largest number."""
    return below - 1


def gathered(given_notes: list[Note], respondents: int = 8, roster: int = 10, thresholds: Thresholds = FLOOR) -> Voices:
    """Return what is said when the last person is left out."""
    return gather(given_notes, respondents, roster, thresholds, last)


def test_three_of_eight_are_shown() -> None:
    """R11: from eight answers and three comments on."""
    voices = gathered(written("One", "Two", "Three") + [Note()] * 5)
    assert sorted(voices.comments[EVERYBODY]) == ["One", "Three", "Two"]


@pytest.mark.parametrize(("texts", "respondents"), [(3, 7), (2, 8), (0, 8)])
def test_fewer_are_not_shown(texts: int, respondents: int) -> None:
    """R11: with one answer or one comment less there is nothing at all."""
    assert gathered(written(*"abc"[:texts]) + [Note()] * 5, respondents).comments == {}


def test_two_readerships_are_counted_apart() -> None:
    """Two comments for everybody and two for coaches are four comments, and none of them is in company."""
    assert gathered(written("a", "b") + written("c", "d", audience=COACHES) + [Note()] * 4).comments == {}


def test_comments_for_coaches_stay_with_them() -> None:
    """What was written for coaches is in no list for anybody else."""
    voices = gathered(written("a", "b", "c", audience=COACHES) + written("d", "e", "f") + [Note()] * 2)
    assert sorted(voices.comments[COACHES]) == ["a", "b", "c"]
    assert sorted(voices.comments[EVERYBODY]) == ["d", "e", "f"]


def test_a_pulse_with_stricter_numbers_has_stricter_comments() -> None:
    """Where ten have to be counted for a number, eleven have to answer for a comment."""
    strict = replace(FLOOR, count_min=10)
    assert gathered(written(*"abc") + [Note()] * 7, 10, 12, strict) == SILENCE
    assert gathered(written(*"abc") + [Note()] * 8, 11, 12, strict).comments != {}


def test_a_group_that_gets_no_number_gets_no_words() -> None:
    """A roster below the minimum is silent, however many wrote."""
    assert gathered(written(*"abcdefgh"), 8, 8, replace(FLOOR, roster_min=9)) == SILENCE


def test_a_roster_of_exactly_the_minimum_is_heard() -> None:
    """As with numbers, seven people are enough where seven are asked for."""
    assert gathered(written(*"abc") + [Note()] * 5, 8, 8, replace(FLOOR, roster_min=8)).comments != {}


def test_a_box_without_notes_is_silent() -> None:
    """Nobody is drawn out of nobody."""

    def somebody(below: int) -> int:
        if below < 1:
            message = "there is nobody to draw"
            raise ValueError(message)
        return 0

    assert gather([], 8, 10, FLOOR, somebody) == SILENCE


@pytest.mark.parametrize(("count_min", "needed"), [(5, 8), (7, 8), (8, 9), (12, 13)])
def test_comments_need_eight_answers_or_as_many_as_numbers(count_min: int, needed: int) -> None:
    """R11: eight, and one more than are counted where that is more."""
    assert respondents_needed(count_min) == needed


def test_an_order_follows_from_its_draws() -> None:
    """Each place from the last is drawn among those not yet filled, the place itself included."""
    asked = []

    def first(below: int) -> int:
        asked.append(below)
        return 0

    assert shuffled(["c", "a", "d", "b"], first) == ("b", "c", "d", "a")
    assert asked == [4, 3, 2]


def test_every_order_is_as_likely_as_any_other() -> None:
    """Six orders of three comments, a thousand times each, within three standard errors."""
    draw = Random(SEED).randrange  # noqa: S311  # A test that can be repeated.
    found = Counter(shuffled(["a", "b", "c"], draw) for _ in range(6000))
    assert len(found) == 6
    assert all(abs(times - 1000) < 3 * (6000 * 1 / 6 * 5 / 6) ** 0.5 for times in found.values())


@given(notes, st.randoms(use_true_random=False))
def test_the_order_of_coming_changes_nothing(given_notes: list[Note], random: Random) -> None:
    """The same notes in another order, and the same draws, give the same list."""
    mixed = random.sample(given_notes, len(given_notes))
    # Who is left out has to be the same person, so nobody taps anything here.
    first, second = (
        gathered([replace(note, themes=frozenset()) for note in each], len(mixed)) for each in (given_notes, mixed)
    )
    assert first == second


@given(notes, st.data())
def test_whether_comments_appear_depends_on_counts_alone(given_notes: list[Note], data: st.DataObject) -> None:
    """R5: other words of the same people are shown and withheld alike."""
    changed = [
        replace(note, comment=data.draw(st.text(min_size=1, max_size=9))) if note.comment else note
        for note in given_notes
    ]
    first, second = (gathered(each, len(each)).comments for each in (given_notes, changed))
    assert {audience: len(texts) for audience, texts in first.items()} == {
        audience: len(texts) for audience, texts in second.items()
    }


@pytest.mark.parametrize(("times", "said"), [(0, ""), (2, ""), (3, SEVERAL), (4, SEVERAL), (5, MOST), (8, MOST)])
def test_a_theme_is_named_from_three_on(times: int, said: str) -> None:
    """In words that fit several counts, and no count is said."""
    assert gathered(tapped(times, 9), 9).themes == ({THEMES[0]: said} if said else {})


def test_one_person_is_in_no_theme() -> None:
    """R7: whoever is left out may tap what they like."""
    others = tapped(2, 8)
    assert gathered([*others, Note(themes=frozenset(THEMES))], 9).themes == {}


def _worlds(people: int, said: str) -> Iterator[tuple[int, ...]]:
    return (world for world in product((0, 1), repeat=people) if say(sum(world), people) == said)


@pytest.mark.parametrize("said", ["", SEVERAL, MOST])
@pytest.mark.parametrize("people", range(7, 14))
def test_no_tap_is_determined_by_enumeration(people: int, said: str) -> None:
    """G1 for themes: every world of seven to thirteen counted people, one of whom tells; all others keep both answers.

    It holds even for an attacker who knows who was left out.
    """
    worlds = list(_worlds(people, said))
    # With seven, "several" is one count only: three.
    assert worlds
    for told in (0, 1):
        fitting = [world for world in worlds if world[0] == told]
        assert fitting
        assert all({world[person] for world in fitting} == {0, 1} for person in range(1, people))


def test_no_tap_is_determined_by_two_themes_together() -> None:
    """Themes are said one by one, so that a second one says nothing about the first: seven people, all worlds."""
    people = 7
    for said in product(("", SEVERAL, MOST), repeat=2):
        each = [list(_worlds(people, one)) for one in said]
        for told in product((0, 1), repeat=2):
            fitting = [world for world in product(*each) if (world[0][0], world[1][0]) == told]
            possible = [{(world[0][person], world[1][person]) for world in fitting} for person in range(1, people)]
            assert all(pairs == set(product((0, 1), repeat=2)) for pairs in possible)


@pytest.mark.parametrize("counted", range(7, 60))
def test_every_word_about_every_theme_is_deniable(counted: int) -> None:
    """The closed form that each release is held against agrees for larger groups."""
    assert all(is_deniable(said, counted) for said in ("", SEVERAL, MOST))


@pytest.mark.parametrize("said", ["", SEVERAL, MOST])
@pytest.mark.parametrize("counted", range(3, 9))
def test_the_closed_form_agrees_with_the_enumeration(counted: int, said: str) -> None:
    """In small groups too, where both find words that would say too much."""
    worlds = list(_worlds(counted, said))
    fitting = [[world for world in worlds if world[0] == told] for told in (0, 1)]
    free = all({world[person] for world in each} == {0, 1} for each in fitting if each for person in range(1, counted))
    assert is_deniable(said, counted) == free


def _exact(tapped_by: int, _counted: int) -> str:
    return str(tapped_by)


def test_the_check_refuses_exact_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a release that told how many tapped would tell of a theme that nobody, or everybody, tapped."""
    voices = gathered(tapped(3, 9), 9)
    assert is_safe(voices, 9)
    monkeypatch.setattr(comments, "say", _exact)
    assert not is_safe(gathered(tapped(3, 9), 9), 9)
    assert not is_safe(replace(voices, themes=dict.fromkeys(THEMES, "8")), 9)


@pytest.mark.parametrize("colluders", range(4))
@pytest.mark.parametrize("counted", range(1, 5))
def test_the_closed_form_finds_what_all_worlds_show(
    counted: int, colluders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever counts words stand for, and however many tell: both find the same."""
    for told in product((False, True), repeat=counted + 1):
        counts = {count for count, is_told in enumerate(told) if is_told}
        monkeypatch.setattr(comments, "say", lambda count, _, counts=counts: "told" if count in counts else "")
        assert is_deniable("told", counted, colluders) == _leaves_both(counts, counted, colluders)


def _leaves_both(counts: set[int], counted: int, colluders: int) -> bool:
    for known in range(min(colluders, counted - 1) + 1):
        for told in range(known + 1):
            others = [world for world in product((0, 1), repeat=counted - known) if sum(world) + told in counts]
            if any(len(set(taps)) == 1 for taps in zip(*others, strict=True)):
                return False
    return True


def test_silence_is_safe() -> None:
    """Where nothing is said because too few answered, that says nothing about taps."""
    assert is_safe(SILENCE, 1)


def test_themes_that_are_not_named_are_checked_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: if one tap were enough for a name, a theme without one would be a theme that nobody tapped."""
    voices = Voices({EVERYBODY: ("One", "Two", "Three")}, {})
    assert is_safe(voices, 9)
    monkeypatch.setattr(comments, "TAPPERS", 1)
    assert not is_safe(voices, 9)


@given(notes)
def test_every_release_passes_its_own_check(given_notes: list[Note]) -> None:
    """The check that can refuse a release never has a reason to."""
    assert is_safe(gathered(given_notes, len(given_notes)), len(given_notes))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  one\r\ntwo\rthree \n", "one\ntwo\nthree"),
        ("nul\0 bell\a tab\t", "nul bell tab"),
        ("\u202eturned\u2069", "turned"),
        ("<b>bold</b> & 👩‍🔧", "<b>bold</b> & 👩‍🔧"),
    ],
)
def test_a_comment_is_plain_text(typed: str, kept: str) -> None:
    """What only acts on a screen or in a database is dropped; what shows itself stays as it is."""
    assert plain(typed) == kept
