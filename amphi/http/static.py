"""Stylesheets, scripts, icons: read once, served under the hash of them all, kept for a year.

One hash for the whole tree, in the folder's place (`/static/3f2a…/live/page.js`): so a module may
import its neighbour, and a stylesheet its icon, by a plain relative address.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amphi.rules.refusals import Refusal, Refused

FOR_A_YEAR = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
}


class Asset(NamedTuple):
    """One file; `zipped` None: compressing it gains nothing."""

    content: bytes
    zipped: bytes | None
    media_type: str


class Assets:
    """The files by their path below `static/`."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._assets = {path: _asset(path, content) for path, content in contents.items()}
        self.version = _hash(contents)

    def address(self, path: str) -> str:
        """Where pages find it. Raises KeyError for a file that is not there: a bug."""
        if path not in self._assets:
            raise KeyError(path)
        return f"/static/{self.version}/{path}"

    def text(self, path: str) -> str:
        """Its content, to be put into a page. Raises KeyError, as above."""
        return self._assets[path].content.decode()

    def paths(self) -> list[str]:
        return list(self._assets)

    def route(self) -> Route:
        """For the table of a program's routes."""
        return Route("/static/{version}/{path:path}", self._serve)

    async def _serve(self, request: Request) -> Response:
        # Another version is asked for by a page that was open over a restart, or by one of a
        # neighbour with newer code: it gets what there is, and does not keep it.
        asset = self._assets.get(request.path_params["path"])
        if asset is None:
            raise Refused(Refusal("unknown_address"))
        ours = request.path_params["version"] == self.version
        headers = {"Cache-Control": FOR_A_YEAR if ours else "no-cache", "Vary": "Accept-Encoding"}
        content = asset.content
        if asset.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"], content = "gzip", asset.zipped
        return Response(content, headers=headers, media_type=asset.media_type)


@cache
def assets() -> Assets:
    """Those of `amphi/web/static`, read once."""
    return Assets(dict(_walk(files("amphi.web").joinpath("static"), "")))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _walk(each, f"{prefix}{each.name}/")
        else:
            found.append((f"{prefix}{each.name}", each.read_bytes()))
    return sorted(found)


def _asset(path: str, content: bytes) -> Asset:
    zipped = gzip.compress(content, mtime=0)
    smaller = zipped if len(zipped) < len(content) else None
    return Asset(content, smaller, _media_type(path))


def _media_type(path: str) -> str:
    """Ours first: what a machine's own tables say of `.js` differs from one to the next."""
    ending = path[path.rfind(".") :]
    return _TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"


def _hash(contents: Mapping[str, bytes]) -> str:
    every = hashlib.sha256()
    for path in sorted(contents):
        every.update(f"{path} {len(contents[path])} ".encode() + contents[path])
    return every.hexdigest()[:16]
