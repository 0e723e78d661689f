"""The rules of publication, one test each at least, against the whole product; each is named after its rule.

The rules by number stand in docs/anonymity.md; other tests say more about many of them, and stand there too.
"""

import csv
import inspect
import io
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from surveyapp.errors import AlreadyClosed, Invalid
from surveyapp.privacy.ballots import show_code
from surveyapp.privacy.comments import EVERYBODY, Note
from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.privacy.policy import Support, code
from surveyapp.services.answering import find_page, put_in_box
from surveyapp.services.pulses.terms import CADENCES, FLOORS, PulseTerms, check_terms
from surveyapp.services.pulses.waves import close_wave, wave_times
from surveyapp.services.results.estimating import estimates_of, organisation_figures
from surveyapp.services.results.releasing import release_wave
from surveyapp.services.roster import importing
from surveyapp.services.team_codes import results_code
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.organisation import AuditEntry, ReportingGroup, ReportingGroupUnit
from surveyapp.store.people import Member, Membership
from surveyapp.store.pulses import Pulse, Wave, WaveGroup
from surveyapp.store.releases import OrganisationFigure, Release, ReleasedComment, ReleaseRow
from surveyapp.vault import opening
from tests.fixtures.classes import ByFunction
from tests.fixtures.world import World

ITEM_SHOWN = re.compile(r"low|≥ \d\.\d|\d\.\d\d?")


def sheet(world: World, wave: Wave, unit: str, scored: Sequence[int]) -> dict[str, int]:
    """Return a sheet whose scored answers repeat a pattern."""
    instrument = find_page(world.session, world.group_of(wave, unit).slug, wave.opens_at).instrument
    wanted = {item.key: scored[place % len(scored)] for place, item in enumerate(instrument.items)}
    return {key: instrument.scored(key, answer) for key, answer in wanted.items()}


def released(world: World, wave: Wave, unit: str) -> dict[str, Shown | Withheld]:
    """Return what was released of a unit's group, by figure."""
    group = world.group_of(wave, unit).group_id
    rows = select(ReleaseRow).join(Release, Release.id == ReleaseRow.release_id)
    mine = rows.where(Release.wave_id == wave.id, ReleaseRow.group_id == group)
    return {row.figure: row.outcome for row in world.session.scalars(mine)}


def release_with(world: World, pulse: Pulse, *patterns: Sequence[int], unit: str = "Gates") -> Wave:
    """Open the next wave, let a unit answer and release it."""
    wave = world.open(pulse)
    world.fill(wave, unit, [sheet(world, wave, unit, each) for each in patterns])
    world.release(wave)
    return wave


def test_r1_publish_once(harbour: World) -> None:
    """Nothing before the fixed close, no sheet after it, and no second edition, not even while the boxes are kept."""
    wave = harbour.open(harbour.pulse("Harbour", grace_days=30))
    harbour.fill(wave, "Gates", [sheet(harbour, wave, "Gates", [3])] * 9)
    for moment in (wave.opens_at, wave.closes_at - timedelta(seconds=1)):
        close_wave(harbour.session, wave, moment)
        release_wave(harbour.session, harbour.vault, wave, moment)
    assert harbour.session.scalars(select(ReleaseRow)).all() == []
    harbour.release(wave)
    first = released(harbour, wave, "Gates")
    late = find_page(harbour.session, harbour.group_of(wave, "Gates").slug, wave.closes_at)
    with pytest.raises(AlreadyClosed):
        put_in_box(harbour.vault, late, "0" * 16, {})
    release_wave(harbour.session, harbour.vault, wave, wave.closes_at + timedelta(days=1))
    assert released(harbour, wave, "Gates") == first
    again = Release(**{column: getattr(harbour.session.scalars(select(Release)).one(), column) for column in COLUMNS})
    again.id, again.sequence = uuid4(), 2
    harbour.session.add(again)
    with pytest.raises(IntegrityError):
        harbour.session.flush()


COLUMNS = [column.key for column in Release.__table__.columns]


@pytest.mark.parametrize("cadence", CADENCES)
def test_r2_waves_do_not_overlap(harbour: World, cadence: int) -> None:
    """The longest opening that is allowed ends before the next begins, also through summer time."""
    longest = cadence * 7 * 24 - 1
    terms = PulseTerms("Check", "unit", "key:1", harbour.pulse("Harbour").first_day, cadence_weeks=cadence)
    with pytest.raises(Invalid, match="open_hours"):
        check_terms(replace(terms, open_hours=longest + 1), FLOORS)
    pulse = harbour.pulse("Harbour", cadence_weeks=cadence, open_hours=longest)
    times = [wave_times(pulse, number) for number in range(1, 60)]
    assert all(closes < opens for (_, closes), (opens, _) in pairwise(times))


