"""Reading one table of an instrument file: what is wrong is noted, and reading goes on."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final, TypeGuard
from unicodedata import category

KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST_KEY = 40
LONGEST_SHOWN = 60
# The value of a field that is not there; nothing in a TOML file can be equal to it.
MISSING: Final = object()


class Table:
    """One table of the file, which knows its place for messages and which fields were asked for."""

    def __init__(self, content: Mapping[str, object], place: str, problems: list[str]) -> None:
        self._content = content
        self._place = place
        self._problems = problems
        self._asked: set[str] = set()

    def note(self, field: str, value: object, expected: str) -> None:
        """Write down a problem: where, which field, what is there, what would be right."""
        found = "is missing" if value is MISSING else f"{shown(value)} is not accepted"
        self._problems.append(f"{self._place}: {field}: {found}; expected {expected}")

    def has(self, field: str) -> bool:
        """Whether the file gives this field."""
        return field in self._content

    def text(self, field: str, *, longest: int = 1000) -> str:
        """Read a text, with line breaks and runs of spaces turned into single spaces."""
        return self._accept_text(field, self._take(field), longest)

    def key(self, field: str) -> str:
        """Read a name for machines: it ends up in tables, addresses and files."""
        value = self._take(field)
        if isinstance(value, str) and len(value) <= LONGEST_KEY and KEY.fullmatch(value):
            return value
        self.note(field, value, f"lower-case letters, digits and single hyphens, at most {LONGEST_KEY}, a letter first")
        return ""

    def whole(self, field: str, low: int, high: int) -> int:
        """Read a whole number between two limits; zero stands for one that was noted."""
        value = self._take(field)
        # True and False are numbers in Python, and never meant as one here.
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.note(field, value, f"a whole number from {low} to {high}")
        return 0

    def flag(self, field: str) -> bool:
        """Read a yes or no that must be stated."""
        value = self._take(field)
        if isinstance(value, bool):
            return value
        self.note(field, value, "true or false")
        return False

    def texts(self, field: str, languages: Sequence[str], *, longest: int = 1000) -> dict[str, str]:
        """Read one text for every language."""
        by_language = self._by_language(field, languages, "a text")
        return {tag: self._accept_text(f"{field}.{tag}", value, longest) for tag, value in by_language.items()}

    def lists(self, field: str, languages: Sequence[str], length: int) -> dict[str, tuple[str, ...]]:
        """Read, for every language, as many different texts as `length` says; zero means that any number will do."""
        by_language = self._by_language(field, languages, f"a list of {length or 'equally many'} texts")
        return {tag: self._accept_list(f"{field}.{tag}", value, length) for tag, value in by_language.items()}

    def words(self, field: str) -> list[str]:
        """Read a list of at least one text."""
        value = self._take(field)
        if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
            return value
        self.note(field, value, 'a list of texts, such as ["en", "de"]')
        return []

    def tables(self, field: str, kind: str) -> list["Table"]:
        """Read a list of at least one table, each named after its key or, without one, its number."""
        value = self._take(field)
        if not (isinstance(value, list) and value):
            self.note(field, value, f"at least one [[{field}]]")
            return []
        found = []
        for number, content in enumerate(value, start=1):
            if is_table(content):
                key = content.get("key")
                name = shown(key) if isinstance(key, str) else f"number {number}"
                found.append(Table(content, f"{self._place}: {kind} {name}", self._problems))
            else:
                self.note(f"{field} number {number}", content, "a table")
        return found

    def finish(self) -> None:
        """Note every field that nobody asked for, since a mistyped one would else be passed over in silence."""
        for field in self._content.keys() - self._asked:
            close = get_close_matches(field[:LONGEST_SHOWN], sorted(self._asked), n=1)
            expected = f'"{close[0]}"' if close else f"only {', '.join(sorted(self._asked))}"
            self._problems.append(f"{self._place}: {shown(field)}: there is no such field; expected {expected}")

    def _take(self, field: str) -> object:
        self._asked.add(field)
        return self._content.get(field, MISSING)

    def _by_language(self, field: str, languages: Sequence[str], what: str) -> dict[str, object]:
        value = self._take(field)
        if not is_table(value):
            example = f"{field}.{languages[0] if languages else 'en'} = ..."
            self.note(field, value, f"{what} for each language, written as {example}")
            return {}
        # Without a valid list of languages there is nothing to compare with, and that list was noted already.
        for tag in value.keys() - set(languages) if languages else ():
            self.note(f"{field}.{shown(tag)}", value[tag], f"only the declared languages, {', '.join(languages)}")
        return {tag: value.get(tag, MISSING) for tag in languages}

    def _accept_text(self, field: str, value: object, longest: int) -> str:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if len(text) <= longest and readable(text):
            return text
        self.note(field, value, f"a text with letters or digits, of at most {longest} characters")
        return ""

    def _accept_list(self, field: str, value: object, length: int) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) != (length or len(value)):
            self.note(field, value, f"a list of {length} texts, one for each point")
            return ()
        texts = tuple(
            self._accept_text(f"{field} number {number}", text, 100) for number, text in enumerate(value, start=1)
        )
        if any(text and text in texts[:place] for place, text in enumerate(texts)):
            self.note(field, value, "different texts")
        return texts


def is_table(value: object) -> TypeGuard[dict[str, object]]:
    """Whether this came from a TOML table, whose keys are always texts."""
    return isinstance(value, dict)


def readable(text: str) -> bool:
    """Whether there is a letter or digit to see, and nothing that only controls a terminal."""
    return any(letter.isalnum() for letter in text) and all(category(letter) != "Cc" for letter in text)


def shown(value: object) -> str:
    """Put a value into a message, short enough to read and as the file would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return f"a list of {len(value)}" if isinstance(value, list) else "a table"
    # Python refuses to write out numbers of thousands of digits.
    if isinstance(value, int) and abs(value) >= 10**15:
        return "a very large number"
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…")
    return str(value)
