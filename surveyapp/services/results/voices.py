"""Comments and themes of a release: gathered under the policy, written once, and read back to check the chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveyapp.privacy.comments import Voices
from surveyapp.store.releases import Release, ReleasedComment, ReleasedTheme

COMMENT = ("group_id", "id", "audience", "text")
THEME = ("group_id", "theme", "text")
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that a release says in words, as rows without an order."""

    comments: Rows = ()
    themes: Rows = ()

    @property
    def fingerprint(self) -> list[list[list[str]]]:
        """What the hash of the release covers: every row, in an order that does not depend on the database."""
        return [
            sorted([str(row[name]) for name in names] for row in rows)
            for names, rows in ((COMMENT, self.comments), (THEME, self.themes))
        ]


def words_of(voices: Mapping[UUID, Voices]) -> Words:
    """Turn what may be said about each group into rows; the random id of a comment is the place it is read at."""
    comments = [
        {"group_id": group, "id": uuid4(), "audience": audience, "text": text}
        for group, said in voices.items()
        for audience, texts in said.comments.items()
        for text in texts
    ]
    themes = [
        {"group_id": group, "theme": theme, "text": text}
        for group, said in voices.items()
        for theme, text in said.themes.items()
    ]
    # By id, so that the order of the rows on the disk is that of the ids.
    return Words(sorted(comments, key=lambda row: row["id"].bytes), themes)


def write_words(session: Session, release: Release, words: Words) -> None:
    """Write the rows of a release, in its transaction."""
    of_release = {"organisation_id": release.organisation_id, "release_id": release.id}
    for table, rows in ((ReleasedComment, words.comments), (ReleasedTheme, words.themes)):
        if rows:
            session.execute(insert(table), [{**of_release, **row} for row in rows])


def read_words(session: Session, release: Release) -> Words:
    """Return the rows of a release as they are in the database."""
    comments = select(ReleasedComment.group_id, ReleasedComment.id, ReleasedComment.audience, ReleasedComment.text)
    themes = select(ReleasedTheme.group_id, ReleasedTheme.theme, ReleasedTheme.text)
    mine = [
        query.where(table.organisation_id == release.organisation_id, table.release_id == release.id)
        for query, table in ((comments, ReleasedComment), (themes, ReleasedTheme))
    ]
    said, named = ([dict(row) for row in session.execute(query).mappings()] for query in mine)
    return Words(said, named)
