"""Computing a stored answer again from what was released, for reports that anybody can check; pages never come here."""

import json
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services.insight.analyses import Analysis
from surveyapp.services.insight.answers import ANSWERERS, plain
from surveyapp.services.insight.relating import Answer


def recompute(session: Session, organisation_id: UUID, analysis: Analysis) -> Answer:
    """Return the answer to a question as the worker would store it now."""
    answer = ANSWERERS[analysis.kind](session, organisation_id, analysis.question, analysis.id.hex)
    again: Answer = json.loads(json.dumps(plain(answer), sort_keys=True))
    return again
