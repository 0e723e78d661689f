"""What to try next in a unit: said by rules, answered by whoever leads, and followed by the measure it was about."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.errors import Invalid, NotFound, Said
from surveyapp.learning.coaching import ANSWERS, BY_KEY, MOST, RULES, Rule, fired
from surveyapp.services.log.team_page import Finding, finding_of
from surveyapp.store.learning import StoredAnalysis, asked

SUGGESTION = "suggestion"
# What the rules look at.
JUDGED = frozenset(rule.measure for rule in RULES)
Answer = Mapping[str, Any]
Suggested = Sequence[tuple[Rule, Answer]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that spoke about a unit: when, what its measure was then, and what came back."""

    rule: Rule
    since: date
    then: Finding
    said: str


def speaking(measures: Mapping[str, Answer]) -> Suggested:
    """Return the rules that speak of a unit, each with the measure that made it speak as it is kept."""
    findings = {key: finding_of(key, measures[key]) for key in JUDGED & measures.keys()}
    return [(rule, measures[rule.measure]) for rule in fired(findings)]


def suggest(session: Session, organisation_id: UUID, suggested: Mapping[UUID, Suggested], now: datetime) -> None:
    """Keep what rules say about units; the caller commits.

    Each rule speaks once, and no more than two wait for an answer at a time.
    """
    known: dict[UUID, dict[str, bool]] = {}
    for (unit_id, key), row in _kept(session, organisation_id).items():
        known.setdefault(unit_id, {})[key] = bool(json.loads(row.answer)["said"])
    for unit_id, rules in suggested.items():
        answered = known.get(unit_id, {})
        room = MOST - sum(not each for each in answered.values())
        for rule, then in [each for each in rules if each[0].key not in answered][: max(0, room)]:
            session.add(
                StoredAnalysis(
                    organisation_id=organisation_id,
                    id=uuid4(),
                    kind=SUGGESTION,
                    question=json.dumps(_question(unit_id, rule.key)),
                    state="done",
                    asked_at=now,
                    answer=json.dumps({"since": now.date().isoformat(), "then": then, "said": ""}, sort_keys=True),
                    error="",
                )
            )


def suggestions_for(session: Session, organisation_id: UUID, unit_id: UUID) -> list[Suggestion]:
    """Return what was suggested to a unit, what still waits for an answer first."""
    found = [
        _suggestion(key, json.loads(row.answer)) for (_, key), row in _kept(session, organisation_id, unit_id).items()
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
    row = _kept(session, organisation_id, unit_id).get((unit_id, key))
    if row is None:
        message = "There is no such suggestion"
        raise NotFound(message)
    row.answer = json.dumps(json.loads(row.answer) | {"said": said}, sort_keys=True)
    session.commit()


def _kept(
    session: Session, organisation_id: UUID, unit_id: UUID | None = None
) -> dict[tuple[UUID, str], StoredAnalysis]:
    """Return what was suggested to a unit, or to all of them, by unit and rule."""
    wanted = [] if unit_id is None else [_question(unit_id, key) for key in BY_KEY]
    rows = session.scalars(select(StoredAnalysis).where(*asked(organisation_id, SUGGESTION, *wanted)))
    said = ((json.loads(row.question), row) for row in rows)
    return {(UUID(question["unit"]), question["rule"]): row for question, row in said}


def _question(unit_id: UUID, key: str) -> dict[str, str]:
    return {"rule": key, "unit": str(unit_id)}


def _suggestion(key: str, kept: Mapping[str, Any]) -> Suggestion:
    rule = BY_KEY[key]
    return Suggestion(rule, date.fromisoformat(kept["since"]), finding_of(rule.measure, kept["then"]), kept["said"])
