"""Every message that employees may read, found in the sources; run as a module, it brings the catalogue up to date.

``python -m tests.languages.messages`` adds new messages to ``de.po`` without a translation and takes out those that
nothing says any more. The tests then ask for the translation.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

from surveyapp.languages.catalogues import NUMBER
from surveyapp.learning.catalogue import MEASURES
from surveyapp.learning.coaching import RULES
from surveyapp.learning.delegation import ROLES, STATES
from surveyapp.privacy.classes import ATTRIBUTES
from surveyapp.privacy.comments import MOST, SEVERAL, THEME_NAMES
from surveyapp.services.accounts.access import EVERY_ROLE
from surveyapp.services.results.comments import WITHDRAWN
from surveyapp.services.results.drawing import MESSAGES

ROOT = Path(__file__).parents[2] / "surveyapp"
TEMPLATES = ROOT / "web" / "templates"
CATALOGUE = ROOT / "languages" / "de.po"
# Pages and mails for employees are in every language. Those for staff are in English, and may join one by one.
COVERED = (
    "learning/scripts.py",
    "mail/**/*",
    "web/account/**/*",
    "web/answer/**/*",
    "web/coach/beside_words.py",
    "web/coach/comparison_pictures.py",
    "web/coach/comparison_words.py",
    "web/coach/heat_boxes.py",
    "web/coach/interventions.py",
    "web/coach/plan_forms.py",
    "web/coach/report*.py",
    "web/coach/relation_words.py",
    "web/coach/relations.py",
    "web/coach/words.py",
    "web/errors.py",
    "web/forms.py",
    "web/front/**/*",
    "services/pulses/attributes.py",
    "services/results/classes.py",
    "services/results/files.py",
    "web/delegation/course.py",
    "web/measures.py",
    "web/admin/pulse_attributes.py",
    "web/learning/forms.py",
    "web/learning/receipts.py",
    "web/learning/team.py",
    "web/learning/telling.py",
    "web/learning/words.py",
    "web/results/**/*",
    "web/navigation.py",
    "web/team/replies.py",
    "web/team/reply_forms.py",
    "web/team/withdrawing.py",
    "web/trends.py",
    "web/templates/*.html",
    "web/templates/account/**/*",
    "web/templates/admin/pulses/attribute.html",
    "web/templates/answer/**/*",
    "web/templates/charts/cycles.html",
    "web/templates/charts/placebos.html",
    "web/templates/coach/advice.html",
    "web/templates/coach/amend.html",
    "web/templates/coach/intervention.html",
    "web/templates/coach/interventions.html",
    "web/templates/coach/plan.html",
    "web/templates/coach/plan_facts.html",
    "web/templates/coach/relation.html",
    "web/templates/coach/report/*.html",
    "web/templates/coach/side_by_side.html",
    "web/templates/coach/waiting.html",
    "web/templates/delegation/course.html",
    "web/templates/errors/**/*",
    "web/templates/learning/public.html",
    "web/templates/learning/receipt.html",
    "web/templates/learning/team.html",
    "web/templates/learning/thanks.html",
    "web/templates/mail/**/*",
    "web/templates/results/**/*",
    "web/templates/team/reply.html",
    "web/templates/team/reply_look.html",
    "web/templates/team/classes.html",
    "web/templates/team/withdraw.html",
    "web/delegation/**/*",
    "web/templates/delegation/**/*",
    "web/learning/**/*",
    "web/templates/learning/**/*",
    "web/team/**/*",
    "web/templates/team/**/*",
    "web/admin/**/*",
    "web/templates/admin/**/*",
)
# A template named in another one.
USED = re.compile(r"{%-?\s*(?:extends|from|import|include)\s+[\"']([^\"']+)")
# What stored figures say; the sentences beside them are found where they are withheld.
SAID_BY_FIGURES = ("low", "{} of {}", SEVERAL, MOST, *THEME_NAMES.values(), *WITHDRAWN.values(), *ATTRIBUTES.values())
# What is said of a line; the other sentences of the statistics stand on pages that are in English.
SAID_OF_LINES = MESSAGES
# What is said where a measure cannot be told yet, and of what there are too few.
SAID_WHERE_A_MEASURE_IS_MISSING = (
    "beside the teams that are told, fewer than five are left",
    "deliveries of one half are not known",
    "nobody reached it within the time",
    "nobody was observed for so long",
    "nobody's working time is known",
    "the pulse has no number of its own for this unit",
    "told from five delegations on",
    "too few cases older than the horizon",
    "too few errors to tell a change from chance",
    "too few figures for a slope",
    "too few to tell",
    "cases",
    "changes",
    "corrections",
    "cycles",
    "deliveries",
    "delegations",
    "dips",
    "errors",
    "errors and near misses",
    "first deliveries",
    "interventions",
    "misses",
    "months with deliveries",
    "moves",
    "near misses",
    "reports",
    "reviews",
    "windows",
)
# What is said where a relation cannot be told yet.
SAID_OF_RELATIONS = (
    "a relation inside teams takes at least 2 waves",
    "fewer than 12 teams",
    "fewer than 30 events",
    "no released waves",
    "nothing was counted",
    "the columns of the model repeat each other",
    "the data do not vary enough for an interval",
    "the scores do not vary",
    "too few cases",
    "too few teams with cases",
    "what is counted was always or never seen in a part of the data",
    "events",
    "teams",
    "waves",
)
# What is said where a comparison cannot be told.
SAID_OF_COMPARISONS = (
    "a change takes waves on both sides of the start",
    "a draw takes teams to draw from",
    "fewer than 3 teams",
    "fewer than 5 arrivals before or after on one side, in teams with 5 delegations or more",
    "fewer than 5 deliveries before or after on one side",
    "fewer than 5 errors that others found before or after on one side",
    "fewer than 5 reports before or after on one side",
    "fewer than 6 errors of known time before or after on one side",
    "fewer than 6 reports of known time before or after on one side",
    "low teams rise anyway, and a few cannot be told from that",
    "low teams that start on different days need a draw of who starts first",
    "no cohort has enough teams and others to compare with",
    "no team changed more than another",
    "no treated team has scores on both sides of the start",
    "no wave has been released after the first day",
    "no wave has been released before the first day",
    "none of these teams had a number in the last wave before the first day",
    "one team takes 19 others to compare with",
    "one team takes 6 waves on each side",
    "teams that start on a day of their own take 3",
    "too few teams in all",
    "too few teams to compare with",
    "too few treated teams for an interval",
    "too few ways to choose the treated teams",
    "two teams take 18 others to compare with",
    "without other teams nobody can say why a team moved",
    "it was always or never so",
    "cohorts",
    "comparison teams",
    "first days",
    "treated teams",
    "ways to choose",
)
# The names of roles.
SAID_OF_ACCOUNTS = (
    "Admin",
    "Member",
    "Coach",
    "Manager",
    "Steward",
)
# What refusals name: parts of a file, roles, and the state that a delegation is in.
SAID_OF_REFUSALS = ("columns", "file", *EVERY_ROLE, *ROLES, *(each.replace("_", " ") for each in STATES))
# What an import of the roster did, and what it corrects.
SAID_OF_ROSTERS = (
    "people: {} joining, {} leaving, {} moving, {} corrected, {} unchanged; units: {} new, {} changed",
    "email",
    "end",
    "function",
    "language",
    "name",
    "service",
)
WITHHELD = "Withheld"
# Rooms whose refusals reach a terminal or a log, and never a page.
ON_TERMINALS = (
    "cli",
    "mail",
    "questions",
    "services/demo",
    "services/installation/backups.py",
    "services/pulses/instruments.py",
    "services/results/history.py",
    "services/results/history_map.py",
    "settings.py",
    "stats",
    "store",
    "vault",
)
# A place that is filled in by name.
NAMED = re.compile(r"{[a-z]")
# At which place a call has the sentence that tells what is refused, or what would be right.
REFUSING = dict.fromkeys(("Conflict", "Forbidden", "NotFound", "AlreadyClosed", "RateLimited", "UnknownBallot"), 0)
REFUSING |= {"SpentBallot": 0, "Misplaced": 1, "wrong": 1, "Invalid": 2, "bad_cell": 2, "BadCell": 3}
# The environment of the pages takes the space around blocks away, and so must the extraction.
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
HEADER = """# German for the pages and mails of surveyapp. Readers are addressed as "Sie".
msgid ""
msgstr ""
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
METHODS = {".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract", ".py": "python"}


