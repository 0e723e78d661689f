"""Whatever a file holds, loading ends with a sound instrument or with problems in words."""

import tomllib
from math import isnan
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.questions import Instrument, InstrumentError, load

GOOD = Path(__file__).with_name("trial.toml").read_text(encoding="utf-8")
FIELDS = sorted({*tomllib.loads(GOOD), "scale", "reverse", "construct", "doi", "note", "text", "name", "reading", "en"})
SCALARS = st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(FIELDS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), inner),
    max_leaves=12,
)


def quoted(text: str) -> str:
    """Write a text the safest way that TOML has."""
    return '"' + "".join(letter if letter.isalnum() else f"\\U{ord(letter):08x}" for letter in text) + '"'


def written(value: object) -> str:
    """Write any value of the kinds that TOML knows on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return f"{{{', '.join(f'{quoted(key)} = {written(inner)}' for key, inner in value.items())}}}"
        case _:
            return "nan" if isinstance(value, float) and isnan(value) else str(value)


def loaded(document: dict[str, Any]) -> Instrument | None:
    """Load a document; None stands for problems that were told properly."""
    text = "\n".join(f"{quoted(key)} = {written(value)}" for key, value in document.items())
    tomllib.loads(text)
    instrument, problems = tried(text)
    if instrument is None:
        assert problems
        assert all(line.startswith("trial.toml: ") and "expected" in line for line in problems)
    return instrument


def tried(text: str) -> tuple[Instrument | None, tuple[str, ...]]:
    """Load a text; any error but the loader's own passes through and fails the test."""
    try:
        return load(text, source="trial.toml"), ()
    except InstrumentError as error:
        return None, error.problems


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the way to every value inside a document."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path] * bool(path) + [place for step, inner in inside for place in places(inner, (*path, step))]


PLACES = places(tomllib.loads(GOOD))


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), VALUES))
def test_arbitrary_data_is_refused_in_words(document: dict[str, Any]) -> None:
    """No TOML document, however odd, ends in anything but an instrument or its own error."""
    assert loaded(document) is None


@given(st.sampled_from(PLACES), VALUES | st.none())
def test_one_changed_value_gives_a_sound_instrument_or_problems(place: tuple[str | int, ...], value: object) -> None:
    """A valid file with one value replaced or taken out is refused, or all promises of the types still hold."""
    document = tomllib.loads(GOOD)
    *way, last = place
    inner: Any = document
    for step in way:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    trial = loaded(document)
    if trial is not None:
        assert_sound(trial)


def assert_sound(trial: Instrument) -> None:
    """Check what every reader of an instrument relies on."""
    languages = set(trial.languages)
    assert set(trial.anchors) == languages
    assert all(len(anchors) == trial.points for anchors in trial.anchors.values())
    assert all(set(item.text) == languages and all(item.text.values()) for item in trial.items)
    assert all(item.doi or item.note for item in trial.items)
    assert [item.key for item in trial.items if item.key in trial.scale(item.scale).items] == [
        item.key for item in trial.items
    ]
    assert all(2 <= scale.favourable_from <= trial.points and scale.items for scale in trial.scales)
    assert trial.licence
    assert trial.citation


@given(st.text(max_size=200))
def test_arbitrary_text_is_refused_in_words(text: str) -> None:
    """No text, TOML or not, ends in another error."""
    instrument, problems = tried(text)
    assert instrument is None
    assert problems
