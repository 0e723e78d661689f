"""Making accounts, giving roles, disabling."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound
from surveyapp.services.accounts.access import Grant, Viewer
from surveyapp.services.accounts.managing import (
    PAGE_SIZE,
    NewAccount,
    create_account,
    disable_account,
    enable_account,
    find_account,
    invite_account,
    list_accounts,
    send_new_code,
)
from surveyapp.services.accounts.roles import add_role, remove_role
from surveyapp.services.accounts.signing_in import authenticate, viewer_of
from surveyapp.store.accounts import Account
from surveyapp.store.organisation import AuditEntry
from tests.fixtures.accounts import NOON, PASSWORD, add_account, ticket_of
from tests.fixtures.world import World

KEY = b"k" * 32


def actions(world: World) -> list[str]:
    """Return what the audit trail says, oldest account first."""
    return [f"{entry.action}: {entry.detail}" for entry in world.session.scalars(select(AuditEntry))]


def test_an_address_has_one_account_in_an_organisation(harbour: World, alice: Viewer) -> None:
    """Capital letters make no other address."""
    with pytest.raises(Conflict, match=r"an account for alice@example\.org already"):
        add_account(harbour, "ALICE")


@pytest.mark.parametrize("email", ["", "alice", "@example.org", "alice@", "al ice@example.org", "a" * 200 + "@b.org"])
def test_what_is_no_address_is_refused(world: World, email: str) -> None:
    """The message names the field."""
    with pytest.raises(Invalid, match="email"):
        create_account(world.session, world.organisation_id, NewAccount(email, "Alice", "en", ()), PASSWORD, NOON)


def test_an_account_needs_a_name(world: World) -> None:
    """Blanks are no name."""
    new = NewAccount("alice@example.org", "  ", "en", ())
    with pytest.raises(Invalid, match="name"):
        create_account(world.session, world.organisation_id, new, PASSWORD, NOON)


@pytest.mark.parametrize(
    ("password", "complaint"),
    [("elevenchars", "11 characters"), ("x" * 201, "201 characters"), ("abababababab", "2 different characters")],
)
def test_a_weak_password_is_refused_without_being_repeated(world: World, password: str, complaint: str) -> None:
    """The message says how it falls short."""
    new = NewAccount("alice@example.org", "Alice", "en", ())
    with pytest.raises(Invalid, match=complaint) as refused:
        create_account(world.session, world.organisation_id, new, password, NOON)
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["Alice.Crane@Example.org", "alice.crane.x"])
def test_the_address_is_no_password(world: World, password: str) -> None:
    """Neither all of it nor what stands before the sign."""
    new = NewAccount(f"{password.partition('@')[0]}@example.org", "Alice", "en", ())
    with pytest.raises(Invalid, match="e-mail address"):
        create_account(world.session, world.organisation_id, new, password, NOON)


def test_the_password_is_kept_as_an_argon2id_hash(harbour: World, alice: Viewer) -> None:
    """Nothing in the row gives it away."""
    stored = harbour.session.get_one(Account, (alice.organisation_id, alice.account_id)).password_hash
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


def test_an_invited_account_has_no_password_until_its_owner_chooses_one(harbour: World, grace: Viewer) -> None:
    """No input signs in, not even an empty one."""
    grant = Grant("manager", harbour.units["Gates"].id)
    _, welcome = invite_account(harbour.session, grace, NewAccount("heidi@example.org", "Heidi", "de", (grant,)), NOON)
    assert (welcome.email, welcome.language, welcome.organisation_name) == ("heidi@example.org", "de", "Harbour Works")
    for attempt in ("", welcome.code):
        with pytest.raises(Forbidden):
            authenticate(harbour.session, KEY, "heidi@example.org", attempt, NOON)


def test_only_admins_look_after_accounts(harbour: World, alice: Viewer, dana: Viewer) -> None:
    """Managers and coaches are refused by the service itself."""
    for viewer in (alice, dana):
        with pytest.raises(Forbidden):
            list_accounts(harbour.session, viewer)


def test_the_list_is_searched_in_names_and_addresses(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """Every word has to fit somewhere; signs with a meaning in the database have none here."""
    found = {search: list_accounts(harbour.session, grace, search).total for search in ("ALI example", "dana", "%")}
    assert found == {"ALI example": 1, "dana": 0, "%": 0}


def test_the_list_comes_in_pages(harbour: World, grace: Viewer) -> None:
    """A page beyond the last is the last."""
    for number in range(PAGE_SIZE):
        new = NewAccount(f"person-{number}@example.org", f"Person {number:02}", "en", ())
        invite_account(harbour.session, grace, new, NOON)
    last = list_accounts(harbour.session, grace, page=99)
    assert (last.page, last.pages, last.total, len(last.accounts)) == (2, 2, PAGE_SIZE + 1, 1)


def test_other_organisations_are_not_listed(harbour: World, grace: Viewer) -> None:
    """An account of one organisation does not exist in another."""
    stranger = replace(grace, organisation_id=uuid4())
    assert list_accounts(harbour.session, stranger).total == 0
    with pytest.raises(NotFound):
        find_account(harbour.session, stranger, grace.account_id)


def test_a_role_given_counts_at_the_next_request(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """The session of the account goes on with more rights."""
    add_role(harbour.session, grace, alice.account_id, Grant("coach", harbour.units["Operations"].id), NOON)
    viewer = viewer_of(harbour.session, ticket_of(harbour, "alice"))
    assert viewer is not None
    assert viewer.roles == {"manager", "coach"}


def test_the_same_role_given_twice_is_one_role(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """A double click changes nothing."""
    add_role(harbour.session, grace, alice.account_id, alice.grants[0], NOON)
    assert len(find_account(harbour.session, grace, alice.account_id).roles) == 1


@pytest.mark.parametrize(("role", "unit"), [("king", "Harbour"), ("admin", "Cranes")])
def test_a_role_that_cannot_be_is_refused(harbour: World, grace: Viewer, alice: Viewer, role: str, unit: str) -> None:
    """There is no such role, or it is for the whole organisation only."""
    with pytest.raises(Invalid):
        add_role(harbour.session, grace, alice.account_id, Grant(role, harbour.units[unit].id), NOON)


def test_a_role_for_a_unit_of_somebody_else_is_refused(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """The unit is not one of the organisation's."""
    with pytest.raises(Invalid, match="a unit of the organisation"):
        add_role(harbour.session, grace, alice.account_id, Grant("manager", uuid4()), NOON)


