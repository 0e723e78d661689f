"""What to try next in a unit: said by rules, answered by whoever leads, and followed by the measure it was about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound, Said
from surveyapp.learning.coaching import ANSWERS, BY_KEY, MOST, Rule, fired
from surveyapp.services.log.team_page import Finding, finding_of
from surveyapp.store.learning import StoredAnalysis

SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that spoke about a unit: when, what its measure was then, and what came back."""

    rule: Rule
    since: date
    then: Finding
    said: str


def suggest(session: Session, organisation_id: UUID, answers: Mapping[UUID, Mapping[str, Any]], now: datetime) -> None:
    """Let the rules speak about units whose measures were computed; the caller commits.

    Each rule speaks once, and no more than two wait for an answer at a time.
    """
    kept = _kept(session, organisation_id)
    for unit_id, answer in answers.items():
        findings = {key: finding_of(key, each) for key, each in answer["measures"].items()}
        known = {key: json.loads(row.answer) for (unit, key), row in kept.items() if unit == unit_id}
        room = MOST - sum(not each["said"] for each in known.values())
        for rule in [each for each in fired(findings) if each.key not in known][: max(0, room)]:
            then = {"since": now.date().isoformat(), "then": answer["measures"][rule.measure], "said": ""}
            session.add(
                StoredAnalysis(
                    organisation_id=organisation_id,
                    id=uuid4(),
                    kind=SUGGESTION,
                    question=_question(unit_id, rule.key),
                    state="done",
                    asked_at=now,
                    answer=json.dumps(then, sort_keys=True),
                    error="",
                )
            )


def suggestions_for(session: Session, organisation_id: UUID, unit_id: UUID) -> list[Suggestion]:
    """Return what was suggested to a unit, what still waits for an answer first."""
    found = [
        _suggestion(key, json.loads(row.answer))
        for (unit, key), row in _kept(session, organisation_id).items()
        if unit == unit_id and key in BY_KEY
    ]
    return sorted(found, key=lambda each: (bool(each.said), -each.since.toordinal(), each.rule.key))


def answer_suggestion(session: Session, organisation_id: UUID, unit_id: UUID, key: str, said: str) -> None:
    """Say whether it was useful.

    Raises
    ------
    Invalid
        When it is none of the answers.
    NotFound
        When nothing like it was suggested to this unit.
    """
    if said not in ANSWERS:
        raise Invalid("said", said, Said("one of {choices}", choices=", ".join(ANSWERS)))
    row = _kept(session, organisation_id).get((unit_id, key))
    if row is None:
        message = "There is no such suggestion"
        raise NotFound(message)
    row.answer = json.dumps(json.loads(row.answer) | {"said": said}, sort_keys=True)
    session.commit()


def _kept(session: Session, organisation_id: UUID) -> dict[tuple[UUID, str], StoredAnalysis]:
    rows = session.scalars(
        select(StoredAnalysis).where(
            StoredAnalysis.organisation_id == organisation_id, StoredAnalysis.kind == SUGGESTION
        )
    )
    asked = ((json.loads(row.question), row) for row in rows)
    return {(UUID(question["unit"]), question["rule"]): row for question, row in asked}


def _question(unit_id: UUID, key: str) -> str:
    return json.dumps({"rule": key, "unit": str(unit_id)})


def _suggestion(key: str, kept: Mapping[str, Any]) -> Suggestion:
    rule = BY_KEY[key]
    return Suggestion(rule, date.fromisoformat(kept["since"]), finding_of(rule.measure, kept["then"]), kept["said"])
