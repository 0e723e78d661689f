"""An installation to measure: one organisation, teams of one size, and a wave that is open now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.privacy.ballots import derive_code
from surveyapp.services.answering import AnswerPage, find_page, put_in_box
from surveyapp.services.installation.databases import upgrade
from surveyapp.services.pulses.instruments import add_shipped
from surveyapp.services.pulses.waves import close_wave, open_wave, schedule_next, wave_times
from surveyapp.services.results.releasing import release_wave
from surveyapp.settings import ROOT, Settings
from surveyapp.store.database import make_engine
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisation import Organisation, Unit
from surveyapp.store.people import Member, Membership
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.vault.doors import Vault, open_whole


@dataclass(frozen=True, slots=True)
class Installation:
    """Both databases in reach, and the wave that people can answer."""

    env: Mapping[str, str]
    session: Session
    vault: Vault
    wave: Wave
    # One entry per ballot: the public name of its page, and the code.
    ballots: list[tuple[str, str]]


@contextmanager
def installation(
    folder: Path, *, teams: int, people: int, past: int = 0, databases: tuple[str, str] | None = None
) -> Iterator[Installation]:
    """Migrate two databases, SQLite files in the folder by default, and open a wave for everybody.

    As many biweekly waves as are asked for lie in the past, answered by everybody and released.
    """
    main, vault_url = databases or (f"sqlite:///{folder}/main.db", f"sqlite:///{folder}/vault.db")
    env = {
        "SECRET_KEY": "benchmark" * 4,
        "DATABASE_URL": main,
        "VAULT_URL": vault_url,
        "VAULT_KEYS": str(folder / "keys"),
        "INSTRUMENTS": str(ROOT / "instruments"),
    }
    settings = Settings.from_env(env)
    upgrade(settings)
    engine, vault = make_engine(main), open_whole(settings)
    with Session(engine, expire_on_commit=False) as session:
        pulse = _organisation(session, settings, teams, people, past)
        for number in range(past):
            wave = _open(session, vault, settings, pulse, number)
            _answer_and_release(session, vault, settings, wave)
        wave = _open(session, vault, settings, pulse, past)
        yield Installation(env, session, vault, wave, _ballots(session, settings, wave))
    engine.dispose()
    vault.engine.dispose()


def _open(session: Session, vault: Vault, settings: Settings, pulse: Pulse, number: int) -> Wave:
    wave = schedule_next(session, pulse, wave_times(pulse, number + 1)[0])
    if wave is None:
        message = "the pulse has no wave that is due"
        raise LookupError(message)
    open_wave(session, vault, settings.ballot_key, wave)
    return wave


def _answer_and_release(session: Session, vault: Vault, settings: Settings, wave: Wave) -> None:
    pages: dict[str, AnswerPage] = {}
    for number, (slug, code) in enumerate(_ballots(session, settings, wave)):
        page = pages.setdefault(slug, find_page(session, slug, wave.opens_at))
        answers = {item.key: 1 + (number + len(item.key) + wave.number) % 5 for item in page.instrument.items}
        put_in_box(vault, page, code, answers)
    close_wave(session, wave, wave.closes_at)
    release_wave(session, vault, wave, wave.closes_at)


def _organisation(session: Session, settings: Settings, teams: int, people: int, past: int) -> Pulse:
    owner = uuid4()
    session.add(Organisation(organisation_id=owner, name="Benchmark", time_zone="UTC", language="en"))
    session.flush()
    root = _unit(session, owner, "Everybody", None)
    for team in range(teams):
        unit = _unit(session, owner, f"Team {team}", root.id)
        session.add_all(_member(owner, f"{team}-{person}") for person in range(people))
        session.flush()
        members = session.scalars(select(Member.id).where(Member.code.like(f"{team}-%")))
        session.add_all(_membership(owner, member, unit.id) for member in members)
    session.commit()
    instruments = add_shipped(session, owner, settings.instruments)
    longest = max(instruments, key=lambda each: len(each.toml))
    pulse = Pulse(
        organisation_id=owner,
        id=uuid4(),
        name="Benchmark",
        unit_id=root.id,
        instrument_id=longest.id,
        way_in="confidential",
        cadence_weeks=2,
        first_day=clock.now().date() - timedelta(days=1, weeks=2 * past),
        last_day=None,
        opens_at_minute=0,
        open_hours=96,
        time_zone="UTC",
        count_min=settings.count_min,
        item_min=settings.item_min,
        roster_min=settings.roster_min,
        grace_days=0,
        comments=True,
        state="running",
    )
    session.add(pulse)
    session.commit()
    return pulse


def _unit(session: Session, owner: UUID, name: str, parent: UUID | None) -> Unit:
    unit = Unit(organisation_id=owner, id=uuid4(), parent_id=parent, code=name, name=name, retired_on=None)
    session.add(unit)
    session.flush()
    return unit


def _member(owner: UUID, code: str) -> Member:
    return Member(organisation_id=owner, id=uuid4(), code=code, name=code, email=f"{code}@example.org", language="en")


def _membership(owner: UUID, member: UUID, unit: UUID) -> Membership:
    return Membership(
        organisation_id=owner,
        id=uuid4(),
        member_id=member,
        unit_id=unit,
        starts_on=date(2000, 1, 1),
        ends_on=None,
        is_lead=False,
    )


def _ballots(session: Session, settings: Settings, wave: Wave) -> list[tuple[str, str]]:
    rows = session.execute(
        select(WaveGroup.slug, Invitation.seed)
        .join(Invitation, (Invitation.wave_id == WaveGroup.wave_id) & (Invitation.group_id == WaveGroup.group_id))
        .where(WaveGroup.organisation_id == wave.organisation_id, WaveGroup.wave_id == wave.id)
        .order_by(Invitation.id)
    )
    return [(slug, derive_code(settings.ballot_key, seed)) for slug, seed in rows]
