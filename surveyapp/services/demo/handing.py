"""The delegations of the demonstration: of the managed team in every state, of other teams over two years."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from surveyapp.learning.delegation import DRAFTED, LEARNING_ACCELERATED, TRUST_GREW
from surveyapp.learning.handing_over import BarChangeProposed, Finished, Withdrawn
from surveyapp.learning.helping import Asked
from surveyapp.learning.history import NAMES, written
from surveyapp.learning.notices import pending
from surveyapp.services.accounts.access import ADMIN, MANAGER, MEMBER
from surveyapp.services.accounts.passwords import NOT_CHOSEN
from surveyapp.services.demo import names
from surveyapp.services.demo import work_words as words
from surveyapp.services.demo.calendar import ZONE
from surveyapp.services.demo.dice import Dice
from surveyapp.services.demo.working import Playing
from surveyapp.services.demo.year import Stage
from surveyapp.stats.demonstration import RECIPE, drawer
from surveyapp.store.accounts import Account, AccountRole
from surveyapp.store.delegation import DelegationNotice, DelegationStep, StoredDelegation

Row = dict[str, Any]
SEED = 11
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A delegation to be played: which work, how many weeks ago it began, how many cycles, and how it ends."""

    piece: int
    weeks: int
    cycles: int
    end: str


# Those of the managed team, by the place of their owner; every state that a delegation can have is among them.
OURS = (
    (0, Plan(1, 36, 30, "running")),
    (0, Plan(0, 100, 9, "closed")),
    (1, Plan(5, 70, 8, "closed")),
    (1, Plan(6, 30, 30, "missed")),
    (2, Plan(2, 44, 8, "between")),
    (2, Plan(4, 88, 3, "withdrawn")),
    (3, Plan(7, 52, 6, "closed")),
    (3, Plan(3, 1, 0, "offered")),
)
OTHERS = ("Search", "Identity", "Dispatch", "Sorting", "Claims", "Key Accounts", "Contracts", "Planning", "Analytics")


def hand_over(stage: Stage, now: datetime) -> None:
    """Play every delegation, and write all of them at once."""
    dice = Dice(drawer(SEED))
    teams = {team: _people(stage, team) for team in (names.MANAGED, *OTHERS)}
    _open_accounts(stage, teams)
    rows: list[Row] = []
    steps: list[Row] = []
    notices: list[Row] = []
    for unit, playing in _all(stage, dice, teams, now):
        row = _row(stage, unit, playing)
        told = [each for each in pending(playing.delegation, ZoneInfo(ZONE)) if each.at <= now]
        later = [each.at for each in pending(playing.delegation, ZoneInfo(ZONE)) if each.at > now]
        rows.append(row | {"notify_at": min(later, default=None)})
        steps += _steps(row, playing)
        notices += [_notice(row, each.key, each.at) for each in told]
    rows.append(_draft(stage, now))
    for table, made in ((StoredDelegation, rows), (DelegationStep, steps), (DelegationNotice, notices)):
        if made:
            stage.session.execute(insert(table), made)
    stage.session.commit()


@dataclass(frozen=True, slots=True)
class People:
    """Who hands over in a team, and who can own work there."""

    unit_id: UUID
    delegator: UUID
    owners: tuple[UUID, ...]
    numbers: tuple[int, ...] = ()


def _people(stage: Stage, team: str) -> People:
    """Return accounts for the lead and for four who stay; those of the managed team sign in already."""
    place = names.TEAMS.index(team)
    stays = [
        number
        for number, person in enumerate(stage.story.people)
        if person.team == place and not person.is_lead and person.until == RECIPE.waves and person.first == 0
    ]
    if team == names.MANAGED:
        owners = (stage.accounts[MEMBER], *(uuid4() for _ in stays[:3]))
        return People(stage.cast.units[team], stage.accounts[MANAGER], owners, tuple(stays[:3]))
    owners = tuple(uuid4() for _ in stays[:4])
    return People(stage.cast.units[team], uuid4(), owners, (place, *stays[:4]))


def _open_accounts(stage: Stage, teams: dict[str, People]) -> None:
    """Make accounts without a password for those who do not sign in to the demonstration."""
    accounts, roles = [], []
    for people in teams.values():
        made = (
            (*people.owners[1:],) if people.delegator in stage.accounts.values() else (people.delegator, *people.owners)
        )
        for account_id, number in zip(made, people.numbers, strict=True):
            of = {"organisation_id": stage.organisation_id, "account_id": account_id, "unit_id": people.unit_id}
            roles.append(of | {"id": uuid4(), "role": MANAGER if account_id == people.delegator else MEMBER})
            accounts.append(
                {
                    "organisation_id": stage.organisation_id,
                    "id": account_id,
                    "email": f"work{number}@demo.example",
                    "name": names.name_of(number),
                    "language": "de" if number % 5 == 0 else "en",
                    "password_hash": NOT_CHOSEN,
                    "session_version": 1,
                    "disabled": False,
                }
            )
    stage.session.execute(insert(Account), accounts)
    stage.session.execute(insert(AccountRole), roles)


