"""What an instrument is made of, and how a raw answer becomes a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from surveyapp.errors import Invalid, NotFound
from surveyapp.questions.tags import parents

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Item:
    """One statement, with the idea that it stands for and where the idea comes from."""

    key: str
    scale: str
    text: Mapping[str, str]
    reverse: bool
    construct: str
    doi: str
    note: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Items that are scored together; `reading` says what a high value means."""

    key: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    items: tuple[str, ...]
    favourable_from: int
    reading: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of a questionnaire; a changed word is a new version."""

    key: str
    version: int
    title: Mapping[str, str]
    languages: tuple[str, ...]
    points: int
    anchors: Mapping[str, tuple[str, ...]]
    scales: tuple[Scale, ...]
    items: tuple[Item, ...]
    licence: str
    citation: str
    introduction: Mapping[str, str]

    def item(self, key: str) -> Item:
        """Find an item by its key, or raise NotFound."""
        for item in self.items:
            if item.key == key:
                return item
        raise NotFound(f"{self.key} version {self.version} has no item {key!r}")

    def scale(self, key: str) -> Scale:
        """Find a scale by its key, or raise NotFound."""
        for scale in self.scales:
            if scale.key == key:
                return scale
        raise NotFound(f"{self.key} version {self.version} has no scale {key!r}")

    def scored(self, item_key: str, raw: int) -> int:
        """Turn the answer to a reverse-keyed item around, so that high is good for every item."""
        item = self.item(item_key)
        if not 1 <= raw <= self.points:
            raise Invalid(item_key, raw, f"a whole number from 1 to {self.points}")
        return self.points + 1 - raw if item.reverse else raw

    def text_in(self, texts: Mapping[str, Said], language: str) -> Said:
        """Choose this language, its parent ("de" for "de-AT"), or else the first of the instrument."""
        for tag in parents(language):
            if tag in texts:
                return texts[tag]
        return texts[self.languages[0]]
