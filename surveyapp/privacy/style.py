"""What in a comment could give its author away, for the author to see before it is sent.

Simple patterns, in English and German, that know nothing about anybody: no list of names is asked, and nothing is kept.
They suggest and never forbid, and what they miss is more than what they find.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONG = 300
# So many examples are shown of each kind, each of so many letters.
EXAMPLES, LETTERS = 3, 40

CAPITAL = r"[A-ZÄÖÜÉÈÀÇÑ]"
DAYS = (
    "Mon|Tues|Wednes|Thurs|Fri|Satur|Sun",
    "Mon|Diens|Donners|Frei|Sams|Sonn",
)
WHEN = re.compile(
    rf"""\b(?:
    (?:{DAYS[0]})days? | (?:{DAYS[1]})tags? | Mittwochs? | Sonnabend
    | January|February|March|April|May|June|July|August|September|October|November|December
    | Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember
    | (?i:yesterday|(?:last|next|this)\ (?:week|month|year|night|spring|summer|autumn|winter))
    | (?i:gestern|vorgestern|(?:letzte|vorige|nächste|diese)[nrs]?\ (?:Woche|Monat|Jahr|Nacht|Sommer|Winter))
    | \d{{4}}-\d\d-\d\d | \d{{1,2}}\.\ ?\d{{1,2}}\.(?:\d{{2,4}})? | \d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?
    | \d{{1,2}}(?::\d\d)?\ ?(?:Uhr|am|pm|o'clock)\b | \d{{1,2}}:\d\d
    )(?!\w)""",
    re.VERBOSE,
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
ROLE = re.compile(
    r"""\b(?i:
    as\ (?:an?|the|your)\ (?!result|whole|rule|matter|group|start|way|consequence)\w+
    | (?:in|on)\ my\ (?:role|job|position|shift|department)
    | my\ (?:role|job|position|desk|shift|department|project|customers?|husband|wife|children|kids)
    | I(?:\ am|'m)\ (?:an?|the|responsible|in\ charge)
    | (?:since|when)\ I\ (?:joined|came|started) | the\ only\ (?:one|person|woman|man)
    | in\ meiner\ (?:Rolle|Funktion|Schicht|Abteilung|Position)
    | meine?[mnrs]?\ (?:Stelle|Aufgabe|Rolle|Projekt|Schicht|Schreibtisch|Abteilung|Kunden|Kinder[n]?|Mann|Frau)
    | ich\ bin\ (?:der|die|eine?|für|zuständig|verantwortlich) | seit\ ich | als\ Einzige[r]?
    )\b | \b[Aa]ls\ [A-ZÄÖÜ]\w+(?:in|er|e)\b""",
    re.VERBOSE,
)
QUOTE = re.compile(r"""["“„»][^"“”„»«]{3,}["”“«]""")
ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+\.\w+|\bhttps?://\S+|\bwww\.\S+|(?<!\w)@\w{3,}")
EMPHASIS = re.compile(r"[!?]{2,}|\.{3,}|…|\b[A-ZÄÖÜ]{4,}\b|[:;]-?[)(D]|[\U0001F300-\U0001FAFF\u2600-\u27BF]+")
TITLE = rf"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau)\.?\ {CAPITAL}\w+"
# A capital inside a sentence. In German every noun has one, so there it takes two words in a row.
INSIDE = rf"(?<=[\w,;]\ ){CAPITAL}[a-zäöüßéèàçñ]+"
NAME = re.compile(rf"\b{TITLE}|{INSIDE}(?:\ {CAPITAL}\w+)*")
NAME_AMONG_NOUNS = re.compile(rf"\b{TITLE}|{INSIDE}(?:\ {CAPITAL}\w+)+")
GERMAN = re.compile(r"\b(?i:der|das|und|nicht|ist|wir|ich|mit|ein|eine|den|zu|auf|für|sich|es|sind|wird|bei|oder)\b")
ENGLISH = re.compile(r"\b(?i:the|and|not|is|we|i|with|a|an|to|on|for|it|are|of|that|this|or|be|have)\b")


@dataclass(frozen=True, slots=True)
class Clue:
    """A kind of thing that could give somebody away, with the first places where it was found."""

    kind: str
    found: tuple[str, ...]


def clues(comment: str, language: str) -> tuple[Clue, ...]:
    """Return what a comment has in it that readers could recognise its author by.

    Parameters
    ----------
    comment : str
        As it would be shown.
    language : str
        Of the page, for a comment that is too short to tell its own.

    Returns
    -------
    tuple of Clue
        At most one of each kind: address, date, name, number, quote, role, emphasis and length.

    Examples
    --------
    >>> [(clue.kind, clue.found) for clue in clues("As the night nurse I told Frau Meier on Monday.", "en")]
    [('date', ('Monday',)), ('name', ('Frau Meier',)), ('role', ('As the night',))]
    """
    return tuple(_search(comment, language))


def _search(comment: str, language: str) -> Iterator[Clue]:
    left = comment
    for kind, pattern in (
        ("address", ADDRESS),
        ("date", WHEN),
        ("name", _names_in(comment, language)),
        ("number", NUMBER),
    ):
        yield from _found(kind, pattern, left)
        # What was told once is not told again as something else: a date has numbers in it, an address a name.
        left = pattern.sub("\n", left)
    for kind, pattern in (("quote", QUOTE), ("role", ROLE), ("emphasis", EMPHASIS)):
        yield from _found(kind, pattern, comment)
    if len(comment) > LONG:
        yield Clue("length", ())


def _names_in(comment: str, language: str) -> re.Pattern[str]:
    german, english = (len(pattern.findall(comment)) for pattern in (GERMAN, ENGLISH))
    return NAME_AMONG_NOUNS if german > english or (german == english and language == "de") else NAME


def _found(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[Clue]:
    # Each once, in the order in which they stand.
    found = list(dict.fromkeys(match[0] for match in pattern.finditer(text)))
    if found:
        examples = [each if len(each) <= LETTERS else f"{each[:LETTERS]}\N{HORIZONTAL ELLIPSIS}" for each in found]
        yield Clue(kind, tuple(examples[:EXAMPLES]))
