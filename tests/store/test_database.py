"""What databases are told before anybody talks to them: to repeat no value, and to keep nothing that was deleted."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from surveyapp.store.database import empty_log, make_engine

WORDS = "Nobody listens in the Monday meeting"
SAY = text("INSERT INTO said VALUES (:words)")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Give a database that somebody said something in."""
    made = make_engine(f"sqlite:///{tmp_path / 'said.db'}")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE said (words TEXT)"))
        connection.execute(SAY, {"words": WORDS})
    return made


def files(engine: Engine) -> bytes:
    """Read every file of a database."""
    path = Path(str(make_url(str(engine.url)).database))
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def test_what_a_statement_failed_on_was_in_the_error(engine: Engine) -> None:
    """An error of the database goes to the log of staff pages and commands, and repeats no value there."""
    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        connection.execute(text("INSERT INTO missing VALUES (:words)"), {"words": WORDS})
    assert "missing" in str(failed.value)
    assert WORDS not in str(failed.value)
    engine.dispose()


def test_deleted_words_stood_in_the_log_of_the_database(engine: Engine) -> None:
    """They are in no file once the log is emptied, while others are still connected."""
    with engine.connect() as idle:
        idle.commit()
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM said"))
        assert WORDS.encode() in files(engine), "the attack did not see the file that it is about"
        empty_log(engine)
        assert WORDS.encode() not in files(engine)
    engine.dispose()


def test_nobody_waits_for_the_log_to_be_emptied(engine: Engine) -> None:
    """While somebody reads, it is left as it is without a complaint, and emptied the next time."""
    with engine.connect() as reader:
        reader.execute(text("SELECT words FROM said")).all()
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM said"))
        empty_log(engine)
        assert reader.execute(text("SELECT words FROM said")).scalar_one() == WORDS
    empty_log(engine)
    assert WORDS.encode() not in files(engine)
    engine.dispose()
