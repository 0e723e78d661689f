"""Where other systems send events, deliveries and exposure, each with a token of its own."""

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from surveyapp.services.log.exchange import SCOPES, bearer_of, receive
from surveyapp.web.api.openapi import document
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
JSON = "application/json; charset=utf-8"


@blueprint.get("/openapi.json")
def description() -> Response:
    """Describe the interface."""
    return jsonify(document(reach().settings.base_url))


@blueprint.post(f"/<any({','.join(SCOPES)}):scope>")
def send(scope: str) -> ResponseReturnValue:
    """Take in what another system sends."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        return jsonify(error="Send a token: Authorization: Bearer ...", status=401), 401
    session = reach().session
    bearer = bearer_of(session, secret.strip())
    # The header is a quoted text by its standard, and plain in most programs.
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    reply = receive(session, bearer, scope, request.get_data(), key, now())
    return Response(reply.body, reply.status, content_type=JSON)
