"""How often statements about teams are right in made-up organisations: the table in the documentation."""

import argparse
from collections.abc import Iterator
from dataclasses import replace

from tests.simulation.estimates import (
    BASE,
    LARGE,
    PLACES,
    alert_rates,
    band_coverage,
    change_coverage,
    line_coverage,
    moved_rate,
    pooled_coverage,
    shrunk_coverage,
    slope_rate,
)

PUBLISHED = "published rows, teams of 7 to 12"
MOVED = "said to have moved more than teams here do, nothing planted"


def measured(runs: int) -> Iterator[tuple[str, str, float]]:
    """Measure everything: what, in which organisation, and the share."""
    some, few = max(runs // 5, 1), max(runs // 20, 1)
    for icc in (0.05, 0.15, 0.19):
        for response in (0.5, 0.78, 0.95):
            where, recipe = f"ICC {icc}, response {response}", replace(BASE, icc=icc, response=response)
            yield "band of one wave", where, band_coverage(recipe, runs, 1)
            yield "empirical Bayes", where, shrunk_coverage(recipe, runs, 2)
            yield "three waves pooled", where, pooled_coverage(recipe, runs, 3)
            yield "change of two waves", where, change_coverage(recipe, runs, 4)
            yield "state-space line", where, line_coverage(recipe, some, 5)
    for share in (0.3, 0.66):
        recipe = replace(BASE, stable_share=share)
        yield "band of one wave", f"stable share {share}", band_coverage(recipe, runs, 6)
        yield "empirical Bayes", f"stable share {share}", shrunk_coverage(recipe, runs, 7)
    yield "band of one wave", PUBLISHED, band_coverage(LARGE, runs, 8, policy=True)
    yield "state-space line", PUBLISHED, line_coverage(replace(LARGE, response=0.9), few, 9, policy=True)
    for where, recipe in PLACES.items():
        yield "slope called unlike the others, nothing planted", where, slope_rate(recipe, some, 10)
        yield from _alerts(where, *alert_rates(replace(recipe, waves=52), some, 11))
        # With 12 teams nothing is said, and where all drift, all have moved.
        if where.endswith("shocks"):
            yield MOVED, where, moved_rate(recipe, some, 14)
    recipe = replace(LARGE, waves=52, response=0.9)
    yield "slope called unlike the others, nothing planted", PUBLISHED, slope_rate(recipe, few, 12, policy=True)
    yield from _alerts(PUBLISHED, *alert_rates(recipe, few, 13, policy=True))
    yield MOVED, PUBLISHED, moved_rate(replace(LARGE, response=0.9), few, 15, policy=True)


def _alerts(where: str, false: float, found: float) -> Iterator[tuple[str, str, float]]:
    yield "false alarms in a team's year", where, false
    yield "lasting falls of .47 points found within 6 waves", where, found


def main() -> None:
    """Print the table for the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    print("| what | where | measured |\n|---|---|---|")
    for what, where, value in measured(parser.parse_args().runs):
        print(f"| {what} | {where} | {value:.3f} |", flush=True)


if __name__ == "__main__":
    main()
