"""Static files under addresses that carry a hash of their content, so that browsers may keep them for good."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request
from werkzeug.http import parse_accept_header

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, read and compressed once at start."""

    address: str
    packed: bytes
    content_type: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        """Read a file and name it after its content."""
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        packed = gzip.compress(content, 9, mtime=0)
        return cls(f"/static/{path.stem}.{digest}{path.suffix}", packed, TYPES[path.suffix])


class Assets:
    """All static files, by their name in the folder and by their public address."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._by_name = {path.name: Asset.read(path) for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        self._by_address = {asset.address: asset for asset in self._by_name.values()}

    def address(self, name: str) -> str:
        """Return the public address of a file; an unknown name is a mistake in a template and raises KeyError."""
        return self._by_name[name].address

    def at(self, address: str) -> Asset | None:
        """Return the file at a public address."""
        return self._by_address.get(address)


@blueprint.get("/static/<name>")
def static(name: str) -> Response:
    """Send a static file, compressed when the browser takes it."""
    asset = current_app.extensions["assets"].at(f"/static/{name}")
    if asset is None:
        abort(404)
    return packed_response(asset.packed, asset.content_type, "public, max-age=31536000, immutable")


def packed_response(packed: bytes, content_type: str, caching: str, vary: str = "Accept-Encoding") -> Response:
    """Answer with bytes compressed beforehand, or unpacked for a client that cannot do it."""
    headers = {"Content-Type": content_type, "Cache-Control": caching, "Vary": vary}
    if not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return Response(gzip.decompress(packed), headers=headers)
    return Response(packed, headers=headers | {"Content-Encoding": "gzip"})


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Tell from an ``Accept-Encoding`` header whether the client unpacks gzip."""
    return parse_accept_header(accepted)["gzip"] > 0


def install(app: Flask) -> None:
    """Serve the static files and give templates ``asset(name)``."""
    assets = Assets()
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = assets.address
    app.register_blueprint(blueprint)
