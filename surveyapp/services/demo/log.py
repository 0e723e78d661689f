"""Two years of the learning log: what was told, what reviews made of it, and the talks with a steward."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from surveyapp.learning.factors import FACTORS
from surveyapp.services.accounts.access import STEWARD, Grant, Viewer
from surveyapp.services.demo import names
from surveyapp.services.demo.calendar import TWO_WEEKS
from surveyapp.services.demo.dice import Dice
from surveyapp.services.demo.log_words import BARRIERS, FINDINGS, FURTHER, SURPRISES, TALKS, WHAT_HAPPENED
from surveyapp.services.demo.year import OPEN_HOURS, Stage
from surveyapp.services.log import inbox, reports
from surveyapp.services.log.events import Entry, values_of
from surveyapp.services.log.purging import forget_reporters
from surveyapp.services.log.sealing import receipt_hash
from surveyapp.services.log.stewards import make_key
from surveyapp.services.roster.counting import tree_of
from surveyapp.stats.demonstration import Told, drawer
from surveyapp.store.learning import ANONYMOUS, CONFIDENTIAL, LearningEvent
from surveyapp.store.reporters import Receipt
from surveyapp.store.reviews import Review, ReviewAction

Row = dict[str, Any]
SEED = 5
GONE_WRONG = ("error", "near_miss", "unsafe_condition")
SEVERE = 2
WEEK = timedelta(weeks=1)
# How many weeks ago somebody told a steward, and of which team; the last one still waits for an answer.
CONFIDENCES = tuple((5 * number, names.TEAMS[number * 7 % len(names.TEAMS)]) for number in range(1, 19)) + tuple(
    (weeks, names.MANAGED) for weeks in (0, 2, 9, 16, 25, 31, 40, 60)
)
# The talk that can be read with the receipt that the command prints.
PRINTED = (2, names.MANAGED)


def unit_then(stage: Stage, team: str, day: date) -> UUID:
    """Return the unit of a team as the tree was on a day."""
    merged = team in names.MERGED and day >= stage.calendar.reorganised_on
    return stage.cast.units[names.MERGED_INTO if merged else team]


def log_events(stage: Stage, now: datetime) -> None:
    """Write what was told into the log, where the team was at the time, and hold reviews of some of it."""
    dice = Dice(drawer(SEED))
    texts = dict.fromkeys(WHAT_HAPPENED, 0)
    events: list[Row] = []
    for told in stage.story.told:
        texts[told.kind] += 7
        words = WHAT_HAPPENED[told.kind][texts[told.kind] % len(WHAT_HAPPENED[told.kind])]
        events.append(values_of(stage.organisation_id, _entry(stage, dice, told, words)))
    stage.session.execute(insert(LearningEvent), events)
    reviews = [review for event in events if (review := _review(stage, dice, event, now)) is not None]
    stage.session.execute(insert(Review), reviews)
    held = (review for review in reviews if review["held_at"] is not None and not review["no_change"])
    stage.session.execute(insert(ReviewAction), [each for review in held for each in _changes(dice, review, now)])
    stage.session.commit()


def _entry(stage: Stage, dice: Dice, told: Told, words: str) -> Entry:
    opening = datetime.combine(stage.calendar.day(told.wave), datetime.min.time(), UTC)
    at = opening + timedelta(hours=OPEN_HOURS) - (1 - told.at) * TWO_WEEKS
    noticed = at - timedelta(days=told.silent)
    went_wrong, nearly = told.kind in GONE_WRONG, told.kind == "near_miss"
    # The managed team has been lucky for two years, so that its page has something to suggest.
    lucky = nearly and dice.chance(0.8 if names.TEAMS[told.team] == names.MANAGED else 0.3)
    return Entry(
        unit_id=unit_then(stage, names.TEAMS[told.team], at.date()),
        kind=told.kind,
        what_happened=words,
        told_at=at,
        noticed_at=noticed,
        occurred_at=noticed - timedelta(days=told.hidden) if went_wrong else None,
        told_precision="exact",
        noticed_precision="hour",
        occurred_precision="day",
        found_by=told.found_by if went_wrong else None,
        reached=_reached(dice, told) if went_wrong else None,
        severity=told.severity if went_wrong else None,
        potential_severity=min(4, told.severity + dice.below(3)) if went_wrong else None,
        barrier=dice.pick(BARRIERS) if nearly and not lucky else "",
        luck_only=lucky if nearly else None,
        contributing=dice.some(FACTORS, 3) if went_wrong else (),
        surprise=dice.pick(SURPRISES) if went_wrong and dice.chance(0.2) else "",
        decision_affected=dice.chance(0.15) if went_wrong else None,
        needed_by=_needed_by(dice, at, told) if told.kind in {"error", "near_miss"} else None,
        options_left=_ways_out(dice, told) if told.kind in {"error", "near_miss"} else None,
        resolved_at=at + timedelta(days=dice.wait(5)) if told.wave < 0 else None,
        source="demo",
    )


def _needed_by(dice: Dice, at: datetime, told: Told) -> datetime | None:
    """Say now and then by when it had to be right; who waits to tell has less time left."""
    if not dice.chance(0.4):
        return None
    return at - timedelta(days=told.silent) + timedelta(days=1 + dice.wait(8))


def _ways_out(dice: Dice, told: Told) -> int | None:
    """Say now and then how many ways out were left: fewer, the longer it was kept."""
    if not dice.chance(0.4):
        return None
    return sum(dice.chance(0.9 / (1 + told.silent / 4)) for _ in range(2))


def _reached(dice: Dice, told: Told) -> str:
    if told.kind != "error":
        return "none"
    return "external" if told.found_by == "customer" else dice.pick(("none", "internal", "internal", "external"))


def _review(stage: Stage, dice: Dice, event: Row, now: datetime) -> Row | None:
    """Hold a review of some of what went wrong: most within the week, some late, some not yet."""
    ours = event["unit_id"] == stage.cast.units[names.MANAGED]
    often = 0.7 if ours else 0.3
    if event["kind"] not in GONE_WRONG or (event["severity"] < SEVERE and not ours) or not dice.chance(often):
        return None
    at = dice.work_hour(event["told_at"] + timedelta(days=0.5 + dice.wait(3.5)))
    held = at <= now and not dice.chance(0.07)
    intended, sense, worked, did_not, _change = _finding(at)
    return {
        "organisation_id": stage.organisation_id,
        "id": uuid4(),
        "unit_id": event["unit_id"],
        "event_id": event["id"],
        "planned_at": at,
        "held_at": at if held else None,
        "minutes": dice.between(9, 26) if held else None,
        "people": dice.between(3, 8) if held else None,
        "happened": event["what_happened"],
        "intended": intended if held else "",
        "made_sense": sense if held else "",
        "worked": worked if held else "",
        "did_not_work": did_not if held else "",
        "no_change": held and dice.chance(0.1),
    }


def _finding(at: datetime) -> tuple[str, str, str, str, tuple[str, str]]:
    return FINDINGS[at.minute % len(FINDINGS)]


def _changes(dice: Dice, review: Row, now: datetime) -> Iterator[Row]:
    """Let most changes be made and seen to work, and a few not help."""
    first = _finding(review["planned_at"])[-1]
    further = (dice.pick(FURTHER),) if dice.chance(0.3) else ()
    today, held = now.date(), review["held_at"].date()
    for what, owner in (first, *further):
        due = held + timedelta(days=dice.between(7, 28))
        # What is left undone for a quarter is done late.
        done = due + timedelta(days=dice.between(-5, 6) if dice.chance(0.85) else 90)
        seen = done + timedelta(days=dice.between(5, 21)) if dice.chance(0.75) else None
        verified = seen is not None and seen <= today
        looked = verified and seen is not None and seen + timedelta(days=90) <= today
        yield {
            "organisation_id": review["organisation_id"],
            "id": uuid4(),
            "review_id": review["id"],
            "what": what,
            "owner": owner,
            "due_on": due,
            "done_on": done if done <= today else None,
            "verified_on": seen if verified else None,
            "check_on": seen + timedelta(days=90) if verified and seen else None,
            "recurred": dice.chance(0.15) if looked else None,
        }


def talk_in_confidence(stage: Stage, now: datetime) -> None:
    """Let a steward be told in confidence and without a name, answer, publish and close."""
    make_key(stage.session, _steward(stage), names.PASSWORD, now - 110 * WEEK)
    dice = Dice(drawer(SEED + 1))
    for number, (weeks, team) in enumerate(sorted(CONFIDENCES, reverse=True)):
        at = min(dice.work_hour(now - weeks * WEEK - timedelta(days=1)), now - timedelta(hours=5))
        told = _tell(stage, dice, number, team, at)
        if weeks:
            _answer(stage, dice, told, number, at, now)
        if (weeks, team) == PRINTED:
            stage.session.get_one(Receipt, (stage.organisation_id, told.event_id)).code_hash = receipt_hash(
                names.RECEIPT
            )
    stage.session.commit()
    forget_reporters(stage.session, now)


def _steward(stage: Stage) -> Viewer:
    grants = (Grant(STEWARD, stage.cast.units[names.ORGANISATION]),)
    return Viewer(stage.accounts[STEWARD], stage.organisation_id, "Kim Steward", "steward@demo.example", "en", grants)


def _tell(stage: Stage, dice: Dice, number: int, team: str, at: datetime) -> reports.Told:
    kind, words = TALKS[number % len(TALKS)][:2]
    entry = Entry(
        unit_id=unit_then(stage, team, at.date()),
        kind=kind,
        what_happened=words,
        told_at=at,
        noticed_at=at - timedelta(days=dice.wait(6)),
        noticed_precision="day",
        mode=ANONYMOUS if number % 3 == 0 else CONFIDENTIAL,
        severity=dice.below(4),
        contributing=dice.some(FACTORS, 2),
    )
    tree = tree_of(stage.session, stage.organisation_id)
    name = "" if entry.mode == ANONYMOUS else names.name_of(40 + 3 * number)
    secret = stage.settings.secret_key
    return reports.tell(stage.session, stage.organisation_id, tree, entry, at, name=name, secret_key=secret)


def _answer(stage: Stage, dice: Dice, told: reports.Told, number: int, at: datetime, now: datetime) -> None:
    """Answer most of them within days, let the team read it a little later, and close what is old."""
    session, owner, units = stage.session, stage.organisation_id, frozenset(stage.cast.units.values())
    _kind, _words, answer, back, shown = TALKS[number % len(TALKS)]
    answered = dice.work_hour(at + timedelta(days=dice.wait(3)))
    published = answered + timedelta(days=1)
    if published > now or dice.chance(0.05):
        return
    inbox.answer(session, owner, units, told.event_id, answer, answered)
    reports.add_to_talk(session, told.receipt, back, published)
    delay = timedelta(hours=dice.between(24, 72))
    inbox.publish(session, owner, units, told.event_id, shown, delay=delay, now=published)
    if published + 3 * WEEK <= now:
        inbox.close(session, owner, units, told.event_id, published + 3 * WEEK)
