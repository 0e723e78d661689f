"""Organisations in which safer teams err less and tell more, so that what they report shows next to nothing.

`python -m tests.simulation.paradox 500` prints what the panel says of them.
"""

import math
import sys
from collections import Counter
from dataclasses import replace

import numpy as np

from surveyapp.stats.panel import Verdict, verdict
from tests.simulation import worlds

PARADOX = replace(worlds.BASE, error_slope=math.log(0.74), report_slope=0.65, surface_slope=-0.3)
TELLING = {Verdict.MORE_OPEN, Verdict.MORE_OPEN_FEWER_ERRORS}
FEWER = {Verdict.FEWER_ERRORS, Verdict.MORE_OPEN_FEWER_ERRORS}


def verdicts(runs: int, seed: int) -> Counter[Verdict]:
    """Count what is said of organisations in which safer teams err less and tell more."""
    return Counter(verdict(worlds.incidents(np.random.default_rng([seed, run]), PARADOX)) for run in range(runs))


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    said = verdicts(wanted, 2)
    for name, kinds in (
        ("that more is told", TELLING),
        ("that there are fewer errors", FEWER),
        ("anything else, such as that it cannot tell", set(Verdict) - TELLING - FEWER),
    ):
        sys.stdout.write(f"| {name} | {100 * sum(said[kind] for kind in kinds) / wanted:.1f} % |\n")
    sys.stdout.write("".join(f"| {kind.name} | {said[kind]} |\n" for kind in said))
