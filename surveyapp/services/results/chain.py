"""The chain of what was published and of what was withdrawn of it: each link says what it follows.

Releases and withdrawals of comments are links of one chain, so that a withdrawal which is added, removed, changed or
moved to another day afterwards breaks it just as an altered figure does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.services.chains import link
from surveyapp.services.results.voices import Words, read_words, words_are_whole
from surveyapp.store.organisation import Organisation
from surveyapp.store.releases import CommentWithdrawal, Release, ReleaseRow


@dataclass(frozen=True, slots=True)
class End:
    """The last link of a chain: which one it is, its hash, and when it was made; of an empty chain there is no time."""

    sequence: int = 0
    hash: str = ""
    made_at: datetime | None = None


def end_of_chain(session: Session, organisation_id: UUID) -> End:
    """Return what a new link has to follow, and let nobody else add one until the transaction ends."""
    session.execute(
        select(Organisation.organisation_id).where(Organisation.organisation_id == organisation_id).with_for_update()
    )
    ends = [
        session.execute(
            select(table.sequence, table.hash, made_at)
            .where(table.organisation_id == organisation_id)
            .order_by(table.sequence.desc())
            .limit(1)
        ).one_or_none()
        for table, made_at in ((Release, Release.released_at), (CommentWithdrawal, CommentWithdrawal.at))
    ]
    return max((End(*row) for row in ends if row), key=lambda end: end.sequence, default=End())


def release_hash(release: Release, groups: Mapping[UUID, Mapping[str, Figure]], words: Words) -> str:
    """Return the hash that chains a release with all its figures and words to the link before."""
    figures = {
        f"{group.hex}:{name}": [figure.text, figure.value, figure.low, figure.high, figure.n]
        if isinstance(figure, Shown)
        else figure.reason
        for group, figures in groups.items()
        for name, figure in figures.items()
    }
    when = _text(release.released_at)
    content = release.wave_id.hex, release.sequence, when, release.policy, figures, words.fingerprint
    return link(release.previous_hash, *content)


def withdrawal_hash(row: CommentWithdrawal) -> str:
    """Return the hash that chains the withdrawal of a comment to the link before."""
    content = "withdrawal", row.sequence, row.comment_id.hex, row.account_id.hex, _text(row.at), row.reason
    return link(row.previous_hash, *content)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def broken_links(session: Session, organisation_id: UUID) -> list[int]:
    """Return the sequence numbers of releases and withdrawals whose content or place in the chain was altered."""
    end, broken = End(), []
    for row in _links(session, organisation_id):
        if isinstance(row, CommentWithdrawal):
            # Withdrawing takes the moment of the link before when the clock is behind, so an earlier one is forged.
            made_at, whole = row.at, row.hash == withdrawal_hash(row) and not (end.made_at and row.at < end.made_at)
        else:
            made_at, whole = row.released_at, _is_whole(session, row)
        if not whole or (row.sequence, row.previous_hash) != (end.sequence + 1, end.hash):
            broken.append(row.sequence)
        end = End(row.sequence, row.hash, made_at)
    return broken


def _links(session: Session, organisation_id: UUID) -> list[Release | CommentWithdrawal]:
    releases = session.scalars(select(Release).where(Release.organisation_id == organisation_id)).all()
    withdrawn = session.scalars(
        select(CommentWithdrawal).where(CommentWithdrawal.organisation_id == organisation_id)
    ).all()
    return sorted([*releases, *withdrawn], key=lambda row: row.sequence)


def _is_whole(session: Session, release: Release) -> bool:
    groups: dict[UUID, dict[str, Figure]] = {}
    mine = (ReleaseRow.organisation_id == release.organisation_id, ReleaseRow.release_id == release.id)
    for row in session.scalars(select(ReleaseRow).where(*mine)):
        groups.setdefault(row.group_id, {})[row.figure] = row.outcome
    hashed = release_hash(release, groups, read_words(session, release))
    return release.hash == hashed and words_are_whole(session, release)
