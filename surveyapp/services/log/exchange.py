"""What other systems send as JSON: read by the rules of the CSV files, once for every key, and without any person.

Whatever is not a column is dropped at the door, and with it everybody whom a connector may name.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.errors import Conflict, Forbidden, Invalid, NotFound, Said
from surveyapp.services.accounts.access import Viewer, require_admin
from surveyapp.services.installation.auditing import note
from surveyapp.services.log import importing, outputs
from surveyapp.services.log.cells import Progress, Reading, unseen
from surveyapp.services.log.events import UNPRINTABLE
from surveyapp.services.roster.counting import tree_of
from surveyapp.services.tables import BadCell, Column, Row, Table
from surveyapp.store.exchange import ApiToken, SeenRequest
from surveyapp.store.organisation import Organisation

EVENTS, DELIVERIES, EXPOSURE = SCOPES = ("events", "deliveries", "exposure")
Plan = importing.EventPlan | outputs.OutputPlan
COLUMNS = {EVENTS: importing.COLUMNS, DELIVERIES: outputs.DELIVERY_COLUMNS, EXPOSURE: outputs.EXPOSURE_COLUMNS}
MOST_OBJECTS = 1000
LONGEST_CELL = 5000
KEY_LENGTH = 200
NAME_LENGTH = 100
REPEATS_FOR = timedelta(days=2)
PREFIX = "sat_"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as an admin sees it; the secret itself is shown once and kept nowhere."""

    id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    scopes: tuple[str, ...]
    made_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Another system, known by its token."""

    organisation_id: UUID
    token_id: UUID
    name: str
    unit_id: UUID
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, now and to every repeat."""

    status: int
    body: str


def make_token(
    session: Session, viewer: Viewer, name: str, unit_id: UUID, scopes: Collection[str], now: datetime
) -> str:
    """Make a token and return its secret, which is said this once.

    Raises
    ------
    Forbidden
        When the account is no admin.
    Invalid
        When the name, unit or scopes cannot be.
    """
    require_admin(viewer)
    if not 0 < len(name.strip()) <= NAME_LENGTH:
        raise Invalid("name", name.strip()[:40], f"1 to {NAME_LENGTH} characters")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid("scopes", ", ".join(scopes), Said("one or more of {choices}", choices=", ".join(SCOPES)))
    if unit_id not in tree_of(session, viewer.organisation_id).units:
        raise Invalid("unit", str(unit_id), "a unit of the organisation")
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            organisation_id=viewer.organisation_id,
            id=uuid4(),
            name=name.strip(),
            unit_id=unit_id,
            scopes=" ".join(each for each in SCOPES if each in scopes),
            secret_hash=_hash(secret),
            made_at=now,
            revoked_at=None,
        )
    )
    note(session, viewer.organisation_id, viewer.account_id, "make api token", name.strip(), now)
    session.commit()
    return secret


def list_tokens(session: Session, viewer: Viewer) -> list[Token]:
    """Return the tokens of an organisation, the newest first."""
    require_admin(viewer)
    units = tree_of(session, viewer.organisation_id).units
    rows = session.scalars(
        select(ApiToken)
        .where(ApiToken.organisation_id == viewer.organisation_id)
        .order_by(ApiToken.made_at.desc(), ApiToken.id)
    )
    return [
        Token(
            row.id,
            row.name,
            row.unit_id,
            units[row.unit_id].name,
            tuple(row.scopes.split()),
            row.made_at,
            row.revoked_at,
        )
        for row in rows
    ]


def revoke_token(session: Session, viewer: Viewer, token_id: UUID, now: datetime) -> None:
    """Take a token back for good; raises NotFound when there is none."""
    require_admin(viewer)
    token = session.get(ApiToken, (viewer.organisation_id, token_id))
    if token is None:
        message = "There is no such token"
        raise NotFound(message)
    token.revoked_at = token.revoked_at or now
    note(session, viewer.organisation_id, viewer.account_id, "revoke api token", token.name, now)
    session.commit()


def bearer_of(session: Session, secret: str) -> Bearer:
    """Return who sends with a secret; raises Forbidden when nobody does, or no longer."""
    token = session.scalars(
        select(ApiToken).where(
            ApiToken.organisation_id.in_(select(Organisation.organisation_id)),
            ApiToken.secret_hash == _hash(secret),
            ApiToken.revoked_at.is_(None),
        )
    ).first()
    if token is None:
        message = "This token is not known, or was revoked"
        raise Forbidden(message)
    return Bearer(token.organisation_id, token.id, token.name, token.unit_id, frozenset(token.scopes.split()))


def receive(session: Session, bearer: Bearer, scope: str, body: bytes, key: str, now: datetime) -> Reply:
    """Take in what another system sends; a repeat with the same key is answered like the first time.

    Raises
    ------
    Forbidden
        When the token does not cover the scope.
    Invalid
        When the body is no JSON of the right shape, or the key was used for another body.
    Conflict
        While the first request with the key is still being worked on.
    """
    if scope not in bearer.scopes:
        message = Said("This token may not send {scope}", scope=scope)
        raise Forbidden(message)
    if len(key) > KEY_LENGTH:
        raise Invalid("Idempotency-Key", Said("{count} characters", count=len(key)), f"up to {KEY_LENGTH} characters")
    if key and (before := _seen(session, bearer, key, scope.encode() + b"\n" + body, now)) is not None:
        return before
    try:
        reply = _take(session, bearer, scope, body, now)
    except Exception:
        session.rollback()
        if key:
            # What failed on our side may be tried again with the same key.
            session.delete(session.get_one(SeenRequest, (bearer.organisation_id, bearer.token_id, key)))
            session.commit()
        raise
    if key:
        row = session.get_one(SeenRequest, (bearer.organisation_id, bearer.token_id, key))
        row.status, row.reply = reply.status, reply.body
        session.commit()
    return reply


