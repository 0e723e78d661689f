"""Everything that employees may read is in German, in full and with every value in its place."""

import ast
import re

import pytest
from babel.messages.catalog import Message

from surveyapp.privacy.outcome import Withheld
from surveyapp.privacy.policy import participation
from surveyapp.web.language import opening
from tests.languages.messages import (
    TEMPLATES,
    called,
    covered_files,
    messages,
    messages_of,
    read_catalogue,
    refusing_sources,
    sayings,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*(?:![rs])?(?::[^}]*)?\}")
MARKS = (".", "?", "!", ":")
HELP = "run python -m tests.languages.messages and translate what is new in surveyapp/languages/de.po"


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the one text of a plain message, or all of one that counts."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def said() -> list[Message]:
    """Return what the German catalogue translates, without its header."""
    return [message for message in read_catalogue() if message.id and all(forms(message.string))]


def test_every_message_is_translated() -> None:
    """Nothing that a page or mail for employees says is missing, empty or marked as a guess."""
    catalogue = read_catalogue()
    translations = {message.id: catalogue.get(message.id) for message in messages() if message.id}
    missing = [
        source
        for source, message in translations.items()
        if message is None or message.fuzzy or not all(forms(message.string))
    ]
    assert missing == [], HELP


def test_catalogue_holds_nothing_else() -> None:
    """A message that nothing says any more is taken out."""
    sources = messages()
    assert [message.id for message in read_catalogue() if message.id and message.id not in sources] == [], HELP


def test_translations_fill_in_the_same_values() -> None:
    """A translation has each placeholder of its source, so that no value is lost and no page breaks."""
    wrong = []
    for message in said():
        allowed = sorted(PLACEHOLDER.findall(forms(message.id)[-1]))
        wrong += [text for text in forms(message.string) if sorted(PLACEHOLDER.findall(text)) != allowed]
    assert wrong == []


def test_messages_of_templates_can_be_filled_in() -> None:
    """Templates read every message as a pattern, so that a bare percent sign would break the page."""
    templates = {message for path in covered_files() if path.suffix != ".py" for message in messages_of(path)}
    texts = [form for source in templates for form in forms(source)]
    texts += [form for message in said() if message.id in templates for form in forms(message.string)]
    assert [text for text in texts if not can_be_filled_in(text)] == []


def can_be_filled_in(text: str) -> bool:
    """Try what a template does with a message."""
    try:
        return bool(text % dict.fromkeys(re.findall(r"%\((\w+)\)", text), "value"))
    except (ValueError, TypeError):
        return False


def test_translations_begin_and_end_like_their_sources() -> None:
    """Space at the ends, which joins a message to what stands beside it, and closing marks are kept."""
    wrong = []
    for message in said():
        for source, text in zip(forms(message.id), forms(message.string), strict=False):
            same_space = (source[:1] == " ", source[-1:] == " ") == (text[:1] == " ", text[-1:] == " ")
            same_mark = source.endswith(MARKS) == text.endswith(MARKS)
            wrong += [] if same_space and same_mark else [text]
    assert wrong == []


@pytest.mark.parametrize("word", ["du", "dein", "deine", "dich", "dir", "ihr Manager"])
def test_readers_are_addressed_formally(word: str) -> None:
    """The catalogue says "Sie" throughout."""
    found = [
        text for message in said() for text in forms(message.string) if re.search(rf"\b{word}\b", text, re.IGNORECASE)
    ]
    assert found == []


def test_sources_are_found() -> None:
    """The check looks at pages and at code; moving a folder does not switch it off."""
    kinds = {path.suffix for path in covered_files()}
    assert {".html", ".py"} <= kinds


def test_reasons_of_withheld_figures_are_found() -> None:
    """What the release policy says about a withheld figure is among the messages."""
    figure = participation(3, 10, 5)
    assert isinstance(figure, Withheld)
    assert figure.reason in messages()


def test_refusals_fill_in_by_name() -> None:
    """What a refusal fills in has a name, so that a page can translate the words around it."""
    filled_in = [
        ast.unparse(part.value)
        for tree in refusing_sources()
        for node in ast.walk(tree)
        for said in sayings(tree, node)
        for part in ast.walk(said)
        if isinstance(part, ast.FormattedValue)
    ]
    assert [each for each in filled_in if not re.fullmatch("[A-Z_]+", each)] == []


def test_refusals_tell_our_words_from_typed_ones() -> None:
    """A value that is described and not repeated is ``Said``, for what people typed is never translated."""
    given = [
        node.args[1]
        for tree in refusing_sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "Invalid"
    ]
    assert [ast.unparse(each) for each in given if isinstance(each, ast.JoinedStr)] == []
    assert [each.value for each in given if isinstance(each, ast.Constant) and each.value] == []


@pytest.mark.parametrize(
    "refused",
    ["There is no unit with the code {code}", "a time such as {example}", "{count} characters", "stop it first"],
)
def test_refusals_are_found(refused: str) -> None:
    """The messages of errors, what would be right and what was given are among the messages."""
    assert refused in messages()


def test_no_template_lowers_the_nouns_of_german() -> None:
    """What is translated keeps its letters; ``opening`` gives a sentence its first one."""
    lowering = re.compile(r"(?:called\([^)]*\)|_\([^)]*\))\|(?:capitalize|lower|title)\b")
    templates = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    assert [name for name, text in templates.items() if lowering.search(text)] == []
    assert opening("begrenzt: Ein Fehlschlag bleibt klein") == "Begrenzt: Ein Fehlschlag bleibt klein"
