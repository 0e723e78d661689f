"""Signing in, being limited, changing the password."""

from datetime import timedelta
from time import process_time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from surveyapp.errors import Forbidden, Invalid, RateLimited
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.accounts.attempts import KEPT_FOR, SIGN_IN
from surveyapp.services.accounts.passwords import NOT_CHOSEN, hash_password, matches
from surveyapp.services.accounts.signing_in import (
    authenticate,
    change_password,
    change_profile,
    end_sessions,
    viewer_of,
)
from surveyapp.store.accounts import Account, SignInAttempt
from tests.fixtures.accounts import NOON, PASSWORD, ticket_of
from tests.fixtures.world import World

KEY = b"k" * 32
NEW_PASSWORD = "a tug in the basin"


def fail(world: World, email: str, times: int) -> None:
    """Try wrong passwords."""
    for _ in range(times):
        with pytest.raises(Forbidden):
            authenticate(world.session, KEY, email, "wrong password", NOON)


@pytest.mark.postgres
def test_the_right_password_opens_the_account(harbour: World, alice: Viewer) -> None:
    """The address may be typed with capitals and blanks."""
    ticket = authenticate(harbour.session, KEY, " Alice@Example.org", PASSWORD, NOON)
    assert viewer_of(harbour.session, ticket) == alice


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_every_refusal_reads_the_same(harbour: World, alice: Viewer, email: str) -> None:
    """A known address is refused with the sentence for an unknown one."""
    with pytest.raises(Forbidden, match=r"^The e-mail address and the password do not belong together$"):
        authenticate(harbour.session, KEY, email, "wrong password", NOON)


def test_an_unknown_address_takes_as_long_as_a_known_one(harbour: World, alice: Viewer) -> None:
    """The time of an answer names no accounts."""

    def quickest(name: str) -> float:
        spent = []
        for number in range(4):
            start = process_time()
            # Each try comes a quarter of an hour after the one before, so that none is limited.
            with pytest.raises(Forbidden):
                authenticate(harbour.session, KEY, name, "wrong password", NOON + number * SIGN_IN.within)
            spent.append(process_time() - start)
        return min(spent)

    known, unknown = quickest("alice@example.org"), quickest("nobody@example.org")
    assert 0.5 < unknown / known < 2


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_the_sixth_try_is_refused_even_with_the_right_password(harbour: World, alice: Viewer, email: str) -> None:
    """Known and unknown addresses are limited alike."""
    fail(harbour, email, SIGN_IN.tries)
    with pytest.raises(RateLimited, match="wait 15 minutes"):
        authenticate(harbour.session, KEY, email, PASSWORD, NOON)


def test_waiting_lifts_the_limit(harbour: World, alice: Viewer) -> None:
    """Refused tries in between do not prolong the wait."""
    fail(harbour, alice.email, SIGN_IN.tries)
    with pytest.raises(RateLimited):
        authenticate(harbour.session, KEY, alice.email, PASSWORD, NOON + timedelta(minutes=14))
    later = NOON + SIGN_IN.within
    assert authenticate(harbour.session, KEY, alice.email, PASSWORD, later).account_id == alice.account_id


def test_a_sign_in_forgives_earlier_failures(harbour: World, alice: Viewer) -> None:
    """Whoever mistypes now and then is never limited."""
    for _ in range(3):
        fail(harbour, alice.email, SIGN_IN.tries - 1)
        authenticate(harbour.session, KEY, alice.email, PASSWORD, NOON)


def test_one_address_does_not_limit_another(harbour: World, alice: Viewer, dana: Viewer) -> None:
    """Tries are counted by address."""
    fail(harbour, alice.email, SIGN_IN.tries)
    assert authenticate(harbour.session, KEY, dana.email, PASSWORD, NOON).account_id == dana.account_id


