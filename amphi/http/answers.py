"""What goes out: JSON, pages of a list, representations that may be kept."""

import base64
import hashlib
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from amphi.records.instants import millis
from amphi.rules.choosing.instants import iso
from amphi.rules.refusals import Refusal, Refused

Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]  # of items in one page
Item = TypeVar("Item")
Place = TypeVar("Place")

_encode = msgspec.json.encode


def json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Instants come out as ISO 8601 UTC."""
    return Response(_encode(value), status, headers, "application/json")


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """Part of a list; `cursor` asks for what follows, None: nothing does."""

    items: list[Item]
    cursor: str | None


def cursor_of(place: Any) -> str:
    """A place in a list as an opaque word."""
    return base64.urlsafe_b64encode(_encode(place)).decode().rstrip("=")


def place_of(cursor: str, kind: type[Place]) -> Place:
    """Raises Refused `bad_request` for a word that we did not give."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, RecursionError) as fault:  # msgspec's errors and binascii's are ValueErrors
        raise Refused(Refusal("bad_request", {"why": "cursor"})) from fault


def kept(request: Request, content: bytes, media_type: str = "application/json") -> Response:
    """What anybody may keep, asked about again each time: 304 when it is still the same."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache"}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, media_type)


def _matches(asked: str, etag: str) -> bool:
    """ "If-None-Match: * or a list of entity tags", compared weakly (RFC 9110 §13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    return etag in tags or tags == ["*"]


def stamp(at: datetime) -> str:
    """ "times are ISO 8601 UTC with milliseconds" (protocol.md)"""
    return iso(millis(at))


def stamp_or_none(at: datetime | None) -> str | None:
    """For what is not known yet."""
    return None if at is None else stamp(at)
