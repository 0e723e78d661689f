"""Reading what a release says in words: comments and themes of a group, wave by wave."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.privacy.comments import COACHES, COMMENTERS, EVERYBODY, THEME_NAMES, respondents_needed
from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.services.accounts.access import COACH, MANAGER, Viewer, has_role, may_see_unit
from surveyapp.services.results.reading import Trend, WaveResult
from surveyapp.services.roster.counting import Tree
from surveyapp.store.organisation import ReportingGroupUnit
from surveyapp.store.pulses import Wave
from surveyapp.store.releases import CommentText, CommentWithdrawal, Release, ReleasedComment, ReleasedTheme

NOT_ASKED = Withheld("no comments were asked for here in this wave")
# Why a comment may be taken back, as pages say it.
WITHDRAWN = {
    "author": "its author asked for it",
    "person": "it was about a person who could be recognised",
    "hurtful": "it was hurtful or against the law",
}
NO_THEME = Withheld(f"no theme was tapped by {COMMENTERS} people or more")


@dataclass(frozen=True, slots=True)
class WaveWords:
    """What one wave says in words to one kind of reader, and why there is nothing where there is nothing.

    Themes come by their English name, in the order of the sheet, which says nothing about how many tapped which.
    ``comment_ids`` go with ``comments``; ``withdrawn`` has the reason for each comment that was taken back.
    """

    number: int
    closed_at: datetime
    comments: tuple[str, ...]
    themes: tuple[tuple[str, str], ...]
    no_comments: Withheld
    no_themes: Withheld
    comment_ids: tuple[UUID, ...] = ()
    withdrawn: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is or was a comment, or a named theme."""
        return bool(self.comments or self.withdrawn or self.themes)


def words_of_trend(
    session: Session, organisation_id: UUID, trend: Trend, audience: str = EVERYBODY
) -> tuple[WaveWords, ...]:
    """Return what the waves of a trend say in words, newest first; words of several groups are never put together."""
    return _words(session, organisation_id, [] if trend.together else trend.waves, audience)


def words_for_coaches(session: Session, viewer: Viewer, tree: Tree, trend: Trend) -> tuple[WaveWords, ...]:
    """Return what was written for coaches alone, in those waves whose whole group the viewer may read it for."""
    waves = trend.waves if has_role(viewer, COACH) and not trend.together else ()
    units = _units(session, viewer.organisation_id, {wave.group_id for wave in waves})
    readable = [wave for wave in waves if coaches(viewer, tree, units.get(wave.group_id, ()))]
    return _words(session, viewer.organisation_id, readable, COACHES)


def coaches(viewer: Viewer, tree: Tree, units: Collection[UUID]) -> bool:
    """Tell whether somebody is a coach of a group and manages none of its units, here or from above."""
    known = [unit for unit in units if unit in tree.units]
    coached, managed = (any(may_see_unit(viewer, tree, unit, [role]) for unit in known) for role in (COACH, MANAGER))
    return coached and not managed


def _units(session: Session, organisation_id: UUID, groups: Collection[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    if not groups:
        return found
    for group_id, unit_id in session.execute(
        select(ReportingGroupUnit.group_id, ReportingGroupUnit.unit_id).where(
            ReportingGroupUnit.organisation_id == organisation_id, ReportingGroupUnit.group_id.in_(groups)
        )
    ):
        found.setdefault(group_id, []).append(unit_id)
    return found


def _words(
    session: Session, organisation_id: UUID, waves: Collection[WaveResult], audience: str
) -> tuple[WaveWords, ...]:
    if not waves:
        return ()
    comments = _comments(session, organisation_id, waves, audience)
    themes = _themes(session, organisation_id, waves) if audience == EVERYBODY else {}
    terms = {
        wave_id: _Terms(count_min, roster_min, asked)
        for wave_id, count_min, roster_min, asked in session.execute(
            select(Wave.id, Wave.count_min, Wave.roster_min, Wave.comments).where(
                Wave.organisation_id == organisation_id, Wave.id.in_([wave.wave_id for wave in waves])
            )
        )
    }
    words = []
    for wave in sorted(waves, key=lambda each: each.number, reverse=True):
        missing = _missing(wave, terms[wave.wave_id])
        named = themes.get((wave.wave_id, wave.group_id), {})
        said = comments.get((wave.wave_id, wave.group_id), [])
        kept = [each for each in said if each.text]
        words.append(
            WaveWords(
                number=wave.number,
                closed_at=wave.closed_at,
                comments=tuple(each.text for each in kept),
                themes=tuple((name, named[key]) for key, name in THEME_NAMES.items() if key in named),
                no_comments=missing or Withheld(f"fewer than {COMMENTERS} people wrote for these readers"),
                no_themes=missing or NO_THEME,
                comment_ids=tuple(each.id for each in kept),
                withdrawn=tuple(each.withdrawn for each in said if each.withdrawn),
            )
        )
    return tuple(words)


class _Terms(NamedTuple):
    """What people were told before they wrote."""

    count_min: int
    roster_min: int
    comments: bool


def _missing(wave: WaveResult, terms: _Terms) -> Withheld | None:
    """Say why a wave can have no words at all, from what is public about it anyway."""
    needed = respondents_needed(terms.count_min)
    if not terms.comments or wave.roster < max(needed, terms.roster_min):
        return NOT_ASKED
    answered = wave.participation
    if not isinstance(answered, Shown) or answered.n < needed:
        return Withheld(f"fewer than {needed} people answered")
    return None


Place = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment with its words, or with the reason for which they were withdrawn."""

    id: UUID
    text: str
    withdrawn: str


def _comments(
    session: Session, organisation_id: UUID, waves: Collection[WaveResult], audience: str
) -> dict[Place, list[_Comment]]:
    rows = session.execute(
        select(
            Release.wave_id, ReleasedComment.group_id, ReleasedComment.id, CommentText.text, CommentWithdrawal.reason
        )
        .join(
            Release,
            (Release.organisation_id == ReleasedComment.organisation_id) & (Release.id == ReleasedComment.release_id),
        )
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
        .where(
            ReleasedComment.organisation_id == organisation_id,
            ReleasedComment.group_id.in_({wave.group_id for wave in waves}),
            Release.wave_id.in_({wave.wave_id for wave in waves}),
            ReleasedComment.audience == audience,
        )
        .order_by(ReleasedComment.id)
    )
    found: dict[Place, list[_Comment]] = {}
    for wave_id, group_id, comment_id, text, reason in rows:
        each = _Comment(comment_id, text or "", WITHDRAWN.get(reason or "", ""))
        found.setdefault((wave_id, group_id), []).append(each)
    return found


def _themes(session: Session, organisation_id: UUID, waves: Collection[WaveResult]) -> dict[Place, dict[str, str]]:
    rows = session.execute(
        select(Release.wave_id, ReleasedTheme.group_id, ReleasedTheme.theme, ReleasedTheme.text)
        .join(
            Release,
            (Release.organisation_id == ReleasedTheme.organisation_id) & (Release.id == ReleasedTheme.release_id),
        )
        .where(
            ReleasedTheme.organisation_id == organisation_id,
            ReleasedTheme.group_id.in_({wave.group_id for wave in waves}),
            Release.wave_id.in_({wave.wave_id for wave in waves}),
        )
    )
    found: dict[Place, dict[str, str]] = {}
    for wave_id, group_id, theme, text in rows:
        found.setdefault((wave_id, group_id), {})[theme] = text
    return found
