"""A type's JSON schema that stands alone: what it refers to is put in its place."""

from typing import Any

import msgspec

Json = dict[str, Any]


def inline(kind: Any) -> Json:
    """The schema of any type msgspec knows, without references."""
    ((schema,), components) = msgspec.json.schema_components([kind], ref_template="#/{name}")
    resolved: Json = _resolved(schema, components)
    return resolved


def _resolved(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolved(each, components) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(components[schema["$ref"].removeprefix("#/")], components)
    return {name: _resolved(value, components) for name, value in schema.items()}
