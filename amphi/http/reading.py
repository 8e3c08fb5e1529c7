"""What a request brings, parsed once at the edge: JSON bodies, query parameters, keys."""

import re
import uuid
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from amphi.rules.refusals import Refusal, Refused

Asked = TypeVar("Asked")
_KEY = re.compile(r"[A-Za-z0-9._~:-]{1,128}")


async def body(request: Request, kind: type[Asked]) -> Asked:
    """The JSON body as `kind`; an empty one is an empty object.

    Raises Refused: `not_json` (another Content-Type), `bad_request` with why and where.
    """
    raw = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if raw and media_type != "application/json":
        raise Refused(Refusal("not_json", {"found": media_type[:100]}))
    # PostgreSQL stores no U+0000, and no name, id or sentence has one: it stops here.
    if b"\\u0000" in raw:
        raise Refused(Refusal("bad_request", {"why": "U+0000"}))
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Refused(Refusal("bad_request", {"why": str(fault)[:300]})) from fault


async def form(request: Request) -> dict[str, str]:
    """The fields of a plain HTML form, as far as it has them; the last one counts."""
    raw = (await request.body()).decode("utf-8", "replace")
    return {name: value.replace("\0", "") for name, value in parse_qsl(raw)}


def query(request: Request, kind: type[Asked]) -> Asked:
    """The query parameters as `kind`. Raises Refused `bad_request` (unknown and repeated ones too)."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    given = dict(pairs)
    if len(given) < len(pairs):
        raise Refused(Refusal("bad_request", {"why": "a parameter is given twice"}))
    if any("\0" in value for value in given.values()):
        raise Refused(Refusal("bad_request", {"why": "U+0000"}))
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as fault:
        raise Refused(Refusal("bad_request", {"why": str(fault)})) from fault


def command_id(request: Request) -> str:
    """`Idempotency-Key`, with or without quotes; a new one when there is none."""
    key = request.headers.get("idempotency-key", "").strip().strip('"')
    if not key:
        return str(uuid.uuid4())
    if not _KEY.fullmatch(key):
        raise Refused(Refusal("bad_request", {"why": "Idempotency-Key"}))
    return key


def client_address(request: Request) -> str:
    """Where the request came from; the server has put a trusted proxy's word in place."""
    return request.client.host if request.client else "unknown"
