"""What an organisation promises whoever tells: in every language, in versions, each from a Monday on.

A report keeps the number of the version under which it was told, and no more: versions change between weeks only, so
that the number tells no more about the time of a report than its week does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid
from surveyapp.languages import available
from surveyapp.learning.times import week_of
from surveyapp.services.accounts.access import Viewer, require_admin
from surveyapp.services.installation.auditing import note
from surveyapp.services.log.events import TEXT_LENGTH, check_words
from surveyapp.services.roster.counting import organisation_zone
from surveyapp.store.reporters import ReportPromise

# The words that come with the product, see `surveyapp.web.learning.words.PROMISE`.
OURS = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """One version of the promise, with its words by language and the moment from which it holds."""

    version: int
    words: Mapping[str, str]
    starts_at: datetime


def promises(session: Session, organisation_id: UUID) -> list[Promise]:
    """Return the versions of an organisation, the newest first."""
    rows = session.scalars(
        select(ReportPromise)
        .where(ReportPromise.organisation_id == organisation_id)
        .order_by(ReportPromise.version.desc(), ReportPromise.language)
    )
    found: dict[int, Promise] = {}
    for row in rows:
        words = found[row.version].words if row.version in found else {}
        found[row.version] = Promise(row.version, {**words, row.language: row.words}, row.starts_at)
    return list(found.values())


def version_at(session: Session, organisation_id: UUID, now: datetime) -> int:
    """Return the version that holds at a moment; before an organisation wrote one it is ours."""
    latest = select(func.max(ReportPromise.version)).where(
        ReportPromise.organisation_id == organisation_id, ReportPromise.starts_at <= now
    )
    return session.scalar(latest) or OURS


def words_of(session: Session, organisation_id: UUID, version: int, language: str) -> str:
    """Return the words of a version in a language; empty for ours, which the pages have."""
    row = session.get(ReportPromise, (organisation_id, version, language))
    return row.words if row else ""


def write_promise(session: Session, viewer: Viewer, words: Mapping[str, str], now: datetime) -> Promise:
    """Add a version that holds from next Monday on.

    Raises
    ------
    Forbidden
        When the account is no admin.
    Invalid
        When a language is missing, or its words are too long.
    """
    require_admin(viewer)
    for language in available():
        if not words.get(language, "").strip():
            raise Invalid(language, "", "the promise in this language")
        check_words(language, words[language], TEXT_LENGTH)
    owner = viewer.organisation_id
    before = select(func.max(ReportPromise.version)).where(ReportPromise.organisation_id == owner)
    version = (session.scalar(before) or OURS) + 1
    zone = ZoneInfo(organisation_zone(session, owner))
    # Some days more than a week and then back to Monday, for a week with a change of clocks has no 168 hours.
    starts_at = week_of(week_of(now, zone) + timedelta(days=8), zone)
    kept = {language: words[language].strip() for language in available()}
    session.add_all(
        ReportPromise(organisation_id=owner, version=version, language=language, words=said, starts_at=starts_at)
        for language, said in kept.items()
    )
    note(session, owner, viewer.account_id, "write promise", f"version {version}", now)
    session.commit()
    return Promise(version, kept, starts_at)