def covered_files() -> list[Path]:
    """List the sources whose messages must be translated, with every template that one of them makes use of."""
    found = {path for pattern in COVERED for path in ROOT.glob(pattern) if path.suffix in METHODS}
    waiting = [path for path in found if path.suffix != ".py"]
    while waiting:
        named = USED.findall(waiting.pop().read_text(encoding="utf-8"))
        used = {TEMPLATES / name for name in named if (TEMPLATES / name).is_file()} - found
        found |= used
        waiting.extend(used)
    return sorted(found)


@cache
def messages() -> Catalog:
    """Collect what is said in the covered files, by figures and in refusals."""
    template = Catalog(charset="utf-8")
    for path in covered_files():
        for message in messages_of(path):
            template.add(message)
    for sentence in (
        *SAID_BY_FIGURES,
        *SAID_OF_ACCOUNTS,
        *SAID_OF_LINES,
        *SAID_OF_COMPARISONS,
        *SAID_OF_RELATIONS,
        *SAID_OF_REFUSALS,
        *SAID_OF_ROSTERS,
        *said_of_measures(),
        *withheld_reasons(),
        *refusals(),
    ):
        template.add(sentence)
    return template


def said_of_measures() -> Iterator[str]:
    """Tell every name, unit and rule of a measure, what is said where one is missing, and what is suggested."""
    for each in MEASURES.values():
        yield from (each.name, each.unit, each.rule)
    for rule in RULES:
        yield from (rule.ask, rule.attempt, rule.why)
    yield from SAID_WHERE_A_MEASURE_IS_MISSING


