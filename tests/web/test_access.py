"""Walks every address of the site as everybody, and holds the answers against one table."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.services.accounts.access import Grant, Viewer
from surveyapp.services.accounts.managing import NewAccount, create_account, find_account
from surveyapp.services.delegation.drafting import offer, start_draft
from surveyapp.services.insight.advice import ask_advice
from surveyapp.services.insight.interventions import register
from surveyapp.services.installation.uploads import keep_file, new_file
from surveyapp.services.log.events import Entry
from surveyapp.services.log.exchange import list_tokens, make_token
from surveyapp.services.log.reviews import Held, NewAction, actions_of, hold_review, plan_review
from surveyapp.services.team_codes import log_code, results_code
from surveyapp.store.organisation import Organisation, Unit
from surveyapp.store.pulses import Wave, WaveGroup
from surveyapp.store.releases import CommentText, Release, ReleasedComment, ReleaseRow
from surveyapp.store.tables import metadata
from tests.fixtures.accounts import NOON, PASSWORD, add_account, ticket_of
from tests.fixtures.logged import log_event
from tests.fixtures.plans import a_plan, a_wish
from tests.fixtures.site import Check
from tests.fixtures.staff import Visitor
from tests.fixtures.world import World
from tests.learning.typed import TYPED

OPEN, ASKED, SHUT, GONE = "open", "asked to sign in", "forbidden", "not there"
ANSWERS = {200: OPEN, 201: OPEN, 302: OPEN, 303: OPEN, 409: OPEN, 422: OPEN, 403: SHUT, 404: GONE}

# Everybody on whom the table has an opinion. A member without an account is nobody: answering knows no one.
PEOPLE: dict[str, dict[str, str]] = {
    "nobody": {},
    "without_role": {},
    "manager_elsewhere": {"manager": "Gates"},
    "manager": {"manager": "Cranes"},
    "coach_elsewhere": {"coach": "Gates"},
    "coach": {"coach": "Operations"},
    "admin": {"admin": "Harbour"},
    "admin_of_others": {"admin": "Canal"},
    "member": {"member": "Cranes"},
    "owner": {"member": "Cranes"},
    "steward": {"steward": "Harbour"},
}
MEMBERS = ("member", "owner", "steward")


def answers(*outcomes: str) -> dict[str, str]:
    """Name who gets which answer, in the order of PEOPLE; a member gets what somebody without a role gets."""
    line = dict(zip(PEOPLE, outcomes, strict=False))
    return line | dict.fromkeys(MEMBERS, line["without_role"])


#                         nobody, no role, manager elsewhere, manager, coach elsewhere, coach, admin, admin of others
ANYBODY = answers(OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN)
SIGNED_OUT = answers(ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED)
SIGNED_IN = answers(ASKED, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN)
OF_THE_UNIT = answers(ASKED, SHUT, SHUT, OPEN, SHUT, OPEN, OPEN, GONE)
# Who manages a group replies to it; coaches and admins read.
REPLYING = answers(ASKED, SHUT, SHUT, OPEN, SHUT, SHUT, SHUT, GONE)
COMPARING = answers(ASKED, SHUT, SHUT, SHUT, OPEN, OPEN, OPEN, OPEN)
COMPARING_THESE = answers(ASKED, SHUT, SHUT, SHUT, GONE, OPEN, OPEN, GONE)
ADMINS = answers(ASKED, SHUT, SHUT, SHUT, SHUT, SHUT, OPEN, OPEN)
ADMINS_OF_THESE = answers(ASKED, SHUT, SHUT, SHUT, SHUT, SHUT, OPEN, GONE)
ANOTHER_ADMIN = answers(ASKED, SHUT, SHUT, SHUT, SHUT, SHUT, GONE, GONE)
# Those who have a part in a delegation, and nobody else whatever the roles.
OF_THE_DELEGATION = answers(ASKED, GONE, GONE, GONE, GONE, GONE, GONE, GONE) | {"owner": OPEN}
ITS_DELEGATORS = answers(ASKED, GONE, GONE, GONE, GONE, GONE, GONE, GONE) | {"owner": SHUT}
NOT_STARTED = answers(ASKED, GONE, GONE, GONE, GONE, GONE, GONE, GONE)
# Everybody with a role for a unit, whichever it is.
OF_THE_ORGANISATION = answers(ASKED, SHUT, OPEN, OPEN, OPEN, OPEN, OPEN, GONE)
# Coaches of the group and administrators, but not its managers.
OF_ITS_COACHES = answers(ASKED, SHUT, SHUT, SHUT, SHUT, OPEN, OPEN, GONE)
LOOKING_AFTER = answers(ASKED, SHUT, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN)
DELEGATING = answers(ASKED, SHUT, OPEN, OPEN, SHUT, SHUT, OPEN, OPEN)

STEWARDS = answers(ASKED, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT) | {"steward": OPEN}
# What the team was told is no report to a steward.
STEWARDS_OF_THESE = STEWARDS | {"steward": GONE}
WITH_A_TOKEN = dict.fromkeys(ANYBODY, "401 UNAUTHORIZED")

# A new address takes one line here; what stands in < > gets its value in `site`. They are asked in this order.
TABLE = {
    "GET /": ANYBODY,
    "GET /who-sees-what": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /static/<name>": ANYBODY,
    "GET /answer": ANYBODY,
    "POST /answer": ANYBODY,
    "GET /answer/<slug>": ANYBODY,
    "POST /answer/<slug>": ANYBODY,
    "GET /results": ANYBODY,
    "POST /results": ANYBODY,
    "GET /results/<uuid:group_id>": ANYBODY,
    "POST /results/<uuid:group_id>": ANYBODY,
    "POST /results/<uuid:group_id>/results.csv": ANYBODY,
    "GET /log/<uuid:unit_id>": ANYBODY,
    "POST /log/<uuid:unit_id>": ANYBODY,
    "GET /receipt": ANYBODY,
    "POST /receipt": ANYBODY,
    "GET /api/v1/openapi.json": ANYBODY,
    "POST /api/v1/<any(events,deliveries,exposure):scope>": WITH_A_TOKEN,
    "GET /app/sign-in": ANYBODY,
    "POST /app/sign-in": ANYBODY,
    "GET /app/forgot-password": ANYBODY,
    "POST /app/forgot-password": ANYBODY,
    "GET /app/reset": ANYBODY,
    "POST /app/reset": ANYBODY,
    "POST /app/sign-out": SIGNED_OUT,
    "GET /app/": SIGNED_IN,
    "GET /app/account": SIGNED_IN,
    "POST /app/account": SIGNED_IN,
    "GET /app/account/password": SIGNED_IN,
    "POST /app/account/password": SIGNED_IN,
    "GET /app/teams": SIGNED_IN,
    "GET /app/teams/<uuid:unit_id>": OF_THE_UNIT,
    "GET /app/teams/<uuid:unit_id>/direct": OF_THE_UNIT,
    "GET /app/teams/<uuid:unit_id>/results.csv": OF_THE_UNIT,
    "GET /app/classes/<uuid:pulse_id>": OF_THE_ORGANISATION,
    "GET /app/classes/<uuid:pulse_id>/results.csv": OF_THE_ORGANISATION,
    "GET /app/comments/<uuid:released_comment_id>/withdraw": OF_ITS_COACHES,
    "POST /app/comments/<uuid:released_comment_id>/withdraw": OF_ITS_COACHES,
    "GET /app/teams/<uuid:unit_id>/replies/<uuid:wave_id>": OF_THE_UNIT,
    "POST /app/teams/<uuid:unit_id>/replies/<uuid:wave_id>": REPLYING,
    "GET /app/teams/<uuid:unit_id>/replies/<uuid:wave_id>/publish": OF_THE_UNIT,
    "POST /app/teams/<uuid:unit_id>/replies/<uuid:wave_id>/publish": REPLYING,
    "GET /app/log": SIGNED_IN,
    "GET /app/log/log.csv": SIGNED_IN,
    "GET /app/log/new": SIGNED_IN,
    "POST /app/log/new": SIGNED_IN,
    "GET /app/log/import": ADMINS,
    "POST /app/log/import": ADMINS,
    "GET /app/log/import/<uuid:file_id>/columns": ANOTHER_ADMIN,
    "POST /app/log/import/<uuid:file_id>/columns": ANOTHER_ADMIN,
    "POST /app/log/import/<uuid:file_id>/again": ANOTHER_ADMIN,
    "GET /app/log/import/<uuid:file_id>": ANOTHER_ADMIN,
    "POST /app/log/import/<uuid:file_id>": ANOTHER_ADMIN,
    "GET /app/log/promise": ADMINS,
    "POST /app/log/promise": ADMINS,
    "GET /app/log/tokens": ADMINS,
    "POST /app/log/tokens": ADMINS,
    "GET /app/log/tokens/<uuid:token_id>/revoke": ADMINS_OF_THESE,
    "POST /app/log/tokens/<uuid:token_id>/revoke": ADMINS_OF_THESE,
    "GET /app/learning": SIGNED_IN,
    "POST /app/learning/<uuid:unit_id>/suggestions": OF_THE_UNIT,
    "GET /app/reviews": SIGNED_IN,
    "GET /app/reviews/new": SIGNED_IN,
    "POST /app/reviews/new": SIGNED_IN,
    "GET /app/reviews/<uuid:review_id>": OF_THE_UNIT,
    "POST /app/reviews/<uuid:review_id>": OF_THE_UNIT,
    "GET /app/reviews/<uuid:review_id>/review.ics": OF_THE_UNIT,
    "POST /app/reviews/actions/<uuid:action_id>": OF_THE_UNIT,
    "GET /app/reports": STEWARDS,
    "GET /app/reports/reports.csv": STEWARDS,
    "GET /app/reports/key": STEWARDS,
    "POST /app/reports/key": STEWARDS,
    "GET /app/reports/<uuid:event_id>": STEWARDS_OF_THESE,
    "POST /app/reports/<uuid:event_id>/name": STEWARDS_OF_THESE,
    "POST /app/reports/<uuid:event_id>/answer": STEWARDS_OF_THESE,
    "POST /app/reports/<uuid:event_id>/publish": STEWARDS_OF_THESE,
    "POST /app/reports/<uuid:event_id>/close": STEWARDS_OF_THESE,
    "GET /app/log/<uuid:event_id>/withdraw": OF_THE_UNIT,
    "POST /app/log/<uuid:event_id>/withdraw": OF_THE_UNIT,
    "POST /app/log/<uuid:event_id>/restore": OF_THE_UNIT,
    "GET /app/delegations": SIGNED_IN,
    "GET /app/delegations/overview": LOOKING_AFTER,
    "GET /app/delegations/new": DELEGATING,
    "POST /app/delegations/new": DELEGATING,
    "GET /app/delegations/<uuid:delegation_id>": OF_THE_DELEGATION,
    "GET /app/delegations/<uuid:delegation_id>/<what>.ics": NOT_STARTED,
    "GET /app/delegations/<uuid:delegation_id>/checklist": OF_THE_DELEGATION,
    "GET /app/delegations/<uuid:delegation_id>/do/<step>": OF_THE_DELEGATION,
    "POST /app/delegations/<uuid:delegation_id>/do/<step>": OF_THE_DELEGATION,
    "GET /app/delegations/<uuid:delegation_id>/pause": ITS_DELEGATORS,
    "GET /app/delegations/<uuid:delegation_id>/set-up/<page>": OF_THE_DELEGATION,
    "POST /app/delegations/<uuid:delegation_id>/set-up/<page>": OF_THE_DELEGATION,
    "GET /app/delegations/<uuid:delegation_id>/discard": OF_THE_DELEGATION,
    "POST /app/delegations/<uuid:delegation_id>/discard": OF_THE_DELEGATION,
    "GET /app/side-by-side": COMPARING,
    "GET /app/reports/relation": COMPARING,
    "GET /app/reports/relation.<any(html, pdf, csv, json):form>": COMPARING,
    "GET /app/reports/intervention/<uuid:intervention_id>": COMPARING_THESE,
    "GET /app/reports/intervention/<uuid:intervention_id>.<any(html, pdf, csv, json):form>": COMPARING_THESE,
    "GET /app/reports/teams": COMPARING,
    "GET /app/reports/teams.<any(html, pdf, csv, json):form>": COMPARING,
    "GET /app/relation": COMPARING,
    "POST /app/relation": COMPARING,
    "GET /app/before-after": COMPARING,
    "GET /app/before-after/new": COMPARING,
    "POST /app/before-after/new": COMPARING,
    "GET /app/before-after/plan/<uuid:analysis_id>": COMPARING_THESE,
    "POST /app/before-after/plan/<uuid:analysis_id>": COMPARING_THESE,
    "GET /app/before-after/<uuid:intervention_id>": COMPARING_THESE,
    "GET /app/before-after/<uuid:intervention_id>/amend": COMPARING_THESE,
    "POST /app/before-after/<uuid:intervention_id>/amend": COMPARING_THESE,
    "POST /app/before-after/<uuid:intervention_id>/again": COMPARING_THESE,
    "GET /app/admin/units": ADMINS,
    "GET /app/admin/units/<uuid:unit_id>": ADMINS_OF_THESE,
    "GET /app/admin/units/<uuid:unit_id>/add": ADMINS_OF_THESE,
    "POST /app/admin/units/<uuid:unit_id>/add": ADMINS_OF_THESE,
    "GET /app/admin/units/<uuid:unit_id>/move": ADMINS_OF_THESE,
    "POST /app/admin/units/<uuid:unit_id>/move": ADMINS_OF_THESE,
    "GET /app/admin/units/<uuid:unit_id>/rename": ADMINS_OF_THESE,
    "POST /app/admin/units/<uuid:unit_id>/rename": ADMINS_OF_THESE,
    "GET /app/admin/units/<uuid:unit_id>/retire": ADMINS_OF_THESE,
    "POST /app/admin/units/<uuid:unit_id>/retire": ADMINS_OF_THESE,
    "POST /app/admin/units/<uuid:unit_id>/reopen": ADMINS_OF_THESE,
    "GET /app/admin/people": ADMINS,
    "GET /app/admin/people/roster.csv": ADMINS,
    "GET /app/admin/people/import": ADMINS,
    "POST /app/admin/people/import": ADMINS,
    "GET /app/admin/people/import/example.csv": ADMINS,
    "GET /app/admin/people/import/done": ADMINS,
    "GET /app/admin/people/import/<uuid:file_id>": ANOTHER_ADMIN,
    "POST /app/admin/people/import/<uuid:file_id>": ANOTHER_ADMIN,
    "GET /app/admin/people/import/<uuid:file_id>/report.csv": ANOTHER_ADMIN,
    "POST /app/admin/people/import/<uuid:file_id>/drop": ANOTHER_ADMIN,
    "GET /app/admin/pulses": ADMINS,
    "GET /app/admin/pulses/new": ADMINS,
    "POST /app/admin/pulses/new": ADMINS,
    "GET /app/admin/pulses/<uuid:pulse_id>": ADMINS_OF_THESE,
    "GET /app/admin/pulses/<uuid:pulse_id>/edit": ADMINS_OF_THESE,
    "POST /app/admin/pulses/<uuid:pulse_id>/edit": ADMINS_OF_THESE,
    "GET /app/admin/pulses/<uuid:pulse_id>/start": ADMINS_OF_THESE,
    "POST /app/admin/pulses/<uuid:pulse_id>/start": ADMINS_OF_THESE,
    "GET /app/admin/pulses/<uuid:pulse_id>/attribute": ADMINS_OF_THESE,
    "POST /app/admin/pulses/<uuid:pulse_id>/attribute": ADMINS_OF_THESE,
    "GET /app/admin/pulses/<uuid:pulse_id>/stricter": ADMINS_OF_THESE,
    "POST /app/admin/pulses/<uuid:pulse_id>/stricter": ADMINS_OF_THESE,
    "GET /app/admin/pulses/<uuid:pulse_id>/discard": ADMINS_OF_THESE,
    "POST /app/admin/pulses/<uuid:pulse_id>/discard": ADMINS_OF_THESE,
    "GET /app/admin/pulses/<uuid:pulse_id>/stop": ADMINS_OF_THESE,
    "POST /app/admin/pulses/<uuid:pulse_id>/stop": ADMINS_OF_THESE,
    "GET /app/admin/accounts": ADMINS,
    "GET /app/admin/accounts/new": ADMINS,
    "POST /app/admin/accounts/new": ADMINS,
    "GET /app/admin/accounts/<uuid:account_id>": ADMINS_OF_THESE,
    "POST /app/admin/accounts/<uuid:account_id>/roles": ADMINS_OF_THESE,
    "POST /app/admin/accounts/<uuid:account_id>/roles/<uuid:role_id>/remove": ADMINS_OF_THESE,
    "POST /app/admin/accounts/<uuid:account_id>/code": ADMINS_OF_THESE,
    "GET /app/admin/accounts/<uuid:account_id>/disable": ADMINS_OF_THESE,
    "POST /app/admin/accounts/<uuid:account_id>/disable": ADMINS_OF_THESE,
    "POST /app/admin/accounts/<uuid:account_id>/enable": ADMINS_OF_THESE,
}


@dataclass
class Site:
    """A running site with one of everything that an address can name, and the codes that open what needs one."""

    app: Flask
    world: World
    values: dict[str, object]
    fields: dict[str, dict[str, str]]

    @cached_property
    def routes(self) -> dict[str, tuple[str, str]]:
        """Return method and address of every route of the application, by how the table writes it."""
        adapter = self.app.url_map.bind("localhost")
        return {
            f"{method} {rule.rule}": (
                method,
                adapter.build(rule.endpoint, {name: self.values[name] for name in rule.arguments}, method),
            )
            for rule in self.app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }

    def ask(self, who: str, route: str) -> str:
        """Ask for one route in a fresh browser and session, because some routes end the one they are asked in."""
        visitor = Visitor(self.app)
        if who != "nobody":
            visitor.sign_in(ticket_of(self.world, who))
        method, address = self.routes[route]
        reply = visitor.get(address) if method == "GET" else visitor.post(address, **self.fields.get(route, {}))
        return said(reply)


def said(reply: TestResponse) -> str:
    """Put an answer into a word of the table."""
    if reply.headers.get("Location", "").startswith("/app/sign-in?") or reply.headers.get("Location") == "/app/sign-in":
        return ASKED
    return ANSWERS.get(reply.status_code, reply.status)


def add_person(world: World, who: str) -> None:
    """Add the account of a line of PEOPLE, with an organisation of its own where that is the point."""
    if who == "admin_of_others":
        add_admin_of_others(world, who)
    elif who not in {"nobody", "owner"}:
        add_account(world, who, **PEOPLE[who])


def add_admin_of_others(world: World, who: str) -> None:
    """Add a second organisation with an admin."""
    other, top = uuid4(), uuid4()
    world.session.add(Organisation(organisation_id=other, name="Canal Works", time_zone="Europe/Berlin", language="en"))
    world.session.flush()
    world.session.add(Unit(organisation_id=other, id=top, parent_id=None, code="canal", name="Canal", retired_on=None))
    world.session.commit()
    new = NewAccount(f"{who}@example.org", "Mallory", "en", (Grant("admin", top),))
    create_account(world.session, other, new, PASSWORD, NOON)


def add_delegation(world: World, delegator: Viewer) -> UUID:
    """Hand work over to the owner of PEOPLE."""
    owner = add_account(world, "owner", **PEOPLE["owner"])
    typed = TYPED | {"owner": str(owner.account_id), "mindset": "I will first ask how they are"}
    made = start_draft(world.session, delegator, typed, NOON)
    offer(world.session, delegator, made, uuid4(), NOON)
    return made


def add_learning(world: World, admin: Viewer, unit_id: UUID) -> dict[str, object]:
    """Hold a review that decides on a change, plan another one, and let another system in."""
    owner = (world.session, world.organisation_id)
    action = NewAction("Paint the mark", "early shift", date(2026, 3, 20))
    held = Held("", "A hook slipped", "", "", "", 15, 5, (action,), no_change=False)
    hold_review(*owner, plan_review(*owner, unit_id, None, NOON, NOON), held, NOON)
    make_token(world.session, admin, "tracker", unit_id, ["events"], NOON)
    return {
        "review_id": plan_review(*owner, unit_id, None, NOON, NOON),
        "action_id": actions_of(*owner, [unit_id], date(2026, 1, 1))[0].id,
        "token_id": list_tokens(world.session, admin)[0].id,
    }


@pytest.fixture
def site(app: Flask, check: Check, grace: Viewer) -> Site:
    """Give the application with an open wave, an event, a comparison, an upload and an account to look after."""
    world, group = check.world, check.world.group_of(check.wave, "Cranes").group_id
    heidi, cranes = add_account(world, "heidi", manager="Cranes"), world.units["Cranes"].id
    event = log_event(world.session, world.organisation_id, Entry(cranes, "near_miss", "A hook slipped", NOON), NOON)
    owner, pulse_id = world.organisation_id, check.wave.pulse_id
    asked = ask_advice(world.session, owner, a_wish([cranes], pulse_id), NOON)
    known = register(world.session, owner, a_plan([cranes], pulse_id=pulse_id), account_id=None, now=NOON)
    file = new_file("roster.csv", b"person_id,name,email,unit\n1,Ann,ann@example.org,Harbour\n")
    keep_file(world.session, world.organisation_id, grace.account_id, "roster", file, NOON)
    key = world.settings.ballot_key
    results = {"code": results_code(key, world.organisation_id, group)}
    return Site(
        app,
        world,
        values={
            "name": app.extensions["assets"].address("base.css").rpartition("/")[2],
            "slug": check.slug,
            "unit_id": cranes,
            "group_id": group,
            "wave_id": check.wave.id,
            "event_id": event,
            "analysis_id": asked,
            "intervention_id": known,
            "pulse_id": check.wave.pulse_id,
            "file_id": file.id,
            "account_id": heidi.account_id,
            "released_comment_id": add_comment(world, check.wave, group),
            "scope": "events",
            "form": "html",
            **add_learning(world, grace, cranes),
            "delegation_id": add_delegation(world, heidi),
            "step": "asked",
            "page": "task",
            "what": "review",
            "role_id": find_account(world.session, grace, heidi.account_id).roles[0].id,
        },
        fields={
            "POST /answer": {"code": check.codes[0]},
            "POST /results": results,
            "POST /results/<uuid:group_id>": results,
            "POST /results/<uuid:group_id>/results.csv": results,
            "POST /log/<uuid:unit_id>": {"code": log_code(key, world.organisation_id, cranes)},
        },
    )


def add_comment(world: World, wave: Wave, group: UUID) -> UUID:
    """Put a comment that everybody reads into a release, and return its id."""
    owner, release, comment = world.organisation_id, uuid4(), uuid4()
    chained = {"sequence": 1, "released_at": NOON, "policy": "{}", "previous_hash": "", "hash": ""}
    said = {"release_id": release, "group_id": group, "audience": "everybody", "digest": ""}
    groups = world.session.scalars(select(WaveGroup.group_id).where(WaveGroup.wave_id == wave.id)).all()
    told = {"organisation_id": owner, "release_id": release, "figure": "participation", "reason": "not enough answers"}
    for row in (
        Release(organisation_id=owner, id=release, wave_id=wave.id, **chained),
        *(ReleaseRow(group_id=each, **told) for each in groups),
        ReleasedComment(organisation_id=owner, id=comment, **said),
        CommentText(organisation_id=owner, comment_id=comment, salt="", text="More light, please."),
    ):
        world.session.add(row)
        world.session.flush()
    return comment


def test_the_table_names_every_address(site: Site) -> None:
    """A new route fails here until somebody has said who may use it, and a line without a route until it is gone."""
    assert sorted(site.routes) == sorted(TABLE)


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_the_table_says(site: Site, who: str) -> None:
    """Each address answers this person as its line says."""
    add_person(site.world, who)
    found = {route: site.ask(who, route) for route in TABLE}
    assert found == {route: line[who] for route, line in TABLE.items()}


def test_asking_for_the_head_of_a_page_was_taken_for_yes(site: Site) -> None:
    """A HEAD request, which carries no token, changes no row: pages that ask took whatever is no GET for their form."""
    add_person(site.world, "admin")
    visitor = Visitor(site.app)
    visitor.sign_in(ticket_of(site.world, "admin"))
    asking = {address for method, address in site.routes.values() if method == "POST"}
    before = everything(site.world)
    site.world.session.rollback()
    for method, address in site.routes.values():
        if method == "GET" and address in asking:
            assert visitor.client.head(address).status_code in ANSWERS
    site.world.session.rollback()
    assert everything(site.world) == before


def everything(world: World) -> dict[str, list[str]]:
    """Read all rows of all tables."""
    return {table.name: sorted(map(repr, world.session.execute(table.select()))) for table in metadata.sorted_tables}
