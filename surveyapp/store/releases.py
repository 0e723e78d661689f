"""Releases: the immutable figures of a closed wave; everything else reads these."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.store.base import Id, LongText, Moment, Name, Owned, Word, owned_by

FigureName = Annotated[str, mapped_column(String(120), primary_key=True)]


class Release(Owned):
    """One edition per wave, chained by its hash to the release or withdrawal before it, whose numbers it shares."""

    __tablename__ = "release"
    __table_args__ = (
        owned_by("wave_id", "wave"),
        UniqueConstraint("organisation_id", "wave_id"),
        UniqueConstraint("organisation_id", "sequence"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
    )

    id: Mapped[Id]
    wave_id: Mapped[UUID]
    sequence: Mapped[int]
    released_at: Mapped[Moment]
    policy: Mapped[LongText]
    previous_hash: Mapped[Name]
    hash: Mapped[Name]


class ReleaseRow(Owned):
    """One figure of one reporting group: shown with its support, or withheld with the reason.

    ``figure`` is ``participation``, ``item:KEY`` or ``scale:KEY``.
    """

    __tablename__ = "release_row"
    __table_args__ = (
        owned_by("release_id", "release"),
        owned_by("group_id", "reporting_group"),
        Index(None, "organisation_id", "group_id"),
        CheckConstraint(
            "(text IS NULL) = (low IS NULL) AND (text IS NULL) = (high IS NULL)", name="whole_or_not_at_all"
        ),
        CheckConstraint("(text IS NULL) <> (reason IS NULL)", name="shown_or_withheld"),
        CheckConstraint("low <= value AND value <= high", name="value_in_range"),
    )

    release_id: Mapped[Id]
    group_id: Mapped[Id]
    figure: Mapped[FigureName]
    text: Mapped[str | None]
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    n: Mapped[int | None]
    reason: Mapped[str | None]

    @property
    def outcome(self) -> Figure:
        """The figure as it was released."""
        return outcome_of(self.text, self.value, self.low, self.high, self.n, self.reason)


def outcome_of(
    text: str | None, value: float | None, low: float | None, high: float | None, n: int | None, reason: str | None
) -> Figure:
    """Return the figure that the columns of a row say."""
    if text is None or value is None or low is None or high is None or n is None:
        return Withheld(reason or "")
    return Shown(text, value, low, high, n)


class ReleasedColumns(Owned):
    """The numbers of one figure in a release, column by column and with the rosters, for the night to compute with.

    A copy of what rows say, as ``surveyapp.stats.tables`` packs it: rows never change, so it never has to be remade.
    """

    __tablename__ = "released_columns"
    __table_args__ = (owned_by("release_id", "release"),)

    release_id: Mapped[Id]
    figure: Mapped[FigureName]
    content: Mapped[bytes]


class ReleasedComment(Owned):
    """That a reporting group was given a comment, for the readers whom its author chose; the words stand beside it.

    Its random id is the order in which it is read, so the order tells nothing. ``digest`` commits to the words, so that
    the chain of releases holds with them as well as after they were withdrawn.
    """

    __tablename__ = "released_comment"
    __table_args__ = (
        owned_by("release_id", "release"),
        owned_by("group_id", "reporting_group"),
        Index(None, "organisation_id", "group_id"),
        CheckConstraint("audience IN ('coaches', 'everybody')", name="known_audience"),
    )

    id: Mapped[Id]
    release_id: Mapped[UUID]
    group_id: Mapped[UUID]
    audience: Mapped[Word]
    digest: Mapped[Name]


class CommentText(Owned):
    """The words of a comment as its author wrote them; they are never changed, but they can be withdrawn.

    ``salt`` goes into the digest, so that nobody can try words against it once they are gone.
    """

    __tablename__ = "comment_text"
    __table_args__ = (
        owned_by("comment_id", "released_comment"),
        CheckConstraint("text <> ''", name="says_something"),
    )

    comment_id: Mapped[Id]
    salt: Mapped[Name]
    text: Mapped[LongText]


class CommentWithdrawal(Owned):
    """That the words of a comment were withdrawn, by whom and why; a link of the chain of releases."""

    __tablename__ = "comment_withdrawal"
    __table_args__ = (
        owned_by("comment_id", "released_comment"),
        owned_by("account_id", "account"),
        UniqueConstraint("organisation_id", "sequence"),
        CheckConstraint("reason IN ('author', 'person', 'hurtful')", name="known_reason"),
    )

    comment_id: Mapped[Id]
    at: Mapped[Moment]
    account_id: Mapped[UUID]
    reason: Mapped[Word]
    sequence: Mapped[int]
    previous_hash: Mapped[Name]
    hash: Mapped[Name]


class ReleasedTheme(Owned):
    """A theme that several people of a reporting group tapped, in words and never as a count."""

    __tablename__ = "released_theme"
    __table_args__ = (
        owned_by("release_id", "release"),
        owned_by("group_id", "reporting_group"),
        Index(None, "organisation_id", "group_id"),
    )

    release_id: Mapped[Id]
    group_id: Mapped[Id]
    theme: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[Word]


class OrganisationFigure(Owned):
    """A figure of the organisation as a whole, such as reliability, for 100 or more sheets and rounded."""

    __tablename__ = "organisation_figure"
    __table_args__ = (owned_by("release_id", "release"),)

    release_id: Mapped[Id]
    figure: Mapped[FigureName]
    text: Mapped[str | None]
    value: Mapped[float | None]
    n: Mapped[int | None]
    reason: Mapped[str | None]


class TeamEstimate(Owned):
    """What statistics make of a released figure: an estimate with its 95 % band, recomputed at will by the worker."""

    __tablename__ = "team_estimate"
    __table_args__ = (
        owned_by(["release_id", "group_id", "figure"], "release_row", to=["release_id", "group_id", "figure"]),
    )

    release_id: Mapped[Id]
    group_id: Mapped[Id]
    figure: Mapped[FigureName]
    estimate: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    method: Mapped[Name]


class TeamLine(Owned):
    """The line of one series of groups through the released numbers of one scale, computed anew after every release.

    It is made of release rows alone, so that whoever may read those loses nothing by reading it.
    """

    __tablename__ = "team_line"
    __table_args__ = (owned_by("pulse_id", "pulse"),)

    pulse_id: Mapped[Id]
    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    figure: Mapped[FigureName]
    # As JSON, in the shape of services.results.lines.DrawnLine.
    content: Mapped[LongText]
