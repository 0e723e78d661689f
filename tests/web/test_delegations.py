"""Handing work over on pages: the set-up, taking it, the cycle, and what each of the people sees."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from surveyapp.learning.delegation import Delegation
from surveyapp.learning.handing_over import BarChangeProposed, Offered
from surveyapp.learning.history import STEPS
from surveyapp.learning.reading import PARTS
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.keeping import as_it_is
from surveyapp.services.insight.measuring import measure_units
from surveyapp.store.delegation import StoredDelegation
from surveyapp.web.delegation import words as said
from surveyapp.web.delegation.fields import TypedForm
from surveyapp.web.delegation.moves import MOVES
from surveyapp.web.delegation.set_up_forms import SET_UP
from tests.fixtures.accounts import NOON, add_account, ticket_of
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.learning.sample import OWN_WORDS
from tests.learning.typed import TYPED

PEOPLE = {
    "alice": {"manager": "Cranes"},
    "bob": {"member": "Cranes"},
    "charlie": {"member": "Cranes"},
    "dana": {"coach": "Operations"},
    "grace": {"admin": "Harbour"},
}
PAGES = {name: [each.name for each in fields(part)] for name, part in PARTS.items()}
CYCLE = {
    "mode": "live",
    "level": "3",
    "due": "2026-03-09T17:00",
    "mid_at": "2026-03-05T12:00",
    "mid_questions": "What is different?",
    "final_at": "2026-03-09T12:00",
    "final_questions": "What would finance ask first?",
}


def plain(html: str) -> str:
    """Return the words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@dataclass
class Office:
    """The browsers of everybody, and the delegation that they work on."""

    world: World
    browsers: dict[str, Visitor]
    people: dict[str, Viewer]
    at: str = ""

    def get(self, name: str, path: str = "") -> TestResponse:
        """Open a page of the delegation."""
        return self.browsers[name].get(f"{self.at}{path}")

    def do(self, name: str, step: str, **typed: object) -> TestResponse:
        """Send the form of a step; where there are several to choose from, it is about the first."""
        return self.browsers[name].post(f"{self.at}/do/{step}", **typed)

    def write(self, **changes: str) -> TestResponse:
        """Go through the set-up as alice, up to handing over; returns the last answer."""
        who = {"owner": str(self.people["bob"].account_id), "second": str(self.people["grace"].account_id)}
        typed = {**TYPED, **who, **changes}
        first = {name: typed.get(name, "") for name in [*PAGES["task"], "owner", "second"]}
        reply = self.browsers["alice"].post("/app/delegations/new", **ticked(first))
        self.at = str(reply.location).partition("/set-up")[0]
        for page in ("bar", "radius", "guardrails", "done"):
            reply = self.browsers["alice"].post(
                f"{self.at}/set-up/{page}", **ticked({name: typed.get(name, "") for name in PAGES[page]})
            )
            assert reply.status_code == 303, plain(reply.text)
        return self.browsers["alice"].post(f"{self.at}/set-up/brief", mindset="I will first ask how bob is")

    def run(self) -> "Office":
        """Hand over, take, and start a cycle."""
        self.write()
        self.do("bob", "accepted", paraphrase=OWN_WORDS)
        assert self.do("bob", "cycle_started", **CYCLE).status_code == 303
        return self

    @property
    def delegation(self) -> Delegation:
        """Return the delegation as it is."""
        self.world.session.commit()
        key = (self.world.organisation_id, UUID(self.at.rpartition("/")[2]))
        return as_it_is(self.world.session, self.world.session.get_one(StoredDelegation, key, populate_existing=True))


def ticked(typed: dict[str, str]) -> dict[str, object]:
    """Leave out boxes that are not ticked, as a browser does, and send lists as several values."""
    sent: dict[str, object] = {name: text for name, text in typed.items() if text}
    if "evidence" in sent:
        sent["evidence"] = typed["evidence"].splitlines()
    return sent


@pytest.fixture
def office(app: Flask, harbour: World, visit: Callable[..., Visitor]) -> Iterator[Office]:
    """Give everybody a browser that is signed in."""
    people = {name: add_account(harbour, name, **roles) for name, roles in PEOPLE.items()}
    browsers = {name: visit(ticket_of(harbour, name)) for name in people}
    harbour.session.commit()
    return Office(harbour, browsers, people)  # type: ignore[return-value]


def test_work_is_handed_over_page_by_page(office: Office) -> None:
    """Six pages, then the owner reads what is expected and takes it in own words."""
    reply = office.write()
    assert reply.location == office.at
    page = plain(office.get("bob").text)
    for expected in ("Finance can decide", "All cost centres", "variance > 5 %", "Send the old one", "Take it"):
        assert expected in page
    office.do("bob", "accepted", paraphrase=OWN_WORDS)
    assert OWN_WORDS in plain(office.get("alice").text)
    assert office.delegation.accepted_at is not None


