"""Columns that are kept from night to night."""

from uuid import UUID

import numpy as np
import pytest

from surveyapp.stats.tables import Places, keys, packed, unpacked

ONE, OTHER = UUID(int=0), UUID(int=1)


def test_columns_come_back_as_they_were() -> None:
    """To the last digit, with what is missing, and with keys that begin and end with noughts."""
    columns = {"group": keys([ONE, OTHER.hex]), "value": np.array([0.1 + 0.2, np.nan]), "n": np.array([5.0, 7.0])}
    found = unpacked(packed(columns))
    assert list(found) == ["group", "value", "n"]
    assert found["group"].tolist() == [ONE.hex.encode(), OTHER.hex.encode()]
    np.testing.assert_array_equal(found["value"], columns["value"])
    assert packed(columns) == packed(found)


def test_a_wave_without_groups_has_empty_columns() -> None:
    """Their names stay."""
    found = unpacked(packed({"group": keys([]), "n": np.zeros(0)}))
    assert {name: len(column) for name, column in found.items()} == {"group": 0, "n": 0}


def test_columns_of_different_length_are_refused() -> None:
    """They would belong to different groups."""
    with pytest.raises(ValueError, match=r"columns are \[1, 2\] long; they must be equally long"):
        packed({"group": keys([ONE]), "n": np.zeros(2)})


@pytest.mark.parametrize("content", [b"", b"PK", packed({"n": np.zeros(3)})[:-1], packed({"n": np.zeros(3)})[:20]])
def test_bytes_that_are_no_columns_are_refused(content: bytes) -> None:
    """Nothing at all, something else, and what was cut off."""
    with pytest.raises(ValueError, match="these bytes are no columns"):
        unpacked(content)


def test_objects_are_neither_written_nor_read() -> None:
    """Reading them would run what somebody put there."""
    with pytest.raises(ValueError, match="allow_pickle"):
        packed({"n": np.array([object()])})


def test_an_unknown_key_is_named() -> None:
    """A group that no series knows is a fault and not left out."""
    places = Places(keys([ONE]), np.array([4]))
    assert places.of(keys([ONE, ONE])).tolist() == [4, 4]
    with pytest.raises(KeyError, match=OTHER.hex):
        places.of(keys([OTHER]))
