"""Finished pages, kept ready: a page is the same for everybody in one wave, group and language."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from surveyapp.services.answering import AnswerPage

PLACES = 2000
FRESH_WHILE_OPEN = timedelta(seconds=60)
FRESH_OTHERWISE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Ready:
    """A page as it is sent, and its fingerprint."""

    packed: bytes
    etag: str

    @classmethod
    def of(cls, html: str) -> "Ready":
        """Compress a page; as everybody gets the same bytes, the fingerprint tells nobody apart."""
        content = html.encode()
        return cls(gzip.compress(content, 9, mtime=0), hashlib.sha256(content).hexdigest()[:20])


@dataclass(slots=True)
class Place:
    """What is known of one address, until when, and its pages by template and language."""

    page: AnswerPage
    until: datetime
    ready: dict[tuple[str, str], Ready] = field(default_factory=dict)


class Shelf:
    """Keeps the places asked for last; a place is forgotten at the moment its wave closes."""

    def __init__(self, places: int = PLACES) -> None:
        self._places: dict[str, Place] = {}
        self._room_for = places
        self._lock = Lock()

    def place(self, slug: str, now: datetime, find: Callable[[], AnswerPage]) -> Place:
        """Return the place of an address, looking it up when it is not known or not fresh."""
        known = self._places.get(slug)
        if known is not None and now < known.until:
            return known
        page = find()
        return self._put(slug, Place(page, _fresh_until(page, now)))

    def _put(self, slug: str, place: Place) -> Place:
        with self._lock:
            self._places.pop(slug, None)
            self._places[slug] = place
            while len(self._places) > self._room_for:
                del self._places[next(iter(self._places))]
        return place


def _fresh_until(page: AnswerPage, now: datetime) -> datetime:
    if page.state == "open":
        return min(now + FRESH_WHILE_OPEN, page.closes_at)
    return now + FRESH_OTHERWISE
