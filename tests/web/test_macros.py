"""The pieces that every staff page is made of."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from surveyapp.privacy.outcome import Shown, Withheld

# The types of the library do not know this short form yet.
KINDS: Any = {"a": "First", "b": "Second"}
Draw = Callable[..., str]


class TeamForm(Form):
    """A form with fields of every kind."""

    name = StringField("Name", [InputRequired("Give the team a name.")])
    note = TextAreaField("Note", description="Anything worth knowing")
    kind = RadioField("Kind", [InputRequired("Choose one.")], choices=KINDS)
    sure = BooleanField("I am sure")


@pytest.fixture
def draw(app: Flask) -> Iterator[Draw]:
    """Give a function that draws a piece of template with all macros at hand."""
    with app.test_request_context("/app/teams"):

        def draw(source: str, **values: object) -> str:
            names = "field, error_summary, figure, support, pager, breadcrumbs, confirm, empty_state, table, progress"
            html = f'{{% from "macros.html" import {names} with context %}}{source}'
            return " ".join(render_template_string(html, **values).split())

        yield draw


def filled(**values: str) -> TeamForm:
    """Return the form as it was sent, checked."""
    form = TeamForm(MultiDict(values))
    form.validate()
    return form


def test_field_ties_label_hint_and_error_together(draw: Draw) -> None:
    """A screen reader hears what is wrong with a field when it comes to it."""
    html = draw('{{ field(form.name, hint="As people say it") }}', form=filled())
    assert '<label for="name">' in html
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="error" id="name-error">Give the team a name.</p>' in html


def test_field_says_what_is_optional(draw: Draw) -> None:
    """Required fields are the rule, so the others are marked."""
    html = draw("{{ field(form.note) }}", form=filled())
    assert "optional" in html
    assert '<p class="hint" id="note-hint">Anything worth knowing</p>' in html
    assert "optional" not in draw("{{ field(form.name) }}", form=filled())


def test_choices_are_a_fieldset(draw: Draw) -> None:
    """Radio buttons share a legend, and each has its label."""
    html = draw("{{ field(form.kind) }}", form=filled(kind="b"))
    assert "<legend>Kind</legend>" in html
    assert html.count('<label class="choice"') == 2
    assert "checked" in html


def test_box_to_tick_has_its_words_beside_it(draw: Draw) -> None:
    """The label of a checkbox is what one ticks."""
    assert "<span>I am sure</span>" in draw("{{ field(form.sure) }}", form=filled())


def test_summary_leads_to_every_wrong_field(draw: Draw) -> None:
    """What is wrong is listed once, above, as links."""
    html = draw("{{ error_summary(form) }}", form=filled())
    assert '<a href="#name">Name: Give the team a name.</a>' in html
    assert '<a href="#kind">Kind: Choose one.</a>' in html


def test_summary_is_absent_when_all_is_well(draw: Draw) -> None:
    """A form without problems shows none."""
    assert draw("{{ error_summary(form) }}", form=filled(name="Cranes", kind="a")) == ""


def test_shown_figure_is_its_text(draw: Draw) -> None:
    """A figure is exactly the string of the release, with its n where asked for."""
    shown = Shown("3.4", 3.5, 3.4, 3.6, 9)
    assert draw("{{ figure(f) }}", f=shown) == '<span class="figure">3.4</span>'
    assert draw("{{ support(f) }}", f=shown) == '<span class="support">n = 9</span>'


def test_withheld_figure_says_why(draw: Draw) -> None:
    """Where there is no figure there is a reason, and no n."""
    withheld = Withheld("fewer than 5 answers")
    assert "not shown" in draw("{{ figure(f) }}", f=withheld)
    assert "fewer than 5 answers" in draw("{{ figure(f) }}", f=withheld)
    assert draw("{{ support(f) }}", f=withheld) == ""


def test_pager_has_neighbours_only(draw: Draw) -> None:
    """The first page has no previous one, a single page no pager."""
    html = draw("{{ pager(1, 3, href) }}", href=lambda page: f"?page={page}")
    assert 'href="?page=2"' in html
    assert "Previous" not in html
    assert "Page 1 of 3" in html
    assert draw("{{ pager(1, 1, href) }}", href=str) == ""


def test_breadcrumbs_end_where_one_is(draw: Draw) -> None:
    """The last crumb is no link."""
    html = draw("{{ breadcrumbs(trail) }}", trail=[("Teams", "/app/teams"), ("Cranes", "")])
    assert '<a href="/app/teams">Teams</a>' in html
    assert '<span aria-current="page">Cranes</span>' in html


def test_confirmation_can_be_left(draw: Draw) -> None:
    """A page that asks offers the way back and carries the hidden token."""
    html = draw('{% call confirm("Stop?", "/app/stop", "Stop the pulse", "/app/") %}It ends.{% endcall %}')
    assert 'name="csrf_token"' in html
    assert 'href="/app/">Go back</a>' in html


def test_empty_state_says_what_to_do(draw: Draw) -> None:
    """Nothing to show is an occasion to help."""
    html = draw('{% call empty_state("No teams yet", "/app/import", "Import a roster") %}Why.{% endcall %}')
    assert '<a class="button" href="/app/import">Import a roster</a>' in html


def test_table_scrolls_in_itself_by_keyboard(draw: Draw) -> None:
    """A wide table does not make a phone's page wider."""
    html = draw('{% call table("Teams") %}<tbody></tbody>{% endcall %}')
    assert 'role="region" aria-label="Teams" tabindex="0"' in html


def test_progress_is_said_in_words(draw: Draw) -> None:
    """A bar alone says nothing to those who do not see it."""
    html = draw('{{ progress("Importing", 3, 10) }}')
    assert '<progress value="3" max="10"></progress>' in html
    assert "3 of 10" in html
