"""The tree of units while a roster file is being read into it: what is known, what is new, what changes place."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from surveyapp.services.tables import Row
from surveyapp.store.organisation import Unit

_ALIKE = 0.85


@dataclass(slots=True)
class Node:
    """A unit as it will be after the import; ``known`` is what it is now, None for a new one."""

    id: UUID
    parent_id: UUID | None
    name: str
    code: str
    known: Unit | None = None
    declared_in: Row | None = None

    @property
    def retired_on(self) -> date | None:
        """When it was retired, if it was."""
        return self.known.retired_on if self.known else None

    @property
    def changed(self) -> bool:
        """Whether the file gives a known unit another name or place."""
        known = self.known
        return known is not None and (known.name, known.parent_id) != (self.name, self.parent_id)


def fold(name: str) -> str:
    """Reduce a name to what people mean by it, whatever its case and blanks."""
    return " ".join(name.casefold().split())


@dataclass(slots=True)
class Forest:
    """All units, found by code or from the root downwards by name."""

    organisation_name: str
    nodes: dict[UUID, Node] = field(default_factory=dict)
    by_code: dict[str, Node] = field(default_factory=dict)
    _children: dict[tuple[UUID | None, str], list[Node]] = field(default_factory=dict)

    @classmethod
    def grow(cls, units: Iterable[Unit], organisation_name: str) -> "Forest":
        """Start from the units that an organisation has."""
        forest = cls(organisation_name)
        for unit in units:
            forest.add(Node(unit.id, unit.parent_id, unit.name, unit.code, unit))
        return forest

    def add(self, node: Node) -> Node:
        """Plant a unit."""
        self.nodes[node.id] = node
        self._children.setdefault((node.parent_id, fold(node.name)), []).append(node)
        if node.code:
            self.by_code[node.code] = node
        return node

    def add_new(self, parent_id: UUID | None, name: str, code: str = "") -> Node:
        """Plan a unit that the organisation does not have yet."""
        return self.add(Node(uuid4(), parent_id, name, code))

    def children(self, parent_id: UUID | None, name: str) -> list[Node]:
        """Return the units of a name below another, or at the top."""
        return self._children.get((parent_id, fold(name)), [])

    @property
    def root(self) -> Node | None:
        """The unit at the top, of which an organisation has one."""
        return next((node for node in self.nodes.values() if node.parent_id is None), None)

    def chain(self, node: Node) -> list[Node]:
        """Return a unit and everything above it; the last has a parent only when they run in a circle."""
        chain, seen = [node], {node.id}
        while (above := chain[-1].parent_id) is not None and above not in seen:
            seen.add(above)
            chain.append(self.nodes[above])
        return chain

    def path(self, node: Node) -> str:
        """Return the names from the root to a unit."""
        return " / ".join(each.name for each in reversed(self.chain(node)))

    def circles(self) -> Iterator[tuple[Row, str]]:
        """Yield the rows that put a unit below itself, with the way round."""
        for node in self.nodes.values():
            chain = self.chain(node)
            if chain[-1].parent_id == node.id and node.declared_in is not None:
                yield node.declared_in, " / ".join(each.name for each in (node, *reversed(chain)))

    def give_codes(self) -> None:
        """Give every new unit without a code one that is made from its name."""
        for node in self.nodes.values():
            if not node.code:
                node.code = code_for(node.name, self.by_code)
                self.by_code[node.code] = node

    def new_nodes(self) -> list[Node]:
        """Return the units to be made, each after the one above it."""
        return sorted((node for node in self.nodes.values() if node.known is None), key=lambda n: len(self.chain(n)))

    def changed_nodes(self) -> list[Node]:
        """Return the known units that get another name or place."""
        return [node for node in self.nodes.values() if node.changed]

    def namesake(self, node: Node) -> str:
        """Return the name of a known neighbour that a new unit's name may be a slip of, or an empty text."""
        names = [each.name for each in self.nodes.values() if each.known and each.parent_id == node.parent_id]
        return next(iter(difflib.get_close_matches(node.name, names, 1, _ALIKE)), "")


def code_for(name: str, taken: Collection[str]) -> str:
    """Make a code from a unit's name that no other unit has."""
    plain = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:60] or "unit"
    code, number = plain, 1
    while code in taken:
        number += 1
        code = f"{plain}-{number}"
    return code