def test_failed_tries_are_kept_without_the_address_and_for_a_day(harbour: World, alice: Viewer) -> None:
    """The table tells nobody who tried, and it empties itself."""
    fail(harbour, alice.email, 2)
    marks = harbour.session.scalars(select(SignInAttempt.email_hash)).all()
    assert not any("alice" in mark for mark in marks)
    with pytest.raises(Forbidden):
        authenticate(harbour.session, KEY, "nobody@example.org", PASSWORD, NOON + KEPT_FOR + timedelta(seconds=1))
    assert harbour.session.scalar(select(func.count()).select_from(SignInAttempt)) == 1


def test_a_weaker_hash_is_renewed_at_sign_in(harbour: World, alice: Viewer) -> None:
    """Accounts follow when the parameters are raised."""
    account = harbour.session.get_one(Account, (alice.organisation_id, alice.account_id))
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    harbour.session.commit()
    authenticate(harbour.session, KEY, alice.email, PASSWORD, NOON)
    assert "m=19456,t=2" in account.password_hash


def test_a_password_means_the_same_on_every_keyboard(harbour: World, alice: Viewer) -> None:
    """An accent typed as a letter of its own is the same accent."""
    change_password(harbour.session, KEY, alice, PASSWORD, "grüner Hafenkran", NOON)
    typed = "gr" + "u\N{COMBINING DIAERESIS}" + "ner Hafenkran"
    assert authenticate(harbour.session, KEY, alice.email, typed, NOON).account_id == alice.account_id


def test_changing_the_password_ends_other_sessions(harbour: World, alice: Viewer) -> None:
    """The session that changed it goes on with the ticket it is given."""
    elsewhere = ticket_of(harbour, "alice")
    here = change_password(harbour.session, KEY, alice, PASSWORD, NEW_PASSWORD, NOON)
    assert viewer_of(harbour.session, elsewhere) is None
    assert viewer_of(harbour.session, here) == alice
    assert authenticate(harbour.session, KEY, alice.email, NEW_PASSWORD, NOON) == here


def test_changing_the_password_needs_the_old_one(harbour: World, alice: Viewer) -> None:
    """An open laptop is not enough."""
    with pytest.raises(Forbidden, match="old password is not right"):
        change_password(harbour.session, KEY, alice, "wrong password", NEW_PASSWORD, NOON)


def test_the_old_password_cannot_be_guessed_forever(harbour: World, alice: Viewer) -> None:
    """The limit of signing in holds here too."""
    fail(harbour, alice.email, SIGN_IN.tries)
    with pytest.raises(RateLimited):
        change_password(harbour.session, KEY, alice, PASSWORD, NEW_PASSWORD, NOON)


def test_a_weak_new_password_changes_nothing(harbour: World, alice: Viewer) -> None:
    """The old one still opens the account."""
    with pytest.raises(Invalid):
        change_password(harbour.session, KEY, alice, PASSWORD, "short", NOON)
    assert authenticate(harbour.session, KEY, alice.email, PASSWORD, NOON).account_id == alice.account_id


def test_signing_out_makes_every_copy_of_the_ticket_worthless(harbour: World, alice: Viewer) -> None:
    """A stolen cookie does not outlive the sign-out."""
    ticket = ticket_of(harbour, "alice")
    end_sessions(harbour.session, alice)
    assert viewer_of(harbour.session, ticket) is None


def test_name_and_language_are_the_owners_to_change(harbour: World, alice: Viewer) -> None:
    """The next request sees them."""
    change_profile(harbour.session, alice, " Alice Crane ", "de", NOON)
    viewer = viewer_of(harbour.session, ticket_of(harbour, "alice"))
    assert viewer is not None
    assert (viewer.name, viewer.language) == ("Alice Crane", "de")


def test_an_account_without_a_password_was_refused_at_once() -> None:
    """It takes what any check takes, or the clock would name who was invited and has not come yet."""
    stored = hash_password("a lighthouse in the fog", "bob@example.org")
    assert not matches(NOT_CHOSEN, "")
    assert _spent(NOT_CHOSEN) > _spent(stored) / 4


def _spent(stored: str) -> float:
    """Return how long the processor is busy with three wrong passwords, which no other work on the machine changes."""
    begun = process_time()
    for _ in range(3):
        assert not matches(stored, "a lighthouse in the rain")
    return process_time() - begun
