"""What was promised when a wave opened cannot be taken back: not by the pages, not by SQL, not by swapping files."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from surveyapp.errors import ReleaseRefused
from surveyapp.services.pulses.waves import close_wave
from surveyapp.services.results.chain import broken_links
from surveyapp.services.results.releasing import release_wave
from surveyapp.store.releases import Release, ReleaseRow
from tests.fixtures.world import World, item_keys

CHANGES = {
    "count_min": "6",
    "item_min": "9",
    "roster_min": "8",
    "grace_days": "30",
    "way_in": "'cards'",
    "opens_at": "'2020-01-01 00:00:00'",
    "closes_at": "'2030-01-01 00:00:00'",
}


REWRITES = ("UPDATE release_row SET n = 99", "DELETE FROM release_row", "DELETE FROM release")
# What an administrator of the database can always do first.
DROP_CONSTRAINTS = """
DO $$ DECLARE c record; BEGIN
  FOR c IN SELECT conname FROM pg_constraint WHERE conrelid = 'wave_group'::regclass AND contype = 'f' LOOP
    EXECUTE 'ALTER TABLE wave_group DROP CONSTRAINT ' || quote_ident(c.conname);
  END LOOP;
END $$
"""


def _run(url: str, *statements: str, constrained: bool = True) -> None:
    """Act as somebody with the database's own password."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite" and constrained:
                connection.execute(text("PRAGMA foreign_keys = ON"))
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("term", CHANGES)
def test_sql_cannot_change_a_term_of_an_open_wave(harbour: World, term: str) -> None:
    """The groups of an open wave refer to all its terms at once, so the database refuses."""
    harbour.open(harbour.pulse("Harbour"))
    harbour.session.commit()
    with pytest.raises(DBAPIError):
        _run(harbour.settings.database_url, f"UPDATE wave SET {term} = {CHANGES[term]}")


@pytest.mark.postgres
def test_terms_changed_past_the_constraint_end_the_wave_without_a_release(harbour: World, backend: str) -> None:
    """Who removes the constraint first still gets nothing: the boxes are sealed to the terms people were told."""
    wave = harbour.open(harbour.pulse("Harbour", count_min=6))
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 3) for _ in range(6)])
    # An open transaction of ours would keep the intruder waiting for its locks.
    harbour.session.commit()
    unlock = [DROP_CONSTRAINTS] if backend == "postgresql" else []
    _run(
        harbour.settings.database_url,
        *unlock,
        *(f"UPDATE {table} SET count_min = 5" for table in ("wave", "wave_group")),
        constrained=False,
    )
    harbour.session.expire_all()
    with pytest.raises(ReleaseRefused, match="terms of this wave were changed"):
        harbour.release(wave)
    assert harbour.session.scalars(select(Release)).all() == []


def test_thresholds_below_the_floor_do_not_fit_into_the_database(harbour: World) -> None:
    """Even before a wave opens, four answers are no minimum."""
    harbour.pulse("Harbour")
    harbour.session.commit()
    with pytest.raises(DBAPIError):
        _run(harbour.settings.database_url, "UPDATE pulse SET count_min = 4")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement", ["UPDATE release_row SET n = 99", "DELETE FROM release_row", "DELETE FROM release"]
)
def test_a_release_cannot_be_rewritten(harbour: World, statement: str) -> None:
    """Released rows are added once; changing or removing one is refused by the database."""
    wave = harbour.open(harbour.pulse("Harbour"))
    harbour.release(wave)
    harbour.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        _run(harbour.settings.database_url, statement)


def test_a_rewritten_release_breaks_its_chain(harbour: World) -> None:
    """Who removes the trigger first leaves a trace that a command finds."""
    pulse = harbour.pulse("Harbour")
    for _ in range(2):
        harbour.release(harbour.open(pulse))
    harbour.session.commit()
    _run(
        harbour.settings.database_url,
        "DROP TRIGGER release_row_no_update",
        "UPDATE release_row SET reason = 'because' WHERE release_id = (SELECT id FROM release WHERE sequence = 1)",
    )
    harbour.session.expire_all()
    assert broken_links(harbour.session, harbour.organisation_id) == [1]


def test_a_box_swapped_for_another_is_refused(harbour: World) -> None:
    """Content is bound to its place: the box of one group does not open as that of another."""
    wave = harbour.open(harbour.pulse("Harbour"))
    harbour.fill(wave, "Gates", [dict.fromkeys(item_keys(harbour, wave), 3) for _ in range(8)])
    _run(
        harbour.settings.vault_open_url,
        "UPDATE box SET sheets = (SELECT sheets FROM box ORDER BY length(sheets) DESC LIMIT 1)",
    )
    with pytest.raises(ReleaseRefused, match="altered"):
        harbour.release(wave)


def test_an_open_wave_is_not_released_early(harbour: World) -> None:
    """R1: before its fixed close nothing happens, whoever asks."""
    wave = harbour.open(harbour.pulse("Harbour"))
    early = wave.closes_at - timedelta(seconds=1)
    close_wave(harbour.session, wave, early)
    release_wave(harbour.session, harbour.vault, wave, early)
    assert wave.state == "open"
    assert harbour.session.scalars(select(ReleaseRow)).all() == []