def messages_of(path: Path) -> Iterator[str | tuple[str, ...]]:
    """Read the messages of one file; one that counts comes with its plural."""
    options = {} if path.suffix == ".py" else JINJA
    for _, message, _, _ in extract_from_file(METHODS[path.suffix], path, DEFAULT_KEYWORDS, (), options):
        yield message


def withheld_reasons() -> Iterator[str]:
    """Find the reason of every figure that is withheld anywhere, with ``{}`` for what is filled in."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == WITHHELD:
                reason = as_template([*node.args, *(word.value for word in node.keywords)][0])
                if reason:
                    yield reason


def refusals() -> Iterator[str]:
    """Find what staff can be refused in words: messages of errors, what would be right, and what was given instead."""
    for tree in refusing_sources():
        for node in ast.walk(tree):
            for said in sayings(tree, node):
                sentence = as_template(said)
                if any(letter.isalpha() for letter in sentence):
                    yield sentence if NAMED.search(sentence) else NUMBER.sub("{}", sentence)


def refusing_sources() -> Iterator[ast.Module]:
    """Read the sources whose refusals can reach a page."""
    out = tuple(ROOT / name for name in ON_TERMINALS)
    for path in sorted(ROOT.rglob("*.py")):
        if not any(path.is_relative_to(each) for each in out):
            yield ast.parse(path.read_text(encoding="utf-8"))


def sayings(tree: ast.Module, node: ast.AST) -> list[ast.expr]:
    """Return what a call says in words of ours: what is refused, or a text that pages translate."""
    name = called(node)
    place = 0 if name == "Said" else REFUSING.get(name, 99)
    said = node.args[place] if isinstance(node, ast.Call) and len(node.args) > place else None
    if isinstance(said, ast.Name):
        return list(constants(tree, said.id))
    return [said] if said else []


def constants(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    """List what a source has given a name to, such as each message of an error."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=known)], value=said) if known == name:
                yield said


def called(node: ast.AST) -> str:
    """Return the name of what is called."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def as_template(node: ast.expr) -> str:
    """Write a literal text, or one with values in it, as the catalogue has it; anything else is no text."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def read_catalogue() -> Catalog:
    """Read the German catalogue as it is in the repository."""
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="de", abort_invalid=True)


def update() -> None:
    """Bring the German catalogue up to date, in an order that does not change from one run to the next."""
    catalogue = read_catalogue()
    catalogue.update(messages(), no_fuzzy_matching=True, update_header_comment=False)
    with CATALOGUE.open("wb") as target:
        # The library's own header has the time of the run in it, which would change the file every time.
        target.write(HEADER.encode())
        write_po(target, catalogue, 120, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)


if __name__ == "__main__":
    update()