def test_r3_groups_come_from_rosters_and_stay_for_a_quarter(harbour: World) -> None:
    """Small teams are pooled under names that their people know, and nothing that happens later regroups them."""
    pulse = harbour.pulse("Harbour")
    wave = harbour.open(pulse)
    before = {unit: harbour.group_of(wave, unit).group_id for unit in ("Gates", "Pilots", "Tugs")}
    named = dict(harbour.session.execute(select(ReportingGroup.id, ReportingGroup.name)).all())
    assert named[before["Gates"]] == "Gates"
    assert before["Pilots"] == before["Tugs"]
    assert {"Pilots", "Tugs"} <= set(named[before["Tugs"]].split(" + "))
    assert all(group.roster >= 7 for group in harbour.session.scalars(select(WaveGroup)))
    harbour.release(wave)
    for number in range(5):
        harbour.join(f"late-{number}", "Pilots")
    later = harbour.open(pulse)
    assert {unit: harbour.group_of(later, unit).group_id for unit in before} == before


def test_r4_each_answer_enters_one_number(harbour: World) -> None:
    """With enough people statements have numbers and a topic is their mean; with fewer only the topic has one."""
    pulse = harbour.pulse("Harbour")
    many = released(harbour, release_with(harbour, pulse, *([[2, 4, 3]] * 9)), "Gates")
    few = released(harbour, release_with(harbour, pulse, *([[2, 4, 3]] * 6)), "Gates")
    shown = {name for name, figure in many.items() if isinstance(figure, Shown)}
    assert {name.partition(":")[0] for name in shown} == {"participation", "scale", "item"}
    assert {name.partition(":")[0] for name in few} == {"participation", "scale"}
    # Nothing is released of a unit above its groups; pages make that from what is released below.
    groups = set(harbour.session.scalars(select(WaveGroup.group_id)))
    assert set(harbour.session.scalars(select(ReleaseRow.group_id))) <= groups


def test_r5_what_is_withheld_follows_from_counts(harbour: World) -> None:
    """The same number of people, all content, all angry or divided: the same figures are shown."""
    pulse = harbour.pulse("Harbour")
    patterns = ([[5]] * 8, [[1]] * 8, [[1], [5]] * 4)
    waves = [released(harbour, release_with(harbour, pulse, *each), "Gates") for each in patterns]
    first, *others = [{name: isinstance(figure, Shown) for name, figure in wave.items()} for wave in waves]
    assert others == [first, first]


def test_r6_both_ends_are_coded(harbour: World) -> None:
    """That all said the worst, or the best, is told as a range in which somebody said otherwise."""
    pulse = harbour.pulse("Harbour")
    for answer, says in ((1, "low"), (5, "≥")):
        figures = released(harbour, release_with(harbour, pulse, *([[answer]] * 9)), "Gates")
        items = [figure for name, figure in figures.items() if name.startswith("item:")]
        assert all(isinstance(item, Shown) and item.text.startswith(says) for item in items)


def test_r7_one_person_is_in_no_number(harbour: World) -> None:
    """Nine answer, eight are counted, and it is chance who is not: a cryptographic one that nobody keeps."""
    figures = released(harbour, release_with(harbour, harbour.pulse("Harbour"), *([[3]] * 9)), "Gates")
    assert {figure.n for name, figure in figures.items() if name.startswith("item:") and isinstance(figure, Shown)} == {
        8
    }
    assert inspect.signature(release_wave).parameters["leave_out"].default == secrets.randbelow


@pytest.mark.parametrize("people", [5, 8, 30])
def test_r8_numbers_lie_on_the_grid(people: int) -> None:
    """A statement has one of some twenty texts, whatever the sum, so a finer difference is not seen."""
    support = Support(people, people, 1, 5, 4)
    texts = {code(total, support, 5).text for total in range(people, 5 * people + 1)}  # type: ignore[union-attr]
    middles = {f"{1 + 0.2 * cell + 0.1:.2f}".removesuffix("0") for cell in range(20)}
    assert {text for text in texts if text[:1].isdigit()} <= middles


