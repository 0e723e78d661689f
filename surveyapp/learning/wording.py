"""Hints towards words without blame: what to write instead, and never a refusal.

Who reads "why did you" looks for an excuse; who reads "how did it come about" looks for the cause. The hints look at
words only, know no names, and are made for the two languages in which events are told.
"""

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to say it that looks for a culprit, as a pattern of words, and what to ask instead."""

    key: str
    language: str
    pattern: str
    instead: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that were found, and what to ask instead, in the language of the words."""

    key: str
    found: str
    instead: str


RULES = (
    Rule("who", "en", r"who(?:se fault| was| did| had| made| forgot| caused)", "What led to it?"),
    Rule("why", "en", r"why (?:did|didn['\u2019]?t|do|don['\u2019]?t|were|was|have|has)(?: not)? (?:you|he|she|they)",
         "How did it make sense at that moment?"),
    Rule("should", "en", r"(?:should|could|ought to)(?: not|n['\u2019]t)? have|(?:should|could)['\u2019]ve",
         "What would have made it easier to do?"),
    Rule("error", "en", r"(?:human|user|operator|personal) error|(?:his|her|their) (?:fault|mistake)",
         "What in the work made this likely?"),
    Rule("trait", "en", r"(?:careless|stupid|negligent)(?:ly|ness)?|sloppy|lazy|incompetent|clumsy|inattentive",
         "What did the situation look like?"),
    Rule("fault", "en", r"(?:to|is|was) blame|blamed?|guilty|culprit|at fault", "What contributed to it?"),
    Rule("failed", "en", r"(?:failed|forgot|neglected|refused) to", "What got in the way?"),
    Rule("again", "en", r"(?:he|she|they|you) (?:always|never)", "What happened this time?"),
    Rule("who", "de", r"wer (?:war|ist|hat|hatte)|wessen|wer (?:schuld|daran)", "Was hat dazu geführt?"),
    Rule("why", "de", r"(?:warum|wieso|weshalb) (?:hast|habt|haben|hat|war|waren|bist|seid)(?: (?:du|ihr|sie|er|es))?",
         "Wie kam es, dass es in dem Moment sinnvoll schien?"),
    Rule("should", "de", r"(?:hätten?|hättest|hättet) .{0,60}?(?:müssen|sollen|können)",
         "Was hätte es leichter gemacht?"),
    Rule("error", "de", r"menschliches versagen|menschlicher fehler|bedienfehler|anwenderfehler",
         "Was an der Arbeit machte das wahrscheinlich?"),
    Rule("trait", "de", r"(?:nachlässig|schlampig|unfähig|fahrlässig|unaufmerksam)[a-z]*|faul|dumm",
         "Wie sah die Lage aus?"),
    Rule("fault", "de", r"schuld(?:ig[a-zäöüß]*|ige)?|selbst schuld|verschuldet", "Was hat dazu beigetragen?"),
    Rule("failed", "de", r"(?:hat|haben|hatte|hatten) .{0,40}?(?:vergessen|versäumt|versagt)", "Was kam dazwischen?"),
    Rule("again", "de", r"(?:er|sie|ihr|du) (?:immer|nie|niemals|ständig)", "Was ist dieses Mal geschehen?"),
)  # fmt: skip


def rules_for(language: str) -> tuple[Rule, ...]:
    """Return the rules of a language; a language without its own has those of English."""
    return tuple(rule for rule in RULES if rule.language == language) or rules_for("en")


def hints(text: str, language: str) -> tuple[Hint, ...]:
    """Return what could be asked instead, once for each rule, in the order of the rules."""
    found = ((rule, _compiled(rule.pattern).search(text)) for rule in rules_for(language))
    return tuple(Hint(rule.key, match[0].strip(), rule.instead) for rule, match in found if match)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Whole words only; the script of the page puts its own borders around the same patterns.
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
