"""How one delegation of the demonstration goes: every step passes the rules of the practice, and chance decides."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from surveyapp.learning.bank import questions_for
from surveyapp.learning.delegation import LEARNING_ACCELERATED, TRUST_GREW, Cycle, Delegation
from surveyapp.learning.handing_over import Accepted, Offered, Released
from surveyapp.learning.helping import Answered, Asked, Decided, ImpulseNoted, Intervened
from surveyapp.learning.history import Kept
from surveyapp.learning.reviewing import (
    CorrectionSent,
    CycleClosed,
    DecisionWeighed,
    HowAreYouAsked,
    JudgementNoted,
    MissFound,
    Reviewed,
    StakeholderAsked,
)
from surveyapp.learning.running import (
    ChecklistDone,
    CheckpointAdded,
    CheckpointHeld,
    CycleStarted,
    Delivered,
    Diagnosed,
    Escalated,
    EscalationAnswered,
    TriggerCrossed,
    WindowMissed,
)
from surveyapp.learning.step import Step, take
from surveyapp.learning.terms import LIVE, PILOT
from surveyapp.services.demo import work_words as words
from surveyapp.services.demo.dice import Dice

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HIGHEST = 5
# How often a first delivery is within the bar, how much each further one adds, and what more autonomy costs at first.
FIRST, GROWTH, DIP = 0.55, 0.07, (0.4, 0.25)
TAKING = ("gave_answer", "corrected", "edited_directly", "took_over", "fixed_after_hours")


@dataclass(slots=True)
class Playing:
    """A delegation on its way, from a first moment until now."""

    dice: Dice
    piece: words.Piece
    delegator: UUID
    owner: UUID
    second: UUID
    at: datetime
    until: datetime
    delegation: Delegation = field(init=False)
    history: list[Kept] = field(default_factory=list)
    raised: int = 9

    def __post_init__(self) -> None:
        """Begin with a draft."""
        self.delegation = Delegation(self.delegator)

    def take(self, step: Step, by: UUID, hours: float = 0.2) -> None:
        """Take a step some time after the last one."""
        self.at += hours * HOUR
        self.delegation = take(self.delegation, step, by, self.at)
        self.history.append(Kept(step, by, self.at))

    @property
    def cycle(self) -> Cycle:
        """The cycle at hand."""
        return self.delegation.cycles[-1]

    def offer(self) -> None:
        """Hand over."""
        level, due = self.dice.between(2, 3), self.at + timedelta(days=self.piece.days)
        terms = self.piece.terms(due, level, novel=self.dice.chance(0.6))
        second = self.second if self.piece.guarded else None
        self.take(Offered(terms, self.owner, second, self.dice.pick(words.MINDSETS)), self.delegator)

    def accept(self) -> None:
        """Take it a day later."""
        self.take(Accepted(self.dice.pick(words.PARAPHRASES)), self.owner, 20 + self.dice.wait(10))

    def start(self) -> None:
        """Start a cycle, with more autonomy after two good ones."""
        self._release()
        self._next_day(1)
        last = self.delegation.cycles[-2:]
        level = last[-1].level if last else self.delegation.agreed.task.level
        grown = len(last) == 2 and all(each.within_bar and each.level == level for each in last)
        grown = grown and level < HIGHEST
        self.raised = 0 if grown else self.raised + 1
        mode = LIVE if self.delegation.may_go_live else PILOT
        mid, final = questions_for(self.piece.kind)
        due = (self.at + timedelta(days=self.piece.days - 5)).replace(hour=15)
        half = self.dice.work_hour(self.at + (due - self.at) / 2)
        self.take(CycleStarted(mode, level + grown, due, half, mid, due - DAY, final), self.owner)

    def _release(self) -> None:
        if self.piece.guarded and not self.delegation.may_go_live and self.delegation.good_pilots:
            self.take(Released(), self.second, 30)

    def work(self) -> None:
        """Do the work up to its delivery: questions, checkpoints, decisions, and now and then a hand from above."""
        dice, number = self.dice, self.cycle.number
        if dice.chance(0.5):
            question, answer = dice.pick(words.QUESTIONS)
            self.take(Asked(question), self.owner, 20)
            self.take(Answered(len(self.delegation.questions) - 1, answer), self.delegator, 0.5 + dice.wait(9))
        if number <= 2 and dice.chance(0.3):
            self.take(CheckpointAdded(self.at + DAY, ("How far are you?",)), self.delegator)
        self._checkpoint(0)
        self._hand_from_above(number)
        self._choose()
        if dice.chance(0.15):
            self._cross()
        if dice.chance(0.12):
            self._miss_the_window()
        self._checkpoint(1)

    def _checkpoint(self, index: int) -> None:
        planned = self.cycle.checkpoints[index].planned_at
        if self.dice.chance(0.9):
            self.at = max(self.at, planned - HOUR)
            self.take(Diagnosed(index, self.dice.pick(words.DIAGNOSES)), self.owner)
            self.take(CheckpointHeld(index, self.dice.pick(words.NOTES)), self.owner, 0.8)

    def _hand_from_above(self, number: int) -> None:
        """Step in less often from cycle to cycle, and ask more often instead."""
        dice = self.dice
        self.at += timedelta(hours=dice.between(2, 30))
        if dice.chance(0.6 * 0.8**number):
            self._intervene(dice.pick(TAKING), requested=False, asked_first=dice.chance(0.25 + 0.05 * number))
        if dice.chance(0.35 * 0.8**number):
            self._intervene("extra_check", requested=False, asked_first=False)
        if dice.chance(0.3 + 0.05 * number):
            self._intervene("asked_question", requested=dice.chance(0.3), asked_first=False)
        if dice.chance(0.2):
            self._intervene("unblocked", requested=True, asked_first=False)
        if dice.chance(0.25):
            self.take(ImpulseNoted(dice.chance(0.6 * 0.8**number), dice.pick(words.URGES)), self.delegator)

    def _intervene(self, kind: str, *, requested: bool, asked_first: bool) -> None:
        by = self.delegator if self.dice.chance(0.6) else self.owner
        self.take(Intervened(kind, self.at, requested, asked_first), by)

    def _choose(self) -> None:
        if self.dice.chance(0.6):
            self.take(Decided(*self.dice.pick(words.DECISIONS)), self.owner)

    def _cross(self) -> None:
        crossed = self.at
        trigger = str(self.cycle.bar.triggers[0])
        index = len(self.cycle.crossings)
        self.take(TriggerCrossed(trigger, crossed), self.owner)
        self.take(Escalated(index, self.dice.pick(words.ESCALATIONS)), self.owner, 0.1 + self.dice.wait(0.45))
        self.take(EscalationAnswered(index, self.dice.pick(words.ANSWERS)), self.delegator, 0.1 + self.dice.wait(0.6))

    def _miss_the_window(self) -> None:
        due = self.cycle.due
        self.at = max(self.at, due - 20 * HOUR if self.dice.chance(0.8) else due + 2 * HOUR)
        self.take(WindowMissed("The second source comes a day late", max(due, self.at) + 2 * DAY), self.owner)

    def deliver(self, *, good: bool | None = None) -> None:
        """Tick the checklist and ship; good deliveries become more frequent, with a dip after more autonomy."""
        dice, number, high = self.dice, self.cycle.number, self.cycle.bar.high
        lost = DIP[self.raised] if self.raised < len(DIP) else 0
        share = min(0.93, FIRST + GROWTH * (number - 1)) - lost
        good = dice.chance(share) if good is None else good
        value = high * (0.2 + 0.7 * dice.below(100) / 100 if good else 1.2 + dice.below(100) / 100)
        self.at = max(self.at, self.cycle.due - 3 * HOUR)
        sure = min(95, max(20, round(100 * share / 5) * 5 + 5 * dice.between(-2, 4)))
        self.take(ChecklistDone(self.delegation.agreed.done.checklist, sure), self.owner)
        self.take(Delivered(round(value, 2), minimum_met=True), self.owner, 1)
        if good and dice.chance(0.08):
            found_by = dice.pick(("downstream", "customer", "owner"))
            self.take(MissFound(dice.pick(words.MISSES), found_by), self.delegator, 20)

    def look_back(self) -> None:
        """Go the way from a delivery to the close of its cycle."""
        dice, missed = self.dice, self.cycle.missed_at is not None
        if missed:
            self.make_good()
        self._weigh()
        self._next_day(dice.between(1, 4))
        change = (dice.pick(words.CHANGES),) if missed or dice.chance(0.4) else ()
        self.take(self._review(change), self.delegator)
        if missed:
            self.take(JudgementNoted(f"Next time I will notice {dice.pick(words.JUDGEMENTS)}"), self.owner)
        outcome, said = (LEARNING_ACCELERATED, words.LEARNED) if missed else (TRUST_GREW, words.TRUST)
        self.take(CycleClosed(outcome, dice.pick(said)), self.owner)

    def make_good(self) -> None:
        """Meet a miss: first the person, then the record; most corrections are the owner's and go out the same day."""
        dice = self.dice
        self.take(HowAreYouAsked(), self.delegator)
        by = self.delegator if dice.chance(0.4 * 0.7**self.cycle.number) else self.owner
        wrong, right, guard = dice.pick(words.CORRECTIONS)
        hours = 1.5 if dice.chance(0.8) else 20
        self.take(CorrectionSent(self.piece.audience, wrong, right, guard), by, hours)
        self.take(StakeholderAsked(*dice.pick(words.STAKEHOLDERS)), self.owner)

    def _weigh(self) -> None:
        for index in range(len(self.cycle.decisions)):
            process = self.dice.chance(0.8)
            self.take(DecisionWeighed(index, process, self.cycle.within_bar), self.owner)

    def _review(self, changes: tuple[str, ...]) -> Reviewed:
        return Reviewed(
            minutes=self.dice.between(10, 22),
            intended=self.piece.outcome,
            happened="It went out, and was used the same day" if self.cycle.within_bar else "It had to be put right",
            sense="The sources come at different times, and nobody had written down when",
            worked="The question at the first checkpoint",
            did_not="The last look was at totals only",
            changes=changes,
            no_change=not changes,
        )

    def _next_day(self, days: int) -> None:
        self.at = max(self.dice.work_hour(self.at + days * DAY), self.at + HOUR)
