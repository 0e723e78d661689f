"""Mails about delegations: sent once, to the right person, when they are due, and given up when nobody can be told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from surveyapp.learning.running import Escalated, TriggerCrossed
from surveyapp.mail.delegations import write_notice
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.delegation.reminding import letters_due, with_notices
from surveyapp.store.accounts import Account
from surveyapp.store.delegation import DelegationNotice, StoredDelegation
from tests.fixtures.mail import MailServer
from tests.fixtures.worker import Worker
from tests.services.delegation.conftest import Handover

Draft = Callable[..., Handover]
CROSSED = "variance > 5 %"


def sent_to(server: MailServer) -> list[str]:
    """Return to whom mails went, in their order."""
    return [str(message["To"].addresses[0].addr_spec).partition("@")[0] for message in server.messages]


def test_the_hour_runs_by_mail(draft: Draft, worker: Worker, smtp_server: MailServer) -> None:
    """The offer, half an hour, the end of the hour, and then the delegator's turn; each once."""
    worker.with_mail(smtp_server.url)
    work = draft().offer()
    worker.tick(work.now)
    assert sent_to(smtp_server) == ["bob"]
    work = draft().start().take(TriggerCrossed(CROSSED, work.now))
    seen = []
    for minutes in (0, 30, 30, 60):
        worker.tick(work.now + timedelta(minutes=minutes))
        seen.append(len(smtp_server.messages))
    assert seen == [1, 2, 2, 3]
    work.take(Escalated(0, "7 %"), minutes=61)
    worker.tick(work.now)
    worker.tick(work.now)
    assert sent_to(smtp_server) == ["bob", "bob", "bob", "alice"]


def test_what_was_done_in_time_is_not_asked_for(draft: Draft, worker: Worker, smtp_server: MailServer) -> None:
    """A call within half an hour leaves nothing to remind of."""
    worker.with_mail(smtp_server.url)
    work = draft().start().take(TriggerCrossed(CROSSED, draft().now)).take(Escalated(0, "7 %"), minutes=5)
    worker.tick(work.now + timedelta(hours=2))
    assert sent_to(smtp_server) == ["alice"]


def test_without_a_mail_server_nothing_is_noted(draft: Draft, worker: Worker) -> None:
    """The pages say it all, and a server that comes later says what is still new."""
    work = draft().offer()
    worker.tick(work.now)
    assert work.world.session.scalars(select(DelegationNotice)).all() == []


def test_what_is_long_over_is_not_said(draft: Draft, worker: Worker, smtp_server: MailServer) -> None:
    """After days without a mail server nobody is told of the past."""
    work = draft().offer()
    worker.with_mail(smtp_server.url).tick(work.now + timedelta(days=3))
    assert smtp_server.messages == []
    (notice,) = work.world.session.scalars(select(DelegationNotice))
    assert not notice.sent


def test_a_disabled_account_gets_no_mail(draft: Draft, worker: Worker, smtp_server: MailServer) -> None:
    """It is given up, so that the next one is looked for."""
    work = draft().offer()
    account = work.world.session.get_one(Account, (work.world.organisation_id, work.people["bob"].account_id))
    account.disabled = True
    worker.with_mail(smtp_server.url).tick(work.now)
    assert smtp_server.messages == []
    assert with_notices(work.world.session, work.now) == []


def test_a_server_that_is_away_is_asked_again(draft: Draft, worker: Worker, smtp_server: MailServer) -> None:
    """Nothing is noted, and the next tick sends it."""
    work = draft().offer()
    assert worker.with_mail("smtp://127.0.0.1:9").tick(work.now).failures == 1
    worker.with_mail(smtp_server.url).tick(work.now)
    assert sent_to(smtp_server) == ["bob"]


def test_an_address_that_cannot_be_written_is_given_up(draft: Draft, worker: Worker, smtp_server: MailServer) -> None:
    """For good, and only once."""
    work = draft().offer()
    account = work.world.session.get_one(Account, (work.world.organisation_id, work.people["bob"].account_id))
    account.email = "nobody"
    worker.with_mail(smtp_server.url).tick(work.now)
    row = work.world.session.get_one(StoredDelegation, (work.world.organisation_id, work.id))
    assert (smtp_server.messages, row.notify_at) == ([], None)


@pytest.mark.parametrize(("language", "said"), [("en", "The result is yours."), ("de", "Das Ergebnis gehört Ihnen.")])
def test_an_offer_carries_the_brief_in_the_readers_language(draft: Draft, language: str, said: str) -> None:
    """Whose it is, when to call, and where to answer; the subject says nothing about the work."""
    work = draft().offer()
    key = (work.world.organisation_id, work.id)
    letter = replace(letters_due(work.world.session, key, work.now)[0], language=language)
    message = write_notice(letter, "https://pulse.example.org", "Pulse <pulse@example.org>", work.now)
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        content = body.get_content()
        assert said in content
        assert "variance &gt; 5 %" in content or "variance > 5 %" in content
        assert f"https://pulse.example.org/app/delegations/{work.id}" in content
    assert "variance" not in str(message["Subject"]).lower()


KINDS = "offered accepted checkpoint window window_note escalate overdue escalated support correction review asked"


@pytest.mark.parametrize("kind", KINDS.split())
def test_every_mail_has_its_words(draft: Draft, people: dict[str, Viewer], kind: str) -> None:
    """In both languages, with nothing left to fill in."""
    work = draft().offer()
    letter = letters_due(work.world.session, (work.world.organisation_id, work.id), work.now)[0]
    for language in ("en", "de"):
        there = replace(letter, kind=kind, language=language)
        message = write_notice(there, "https://pulse.example.org", "Pulse <pulse@example.org>", work.now)
        body = message.get_body(("plain",))
        assert body is not None
        assert "%(" not in body.get_content()
