"""No sequence of steps, by whomever and however clumsy, gets past a gate."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from surveyapp.errors import SurveyError
from surveyapp.learning import handing_over, helping, reviewing, running
from surveyapp.learning.delegation import (
    CLOSED,
    DRAFTED,
    EXTRA,
    INTERVENTIONS,
    OUTCOMES,
    STATES,
    WITHDRAWN,
    Cycle,
    Delegation,
)
from surveyapp.learning.history import NAMES, STEPS, Kept, read, replay, written
from surveyapp.learning.reviewing import done_after_a_miss
from surveyapp.learning.step import Step, refusal, take
from surveyapp.learning.terms import LIVE, MODES, PILOT, Terms
from tests.learning.sample import (
    ALICE,
    BAR,
    BOB,
    CORRECTION,
    GRACE,
    GUARDED,
    MALLORY,
    NOON,
    OWN_WORDS,
    REVIEW,
    TERMS,
    offered,
    started,
)

PEOPLE = (ALICE, BOB, GRACE, MALLORY)
MIXED = replace(GUARDED, radius=replace(GUARDED.radius, mode=LIVE))
WORDS = st.sampled_from(["Two sources differ, and I compared them", "", "x" * 3000])
NUMBERS = st.integers(-1, 2)


class Handling(RuleBasedStateMachine):
    """People who try any step at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.terms = TERMS
        self.delegation = Delegation(ALICE)
        self.history: list[Kept] = []

    @initialize(terms=st.sampled_from([TERMS, GUARDED, GUARDED, MIXED]))
    def begin(self, terms: Terms) -> None:
        """Plan open work, guarded work, or guarded work that is planned for real."""
        self.terms = terms

    @rule(data=st.data(), by=st.sampled_from(PEOPLE), name=st.sampled_from(sorted(STEPS)))
    def try_anything(self, data: st.DataObject, by: UUID, name: str) -> None:
        """Let anybody try any step with any words."""
        self._try(data.draw(steps(self, name)), by)

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Let somebody try a step whose time has come, so that long ways are gone as well."""
        possible = [
            (name, by)
            for name, kind in STEPS.items()
            for by in PEOPLE
            if name != "withdrawn" and refusal(kind, self.delegation, by) is None
        ]
        if possible:
            name, by = data.draw(st.sampled_from(possible))
            self._try(data.draw(steps(self, name)), by)

    @rule(hours=st.sampled_from([1, 30, 200]))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.now += timedelta(hours=hours)

    def _try(self, step: Step, by: UUID) -> None:
        before = self.delegation
        try:
            self.delegation = take(before, step, by, self.now)
        except SurveyError:
            return
        assert before.role_of(by)
        assert before.state not in {CLOSED, WITHDRAWN}
        self.history.append(Kept(step, by, self.now))

    @invariant()
    def the_work_was_agreed_on(self) -> None:
        """No cycle without terms, an owner and own words; nobody takes another's place."""
        here = self.delegation
        assert here.state in STATES
        assert here.delegator == ALICE
        if here.cycles:
            assert here.accepted_at
            assert len(here.paraphrase) >= handing_over.PARAPHRASE_LENGTH
            assert here.owner == BOB
            assert here.second in ({GRACE} if here.agreed.task.guarded else {GRACE, None})

    @invariant()
    def nothing_risky_went_live_unproven(self) -> None:
        """Before a live cycle of guarded work there is a good pilot under the same bar, and a release of it."""
        here = self.delegation
        if not here.terms or not here.terms.task.guarded:
            return
        for cycle in here.cycles:
            if cycle.mode == LIVE:
                assert any(
                    proves(here.cycles[each.cycle - 1], each.at, cycle) and each.by == GRACE for each in here.releases
                )

    @invariant()
    def every_cycle_went_its_way(self) -> None:
        """Two checkpoints, a complete checklist before the delivery, the whole way before the close."""
        for cycle in self.delegation.cycles:
            assert sum(each.kind != EXTRA for each in cycle.checkpoints) == 2
            assert all(each.diagnosis for each in cycle.checkpoints if each.held_at)
            if cycle.delivered_at:
                assert cycle.checklist_done_at is not None
                assert cycle.checklist_done_at <= cycle.delivered_at
            if cycle.closed_at:
                assert cycle.outcome in OUTCOMES
                assert cycle.review
                assert not cycle.missed_at or all(done_after_a_miss(cycle).values())
        assert all(cycle.closed_at for cycle in self.delegation.cycles[:-1])

    @invariant()
    def standards_are_on_record(self) -> None:
        """Every change of the bar was agreed and kept, and a cycle keeps the bar that it began with."""
        here = self.delegation
        assert here.bar_version == 1 + len(here.bar_changes)
        for cycle in here.cycles:
            kept = [*(change.before for change in here.bar_changes), here.agreed.bar]
            assert cycle.bar == kept[cycle.bar_version - 1]

    @invariant()
    def it_ends_well_or_is_taken_back(self) -> None:
        """Closed means one of two outcomes after a cycle."""
        here = self.delegation
        assert (here.state == CLOSED) == bool(here.outcome)
        assert here.outcome in {"", *OUTCOMES}
        assert here.state != CLOSED or here.cycles[-1].closed_at

    def teardown(self) -> None:
        """Find the same delegation in what was written down."""
        kept = [
            Kept(read(NAMES[type(each.step)], json.loads(json.dumps(written(each.step)))), each.by, each.at)
            for each in self.history
        ]
        assert replay(ALICE, kept) == self.delegation
        if not self.history:
            assert self.delegation.state == DRAFTED


