"""Relating scores to what is counted, with statistics; the worker comes here, pages never do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services.insight.cells import Cell, cells_of
from surveyapp.stats.association import SafetyAndCounts, safety_and_counts
from surveyapp.stats.outcome import CannotTell

MISSING = float("nan")
Answer = dict[str, Any]


def answer_relation(session: Session, organisation_id: UUID, question: Mapping[str, Any], _record: str) -> Answer:
    """Answer a stored question about one scale of a pulse."""
    cells = [
        cell
        for cell in cells_of(session, organisation_id, UUID(question["pulse"]), question["scale"])
        if cell.person_weeks > 0
    ]
    return relation(cells)


def relation(cells: Sequence[Cell]) -> Answer:
    """Relate scores to reports, within teams over time and between teams."""
    found = (
        safety_and_counts(
            [MISSING if cell.score is None else cell.score for cell in cells],
            [cell.reports for cell in cells],
            [cell.person_weeks for cell in cells],
            [cell.series for cell in cells],
            [cell.wave for cell in cells],
        )
        if cells
        else CannotTell("no released waves", 0, 12, "teams")
    )
    if isinstance(found, CannotTell):
        return asdict(found)
    return _told(found)


def _told(found: SafetyAndCounts) -> Answer:
    parts = {}
    for name in ("within", "between"):
        part = getattr(found, name)
        low, high = part.rate_ratio_interval
        parts[name] = {
            "rate_ratio": part.rate_ratio,
            "low": low,
            "high": high,
            "p": part.p,
            "df": part.df,
            "n": part.n,
            "method": part.method,
        }
    return {
        "n_teams": found.n_teams,
        "n_waves": found.n_waves,
        "n_cells": found.n_cells,
        "events": found.events,
        "dispersion": found.dispersion,
        **parts,
    }
