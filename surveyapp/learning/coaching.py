"""What to try next: rules that read the outcome measures of a unit, in words of our own and without any model.

A rule speaks only when the whole interval of its measure lies beyond its limit, so that chance alone seldom does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

# More than this at a time is read by nobody.
MOST = 2
ANSWERS = ("useful", "not_useful", "not_tried")


class Known(Protocol):
    """A measure as the worker keeps it; open ends of the interval are None."""

    @property
    def estimate(self) -> float | None:
        """The figure, or nothing where it cannot be told."""

    @property
    def low(self) -> float | None:
        """The lower end."""

    @property
    def high(self) -> float | None:
        """The upper end."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When to say what: a measure beyond a limit, a question to begin with, something to try, and why.

    The measure is also what is looked at afterwards.
    """

    key: str
    measure: str
    above: bool
    limit: float
    ask: str
    attempt: str
    why: str

    def fires(self, known: Known) -> bool:
        """Tell whether the whole interval lies beyond the limit."""
        if known.estimate is None:
            return False
        end = known.low if self.above else known.high
        return end is not None and (end > self.limit if self.above else end < self.limit)


RULES = (
    Rule("C1", "M12", True, 0.3,
         "What is the smallest piece in which a miss could be taken back?",
         "Make the next piece smaller, and agree on the trigger at which you are called.",
         "Help that nobody asked for discourages, and whoever works through an error learns more from it."),
    Rule("C2", "M12a", True, 0.5,
         "What would you have to know to look less often?",
         "Keep the two agreed checkpoints, put off the others, and offer an hour for questions instead.",
         "People persist longer where managers give room than where they steer."),
    Rule("C3", "M12c", False, 0.4,
         "How did it make sense at the time?",
         "Ask three questions before the next correction.",
         "Who is asked finds the cause; who is corrected finds the line."),
    Rule("C5", "M6d", True, 0.3,
         "What would you tell me if it cost nothing?",
         "Tell a miss of your own first, and thank for the next report within a day.",
         "What is told late leaves fewer ways out."),
    Rule("C6", "M13", False, 0.7,
         "What is still waiting for an answer from us?",
         "Set a time each week for answers, even if the answer is that nothing changes.",
         "An answer to whoever tells is the strongest known reason to tell again."),
    Rule("C7", "M2b", True, 0.4,
         "Was it a barrier, or was it luck?",
         "Take one near miss as a hit, and add one barrier.",
         "A near miss that is told as a success makes people take more risk."),
    Rule("C8", "M14d", True, 0.2,
         "What exactly was to change, and how would we see it?",
         "End the next review with one change and the day on which somebody looks whether it works.",
         "Reviews help when they look at data and end with something specific."),
    Rule("C10", "M16", False, 0.5,
         "What is missing since more was handed over?",
         "Step down one level together, for two cycles, in a sandbox.",
         "A dip after more autonomy is expected; one that stays is a sign."),
    Rule("C11", "M13c", False, 0.5,
         "When did you last have time for a question that was not urgent?",
         "Offer ten minutes a week for open questions.",
         "Few rescues with slow answers are not restraint but absence."),
)  # fmt: skip
BY_KEY = {rule.key: rule for rule in RULES}


def fired(findings: Mapping[str, Known]) -> Iterator[Rule]:
    """Return the rules whose measure lies beyond its limit, in their order."""
    return (rule for rule in RULES if rule.measure in findings and rule.fires(findings[rule.measure]))
