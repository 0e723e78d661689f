"""What may be said of the comments and themes of a group.

A comment is shown once, as it was written, in an order drawn by chance, and only together with others that were written
for the same readers. A theme is named in words that fit several counts, so that nobody, not even together with
``colluders`` people who tell what they tapped, can say who tapped it and who did not.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from surveyapp.privacy.policy import COLLUDERS, Thresholds

RESPONDENTS = 8
COMMENTERS = 3
TAPPERS = 3
# Whom the author lets read a comment, the fewest first. Boxes store the place in these lists, so they only ever grow.
COACHES, EVERYBODY = "coaches", "everybody"
AUDIENCES = (COACHES, EVERYBODY)
# Neither praise nor blame: who taps one says what it is about, not what is wrong.
THEME_NAMES = {
    "workload": "Workload and time",
    "priorities": "What comes first",
    "mistakes": "How we deal with mistakes",
    "decisions": "What we may decide ourselves",
    "listening": "Being listened to",
    "teamwork": "Working together",
}
THEMES = tuple(THEME_NAMES)
SEVERAL, MOST = "several people", "most people"
# Characters that turn the direction of everything around them, and so what a reader sees.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Draw = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Note:
    """What one person added to a sheet: a comment with its readers, and the themes that were tapped."""

    comment: str = ""
    audience: str = COACHES
    themes: frozenset[str] = frozenset()


NOTHING = Note()


@dataclass(frozen=True, slots=True)
class Voices:
    """What a release says in words about one group: comments by audience, and what is said of each named theme."""

    comments: Mapping[str, tuple[str, ...]]
    themes: Mapping[str, str]


SILENCE = Voices({}, {})


def plain(typed: str) -> str:
    """Return a text as it is kept: one kind of new line, and no character that does anything but show itself."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each == "\n" or not _acts(each)).strip()


def _acts(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) == "Cc"


def gather(notes: Sequence[Note], respondents: int, roster: int, thresholds: Thresholds, draw: Draw) -> Voices:
    """Say everything that may be said in words about one group and wave.

    Parameters
    ----------
    notes : sequence of Note
        One for each sheet in the box, most of them empty.
    respondents : int
        How many answered at least one statement.
    roster : int
        How many people are counted in the group.
    thresholds : Thresholds
        Of the wave: where figures need more people than comments do, comments need as many.
    draw : callable
        Given a number, draws one below it (``secrets.randbelow``).

    Returns
    -------
    Voices
        Which comments are in it depends on how many answered and how many wrote, never on what they wrote.
    """
    if roster < thresholds.roster_min or respondents < respondents_needed(thresholds.count_min):
        return SILENCE
    written = {each: [note.comment for note in notes if note.comment and note.audience == each] for each in AUDIENCES}
    out = draw(len(notes)) if notes else 0
    counted = [note for index, note in enumerate(notes) if index != out]
    said = {theme: say(sum(theme in note.themes for note in counted), len(counted)) for theme in THEMES}
    return Voices(
        {each: shuffled(texts, draw) for each, texts in written.items() if len(texts) >= COMMENTERS},
        {theme: text for theme, text in said.items() if text},
    )


def respondents_needed(count_min: int) -> int:
    """Return from how many answers on comments and themes are published."""
    return max(RESPONDENTS, count_min + 1)


def shuffled(texts: Sequence[str], draw: Draw) -> tuple[str, ...]:
    """Put texts into an order in which each one is as likely as any other, whatever order they came in."""
    mixed = sorted(texts)
    for last in range(len(mixed) - 1, 0, -1):
        other = draw(last + 1)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return tuple(mixed)


def say(tapped: int, counted: int) -> str:
    """Say in words how many of those counted tapped a theme; of a theme that few tapped, nothing."""
    if tapped < TAPPERS:
        return ""
    return MOST if 2 * tapped > counted else SEVERAL


def is_deniable(said: str, counted: int, colluders: int = COLLUDERS) -> bool:
    """Tell whether everybody may both have tapped a theme and not, before any coalition that tells its own taps.

    Like the check of figures it starts from what is published: the counts that would have been put into these words.
    """
    counts = [count for count in range(counted + 1) if say(count, counted) == said]
    for known in range(min(colluders, counted - 1) + 1):
        for told in range(known + 1):
            others = counted - known
            fitting = [count - told for count in counts if 0 <= count - told <= others]
            if fitting and (max(fitting) == 0 or min(fitting) == others):
                return False
    return True


def is_safe(voices: Voices, sheets: int) -> bool:
    """Check what a release says of the themes of a group before it is published, named or not."""
    if voices == SILENCE:
        return True
    return all(is_deniable(voices.themes.get(theme, ""), sheets - 1) for theme in THEMES)