def proves(pilot: Cycle, released_at: Any, cycle: Cycle) -> bool:
    """Tell whether a released pilot stands for a live cycle."""
    return (
        pilot.mode == PILOT
        and pilot.within_bar
        and pilot.closed_at is not None
        and pilot.closed_at <= released_at <= cycle.started_at
        and pilot.bar_version == cycle.bar_version
    )


def steps(machine: Handling, name: str) -> st.SearchStrategy[Step]:
    """Return ways to say something, most of which are all right."""
    now, here = machine.now, machine.delegation
    lines = here.terms.done.checklist if here.terms else ()
    bar = replace(BAR, due=now + timedelta(days=7))
    ways: dict[str, Any] = {
        "offered": lambda: st.builds(
            lambda owner, second: offered(replace(machine.terms, bar=bar), owner=owner, second=second),
            st.sampled_from([BOB, BOB, BOB, ALICE]),
            st.sampled_from([GRACE, GRACE, GRACE, BOB, ALICE, None]),
        ),
        "accepted": lambda: st.builds(handing_over.Accepted, st.sampled_from([OWN_WORDS, OWN_WORDS, BAR.outcome, ""])),
        "bar_change_proposed": lambda: st.builds(
            lambda high: handing_over.BarChangeProposed(replace(bar, high=high), "Finance wants less"),
            st.sampled_from([2.0, 4.0, -1.0]),
        ),
        "released": lambda: st.just(handing_over.Released()),
        "finished": lambda: st.builds(handing_over.Finished, st.sampled_from([*OUTCOMES, "failed"]), st.just("Good")),
        "cycle_started": lambda: st.builds(
            lambda mode, level: started(now, mode, level=level),
            st.sampled_from([*MODES, PILOT, LIVE]),
            st.integers(0, 5),
        ),
        "checkpoint_added": lambda: st.builds(
            running.CheckpointAdded, st.just(now + timedelta(hours=1)), st.sampled_from([("How?",), ()])
        ),
        "checklist_done": lambda: st.builds(
            running.ChecklistDone, st.sampled_from([lines, lines, lines, lines[1:]]), st.integers(-1, 101)
        ),
        "trigger_crossed": lambda: st.builds(
            running.TriggerCrossed, st.sampled_from([str(BAR.triggers[0]), "rain > 5"]), st.just(now)
        ),
        "window_missed": lambda: st.builds(
            running.WindowMissed, WORDS, st.sampled_from([now, now + timedelta(days=30)])
        ),
        "delivered": lambda: st.builds(
            running.Delivered, st.sampled_from([1.0, 1.0, 1.0, 3.0, float("nan")]), st.booleans() | st.just(True)
        ),
        "miss_found": lambda: st.builds(reviewing.MissFound, WORDS, st.sampled_from(["customer", "Charlie"])),
        "correction_sent": lambda: st.just(CORRECTION),
        "reviewed": lambda: st.builds(
            lambda changes, none: replace(REVIEW, changes=changes, no_change=none),
            st.sampled_from([("Compare",), ()]),
            st.booleans(),
        ),
        "cycle_closed": lambda: st.builds(
            reviewing.CycleClosed, st.sampled_from([*OUTCOMES, "failed"]), st.just("It went out")
        ),
        "intervened": lambda: st.builds(
            helping.Intervened, st.sampled_from([*INTERVENTIONS, "fired"]), st.just(now), st.booleans(), st.booleans()
        ),
        "decided": lambda: st.just(helping.Decided("Which?", ("A", "B"), "A", "It is closed")),
    }
    if name in ways:
        way: st.SearchStrategy[Step] = ways[name]()
        return way
    kinds = {str: WORDS, int: NUMBERS, bool: st.booleans()}
    kind = STEPS[name]
    hints = {field: each for field, each in kind.__annotations__.items() if field not in {"roles", "states"}}
    return st.builds(kind, **{field: kinds[each] for field, each in hints.items()})


QUICK = settings(max_examples=25, stateful_step_count=60, suppress_health_check=list(HealthCheck))
# A mistake that is found need not be made small, for it was planted.
SEARCH = settings(
    QUICK, max_examples=400, derandomize=True, database=None, phases=[Phase.generate], report_multiple_bugs=False
)


def test_no_sequence_of_steps_gets_past_a_gate() -> None:
    """Whatever is tried, the rules of the practice hold at every moment."""
    run_state_machine_as_test(Handling, settings=QUICK)


@pytest.mark.parametrize(
    ("owner", "name", "broken"),
    [
        (Delegation, "allows", lambda _self, _mode: True),
        (handing_over.Released, "hindrance", classmethod(lambda _cls, _delegation: "")),
        (reviewing.CycleClosed, "hindrance", classmethod(lambda _cls, _delegation: "")),
        (running.Delivered, "hindrance", classmethod(lambda _cls, _delegation: "")),
    ],
    ids=["gate", "release", "close", "checklist"],
)
def test_a_machine_with_a_gate_left_open_is_found_out(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, broken: object
) -> None:
    """The search walks far enough to see each of them."""
    monkeypatch.setattr(owner, name, broken)
    with pytest.raises((AssertionError, IndexError, ExceptionGroup)):
        run_state_machine_as_test(Handling, settings=SEARCH)
