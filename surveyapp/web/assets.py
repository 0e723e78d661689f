"""Static files under addresses that carry a hash of their content, so that browsers may keep them for good."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

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
    content: bytes
    packed: bytes
    content_type: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        """Read a file and name it after its content."""
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        packed = gzip.compress(content, 9, mtime=0)
        return cls(f"/static/{path.stem}.{digest}{path.suffix}", content, packed, TYPES[path.suffix])


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
    return packed_response(asset.content, asset.packed, asset.content_type, "public, max-age=31536000, immutable")


def packed_response(content: bytes | None, packed: bytes, content_type: str, caching: str) -> Response:
    """Answer with bytes compressed beforehand, or plain for a client that cannot unpack them."""
    takes_gzip = request.accept_encodings["gzip"] > 0
    body = packed if takes_gzip else content if content is not None else gzip.decompress(packed)
    response = Response(body, content_type=content_type)
    if takes_gzip:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = caching
    return response


def install(app: Flask) -> None:
    """Serve the static files and give templates ``asset(name)``."""
    assets = Assets()
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = assets.address
    app.register_blueprint(blueprint)
