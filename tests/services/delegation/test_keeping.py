"""Delegations in the database: who reaches them, what is kept, and what a draft keeps."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound
from surveyapp.learning.delegation import ACCEPTED, OFFERED, RUNNING, WITHDRAWN
from surveyapp.learning.handing_over import Accepted, Released, SentBack
from surveyapp.learning.helping import Asked, ImpulseNoted
from surveyapp.learning.running import ChecklistDone, Delivered
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.board import read_board
from surveyapp.services.delegation.drafting import PAGES, discard, offer, read_draft, save_draft, start_draft
from surveyapp.services.delegation.keeping import move
from surveyapp.services.delegation.people import owners_for, seconds_for
from surveyapp.services.delegation.reading import read_delegation
from surveyapp.store.delegation import DelegationStep, StoredDelegation
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.world import World
from tests.learning.sample import OWN_WORDS, started
from tests.learning.typed import TYPED
from tests.services.delegation.conftest import Handover

Draft = Callable[..., Handover]
People = dict[str, Viewer]


@pytest.mark.postgres
def test_a_draft_becomes_a_delegation_by_steps(draft: Draft) -> None:
    """Offered, accepted, started: each step is a row, and the list follows."""
    work = draft().start()
    rows = work.world.session.scalars(select(DelegationStep).order_by(DelegationStep.number)).all()
    assert [(row.number, row.kind) for row in rows] == [(1, "offered"), (2, "accepted"), (3, "cycle_started")]
    row = work.world.session.get_one(StoredDelegation, (work.world.organisation_id, work.id))
    assert (row.state, row.steps, row.title) == (RUNNING, 3, TYPED["title"])
    assert row.unit_id == work.world.units["Cranes"].id
    assert work.delegation.state == RUNNING


def test_a_refused_step_keeps_nothing(draft: Draft) -> None:
    """The database is as it was."""
    work = draft().offer()
    with pytest.raises(Invalid):
        work.take(Accepted("yes"))
    assert work.world.session.scalar(select(func.count()).select_from(DelegationStep)) == 1
    assert work.delegation.state == OFFERED


def test_a_form_that_is_sent_twice_is_one_step(draft: Draft, people: People) -> None:
    """Its number tells."""
    work, once = draft().offer(), uuid4()
    for _ in range(2):
        move(work.world.session, people["bob"], work.id, Asked("Which ledger?"), once, NOON)
    assert len(work.delegation.questions) == 1
    assert work.delegation.accepted_at is None
    for _ in range(2):
        other = draft()
        offer(other.world.session, people["alice"], other.id, once, NOON)
        offer(other.world.session, people["alice"], other.id, once, NOON)


@pytest.mark.parametrize("name", ["charlie", "dana"])
def test_nobody_else_learns_that_it_is_there(draft: Draft, people: People, name: str) -> None:
    """Neither a colleague nor a coach of the unit, by reading, moving or listing."""
    work = draft().start()
    session = work.world.session
    with pytest.raises(NotFound):
        read_delegation(session, people[name], work.id, NOON)
    with pytest.raises(NotFound):
        move(session, people[name], work.id, Asked("?"), uuid4(), NOON)
    assert read_board(session, people[name]).lines == ()


def test_a_delegation_of_another_organisation_is_not_there(draft: Draft, people: People) -> None:
    """Even for the same account id."""
    work = draft().offer()
    elsewhere = Viewer(people["alice"].account_id, uuid4(), "Alice", "a@example.org", "en", ())
    with pytest.raises(NotFound):
        read_delegation(work.world.session, elsewhere, work.id, NOON)


def test_what_is_private_stays_with_its_author(draft: Draft) -> None:
    """The look in the mirror and the urges are alice's, the confidence is bob's, and grace sees what she decides on."""
    work = draft().start().take(ImpulseNoted(gave_in=False, words="The heading"), "alice").take(Asked("Which ledger?"))
    work.take(ChecklistDone(work.delegation.agreed.done.checklist, 70)).take(Delivered(1, minimum_met=True))
    seen = {name: work.read(name).delegation for name in ("alice", "bob", "grace")}
    assert {name: bool(each.mindset) for name, each in seen.items()} == {"alice": True, "bob": False, "grace": False}
    assert {name: len(each.impulses) for name, each in seen.items()} == {"alice": 1, "bob": 0, "grace": 0}
    assert {name: each.cycles[0].confidence for name, each in seen.items()} == {"alice": None, "bob": 70, "grace": None}
    assert {name: len(each.questions) for name, each in seen.items()} == {"alice": 1, "bob": 1, "grace": 0}
    assert (work.read("grace").presence, work.read("alice").calibration) == (None, None)
    assert work.read("bob").calibration is not None


def test_a_page_says_what_is_open_and_what_has_to_wait(draft: Draft) -> None:
    """For the person who looks, with the reason."""
    work = draft().start()
    assert "checklist_done" in work.read("bob").open
    assert "checklist_done" not in work.read("alice").open
    assert "checklist" in work.read("bob").waiting["delivered"]


def test_guarded_work_stays_shut_on_every_way(draft: Draft) -> None:
    """Planned live it cannot be offered, and a live cycle is refused until grace has released a good pilot."""
    with pytest.raises(Invalid) as wrong:
        draft(compliance="yes").offer()
    assert wrong.value.field == "mode"
    work = draft(compliance="yes", mode="pilot").offer().take(Accepted(OWN_WORDS))
    for name in ("alice", "bob"):
        with pytest.raises(Invalid, match="second person"):
            work.take(started(work.now, "live"), name)
    with pytest.raises(Conflict, match="pilot"):
        work.take(Released(), "grace")
    assert work.delegation.state == ACCEPTED


def test_a_draft_keeps_what_was_typed_however_wrong(harbour: World, people: People) -> None:
    """And says on each page what is missing."""
    session, alice = harbour.session, people["alice"]
    draft_id = start_draft(session, alice, {"title": " Report ", "stretch": "5"}, NOON)
    save_draft(session, alice, draft_id, {"high": "much", "outcome": "x" * 9000}, NOON)
    found = read_draft(session, alice, draft_id, NOON)
    assert (found.title, found.typed["high"], len(found.typed["outcome"])) == ("Report", "much", 4000)
    assert {"stretch", "owner"} <= {wrong.field for wrong in found.problems["task"]}
    assert {"high", "outcome"} <= {wrong.field for wrong in found.problems["bar"]}
    assert set(found.problems) == set(PAGES)
    assert not found.ready


def test_a_ready_draft_has_no_problem(draft: Draft, people: People) -> None:
    """It can be offered."""
    assert read_draft(draft().world.session, people["alice"], draft().id, NOON).ready


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"owner": ""}, "owner"),
        ({"owner": "charlie"}, "owner"),
        ({"second": "bob"}, "second"),
        ({"mindset": " "}, "mindset"),
    ],
)
def test_an_offer_names_what_is_missing(draft: Draft, people: People, typed: dict[str, str], field: str) -> None:
    """A person of another team is none of alice's, and the owner cannot release."""
    wanted = {name: str(people[each].account_id) if each in people else each for name, each in typed.items()}
    with pytest.raises(Invalid) as wrong:
        draft(**wanted).offer()
    assert wrong.value.field == field