@pytest.mark.parametrize(
    ("page", "typed", "message"),
    [
        ("bar", {"high": "much"}, "Expected a number, such as 5 or 2.5, not much."),
        ("bar", {"triggers": "when it is bad"}, "a measure, > or <, and a limit"),
        ("radius", {"rollback": ""}, "Please give a few words."),
        ("guardrails", {"cost": ""}, "Please give a few words."),
    ],
)
def test_a_rejected_page_keeps_what_was_typed(office: Office, page: str, typed: dict[str, str], message: str) -> None:
    """What is wrong stands at its field, and the draft has all of it."""
    office.write()
    office.do("bob", "sent_back", reason="A week is too short")
    sent = {name: TYPED.get(name, "") for name in PAGES[page]} | typed
    reply = office.browsers["alice"].post(f"{office.at}/set-up/{page}", **ticked(sent))
    assert reply.status_code == 422
    assert message in plain(reply.text)
    again = office.get("alice", f"/set-up/{page}").text
    for text in typed.values():
        assert text in unescape(again)


def test_a_draft_is_saved_however_little_there_is(office: Office) -> None:
    """It stands in the list, and its pages say what is missing."""
    reply = office.browsers["alice"].post("/app/delegations/new", title="Hiring round", keep="yes")
    assert reply.location == "/app/delegations"
    html = office.browsers["alice"].get("/app/delegations").text
    assert "Hiring round" in html
    found = re.search(r'href="(/app/delegations/[0-9a-f-]{36})"', html)
    assert found is not None
    page = plain(office.browsers["alice"].get(f"{found[1]}/set-up/task?check=yes").text)
    assert "Please give somebody of your units with an account." in page
    assert "things missing" in page


def test_the_right_task_comes_first(office: Office) -> None:
    """A task that is too far or unwanted stops the set-up on its first page."""
    typed = {**TYPED, "owner": str(office.people["bob"].account_id), "stretch": "5", "wanted": ""}
    first = {name: typed.get(name, "") for name in [*PAGES["task"], "owner"]}
    reply = office.browsers["alice"].post("/app/delegations/new", **ticked(first))
    assert reply.status_code == 422
    assert "a smaller piece of the work" in plain(reply.text)
    assert "ask before you hand it over" in plain(reply.text)


def test_the_light_and_the_borrowed_sentences_are_filled_in(office: Office) -> None:
    """From what was typed before."""
    office.write()
    office.do("bob", "sent_back", reason="A week is too short")
    assert "Contained: a miss stays small." in plain(office.get("alice", "/set-up/radius").text)
    brief = plain(office.get("alice", "/set-up/brief").text)
    assert "If this happens, call me within 60 minutes, at any hour: variance > 5 %" in brief
    assert "I will not edit your work" in brief
    assert "A week is too short" in brief


def test_a_draft_is_put_away_after_a_question(office: Office) -> None:
    """It is withdrawn then."""
    office.browsers["alice"].post("/app/delegations/new", title="Hiring round")
    found = re.search(r"/app/delegations/[0-9a-f-]{36}", office.browsers["alice"].get("/app/delegations").text)
    assert found is not None
    office.at = found[0]
    assert "Put this draft away?" in office.get("alice", "/discard").text
    office.browsers["alice"].post(f"{office.at}/discard")
    assert office.delegation.state == "withdrawn"


@pytest.mark.parametrize("name", ["charlie", "dana"])
def test_others_find_nothing(office: Office, name: str) -> None:
    """A colleague and a coach get the same answer as for an address that never was."""
    office.run()
    for path in ("", "/checklist", "/pause", "/do/asked", "/set-up/task", "/discard"):
        assert office.get(name, path).status_code == 404
    assert office.do(name, "asked", words="?").status_code == 404
    assert "Monthly variance report" not in office.browsers[name].get("/app/delegations").text


def test_a_member_sees_delegations_and_nothing_else(office: Office) -> None:
    """No results, no log, no unit."""
    browser = office.browsers["bob"]
    unit = office.world.units["Cranes"].id
    assert browser.get(f"/app/teams/{unit}").status_code == 403
    assert "Cranes" not in plain(browser.get("/app/teams").text)
    assert browser.get("/app/delegations/new").status_code == 403


