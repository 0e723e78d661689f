"""An open wave is silent (R1): whatever anybody can read is the same before and after each answer."""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask

from surveyapp.learning.handing_over import Accepted
from surveyapp.learning.terms import LIVE
from surveyapp.privacy.comments import COMMENTERS, EVERYBODY, Note
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.drafting import offer, start_draft
from surveyapp.services.delegation.keeping import move
from surveyapp.services.insight.advice import ask_advice
from surveyapp.services.insight.interventions import register
from surveyapp.services.installation.checking import examine
from surveyapp.services.installation.uploads import keep_file, new_file
from surveyapp.services.log.cells import Reading
from surveyapp.services.log.events import Entry
from surveyapp.services.log.exchange import make_token
from surveyapp.services.log.file_jobs import begin_look
from surveyapp.services.log.reports import tell
from surveyapp.services.log.reviews import plan_review
from surveyapp.services.roster.counting import tree_of
from surveyapp.services.team_codes import results_code
from surveyapp.store.pulses import Wave
from surveyapp.vault.deposit import unspent
from surveyapp.web.access import signed_in
from tests.attacks.reading import Readers, changes
from tests.fixtures.accounts import NOON, add_account, add_key, ticket_of
from tests.fixtures.logged import log_event
from tests.fixtures.mail import MailServer
from tests.fixtures.plans import a_plan, a_wish
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.worker import Worker
from tests.fixtures.world import World, item_keys
from tests.learning.sample import OWN_WORDS, started
from tests.learning.typed import TYPED

COLUMNS = ("external_id", "kind", "team", "what_happened", "told_at")
EVENTS = ",".join(COLUMNS).encode() + b"\n1,near_miss,cranes,A hook slipped,2026-03-01T10:00:00Z\n"
# One group of its own, and one of pooled small teams.
GROUPS = ("Cranes", "Pilots")
# Enough for every threshold to be reached while somebody watches.
ANSWERS = 8


def reminding(wave: Wave) -> datetime:
    """Return when reminders go out."""
    return wave.opens_at + (wave.closes_at - wave.opens_at) / 2


@pytest.fixture
def erin(harbour: World) -> Viewer:
    """Give the account of erin, the steward of everybody, whom one of the cranes has told of something."""
    steward = add_account(harbour, "erin", steward="Harbour")
    add_key(harbour, steward, "a lighthouse in fog")
    tree = tree_of(harbour.session, harbour.organisation_id)
    entry = Entry(harbour.units["Cranes"].id, "near_miss", "A hook slipped", NOON, mode="anonymous")
    secret_key = harbour.settings.secret_key
    tell(harbour.session, harbour.organisation_id, tree, entry, NOON, name="", secret_key=secret_key)
    return steward


@pytest.fixture
def work(harbour: World, alice: Viewer, grace: Viewer) -> None:
    """Put a running cycle and a draft on the board of alice, and plan a review."""
    bob = add_account(harbour, "bob", member="Cranes")
    who = {"owner": str(bob.account_id), "second": str(grace.account_id), "mindset": "I will first ask how bob is"}
    running, _draft = (start_draft(harbour.session, alice, {**TYPED, **who}, NOON) for _ in range(2))
    offer(harbour.session, alice, running, uuid4(), NOON)
    for step in (Accepted(OWN_WORDS), started(NOON, LIVE)):
        move(harbour.session, bob, running, step, uuid4(), NOON)
    plan_review(harbour.session, harbour.organisation_id, harbour.units["Cranes"].id, None, NOON, NOON)


@pytest.fixture
def wave(harbour: World, clock: Clock, alice: Viewer, dana: Viewer, grace: Viewer, erin: Viewer, work: None) -> Wave:
    """Give an open wave after a released one, with one of everything that a page can be about."""
    pulse = harbour.pulse("Harbour")
    harbour.pulse("Operations", name="Not started", state="draft")
    past = harbour.open(pulse)
    for group in GROUPS:
        sheets: list[Mapping[str, int]] = [
            dict.fromkeys(item_keys(harbour, past), 1 + each % 5) for each in range(ANSWERS)
        ]
        harbour.fill(past, group, sheets, [Note("More light, please.", EVERYBODY)] * COMMENTERS)
    harbour.release(past)
    session, organisation_id, cranes = harbour.session, harbour.organisation_id, harbour.units["Cranes"].id
    log_event(session, organisation_id, Entry(cranes, "near_miss", "A hook slipped", NOON), NOON)
    make_token(session, grace, "tracker", cranes, ["events"], NOON)
    ask_advice(session, organisation_id, a_wish([cranes], pulse.id), NOON)
    register(session, organisation_id, a_plan([cranes], pulse_id=pulse.id), account_id=None, now=NOON)
    wave = harbour.open(pulse)
    # Files are kept for a day, and reminders go out on the second.
    file = new_file("roster.csv", b"person_id,name,unit\n1001,Ivan,Harbour / Operations / Cranes\n", complete=False)
    keep_file(session, organisation_id, grace.account_id, "roster", file, reminding(wave))
    events = new_file("events.csv", EVENTS)
    keep_file(session, organisation_id, grace.account_id, "events", events, reminding(wave))
    reading = Reading("tracker", "Europe/Berlin", columns=dict(zip(COLUMNS, COLUMNS, strict=True)))
    begin_look(session, organisation_id, grace.account_id, events.id, reading, reminding(wave))
    session.commit()
    clock.moment = wave.opens_at
    return wave


