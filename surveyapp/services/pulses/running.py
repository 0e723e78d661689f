"""Pulses as admins run them: drafted, looked at before they start, started, made stricter, stopped."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Invalid, NotFound, Said
from surveyapp.privacy.policy import Thresholds
from surveyapp.questions import Instrument, read_folder
from surveyapp.services.installation.auditing import note
from surveyapp.services.pulses.attributes import commit_terms, not_begun, settle_terms
from surveyapp.services.pulses.instruments import add_shipped, list_instruments, read_instrument
from surveyapp.services.pulses.preview import Preview, preview_pulse
from surveyapp.services.pulses.terms import PulseTerms, check_terms
from surveyapp.services.pulses.waves import schedule_next, wave_times
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.organisation import Unit
from surveyapp.store.pulses import InstrumentCopy, Pulse, Wave

CONFIDENTIAL = "confidential"
# The terms that a pulse keeps as they are.
COPIED = (
    "first_day",
    "cadence_weeks",
    "opens_at_minute",
    "open_hours",
    "time_zone",
    "count_min",
    "item_min",
    "roster_min",
    "grace_days",
    "comments",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """An instrument to choose; ``value`` is how `PulseTerms` names it."""

    value: str
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class Stricter:
    """What may change about a running pulse, from its next wave on."""

    thresholds: Thresholds
    grace_days: int
    comments: bool


def instrument_choices(session: Session, organisation_id: UUID, folder: Path) -> list[Choice]:
    """Return the instruments of an organisation and the shipped ones, by title."""
    own = [read_instrument(each.toml) for each in list_instruments(session, organisation_id)]
    found = {(each.key, each.version): each for each in (*read_folder(folder).values(), *own)}
    choices = [Choice(f"{key}:{version}", instrument) for (key, version), instrument in found.items()]
    return sorted(choices, key=lambda each: (each.instrument.text_in(each.instrument.title, "en"), each.value))


def find_pulse(session: Session, organisation_id: UUID, pulse_id: UUID) -> Pulse:
    """Return a pulse.

    Raises
    ------
    NotFound
        When the organisation has no such pulse.
    """
    pulse = session.get(Pulse, (organisation_id, pulse_id))
    if pulse is None:
        message = "There is no such pulse"
        raise NotFound(message)
    return pulse


def terms_of(session: Session, pulse: Pulse) -> PulseTerms:
    """Return what was decided about a pulse."""
    copy = session.get_one(InstrumentCopy, (pulse.organisation_id, pulse.instrument_id))
    return PulseTerms(
        name=pulse.name,
        unit=str(pulse.unit_id),
        instrument=f"{copy.key}:{copy.version}",
        **{name: getattr(pulse, name) for name in COPIED},
    )


def draft_pulse(
    session: Session,
    organisation_id: UUID,
    terms: PulseTerms,
    floors: Thresholds,
    folder: Path,
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> UUID:
    """Add a pulse that has not started.

    Parameters
    ----------
    terms : PulseTerms
    floors : Thresholds
        The least that the installation allows.
    folder : Path
        Where the shipped instruments are; the one that is chosen is copied into the organisation.

    Raises
    ------
    Invalid
        When a term is not allowed.
    """
    values = _values(session, organisation_id, terms, floors, folder)
    pulse = Pulse(
        organisation_id=organisation_id, id=uuid4(), way_in=CONFIDENTIAL, state="draft", last_day=None, **values
    )
    session.add(pulse)
    note(session, organisation_id, account_id, "draft pulse", pulse.name, now)
    session.commit()
    return pulse.id


def change_draft(
    session: Session, organisation_id: UUID, pulse_id: UUID, terms: PulseTerms, floors: Thresholds, folder: Path
) -> None:
    """Change a pulse that has not started.

    Raises
    ------
    Invalid, Conflict
        When a term is not allowed, or the pulse has started.
    """
    _draft(session, organisation_id, pulse_id)
    values = _values(session, organisation_id, terms, floors, folder)
    pulse = _draft(session, organisation_id, pulse_id)
    for name, value in values.items():
        setattr(pulse, name, value)
    session.commit()


def _draft(session: Session, organisation_id: UUID, pulse_id: UUID) -> Pulse:
    pulse = find_pulse(session, organisation_id, pulse_id)
    if pulse.state != "draft":
        message = "This pulse has started; only its thresholds can still be made stricter"
        raise Conflict(message)
    return pulse


def _values(
    session: Session, organisation_id: UUID, terms: PulseTerms, floors: Thresholds, folder: Path
) -> dict[str, object]:
    check_terms(terms, floors)
    return {
        "name": terms.name.strip(),
        "unit_id": _audience(session, organisation_id, terms.unit).id,
        "instrument_id": _instrument_id(session, organisation_id, terms.instrument, folder),
        **{name: getattr(terms, name) for name in COPIED},
    }


def _audience(session: Session, organisation_id: UUID, unit: str) -> Unit:
    in_use = select(Unit).where(Unit.organisation_id == organisation_id, Unit.retired_on.is_(None))
    found = next((each for each in session.scalars(in_use) if str(each.id) == unit), None)
    if found is None:
        raise Invalid("unit", unit, "a unit of the organisation that is in use")
    return found


def _instrument_id(session: Session, organisation_id: UUID, choice: str, folder: Path) -> UUID:
    """Return the organisation's copy of an instrument, taking in the shipped ones when it has none yet."""

    def own() -> UUID | None:
        found = list_instruments(session, organisation_id)
        return next((each.id for each in found if f"{each.key}:{each.version}" == choice), None)

    copy = own()
    if copy is None and choice in {f"{key}:{version}" for key, version in read_folder(folder)}:
        add_shipped(session, organisation_id, folder)
        copy = own()
    if copy is None:
        raise Invalid("instrument", choice, "an instrument of the list")
    return copy


