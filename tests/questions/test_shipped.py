"""The instruments that come with the product keep the promises made for them."""

import re
from pathlib import Path

import pytest

from surveyapp.questions import Instrument, check, read_folder

FOLDER = Path(__file__).parents[2] / "instruments"
FILES = sorted(FOLDER.glob("*.toml"))
SHIPPED = read_folder(FOLDER)
every_instrument = pytest.mark.parametrize("instrument", SHIPPED.values(), ids=lambda it: f"{it.key}-{it.version}")


def syllables(word: str) -> int:
    """Count groups of vowels, leaving out a silent e at the end, as readability formulas commonly do."""
    word = re.sub(r"(?<![aeiouy])e$|(?<=[^aeiouytd])ed$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def grade(sentences: list[str]) -> float:
    """Compute the Flesch-Kincaid grade level of texts that are one sentence each."""
    words = [word for sentence in sentences for word in re.findall(r"[A-Za-z']+", sentence)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize(("word", "count"), [("mistake", 2), ("idea", 2), ("angry", 2), ("needed", 2), ("asked", 1)])
def test_syllables_are_counted_well_enough(word: str, count: int) -> None:
    """The count agrees with how words of the items are spoken, but for vowels side by side."""
    assert syllables(word) == count


def test_long_and_short_form_are_shipped() -> None:
    """Version 1 of both forms is there for good: waves refer to it."""
    assert {("speaking-up-autonomy", 1), ("speaking-up-autonomy-short", 1)} <= set(SHIPPED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_named_after_key_and_version(path: Path) -> None:
    """One finds the file of a version by its name."""
    assert check(path).summary.startswith("{} version {}:".format(*path.stem.rsplit("-", 1)))


@every_instrument
def test_items_fit_into_a_minute(instrument: Instrument) -> None:
    """A frequent pulse has five to nine items."""
    assert 5 <= len(instrument.items) <= 9


@every_instrument
def test_english_items_read_at_seventh_grade(instrument: Instrument) -> None:
    """The items together are at seventh grade or easier, and no single one is above ninth."""
    sentences = [item.text["en"] for item in instrument.items]
    assert grade(sentences) <= 7
    assert [sentence for sentence in sentences if grade([sentence]) > 9] == []


@every_instrument
def test_words_are_free_to_use(instrument: Instrument) -> None:
    """Our own wording is dedicated to the public domain."""
    assert instrument.licence == "CC0-1.0"


@every_instrument
def test_every_item_names_its_literature(instrument: Instrument) -> None:
    """Construct, DOI and a note with author and year stand behind each item."""
    assert [item.key for item in instrument.items if not item.doi or not re.search(r"[12][0-9]{3}", item.note)] == []


@every_instrument
def test_every_scale_has_items_keyed_both_ways(instrument: Instrument) -> None:
    """Agreeing with everything gives a middling score on every scale."""
    assert all({instrument.item(key).reverse for key in scale.items} == {True, False} for scale in instrument.scales)


@every_instrument
def test_english_and_german_are_complete(instrument: Instrument) -> None:
    """Both languages are there, and no text was left untranslated."""
    assert instrument.languages == ("en", "de")
    assert [item.key for item in instrument.items if item.text["en"] == item.text["de"]] == []


@every_instrument
def test_five_points_of_agreement(instrument: Instrument) -> None:
    """Both forms are answered on the same five points, and agreeing is favourable."""
    assert instrument.points == 5
    assert {scale.favourable_from for scale in instrument.scales} == {4}


def test_short_form_uses_the_words_of_the_long_one() -> None:
    """An item that both forms share has one key, one wording and one direction."""
    long, short = SHIPPED["speaking-up-autonomy", 1], SHIPPED["speaking-up-autonomy-short", 1]
    for item in short.items:
        same = long.item(item.key)
        assert (item.text, item.reverse, item.doi) == (same.text, same.reverse, same.doi)


def test_what_fear_takes_away_is_asked_about() -> None:
    """Ideas that are kept back, mistakes that are kept to oneself, and decisions that are left to others."""
    for key in ("speaking-up-autonomy", "speaking-up-autonomy-short"):
        asked = {item.key for item in SHIPPED[key, 1].items}
        assert {"suggest-ideas", "own-mistakes"} <= asked
        assert {"decide-myself", "wait-for-decisions"} & asked


def test_each_way_of_not_letting_go_is_asked_about() -> None:
    """Looking too often, stepping in or correcting before understanding, and reacting in anger."""
    asked = {item.key for item in SHIPPED["speaking-up-autonomy", 1].items}
    assert {"hovering", "understand-first", "angry-reaction"} <= asked
