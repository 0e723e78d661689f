"""The solver on what can be read: every file that anybody may download, and the marks on every page."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pytest
from flask import Flask

from surveyapp.privacy.audit.figures import Exposure, examine
from surveyapp.privacy.audit.reading import read_sum
from surveyapp.privacy.policy import Support
from surveyapp.questions import Instrument
from surveyapp.services.accounts.access import Viewer
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.team_codes import results_code
from surveyapp.store.pulses import InstrumentCopy
from tests.attacks.reading import Readers, Reading
from tests.fixtures.accounts import ticket_of
from tests.fixtures.site import Clock
from tests.fixtures.staff import Visitor
from tests.fixtures.worker import Worker
from tests.fixtures.world import World, item_keys

COUNT_MIN = 5
# How the people of each group answer, person by person, in each of three waves; 0 is a skipped statement.
HARD: tuple[dict[str, Callable[[int, int], int]], ...] = (
    {"Cranes": lambda person, item: 1, "Gates": lambda person, item: 5, "Pilots": lambda person, item: 1},
    {
        "Cranes": lambda person, item: 5 if person else 1,
        "Gates": lambda person, item: 1 if person else 5,
        "Pilots": lambda person, item: 5,
    },
    {
        "Cranes": lambda person, item: 1 + 4 * (person % 2),
        "Gates": lambda person, item: (person + item) % 6,
        "Pilots": lambda person, item: (2 * person + item) % 5,
    },
)
# So many answer in the last group in the first wave that only scales have numbers.
FEW = 6
MARKS = re.compile(r"[≥≈] ?\d\.\d")


@dataclass(frozen=True)
class Scraped:
    """Everything that everybody read, and the instrument that names the columns."""

    reading: Reading
    instrument: Instrument

    def files(self) -> Iterator[str]:
        """Return every downloaded table with results."""
        for _, headers, body in self.reading.values():
            if any(name == "Content-Type" and "csv" in value for name, value in headers):
                yield body.decode("utf-8-sig")

    def columns(self) -> dict[str, int]:
        """Return how many answers of a person are behind each column."""
        named = {self.instrument.text_in(scale.name, "en"): len(scale.items) for scale in self.instrument.scales}
        return named | {self.instrument.text_in(item.text, "en"): 1 for item in self.instrument.items}


@pytest.fixture
def scraped(
    app: Flask, harbour: World, clock: Clock, worker: Worker, alice: Viewer, dana: Viewer, grace: Viewer
) -> Scraped:
    """Give what everybody reads after three waves of hard answers."""
    pulse = harbour.pulse("Harbour")
    codes: dict[str, dict[str, str]] = {}
    for patterns in HARD:
        wave = harbour.open(pulse)
        items = item_keys(harbour, wave)
        for group, pattern in patterns.items():
            people = FEW if (group, wave.number) == ("Pilots", 1) else len(harbour.codes(wave, group))
            sheets = [{key: pattern(person, place) for place, key in enumerate(items)} for person in range(people)]
            harbour.fill(wave, group, [{key: value for key, value in sheet.items() if value} for sheet in sheets])
            group_id = harbour.group_of(wave, group).group_id
            code = {"code": results_code(harbour.settings.ballot_key, harbour.organisation_id, group_id)}
            codes |= {f"/results/{group_id}": code, f"/results/{group_id}/results.csv": code}
        worker.tick(wave.closes_at)
    clock.moment = wave.closes_at
    staff = {name: Visitor(app) for name in ("alice", "dana", "grace")}
    for name, visitor in staff.items():
        visitor.sign_in(ticket_of(harbour, name))
    toml = harbour.session.get_one(InstrumentCopy, (harbour.organisation_id, wave.instrument_id)).toml
    return Scraped(Readers(app, harbour, staff, codes).first_look(), read_instrument(toml))


@cache
def exposures(text: str, people: int, each: int) -> list[Exposure]:
    """Attack a cell for every number of answers that may stand behind it."""
    supports = [Support(answers, people, each, 5, 4) for answers in range(people, people * each + 1)]
    return [examine(text, support, COUNT_MIN) for support in supports if read_sum(text, support, COUNT_MIN)]


def test_no_cell_of_any_file_gives_an_answer_away(scraped: Scraped) -> None:
    """T5: outsider or with any talker, nothing is determined, nobody without a favourable answer, nothing undecided.

    Numbers on pages that are coded at their ends are those of the files, so they are attacked along.
    """
    attacked = 0
    scales, columns = {text for text, each in scraped.columns().items() if each > 1}, scraped.columns()
    for content in scraped.files():
        for row in csv.DictReader(io.StringIO(content)):
            has_statements = any(row.get(f"{text}: n") for text in columns.keys() - scales)
            together = not any(text in row for text in columns.keys() - scales)
            for text, each in columns.items():
                # A scale beside its statements, or of several groups together, is made of numbers attacked elsewhere.
                if row.get(f"{text}: n") and not (text in scales and (has_statements or together)):
                    found = exposures(row[text], int(row[f"{text}: n"]), each)
                    assert found, row[text]
                    assert all(exposure.clean for exposure in found)
                    attacked += 1
    # Three groups with nine statements in three waves, but for one with three scales, as teams and others read them.
    assert attacked >= 2 * (8 * 9 + 3)
    downloaded = set(MARKS.findall(" ".join(scraped.files())))
    shown = {mark for _, headers, body in scraped.reading.values() for mark in MARKS.findall(_plain(headers, body))}
    assert shown
    assert shown <= downloaded


def _plain(headers: Sequence[tuple[str, str]], body: bytes) -> str:
    if not any(name == "Content-Type" and "html" in value for name, value in headers):
        return ""
    return re.sub(r"<[^>]*>", " ", body.decode())
