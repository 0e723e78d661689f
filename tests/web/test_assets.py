"""Static files carry a hash in their address and are kept for good."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.web.assets import FOLDER


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_every_file_is_served_as_it_is(app: Flask, client: FlaskClient, name: str) -> None:
    """Plain and compressed, a file has the content of the folder and may be kept for a year."""
    address = app.extensions["assets"].address(name)
    plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})
    assert plain.data == gzip.decompress(packed.data) == (FOLDER / name).read_bytes()
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Vary"] == "Accept-Encoding"


def test_other_addresses_are_nothing(client: FlaskClient) -> None:
    """A hash of an older version or a plain name leads nowhere, and is not kept."""
    reply = client.get("/static/base.css")
    assert (reply.status_code, reply.headers["Cache-Control"]) == (404, "no-store")


def test_unknown_name_in_a_template_is_a_mistake(app: Flask) -> None:
    """A template that asks for a file that is not there fails at once."""
    with pytest.raises(KeyError, match="missing"):
        app.extensions["assets"].address("missing.css")


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.css")))
def test_paper_is_never_dark(name: str) -> None:
    """Colours for dark screens hold on screens alone: light letters would be lost on white paper."""
    assert "@media (prefers-color-scheme" not in (FOLDER / name).read_text(encoding="utf-8")
