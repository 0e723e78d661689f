"""Pages and posts per second over HTTP, beside a Flask hello-world and a survey application from the registry."""

import argparse
import gzip
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.installation import Installation, installation
from benchmarks.load import Load, fetch, get, post, run
from benchmarks.peers import DjangoSurvey, Server, hello, install_django_survey, serve
from surveyapp import clock
from surveyapp.questions import Instrument
from surveyapp.services.answering import find_page
from surveyapp.services.pulses.waves import terms_digest
from surveyapp.settings import ROOT
from surveyapp.vault.opening import open_boxes

PEOPLE = 10
CSRF = "a" * 32


@dataclass
class Candidate:
    """A server with the requests by which it is measured."""

    name: str
    server: Server
    pages: Callable[[int], list[bytes]]
    posts: Callable[[int], list[bytes]]
    # The status that says a sheet was taken.
    taken: int = 200
    stored: Callable[[], int] | None = None
    page_loads: list[Load] = field(default_factory=list)
    post_loads: list[Load] = field(default_factory=list)

    def measure(self, times: int) -> None:
        """Put one round of load on it."""
        self.page_loads.append(run(self.server.port, self.pages(times), 200))
        self.post_loads.append(run(self.server.port, self.posts(times), self.taken))

    def accepted(self) -> int:
        """Return how many sheets were taken by its own word."""
        return sum(len(load.latencies) - load.errors for load in self.post_loads)


@contextmanager
def surveyapp(folder: Path, sheets: int) -> Iterator[tuple[Candidate, Instrument]]:
    """Serve the product with an open wave that has a ballot for every sheet."""
    with installation(folder, teams=sheets // PEOPLE + 1, people=PEOPLE) as site:
        slugs = sorted({slug for slug, _code in site.ballots})
        instrument = find_page(site.session, slugs[0], clock.now()).instrument
        answers = {f"answer-{item.key}": "3" for item in instrument.items}
        unspent = iter(site.ballots)

        def pages(times: int) -> list[bytes]:
            return [get(f"/answer/{slugs[number % len(slugs)]}") for number in range(times)]

        def posts(times: int) -> list[bytes]:
            ballots = islice(unspent, times)
            return [post(f"/answer/{slug}", {"code": code, "comment": "", **answers}) for slug, code in ballots]

        with serve(Path(sys.executable), "wsgi:app", ROOT, site.env) as server:
            yield Candidate("surveyapp", server, pages, posts, stored=lambda: sheets_in(site, instrument)), instrument


def sheets_in(site: Installation, instrument: Instrument) -> int:
    """Count the sheets in all boxes."""
    wave = site.wave
    opened = open_boxes(site.vault, wave.organisation_id, wave.id, len(instrument.items), terms_digest(wave))
    return sum(len(box.sheets) for box in opened)


@contextmanager
def flask_hello() -> Iterator[Candidate]:
    """Serve the smallest Flask application."""
    with hello() as server:
        yield Candidate("flask hello", server, lambda n: [get("/")] * n, lambda n: [post("/", {"a": "3"})] * n)


@contextmanager
def django_survey(folder: Path, instrument: Instrument) -> Iterator[tuple[Candidate, DjangoSurvey]]:
    """Serve the survey application with the same questions."""
    language = instrument.languages[0]
    texts, choices = [item.text[language] for item in instrument.items], list(instrument.anchors[language])
    made = install_django_survey(folder, texts, choices)
    path = f"/survey/{made.survey}/"
    fields = {f"question_{key}": made.choice for key in made.questions} | {"csrfmiddlewaretoken": CSRF}
    sheet = post(path, fields, Cookie=f"csrftoken={CSRF}")
    with made.served() as server:
        yield (
            Candidate("django-survey", server, lambda n: [get(path)] * n, lambda n: [sheet] * n, 302, made.stored),
            made,
        )


def report(candidates: list[Candidate]) -> None:
    """Print rates, latencies and ratios by the medians of all rounds, and what was stored."""
    compare("pages", {each.name: each.page_loads for each in candidates})
    compare("posts", {each.name: each.post_loads for each in candidates})
    for each in candidates:
        if each.stored:
            print(f"{each.name:14} accepted {each.accepted()}, stored {each.stored()}")
        print(f"{each.name:14} {each.server.memory():.0f} MiB per worker")


def compare(kind: str, loads_of: dict[str, list[Load]]) -> None:
    """Print a line per candidate, with the product's rate as a multiple of its own."""
    rates = {name: statistics.median(load.rate for load in loads) for name, loads in loads_of.items()}
    for name, loads in loads_of.items():
        p99 = statistics.median(load.p99 for load in loads)
        errors = sum(load.errors for load in loads)
        multiple = f"{rates['surveyapp'] / rates[name]:.2f}"
        print(f"{name:14} {rates[name]:7.0f} {kind}/s  p99 {p99:5.0f} ms  errors {errors}  surveyapp x {multiple}")


def weigh(mine: Candidate, theirs: Candidate, peer: DjangoSurvey) -> None:
    """Print the bytes of a page with everything that it links."""
    packed = fetch(mine.server.port, mine.pages(1)[0])
    page = gzip.decompress(packed.partition(b"\r\n\r\n")[2]).decode()
    linked = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)))
    assets = sum(len(fetch(mine.server.port, get(address))) for address in linked)
    print(f"{mine.name:14} page {len(packed)} bytes, with its {len(linked)} assets {len(packed) + assets}, all as sent")
    packed = fetch(theirs.server.port, theirs.pages(1)[0])
    page = gzip.decompress(packed.partition(b"\r\n\r\n")[2]).decode()
    print(f"{theirs.name:14} page {len(packed)} bytes, with its own assets {len(packed) + peer.assets(page)}")


def main() -> None:
    """Measure all of them in turn, several times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=800)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as here,
        tempfile.TemporaryDirectory() as there,
        surveyapp(Path(here), options.rounds * options.times) as (mine, instrument),
        flask_hello() as plain,
        django_survey(Path(there), instrument) as (theirs, peer),
    ):
        for _ in range(options.rounds):
            mine.measure(options.times)
            plain.measure(options.times)
            # It takes that much longer for each request.
            theirs.measure(options.times // 8)
        report([mine, plain, theirs])
        weigh(mine, theirs, peer)


if __name__ == "__main__":
    main()