def discard_draft(
    session: Session, organisation_id: UUID, pulse_id: UUID, *, now: datetime, account_id: UUID | None = None
) -> None:
    """Remove a pulse that has not started."""
    pulse = _draft(session, organisation_id, pulse_id)
    note(session, organisation_id, account_id, "discard pulse", pulse.name, now)
    session.delete(pulse)
    session.commit()


def start_pulse(
    session: Session, organisation_id: UUID, pulse_id: UUID, *, now: datetime, account_id: UUID | None = None
) -> None:
    """Let a pulse run: its waves open by themselves from its first day on.

    Raises
    ------
    Invalid, Conflict
        When the first opening is over, when no group would get a number, or when another pulse asks the same people
        some of the same questions.
    """
    pulse = _draft(session, organisation_id, pulse_id)
    if obstacle := what_hinders(session, pulse, expected_of(session, pulse), now):
        raise Conflict(obstacle)
    pulse.state = "running"
    note(session, organisation_id, account_id, "start pulse", pulse.name, now)
    session.commit()
    schedule_next(session, pulse, now)


def expected_of(session: Session, pulse: Pulse) -> Preview:
    """Return what a pulse would show in its first wave, by the roster as it is known for that day."""
    thresholds = Thresholds(pulse.count_min, pulse.item_min, pulse.roster_min)
    return preview_pulse(
        session, pulse.organisation_id, pulse.unit_id, thresholds, pulse.cadence_weeks, pulse.first_day
    )


def what_hinders(session: Session, pulse: Pulse, expected: Preview, now: datetime) -> str:
    """Say why a draft cannot start, or nothing."""
    if wave_times(pulse, 1)[0] < now:
        return Said("The first wave would have opened already; choose a later first day")
    unit = session.get_one(Unit, (pulse.organisation_id, pulse.unit_id))
    if unit.retired_on is not None:
        return Said("{unit} was retired; choose another audience", unit=unit.name)
    if not any(group.large_enough for group in expected.groups):
        few = "No group of this audience has {people} people, so nobody would ever see a number"
        return Said(few, people=pulse.roster_min)
    return _rival(session, pulse)


def _rival(session: Session, pulse: Pulse) -> str:
    """Name a pulse that asks the same people the same: two numbers could be compared until they give answers away."""
    tree = tree_of(session, pulse.organisation_id)
    near = {*tree.above(pulse.unit_id), *tree.below(pulse.unit_id)}
    open_wave = exists().where(
        Wave.organisation_id == Pulse.organisation_id, Wave.pulse_id == Pulse.id, Wave.state == "open"
    )
    others = session.scalars(
        select(Pulse).where(
            Pulse.organisation_id == pulse.organisation_id,
            Pulse.id != pulse.id,
            (Pulse.state == "running") | open_wave,
        )
    )
    items = _item_keys(session, pulse)
    rival = next((each for each in others if each.unit_id in near and items & _item_keys(session, each)), None)
    if rival is None:
        return ""
    until = Said("stop it first") if rival.state == "running" else Said("wait until its last wave has closed")
    return Said(
        "The pulse {pulse} asks the same people some of the same questions; {until}", pulse=rival.name, until=until
    )


def _item_keys(session: Session, pulse: Pulse) -> set[str]:
    copy = session.get_one(InstrumentCopy, (pulse.organisation_id, pulse.instrument_id))
    return {item.key for item in read_instrument(copy.toml).items}


def make_stricter(
    session: Session,
    organisation_id: UUID,
    pulse_id: UUID,
    wanted: Stricter,
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> None:
    """Raise thresholds of a running pulse, or shorten its grace; what has opened keeps its terms.

    Raises
    ------
    Invalid, Conflict
        When a threshold would be lower than it is, or the pulse is not running.
    """
    pulse = find_pulse(session, organisation_id, pulse_id)
    if pulse.state != "running":
        message = "Only a running pulse can be made stricter"
        raise Conflict(message)
    present = Thresholds(pulse.count_min, pulse.item_min, pulse.roster_min)
    values = asdict(wanted.thresholds) | {"grace_days": wanted.grace_days, "comments": wanted.comments}
    check_terms(replace(terms_of(session, pulse), **values), present)
    if wanted.grace_days > pulse.grace_days:
        raise Invalid(
            "grace_days", wanted.grace_days, Said("at most {days}, as long as it is now", days=pulse.grace_days)
        )
    for name, value in values.items():
        setattr(pulse, name, value)
    for wave in session.scalars(select(Wave).where(*not_begun(pulse))):
        settle_terms(wave, pulse, wave.attribute)
    detail = f"{pulse.name}: " + ", ".join(f"{name} {value}" for name, value in values.items())
    note(session, organisation_id, account_id, "make pulse stricter", detail, now)
    commit_terms(session)


def stop_pulse(
    session: Session, organisation_id: UUID, pulse_id: UUID, *, now: datetime, account_id: UUID | None = None
) -> None:
    """End a running pulse: no further wave opens; one that is open runs to its promised end.

    Raises
    ------
    Conflict
        When the pulse is not running.
    """
    pulse = find_pulse(session, organisation_id, pulse_id)
    if pulse.state != "running":
        message = "This pulse is not running"
        raise Conflict(message)
    pulse.state = "stopped"
    session.execute(delete(Wave).where(*not_begun(pulse)))
    note(session, organisation_id, account_id, "stop pulse", pulse.name, now)
    commit_terms(session)