def test_a_cycle_from_start_to_close(office: Office) -> None:
    """Look first, checkpoint, checklist, a trigger with its clock, delivery, correction, review, close."""
    office.run()
    assert "questions open once you have written" in plain(office.get("bob").text)
    office.do("bob", "diagnosed", words="Two sources differ")
    office.do("alice", "checkpoint_held", notes="Bob compares them")
    office.do("bob", "trigger_crossed", trigger="variance > 5 %", crossed_at="2026-03-02T13:00")
    assert "The owner calls until" in plain(office.get("alice").text)
    office.do("bob", "escalated", words="7 %, two options")
    office.do("alice", "escalation_answered", words="Which of the two?")
    lines = office.delegation.agreed.done.checklist
    office.do("bob", "checklist_done", ticked=list(lines), confidence="80")
    office.do("bob", "delivered", value="3,5", minimum_met="yes")
    page = plain(office.get("bob").text)
    assert "outside the bar" in page
    assert "The delegator asks: how are you?" in page
    office.do("alice", "how_are_you_asked")
    office.do("bob", "correction_sent", audience="Finance", wrong="Swapped", right="This way", guard="A sum check")
    office.do("bob", "stakeholder_asked", question="Can we trust it?", answer="Yes")
    review = dict.fromkeys(("intended", "happened", "sense", "worked", "did_not"), "As it was")
    office.do("alice", "reviewed", **review, changes="Compare two sources", minutes="15")
    office.do("bob", "judgement_noted", words="When two sources differ")
    office.do("bob", "cycle_closed", outcome="learning_accelerated", words="Two sources")
    assert office.delegation.cycles[0].outcome == "learning_accelerated"
    assert "Learning accelerated" in plain(office.get("alice").text)


def test_a_rejected_step_keeps_what_was_typed(office: Office) -> None:
    """With what would be right at its field."""
    office.write()
    reply = office.do("bob", "accepted", paraphrase="fine")
    assert reply.status_code == 422
    assert "fine</textarea>" in reply.text
    assert "at least 20 letters" in plain(reply.text)


def test_a_form_that_is_sent_twice_counts_once(office: Office) -> None:
    """The second time leads to the same page."""
    office.run()
    found = re.search(r'name="once"[^>]*value="([^"]+)"', office.get("bob", "/do/asked").text)
    assert found is not None
    for _ in range(2):
        assert office.do("bob", "asked", words="Which ledger?", once=found[1]).status_code == 303
    assert len(office.delegation.questions) == 1


@pytest.mark.parametrize(
    ("name", "step", "status"), [("alice", "delivered", 403), ("bob", "delivered", 409), ("bob", "nonsense", 404)]
)
def test_a_step_that_is_not_ones_own_is_refused(office: Office, name: str, step: str, status: int) -> None:
    """By its form and by its address."""
    office.run()
    typed = {"value": "1", "minimum_met": "yes"}
    assert office.do(name, step, **typed).status_code == status
    assert office.get(name, f"/do/{step}").status_code in {status, 409}


def test_guarded_work_does_not_go_live_by_any_form(office: Office) -> None:
    """Neither planned nor started; the second person's release opens it after a good pilot."""
    office.write(irreversible="yes", mode="pilot")
    office.do("bob", "accepted", paraphrase=OWN_WORDS)
    reply = office.do("bob", "cycle_started", **CYCLE)
    assert reply.status_code == 422
    assert "until a pilot was within the bar" in plain(reply.text)
    assert office.do("grace", "released").status_code == 409
    assert "Release it" not in plain(office.get("grace").text)


def test_what_is_private_is_on_nobody_elses_page(office: Office) -> None:
    """The look in the mirror, the urges, and the owner's confidence."""
    office.run()
    office.do("alice", "impulse_noted", words="The heading was ugly")
    office.do("bob", "checklist_done", ticked=list(office.delegation.agreed.done.checklist), confidence="73")
    pages = {name: plain(office.get(name).text) for name in ("alice", "bob", "grace")}
    assert [name for name, page in pages.items() if "The heading was ugly" in page] == ["alice"]
    assert [name for name, page in pages.items() if "I will first ask how bob is" in page] == ["alice"]
    assert not [name for name in ("alice", "grace") if "73" in pages[name]]


def test_the_pause_is_for_whoever_wants_to_step_in(office: Office) -> None:
    """Twenty minutes and one question, with or without a script; the owner has no use for it."""
    office.run()
    page = plain(office.get("alice", "/pause").text)
    assert "Wait 20 minutes, ask one question" in page
    assert "What have you tried or ruled out?" in page
    assert office.get("bob", "/pause").status_code == 403


def test_the_checklist_is_a_page_to_print(office: Office) -> None:
    """Three lists, what done means, and when to call."""
    office.run()
    page = plain(office.get("bob", "/checklist").text)
    for words in (
        "Ledger of the month",
        "Above 2 % has a cause",
        "The owner signs",
        "Finance has it",
        "variance > 5 %",
    ):
        assert words in page


