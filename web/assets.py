"""Serves the built styles, scripts and fonts: packed beforehand, named by content."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

FOLDER = Path(__file__).parent / "static" / "dist"
EXTENSION = "lotse.assets"
FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Assets:
    """What lies in the folder of built files; read once, so that no request names a path."""

    names: dict[str, str]
    plain: dict[str, bytes]
    packed: dict[str, bytes]


def load(folder: Path = FOLDER) -> Assets:
    """Read the built files and the manifest that names them."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    names = json.loads(files.pop("manifest.json"))
    twins = [name for name in files if name.endswith(".gz")]
    packed = {name.removesuffix(".gz"): files.pop(name) for name in twins}
    return Assets(names=names, plain=files, packed=packed)


def install(app: Flask) -> None:
    """Give the application its assets and its templates the function `asset`."""
    app.extensions[EXTENSION] = load()
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(blueprint)


def asset(name: str) -> str:
    """Return the address of a built file by its plain name, such as `base.css`."""
    assets: Assets = current_app.extensions[EXTENSION]
    return url_for("assets.serve", name=assets.names[name])


@blueprint.get("/assets/<name>")
def serve(name: str) -> Response:
    """Answer with a built file, packed where the browser takes it."""
    assets: Assets = current_app.extensions[EXTENSION]
    if name not in assets.plain:
        abort(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(assets.plain[name], mimetype=kind)
    if name in assets.packed:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            response.set_data(assets.packed[name])
            response.content_encoding = "gzip"
    response.headers["Cache-Control"] = FOREVER
    return response
