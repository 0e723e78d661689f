"""Which work is handed over in the demo organisation, and what is said about it. All of it is made up."""

from dataclasses import dataclass
from datetime import datetime

from surveyapp.learning.terms import LIVE, PILOT, Bar, Done, Guardrails, Radius, Task, Terms, Trigger


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of work as it can be handed over."""

    title: str
    kind: str
    outcome: str
    minimum: str
    high: float
    unit: str
    trigger: Trigger
    audience: str
    sources: tuple[str, ...]
    days: int
    guarded: bool = False

    def terms(self, due: datetime, level: int, *, novel: bool) -> Terms:
        """Return the terms with a first date."""
        mode = PILOT if self.guarded else LIVE
        return Terms(
            Task(
                self.title,
                self.kind,
                level,
                3,
                wanted=True,
                has_time=True,
                novel=novel,
                compliance=self.guarded,
                delegator_could_solve=True,
                delegator_is_expert=self.days < 20,
            ),
            Bar(self.outcome, due, self.minimum, 0, self.high, self.unit, (self.trigger,)),
            Radius(
                mode,
                "One of our customers or places at first",
                self.audience,
                "From Monday to Friday noon",
                "Send what went out last time, with a note",
                "Half a day of two people",
                friendly_first=True,
                share=20,
            ),
            Guardrails(
                "A friendly reader sees it a day before everybody else",
                "Half an hour at the start, with the checklist on the table",
                ("error_trend", "time_to_independence"),
            ),
            Done(
                (f"{self.audience} have it and can work with it",),
                self.sources,
                (f"Nothing above {self.trigger.limit:g} {self.trigger.unit} without a cause".replace("  ", " "),),
                ("The owner signs",),
            ),
        )


def _errors(limit: float, unit: str = "%") -> Trigger:
    return Trigger("deviation", above=True, limit=limit, unit=unit)


PIECES = (
    Piece(
        "Monthly variance report",
        "report",
        "Finance can decide on the variances of the month",
        "All cost centres, each with a cause",
        2,
        "% of the total",
        _errors(5),
        "The finance partners",
        ("Ledger of the month", "Plan of the year"),
        28,
    ),
    Piece(
        "Release notes for partners",
        "project",
        "Partners know what changes for them, a week before it does",
        "Every change that breaks something",
        1,
        "wrong lines",
        _errors(3, "lines"),
        "The partners' engineers",
        ("List of merged changes", "Interface description"),
        14,
    ),
    Piece(
        "Weekly capacity plan",
        "decision",
        "Shifts are staffed so that nothing waits longer than a day",
        "The three busiest days",
        10,
        "% of the plan",
        _errors(20),
        "The shift leads",
        ("Orders of the last four weeks", "Holidays"),
        14,
    ),
    Piece(
        "Supplier quality review",
        "report",
        "We know which suppliers to talk to, and about what",
        "The ten largest suppliers",
        3,
        "% of the parts",
        _errors(8),
        "Purchasing",
        ("Goods-in log", "Complaints"),
        28,
    ),
    Piece(
        "Campaign budget",
        "decision",
        "The budget is placed where it sold most, and we can say why",
        "A reason for each line",
        5,
        "% off the budget",
        _errors(10),
        "The heads of the markets",
        ("Sales by channel", "Last year's budget"),
        28,
    ),
    Piece(
        "Answers to escalated claims",
        "customer",
        "Customers have an answer that holds, within three days",
        "No promise that we cannot keep",
        4,
        "% reopened",
        _errors(10),
        "The customers of one region",
        ("Claim file", "Terms of sale"),
        14,
    ),
    Piece(
        "Payment reconciliation",
        "report",
        "Every payment of the week belongs to an order",
        "Everything above 1000",
        0.5,
        "% unmatched",
        _errors(1),
        "Accounting",
        ("Bank file", "Order list"),
        14,
        guarded=True,
    ),
    Piece(
        "First interviews",
        "hiring",
        "Whoever meets the team could do the work",
        "Two interviews with the same questions",
        20,
        "% turned round later",
        _errors(40),
        "The hiring teams",
        ("Job profile", "Interview guide"),
        28,
    ),
)
PARAPHRASES = (
    "Those who rely on it can go on without asking me, and I say at once when something is off",
    "I see to it that it is there on time and right where it counts, and I call before it hurts",
    "They get what they need to decide, with the causes, and what I am unsure of is marked",
)
MINDSETS = (
    "ask how the owner is, and then what can be seen from there",
    "breathe, and ask one question before I say anything",
    "remember my own first report",
)
DIAGNOSES = (
    "Two sources differ, and I think the older one is right",
    "On plan; I am unsure about the last third",
    "Everything is there but the comparison with last time",
)
NOTES = ("We talked about what happens if the second source is late", "Nothing to change; one question stays open")
QUESTIONS = (
    ("May I leave out the small ones this time?", "What would the reader miss?"),
    ("Whom do I ask about the old figures?", "Try the archive first; if it is empty, the ledger desk"),
    ("Can I move the date by a day?", "It is yours to decide; tell those who wait for it"),
)
DECISIONS = (
    ("Which source counts?", ("The ledger", "The export"), "The ledger", "It is closed, and the export is not"),
    ("Ship without the last part?", ("Ship", "Wait a day"), "Ship", "The minimum is met, and a day is worth more"),
    ("Tell them before or after?", ("Before", "After"), "Before", "They can still change their plan"),
)
ESCALATIONS = (
    "It is beyond the limit. I see two ways and would take the first one.",
    "One source is wrong. I stop here.",
)
ANSWERS = ("What do you need from me? Otherwise go on.", "Take the one that can be taken back.")
MISSES = ("Two lines were swapped", "A cause was missing where it mattered", "The old date was still in it")
CORRECTIONS = (
    ("Two lines were swapped", "Here they are the right way round", "A sum check before it goes out"),
    (
        "One figure was that of last time",
        "The right figure is in the new version",
        "The date stands beside each figure",
    ),
)
STAKEHOLDERS = (
    ("Can we still trust the rest?", "Yes: I went through all of it again, and here is how"),
    ("Why did nobody see it?", "The check looked at totals; from now on it looks at lines"),
)
JUDGEMENTS = ("when two sources differ by a little", "when I am done early", "when nobody has asked anything")
CHANGES = ("Compare two sources line by line", "Send it to one reader a day before", "Write down what I am unsure of")
URGES = (
    "Wanted to open the file at ten in the evening",
    "Wanted to answer the customer myself",
    "Wanted to ask for an update",
)
TRUST = ("It went out without a second look", "Asked the right question before I did", "Told us early, and had a plan")
LEARNED = ("We know now where the figures come from", "The check finds swapped lines now", "We call each other sooner")
BACK = ("The team was merged and the work with it", "The work is not needed any more")
