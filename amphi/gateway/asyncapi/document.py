"""The document itself: two directions, one channel, every message, every schema."""

from typing import Any, get_args

import msgspec

from amphi.gateway.asyncapi.events import event_schemas
from amphi.gateway.asyncapi.gestures import gesture_schemas
from amphi.gateway.asyncapi.views import VIEW, YOU
from amphi.gateway.close_codes import REASONS, CloseCode
from amphi.gateway.messages import client, server

Json = dict[str, Any]

SCHEMAS = "#/components/schemas/{name}"
ADDRESS = "/ws/amphis/{amphi_id}"


def document() -> Json:
    """AsyncAPI 3.0.0, as plain JSON values."""
    heard = {name: _payload(kind) for name, kind in client.KINDS.items()}
    said = {_type_of(kind): _payload(kind) for kind in get_args(server.ServerFrame)}
    said["you"] = {"$ref": "#/components/schemas/YouFrame"}
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "channels": {"amphi": _channel([*heard, *said])},
        "operations": {
            "hear": _operation("receive", list(heard), "What a client may say."),
            "say": _operation("send", list(said), "What the gateway says."),
        },
        "components": {
            "messages": {name: _message(name, heard, said) for name in (heard | said)},
            "schemas": _schemas(),
        },
    }


def _info() -> Json:
    codes = "\n".join(_code(code) for code in CloseCode)
    text = "One WebSocket per amphi and person, subprotocol amphi.v1. Close codes:\n" + codes
    return {"title": "Amphi", "version": "1", "description": text}


def _code(code: CloseCode) -> str:
    back = "come back, with resume" if code.come_back else "do not come back by yourself"
    return f"- {code.value} {REASONS[code]}: {back}"


def _channel(names: list[str]) -> Json:
    return {
        "address": ADDRESS,
        "description": "`?ticket=` from `POST /api/tickets`, or the site's cookie, or nothing.",
        "parameters": {"amphi_id": {"description": "The amphi's id."}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
    }


def _operation(action: str, names: list[str], summary: str) -> Json:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/amphi"},
        "messages": [{"$ref": f"#/channels/amphi/messages/{name}"} for name in names],
    }


def _message(name: str, heard: dict[str, Json], said: dict[str, Json]) -> Json:
    return {"name": name, "payload": (heard | said)[name]}


def _type_of(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag)


def _payload(kind: type[msgspec.Struct]) -> Json:
    ((reference,), _) = msgspec.json.schema_components([kind], ref_template=SCHEMAS)
    return reference


def _schemas() -> Json:
    frames = [*client.KINDS.values(), *get_args(server.ServerFrame)]
    _, schemas = msgspec.json.schema_components(frames, ref_template=SCHEMAS)
    for name in ("Welcome", "Resumed"):
        schemas[name]["properties"] |= {"you": _or_null("You")}
    schemas["Welcome"]["properties"] |= {"view": _reference("View")}
    schemas["Resumed"]["properties"]["frames"]["items"] = _reference("Event")
    events = event_schemas()
    kinds = {"oneOf": [_reference(name) for name in events]}
    schemas["Event"]["properties"]["events"]["items"] = kinds
    gestures = gesture_schemas()
    schemas["OperatorCommand"]["oneOf"] = [_reference(name) for name in gestures]
    return schemas | events | gestures | {"View": VIEW, "You": YOU, "YouFrame": _you_frame()}


def _you_frame() -> Json:
    properties = {"type": {"const": "you"}, **YOU["properties"]}
    return YOU | {"required": ["type", *YOU["required"]], "properties": properties}


def _reference(name: str) -> Json:
    return {"$ref": SCHEMAS.format(name=name)}


def _or_null(name: str) -> Json:
    return {"anyOf": [_reference(name), {"type": "null"}]}
