"""Reads the whole site as everybody who may read anything, so that two moments can be compared byte by byte."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

from flask import Flask
from sqlalchemy import Table, select
from werkzeug.routing import Rule, UUIDConverter
from werkzeug.test import TestResponse

from surveyapp.learning.delegation import FINAL_CHECK, MID_CYCLE
from surveyapp.store.pulses import WaveGroup
from surveyapp.store.tables import metadata
from surveyapp.web.delegation.moves import MOVES
from surveyapp.web.delegation.set_up_forms import SET_UP
from tests.fixtures.staff import TOKEN, Visitor
from tests.fixtures.world import World

# How many rows of a table lend their ids to an address that asks for one.
FEW = 2
# Arguments that are not called like the table whose ids they take.
OTHERWISE_CALLED = {"file_id": "upload"}
# Tables whose rows are opened by different addresses: the first few by this column open them all.
ORDERED_BY = {"analysis": "kind", "wave": "number"}
# Arguments that are one of a few words.
# Of a report the PDF is left out: it is made from the HTML and from nothing else.
WORDS = {
    "what": [MID_CYCLE, FINAL_CHECK],
    "page": list(SET_UP),
    "step": list(MOVES),
    "form": ["html", "csv", "json"],
}
# When the nightly figures were made has nothing to do with answers.
COMPUTED = re.compile(r"Computed [^<]+")
ONCE = re.compile(r'<input[^>]* name="once"[^>]*>')
REFUSED = frozenset({403, 404})

Reply = tuple[int, list[tuple[str, str]], bytes]
Reading = dict[tuple[str, str], Reply]


@dataclass
class Readers:
    """Everybody who reads, each in a browser of their own, and every address that there is to read.

    Addresses come from the application itself and from the ids in its database, so that a new route is read without
    anybody naming it. Outside /app no page can tell one reader from another, so the team stands for all.
    """

    app: Flask
    world: World
    staff: dict[str, Visitor]
    # What a team reads with a code instead of an account: address and form.
    codes: dict[str, dict[str, str]]
    looked: Reading = field(default_factory=dict)
    shut: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look at everything once, which shows which ids open an address."""
        self.people = {"team": Visitor(self.app), **self.staff}
        for visitor in self.people.values():
            # The first form that a browser is shown sets its cookie.
            visitor.get("/app/forgot-password")
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                self._find_pages(rule)

    def _find_pages(self, rule: Rule) -> None:
        found = {
            (who, address): said(reply)
            for who in (self.staff if rule.rule.startswith("/app") else ("team",))
            for address in self._addresses(rule)
            if (reply := self.people[who].get(address)).status_code not in REFUSED
        }
        self.looked |= found
        if not found:
            self.shut.append(rule.rule)

    def _addresses(self, rule: Rule) -> Iterator[str]:
        """Return the addresses of a route with every value that may stand for its arguments."""
        names = sorted(rule.arguments)
        adapter = self.app.url_map.bind("localhost")
        for values in product(*(self._values(rule, name) for name in names)):
            yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)), "GET")

    def _values(self, rule: Rule, name: str) -> list[UUID] | list[str]:
        if isinstance(rule._converters[name], UUIDConverter):
            return _ids(self.world, OTHERWISE_CALLED.get(name, name.removesuffix("_id")))
        if rule.endpoint == "assets.static":
            return [self.app.extensions["assets"].address("base.css").rpartition("/")[2]]
        return WORDS.get(name) or list(self.world.session.scalars(select(WaveGroup.slug)))

    def first_look(self) -> Reading:
        """Return what everybody read when they came, which is enough where nothing happens meanwhile."""
        return self.looked | self._with_codes()

    def read(self) -> Reading:
        """Open everything as everybody, once more."""
        return {
            (who, address): said(self.people[who].get(address)) for who, address in self.looked
        } | self._with_codes()

    def _with_codes(self) -> Reading:
        client = self.app.test_client(use_cookies=False)
        return {("team", address): said(client.post(address, data=form)) for address, form in self.codes.items()}


def _ids(world: World, what: str) -> list[UUID]:
    """Return ids of the things that an argument is named after, or of everything when no table has such a name."""
    tables = [table for table in metadata.sorted_tables if "id" in table.columns]
    named = [table for table in tables if table.name.endswith(what)]
    return [each for table in named or tables for each in _some(world, table)]


def _some(world: World, table: Table) -> list[UUID]:
    mine = table.columns["organisation_id"] == world.organisation_id
    order = table.columns[ORDERED_BY.get(table.name, "name" if "name" in table.columns else "id")]
    return list(world.session.scalars(select(table.columns["id"]).where(mine).order_by(order).limit(FEW)))


def said(response: TestResponse) -> Reply:
    """Return everything about a response but what differs anyway: guards and marks of forms, the night of figures."""
    words = response.text
    for anyway in (TOKEN, ONCE, COMPUTED):
        words = anyway.sub("", words)
    headers = [(name, value) for name, value in response.headers if name != "Content-Length"]
    return response.status_code, sorted(headers), words.encode()


def changes(before: Reading, after: Reading) -> list[str]:
    """Name the pages that two readings disagree about."""
    return [f"{who} {address}" for (who, address), reply in before.items() if after[who, address] != reply]
