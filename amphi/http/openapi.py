"""The OpenAPI document of a program: spectree over msgspec structs.

spectree only documents. Bodies are read by `reading.py`, which refuses what its validation lets
pass (another Content-Type, U+0000, deep nesting) and answers with a problem.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from spectree import Response, SpecTree
from spectree.model_adapter.msgspec_adapter import MsgspecModelAdapter
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from amphi.http.posted import Unanswered
from amphi.http.problems import MEDIA_TYPE, Problem

Handler = Callable[..., Any]


class Operation(msgspec.Struct, frozen=True):
    """One method of one path. `errors`: statuses answered with a problem.

    `later`: a gesture through the mailbox, which may not be answered within 5 s (202).
    """

    path: str
    method: str
    handler: Handler
    answers: Any = None
    status: int = 200
    body: Any = None
    query: Any = None
    errors: tuple[int, ...] = ()
    signed_in: bool = False
    later: bool = False


def routes_of(operations: Sequence[Operation]) -> list[Route]:
    """One Starlette route for each."""
    return [Route(each.path, each.handler, methods=[each.method]) for each in operations]


def document(title: str, operations: Sequence[Operation], cookie: str) -> dict[str, Any]:
    """OpenAPI 3.1. `cookie`: the name of the sign-in cookie."""
    described = SpecTree(
        "starlette",
        model_adapter=MsgspecModelAdapter(),  # type: ignore[arg-type]  # stricter than its protocol
        naming_strategy=_name,
        nested_naming_strategy=lambda _, child: child,
        title=title,
        mode="strict",
        annotations=False,
    )
    routes: list[BaseRoute] = [_described(described, each) for each in operations]
    described.register(Starlette(routes=routes))
    return _finished(described.spec, operations, cookie)


def _described(described: SpecTree, operation: Operation) -> Route:
    answers = {f"HTTP_{operation.status}": operation.answers}
    if operation.later:
        answers["HTTP_202"] = Unanswered
    problems = {f"HTTP_{status}": Problem for status in (*operation.errors, 500, 503)}
    decorated = described.validate(
        json=operation.body,
        query=operation.query,
        resp=Response(**answers, **problems),
        skip_validation=True,
        validation_error_status=500,
    )(operation.handler)
    return Route(operation.path, decorated, methods=[operation.method])


def _name(model: Any) -> str:
    """`PageOfAmphi` for `Page[Amphi]`: names that stand in a reference without escaping."""
    arguments = getattr(model, "__args__", ())
    name = getattr(model, "__name__", None) or model.__origin__.__name__
    return "Of".join([name, *(_name(each) for each in arguments)])


def _finished(spec: dict[str, Any], operations: Sequence[Operation], cookie: str) -> dict[str, Any]:
    """Problems have their own media type, and who must be signed in is said."""
    scheme = {"type": "apiKey", "in": "cookie", "name": cookie}
    spec["components"]["securitySchemes"] = {"signIn": scheme}
    for each in operations:
        told = spec["paths"][each.path][each.method.lower()]
        told["security"] = [{"signIn": []}] if each.signed_in else []
        for status, response in told["responses"].items():
            if status >= "400":
                response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
    return spec
