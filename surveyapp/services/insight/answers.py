"""Answering the stored questions with statistics; the worker comes here, pages never do.

The input is release rows and counted log entries per team and wave, and nothing finer.
"""

import json
import logging
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveyapp.services.insight.advice import ADVICE
from surveyapp.services.insight.advising import answer_advice
from surveyapp.services.insight.comparing import answer_before_after, answer_family
from surveyapp.services.insight.comparisons import BEFORE_AFTER, FAMILY
from surveyapp.services.insight.counted import keep_counts
from surveyapp.services.insight.relating import Relating, answer_relation
from surveyapp.services.insight.relations import RELATION, ask_relation
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.store.learning import StoredAnalysis
from surveyapp.store.pulses import InstrumentCopy, Pulse

log = logging.getLogger(__name__)
Answer = dict[str, Any]
Answerer = Callable[[Session, UUID, Mapping[str, Any], str], Answer]
ANSWERERS: Mapping[str, Answerer] = {
    RELATION: answer_relation,
    ADVICE: answer_advice,
    BEFORE_AFTER: answer_before_after,
    FAMILY: answer_family,
}


def ask_relations(session: Session, organisation_id: UUID, pulse_id: UUID, now: datetime) -> None:
    """Queue the relation of every scale of a pulse, as after a release."""
    pulse = session.get_one(Pulse, (organisation_id, pulse_id))
    instrument = read_instrument(session.get_one(InstrumentCopy, (organisation_id, pulse.instrument_id)).toml)
    for scale in instrument.scales:
        ask_relation(session, organisation_id, pulse_id, scale.key, now)


def prepare_waiting(session: Session) -> None:
    """Keep what waiting questions about relations will read, so that answering them writes nothing."""
    waiting = select(StoredAnalysis.organisation_id, StoredAnalysis.question).where(
        StoredAnalysis.state == "waiting", StoredAnalysis.kind == RELATION
    )
    asked = {(organisation_id, json.loads(question)["pulse"]) for organisation_id, question in session.execute(waiting)}
    for organisation_id, pulse in sorted(asked):
        keep_counts(session, organisation_id, UUID(pulse))


def answer_waiting(session: Session) -> int:
    """Answer every waiting question and return how many that were; one that fails is kept and can be asked again.

    Transactions that write do nothing else, so that a session that does not take the write lock first keeps nobody
    waiting while it computes.
    """
    answered, answerers = 0, dict(ANSWERERS)
    answerers[RELATION] = Relating()
    waiting = (
        select(StoredAnalysis.organisation_id, StoredAnalysis.id)
        .where(StoredAnalysis.state == "waiting")
        # The family is judged after its comparisons, which were asked for at the same moment; scales of a pulse come
        # one after the other.
        .order_by(StoredAnalysis.kind == FAMILY, StoredAnalysis.asked_at, StoredAnalysis.question)
    )
    asked = session.execute(waiting).all()
    session.commit()
    for organisation_id, analysis_id in asked:
        if _set(session, organisation_id, analysis_id, "waiting", state="running"):
            answer = _answer(session, organisation_id, analysis_id, answerers)
            session.rollback()
            _set(session, organisation_id, analysis_id, "running", **answer)
            answered += 1
    return answered


def _set(session: Session, organisation_id: UUID, analysis_id: UUID, before: str, **values: str) -> bool:
    """Write something about a question in a certain state, and say whether it was in that state."""
    changed = session.execute(
        update(StoredAnalysis)
        .where(
            StoredAnalysis.organisation_id == organisation_id,
            StoredAnalysis.id == analysis_id,
            StoredAnalysis.state == before,
        )
        .values(**values)
        .returning(StoredAnalysis.id)
    ).first()
    session.commit()
    return changed is not None


def _answer(
    session: Session, organisation_id: UUID, analysis_id: UUID, answerers: Mapping[str, Answerer]
) -> dict[str, str]:
    """Answer a question, and return what is to be written about it."""
    row = session.get_one(StoredAnalysis, (organisation_id, analysis_id))
    try:
        answer = answerers[row.kind](session, organisation_id, json.loads(row.question), row.id.hex)
        return {"state": "done", "answer": json.dumps(plain(answer), sort_keys=True), "error": ""}
    except Exception as failure:  # One question that fails must not keep the others from being answered.
        log.exception("analysis %s failed", analysis_id)
        return {"state": "failed", "error": type(failure).__name__}


def plain(answer: Answer) -> Answer:
    """Write an open end of an interval as nothing, for JSON knows no infinity."""
    return {
        name: None
        if isinstance(value, float) and not math.isfinite(value)
        else plain(value)
        if isinstance(value, dict)
        else value
        for name, value in answer.items()
    }