def test_r9_no_spread_of_a_group(harbour: World) -> None:
    """A group has figures of three kinds; spread and reliability are the organisation's, from a hundred sheets on."""
    wave = release_with(harbour, harbour.pulse("Harbour"), *([[2, 4, 3]] * 9))
    assert {name.partition(":")[0] for name in released(harbour, wave, "Gates")} == {"participation", "scale", "item"}
    figures = harbour.session.scalars(select(OrganisationFigure)).all()
    assert figures
    assert all(figure.text is None and "fewer than 100" in str(figure.reason) for figure in figures)
    instrument = find_page(harbour.session, harbour.group_of(wave, "Gates").slug, wave.opens_at).instrument
    sheets = [
        {item.key: 1 + (place * person) % 5 for place, item in enumerate(instrument.items)} for person in range(120)
    ]
    rounded = organisation_figures(instrument, {uuid4(): sheets[:60], uuid4(): sheets[60:]})
    assert all(re.fullmatch(r"-?\d\.\d", figure.text) for figure in rounded.values() if isinstance(figure, Shown))


def test_r10_nobody_is_sorted_by_who_they_are() -> None:
    """There is nothing to filter by: the roster knows name, address, language and place, and two classes of many."""
    assert set(Member.__table__.columns.keys()) == {
        "organisation_id", "id", "code", "name", "email", "language", "function", "service",
    }  # fmt: skip
    assert set(Membership.__table__.columns.keys()) == {
        "organisation_id", "id", "member_id", "unit_id", "starts_on", "ends_on", "is_lead",
    }  # fmt: skip
    assert set(inspect.signature(find_page).parameters) == {"session", "slug", "now"}


def test_r10_results_by_an_attribute_are_a_wave_of_their_own(by_function: ByFunction) -> None:
    """No number of a team in it, at least fifteen counted for any number, and the database keeps it so."""
    session, wave = by_function.world.session, by_function.wave
    groups = select(WaveGroup.group_id).where(WaveGroup.wave_id == wave.id)
    rows = session.scalars(select(ReleaseRow).where(ReleaseRow.group_id.in_(groups))).all()
    counted = {row.n for row in rows if row.n and row.figure != "participation"}
    assert counted
    assert min(counted) >= 15
    assert session.scalars(select(ReportingGroupUnit).where(ReportingGroupUnit.group_id.in_(groups))).all() == []
    lax = {name: getattr(wave, name) for name in ("opens_at", "closes_at", "way_in", "instrument_id", "grace_days")}
    lax |= {"organisation_id": wave.organisation_id, "pulse_id": wave.pulse_id, "number": 99, "state": "scheduled"}
    least = {"count_min": 5, "item_min": 7, "roster_min": 7, "comments": False}
    session.add(Wave(id=uuid4(), attribute="function", **lax, **least))
    with pytest.raises(IntegrityError, match="classes_above_floor"):
        session.flush()


@pytest.mark.parametrize(("people", "writers", "shown"), [(7, 7, 0), (9, 2, 0), (9, 3, 3)])
def test_r11_comments_need_eight_people_and_three_writers(
    harbour: World, people: int, writers: int, shown: int
) -> None:
    """Below that nothing is kept, and what is kept has neither a time nor an order."""
    wave = harbour.open(harbour.pulse("Harbour"))
    notes = [Note(f"comment {number}", EVERYBODY) for number in range(writers)]
    harbour.fill(wave, "Gates", [sheet(harbour, wave, "Gates", [3])] * people, notes)
    harbour.release(wave)
    kept = harbour.session.scalars(select(ReleasedComment)).all()
    assert len(kept) == shown
    assert all(comment.id.version == 4 for comment in kept)


@pytest.mark.parametrize(("people", "says"), [(9, "9 of 13"), (4, "not enough answers")])
def test_r12_participation_is_a_count_after_the_close(harbour: World, people: int, says: str) -> None:
    """How many, never who: what would tell who is gone with the release, and few are not even counted."""
    figure = released(harbour, release_with(harbour, harbour.pulse("Harbour"), *([[3]] * people)), "Gates")[
        "participation"
    ]
    assert (figure.text if isinstance(figure, Shown) else figure.reason) == says
    for table in (Invitation, Delivery):
        assert harbour.session.scalar(select(func.count()).select_from(table)) == 0


def test_r13_a_manager_counts_one_level_up(harbour: World) -> None:
    """The lead of the cranes is not among those about whom the lead reads."""
    wave = harbour.open(harbour.pulse("Harbour"))
    invited = select(Invitation.group_id).join(Member, Member.id == Invitation.member_id)
    of_alice = harbour.session.scalars(invited.where(Member.code == "alice")).one()
    assert of_alice != harbour.group_of(wave, "Cranes").group_id
    assert of_alice == harbour.group_of(wave, "Operations").group_id


