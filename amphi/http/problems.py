"""What went wrong, as `application/problem+json` (RFC 9457): `code`, French `detail`, `facts`."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from amphi.http.sentences import sentence, sentences
from amphi.live.ports import JournalUnavailable, StoreUnavailable, Violated
from amphi.rules.refusals import ASKING, CHOOSING, FINDING, RANKING, Refusal, Refused

MEDIA_TYPE = "application/problem+json"
STATUS: dict[str, int] = CHOOSING | FINDING | ASKING | RANKING

# What Starlette itself refuses, in our words.
_BY_STATUS = {404: "unknown_address", 405: "method_not_allowed"}

_encode = msgspec.json.encode


class Problem(msgspec.Struct, frozen=True):
    """`title` is the same for every problem of one `status`; `detail` is the refusal's sentence.

    `type` is a relative reference, so that no installation's address stands in it.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any] = {}


def problem(refusal: Refusal) -> Problem:
    """Raises KeyError for a code without status or sentence: a bug, which tests look for."""
    status, titles = STATUS[refusal.code], sentences().titles
    return Problem(
        type=f"/problems/{refusal.code}",
        title=titles.get(refusal.code, titles[str(status)]),
        status=status,
        code=refusal.code,
        detail=sentence(refusal),
        facts=refusal.facts,
    )


def refused(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that says no."""
    said = problem(refusal)
    return Response(
        _encode(said),
        said.status,
        {"Cache-Control": "no-store", **_usual(refusal), **(headers or {})},
        MEDIA_TYPE,
    )


def _usual(refusal: Refusal) -> dict[str, str]:
    """ "401 … MUST send a WWW-Authenticate header field" (RFC 9110 §15.5.2); when to come back."""
    if STATUS[refusal.code] == 401:
        return {"WWW-Authenticate": 'Session realm="amphi"'}
    if "retry_after" in refusal.facts:
        return {"Retry-After": str(refusal.facts["retry_after"])}
    return {"Retry-After": "2"} if STATUS[refusal.code] == 503 else {}


def meaning(error: Exception) -> Refusal:
    """What an exception that nobody caught tells the client; never more than that."""
    match error:
        case Refused():
            return error.refusals[0]
        case Violated():
            return Refusal(error.code, error.facts)
        case JournalUnavailable() | StoreUnavailable():
            return Refusal("unavailable")
        case HTTPException():
            return Refusal(_BY_STATUS.get(error.status_code, "bad_request"))
        case _:
            return Refusal("internal_error")


async def of_starlette(_: Request, error: Exception) -> Response:
    """Unknown path, unknown method: an exception handler for Starlette."""
    headers = error.headers if isinstance(error, HTTPException) else None
    return refused(meaning(error), headers)
