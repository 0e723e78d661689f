"""How the demo organisation and its people are called. All of it is made up."""

from dataclasses import dataclass

from surveyapp.services.accounts.access import ADMIN, COACH, MANAGER, MEMBER, STEWARD

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

PASSWORD = "lantern-over-the-harbour"  # noqa: S105  # It is printed: the demonstration listens on this machine only.
# A steward's key opens with the same words, for the same reason.
MANAGED = "Checkout"
# The receipt of a report, with which its talk can be read.
RECEIPT = "HARB0RSAFE202600"


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
        SignIn(STEWARD, "steward@demo.example", "Kim Steward"),
        SignIn(MEMBER, "owner@demo.example", "Alex Owner"),
    )
