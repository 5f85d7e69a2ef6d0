"""The built front end: names with a hash in them, compressed once when they are built, cached for ever."""

import json
import mimetypes
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.kit.errors import NotFound

STATIC = Path(__file__).parent / "static"
BUILD = STATIC / "build"
_ENCODINGS = {"br": ".br", "gzip": ".gz"}

mimetypes.add_type("font/woff2", ".woff2")


@cache
def _manifest() -> dict[str, str]:
    path = BUILD / "manifest.json"
    if not path.exists():
        raise RuntimeError("the front end has not been built; run `make setup`")
    names: dict[str, str] = json.loads(path.read_text("utf-8"))
    return names


def asset(name: str) -> str:
    """The address of a built file, such as `asset("app.css")`, or of one in static/ that is not built."""
    built = _manifest().get(name)
    return f"/static/build/{built}" if built is not None else f"/static/{name}"


async def serve(request: Request) -> Response:
    """`GET /static/{path}`: the file, in the best encoding that was built and that the browser takes."""
    name: str = request.path_params["path"]
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()) or path.suffix in _ENCODINGS.values() or not path.is_file():
        raise NotFound
    built = path.is_relative_to(BUILD.resolve())
    headers = {
        "cache-control": "public, max-age=31536000, immutable" if built else "public, max-age=3600",
        "vary": "accept-encoding",
    }
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    accepted = request.headers.get("accept-encoding", "")
    for encoding, suffix in _ENCODINGS.items():
        compressed = path.with_name(path.name + suffix)
        if encoding in accepted and compressed.is_file():
            return FileResponse(compressed, media_type=media_type, headers={**headers, "content-encoding": encoding})
    return FileResponse(path, media_type=media_type, headers=headers)
