"""From a TOML file to an instrument, or to the list of everything that is wrong with it."""

import tomllib
from functools import lru_cache
from pathlib import Path

from surveyapp.errors import SurveyError
from surveyapp.questions.build import build
from surveyapp.questions.instrument import Instrument
from surveyapp.questions.table import Table

LONGEST_FILE = 500_000


class InstrumentError(SurveyError):
    """An instrument cannot be used; `problems` has one sentence for each thing to put right."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(text: str, *, source: str) -> Instrument:
    """Read an instrument from TOML.

    Parameters
    ----------
    text : str
        The content of the file.
    source : str
        The name of the file, for messages.

    Raises
    ------
    InstrumentError
        With every problem at once, each naming file, item, field, value and what would be right.
    """
    return _loaded(text, source)


# An instrument never changes, and every page about a wave asks for one.
@lru_cache(maxsize=64)
def _loaded(text: str, source: str) -> Instrument:
    problems: list[str] = []
    instrument = build(Table(_parse(text, source), source, problems))
    if problems:
        raise InstrumentError(tuple(problems))
    return instrument


def read_text(path: Path) -> str:
    """Read the text of an instrument file, as it is kept beside the waves that use it."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InstrumentError((f"{path.name}: cannot be read: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise InstrumentError((f"{path.name}: byte {error.start + 1} is not UTF-8; save the file as UTF-8",)) from error


def read_file(path: Path) -> Instrument:
    """Read one instrument file."""
    return load(read_text(path), source=path.name)


def read_folder(folder: Path) -> dict[tuple[str, int], Instrument]:
    """Read every instrument of a folder, by key and version; the problems of all files are raised together."""
    if not folder.is_dir():
        raise InstrumentError((f"{folder.name}: there is no such folder; expected one with instruments as *.toml",))
    found: dict[tuple[str, int], Instrument] = {}
    sources: dict[tuple[str, int], str] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            instrument = read_file(path)
        except InstrumentError as error:
            problems.extend(error.problems)
            continue
        name = instrument.key, instrument.version
        if name in found:
            same = f"{sources[name]} holds {name[0]} version {name[1]} already"
            problems.append(f"{path.name}: version: {same}; expected another number")
        found[name], sources[name] = instrument, path.name
    if problems:
        raise InstrumentError(tuple(problems))
    return found


def _parse(text: str, source: str) -> dict[str, object]:
    if len(text) > LONGEST_FILE:
        raise InstrumentError((f"{source}: has {len(text)} characters; expected at most {LONGEST_FILE}",))
    try:
        return tomllib.loads(text)
    # Beside its own error, tomllib lets through what Python says to endless numbers and endless nesting.
    except (ValueError, RecursionError) as error:
        raise InstrumentError((f"{source}: is not valid TOML: {error}",)) from error
