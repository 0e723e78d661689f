"""The demonstration: a made-up year of waves through the real services, and two years of a log."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import correlation, fmean
from typing import TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.learning.delegation import STATES, Delegation
from surveyapp.learning.step import take
from surveyapp.privacy.comments import COACHES, EVERYBODY
from surveyapp.questions import read_folder
from surveyapp.services.delegation.keeping import steps_of
from surveyapp.services.demo import names
from surveyapp.services.demo.calendar import Calendar
from surveyapp.services.demo.cast import reorganise
from surveyapp.services.demo.log import log_events
from surveyapp.services.demo.making import make_demo, set_stage
from surveyapp.services.demo.place import answer_link, environment
from surveyapp.services.demo.year import Stage, announce, as_given, play
from surveyapp.services.insight.comparisons import comparison_of
from surveyapp.services.insight.interventions import all_interventions
from surveyapp.services.log.reports import read_talk
from surveyapp.services.results.chain import broken_links
from surveyapp.services.roster.counting import counted_in, tree_of
from surveyapp.settings import Settings
from surveyapp.stats.demonstration import COACHED_FROM, PAST_WAVES, RECIPE, draw_story, drawer
from surveyapp.store.database import make_engine
from surveyapp.store.delegation import DelegationStep, StoredDelegation
from surveyapp.store.learning import KINDS, MODES, LearningEvent, StoredAnalysis
from surveyapp.store.organisation import ReportingGroup, Unit
from surveyapp.store.pulses import Wave
from surveyapp.store.releases import CommentText, Release, ReleasedComment, ReleasedTheme, ReleaseRow
from surveyapp.store.reviews import Exposure, Review, ReviewAction, WorkDelivery
from tests.counting import uncounted
from tests.fixtures.world import World

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
T = TypeVar("T")


@pytest.fixture
def stage(world: World) -> Stage:
    """Give the demonstration with its people, before the first wave."""
    return set_stage(world.settings, world.session, world.vault, NOW)


@pytest.mark.parametrize("day", range(7))
def test_a_wave_is_open_now_whatever_the_weekday(day: int) -> None:
    """It opened on a working day before today, and stays open for five days."""
    now = NOW + timedelta(days=day)
    opening = Calendar.until(now).day(PAST_WAVES)
    assert opening < now.date() <= opening + timedelta(days=4)
    assert opening.weekday() < 5


def test_the_reorganisation_falls_on_the_first_day_of_a_quarter() -> None:
    """Groups are formed anew only then."""
    for days in range(0, 370, 5):
        calendar = Calendar.until(NOW + timedelta(days=days))
        assert (calendar.reorganised_on.day, calendar.reorganised_on.month % 3) == (1, 1)
        assert calendar.day(10) < calendar.reorganised_on < calendar.day(19)


def test_the_same_seed_tells_the_same_story() -> None:
    """Who looks at the demonstration twice sees the same numbers."""
    assert draw_story(5, (3, 3), (1,)) == draw_story(5, (3, 3), (1,))
    assert draw_story(5, (3, 3), (1,)) != draw_story(6, (3, 3), (1,))
    draw = drawer(5)
    assert {draw(3) for _ in range(50)} == {0, 1, 2}


def test_seven_to_eight_of_ten_answer_and_the_open_wave_is_half_full() -> None:
    """As in organisations that run such checks."""
    story = draw_story(5, (3, 3, 3), ())
    people = sum(person.first <= 3 < person.until for person in story.people)
    assert 0.62 < len(story.sheets[3]) / people < 0.86
    assert len(story.sheets[-1]) < len(story.sheets[-2]) * 0.6


def test_the_truth_is_as_declared() -> None:
    """Coached teams gain from the coaching on, and stable differences between teams are as large as ICC .19 says."""
    with_gain, without = (draw_story(5, (3,), coached) for coached in ((0, 1, 2), ()))
    change = with_gain.climate[0][-1] - without.climate[0][-1]
    assert change == pytest.approx(0.4)
    assert with_gain.climate[0][0] == without.climate[0][0]
    assert RECIPE.team_sd**2 / (RECIPE.team_sd**2 + RECIPE.within_sd**2) == pytest.approx(0.19)


def test_names_are_unique() -> None:
    """Nobody is mistaken for somebody else."""
    assert len({names.name_of(number) for number in range(1000)}) == 1000


def test_teams_change_at_the_reorganisation(stage: Stage) -> None:
    """One team changes department, two become one, and nobody is lost."""
    change, owner = stage.calendar.reorganised_on, stage.organisation_id
    before = counted_in(stage.session, owner, change - timedelta(days=1), tree_of(stage.session, owner))
    reorganise(stage.session, owner, stage.cast, stage.calendar)
    tree = tree_of(stage.session, owner)
    after = counted_in(stage.session, owner, change, tree)
    assert tree.units[stage.cast.units[names.MOVED]].parent_id == stage.cast.units[names.MOVED_TO]
    retired = {stage.cast.units[team] for team in names.MERGED}
    assert not retired & set(after.values())
    assert stage.cast.units[names.MERGED_INTO] in set(after.values())
    assert before.keys() == after.keys()


def test_answers_are_given_as_people_tick_them(stage: Stage) -> None:
    """Items that are turned round are turned round for ticking, and skipped ones are absent."""
    instrument = read_folder(stage.settings.instruments)["speaking-up-autonomy", 1]
    given = as_given(instrument, [5] * 8 + [0])
    assert len(given) == 8
    assert {instrument.scored(key, answer) for key, answer in given.items()} == {5}
    assert set(given.values()) == {1, 5}


def test_a_wave_is_played_through_the_real_path(stage: Stage) -> None:
    """Opened, answered, released; the boxes are gone, and there are numbers."""
    pulse = announce(stage)
    play(stage, pulse, 0)
    wave = stage.session.scalars(select(Wave).where(Wave.number == 1)).one()
    shown = select(func.count()).select_from(ReleaseRow).where(ReleaseRow.text.is_not(None))
    assert wave.state == "erased"
    assert (stage.session.scalar(shown) or 0) > 50
    assert list(stage.vault.keys.iterdir()) == []


def test_people_write_in_the_last_waves(stage: Stage) -> None:
    """Teams with a coach write for everybody and for the coach, no group has one text twice, and themes are named."""
    pulse = announce(stage)
    play(stage, pulse, PAST_WAVES - 1)
    rows = stage.session.execute(
        select(ReportingGroup.name, ReleasedComment.audience, CommentText.text)
        .join(ReportingGroup, ReportingGroup.id == ReleasedComment.group_id)
        .join(CommentText, CommentText.comment_id == ReleasedComment.id)
    ).all()
    assert {(name, audience) for name, audience, _ in rows} >= {("Sorting", EVERYBODY), ("Sorting", COACHES)}
    assert {name for name, audience, _ in rows if audience == COACHES} <= set(names.COACHED)
    assert len(set(rows)) == len(rows) > 20
    assert len(stage.session.scalars(select(ReleasedTheme.theme)).all()) > 5


def test_the_log_is_written_where_teams_were(stage: Stage) -> None:
    """What was told after the reorganisation belongs to the new team, and nothing is told in the future."""
    log_events(stage, NOW)
    events = stage.session.scalars(select(LearningEvent)).all()
    assert max(event.told_at for event in events) <= NOW
    merged = {stage.cast.units[team] for team in names.MERGED}
    assert all(event.told_at.date() < stage.calendar.reorganised_on for event in events if event.unit_id in merged)


def counting_the_last(label: str, items: Sequence[T]) -> Iterable[T]:
    """Show no progress, and count the lines of the last wave alone, for all of them go through the same."""
    *most, last = items
    if len(items) < PAST_WAVES:
        yield from most
    else:
        with uncounted():
            yield from most
    yield last


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Session]]:
    """Give the whole demonstration, which is made once, and a session to read it."""
    folder = tmp_path_factory.mktemp("made") / "demo"
    make_demo(folder, "http://localhost:8000", NOW, counting_the_last)
    engine = make_engine(Settings.from_env(environment(folder, "http://localhost:8000")).database_url)
    with Session(engine) as session:
        yield folder, session
    engine.dispose()


def test_the_whole_demonstration_is_made_once(made: tuple[Path, Session]) -> None:
    """26 waves are released, one is open, the link is that of somebody who has not answered, questions are answered."""
    folder, session = made
    settings = Settings.from_env(environment(folder, "http://localhost:8000"))
    assert answer_link(settings).startswith("http://localhost:8000/answer/")
    owner = session.scalars(select(Unit.organisation_id).limit(1)).one()
    assert broken_links(session, owner) == []
    assert session.scalar(select(func.count()).select_from(Release)) == PAST_WAVES
    assert session.scalars(select(Wave.number).where(Wave.state == "open")).one() == PAST_WAVES + 1
    assert set(session.scalars(select(StoredAnalysis.state))) == {"done"}
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.parent.iterdir()] == ["demo"]


def test_the_coaching_was_registered_in_time_and_is_judged(made: tuple[Path, Session]) -> None:
    """Six teams with it, the others without, over all waves on both sides."""
    _, session = made
    owner = session.scalars(select(Unit.organisation_id).limit(1)).one()
    (known,) = all_interventions(session, owner)
    answer = comparison_of(session, owner, known.id).answer
    assert known.in_time
    assert answer["waves_to_come"] == 0
    assert (answer["n_treated"], answer["waves_after"]) == (len(names.COACHED), PAST_WAVES - COACHED_FROM)


def test_the_log_goes_back_two_years(made: tuple[Path, Session]) -> None:
    """Of every kind and in every mode, with reviews that were held, changes that were seen to work, and weeks."""
    _, session = made
    told = session.scalars(select(LearningEvent)).all()
    assert min(event.told_at for event in told) < NOW - timedelta(days=700)
    assert max(event.told_at for event in told) <= NOW
    assert {event.kind for event in told} == set(KINDS)
    assert {event.mode for event in told} == set(MODES)
    assert (session.scalar(select(func.count()).where(Review.held_at.is_not(None))) or 0) > 100
    assert set(session.scalars(select(ReviewAction.recurred))) == {True, False, None}
    assert session.scalars(select(func.min(Exposure.week))).one() < (NOW - timedelta(days=700)).date()
    assert set(session.scalars(select(WorkDelivery.planned))) == {True, False}


def test_delegations_are_in_every_state(made: tuple[Path, Session]) -> None:
    """With misses, escalations, corrections and hands from above, and nobody is mailed about the past."""
    _, session = made
    rows = session.scalars(select(StoredDelegation)).all()
    assert {row.state for row in rows} == set(STATES)
    assert all(row.notify_at is None or row.notify_at > NOW for row in rows)
    kinds = set(session.scalars(select(DelegationStep.kind)))
    assert kinds >= {"escalated", "correction_sent", "intervened", "window_missed", "released", "finished", "decided"}
    steps = steps_of(session, rows)
    for row in rows:
        again = Delegation(row.delegator_id)
        for kept in steps[row.id]:
            again = take(again, kept.step, kept.by, kept.at)
        assert again.state == row.state


def test_the_printed_receipt_opens_a_talk(made: tuple[Path, Session]) -> None:
    """Somebody asked, the steward answered, and the team reads the steward's words."""
    _, session = made
    talk = read_talk(session, names.RECEIPT, NOW)
    assert [turn.side for turn in talk.turns] == ["steward", "reporter"]
    assert talk.state == "published"


def test_safer_teams_tell_more_and_sooner_and_err_as_often() -> None:
    """Over three seeds; what truly went wrong hangs on no climate."""
    safety, errors, share, silence = [], [], [], []
    for seed in range(3):
        story = draw_story(seed, (3,), ())
        count = Counter(told.team for told in story.told if told.kind == "error")
        waits = {team: [told.silent for told in story.told if told.team == team] for team in count}
        for team, climate in enumerate(story.climate):
            safety.append(fmean(climate))
            errors.append(story.errors[team])
            share.append(count[team] / story.errors[team])
            silence.append(fmean(waits[team]))
    assert abs(correlation(safety, errors)) < 0.25
    assert correlation(safety, share) > 0.4
    assert correlation(safety, silence) < -0.2
