"""Loading: a good file becomes an instrument, a bad one a full list of what to put right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from surveyapp.errors import SurveyError
from surveyapp.questions import InstrumentError, load, read_file, read_folder, read_text

Bend = Callable[[str, str], str]


def problems_of(text: str) -> tuple[str, ...]:
    """Load a bad text and return what was said about it."""
    with pytest.raises(InstrumentError) as caught:
        load(text, source="trial.toml")
    return caught.value.problems


def test_good_file_becomes_an_instrument(good: str) -> None:
    """Every field of the file is found in the instrument."""
    trial = load(good, source="trial.toml")
    assert (trial.key, trial.version, trial.points, trial.languages) == ("trial", 3, 4, ("en", "ar"))
    assert trial.item("quiet-days").doi == "10.2307/2666999"
    assert trial.item("loud-days").note == "Our own idea."
    assert trial.scale("calm").favourable_from == 3
    assert trial.anchors["ar"][0] == "أبدا"


def test_line_breaks_in_texts_become_spaces(bend: Bend) -> None:
    """A text written over several lines is one line on screen."""
    trial = load(bend('"Think of last week."', '"""\nThink of\n   last week.\n"""'), source="trial.toml")
    assert trial.introduction["en"] == "Think of last week."


PROBLEMS = {
    "key with blanks": ('key = "trial"', 'key = "a trial"', "key: 'a trial' is not accepted; expected lower-case"),
    "key too long": ('key = "trial"', f'key = "{"a" * 41}"', "at most 40"),
    "version zero": (
        "version = 3",
        "version = 0",
        "version: 0 is not accepted; expected a whole number from 1 to 9999",
    ),
    "version true": ("version = 3", "version = true", "version: true is not accepted"),
    "version missing": ("version = 3", "", "version: is missing; expected a whole number"),
    "licence missing": ('licence = "CC0-1.0"', "", "licence: is missing"),
    "licence blank": ('licence = "CC0-1.0"', 'licence = "  "', "licence: '  ' is not accepted; expected a text"),
    "citation missing": ('citation = "Trial of two items"', "", "citation: is missing"),
    "citation a number": ('citation = "Trial of two items"', "citation = 7", "citation: 7 is not accepted"),
    "languages empty": ('["en", "ar"]', "[]", "languages: a list of 0 is not accepted"),
    "language misspelt": ('["en", "ar"]', '["en", "ar", "e_n"]', "languages: 'e_n' is not accepted"),
    "language twice": (
        '["en", "ar"]',
        '["en", "ar", "EN"]',
        "languages: 'EN' is not accepted; expected each language once",
    ),
    "points one": ("points = 4", "points = 1", "points: 1 is not accepted; expected a whole number from 2 to 11"),
    "points fraction": ("points = 4", "points = 4.5", "points: 4.5 is not accepted"),
    "anchor short": ('"never", ', "", "anchors.en: a list of 3 is not accepted; expected a list of 4 texts"),
    "anchor twice": ('"never"', '"often"', "anchors.en: a list of 4 is not accepted; expected different texts"),
    "anchor number": ('"never"', "1", "anchors.en number 1: 1 is not accepted; expected a text"),
    "title not by language": (
        '{ en = "Trial", ar = "تجربة" }',
        '"Trial"',
        "title: 'Trial' is not accepted; expected a text for",
    ),
    "title too long": ('en = "Trial"', f'en = "{"a" * 201}"', "of at most 200 characters"),
    "text missing": (', ar = "أيامي هادئة."', "", "item 'quiet-days': text.ar: is missing"),
    "text in undeclared language": (
        'text = { en = "My days are quiet."',
        'text = { fr = "Calme.", en = "My days are quiet."',
        "item 'quiet-days': text.'fr': 'Calme.' is not accepted; expected only the declared languages, en, ar",
    ),
    "text with control character": (
        "My days are quiet.",
        "My days\\u0007",
        "item 'quiet-days': text.en: 'My days\\x07'",
    ),
    "text twice": ("My days are loud.", "My days are quiet.", "item 'loud-days': text.en: 'My days are quiet.' is not"),
    "reverse not stated": ("reverse = true", "", "item 'loud-days': reverse: is missing; expected true or false"),
    "reverse in words": ("reverse = true", 'reverse = "yes"', "item 'loud-days': reverse: 'yes' is not accepted"),
    "construct missing": ('construct = "Noise"', "", "item 'loud-days': construct: is missing"),
    "no literature": ('note = "Our own idea."', "", "item 'loud-days': doi: is missing; expected the DOI"),
    "doi as address": (
        "10.2307/",
        "https://doi.org/10.2307/",
        "item 'quiet-days': doi: 'https://doi.org/10.2307/2666999'",
    ),
    "unknown scale": (
        'key = "quiet-days"\nscale = "calm"',
        'key = "quiet-days"\nscale = "clam"',
        "item 'quiet-days': scale: 'clam' is not accepted; expected the key of a scale in this file: calm",
    ),
    "item key twice": (
        '"loud-days"',
        '"quiet-days"',
        "item 'quiet-days': key: 'quiet-days' is not accepted; expected a key that",
    ),
    "item key of a scale": (
        '"loud-days"',
        '"calm"',
        "item 'calm': key: 'calm' is not accepted; expected a key that no other",
    ),
    "favourable too low": (
        "favourable_from = 3",
        "favourable_from = 1",
        "scale 'calm': favourable_from: 1 is not accepted",
    ),
    "favourable too high": ("favourable_from = 3", "favourable_from = 5", "expected a whole number from 2 to 4"),
    "reading missing": (
        'reading = { en = "High: calm days.", ar = "مرتفع: أيام هادئة." }',
        "",
        "scale 'calm': reading: is missing",
    ),
    "mistyped field": (
        "reverse = true",
        "reverse = true\nrevers = true",
        "'revers': there is no such field; expected \"reverse\"",
    ),
    "foreign field": (
        "version = 3",
        "version = 3\nzzz = 1",
        "'zzz': there is no such field; expected only anchors, citation",
    ),
}


@pytest.mark.parametrize(("part", "by", "expected"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_problem_is_named_with_file_field_and_value(bend: Bend, part: str, by: str, expected: str) -> None:
    """One mistake gives one problem, which names the file, the place, the value and what would be right."""
    (problem,) = problems_of(bend(part, by))
    assert problem.startswith("trial.toml: ")
    assert expected in problem


def test_all_problems_are_told_at_once(bend: Bend) -> None:
    """Two mistakes in different places are both in the list and in the message."""
    problems = problems_of(bend("version = 3", "version = -3").replace("reverse = true", "reverse = 1"))
    assert len(problems) == 2


def test_message_holds_every_problem() -> None:
    """The error reads as the list of its problems, and belongs to the family of refusals."""
    error = InstrumentError(("one", "two"))
    assert isinstance(error, SurveyError)
    assert error.message == "one\ntwo"


@pytest.mark.parametrize("kind", ["scales", "items"])
def test_scales_and_items_are_required(good: str, kind: str) -> None:
    """A file without scales or without items says which is missing."""
    head = good[: good.index("[[scales]]")]
    assert any(f"{kind}: is missing; expected at least one [[{kind}]]" in line for line in problems_of(head))


def test_scale_without_items_is_refused(good: str) -> None:
    """A scale that no item names could never have a value."""
    scale = good[good.index("[[scales]]") : good.index("[[items]]")].replace('"calm"', '"empty"')
    (problem,) = problems_of(good + scale)
    assert "scale 'empty': items: is missing; expected at least one item with scale = \"empty\"" in problem


def test_items_that_are_no_tables_are_refused(good: str) -> None:
    """A list of something else where tables belong is named by its number."""
    head = good[: good.index("[[scales]]")]
    assert any(
        "items number 2: 'x' is not accepted; expected a table" in line
        for line in problems_of(f'items = [{{}}, "x"]\n{head}')
    )


@pytest.mark.parametrize(
    "text",
    ["key = ", "key = 1\nkey = 2", "a = " + "[" * 5000, "a = " + "9" * 5000, "a = 2020-13-01", "\x00"],
    ids=["no value", "key twice", "endless nesting", "endless number", "no such date", "control character"],
)
def test_what_is_not_toml_is_refused_in_words(text: str) -> None:
    """Broken TOML is one problem with the name of the file."""
    (problem,) = problems_of(text)
    assert problem.startswith("trial.toml: is not valid TOML: ")


def test_number_too_long_to_print_is_described(bend: Bend) -> None:
    """A number that Python itself refuses to print does not break the message."""
    (problem,) = problems_of(bend("version = 3", f"version = 0x{'f' * 5000}"))
    assert "version: a very large number is not accepted" in problem


def test_endless_file_is_refused() -> None:
    """A file that is far too large is not even parsed."""
    (problem,) = problems_of("#" * 500_001)
    assert problem == "trial.toml: has 500001 characters; expected at most 500000"


def test_file_with_byte_order_mark_is_read(tmp_path: Path, good: str) -> None:
    """Editors that put a mark before UTF-8 do no harm."""
    path = tmp_path / "trial.toml"
    path.write_text(good, encoding="utf-8-sig")
    assert read_file(path).key == "trial"


def test_other_encoding_is_refused(tmp_path: Path, good: str) -> None:
    """A file in another encoding says where it stops being UTF-8."""
    path = tmp_path / "trial.toml"
    path.write_bytes(good.encode("utf-16"))
    with pytest.raises(InstrumentError, match=r"trial\.toml: byte 1 is not UTF-8; save the file as UTF-8"):
        read_text(path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(InstrumentError, match=r"trial\.toml: cannot be read: No such file"):
        read_file(tmp_path / "trial.toml")


def test_folder_is_read_by_key_and_version(tmp_path: Path, good: str, bend: Bend) -> None:
    """Every version of an instrument in a folder is found; other files are left alone."""
    (tmp_path / "one.toml").write_text(good, encoding="utf-8")
    (tmp_path / "two.toml").write_text(bend("version = 3", "version = 4"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not an instrument", encoding="utf-8")
    assert set(read_folder(tmp_path)) == {("trial", 3), ("trial", 4)}


def test_same_version_in_two_files_is_refused(tmp_path: Path, good: str) -> None:
    """Two files cannot both be version 3 of one instrument."""
    (tmp_path / "one.toml").write_text(good, encoding="utf-8")
    (tmp_path / "two.toml").write_text(good, encoding="utf-8")
    with pytest.raises(InstrumentError, match=r"two\.toml: version: one\.toml holds trial version 3 already"):
        read_folder(tmp_path)


def test_problems_of_all_files_are_told_together(tmp_path: Path, good: str, bend: Bend) -> None:
    """Bad files beside good ones are all named in one error."""
    (tmp_path / "good.toml").write_text(good, encoding="utf-8")
    (tmp_path / "one.toml").write_text(bend("points = 4", "points = 40"), encoding="utf-8")
    (tmp_path / "two.toml").write_text("key = ", encoding="utf-8")
    with pytest.raises(InstrumentError) as caught:
        read_folder(tmp_path)
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["one.toml", "two.toml"]


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(InstrumentError, match="instruments: there is no such folder"):
        read_folder(tmp_path / "instruments")
