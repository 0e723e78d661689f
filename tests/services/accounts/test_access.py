"""Whose roles cover what."""

from uuid import uuid4

import pytest

from surveyapp.errors import Forbidden, NotFound
from surveyapp.services.accounts.access import (
    Grant,
    Viewer,
    may_see_unit,
    require_admin,
    require_unit,
    visible_units,
)
from surveyapp.services.roster.counting import Tree, tree_of
from tests.fixtures.world import World


def with_role(world: World, role: str, unit: str) -> Viewer:
    """Make an account with one role."""
    grants = (Grant(role, world.units[unit].id),)
    return Viewer(uuid4(), world.organisation_id, "Alice", "alice@example.org", "en", grants)


@pytest.fixture
def tree(harbour: World) -> Tree:
    """Give the tree of the harbour: four teams in one department."""
    return tree_of(harbour.session, harbour.organisation_id)


@pytest.mark.parametrize("role", ["manager", "coach", "admin"])
@pytest.mark.parametrize("unit", ["Cranes", "Operations", "Harbour"])
def test_a_role_covers_its_unit_and_everything_below(harbour: World, tree: Tree, role: str, unit: str) -> None:
    """The team itself, the department above it and the top unit all show the team."""
    assert may_see_unit(with_role(harbour, role, unit), tree, harbour.units["Cranes"].id)


@pytest.mark.parametrize("unit", ["Harbour", "Operations", "Gates"])
def test_a_role_covers_nothing_above_or_beside(harbour: World, tree: Tree, unit: str) -> None:
    """Who manages one team sees neither its neighbours nor the department."""
    assert not may_see_unit(with_role(harbour, "manager", "Cranes"), tree, harbour.units[unit].id)


def test_visible_units_are_those_that_may_be_seen(harbour: World, tree: Tree) -> None:
    """A department brings its teams with it."""
    seen = visible_units(with_role(harbour, "coach", "Operations"), tree)
    assert {tree.units[each].name for each in seen} == {"Operations", "Cranes", "Gates", "Pilots", "Tugs"}


def test_only_the_roles_asked_for_count(harbour: World, tree: Tree) -> None:
    """A manager of a team has no team as a coach."""
    assert visible_units(with_role(harbour, "manager", "Cranes"), tree, roles=("coach",)) == frozenset()


def test_a_unit_out_of_reach_is_forbidden(harbour: World, tree: Tree) -> None:
    """The unit exists, and the account is told that its roles do not cover it."""
    with pytest.raises(Forbidden, match="do not cover this unit"):
        require_unit(with_role(harbour, "manager", "Cranes"), tree, harbour.units["Gates"].id)


def test_a_unit_of_another_organisation_does_not_exist(harbour: World, tree: Tree) -> None:
    """Even an admin learns nothing about ids of others."""
    with pytest.raises(NotFound, match="no such unit"):
        require_unit(with_role(harbour, "admin", "Harbour"), tree, uuid4())


def test_a_manager_is_refused_what_admins_do(harbour: World) -> None:
    """The message names the role that would do."""
    with pytest.raises(Forbidden, match="needs the role admin"):
        require_admin(with_role(harbour, "manager", "Harbour"))


def test_an_account_without_roles_sees_nothing(harbour: World, tree: Tree) -> None:
    """Signing in alone opens no unit."""
    nobody = Viewer(uuid4(), harbour.organisation_id, "Bob", "bob@example.org", "en", ())
    assert visible_units(nobody, tree) == frozenset()
