"""What people of the demo organisation write and tap beside their answers. All of it is made up."""

from surveyapp.privacy.comments import COACHES, EVERYBODY, Note

# Every third of a group writes for everybody, and in teams that a coach works with every third for the coach.
THIRD = 3
COMMENTS = (
    "The short meeting on Mondays helps. I know what to ask and whom.",
    "When I said the date was too tight, nobody laughed. We moved it.",
    "Please tell us sooner what comes first. Everything cannot.",
    "I would like to decide small things without a form.",
    "Mistakes are talked about here, but only the small ones.",
    "Die Übergaben sind besser geworden, danke dafür.",
    "Too many questions end with: we will see.",
    "It was good to hear what came of the last round.",
    "Some of us speak a lot and some never. Could we go round the table?",
    "I do not know what happens after I report something.",
    "Wir brauchen mehr Zeit zum Aufräumen, sonst wiederholt sich alles.",
    "The new checklist found two things in its first week.",
    "I was asked for my view, and it was used. More of that.",
    "Saying no to a customer is still left to whoever picks up the phone.",
)
FOR_COACHES = (
    "I hold back in the big round. In pairs it is easier.",
    "The tone gets short when the week is full. Could you sit in once?",
    "Praise would do as much as another rule.",
    "I would not raise this in the team yet: we are afraid of the next change.",
)
TAPPED = {2: "workload", 3: "listening", 5: "priorities", 7: "mistakes"}


def note_of(wave: int, group: int, place: int, *, coached: bool) -> Note:
    """Return what somebody adds to a sheet, from the numbers of wave and group and the place among those who answer."""
    themes = frozenset(theme for step, theme in TAPPED.items() if (place + group) % step == 0)
    turn, kind = divmod(place, THIRD)
    if kind == 0:
        return Note(COMMENTS[(turn + 5 * wave + 3 * group) % len(COMMENTS)], EVERYBODY, themes)
    if kind == 1 and coached:
        return Note(FOR_COACHES[(turn + wave) % len(FOR_COACHES)], COACHES, themes)
    return Note(themes=themes)
