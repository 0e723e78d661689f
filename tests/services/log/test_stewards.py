"""Who may be told in confidence."""

from datetime import date
from uuid import UUID

import pytest

from surveyapp.errors import Forbidden, Invalid
from surveyapp.services.accounts.access import Grant, Viewer, visible_units
from surveyapp.services.log.stewards import (
    has_key,
    is_outside,
    locks_for,
    make_key,
    stewarded_units,
)
from surveyapp.services.roster.counting import tree_of
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.world import World

TODAY = date(2026, 3, 4)
PASSPHRASE = "a lighthouse in fog"


def stewarded(world: World, viewer: Viewer) -> set[str]:
    """Name the units whose reports an account reads."""
    tree = tree_of(world.session, world.organisation_id)
    return {tree.units[each].name for each in stewarded_units(world.session, viewer, tree, TODAY)}


def locks(world: World, unit: str) -> int:
    """Count the keys to which a report of a unit would be sealed."""
    tree = tree_of(world.session, world.organisation_id)
    return len(locks_for(world.session, world.organisation_id, tree, world.units[unit].id, TODAY))


def test_a_steward_covers_a_unit_and_everything_below(harbour: World) -> None:
    """As every role does."""
    assert stewarded(harbour, add_account(harbour, "erin", steward="Operations")) == {
        "Operations",
        "Cranes",
        "Gates",
        "Pilots",
        "Tugs",
    }


def test_a_steward_reads_no_results(harbour: World) -> None:
    """The role opens reports and nothing else."""
    viewer = add_account(harbour, "erin", steward="Harbour")
    assert visible_units(viewer, tree_of(harbour.session, harbour.organisation_id)) == frozenset()


@pytest.mark.parametrize(
    ("roles", "left_out"),
    [
        ({"manager": "Cranes"}, {"Cranes"}),
        ({"manager": "Operations"}, {"Operations", "Cranes", "Gates", "Pilots", "Tugs"}),
        ({"admin": "Harbour"}, {"Harbour", "Operations", "Cranes", "Gates", "Pilots", "Tugs"}),
        ({"coach": "Cranes"}, set()),
    ],
)
def test_nobody_is_steward_in_their_own_line(harbour: World, roles: dict[str, str], left_out: set[str]) -> None:
    """Whoever manages a team, there or higher up, takes none of its reports; coaching is no management."""
    everything = stewarded(harbour, add_account(harbour, "erin", steward="Harbour"))
    assert stewarded(harbour, add_account(harbour, "frank", steward="Harbour", **roles)) == everything - left_out


def test_a_lead_on_the_roster_is_in_the_line(harbour: World) -> None:
    """Alice leads the cranes by the roster; no role is needed for that."""
    assert "Cranes" not in stewarded(harbour, add_account(harbour, "alice", steward="Harbour"))
    assert "Gates" in stewarded(harbour, add_account(harbour, "charlie", steward="Operations"))


def test_reports_are_sealed_to_those_outside_the_line_only(harbour: World) -> None:
    """A key of somebody in the line is no lock of this report."""
    for name, roles in (
        ("erin", {"steward": "Harbour"}),
        ("frank", {"steward": "Harbour", "manager": "Cranes"}),
        ("grace", {"manager": "Gates"}),
    ):
        viewer = add_account(harbour, name, **roles)
        if "steward" in roles:
            make_key(harbour.session, viewer, PASSPHRASE, NOON)
    assert (locks(harbour, "Cranes"), locks(harbour, "Gates")) == (1, 2)


def test_a_steward_without_a_key_is_told_nothing(harbour: World) -> None:
    """What cannot be sealed is not asked for."""
    viewer = add_account(harbour, "erin", steward="Harbour")
    assert not has_key(harbour.session, viewer)
    assert locks(harbour, "Cranes") == 0


def test_only_stewards_make_keys(harbour: World, alice: Viewer) -> None:
    """And only with a passphrase that keeps something shut."""
    with pytest.raises(Forbidden):
        make_key(harbour.session, alice, PASSPHRASE, NOON)
    with pytest.raises(Invalid, match="12 or more characters") as refused:
        make_key(harbour.session, add_account(harbour, "erin", steward="Harbour"), "sunrise 11!", NOON)
    assert "sunrise" not in refused.value.message


def test_without_a_steward_role_nobody_is_outside() -> None:
    """Standing elsewhere is not enough."""
    here, elsewhere = UUID(int=1), UUID(int=2)
    assert not is_outside([Grant("coach", here)], [], [here])
    assert not is_outside([Grant("steward", elsewhere)], [], [here])
    assert is_outside([Grant("steward", here), Grant("manager", elsewhere)], [], [here])
    assert not is_outside([Grant("steward", here)], [here], [here])
