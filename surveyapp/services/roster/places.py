"""Where the rows of a roster file put people: a path of names, or codes of units and of those above them."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from surveyapp.errors import Said
from surveyapp.services.roster.rows import LONGEST
from surveyapp.services.roster.tree import Forest, Node, fold
from surveyapp.services.tables import BadCell, Row, Table

# With blanks around them, slashes leave a name such as "Tax/Audit" in one piece.
_WIDE_SLASH = re.compile(r"\s+[/>]\s+")


class Misplaced(Exception):
    """A row's place cannot be found: which cell is wrong, and what would be right."""

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(expected)
        self.key = key
        self.expected = expected


class Reader(Protocol):
    """A way to name units: every row is declared first, since a unit may be described below its first use."""

    def declare(self, row: Row) -> None:
        """Take in what a row says about its unit."""

    def settle(self) -> Iterator[tuple[Row, Misplaced]]:
        """Put the units that were declared into the tree."""

    def find(self, row: Row) -> Node:
        """Return the unit of a row."""


def place_rows(forest: Forest, table: Table, rows: Sequence[Row]) -> tuple[dict[int, Node], list[BadCell]]:
    """Find or plan the unit of every row; return them by row number, with the cells that lead nowhere."""
    reader: Reader = ByCode(forest) if table.has("parent_code") else ByPath(forest, rows)
    bad: dict[tuple[int, str], BadCell] = {}
    places: dict[int, Node] = {}

    def blame(row: Row, wrong: Misplaced) -> None:
        bad.setdefault((row.number, wrong.key), table.bad_cell(row, wrong.key, wrong.expected))

    for row in rows:
        try:
            reader.declare(row)
        except Misplaced as wrong:
            blame(row, wrong)
    for row, misplaced in reader.settle():
        blame(row, misplaced)
    for row, loop in forest.circles():
        key = "parent_code" if table.has("parent_code") else "unit"
        blame(row, Misplaced(key, Said("a place outside its own branch, not {loop}", loop=loop)))
    for row in rows:
        try:
            places[row.number] = _in_use(reader.find(row))
        except Misplaced as wrong:
            blame(row, wrong)
    forest.give_codes()
    return places, list(bad.values())


def _in_use(node: Node) -> Node:
    if node.retired_on is not None:
        raise Misplaced("unit", Said("a unit in use; {unit} was retired on {day}", unit=node.name, day=node.retired_on))
    return node


def split_path(text: str) -> list[str]:
    """Split a path such as ``Harbour / Operations / Cranes`` into names."""
    parts = _WIDE_SLASH.split(text) if _WIDE_SLASH.search(text) else text.split("/")
    return [part.strip() for part in parts]