def test_review_and_checkpoints_go_into_a_calendar(office: Office) -> None:
    """With their questions; what the cycle does not have is not there."""
    office.run()
    assert office.get("bob", "/review.ics").status_code == 404
    checkpoint = office.get("alice", "/mid_cycle.ics")
    assert checkpoint.content_type == "text/calendar; charset=utf-8"
    assert "DTSTART:20260305T110000Z" in checkpoint.text
    assert "What is different?" in checkpoint.text
    office.do("bob", "checklist_done", ticked=list(office.delegation.agreed.done.checklist), confidence="80")
    office.do("bob", "delivered", value="1", minimum_met="yes")
    invitation = office.get("bob", "/review.ics").text.replace("\r\n ", "")
    assert "how did it make sense at the time?" in invitation
    assert "DTEND:20260303T091500Z" in invitation


def test_those_without_a_part_see_counts_only(office: Office) -> None:
    """And not even those while they are few; a member has no such page."""
    office.run()
    page = plain(office.browsers["dana"].get("/app/delegations/overview").text)
    assert "fewer than 5 delegations with a closed cycle" in page
    assert "variance" not in page
    assert "What comes of it: Operations" in page
    assert "Figures are computed once a day; there are none yet." in page
    measure_units(office.world.session, office.world.organisation_id, NOON)
    page = plain(office.browsers["dana"].get("/app/delegations/overview").text)
    assert "Cannot tell yet: told from five delegations on. About 4 more delegations needed." in page
    assert office.browsers["bob"].get("/app/delegations/overview").status_code == 403


def test_empty_lists_teach(office: Office) -> None:
    """A manager how to begin, an owner what will come."""
    assert "Start with something that you could do yourself" in plain(
        office.browsers["alice"].get("/app/delegations").text
    )
    assert "say what would have to change" in plain(office.browsers["bob"].get("/app/delegations").text)
    office.write()
    assert "No delegation like this" in plain(office.browsers["bob"].get("/app/delegations?q=nothing").text)


def test_a_manager_without_members_is_told_what_to_do(office: Office, visit: Callable[..., Visitor]) -> None:
    """Somebody has to have an account."""
    add_account(office.world, "heidi", manager="Tugs")
    browser = visit(ticket_of(office.world, "heidi"))
    assert "An administrator can add one with the role Member" in plain(browser.get("/app/delegations/new").text)


def test_the_time_for_calling_runs_out_on_the_page(office: Office, clock: Clock) -> None:
    """Late is told, and calling stays possible."""
    office.run()
    office.do("bob", "trigger_crossed", trigger="variance > 5 %", crossed_at="2026-03-02T13:00")
    clock.moment += timedelta(hours=2)
    assert "The time for calling ended" in plain(office.get("bob").text)
    assert office.do("bob", "escalated", words="7 %").status_code == 303


def test_every_step_has_a_form_with_its_fields() -> None:
    """None is missing and none is too many; offering is the set-up's."""
    assert MOVES.keys() | {"offered"} == STEPS.keys()
    for name, move in MOVES.items():
        wanted = {each.name for each in fields(STEPS[name])} - {move.item}  # type: ignore[arg-type]
        if STEPS[name] is BarChangeProposed:
            wanted = {"reason", *PAGES["bar"]}
        assert own_fields(move.form) == wanted, name
    for page, names in PAGES.items():
        assert own_fields(SET_UP[page]) - {"owner", "second"} == set(names), page
    assert {each.name for each in fields(Offered)} == {"terms", "owner", "second", "mindset"}


def own_fields(form: type[TypedForm]) -> set[str]:
    """Return the names of the fields that somebody fills in."""
    return {name for kind in form.__mro__ for name, each in vars(kind).items() if hasattr(each, "field_class")} - {
        "once"
    }


def test_every_word_of_the_practice_has_a_name() -> None:
    """States, outcomes, interventions and the rest."""
    assert all(said.said(group, word) for group, known in said.WORDS.items() for word in known)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["2026-03-29T02:30", "-1", "nan", "1e9", "yes"]
)
NAMES = sorted(
    {name for form in (*SET_UP.values(), *(move.form for move in MOVES.values())) for name in own_fields(form)}
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=8),
    where=st.sampled_from([*(f"set-up/{page}" for page in SET_UP), *(f"do/{name}?item=1" for name in MOVES), "new"]),
    name=st.sampled_from(["alice", "bob"]),
)
def test_no_form_breaks_the_pages(office: Office, typed: dict[str, str], where: str, name: str) -> None:
    """Whatever is sent is taken, asked for again or refused."""
    if not office.at:
        office.run()
    path = "/app/delegations/new" if where == "new" else f"{office.at}/{where}"
    assert office.browsers[name].post(path, **typed).status_code in {303, 403, 404, 409, 422}
    assert office.get(name).status_code == 200
