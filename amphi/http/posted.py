"""The answer to a gesture through the mailbox: done, or look again later (architecture.md)."""

import msgspec
from starlette.responses import Response

from amphi.actions.asking import Posted
from amphi.http.answers import json


class Accepted(msgspec.Struct, frozen=True):
    """On record; `seq` is its place in the offer's journal."""

    seq: int


class Unanswered(msgspec.Struct, frozen=True):
    """Posted, not answered within 5 s. `look`: where its acceptance will be found."""

    id: str
    look: str


def answer(posted: Posted, prefix: str) -> Response:
    """200 with `seq`, or 202 with an address under `prefix`."""
    if posted.seq is not None:
        return json(Accepted(posted.seq))
    look = f"{prefix}/commands/{posted.offer}/{posted.id}"
    return json(Unanswered(posted.id, look), 202, {"Location": look})
