"""Reading comments and themes: wave by wave, with the reason where there is nothing."""

from sqlalchemy import update

from surveyapp.privacy.comments import COACHES
from surveyapp.services.results.comments import words_of_trend
from surveyapp.services.results.files import export_rows
from surveyapp.services.results.overviews import together_trend
from surveyapp.services.results.reading import Trend, unit_trend
from surveyapp.services.roster.counting import tree_of
from surveyapp.store.pulses import Wave
from tests.fixtures.past import FOR_COACHES, WORDS, Past


def trend_of(past: Past, unit: str) -> Trend:
    """Return the trend of a unit."""
    return unit_trend(past.session, past.owner, past.pulse_id, past.unit(unit))


def test_words_come_by_wave_the_newest_first(past: Past) -> None:
    """Comments of the gates were written in the last wave only."""
    words = words_of_trend(past.session, past.owner, trend_of(past, "Gates"))
    assert [each.number for each in words] == [3, 2, 1]
    assert [set(each.comments) for each in words] == [set(WORDS), set(), set()]
    assert [each.says_something for each in words] == [True, False, False]
    assert dict(words[0].themes)["Workload and time"] == "most people"


def test_each_readership_has_its_own_words(past: Past) -> None:
    """Themes are for everybody and not repeated to coaches."""
    [latest, *_] = words_of_trend(past.session, past.owner, trend_of(past, "Gates"), COACHES)
    assert set(latest.comments) == set(FOR_COACHES)
    assert latest.themes == ()


def test_the_order_is_the_same_for_every_reader(past: Past) -> None:
    """Nobody can compare two orders, for there is one."""
    first, second = (words_of_trend(past.session, past.owner, trend_of(past, "Gates")) for _ in range(2))
    assert first == second


def test_the_reason_follows_from_what_is_public(past: Past) -> None:
    """Eight, six and eight of the cranes answered: too few wrote, too few answered."""
    words = words_of_trend(past.session, past.owner, trend_of(past, "Cranes"))
    assert [each.no_comments.reason for each in words] == [
        "fewer than 3 people wrote for these readers",
        "fewer than 8 people answered",
        "fewer than 3 people wrote for these readers",
    ]
    assert words[1].no_themes.reason == "fewer than 8 people answered"


def test_where_nobody_was_asked_that_is_the_reason(past: Past) -> None:
    """A wave without comments says so."""
    past.session.execute(update(Wave).values(comments=False))
    words = words_of_trend(past.session, past.owner, trend_of(past, "Cranes"))
    assert {each.no_comments.reason for each in words} == {"no comments were asked for here in this wave"}


def test_words_of_several_groups_are_never_together(past: Past) -> None:
    """A higher unit has none, on its page and in its file."""
    tree = tree_of(past.session, past.owner)
    trend = together_trend(past.session, past.owner, past.pulse_id, tree, past.unit("Harbour"))
    words = words_of_trend(past.session, past.owner, trend)
    assert words == ()
    assert "Themes" not in export_rows(trend, "en", words)[0]
