"""Making the demonstration: two years of a log, and a year of waves through real opening, deposit and release."""

import secrets
import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.questions import read_folder
from surveyapp.services.demo import names
from surveyapp.services.demo.calendar import ZONE, Calendar
from surveyapp.services.demo.cast import open_accounts, populate
from surveyapp.services.demo.handing import hand_over
from surveyapp.services.demo.log import log_events, talk_in_confidence
from surveyapp.services.demo.output import deliver
from surveyapp.services.demo.place import KEY_FILE, environment
from surveyapp.services.demo.trying import try_coaching
from surveyapp.services.demo.year import INSTRUMENT, Stage, Watch, announce, play
from surveyapp.services.insight.answers import answer_waiting, ask_relations
from surveyapp.services.insight.measuring import measure_units
from surveyapp.services.installation.databases import upgrade
from surveyapp.services.results.drawing import draw_lines
from surveyapp.services.roster.organisations import create_organisation
from surveyapp.settings import Settings
from surveyapp.stats.demonstration import draw_story, drawer
from surveyapp.store.database import make_engine, writing
from surveyapp.store.pulses import Pulse
from surveyapp.vault.doors import Vault, open_whole

SEED = 2026
# Seven thousand sheets are stored durably, each by itself, which a disk takes its time for.
MEMORY = Path("/dev/shm")  # noqa: S108  # Only as the place for a folder of a name that nobody knows.


def make_demo(folder: Path, base_url: str, now: datetime, watch: Watch) -> None:
    """Make the demo in a folder that is not there yet.

    It is made elsewhere and put there when it is whole, so that one that was cut short leaves no half demo.
    """
    # Before minutes of work, say if there is no place to put it.
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent):
        pass
    with TemporaryDirectory(prefix="surveyapp-demo-", dir=MEMORY if MEMORY.is_dir() else None) as made:
        draft = Path(made)
        (draft / KEY_FILE).write_text(secrets.token_hex(32), encoding="utf-8")
        _fill(Settings.from_env(environment(draft, base_url)), now, watch)
        _put(draft, folder)


def _put(draft: Path, folder: Path) -> None:
    copy = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(draft, copy)
    copy.rename(folder)


def _fill(settings: Settings, now: datetime, watch: Watch) -> None:
    upgrade(settings)
    engine, vault = make_engine(settings.database_url), open_whole(settings)
    with Session(writing(engine)) as session:
        stage = set_stage(settings, session, vault, now)
        pulse = announce(stage)
        for number in watch("26 past waves and an open one", range(len(stage.story.sheets))):
            play(stage, pulse, number)
        for step in watch("learning log and statistics", STEPS):
            step(stage, now)
    engine.dispose()
    vault.engine.dispose()


def set_stage(settings: Settings, session: Session, vault: Vault, now: datetime) -> Stage:
    """Make the organisation with its people and accounts, as it was before the first wave."""
    organisation_id = create_organisation(session, names.ORGANISATION, ZONE, "en", settings.instruments)
    key, _, version = INSTRUMENT.partition(":")
    instrument = read_folder(settings.instruments)[key, int(version)]
    coached = [names.TEAMS.index(team) for team in names.COACHED]
    story = draw_story(SEED, [len(scale.items) for scale in instrument.scales], coached)
    calendar = Calendar.until(now)
    cast = populate(session, organisation_id, story, calendar)
    accounts = open_accounts(session, organisation_id, cast, now)
    return Stage(settings, session, vault, organisation_id, story, cast, accounts, calendar, drawer(SEED))


def _analyse(stage: Stage, now: datetime) -> None:
    pulse_id = stage.session.scalars(select(Pulse.id).where(Pulse.organisation_id == stage.organisation_id)).one()
    ask_relations(stage.session, stage.organisation_id, pulse_id, now)
    answer_waiting(stage.session)
    draw_lines(stage.session, stage.organisation_id, pulse_id, now)
    measure_units(stage.session, stage.organisation_id, now)


STEPS = (log_events, talk_in_confidence, deliver, hand_over, try_coaching, _analyse)
