"""Who may do what: an account's roles, each scoped to a unit and everything below it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from surveyapp.errors import Forbidden, NotFound, Said, any_of
from surveyapp.services.roster.counting import Tree

MANAGER, COACH, ADMIN, STEWARD, MEMBER = "manager", "coach", "admin", "steward", "member"
# The roles that read about units. Stewards read only what they are told, see `surveyapp.services.log.stewards`;
# members only the delegations that they have a part in, see `surveyapp.services.delegation`.
ROLES = (MANAGER, COACH, ADMIN)
EVERY_ROLE = (*ROLES, STEWARD, MEMBER)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, held for a unit and everything below it."""

    role: str
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """The account that asks, as pages and services know it."""

    account_id: UUID
    organisation_id: UUID
    name: str
    email: str
    language: str
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> frozenset[str]:
        """The roles held anywhere in the organisation."""
        return frozenset(grant.role for grant in self.grants)


def has_role(viewer: Viewer, *roles: str) -> bool:
    """Tell whether the account holds one of the roles anywhere."""
    return not viewer.roles.isdisjoint(roles)


def may_see_unit(viewer: Viewer, tree: Tree, unit_id: UUID, roles: Collection[str] = ROLES) -> bool:
    """Tell whether one of the roles is held for the unit or for one above it."""
    return not _held_for(viewer, roles).isdisjoint(tree.above(unit_id))


def visible_units(viewer: Viewer, tree: Tree, roles: Collection[str] = ROLES) -> frozenset[UUID]:
    """Return every unit for which one of the roles is held, there or higher up."""
    held_for = _held_for(viewer, roles)
    return frozenset(each for each in tree.units if not held_for.isdisjoint(tree.above(each)))


def _held_for(viewer: Viewer, roles: Collection[str]) -> set[UUID]:
    return {grant.unit_id for grant in viewer.grants if grant.role in roles}


def require_role(viewer: Viewer, *roles: str) -> None:
    """Refuse an account that holds none of the roles.

    Raises
    ------
    Forbidden
        Naming the roles that would do.
    """
    if not has_role(viewer, *roles):
        message = Said("This needs the role {roles}", roles=any_of(roles))
        raise Forbidden(message)


def require_admin(viewer: Viewer) -> None:
    """Refuse everybody but admins with `Forbidden`."""
    require_role(viewer, ADMIN)


def require_unit(viewer: Viewer, tree: Tree, unit_id: UUID, roles: Collection[str] = ROLES) -> None:
    """Refuse a unit that the account may not see.

    Parameters
    ----------
    viewer : Viewer
        Who asks.
    tree : Tree
        The units of the viewer's organisation.
    unit_id : UUID
        The unit asked for.
    roles : collection of str
        The roles that would do.

    Raises
    ------
    NotFound
        When the organisation has no such unit; a unit of another organisation looks exactly like that.
    Forbidden
        When the unit lies outside what the account's roles cover.
    """
    if unit_id not in tree.units:
        message = "There is no such unit"
        raise NotFound(message)
    if not may_see_unit(viewer, tree, unit_id, roles):
        message = "Your roles do not cover this unit"
        raise Forbidden(message)