def test_only_those_who_look_after_somebody_hand_over(harbour: World, people: People) -> None:
    """A coach and a member do not."""
    for name in ("bob", "dana"):
        with pytest.raises(Forbidden):
            start_draft(harbour.session, people[name], TYPED, NOON)


def test_terms_stand_once_they_are_offered(draft: Draft, people: People) -> None:
    """Until the owner sends them back; then what was typed is still there."""
    work = draft().offer()
    with pytest.raises(Conflict):
        save_draft(work.world.session, people["alice"], work.id, {"title": "Other"}, NOON)
    work.take(SentBack("A week is too short"))
    found = read_draft(work.world.session, people["alice"], work.id, NOON)
    assert (found.sent_back, found.typed["title"]) == ("A week is too short", TYPED["title"])
    with pytest.raises(Forbidden):
        save_draft(work.world.session, people["bob"], work.id, {"title": "Other"}, NOON)


def test_a_draft_is_put_away(draft: Draft, people: People) -> None:
    """It stays in the list as withdrawn."""
    work = draft()
    discard(work.world.session, people["alice"], work.id, NOON)
    assert work.delegation.state == WITHDRAWN


def test_owners_are_people_of_the_managers_units(harbour: World, people: People) -> None:
    """Members and managers there, without the one who asks and without the disabled."""
    add_account(harbour, "heidi", manager="Gates")
    assert [each.name for each in owners_for(harbour.session, people["alice"])] == ["Bob"]
    assert {each.name for each in owners_for(harbour.session, people["grace"])} == {"Alice", "Bob", "Charlie", "Heidi"}
    assert {each.name for each in seconds_for(harbour.session, people["alice"])} == {"Dana", "Grace", "Heidi"}


def test_the_board_filters_and_searches(draft: Draft, people: People) -> None:
    """By part, state and words; a filter that does not exist filters nothing."""
    draft(title="Hiring round").offer()
    work = draft(title="Variance report").start()
    session = work.world.session
    titles = [each.title for each in read_board(session, people["bob"]).lines]
    assert sorted(titles) == ["Hiring round", "Variance report"]
    assert [each.title for each in read_board(session, people["bob"], words="VARI").lines] == ["Variance report"]
    assert [each.title for each in read_board(session, people["bob"], state="offered").lines] == ["Hiring round"]
    assert read_board(session, people["bob"], part="delegator").lines == ()
    assert read_board(session, people["grace"], part="second", state="nonsense").total == 2
    assert read_board(session, people["alice"]).parts == {"owner": 0, "delegator": 2, "second": 0}


def test_the_board_says_whose_turn_it_is(draft: Draft, people: People) -> None:
    """An offer waits for the owner."""
    work = draft().offer()
    turn = {name: read_board(work.world.session, people[name]).lines[0].my_turn for name in ("alice", "bob")}
    assert turn == {"alice": False, "bob": True}


def test_a_long_board_has_pages(draft: Draft, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page asked for, or the nearest there is."""
    for number in range(3):
        work = draft(title=f"Report {number}")
    monkeypatch.setattr("surveyapp.services.delegation.board.PAGE_SIZE", 2)
    board = read_board(work.world.session, people["alice"], page=9)
    assert (board.page, board.pages, board.total, len(board.lines)) == (2, 2, 3, 1)
