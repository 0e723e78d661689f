"""How long the release of a wave takes: 2,000 groups of 10 sheets by default."""

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from benchmarks.installation import installation
from surveyapp import clock
from surveyapp.services.answering import find_page, put_in_box
from surveyapp.services.pulses.waves import close_wave
from surveyapp.services.results.releasing import release_wave
from surveyapp.store.releases import ReleaseRow


def main() -> None:
    """Fill every box through the front door, close the wave, and time its release."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=2000)
    parser.add_argument("--people", type=int, default=10)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        installation(Path(folder), teams=options.groups, people=options.people) as site,
    ):
        start, moment = perf_counter(), clock.now()
        pages = {slug: find_page(site.session, slug, moment) for slug, _code in site.ballots}
        for number, (slug, code) in enumerate(site.ballots):
            items = pages[slug].instrument.items
            put_in_box(site.vault, pages[slug], code, {item.key: 1 + (number + len(item.key)) % 5 for item in items})
        print(f"{len(site.ballots)} sheets put in within {perf_counter() - start:.1f} s")
        close_wave(site.session, site.wave, site.wave.closes_at)
        start = perf_counter()
        release_wave(site.session, site.vault, site.wave, site.wave.closes_at)
        seconds = perf_counter() - start
        rows = site.session.scalar(select(func.count()).select_from(ReleaseRow))
        print(f"{options.groups} groups released as {rows} rows, boxes destroyed, within {seconds:.2f} s")


if __name__ == "__main__":
    main()
