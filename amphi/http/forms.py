"""What a form of one of our pages sends."""

from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from amphi.rules.refusals import Refusal, Refused

Asked = TypeVar("Asked")
MEDIA_TYPE = "application/x-www-form-urlencoded"


async def form(request: Request, kind: type[Asked]) -> Asked:
    """The fields as `kind`; of a field given twice the first counts.

    Raises Refused: `bad_request` with why and where (another Content-Type, U+0000 too).
    """
    raw = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if raw and media_type != MEDIA_TYPE:
        raise Refused(Refusal("bad_request", {"why": "Content-Type"}))
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
        given = dict(reversed(pairs))
        if any("\0" in value for value in given.values()):
            raise Refused(Refusal("bad_request", {"why": "U+0000"}))
        return msgspec.convert(given, kind, strict=False)
    except (UnicodeDecodeError, msgspec.ValidationError) as fault:
        raise Refused(Refusal("bad_request", {"why": str(fault)[:300]})) from fault
