"""Answering: from a public page and a code to a sheet in a box. No person is known here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import AlreadyClosed, Invalid, NotFound, NotOpenYet, Said, SpentBallot, UnknownBallot
from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.privacy.classes import ATTRIBUTES
from surveyapp.privacy.comments import NOTHING, Note, plain, respondents_needed
from surveyapp.questions import Instrument
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.replies.published import Reply, reply_before
from surveyapp.store.organisation import Organisation, ReportingGroup
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave, WaveGroup
from surveyapp.vault.deposit import Address, is_spent, put_in
from surveyapp.vault.doors import Vault
from surveyapp.vault.sheets import COMMENT_BYTES, write_note, write_sheet


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """Everything the page of one (wave, reporting group) says; the same for everybody in it.

    ``reply`` is what its managers said about the wave before.
    """

    organisation_id: UUID
    wave_id: UUID
    group_id: UUID
    organisation_name: str
    pulse_name: str
    group_name: str
    group_size: int
    wave_number: int
    opens_at: datetime
    closes_at: datetime
    results_at: datetime
    time_zone: str
    way_in: str
    instrument: Instrument
    comments_open: bool
    count_min: int
    item_min: int
    roster_min: int
    grace_days: int
    attribute: str
    state: str
    reply: Reply | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the questions can be read."""
        return self.instrument.languages

    @property
    def by(self) -> str:
        """By what people are counted instead of by team, in English; usually nothing."""
        return ATTRIBUTES.get(self.attribute, "")

    @property
    def gets_a_number(self) -> bool:
        """Whether the group is large enough for any result at all."""
        return self.group_size >= self.roster_min

    @property
    def comments_from(self) -> int:
        """How many have to answer before any comment is shown."""
        return respondents_needed(self.count_min)


def find_page(session: Session, slug: str, now: datetime) -> AnswerPage:
    """Return the page of one (wave, reporting group).

    Raises
    ------
    NotFound
        When there is no such page.
    """
    organisation = next(
        (each for each in session.scalars(select(Organisation)) if slug.startswith(each.organisation_id.hex[:8])), None
    )
    row = None if organisation is None else _page_row(session, organisation.organisation_id, slug)
    if organisation is None or row is None:
        message = "There is no check at this address; please look at the link again"
        raise NotFound(message)
    place, wave, pulse, group, instrument = row
    return AnswerPage(
        organisation_id=wave.organisation_id,
        wave_id=wave.id,
        group_id=place.group_id,
        organisation_name=organisation.name,
        pulse_name=pulse.name,
        group_name=group.name,
        group_size=place.roster,
        wave_number=wave.number,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        results_at=wave.closes_at,
        time_zone=pulse.time_zone,
        way_in=wave.way_in,
        instrument=read_instrument(instrument.toml),
        comments_open=wave.comments and place.roster >= max(respondents_needed(wave.count_min), wave.roster_min),
        count_min=wave.count_min,
        item_min=wave.item_min,
        roster_min=wave.roster_min,
        grace_days=wave.grace_days,
        attribute=wave.attribute,
        state=_state(wave, now),
        reply=reply_before(session, wave.organisation_id, wave, group),
    )


def _page_row(
    session: Session, organisation_id: UUID, slug: str
) -> tuple[WaveGroup, Wave, Pulse, ReportingGroup, InstrumentCopy] | None:
    return session.execute(
        select(WaveGroup, Wave, Pulse, ReportingGroup, InstrumentCopy)
        .join(Wave, (Wave.organisation_id == WaveGroup.organisation_id) & (Wave.id == WaveGroup.wave_id))
        .join(Pulse, (Pulse.organisation_id == Wave.organisation_id) & (Pulse.id == Wave.pulse_id))
        .join(
            ReportingGroup,
            (ReportingGroup.organisation_id == WaveGroup.organisation_id) & (ReportingGroup.id == WaveGroup.group_id),
        )
        .join(
            InstrumentCopy,
            (InstrumentCopy.organisation_id == Wave.organisation_id) & (InstrumentCopy.id == Wave.instrument_id),
        )
        .where(WaveGroup.organisation_id == organisation_id, WaveGroup.slug == slug)
    ).one_or_none()


def _state(wave: Wave, now: datetime) -> str:
    if now < wave.opens_at or wave.state == "scheduled":
        return "scheduled"
    return "open" if now < wave.closes_at and wave.state == "open" else "closed"


def slug_for_code(session: Session, vault: Vault, typed: str) -> str:
    """Find the page on which a typed code can be used.

    Raises
    ------
    UnknownBallot, SpentBallot
    """
    hashed = hash_code(read_code(typed))
    for wave in session.scalars(select(Wave).where(Wave.state == "open")):
        found = is_spent(vault, wave.organisation_id, wave.id, hashed)
        if found is None:
            continue
        group_id, spent = found
        if spent:
            message = "This code has been used; the first sheet sent with it counts"
            raise SpentBallot(message)
        return session.scalars(
            select(WaveGroup.slug).where(
                WaveGroup.organisation_id == wave.organisation_id,
                WaveGroup.wave_id == wave.id,
                WaveGroup.group_id == group_id,
            )
        ).one()
    message = "No open check has this code"
    raise UnknownBallot(message)


def is_used(vault: Vault, page: AnswerPage, typed: str) -> bool:
    """Tell whether a sheet was sent with a code of this page.

    Raises
    ------
    UnknownBallot
        When the page has no such code.
    """
    found = is_spent(vault, page.organisation_id, page.wave_id, hash_code(read_code(typed)))
    if found is None or found[0] != page.group_id:
        message = "No ballot of this page has this code"
        raise UnknownBallot(message)
    return found[1]


def put_in_box(vault: Vault, page: AnswerPage, typed: str, answers: Mapping[str, int], note: Note = NOTHING) -> None:
    """Put one answer sheet into its box; sending it again changes nothing.

    Parameters
    ----------
    page : AnswerPage
        As found at the moment of sending, since it says whether the wave is open.
    answers : mapping
        Item key to answer, 1 to the instrument's points; skipped items are absent.
    note : Note
        Goes into a box of its own; where comments are closed it is dropped.

    Raises
    ------
    NotOpenYet, AlreadyClosed, UnknownBallot
    Invalid
        When an answer is outside the scale or the comment is too long.
    """
    if page.state == "scheduled":
        raise NotOpenYet(page.opens_at)
    if page.state == "closed":
        message = "This check is closed"
        raise AlreadyClosed(message)
    hashed = hash_code(read_code(typed))
    sheet = write_sheet(
        [_answer(page.instrument, item.key, answers.get(item.key, 0)) for item in page.instrument.items]
    )
    where = Address(page.organisation_id, page.wave_id, page.group_id)
    put_in(vault, where, hashed, sheet, _note(page, note))


def _answer(instrument: Instrument, key: str, answer: int) -> int:
    if not 0 <= answer <= instrument.points:
        # The answer itself is not repeated: messages may be logged.
        raise Invalid(key, Said("the answer"), Said("a number from 1 to {points}, or none", points=instrument.points))
    return answer


def _note(page: AnswerPage, note: Note) -> bytes:
    if not page.comments_open:
        return b""
    comment = plain(note.comment)
    size = len(comment.encode())
    if size > COMMENT_BYTES:
        expected = Said(
            "at most {most}: please shorten it by {excess}", most=COMMENT_BYTES, excess=size - COMMENT_BYTES
        )
        raise Invalid("comment", Said("{size} bytes", size=size), expected)
    return write_note(replace(note, comment=comment))
