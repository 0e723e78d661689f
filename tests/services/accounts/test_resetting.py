"""Choosing a password by a mailed code."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Forbidden, Invalid, NotFound, SurveyError, UnknownBallot
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.accounts.attempts import RESET, SIGN_IN
from surveyapp.services.accounts.managing import NewAccount, create_account, disable_account
from surveyapp.services.accounts.resetting import RESET_LASTS, choose_password, request_reset
from surveyapp.services.accounts.signing_in import authenticate, viewer_of
from surveyapp.store.accounts import PasswordReset
from surveyapp.store.database import writing
from surveyapp.store.organisation import Organisation
from tests.fixtures.accounts import NOON, PASSWORD, ticket_of
from tests.fixtures.world import World

KEY = b"k" * 32
NEW_PASSWORD = "a tug in the basin"


def code_for(world: World, email: str) -> str:
    """Ask for a code and read the mail."""
    return request_reset(world.session, KEY, email, NOON)[0].code


def test_a_code_opens_the_way_to_a_new_password(harbour: World, alice: Viewer) -> None:
    """It may be typed in small letters and groups; earlier sessions end."""
    ticket = ticket_of(harbour, "alice")
    code = code_for(harbour, "Alice@example.org")
    choose_password(harbour.session, KEY, f"{code[:4]}-{code[4:8]} {code[8:]}".lower(), NEW_PASSWORD, NOON)
    assert viewer_of(harbour.session, ticket) is None
    assert authenticate(harbour.session, KEY, alice.email, NEW_PASSWORD, NOON).account_id == alice.account_id


def test_an_unknown_address_gets_nothing_and_no_error(harbour: World, alice: Viewer) -> None:
    """The caller can say the same to everybody."""
    assert request_reset(harbour.session, KEY, "nobody@example.org", NOON) == []


def test_a_disabled_account_gets_no_code(harbour: World, alice: Viewer, grace: Viewer) -> None:
    """As if nobody had the address."""
    disable_account(harbour.session, grace, alice.account_id, NOON)
    assert request_reset(harbour.session, KEY, alice.email, NOON) == []


def test_a_code_works_once(harbour: World, alice: Viewer) -> None:
    """Whoever finds the mail later has nothing."""
    code = code_for(harbour, alice.email)
    choose_password(harbour.session, KEY, code, NEW_PASSWORD, NOON)
    with pytest.raises(NotFound, match="works once"):
        choose_password(harbour.session, KEY, code, PASSWORD, NOON)


def test_a_code_ends_after_an_hour(harbour: World, alice: Viewer) -> None:
    """At the very minute."""
    code = code_for(harbour, alice.email)
    with pytest.raises(NotFound):
        choose_password(harbour.session, KEY, code, NEW_PASSWORD, NOON + RESET_LASTS)


def test_only_the_newest_code_works(harbour: World, alice: Viewer) -> None:
    """Asking again makes the mail before worthless."""
    older, newer = code_for(harbour, alice.email), code_for(harbour, alice.email)
    with pytest.raises(NotFound):
        choose_password(harbour.session, KEY, older, NEW_PASSWORD, NOON)
    choose_password(harbour.session, KEY, newer, NEW_PASSWORD, NOON)


def test_a_weak_password_does_not_spend_the_code(harbour: World, alice: Viewer) -> None:
    """One may try again with a better one."""
    code = code_for(harbour, alice.email)
    with pytest.raises(Invalid):
        choose_password(harbour.session, KEY, code, "short", NOON)
    choose_password(harbour.session, KEY, code, NEW_PASSWORD, NOON)


def test_what_cannot_be_a_code_is_not_repeated(harbour: World) -> None:
    """The message says what a code looks like."""
    with pytest.raises(UnknownBallot, match="16 letters and digits") as refused:
        choose_password(harbour.session, KEY, "tell nobody", NEW_PASSWORD, NOON)
    assert "tell nobody" not in str(refused.value)


def test_the_code_itself_is_not_stored(harbour: World, alice: Viewer) -> None:
    """A copy of the database opens no account."""
    code = code_for(harbour, alice.email)
    row = harbour.session.scalars(select(PasswordReset)).one()
    assert code not in {str(value) for value in vars(row).values()}


def test_a_mailbox_cannot_be_flooded(harbour: World, alice: Viewer) -> None:
    """The fourth mail within the hour is not sent; later ones are."""
    sent = [len(request_reset(harbour.session, KEY, alice.email, NOON)) for _ in range(RESET.tries + 1)]
    assert sent == [1, 1, 1, 0]
    assert len(request_reset(harbour.session, KEY, alice.email, NOON + timedelta(hours=1))) == 1


def test_a_new_password_lifts_the_limit_of_signing_in(harbour: World, alice: Viewer) -> None:
    """Who was locked out by guesses gets in by mail at once."""
    for _ in range(SIGN_IN.tries):
        with pytest.raises(Forbidden):
            authenticate(harbour.session, KEY, alice.email, "wrong password", NOON)
    choose_password(harbour.session, KEY, code_for(harbour, alice.email), NEW_PASSWORD, NOON)
    assert authenticate(harbour.session, KEY, alice.email, NEW_PASSWORD, NOON).account_id == alice.account_id


def test_an_address_with_two_organisations_gets_a_code_for_each(harbour: World, alice: Viewer) -> None:
    """The mails name the organisation, and each code changes one password only."""
    other = Organisation(organisation_id=uuid4(), name="Canal Works", time_zone="Europe/Berlin", language="en")
    harbour.session.add(other)
    harbour.session.commit()
    new = NewAccount(alice.email, "Alice", "en", ())
    create_account(harbour.session, other.organisation_id, new, PASSWORD, NOON)
    resets = {each.organisation_name: each.code for each in request_reset(harbour.session, KEY, alice.email, NOON)}
    assert set(resets) == {"Harbour Works", "Canal Works"}
    choose_password(harbour.session, KEY, resets["Canal Works"], NEW_PASSWORD, NOON)
    opened = {
        password: authenticate(harbour.session, KEY, alice.email, password, NOON).organisation_id
        for password in (PASSWORD, NEW_PASSWORD)
    }
    assert opened == {PASSWORD: harbour.organisation_id, NEW_PASSWORD: other.organisation_id}


@pytest.mark.postgres
def test_a_code_sent_twice_at_once_is_spent_once(harbour: World, alice: Viewer) -> None:
    """Of two requests in the same moment one sets its password."""
    code = code_for(harbour, alice.email)
    engine = writing(harbour.session.get_bind().engine)
    together = Barrier(2)
    outcomes: list[type[SurveyError] | None] = []

    def choose(password: str) -> None:
        together.wait()
        with Session(engine) as session:
            try:
                choose_password(session, KEY, code, password, NOON)
            except SurveyError as refused:
                outcomes.append(type(refused))
            else:
                outcomes.append(None)

    threads = [Thread(target=choose, args=(password,)) for password in (NEW_PASSWORD, "a barge on the canal")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) == {None, NotFound}