def test_a_role_taken_away_is_gone(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """The account stays, without it."""
    role = find_account(harbour.session, grace, alice.account_id).roles[0]
    remove_role(harbour.session, grace, alice.account_id, role.id, NOON)
    assert find_account(harbour.session, grace, alice.account_id).roles == ()


def test_the_last_admin_stays(harbour: World, grace: Viewer) -> None:
    """A disabled admin is no other admin."""
    heidi = add_account(harbour, "heidi", admin="Harbour")
    disable_account(harbour.session, grace, heidi.account_id, NOON)
    role = find_account(harbour.session, grace, grace.account_id).roles[0]
    with pytest.raises(Conflict, match="make another admin first"):
        remove_role(harbour.session, grace, grace.account_id, role.id, NOON)


def test_a_disabled_account_is_signed_out_and_stays_out(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """The ticket is worthless, and the right password gets the same answer as a wrong one."""
    ticket = ticket_of(harbour, "alice")
    disable_account(harbour.session, grace, alice.account_id, NOON)
    assert viewer_of(harbour.session, ticket) is None
    with pytest.raises(Forbidden, match="do not belong together"):
        authenticate(harbour.session, KEY, alice.email, PASSWORD, NOON)


def test_an_account_that_is_enabled_again_can_sign_in(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """Its password is the one it had."""
    disable_account(harbour.session, grace, alice.account_id, NOON)
    enable_account(harbour.session, grace, alice.account_id, NOON)
    assert authenticate(harbour.session, KEY, alice.email, PASSWORD, NOON).account_id == alice.account_id


def test_nobody_disables_the_own_account(harbour: World, grace: Viewer) -> None:
    """One would lock oneself out."""
    with pytest.raises(Conflict, match="your own account"):
        disable_account(harbour.session, grace, grace.account_id, NOON)


def test_a_disabled_account_gets_no_code(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """The message says what to do first."""
    disable_account(harbour.session, grace, alice.account_id, NOON)
    with pytest.raises(Conflict, match="enable it first"):
        send_new_code(harbour.session, grace, alice.account_id, NOON)


def test_every_change_is_in_the_audit_trail(harbour: World, grace: Viewer, alice: Viewer) -> None:
    """Who reads it later sees what was done to whom, and no code."""
    add_role(harbour.session, grace, alice.account_id, Grant("coach", harbour.units["Tugs"].id), NOON)
    reset = send_new_code(harbour.session, grace, alice.account_id, NOON)
    disable_account(harbour.session, grace, alice.account_id, NOON)
    trail = actions(harbour)
    assert sorted(trail) == [
        "add account: alice@example.org",
        "add account: grace@example.org",
        "add role: coach of Tugs: alice@example.org",
        "disable account: alice@example.org",
        "send password code: alice@example.org",
    ]
    assert reset.code not in " ".join(trail)
