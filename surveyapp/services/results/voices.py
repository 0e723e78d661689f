"""Comments and themes of a release: gathered under the policy, written once, and read back to check the chain."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveyapp.privacy.comments import Voices
from surveyapp.store.releases import CommentText, CommentWithdrawal, Release, ReleasedComment, ReleasedTheme

COMMENT = ("group_id", "id", "audience", "digest")
THEME = ("group_id", "theme", "text")
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that a release says in words, as rows without an order; of comments ``texts`` has the words."""

    comments: Rows = ()
    themes: Rows = ()
    texts: Rows = ()

    @property
    def fingerprint(self) -> list[list[list[str]]]:
        """What the hash of the release covers: every row, in an order that does not depend on the database.

        The words of comments are in it as digests, so that it stays true when words are withdrawn.
        """
        return [
            sorted([str(row[name]) for name in names] for row in rows)
            for names, rows in ((COMMENT, self.comments), (THEME, self.themes))
        ]


def words_of(voices: Mapping[UUID, Voices]) -> Words:
    """Turn what may be said about each group into rows; the random id of a comment is the place it is read at."""
    written = sorted(_written(voices), key=lambda each: each[0]["id"].bytes)
    themes = [
        {"group_id": group, "theme": theme, "text": text}
        for group, said in voices.items()
        for theme, text in said.themes.items()
    ]
    # By id, so that the order of the rows on the disk is that of the ids.
    return Words([comment for comment, _ in written], themes, [text for _, text in written])


def _written(voices: Mapping[UUID, Voices]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for group, said in voices.items():
        for audience, texts in said.comments.items():
            for text in texts:
                comment, salt = uuid4(), secrets.token_hex(16)
                row = {"group_id": group, "id": comment, "audience": audience, "digest": digest(salt, text)}
                yield row, {"comment_id": comment, "salt": salt, "text": text}


def digest(salt: str, text: str) -> str:
    """Commit to the words of a comment; without the salt, which goes with the words, it says nothing about them."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def write_words(session: Session, release: Release, words: Words) -> None:
    """Write the rows of a release, in its transaction."""
    owner = {"organisation_id": release.organisation_id}
    of_release = {**owner, "release_id": release.id}
    for table, rows, mine in (
        (ReleasedComment, words.comments, of_release),
        (CommentText, words.texts, owner),
        (ReleasedTheme, words.themes, of_release),
    ):
        if rows:
            session.execute(insert(table), [{**mine, **row} for row in rows])


def read_words(session: Session, release: Release) -> Words:
    """Return the rows of a release as they are in the database, but for the words of its comments."""
    comments = select(*(getattr(ReleasedComment, name) for name in COMMENT))
    themes = select(*(getattr(ReleasedTheme, name) for name in THEME))
    mine = [
        query.where(table.organisation_id == release.organisation_id, table.release_id == release.id)
        for query, table in ((comments, ReleasedComment), (themes, ReleasedTheme))
    ]
    said, named = ([dict(row) for row in session.execute(query).mappings()] for query in mine)
    return Words(said, named)


def words_are_whole(session: Session, release: Release) -> bool:
    """Tell whether each comment of a release still has the words it was published with, or they were withdrawn."""
    rows = session.execute(
        select(ReleasedComment.digest, CommentText.salt, CommentText.text, CommentWithdrawal.reason)
        .outerjoin(
            CommentText,
            (CommentText.organisation_id == ReleasedComment.organisation_id)
            & (CommentText.comment_id == ReleasedComment.id),
        )
        .outerjoin(
            CommentWithdrawal,
            (CommentWithdrawal.organisation_id == ReleasedComment.organisation_id)
            & (CommentWithdrawal.comment_id == ReleasedComment.id),
        )
        .where(ReleasedComment.organisation_id == release.organisation_id, ReleasedComment.release_id == release.id)
    )
    return all(_is_whole(*row) for row in rows)


def _is_whole(said: str, salt: str | None, text: str | None, withdrawn: str | None) -> bool:
    if salt is None or text is None:
        return withdrawn is not None
    return withdrawn is None and digest(salt, text) == said