def _all(stage: Stage, dice: Dice, teams: dict[str, People], now: datetime) -> Iterator[tuple[UUID, Playing]]:
    ours = teams[names.MANAGED]
    for place, plan in OURS:
        yield ours.unit_id, _play(dice, ours, place, plan, stage.accounts[ADMIN], now)
    for number, team in enumerate(OTHERS):
        people = teams[team]
        for turn, end in enumerate(("closed", "running", "between")[: 2 + number % 2]):
            plan = Plan((number + 3 * turn) % len(words.PIECES), 95 - 35 * turn - number, 5 + 3 * turn, end)
            yield people.unit_id, _play(dice, people, turn, plan, stage.accounts[ADMIN], now)


def _play(dice: Dice, people: People, place: int, plan: Plan, second: UUID, now: datetime) -> Playing:
    """Play one delegation until it ends, or until now."""
    start = dice.work_hour(now - plan.weeks * WEEK)
    piece = words.PIECES[plan.piece]
    playing = Playing(dice, piece, people.delegator, people.owners[place % len(people.owners)], second, start, now)
    playing.offer()
    if plan.end == "offered":
        return playing
    playing.accept()
    # The cycle that is left under way needs its own days.
    left = {"missed": piece.days + 2, "running": 4, "between": 2}.get(plan.end, 0)
    for _ in range(plan.cycles):
        if playing.at + timedelta(days=piece.days + 9 + left) > now:
            break
        playing.start()
        playing.work()
        playing.deliver()
        playing.look_back()
    _end(playing, plan, dice, now)
    return playing


def _end(playing: Playing, plan: Plan, dice: Dice, now: datetime) -> None:
    """Leave it in the state that the plan names."""
    if plan.end == "closed":
        good = playing.delegation.cycles[-1].within_bar
        outcome, said = (TRUST_GREW, words.TRUST) if good else (LEARNING_ACCELERATED, words.LEARNED)
        playing.take(Finished(outcome, dice.pick(said)), playing.delegator, 24)
    elif plan.end == "withdrawn":
        playing.take(Withdrawn(dice.pick(words.BACK)), playing.delegator, 48)
    elif plan.end == "between":
        bar = playing.delegation.agreed.bar
        tighter = replace(bar, high=bar.high / 2, due=now + 4 * WEEK)
        playing.at = max(playing.at, now - timedelta(days=2))
        playing.take(
            BarChangeProposed(tighter, "The last three were far within; let us see how far it goes"), playing.delegator
        )
    elif plan.end == "running":
        playing.at = max(playing.at, now - timedelta(days=4))
        playing.start()
        playing.at = max(playing.at, now - timedelta(hours=20))
        playing.take(Asked("May I try it with the new source this time?"), playing.owner)
    elif plan.end == "missed":
        playing.at = max(playing.at, now - timedelta(days=playing.piece.days + 2))
        playing.start()
        playing.at = now - timedelta(hours=7)
        playing.deliver(good=False)


def _row(stage: Stage, unit_id: UUID, playing: Playing) -> Row:
    delegation = playing.delegation
    terms, cycle = delegation.agreed, delegation.cycle
    return {
        "organisation_id": stage.organisation_id,
        "id": uuid4(),
        "unit_id": unit_id,
        "delegator_id": delegation.delegator,
        "owner_id": delegation.owner,
        "second_id": delegation.second,
        "title": terms.task.title,
        "state": delegation.state,
        "due_at": cycle.due if cycle else terms.bar.due,
        "draft": "{}",
        "steps": len(playing.history),
        "changed_at": playing.history[-1].at,
    }


def _steps(row: Row, playing: Playing) -> Iterator[Row]:
    for number, kept in enumerate(playing.history, 1):
        yield {
            "organisation_id": row["organisation_id"],
            "delegation_id": row["id"],
            "number": number,
            "by_id": kept.by,
            "at": kept.at,
            "kind": NAMES[type(kept.step)],
            "words": json.dumps(written(kept.step), ensure_ascii=False),
            "once": uuid4(),
        }


def _notice(row: Row, key: str, at: datetime) -> Row:
    return {
        "organisation_id": row["organisation_id"],
        "delegation_id": row["id"],
        "key": key,
        "at": at,
        "sent": True,
    }


def _draft(stage: Stage, now: datetime) -> Row:
    """Return a draft of which the first page is filled in."""
    typed = {"title": "Weekly look at returns", "kind": "report", "level": "2", "stretch": "3"}
    return {
        "organisation_id": stage.organisation_id,
        "id": uuid4(),
        "unit_id": None,
        "delegator_id": stage.accounts[MANAGER],
        "owner_id": None,
        "second_id": None,
        "title": typed["title"],
        "state": DRAFTED,
        "due_at": None,
        "draft": json.dumps(typed),
        "steps": 0,
        "notify_at": None,
        "changed_at": now,
    }
