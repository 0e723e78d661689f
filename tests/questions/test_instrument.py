"""Scoring and choosing languages."""

import pytest

from surveyapp.errors import Invalid, NotFound
from surveyapp.questions import Instrument, load


@pytest.fixture
def trial(good: str) -> Instrument:
    """Load the small instrument."""
    return load(good, source="trial.toml")


@pytest.mark.parametrize(("raw", "score"), [(1, 4), (2, 3), (3, 2), (4, 1)])
def test_reverse_keyed_item_is_turned_around(trial: Instrument, raw: int, score: int) -> None:
    """The lowest answer to a reverse-keyed item scores highest, and so on."""
    assert trial.scored("loud-days", raw) == score


@pytest.mark.parametrize("raw", [1, 2, 3, 4])
def test_plain_item_scores_as_answered(trial: Instrument, raw: int) -> None:
    """An item that is not reverse-keyed scores what was answered."""
    assert trial.scored("quiet-days", raw) == raw


@pytest.mark.parametrize("raw", [0, 5, -1])
def test_answer_off_the_scale_is_refused(trial: Instrument, raw: int) -> None:
    """An answer outside the points names the item, the value and the limits."""
    with pytest.raises(Invalid, match=rf"loud-days: {raw} is not accepted; expected a whole number from 1 to 4"):
        trial.scored("loud-days", raw)


def test_score_of_unknown_item_is_refused(trial: Instrument) -> None:
    """An item that the instrument does not have cannot be scored."""
    with pytest.raises(NotFound, match="trial version 3 has no item 'other'"):
        trial.scored("other", 1)


def test_unknown_scale_is_not_found(trial: Instrument) -> None:
    """A scale that the instrument does not have is named in the refusal."""
    with pytest.raises(NotFound, match="no scale 'other'"):
        trial.scale("other")


def test_scale_lists_its_items_in_order(trial: Instrument) -> None:
    """A scale holds its items in the order of the file."""
    assert trial.scale("calm").items == ("quiet-days", "loud-days")


@pytest.mark.parametrize(
    ("language", "text"),
    [("ar", "تجربة"), ("ar-EG", "تجربة"), ("en", "Trial"), ("de", "Trial"), ("", "Trial")],
)
def test_text_falls_back_to_parent_then_first_language(trial: Instrument, language: str, text: str) -> None:
    """A regional language takes its parent's text, an unknown one the first language of the instrument."""
    assert trial.text_in(trial.title, language) == text


def test_anchors_are_chosen_like_texts(trial: Instrument) -> None:
    """Anchors in one language come as one tuple."""
    assert trial.text_in(trial.anchors, "de") == ("never", "seldom", "often", "always")