def forget_requests(session: Session, now: datetime) -> None:
    """Forget which requests were seen, once nobody repeats them any more."""
    session.execute(
        delete(SeenRequest).where(
            SeenRequest.organisation_id.in_(select(Organisation.organisation_id)), SeenRequest.at < now - REPEATS_FOR
        )
    )
    session.commit()


def table_of(objects: Collection[Mapping[str, Any]], columns: Collection[Column]) -> Table:
    """Write objects as the table that their CSV file would be; fields that are no column are left out."""
    names = {name: column.key for column in columns for name in (column.key, *column.synonyms)}
    bad: list[BadCell] = []
    rows = []
    for number, each in enumerate(objects, start=1):
        cells = {names[name]: _cell(value) for name, value in each.items() if name in names}
        bad.extend(
            BadCell(number, name, Said("{count} characters", count=len(cell)), f"at most {LONGEST_CELL} characters")
            for name, cell in cells.items()
            if len(cell) > LONGEST_CELL
        )
        bad.extend(
            BadCell(number, name, "unprintable signs", "words without unprintable signs")
            for name, cell in cells.items()
            if UNPRINTABLE.search(cell)
        )
        rows.append(Row(number, {name: cell for name, cell in cells.items() if cell}))
    ignored = sorted({name[:NAME_LENGTH] for each in objects for name in each if name not in names})
    return Table({column.key: column.key for column in columns}, tuple(ignored), tuple(rows), tuple(bad))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(str(each) for each in value)
    return str(value).strip()


def _objects(body: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("body", Said("something else"), "JSON") from None
    listed = found if isinstance(found, list) else [found]
    if not 0 < len(listed) <= MOST_OBJECTS or not all(isinstance(each, dict) for each in listed):
        raise Invalid(
            "body", Said("{count} values", count=len(listed)), f"an object, or a list of 1 to {MOST_OBJECTS} objects"
        )
    return listed


def _take(session: Session, bearer: Bearer, scope: str, body: bytes, now: datetime) -> Reply:
    objects, owner = _objects(body), bearer.organisation_id
    table = table_of(objects, COLUMNS[scope])
    within = tree_of(session, owner).below(bearer.unit_id)
    units = outputs.only_within(importing.units_by_name(session, owner), within)
    source = UNPRINTABLE.sub("", str(objects[0].get("source_system") or ""))[:40] or bearer.name[:40]
    plan = plan_file(session, owner, scope, table, Reading(source, "UTC"), now=now, units=units)
    if plan.bad:
        wrong = [
            {"object": each.row, "field": each.column, "value": each.value[:200], "expected": each.expected}
            for each in plan.bad[:100]
        ]
        return Reply(422, json.dumps({"error": "nothing was taken", "status": 422, "wrong": wrong}))
    taken = apply_plan(session, owner, scope, plan)
    return Reply(201, json.dumps({"taken": taken, "known": plan.known, "left_out": list(plan.ignored)}))


def plan_file(
    session: Session,
    organisation_id: UUID,
    scope: str,
    table: Table,
    reading: Reading,
    *,
    now: datetime,
    units: Mapping[str, UUID] | None = None,
    progress: Progress = unseen,
) -> Plan:
    """Say what taking in a table of events, deliveries or exposure would do."""
    units = importing.units_by_name(session, organisation_id) if units is None else units
    if scope == EXPOSURE:
        return outputs.plan_exposure(session, organisation_id, table, units, now=now, progress=progress)
    plan = importing.plan_events if scope == EVENTS else outputs.plan_deliveries
    return plan(
        session,
        organisation_id,
        table,
        units=units,
        source=reading.source,
        time_zone=reading.time_zone,
        order=reading.order,
        now=now,
        progress=progress,
    )


def apply_plan(session: Session, organisation_id: UUID, scope: str, plan: Plan) -> int:
    """Take in what was planned and return how many rows that were; raises Invalid for bad rows."""
    if isinstance(plan, importing.EventPlan):
        return importing.apply_events(session, organisation_id, plan)
    return (outputs.apply_deliveries if scope == DELIVERIES else outputs.apply_exposure)(session, plan)


def _seen(session: Session, bearer: Bearer, key: str, body: bytes, now: datetime) -> Reply | None:
    """Return what was answered to this key before, or remember it as new."""
    before = session.get(SeenRequest, (bearer.organisation_id, bearer.token_id, key))
    digest = hashlib.sha256(body).digest()
    if before is None:
        session.add(
            SeenRequest(
                organisation_id=bearer.organisation_id,
                token_id=bearer.token_id,
                key=key,
                body_hash=digest,
                status=None,
                reply="",
                at=now,
            )
        )
        session.commit()
        return None
    if before.body_hash != digest:
        raise Invalid("Idempotency-Key", key[:40], "a new key for another body")
    if before.status is None:
        message = "The first request with this key is still being worked on"
        raise Conflict(message)
    return Reply(before.status, before.reply)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"surveyapp api token" + secret.encode()).digest()