class ByPath:
    """Units by their names from the root downwards; a code beside the path stays with a unit that is renamed."""

    def __init__(self, forest: Forest, rows: Sequence[Row]) -> None:
        self.forest = forest
        self.found: dict[tuple[str, str], Node] = {}
        tops = [split_path(row["unit"])[0] for row in rows if row["unit"]]
        # An organisation without units gets the root that all paths begin with, or one of its own name.
        common = tops[0] if len({fold(top) for top in tops}) == 1 else ""
        self.root = forest.root or forest.add_new(None, common[:LONGEST] or forest.organisation_name)

    def declare(self, row: Row) -> None:
        """Walk down the path, planning the units that are not there yet."""
        where = row["unit"], row["unit_code"]
        if not row["unit"] or where in self.found:
            return
        names = split_path(row["unit"])
        if not all(names) or max(map(len, [*names, row["unit_code"]])) > LONGEST:
            raise Misplaced("unit", f"names of 1 to {LONGEST} letters between the slashes")
        if fold(names[0]) == fold(self.root.name):
            names = names[1:]
        self.found[where] = self._walk(names, row)

    def _walk(self, names: list[str], row: Row) -> Node:
        node, code = self.root, row["unit_code"]
        for name in names[:-1]:
            node = self._step(node, name)
        known = self.forest.by_code.get(code)
        if names and known is not None:
            return self._redeclare(known, names[-1], node, row)
        node = self._step(node, names[-1]) if names else node
        if code and node.code not in {"", code}:
            raise Misplaced("unit_code", Said("{code}, which is the code of this unit", code=node.code))
        if code:
            node.code = code
            self.forest.by_code[code] = node
        node.declared_in = node.declared_in or row
        return node

    def _step(self, parent: Node, name: str) -> Node:
        found = self.forest.children(parent.id, name)
        if len(found) > 1:
            raise Misplaced("unit", Said("a unit_code and no path, for {count} units have this one", count=len(found)))
        return found[0] if found else self.forest.add_new(_in_use(parent).id, name)

    @staticmethod
    def _redeclare(node: Node, name: str, parent: Node, row: Row) -> Node:
        """Let a unit that is known by its code have the name and place that the file gives it."""
        before = node.declared_in
        if before is not None and (fold(node.name), node.parent_id) != (fold(name), parent.id):
            same = "the same place as in row {row}, which has the same unit_code"
            raise Misplaced("unit", Said(same, row=before.number))
        node.name, node.parent_id, node.declared_in = name, parent.id, before or row
        return node

    def settle(self) -> Iterator[tuple[Row, Misplaced]]:
        """Paths are complete in themselves."""
        return iter(())

    def find(self, row: Row) -> Node:
        """Return the unit at the end of the path, or the one of the code."""
        if row["unit"]:
            return self.found.get((row["unit"], row["unit_code"])) or self.root
        if not row["unit_code"]:
            raise Misplaced("unit", "a path such as Harbour / Operations / Cranes")
        if row["unit_code"] not in self.forest.by_code:
            raise Misplaced("unit_code", "the code of a known unit; a new one needs its path beside it")
        return self.forest.by_code[row["unit_code"]]


class ByCode:
    """Units by code, each with its name and the code of the unit above it, as personnel systems export them."""

    def __init__(self, forest: Forest) -> None:
        self.forest = forest
        self.said: dict[str, dict[str, Row]] = {}

    def declare(self, row: Row) -> None:
        """Take in name and parent of a unit; all rows have to agree."""
        if not row["unit_code"] or max(len(row["unit"]), len(row["unit_code"])) > LONGEST:
            raise Misplaced("unit_code", f"the code of the unit, of 1 to {LONGEST} letters")
        for key in ("unit", "parent_code"):
            if row[key]:
                first = self.said.setdefault(row["unit_code"], {}).setdefault(key, row)
                if fold(first[key]) != fold(row[key]):
                    raise Misplaced(
                        key, Said("{value}, as row {row} says of the same unit", value=first[key], row=first.number)
                    )

    def settle(self) -> Iterator[tuple[Row, Misplaced]]:
        """Plan the new units, then give every unit the name and place that was said of it."""
        root = self.forest.root
        fresh = [
            self.forest.add_new(None, by["unit"]["unit"], code)
            for code, by in self.said.items()
            if code not in self.forest.by_code and "unit" in by
        ]
        tops = [node for node in fresh if "parent_code" not in self.said[node.code]]
        if root is None:
            root = tops[0] if len(tops) == 1 else self.forest.add_new(None, self.forest.organisation_name)
        for node in tops:
            node.parent_id = None if node is root else root.id
        for code in self.said.keys() & self.forest.by_code.keys():
            yield from self._put(self.forest.by_code[code], self.said[code])

    def _put(self, node: Node, by: dict[str, Row]) -> Iterator[tuple[Row, Misplaced]]:
        node.declared_in = by.get("parent_code") or by["unit"]
        node.name = by["unit"]["unit"] if "unit" in by else node.name
        if row := by.get("parent_code"):
            parent = self.forest.by_code.get(row["parent_code"])
            node.parent_id = parent.id if parent else node.parent_id
            if parent is None:
                yield row, Misplaced("parent_code", "the code of a unit that is known or in this file")

    def find(self, row: Row) -> Node:
        """Return the unit of the code."""
        node = self.forest.by_code.get(row["unit_code"])
        if node is None:
            raise Misplaced("unit_code", "the code of a known unit; a new one needs its name beside it")
        return node
