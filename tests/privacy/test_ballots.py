"""Ballot codes: readable, forgiving, and stored as a hash."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.errors import UnknownBallot
from surveyapp.privacy.ballots import ALPHABET, LENGTH, derive_code, hash_code, read_code, show_code

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(codes)
def test_a_printed_code_is_read_back(code: str) -> None:
    """Dashes, blanks, small letters and the usual misreadings change nothing."""
    typed = show_code(code).lower().replace("0", "o").replace("1", "l").replace("-", " - ")
    assert read_code(typed) == code


@given(st.text(max_size=40))
def test_anything_else_is_refused_without_repeating_it(typed: str) -> None:
    """A message may be logged, so it never holds what was typed."""
    if looks_like_a_code(typed):
        return
    with pytest.raises(UnknownBallot, match=r"^A code has 16 letters and digits, in four groups of four$"):
        read_code(typed)


def looks_like_a_code(typed: str) -> bool:
    """Tell whether a text would be taken, by the rule as mails explain it."""
    plain = "".join(letter for letter in typed.strip().upper() if letter not in " -\N{EN DASH}")
    return len(plain) == LENGTH and set(plain) <= set(ALPHABET) | set("OIL")


def test_codes_follow_from_key_and_seed() -> None:
    """A reminder repeats the code of the invitation, and another key gives another code."""
    seed = secrets.token_bytes(16)
    assert derive_code(b"key", seed) == derive_code(b"key", seed)
    assert derive_code(b"key", seed) != derive_code(b"other", seed)
    assert derive_code(b"key", seed) != derive_code(b"key", secrets.token_bytes(16))


def test_codes_and_hashes_outlive_the_program_that_made_them() -> None:
    """Invitations are sent before an update and used after it, so what follows from a seed never changes."""
    code = derive_code(b"key", bytes(range(16)))
    assert code == "A01SZDR731SVBDDR"
    assert show_code(code) == "A01S-ZDR7-31SV-BDDR"
    assert hash_code("0123456789ABCDEF").hex() == "6448f9fa2b86f7a0caa437ae11e1e2c12e223f6ae0105244e98fff7e32ccfc53"


@pytest.mark.parametrize("typed", ["a01s-zdr7-31sv-bddr", " AO1S ZDR7 3iSV BDDR", "A0LSZDR7\N{EN DASH}31sVBDDR "])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    """Small letters, blanks, dashes of two kinds, and O, I and L for what they look like."""
    assert read_code(typed) == "A01SZDR731SVBDDR"


def test_the_hash_is_not_the_code() -> None:
    """What is stored has 32 bytes and no letter of the code in order."""
    code = derive_code(b"key", bytes(16))
    assert len(hash_code(code)) == 32
    assert code.encode() not in hash_code(code)


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 16, "É" * 16])
def test_codes_of_the_wrong_shape_are_unknown(typed: str) -> None:
    """Too short, or with letters that no code has."""
    with pytest.raises(UnknownBallot, match=r"^A code has 16 letters and digits, in four groups of four$"):
        read_code(typed)