@pytest.fixture
def read_by_all(app: Flask, harbour: World, wave: Wave) -> Callable[[], Readers]:
    """Give a function that begins the watch, once all pages are there."""

    def begin() -> Readers:
        staff = {name: Visitor(app) for name in ("alice", "dana", "grace", "erin")}
        for name, visitor in staff.items():
            visitor.sign_in(ticket_of(harbour, name))
        group = harbour.group_of(wave, "Cranes").group_id
        code = {"code": results_code(harbour.settings.ballot_key, harbour.organisation_id, group)}
        codes = {f"/results/{group}": code, f"/results/{group}/results.csv": code}
        return Readers(app, harbour, staff, codes)

    return begin


def _answer(app: Flask, world: World, wave: Wave, number: int) -> None:
    """Let one person of each group answer."""
    for group in GROUPS:
        code = world.codes(wave, group)[number]
        sheet = {f"answer-{key}": str(1 + number % 5) for key in item_keys(world, wave)}
        path = f"/answer/{world.group_of(wave, group).slug}"
        note = {"comment": "x" * number, "theme": "workload", "audience": "everybody", "looked": "yes"}
        reply = app.test_client(use_cookies=False).post(path, data={"code": code, **note, **sheet})
        assert "Thank you" in reply.text
    world.session.commit()


def test_nothing_changes_with_an_answer_or_a_reminder(
    read_by_all: Callable[[], Readers], app: Flask, harbour: World, wave: Wave, worker: Worker, smtp_server: MailServer
) -> None:
    """Every reader gets the same bytes from every address after the first answer, after reminders, and after more.

    Reminders go to those who have not answered, and enough answer in the end for every threshold. One page is planted:
    it says how many have not answered yet, and is the only one that may be found out. A new route fails here when
    nothing in the fixture opens it: then add one of what it is about.
    """

    @signed_in
    def count() -> str:
        return str(len(unspent(harbour.vault, harbour.organisation_id, wave.id)))

    app.add_url_rule("/app/live", view_func=count)
    planted = [f"{name} /app/live" for name in ("alice", "dana", "grace", "erin")]
    worker.with_mail(smtp_server.url).tick(wave.opens_at)
    # One mail asks the manager of the cranes for a reply to the wave before.
    invited = len(smtp_server.messages) - 1
    readers = read_by_all()
    assert readers.shut == [], readers.shut
    before = readers.first_look()
    _answer(app, harbour, wave, 0)
    worker.tick(reminding(wave))
    assert len(smtp_server.messages) == 1 + 2 * invited - len(GROUPS)
    after = readers.read()
    assert changes(before, after) == planted
    for number in range(1, ANSWERS):
        _answer(app, harbour, wave, number)
    assert changes(after, readers.read()) == planted


def test_neither_log_nor_doctor_counts_reminders(
    harbour: World, wave: Wave, worker: Worker, app: Flask, smtp_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """When reminders cannot go out the operator is told so, but not how many people have not answered."""
    worker.with_mail(smtp_server.url).tick(wave.opens_at)
    _answer(app, harbour, wave, 0)
    unanswered = len(unspent(harbour.vault, harbour.organisation_id, wave.id))
    caplog.set_level(logging.DEBUG)
    for url in ("", "smtp://127.0.0.1:9"):
        worker.with_mail(url).tick(reminding(wave))
    said = [record.getMessage() for record in caplog.records] + [
        each.text for each in examine(worker.settings, reminding(wave))
    ]
    assert "nobody is reminded" in caplog.text
    assert "mails wait" in caplog.text
    assert [each for each in said if re.search(rf"\b{unanswered}\b", each)] == []
