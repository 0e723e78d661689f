"""A year of waves, one after the other, through the same services that a running installation uses."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import SurveyError
from surveyapp.privacy.ballots import derive_code
from surveyapp.privacy.comments import NOTHING
from surveyapp.privacy.policy import Thresholds
from surveyapp.questions import Instrument
from surveyapp.services.answering import find_page, put_in_box
from surveyapp.services.demo import names
from surveyapp.services.demo.calendar import ZONE, Calendar
from surveyapp.services.demo.cast import Cast, reorganise
from surveyapp.services.demo.words import note_of
from surveyapp.services.pulses.running import draft_pulse, start_pulse
from surveyapp.services.pulses.terms import PulseTerms
from surveyapp.services.pulses.waves import close_wave, open_wave, schedule_next
from surveyapp.services.results.releasing import release_wave
from surveyapp.settings import Settings
from surveyapp.stats.demonstration import PAST_WAVES, Story
from surveyapp.store.invitations import Invitation
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.vault.doors import Vault

OPEN_HOURS = 120
# People begin to write when they have seen what becomes of it.
WORDS_FROM = PAST_WAVES - 4
INSTRUMENT = "speaking-up-autonomy:1"
T = TypeVar("T")


class Watch(Protocol):
    """Shows how far a long piece of work has come."""

    def __call__(self, label: str, items: Sequence[T]) -> Iterable[T]:
        """Yield the items one by one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the year is played."""

    settings: Settings
    session: Session
    vault: Vault
    organisation_id: UUID
    story: Story
    cast: Cast
    # The ids of those who can sign in, by role.
    accounts: Mapping[str, UUID]
    calendar: Calendar
    leave_out: Callable[[int], int]


def announce(stage: Stage) -> Pulse:
    """Draft the pulse and let it run, a week before its first wave."""
    calendar, settings = stage.calendar, stage.settings
    then = datetime.combine(calendar.first_day, datetime.min.time(), UTC) - timedelta(days=7)
    terms = PulseTerms(
        name=names.PULSE,
        unit=str(stage.cast.units[names.ORGANISATION]),
        instrument=INSTRUMENT,
        first_day=calendar.first_day,
        open_hours=OPEN_HOURS,
        time_zone=ZONE,
    )
    floors = Thresholds(settings.count_min, settings.item_min, settings.roster_min)
    pulse_id = draft_pulse(stage.session, stage.organisation_id, terms, floors, settings.instruments, now=then)
    start_pulse(stage.session, stage.organisation_id, pulse_id, now=then)
    return stage.session.get_one(Pulse, (stage.organisation_id, pulse_id))


def play(stage: Stage, pulse: Pulse, number: int) -> None:
    """Play one wave, counted from 0: open, answer, close and release it; the last one stays open."""
    if stage.calendar.day(number - 1) < stage.calendar.reorganised_on <= stage.calendar.day(number):
        reorganise(stage.session, stage.organisation_id, stage.cast, stage.calendar)
    wave = _scheduled(stage, pulse, number)
    open_wave(stage.session, stage.vault, stage.settings.ballot_key, wave)
    _answer(stage, wave, number)
    if number < PAST_WAVES:
        close_wave(stage.session, wave, wave.closes_at)
        release_wave(stage.session, stage.vault, wave, wave.closes_at, stage.leave_out)


def _scheduled(stage: Stage, pulse: Pulse, number: int) -> Wave:
    known = select(Wave).where(
        Wave.organisation_id == stage.organisation_id, Wave.pulse_id == pulse.id, Wave.number == number + 1
    )
    opening = datetime.combine(stage.calendar.day(number), datetime.min.time(), UTC)
    wave = stage.session.scalars(known).one_or_none() or schedule_next(stage.session, pulse, opening)
    if wave is None or wave.number != number + 1:
        message = f"Wave {number + 1} of the demonstration could not be scheduled"
        raise SurveyError(message)
    return wave


def _answer(stage: Stage, wave: Wave, number: int) -> None:
    """Let everybody who answers put a sheet into the box, in the order of the story."""
    invited = select(Invitation.member_id, Invitation.group_id, Invitation.seed).where(
        Invitation.organisation_id == stage.organisation_id, Invitation.wave_id == wave.id
    )
    invitations = {each.member_id: each for each in stage.session.execute(invited)}
    slugs = dict(
        stage.session.execute(
            select(WaveGroup.group_id, WaveGroup.slug).where(
                WaveGroup.organisation_id == stage.organisation_id, WaveGroup.wave_id == wave.id
            )
        ).all()
    )
    pages = {group: find_page(stage.session, slug, wave.opens_at) for group, slug in slugs.items()}
    stage.session.rollback()
    order = sorted(pages, key=lambda group: pages[group].group_name)
    answered: Counter[UUID] = Counter()
    for person, scored in stage.story.sheets[number].items():
        invitation = invitations[stage.cast.members[person]]
        page = pages[invitation.group_id]
        code = derive_code(stage.settings.ballot_key, invitation.seed)
        coached = page.group_name in names.COACHED
        place = answered[page.group_id]
        note = note_of(number, order.index(page.group_id), place, coached=coached) if number >= WORDS_FROM else NOTHING
        put_in_box(stage.vault, page, code, as_given(page.instrument, scored), note)
        answered[page.group_id] += 1


def as_given(instrument: Instrument, scored: Sequence[int]) -> dict[str, int]:
    """Turn scored answers, in the order of the scales, into answers as people tick them."""
    keys = [key for scale in instrument.scales for key in scale.items]
    return {key: instrument.scored(key, answer) for key, answer in zip(keys, scored, strict=True) if answer}
