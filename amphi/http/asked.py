"""What the address of a list asks for: filters, sorting, a page; and the addresses that ask for more."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.requests import Request

from amphi.rules.refusals import Refusal, Refused

Asked = TypeVar("Asked")
Item = TypeVar("Item")
LONGEST = 200
Number = Annotated[int, msgspec.Meta(ge=1, le=100_000)]  # of a page


def asked(request: Request, kind: type[Asked]) -> Asked:
    """The query as `kind`: empty fields are not asked for, unknown ones are nobody's, the last counts.

    Raises Refused `bad_request`.
    """
    pairs = parse_qsl(request.url.query)
    given = {name: value.strip() for name, value in pairs if value.strip()}
    if any("\0" in value or len(value) > LONGEST for value in given.values()):
        raise Refused(Refusal("bad_request", {"why": "U+0000"}))
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as fault:
        raise Refused(Refusal("bad_request", {"why": str(fault)})) from fault


class Here:
    """The address of this page with something changed, for links in it.

    `path`: of the page, where the request is a POST to another address.
    """

    def __init__(self, request: Request, path: str = "") -> None:
        self._path = path or request.url.path
        pairs = parse_qsl(request.url.query)
        self._given = {name: value for name, value in pairs if name != "done"}

    def having(self, **changes: Any) -> str:
        """None takes a parameter away."""
        changed = self._given | changes
        query = urlencode({name: value for name, value in changed.items() if value is not None})
        return f"{self._path}?{query}" if query else self._path

    @staticmethod
    def query(**given: Any) -> str:
        """Parameters as an address writes them."""
        return urlencode(given)


class Leaf(msgspec.Struct, Generic[Item], frozen=True):
    """One page of a list, counted from 1; `total`: items of the whole list."""

    items: Sequence[Item]
    page: int
    pages: int
    total: int


def leaf(items: Sequence[Item], page: int, size: int) -> Leaf[Item]:
    """The page asked for; behind the last one it is the last."""
    page, pages = page_of(len(items), page, size)
    return Leaf(items[(page - 1) * size : page * size], page, pages, len(items))


def page_of(total: int, page: int, size: int) -> tuple[int, int]:
    """The page that is there, and how many there are: for lists that are read a page at a time."""
    pages = max(1, math.ceil(total / size))
    return min(page, pages), pages