def test_r13_the_roster_is_locked_at_opening(harbour: World) -> None:
    """Who is added during a wave gets no ballot and changes no group; the audit trail has the edit."""
    wave = harbour.open(harbour.pulse("Harbour"))
    before = _roster_of(harbour, wave)
    table = importing.read_roster(
        b"person_id,name,email,unit\nsham,Sham,sham@example.org,Harbour / Operations / Gates\n"
    )
    plan = importing.plan(harbour.session, harbour.organisation_id, table, wave.opens_at.date())
    importing.apply(harbour.session, harbour.organisation_id, plan, wave.opens_at)
    assert _roster_of(harbour, wave) == before
    entries = harbour.session.scalars(select(AuditEntry).where(AuditEntry.at == wave.opens_at)).all()
    assert [(entry.action, "1" in entry.detail) for entry in entries] == [(importing.ACTION, True)]
    page = find_page(harbour.session, harbour.group_of(wave, "Gates").slug, wave.opens_at)
    assert (page.group_name, page.group_size) == ("Gates", 13)


def _roster_of(world: World, wave: Wave) -> tuple[set[tuple[UUID, UUID]], dict[UUID, int]]:
    session = world.session
    invited = session.execute(select(Invitation.member_id, Invitation.group_id).where(Invitation.wave_id == wave.id))
    sizes = session.execute(select(WaveGroup.group_id, WaveGroup.roster).where(WaveGroup.wave_id == wave.id))
    return set(invited.all()), dict(sizes.all())


def test_r14_the_past_is_not_rewritten(harbour: World) -> None:
    """Whoever moves and whatever is reorganised, released figures stay, and other people make another series."""
    pulse = harbour.pulse("Harbour")
    wave = release_with(harbour, pulse, *([[2, 4, 3]] * 9))
    before, series = released(harbour, wave, "Gates"), _series(harbour, wave, "Pilots")
    assert not list(harbour.settings.vault_open_keys.iterdir())
    for membership in harbour.session.scalars(
        select(Membership).where(Membership.unit_id == harbour.units["Gates"].id)
    ):
        membership.unit_id = harbour.units["Pilots"].id
    harbour.session.commit()
    assert released(harbour, wave, "Gates") == before
    for _ in range(2):
        harbour.release(harbour.open(pulse))
    # The fourth wave is the first of the next quarter.
    later = harbour.open(pulse)
    assert harbour.group_of(later, "Pilots").group_id != harbour.group_of(wave, "Pilots").group_id
    assert _series(harbour, later, "Pilots") != series


def _series(world: World, wave: Wave, unit: str) -> str:
    group = select(ReportingGroup.series).where(ReportingGroup.id == world.group_of(wave, unit).group_id)
    return world.session.scalars(group).one()


def test_r15_every_channel_shows_the_released_text(harbour: World, client: FlaskClient) -> None:
    """The page and the file of a team have the strings of the release rows."""
    wave = release_with(harbour, harbour.pulse("Harbour"), *([[2, 4, 3]] * 9))
    texts = {
        figure.text
        for name, figure in released(harbour, wave, "Gates").items()
        if isinstance(figure, Shown) and name.startswith(("item:", "scale:"))
    }
    group = harbour.group_of(wave, "Gates").group_id
    typed = {"code": show_code(results_code(harbour.settings.ballot_key, harbour.organisation_id, group))}
    page = client.post(f"/results/{group}?lang=en", data=typed).text
    file = client.post(f"/results/{group}/results.csv?lang=en", data=typed).data.decode("utf-8-sig")
    cells = {cell for row in csv.reader(io.StringIO(file)) for cell in row}
    scales = {figure.text for name, figure in released(harbour, wave, "Gates").items() if name.startswith("scale:")}  # type: ignore[union-attr]
    assert all(text in page for text in texts)
    assert scales <= cells


def test_r16_statistics_start_from_released_figures(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is worked out of a release follows from its rows: without any box the same comes out again."""
    wave = release_with(harbour, harbour.pulse("Harbour"), *([[2, 4, 3]] * 9))
    monkeypatch.setattr(opening, "open_boxes", None)
    release = harbour.session.scalars(select(Release)).one()
    instrument = find_page(harbour.session, harbour.group_of(wave, "Gates").slug, wave.opens_at).instrument
    rosters = dict(harbour.session.execute(select(WaveGroup.group_id, WaveGroup.roster)).all())
    figures: dict[UUID, dict[str, Shown | Withheld]] = {}
    for row in harbour.session.scalars(select(ReleaseRow)):
        figures.setdefault(row.group_id, {})[row.figure] = row.outcome
    spreads = {scale.key: 0.7 for scale in instrument.scales}
    made = estimates_of(release, instrument, figures, rosters, spreads)
    assert made
    assert all(row["low"] < row["estimate"] < row["high"] for row in made)
