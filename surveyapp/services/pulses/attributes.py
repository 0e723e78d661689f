"""Waves with results by an attribute instead of by team: chosen before they open, for the whole organisation."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, Said, any_of
from surveyapp.languages import translator
from surveyapp.privacy.classes import ATTRIBUTES, MOST_CLASSES, class_id, class_rosters, class_thresholds, plan_classes
from surveyapp.privacy.policy import Thresholds
from surveyapp.services.installation.auditing import note
from surveyapp.services.pulses.preview import Preview, preview, released_participation
from surveyapp.services.roster.counting import counted_in, tree_of
from surveyapp.store.organisation import Organisation, ReportingGroup, Unit
from surveyapp.store.people import Member
from surveyapp.store.pulses import Pulse, Wave, WaveGroup

BY_TEAM = ""
OF_MEMBER = {"function": Member.function, "service": Member.service}


def not_begun(pulse: Pulse) -> tuple[ColumnElement[bool], ...]:
    """Select the waves of a pulse that are planned but hold nobody to anything yet."""
    begun = exists().where(WaveGroup.organisation_id == Wave.organisation_id, WaveGroup.wave_id == Wave.id)
    return (
        Wave.organisation_id == pulse.organisation_id,
        Wave.pulse_id == pulse.id,
        Wave.state == "scheduled",
        ~begun,
    )


def coming_wave(session: Session, pulse: Pulse) -> Wave | None:
    """Return the next wave of a pulse if it is planned and holds nobody to anything yet."""
    return session.scalars(select(Wave).where(*not_begun(pulse)).order_by(Wave.number)).first()


def settle_terms(wave: Wave, pulse: Pulse, attribute: str) -> None:
    """Give a wave the terms of its pulse, made stricter where results are by an attribute; nobody comments there."""
    terms = Thresholds(pulse.count_min, pulse.item_min, pulse.roster_min)
    terms = class_thresholds(terms) if attribute else terms
    wave.attribute = attribute
    wave.count_min, wave.item_min, wave.roster_min = terms.count_min, terms.item_min, terms.roster_min
    wave.grace_days = pulse.grace_days
    wave.comments = pulse.comments and not attribute


def expected_by(session: Session, pulse: Pulse, wave: Wave, attribute: str) -> Preview:
    """Return which classes a wave would have, by the roster as it is known for its day, and how likely a number is."""
    people = Counter(_classes(session, pulse, wave, attribute).values())
    terms = class_thresholds(Thresholds(pulse.count_min, pulse.item_min, pulse.roster_min))
    seen = released_participation(session, pulse.organisation_id)
    return preview(class_rosters(attribute, people), terms, pulse.cadence_weeks, seen)


def what_hinders_by(session: Session, pulse: Pulse, expected: Preview) -> str:
    """Say why a wave cannot have results by an attribute, or nothing."""
    if session.get_one(Unit, (pulse.organisation_id, pulse.unit_id)).parent_id is not None:
        return Said("Results by an attribute are for the whole organisation, and this pulse asks a part of it")
    if sum(len(group.units) for group in expected.groups) > MOST_CLASSES:
        return Said("There are more than {most} classes; people could be recognised by theirs", most=MOST_CLASSES)
    if sum(group.large_enough for group in expected.groups) < 2:
        return Said("Fewer than two classes have enough people for a number")
    return ""


def choose_attribute(
    session: Session, pulse: Pulse, attribute: str, *, now: datetime, account_id: UUID | None = None
) -> None:
    """Let the coming wave have results by an attribute for the whole organisation and none by team, or take it back.

    Raises
    ------
    Invalid
        When there is no such attribute.
    Conflict
        When no wave is planned, it is opening, or its classes would not do.
    """
    if attribute not in {BY_TEAM, *ATTRIBUTES}:
        raise Invalid("attribute", attribute, any_of(ATTRIBUTES))
    wave = coming_wave(session, pulse)
    if wave is None:
        message = "No wave is planned yet; a wave is planned two weeks before it opens"
        raise Conflict(message)
    if attribute and (obstacle := what_hinders_by(session, pulse, expected_by(session, pulse, wave, attribute))):
        raise Conflict(obstacle)
    settle_terms(wave, pulse, attribute)
    detail = f"{pulse.name} {wave.number}: {ATTRIBUTES.get(attribute, 'by team')}"
    note(session, pulse.organisation_id, account_id, "choose results of wave", detail, now)
    commit_terms(session)


def commit_terms(session: Session) -> None:
    """Commit changed terms of waves that have not begun; the database refuses those of one that has."""
    try:
        session.commit()
    except IntegrityError as error:
        session.rollback()
        message = "A wave is opening at this very moment; please try again in a minute"
        raise Conflict(message) from error


def class_groups(session: Session, wave: Wave, pulse: Pulse, counted: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Make the groups of a wave by attribute; return the people of each."""
    class_of = class_of_people(session, wave.organisation_id, wave.attribute, counted)
    members: dict[UUID, list[UUID]] = {}
    group_of: dict[UUID, UUID] = {}
    for plan in plan_classes(wave.attribute, Counter(class_of.values()), wave.roster_min):
        group = ReportingGroup(
            organisation_id=wave.organisation_id,
            id=uuid4(),
            pulse_id=pulse.id,
            quarter=f"wave {wave.number}",
            unit_id=pulse.unit_id,
            series=plan.series,
            name=plan.name[:200],
        )
        session.add(group)
        group_of |= dict.fromkeys(plan.units, group.id)
    session.flush()
    for member, name in class_of.items():
        members.setdefault(group_of[class_id(wave.attribute, name)], []).append(member)
    return members


def class_of_people(
    session: Session, organisation_id: UUID, attribute: str, people: Collection[UUID]
) -> Mapping[UUID, str]:
    """Return the class of each person; who has none on the roster is in a class of its own, like everybody else."""
    language = session.get_one(Organisation, organisation_id).language
    unknown = translator(language).gettext("not stated")
    rows = session.execute(select(Member.id, OF_MEMBER[attribute]).where(Member.organisation_id == organisation_id))
    wanted = frozenset(people)
    return {member: name or unknown for member, name in rows if member in wanted}


def _classes(session: Session, pulse: Pulse, wave: Wave, attribute: str) -> Mapping[UUID, str]:
    tree = tree_of(session, pulse.organisation_id)
    day = wave.opens_at.astimezone(ZoneInfo(pulse.time_zone)).date()
    counted = counted_in(session, pulse.organisation_id, day, tree)
    return class_of_people(session, pulse.organisation_id, attribute, counted.keys())
