"""What other systems send as JSON."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.errors import Forbidden, Invalid
from surveyapp.services.log.exchange import SCOPES, forget_requests, list_tokens, make_token, revoke_token
from surveyapp.store.exchange import SeenRequest
from surveyapp.store.reviews import Exposure, WorkDelivery
from tests.fixtures.accounts import NOON, add_account
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.web.test_learning import logged, words
from tests.web.test_reports import join
from tests.web.test_reviews import rows

EVENT = {
    "external_id": "INC-1",
    "kind": "error",
    "team": "cranes",
    "summary": "A hook slipped",
    "surfaced_at": "2026-03-01T10:00:00Z",
}
UNREADABLE = "words without unprintable signs"
Send = Callable[..., TestResponse]


@pytest.fixture
def secret(harbour: World) -> str:
    """Give a token that may send everything for everybody."""
    grace = add_account(harbour, "grace", admin="Harbour")
    return make_token(harbour.session, grace, "tracker", harbour.units["Harbour"].id, SCOPES, NOON)


@pytest.fixture
def send(client: FlaskClient, harbour: World, secret: str) -> Send:
    """Give a function that sends as another system does."""
    harbour.session.commit()

    def post(body: Any, scope: str = "events", key: str = "", token: str = secret) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": f'"{key}"'} if key else {})
        data = body if isinstance(body, bytes) else json.dumps(body)
        return client.post(f"/api/v1/{scope}", data=data, headers=headers)

    return post


def test_an_event_is_taken_and_known_afterwards(send: Send, harbour: World) -> None:
    """The same external_id of the same system is the same event."""
    assert send(EVENT).json == {"taken": 1, "known": 0, "left_out": []}
    reply = send([EVENT, EVENT | {"external_id": "INC-2"}])
    assert (reply.status_code, reply.json) == (201, {"taken": 1, "known": 1, "left_out": []})
    assert [event.external_id for event in logged(harbour)] == ["INC-1", "INC-2"]


@pytest.mark.postgres
def test_a_key_makes_a_repeat_harmless(send: Send, harbour: World) -> None:
    """The same answer again, and nothing twice; another body under the key is refused."""
    first, again = send(EVENT, key="k1"), send(EVENT, key="k1")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert len(logged(harbour)) == 1
    assert send(EVENT | {"kind": "idea"}, key="k1").status_code == 422
    assert send(EVENT | {"external_id": "INC-2"}, key="k2").status_code == 201


def test_while_the_first_request_is_worked_on_a_repeat_waits(send: Send, harbour: World) -> None:
    """With 409, so that the other system comes back."""
    send(EVENT, key="k1")
    (seen,) = rows(harbour, SeenRequest)
    seen.status = None
    harbour.session.commit()
    assert send(EVENT, key="k1").status_code == 409


def test_keys_are_forgotten_after_two_days(send: Send, harbour: World) -> None:
    """Nobody repeats for longer."""
    send(EVENT, key="k1")
    harbour.session.commit()
    forget_requests(harbour.session, NOON.replace(day=4))
    assert len(rows(harbour, SeenRequest)) == 1
    forget_requests(harbour.session, NOON.replace(day=5))
    assert rows(harbour, SeenRequest) == []


def test_whoever_is_named_is_left_at_the_door(send: Send, harbour: World) -> None:
    """Fields about people are named as left out, and no value of theirs is anywhere."""
    people = ("agent", "assignees", "sender", "user", "reporter", "username", "emailAddress", "owner")
    body = EVENT | dict.fromkeys(people, "Quentin Quarterdeck")
    assert send(body, key="k").json == {"taken": 1, "known": 0, "left_out": sorted(people)}
    (event,) = logged(harbour)
    stored = " ".join(str(value) for value in vars(event).values())
    assert "Quentin" not in stored
    assert "Quentin" not in rows(harbour, SeenRequest)[0].reply


def test_the_payload_of_another_system_is_taken(send: Send, harbour: World, clock: Any, shared_data: Path) -> None:
    """With everything but its headers and address."""
    harbour.unit("Finops", "Harbour")
    harbour.session.commit()
    clock.moment = datetime(2026, 6, 1, tzinfo=UTC)
    body = json.loads((shared_data / "payloads" / "canonical_event.json").read_text(encoding="utf-8"))
    reply = send(body)
    assert reply.json == {"taken": 1, "known": 0, "left_out": ["_headers", "source_system", "url"]}
    (event,) = logged(harbour)
    assert (event.source, event.kind, event.potential_severity) == ("acme-finops", "near_miss", 3)
    assert (event.barrier, event.contributing) == ("final_qa", "unclear_data_source time_pressure")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"team": "nobody"}, "team"),
        ({"told_at": "soon"}, "told_at"),
        ({"summary": ""}, "what_happened"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_taken(
    send: Send, harbour: World, change: dict[str, str], field: str
) -> None:
    """Number of the object, field, value and what would be right."""
    body = {**EVENT, "external_id": "INC-2", **change}
    if "told_at" in change:
        del body["surfaced_at"]
    reply = send([EVENT, body])
    assert reply.status_code == 422
    assert reply.json is not None
    assert [(wrong["object"], wrong["field"]) for wrong in reply.json["wrong"]] == [(2, field)]
    assert logged(harbour) == []


@pytest.mark.parametrize("body", [b"", b"{", b"3", b"[]", b"[1]", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(send: Send, body: bytes) -> None:
    """With what would be right."""
    assert send(body).status_code == 422


def test_a_token_opens_its_unit_and_scopes_only(send: Send, harbour: World, client: FlaskClient) -> None:
    """And nothing once it was revoked; without one there is nothing at all."""
    harbour.session.commit()
    frank = add_account(harbour, "frank", admin="Harbour")
    gates = make_token(harbour.session, frank, "gates", harbour.units["Gates"].id, ["deliveries"], NOON)
    harbour.session.commit()
    assert send(EVENT, token=gates).status_code == 403
    body = {"external_id": "1", "team": "cranes", "delivered_at": "2026-03-01T10:00:00Z"}
    assert send(body, "deliveries", token=gates).status_code == 422
    assert send(body | {"team": "gates"}, "deliveries", token=gates).status_code == 201
    harbour.session.commit()
    (token,) = [each for each in list_tokens(harbour.session, frank) if each.name == "gates"]
    revoke_token(harbour.session, frank, token.id, NOON)
    assert send(body, "deliveries", token=gates).status_code == 403
    assert client.post("/api/v1/events", json=EVENT).status_code == 401
    assert send(EVENT, token="sat_nobody").status_code == 403


def test_deliveries_and_exposure_are_taken(send: Send, harbour: World) -> None:
    """Exposure of a week takes the newest numbers."""
    delivery = {
        "external_id": "CS-3",
        "team": "cranes",
        "delivered_at": "2026-03-01T10:00:00Z",
        "planned": False,
        "within_bar": True,
        "rework_of": "CS-2",
        "rework_reason": "defect",
        "rework_minutes": 5,
        "total_minutes": 9,
        "variance_pct": -0.8,
    }
    assert send(delivery, "deliveries").status_code == 201
    (row,) = rows(harbour, WorkDelivery)
    assert (row.planned, row.within_bar, row.rework_of, row.variance_pct) == (False, True, "CS-2", -0.8)
    for people in (6, 7.5):
        assert send({"team": "cranes", "week": "2026-W09", "person_weeks": people}, "exposure").status_code == 201
    (week,) = rows(harbour, Exposure)
    assert (week.week, week.person_weeks) == (date(2026, 2, 23), 7.5)


def test_the_description_names_every_field_and_no_person(client: FlaskClient, harbour: World) -> None:
    """OpenAPI 3.1, for programs to read."""
    reply = client.get("/api/v1/openapi.json").json
    assert reply is not None
    assert reply["openapi"] == "3.1.0"
    assert set(reply["paths"]) == {f"/api/v1/{scope}" for scope in SCOPES}
    fields = {field for schema in reply["components"]["schemas"].values() for field in schema["properties"]}
    assert {"kind", "what_happened", "delivered_at", "person_weeks"} <= fields
    assert fields.isdisjoint({"reporter", "author", "assignee", "user", "email", "name"})


def test_admins_make_tokens_that_are_shown_once(harbour: World, visit: Callable[..., Visitor]) -> None:
    """And revoke them once they were asked whether to; managers do neither."""
    browser = join(harbour, "grace", visit, admin="Harbour")
    reply = browser.post("/app/log/tokens", name="Tracker", unit=harbour.units["Cranes"].id, scopes="events")
    assert "sat_" in reply.text
    page = browser.get("/app/log/tokens").text
    assert "sat_" not in page
    assert "Tracker Cranes, events" in words(page)
    found = page.partition('href="/app/log/tokens/')[2].partition('"')[0]
    assert "Revoke the token of Tracker?" in words(browser.get(f"/app/log/tokens/{found}").text)
    browser.post(f"/app/log/tokens/{found}")
    assert browser.get(f"/app/log/tokens/{found}").status_code == 404
    assert "revoked" in words(browser.get("/app/log/tokens").text)
    manager = join(harbour, "alice", visit, manager="Cranes")
    assert manager.get("/app/log/tokens").status_code == 403


def test_only_sensible_tokens_are_made(harbour: World) -> None:
    """By admins, with a name and something to send."""
    grace, alice = add_account(harbour, "grace", admin="Harbour"), add_account(harbour, "alice", manager="Cranes")
    unit = harbour.units["Cranes"].id
    with pytest.raises(Forbidden):
        make_token(harbour.session, alice, "x", unit, ["events"], NOON)
    for name, scopes in (("", ["events"]), ("x", []), ("x", ["everything"])):
        with pytest.raises(Invalid):
            make_token(harbour.session, grace, name, unit, scopes, NOON)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.text(max_size=5), max_size=2),
)
FIELDS = (
    "external_id",
    "team",
    "kind",
    "told_at",
    "what_happened",
    "severity",
    "week",
    "person_weeks",
    "delivered_at",
    "due_at",
    "cycle",
    "total_minutes",
    "rework_minutes",
    "variance_pct",
    "source_system",
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=9), scope=st.sampled_from(SCOPES))
def test_no_body_breaks_the_interface(send: Send, body: dict[str, Any], scope: str) -> None:
    """Whatever is sent is taken or refused with a reason."""
    team = {"team": "cranes"} if "team" in body else {}
    assert send(body | team, scope).status_code in {201, 422}


@pytest.mark.postgres
@pytest.mark.parametrize("sign", ["\x00", "\ud800"], ids=["zero", "half a letter"])
def test_signs_that_no_database_keeps_broke_the_interface(send: Send, harbour: World, sign: str) -> None:
    """They are refused with the name of the field, or left out of the name of the system."""
    for field in ("external_id", "summary"):
        reply = send(EVENT | {field: f"a{sign}b"})
        assert (reply.status_code, reply.json and reply.json["wrong"][0]["expected"]) == (422, UNREADABLE)
    assert send(EVENT | {"source_system": f"track{sign}er", f"{sign}": sign}).status_code == 201
    assert [event.source for event in logged(harbour)] == ["tracker"]


def test_nothing_of_a_body_is_taken_when_a_part_is_wrong(send: Send, harbour: World) -> None:
    """For exposure as for events."""
    good = {"team": "cranes", "week": "2026-W09", "deliveries": 3}
    for wrong in ({"week": "2026-W54"}, {"week": "9999-12-31"}, {"deliveries": "-1"}, {"person_weeks": "many"}):
        assert send([good, good | {"week": "2026-W10"} | wrong], "exposure").status_code == 422
    assert rows(harbour, Exposure) == []
    assert harbour.session.scalars(select(WorkDelivery)).all() == []
