"""The sheet of a group: what it says, what it takes, what it answers."""

import gzip
import re

import pytest
from flask.testing import FlaskClient

from surveyapp.privacy.ballots import hash_code, read_code
from surveyapp.privacy.comments import COACHES, EVERYBODY, THEMES, Note
from surveyapp.services.pulses.waves import terms_digest
from surveyapp.vault.deposit import is_spent
from surveyapp.vault.opening import open_boxes
from tests.fixtures.site import Check, Clock

LOOKED = {"looked": "yes"}
FIRST = {"answer-raise-concerns": "4", "answer-own-mistakes": "2"}


def spent(check: Check, code: str) -> bool:
    """Tell whether a ballot was used."""
    found = is_spent(check.world.vault, check.wave.organisation_id, check.wave.id, hash_code(read_code(code)))
    assert found is not None
    return found[1]


def kept(check: Check) -> list[Note]:
    """Return the notes that lie in the boxes of the wave."""
    wave = check.wave
    boxes = open_boxes(check.world.vault, wave.organisation_id, wave.id, 9, terms_digest(wave))
    return [note for box in boxes for note in box.notes]


def visible(html: str) -> str:
    """Return what a reader sees of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "words",
    [
        "Cranes, 10 people",
        "Nobody is shown what one person answered",
        "The administrators of this server could find out whether you answered.",
        "March 6, 2026, 9:00",
        "Fewer than 5 other sheets: no number.",
    ],
)
def test_says_who_sees_what_before_the_first_question(client: FlaskClient, check: Check, words: str) -> None:
    """Group, visibility, promise, time of the results and thresholds stand above the first statement."""
    page = client.get(check.path).text
    before = page[: page.index("<fieldset")]
    assert words in visible(before).replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_is_the_same_for_everybody(client: FlaskClient, check: Check) -> None:
    """Two people of a group get the same bytes, whatever their browsers send along."""
    plain = client.get(check.path)
    other = client.get(check.path, headers={"Cookie": "surveyapp=x", "User-Agent": "another"})
    assert plain.data == other.data
    assert plain.headers["ETag"] == other.headers["ETag"]


def test_is_not_sent_again_when_unchanged(client: FlaskClient, check: Check) -> None:
    """A browser that has the page gets a short answer."""
    tag = client.get(check.path).headers["ETag"]
    again = client.get(check.path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_comes_compressed(client: FlaskClient, check: Check) -> None:
    """The compressed page is the plain page."""
    packed = client.get(check.path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == client.get(check.path).data


def test_takes_a_sheet(client: FlaskClient, check: Check) -> None:
    """A sheet with some answers is taken, thanked for, and the ballot is spent."""
    reply = client.post(check.path, data={"code": check.codes[0], **FIRST, "comment": "More light, please.", **LOOKED})
    assert reply.status_code == 200
    assert "Thank you" in reply.text
    assert spent(check, check.codes[0])


def test_thanks_alike_for_first_and_repeated_sends(client: FlaskClient, check: Check) -> None:
    """Nobody can tell from the reply whether the ballot had been used."""
    sheet = {"code": check.codes[0], **FIRST}
    first, second = client.post(check.path, data=sheet), client.post(check.path, data=sheet)
    assert first.data == second.data
    assert {**first.headers, "Date": ""} == {**second.headers, "Date": ""}
    assert "the first sheet counts" in first.text


def test_takes_a_code_as_people_type_it(client: FlaskClient, check: Check) -> None:
    """Small letters, spaces and misread letters are no obstacle."""
    typed = f"  {check.codes[0].lower().replace('-', ' ').replace('0', 'o')} "
    client.post(check.path, data={"code": typed, **FIRST})
    assert spent(check, check.codes[0])


def test_keeps_what_was_typed_when_the_code_is_unknown(client: FlaskClient, check: Check) -> None:
    """An unknown code is asked for again; answers and comment stay."""
    reply = client.post(check.path, data={"code": "0000-0000-0000-0000", **FIRST, "comment": "<Mind the gap>"})
    assert reply.status_code == 422
    assert "We do not know this code" in reply.text
    assert 'value="0000-0000-0000-0000"' in reply.text
    assert reply.text.count(" checked") == len(FIRST)
    assert "&lt;Mind the gap&gt;</textarea>" in reply.text


def test_takes_no_code_of_another_group(client: FlaskClient, check: Check) -> None:
    """A ballot is the right to one box only."""
    code = check.world.codes(check.wave, "Gates")[0]
    reply = client.post(check.path, data={"code": code, **FIRST})
    assert reply.status_code == 422
    assert not spent(check, code)


def test_says_how_much_too_long_a_comment_is(client: FlaskClient, check: Check) -> None:
    """The message counts bytes as the box does, and the code travels on unseen."""
    reply = client.post(check.path, data={"code": check.codes[0], **FIRST, "comment": "ä" * 503})
    assert reply.status_code == 422
    assert "Your comment is 6 bytes too long" in reply.text
    assert f'<input type="hidden" id="code" name="code" value="{check.codes[0]}">' in reply.text
    assert not spent(check, check.codes[0])


def test_takes_the_longest_comment(client: FlaskClient, check: Check) -> None:
    """A comment that just fits is taken; a new line counts as one byte."""
    comment = "a\r\n" * 499 + "ab"
    reply = client.post(check.path, data={"code": check.codes[0], "comment": comment, **LOOKED})
    assert "Thank you" in reply.text
    assert kept(check) == [Note(comment.replace("\r", ""))]


def test_asks_before_taking_an_empty_sheet(client: FlaskClient, check: Check) -> None:
    """A ballot is not used up by pressing the button too early."""
    reply = client.post(check.path, data={"code": check.codes[0]})
    assert reply.status_code == 422
    assert "Send an empty sheet" in reply.text
    assert not spent(check, check.codes[0])


def test_takes_an_empty_sheet_that_is_meant(client: FlaskClient, check: Check) -> None:
    """Every statement can be skipped, all of them too."""
    assert client.post(check.path, data={"code": check.codes[0], "empty": "yes"}).status_code == 200
    assert spent(check, check.codes[0])


@pytest.mark.parametrize("value", ["0", "6", "-1", "4.0", "x", "1" * 5000])
def test_refuses_answers_outside_the_scale(client: FlaskClient, check: Check, value: str) -> None:
    """A forged answer is named with its field and what would be right."""
    reply = client.post(check.path, data={"code": check.codes[0], "answer-hovering": value})
    assert reply.status_code == 422
    assert '<a href="#answer-hovering">An answer is a number from 1 to 5, or nothing.</a>' in reply.text
    assert not spent(check, check.codes[0])


def test_skipped_statements_are_no_answers(client: FlaskClient, check: Check) -> None:
    """Choosing "skip" is the same as leaving a statement alone."""
    reply = client.post(check.path, data={"code": check.codes[0], **FIRST, "answer-hovering": ""})
    assert reply.status_code == 200


def test_speaks_the_language_that_is_asked_for(client: FlaskClient, check: Check) -> None:
    """The address decides, then the browser, then the first language of the instrument."""
    german = {"Accept-Language": "de-AT,de;q=.9"}
    assert '<html lang="de"' in client.get(check.path, headers=german).text
    assert '<html lang="en"' in client.get(check.path + "?lang=en", headers=german).text
    assert '<html lang="en"' in client.get(check.path, headers={"Accept-Language": "fi"}).text
    assert "Wenn ich sehe, dass etwas schiefläuft" in client.get(check.path + "?lang=de").text


def test_says_when_it_opens(client: FlaskClient, check: Check, clock: Clock) -> None:
    """Before the opening there is a page with the time, and nothing is taken."""
    clock.moment = check.wave.opens_at.replace(year=2025)
    early = client.get(check.path)
    assert (early.status_code, "This check is not open yet" in early.text) == (403, True)
    assert client.post(check.path, data={"code": check.codes[0], **FIRST}).status_code == 403
    assert not spent(check, check.codes[0])


def test_closes_at_the_minute(client: FlaskClient, check: Check, clock: Clock) -> None:
    """A page that was kept ready is not shown beyond the close, and nothing is taken after it."""
    assert client.get(check.path).status_code == 200
    clock.moment = check.wave.closes_at
    late = client.get(check.path)
    assert (late.status_code, "This check is closed" in late.text) == (410, True)
    assert client.post(check.path, data={"code": check.codes[0], **FIRST}).status_code == 410
    assert not spent(check, check.codes[0])


def test_unknown_address_is_explained(client: FlaskClient, check: Check) -> None:
    """A mistyped link leads to a page that says what to do."""
    reply = client.get(f"{check.path[:-4]}zzzz")
    assert reply.status_code == 404
    assert "please look at the link again" in reply.text


def test_refuses_more_than_a_sheet(client: FlaskClient, check: Check) -> None:
    """Nobody can make the server read megabytes."""
    reply = client.post(check.path, data={"code": check.codes[0], "comment": "x" * 100_000})
    assert reply.status_code == 413
    assert "too much at once" in reply.text


def test_has_no_box_for_comments_where_a_group_is_small(client: FlaskClient, check: Check) -> None:
    """Without comments in the pulse there is no field, and a forged comment is dropped."""
    wave = check.world.open(check.world.pulse("Harbour", name="Quiet", comments=False))
    path = f"/answer/{check.world.group_of(wave, 'Cranes').slug}"
    assert "<textarea" not in client.get(path).text
    code = check.world.codes(wave, "Cranes")[0]
    assert client.post(path, data={"code": code, "comment": "x" * 2000}).status_code == 422


def test_shows_a_comment_once_more_before_it_is_sent(client: FlaskClient, check: Check) -> None:
    """As others would see it, without markup, with everything else that was entered, and nothing is stored."""
    sheet = {"code": check.codes[0], **FIRST, "comment": "<b>Since</b> Monday, 12 & more", "theme": ["mistakes"]}
    reply = client.post(check.path, data=sheet)
    assert reply.status_code == 200
    assert "&lt;b&gt;Since&lt;/b&gt; Monday, 12 &amp; more</blockquote>" in reply.text
    assert '<input type="hidden" name="answer-raise-concerns" value="4">' in reply.text
    assert '<input type="hidden" name="theme" value="mistakes">' in reply.text
    assert "When something was: Monday" in visible(reply.text)
    assert "A number: 12" in visible(reply.text)
    assert not spent(check, check.codes[0])


def test_a_used_code_shows_no_comment_again(client: FlaskClient, check: Check) -> None:
    """Who steps back on a shared device and sends the form again is thanked, and reads nothing."""
    sheet = {"code": check.codes[0], **FIRST, "comment": "Between us"}
    thanks = client.post(check.path, data=sheet | LOOKED)
    assert client.post(check.path, data=sheet).data == thanks.data


def test_an_unknown_code_is_told_before_the_look(client: FlaskClient, check: Check) -> None:
    """Nobody chooses readers for a comment that cannot be sent."""
    other = check.world.codes(check.wave, "Gates")[0]
    for code in ("0000-0000-0000-0000", other):
        reply = client.post(check.path, data={"code": code, **FIRST, "comment": "Hello"})
        assert (reply.status_code, "We do not know this code" in reply.text) == (422, True)


def test_warns_of_no_more_than_it_finds(client: FlaskClient, check: Check) -> None:
    """Plain words get no hint, and the page says what it cannot know."""
    reply = client.post(check.path, data={"code": check.codes[0], "comment": "More light, please."})
    assert "Nothing that this page looks for" in reply.text
    assert "who recognises your way of writing" in reply.text


def test_a_comment_without_a_choice_is_for_coaches(client: FlaskClient, check: Check) -> None:
    """The fewest readers are the default, and what is no choice is the default too."""
    for code, audience in zip(check.codes, ({}, {"audience": "managers"}, {"audience": EVERYBODY}), strict=False):
        client.post(check.path, data={"code": code, "comment": "So", **LOOKED, **audience})
    assert sorted(note.audience for note in kept(check)) == [COACHES, COACHES, EVERYBODY]


def test_takes_themes_without_a_comment(client: FlaskClient, check: Check) -> None:
    """A tap is enough for a sheet, and unknown themes are dropped."""
    reply = client.post(check.path, data={"code": check.codes[0], "theme": [*THEMES, "salary"]})
    assert "Thank you" in reply.text
    assert kept(check) == [Note(themes=frozenset(THEMES))]


def test_leaves_a_comment_out_when_asked(client: FlaskClient, check: Check) -> None:
    """Whoever thinks better of it sends the answers alone."""
    client.post(check.path, data={"code": check.codes[0], **FIRST, "comment": "No", **LOOKED, "drop": "yes"})
    assert spent(check, check.codes[0])
    assert kept(check) == [Note()]


def test_themes_stay_ticked_when_something_is_wrong(client: FlaskClient, check: Check) -> None:
    """Nothing that was entered is lost with a wrong code."""
    reply = client.post(check.path, data={"code": "0000-0000-0000-0000", "theme": ["mistakes"]})
    assert reply.text.count(" checked") == 1
