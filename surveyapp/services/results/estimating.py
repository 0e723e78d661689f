"""What statistics add to a release: figures of the whole organisation, and a band around every team's score.

Only the worker and the command line come here; pages read what is stored.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import GRID_CELLS, code_spread
from surveyapp.questions import Instrument
from surveyapp.services.pulses.terms import FLOORS
from surveyapp.stats.estimates import TYPICAL_SD, Band, Coding, team_band
from surveyapp.stats.outcome import CannotTell
from surveyapp.stats.reliability import PooledSpread, alpha, pooled_spread
from surveyapp.stats.scores import person_scores
from surveyapp.store.releases import OrganisationFigure, Release

Sheets = Sequence[Mapping[str, int]]
ORGANISATION_MIN = 100


def organisation_figures(
    instrument: Instrument, groups: Mapping[UUID, Sheets], count_min: int = FLOORS.count_min
) -> dict[str, Figure]:
    """Return spread and reliability of each scale over everybody who is in a number, from 100 sheets on.

    Where spread is small, reliability is not told either: it would depend on answers whether there is one.
    """
    figures: dict[str, Figure] = {}
    published = {group: sheets for group, sheets in groups.items() if sum(map(bool, sheets)) > count_min}
    teams = [group.hex for group, sheets in published.items() for _ in sheets]
    everybody = [sheet for sheets in published.values() for sheet in sheets]
    for scale in instrument.scales:
        table = [[sheet.get(item, math.nan) for item in scale.items] for sheet in everybody]
        scores = person_scores(table).estimate if table else ()
        usable = [each for each in zip(table, scores, teams, strict=True) if not math.isnan(each[1])]
        if len(usable) < ORGANISATION_MIN:
            few = Withheld(f"fewer than {ORGANISATION_MIN} answers in the organisation")
            figures |= {f"sd:{scale.key}": few, f"alpha:{scale.key}": few}
            continue
        answers, scored, belongs = zip(*usable, strict=True)
        spread = _spread(pooled_spread(scored, belongs), len(usable), len(scale.items))
        figures[f"sd:{scale.key}"] = spread
        figures[f"alpha:{scale.key}"] = _reliability(spread, answers)
    return figures


def _spread(result: PooledSpread | CannotTell, people: int, items: int) -> Figure:
    if isinstance(result, CannotTell):
        return Withheld(result.reason)
    return code_spread(result.estimate, people, items)


def _reliability(spread: Figure, answers: Sequence[Sequence[float]]) -> Figure:
    if isinstance(spread, Withheld) or spread.low == 0:
        return Withheld("answers of one team differ too little")
    result = alpha(answers)
    if isinstance(result, CannotTell):
        return Withheld(result.reason)
    value = round(result.estimate, 1)
    return Shown(text=f"{value:.1f}", value=value, low=value - 0.05, high=value + 0.05, n=len(answers))


def organisation_row(release: Release, name: str, figure: Figure) -> dict[str, Any]:
    """Return what is stored of a figure of the organisation."""
    shown = figure if isinstance(figure, Shown) else None
    return {
        "organisation_id": release.organisation_id,
        "release_id": release.id,
        "figure": name,
        "text": shown and shown.text,
        "value": shown and shown.value,
        "n": shown and shown.n,
        "reason": figure.reason if isinstance(figure, Withheld) else None,
    }


def spread_of(session: Session, organisation_id: UUID, scale: str) -> float:
    """Return the latest published within-team spread of a scale, or the typical one while there is none."""
    latest = session.scalars(
        select(OrganisationFigure.value)
        .join(
            Release,
            (Release.organisation_id == OrganisationFigure.organisation_id)
            & (Release.id == OrganisationFigure.release_id),
        )
        .where(
            OrganisationFigure.organisation_id == organisation_id,
            OrganisationFigure.figure == f"sd:{scale}",
            OrganisationFigure.value.is_not(None),
        )
        .order_by(Release.sequence.desc())
    ).first()
    return latest or TYPICAL_SD


def estimates_of(
    release: Release,
    instrument: Instrument,
    figures: Mapping[UUID, Mapping[str, Figure]],
    rosters: Mapping[UUID, int],
    spreads: Mapping[str, float],
) -> list[dict[str, Any]]:
    """Return the 95 % band around every scale number of a release."""
    rows = []
    for group, named in figures.items():
        for scale in instrument.scales:
            figure = named.get(f"scale:{scale.key}")
            if not isinstance(figure, Shown):
                continue
            band = band_of(figure, rosters[group], spreads[scale.key], instrument.points)
            if isinstance(band, Band):
                rows.append(_estimate(release, group, f"scale:{scale.key}", band))
    return rows


@lru_cache(maxsize=100_000)
def band_of(figure: Shown, roster: int, spread: float, points: int) -> Band | CannotTell:
    """Return the band around a published number, widened by what its coding hides."""
    grid = (points - 1) / GRID_CELLS
    exact = figure.high - figure.low <= 1.5 * grid
    coding = Coding(grid=grid) if exact else Coding(below=figure.value - figure.low, above=figure.high - figure.value)
    return team_band(
        figure.value, figure.n, max(roster, figure.n), sd=spread, coding=coding, scale=(1.0, float(points))
    )


def _estimate(release: Release, group_id: UUID, name: str, band: Band) -> dict[str, Any]:
    return {
        "organisation_id": release.organisation_id,
        "release_id": release.id,
        "group_id": group_id,
        "figure": name,
        "estimate": band.estimate,
        "low": band.low,
        "high": band.high,
        "method": band.method,
    }
