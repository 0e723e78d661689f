"""The attack on published figures: what it finds, how often it solves and how long it takes, and where promises end.

Three parts: releases of 40, 400 and 2,000 teams; several waves of people who never change an answer; and a newcomer
whose answer somebody guesses. The last two measure what no promise covers.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from surveyapp.privacy import selfcheck
from surveyapp.privacy.audit.figures import examine
from surveyapp.privacy.audit.puzzles import Statement
from surveyapp.privacy.audit.reading import read_mean, read_sum, says_sum
from surveyapp.privacy.audit.solving import solve
from surveyapp.privacy.audit.verdicts import Tally, attack_with_talkers
from surveyapp.privacy.audit.waves import PublishedGroup, PublishedWave, audit_wave
from surveyapp.privacy.outcome import Shown
from surveyapp.privacy.policy import ScaleKey, Support, Thresholds, code, draw_and_count, participation

FLOOR = Thresholds(count_min=5, item_min=7, roster_min=7)
SCALES = (
    ScaleKey("speaking-up", ("a", "b", "c"), points=5, favourable_from=4),
    ScaleKey("autonomy", ("d", "e", "f", "g"), points=5, favourable_from=4),
    ScaleKey("leader-response", ("h", "i"), points=5, favourable_from=4),
)
ITEMS = [item for scale in SCALES for item in scale.items]
POINTS, FAVOURABLE = 5, 4
Floats = NDArray[np.float64]
Answers = dict[int, int]


def some_answers(rng: np.random.Generator, climate: float, people: int) -> list[int]:
    """Draw answers of one team to one statement."""
    latent = rng.normal(climate, 0.6, people) + rng.normal(0, 0.7, people)
    return [int(each) for each in np.clip(np.rint(latent), 1, POINTS)]


# Releases of one wave.


def some_group(rng: np.random.Generator, number: int) -> PublishedGroup:
    """Publish a team of 7 to 14 people, of whom about three quarters answer and skip now and then."""
    roster = int(rng.integers(7, 15))
    people = int(rng.binomial(roster, 0.75))
    columns = {item: some_answers(rng, rng.normal(3.6, 0.35), people) for item in ITEMS}
    sheets = [
        {item: values[person] for item, values in columns.items() if rng.random() > 0.02} for person in range(people)
    ]
    figures = draw_and_count(sheets, SCALES, FLOOR, lambda n: int(rng.integers(n))).figures
    told = participation(people, roster, FLOOR.count_min)
    return PublishedGroup(f"Team {number}", frozenset({number}), roster, {"participation": told, **figures}, {})


def releases() -> None:
    """Attack releases of several sizes, each with nothing remembered, and time the check of every release."""
    print("teams  texts  answers   alone: determined/broken/undecided  one talks: the same  solves  CPU s  check s")
    for teams in (40, 400, 2000):
        rng = np.random.default_rng(teams)
        wave = PublishedWave("1", FLOOR, SCALES, tuple(some_group(rng, number) for number in range(teams)))
        forget()
        start = process_time()
        found = audit_wave(wave)
        seconds = process_time() - start
        print(
            f"{teams:5} {found.texts:6} {found.outsider.answers:8,}   {said(found.outsider):>33} "
            f"{said(found.talker):>20} {solve.cache_info().misses:7,} {seconds:8.1f} {checked(wave):6.2f}",
            flush=True,
        )


def forget() -> None:
    """Start afresh."""
    for cached in (solve, examine, code, selfcheck.sums_that_fit, selfcheck.weaknesses, read_mean):
        cached.cache_clear()


def said(tally: Tally) -> str:
    """Return the three counts."""
    return f"{tally.determined}/{tally.broken}/{tally.undecided}"


def checked(wave: PublishedWave) -> float:
    """Return the seconds that the closed-form check takes for all numbers of a release."""
    selfcheck.sums_that_fit.cache_clear()
    selfcheck.weaknesses.cache_clear()
    start = perf_counter()
    for group in wave.groups:
        for name, figure in group.figures.items():
            if name.startswith("item:") and isinstance(figure, Shown):
                support = Support(figure.n, figure.n, 1, POINTS, FAVOURABLE)
                if selfcheck.weaknesses(name, figure.text, support, FLOOR.count_min):
                    raise RuntimeError(name)
    return perf_counter() - start


# Several waves, and nobody changes an answer.


def as_released(rng: np.random.Generator, truth: Answers, there: Sequence[int]) -> Statement | None:
    """Publish a wave as it is published, and read it as somebody who does not know who was left out."""
    counted = list(rng.permutation(there))[1:]
    support = Support(len(counted), len(counted), 1, POINTS, FAVOURABLE)
    figure = code(sum(truth[person] for person in counted), support, FLOOR.count_min)
    if len(counted) < FLOOR.item_min or not isinstance(figure, Shown):
        return None
    return says_sum(there, read_sum(figure.text, support, FLOOR.count_min), leaves_one_out=True)


def as_exact_means(_rng: np.random.Generator, truth: Answers, there: Sequence[int]) -> Statement | None:
    """Publish means with two decimals of everybody who answered, from five on."""
    if len(there) < FLOOR.count_min:
        return None
    text = f"{sum(truth[person] for person in there) / len(there):.2f}"
    return says_sum(there, read_mean(text, len(there), POINTS))


Publish = Callable[[np.random.Generator, Answers, Sequence[int]], Statement | None]


def series(rng: np.random.Generator, teams: int, hard: str) -> Iterator[Answers]:
    """Make teams of 8 to 12 people who keep their answers."""
    for _ in range(teams):
        people = int(rng.integers(8, 13))
        values = some_answers(rng, rng.normal(3.6, 0.35), people)
        if hard == "one dissenter":
            values = [1, *[5] * (people - 1)]
        elif hard == "polarised":
            values = [1 if person % 2 else 5 for person in range(people)]
        yield dict(enumerate(values))


def several_waves(teams: int, numbers: Sequence[int]) -> None:
    """Attack waves together, alone and with each person talking."""
    print("answers      waves  published as   answers  alone: determined/broken/undecided  one talks: the same  CPU s")
    for hard in ("realistic", "one dissenter", "polarised"):
        for waves in numbers:
            for name, publish in (("released", as_released), ("exact means", as_exact_means)):
                start = process_time()
                alone, talking = together(np.random.default_rng(waves), teams, hard, waves, publish)
                print(
                    f"{hard:<13} {waves:4}   {name:<12} {alone.answers:8,}   {said(alone):>33} {said(talking):>20} "
                    f"{process_time() - start:8.1f}",
                    flush=True,
                )


def together(rng: np.random.Generator, teams: int, hard: str, waves: int, publish: Publish) -> tuple[Tally, Tally]:
    """Return what outsiders find, and what anybody finds with any one person."""
    alone, talking = Tally(), Tally()
    for truth in series(rng, teams, hard):
        answered = [[person for person in truth if rng.random() < 0.85] for _ in range(waves)]
        statements = [said for there in answered if (said := publish(rng, truth, there))]
        alone += attack_with_talkers(truth, [[]], statements, POINTS, FAVOURABLE)
        talking += attack_with_talkers(truth, [[person] for person in truth], statements, POINTS, FAVOURABLE)
    return alone, talking


# A newcomer.


def newcomers() -> None:
    """Guess among people who never change an answer, and among people who do."""
    for keep in (1.0, 0.7):
        newcomer(20_000, keep)


def newcomer(teams: int, keep: float) -> None:
    """Guess from two waves whether somebody who joined in between answered unfavourably, as well as a line can."""
    rng = np.random.default_rng(7)
    columns = {name: np.empty(teams) for name in ("before", "exact", "first", "second", "released")}
    critical = np.empty(teams, dtype=bool)
    for team in range(teams):
        people, climate = int(rng.integers(8, 13)), rng.normal(3.6, 0.5)
        then = some_answers(rng, climate, people)
        new = some_answers(rng, climate, people + 1)
        now = [old if rng.random() < keep else changed for old, changed in zip(then, new[1:], strict=True)]
        critical[team] = new[0] < 3
        first, second = value_of(rng, then), value_of(rng, [*now, new[0]])
        row = (
            float(np.mean(then)),
            sum(now) + new[0] - sum(then),
            first,
            second,
            people * second - (people - 1) * first,
        )
        for column, value in zip(columns.values(), row, strict=True):
            column[team] = value
    for name, known in (
        ("exact means", ("before", "exact")),
        ("released numbers", ("first", "second", "released")),
        ("the earlier exact mean alone", ("before",)),
    ):
        found = area([columns[each] for each in known], critical)
        print(f"a newcomer, when {keep:4.0%} of the others answer as before, guessed from {name:<30} AUC {found:.2f}")


def value_of(rng: np.random.Generator, answers: Sequence[int]) -> float:
    """Return the published value of some answers."""
    counted = list(rng.permutation(answers))[1:]
    figure = code(int(sum(counted)), Support(len(counted), len(counted), 1, POINTS, FAVOURABLE), FLOOR.count_min)
    if not isinstance(figure, Shown):
        raise TypeError(figure)
    return figure.value


def area(columns: Sequence[Floats], critical: NDArray[np.bool_]) -> float:
    """Fit a line on one half of the teams and return the area under its curve on the other."""
    design = np.column_stack([np.ones(critical.size), *columns])
    half = np.arange(critical.size) % 2 == 0
    line = np.linalg.lstsq(design[half], critical[half].astype(float), rcond=None)[0]
    score, truth = design[~half] @ line, critical[~half]
    ranks = rankdata(score)
    hits = int(truth.sum())
    return float((ranks[truth].sum() - hits * (hits + 1) / 2) / (hits * (truth.size - hits)))


def main() -> None:
    """Run one part or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("releases", "waves", "newcomer", "all"), default="all")
    parser.add_argument("--teams", type=int, default=20, help="teams whose waves are attacked together")
    parser.add_argument("--waves", type=int, nargs="+", default=[2, 4, 6], help="how many waves are attacked together")
    options = parser.parse_args()
    parts: dict[str, Callable[[], object]] = {
        "releases": releases,
        "newcomer": newcomers,
        "waves": lambda: several_waves(options.teams, options.waves),
    }
    for name, part in parts.items():
        if options.part in {name, "all"}:
            part()


if __name__ == "__main__":
    main()
