"""How the demo organisation and its people are called, and what went wrong there. All of it is made up."""

from dataclasses import dataclass

from surveyapp.services.accounts.access import ADMIN, COACH, MANAGER

ORGANISATION = "Lindmark & Rowe"
PULSE = "Team pulse"

DIVISIONS = {
    "Engineering": {
        "Platform": ("Identity", "Storage", "Network", "Build Tools", "Observability"),
        "Products": ("Checkout", "Search", "Mobile App", "Catalogue", "Recommendations"),
        "Quality and Data": ("Test Lab", "Data Pipelines", "Analytics", "Security", "Release Desk"),
    },
    "Operations": {
        "Logistics": ("Inbound", "Sorting", "Dispatch", "Fleet", "Returns"),
        "Sites": ("Harbour North", "Harbour South", "Maintenance", "Safety Watch", "Night Crew"),
        "Purchasing": ("Contracts", "Spare Parts", "Materials", "Supplier Quality", "Planning"),
    },
    "Customers": {
        "Service": ("Hotline", "Chat Desk", "Claims", "Key Accounts", "Field Service"),
        "Market": ("Campaigns", "Events", "Pricing", "Partners", "Web Shop"),
    },
}
TEAMS = tuple(team for departments in DIVISIONS.values() for teams in departments.values() for team in teams)
# The reorganisation: one team changes department, and two become one.
MOVED, MOVED_TO = "Test Lab", "Products"
MERGED, MERGED_INTO = ("Campaigns", "Events"), "Campaigns and Events"
# The teams that a coach works with from a day in the second half of the year on.
COACHED = ("Checkout", "Search", "Mobile App", "Sorting", "Dispatch", "Claims")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    """
    Amira Ben Carla Dario Elif Farid Greta Hugo Ines Jonas Kaja Liam Mara Nils Olga Pablo Rosa Samir Tessa Umut Vera
    Wim Yara Zeno Anouk Bruno Chiara Dina Emil Freya Goran Hanna Ivo Jule Karim Lena Mats Nadia Oskar Petra Rafael
    """
)
LAST_NAMES = _words(
    """
    Adler Baker Castillo Dietrich Ekström Fischer Grant Hansen Ibrahim Jansen Keller Lopez Moreau Novak Okafor
    Petersen Quist Rossi Schmidt Tanaka Ulrich Vogel Wagner Yilmaz Zimmermann Berger Costa Demir Engel
    """
)

WHAT_HAPPENED = {
    "error": (
        "A price was changed in one system and not in the other; customers saw both.",
        "An order was packed with the label of the one before it.",
        "The nightly job ran twice and sent every confirmation twice.",
        "A contract was renewed under last year's terms.",
        "A valve was closed by the old drawing and the line stood still for an hour.",
        "The figures in the weekly report were those of the month before.",
        "A certificate ran out on Sunday and the partner's connection broke.",
        "A claim was paid to a closed account.",
        "The wrong version was rolled out to one site.",
        "A delivery for the afternoon was promised for the morning.",
        "A test was switched off for a day and stayed off for three weeks.",
        "Two people answered the same request differently.",
    ),
    "near_miss": (
        "The truck was about to leave when somebody saw that the load was not secured.",
        "A script would have deleted live records; the dry run showed it.",
        "A colleague noticed the wrong currency minutes before the invoices went out.",
        "The backup had not run for a week; it was seen while nothing was lost.",
        "A ladder stood in the way of the emergency exit; nobody had to use it.",
        "The discount was set to 80 instead of 8 per cent and was stopped at the last check.",
        "The hand-over note said nothing about the open valve; the next shift asked.",
        "An address list with private numbers nearly went to all partners.",
    ),
    "good_catch": (
        "The supplier's parts were two millimetres off; they were measured before they were built in.",
        "A strange pattern in the returns led to a mistake in the manual.",
        "Somebody asked why the total was so round, and it was indeed a placeholder.",
        "A new colleague found a step in the checklist that could not work.",
        "The alarm had been silent for too long; the sensor was dirty.",
        "A customer's remark was followed up and showed a gap in the test plan.",
    ),
}
PASSWORD = "lantern-over-the-harbour"  # noqa: S105  # It is printed: the demonstration listens on this machine only.
MANAGED = "Checkout"


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demonstration."""

    role: str
    email: str
    name: str


def name_of(number: int) -> str:
    """Return the name of a person; no two of the first thousand have the same one."""
    rounds, first = divmod(number, len(FIRST_NAMES))
    return f"{FIRST_NAMES[first]} {LAST_NAMES[(rounds + 3 * first) % len(LAST_NAMES)]}"


def sign_ins() -> tuple[SignIn, ...]:
    """Return who can sign in: the manager is the lead of a team that is large enough for numbers."""
    # The story begins with the leads, team by team.
    lead = TEAMS.index(MANAGED)
    return (
        SignIn(ADMIN, "admin@demo.example", "Robin Admin"),
        SignIn(COACH, "coach@demo.example", "Dana Coach"),
        SignIn(MANAGER, "manager@demo.example", name_of(lead)),
    )
