"""Reading what somebody sent: shape only, by hand, because drawing and parsing 50 radio fields is the hot path."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from surveyapp.privacy.comments import AUDIENCES, COACHES, NOTHING, THEMES, Note, plain
from surveyapp.services.answering import AnswerPage
from surveyapp.web.language import gettext as _
from surveyapp.web.language import ngettext

COMMENT_BYTES = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the id of the field where it can be put right."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer sheet as it came, together with what is wrong with it."""

    code: str = ""
    answers: Mapping[str, int] = field(default_factory=dict)
    note: Note = NOTHING
    looked: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def wants_a_look(self) -> bool:
        """Whether there is a comment that its author has not seen as its readers would."""
        return bool(self.note.comment) and not self.looked

    def with_problem(self, field_id: str, message: str) -> "Sheet":
        """Return the sheet with one more problem."""
        return replace(self, problems=(*self.problems, Problem(field_id, message)))

    def problem_at(self, field_id: str) -> str:
        """Return what is wrong with a field, or nothing."""
        return next((problem.message for problem in self.problems if problem.field == field_id), "")


def read_sheet(form: MultiDict[str, str], page: AnswerPage) -> Sheet:
    """Read a sheet; whatever was typed is kept even where it is wrong."""
    answers, problems = _read_answers(form, page)
    note = _read_note(form) if page.comments_open else NOTHING
    sheet = Sheet(form.get("code", "").strip(), answers, note, "looked" in form, tuple(problems))
    if not sheet.code:
        sheet = sheet.with_problem("code", _("Type the code from your invitation."))
    excess = len(note.comment.encode()) - COMMENT_BYTES
    if excess > 0:
        sheet = sheet.with_problem("comment", _too_long(excess))
    if not answers and not note.comment and not note.themes and "empty" not in form:
        sheet = sheet.with_problem(
            "questions", _("You have not answered anything yet. You may send an empty sheet if that is what you want.")
        )
    return sheet


def _read_answers(form: MultiDict[str, str], page: AnswerPage) -> tuple[dict[str, int], list[Problem]]:
    answers, problems = {}, []
    points = page.instrument.points
    for item in page.instrument.items:
        typed = form.get(f"answer-{item.key}", "")
        if typed.isdecimal() and len(typed) < 4 and 1 <= int(typed) <= points:
            answers[item.key] = int(typed)
        elif typed:
            expected = _("An answer is a number from 1 to {points}, or nothing.").format(points=points)
            problems.append(Problem(f"answer-{item.key}", expected))
    return answers, problems


def _read_note(form: MultiDict[str, str]) -> Note:
    """Read comment, readers and themes; whom nobody chose is nobody but the coaches."""
    comment = "" if "drop" in form else plain(form.get("comment", ""))
    audience = form.get("audience", COACHES)
    themes = frozenset(form.getlist("theme")) & frozenset(THEMES)
    return Note(comment, audience if audience in AUDIENCES else COACHES, themes)


def _too_long(excess: int) -> str:
    return ngettext(
        "Your comment is {excess} byte too long; please shorten it. Most letters take one byte, accented ones two.",
        "Your comment is {excess} bytes too long; please shorten it. Most letters take one byte, accented ones two.",
        excess,
    ).format(excess=excess)
