"""How often a family of questions claims something: organisations drawn without the product, so that there can be many.

``python -m tests.simulation.families 1000`` prints the tables of docs/simulation-relation-page.md for so many of each.
"""

import math
import sys
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.multiplicity import benjamini_hochberg
from surveyapp.stats.panel import Incidents, panel
from surveyapp.stats.relations import Outcome, Relations, relate_all
from surveyapp.stats.simulate import shocks

Floats = NDArray[np.float64]
LEVEL = 0.05


@dataclass(frozen=True)
class Setting:
    """What organisations are made of; slopes are for one standard deviation of the climate."""

    teams: int
    waves: int = 8
    sizes: tuple[int, int] = (5, 16)
    memory: float = 0.8
    moving: float = 0.6
    drift: float = 1.0
    withheld: float = 0.1
    error_slope: float = 0.0
    telling_slope: float = 0.0

    def series(self, rng: np.random.Generator, moving: float) -> Floats:
        """Draw what teams have and how it moves, with variance 1."""
        lasting = rng.normal(0, math.sqrt(1 - moving), (self.teams, 1))
        moves = shocks(rng, (self.teams, self.waves), sd=math.sqrt(moving), persistence=self.memory)
        return np.asarray(lasting + moves)


HARSH = Setting(teams=14)
CALM = Setting(teams=14, sizes=(9, 9), memory=0.6, moving=0.5, drift=0.0, withheld=0.0)
NOTHING = {
    "14 teams": HARSH,
    "14 teams, calm": CALM,
    "14 teams, 26 waves": replace(HARSH, waves=26),
    "24 teams": replace(HARSH, teams=24),
    "40 teams": replace(HARSH, teams=40),
}
SOMETHING = {
    "14 teams, telling 1.0, errors -0.4": replace(HARSH, telling_slope=1.0, error_slope=-0.4),
    "24 teams, telling 0.7, errors -0.3": replace(HARSH, teams=24, telling_slope=0.7, error_slope=-0.3),
    "24 teams, errors -0.3": replace(HARSH, teams=24, error_slope=-0.3),
}


def related(rng: np.random.Generator, setting: Setting) -> Relations:
    """Draw an organisation and ask everything that the page asks of one without delegations."""
    shape, rise = (setting.teams, setting.waves), setting.drift * np.linspace(0, 1, setting.waves)
    people = rng.integers(setting.sizes[0], setting.sizes[1] + 1, (setting.teams, 1))
    climate = setting.series(rng, setting.moving)
    score = 3.5 + 0.3 * climate + rng.normal(0, 0.65, shape) / np.sqrt(0.8 * people) + 0.5 * rise
    # Some teams are so small that half of their numbers are withheld.
    small = rng.random((setting.teams, 1)) < 1.5 * setting.withheld
    hidden = rng.random(shape) < np.where(small, 0.5, setting.withheld)
    weeks = np.broadcast_to(2.0 * people, shape)
    tells = 1 / (1 + np.exp(-(0.6 * setting.series(rng, 0.5) + setting.telling_slope * climate + rise - 0.3)))
    rate = 0.1 * weeks * np.exp(0.5 * setting.series(rng, 0.5) + 0.3 * rise)
    errors = rng.poisson(rate * np.exp(setting.error_slope * climate))
    told = rng.binomial(errors, tells)
    both = rng.binomial(told, 0.4)
    found = both + rng.binomial(errors - told, 0.4)
    near, harm, delivered = rng.poisson(rate * tells), rng.binomial(errors, 0.2), rng.poisson(0.45 * people, shape)
    again = rng.binomial(delivered, 1 / (1 + np.exp(1.4 + 0.4 * setting.series(rng, 1.0))))
    typical = (
        np.where(of > 0, 9 * np.exp(rng.normal(0, 1, shape) / np.sqrt(np.maximum(of, 1))), np.nan)
        for of in (told + near, errors)
    )
    voice, days = typical
    team, wave = np.indices(shape)
    cells = {"team": team, "wave": wave, "score": np.where(hidden, np.nan, np.round(score, 1)), "person_weeks": weeks}
    counted = {"told": told, "found": found, "both": both, "near_misses": near, "harm": harm, "days": days}
    signs = panel(Incidents(**{name: column.ravel() for name, column in (cells | counted).items()}))
    outcomes = {
        "reports": Outcome("poisson", (told + near).ravel(), weeks.ravel()),
        "told": Outcome("binomial", both.ravel(), found.ravel()),
        "voice": Outcome("gaussian", voice.ravel(), (told + near).ravel()),
        "found": Outcome("poisson", found.ravel(), weeks.ravel()),
        "rework": Outcome("binomial", again.ravel(), delivered.ravel()),
    }
    return relate_all(cells["score"].ravel(), outcomes, team.ravel(), wave.ravel(), panel=signs, rng=rng)


def passed(found: Relations) -> tuple[int, int, float]:
    """Count what passes after the correction of the page and after Benjamini-Hochberg; and the share of p below 5 %."""
    p = np.array(list(found.family.p.values()))
    by_rate = int((benjamini_hochberg(p) <= LEVEL).sum())
    return len(found.family.found(LEVEL)), by_rate, float((p <= LEVEL).mean())


def main(runs: int, chosen: str = "") -> None:
    """Print, of each setting, how many families claim something and how many claims there are on average."""
    for name, setting in (NOTHING | SOMETHING).items():
        if chosen not in name:
            continue
        counts = np.array([passed(related(np.random.default_rng([7, run]), setting)) for run in range(runs)])
        any_of = [f"{100 * share:.1f} %" for share in (counts[:, :2] > 0).mean(axis=0)]
        many = [f"{number:.2f}" for number in counts[:, :2].mean(axis=0)]
        row = [name, str(runs), *any_of, *many, f"{100 * counts[:, 2].mean():.1f} %"]
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
