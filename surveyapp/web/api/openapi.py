"""The interface for other systems, described as OpenAPI 3.1 from the columns that it takes."""

from typing import Any

from surveyapp.services.log.exchange import COLUMNS, KEY_LENGTH, MOST_OBJECTS, SCOPES

ABOUT = {
    "events": "Errors, near misses, unsafe conditions, good catches, help requests and ideas.",
    "deliveries": "What teams delivered, and whether it put right something else.",
    "exposure": "Person-weeks, deliveries and deployments of a team in a week.",
}
ANSWERS = {
    "201": "Taken; the same external_id again is known and changes nothing",
    "400": "The body is not readable",
    "401": "There is no token",
    "403": "The token is not known, was revoked, or may not send this",
    "409": "The first request with this key is still being worked on",
    "422": "Nothing was taken; every wrong field is named",
}


def document(address: str) -> dict[str, Any]:
    """Return the description; its schemas name every field that is kept, and none for a person."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "surveyapp",
            "version": "1",
            "description": "Fields that are not listed are dropped, and with them whoever they name.",
        },
        "servers": [{"url": address}],
        "security": [{"token": []}],
        "paths": {f"/api/v1/{scope}": {"post": _operation(scope)} for scope in SCOPES},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {scope: _schema(scope) for scope in SCOPES},
        },
    }


def _operation(scope: str) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{scope}"}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_OBJECTS}
    return {
        "operationId": f"send_{scope}",
        "summary": ABOUT[scope],
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Any text of yours; a repeat with the same key is answered like the first time.",
                "schema": {"type": "string", "maxLength": KEY_LENGTH},
            }
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": [one, many]}}}},
        "responses": {status: {"description": said} for status, said in ANSWERS.items()},
    }


def _schema(scope: str) -> dict[str, Any]:
    columns = COLUMNS[scope]
    kinds = ["string", "number", "boolean", "null", "array"]
    return {
        "type": "object",
        "required": [column.key for column in columns if column.required],
        "properties": {
            column.key: {"type": kinds, "description": f"Also {', '.join(column.synonyms)}"}
            if column.synonyms
            else {"type": kinds}
            for column in columns
        },
    }
