"""The arguments of each gesture as a body of `/admin/api/amphis/{id}/commands/{name}`."""

import msgspec

from admin_api.gesture import Gesture
from admin_api.gestures import GESTURES
from amphi.live.orders import FROM_ROWS


def body_of(gesture: Gesture) -> type[msgspec.Struct]:
    """For the document: less the name, which is in the address, and what is frozen from the rows."""
    hidden = FROM_ROWS.get(gesture.name, ())
    fields = [each for each in msgspec.structs.fields(gesture.order) if each.name not in hidden]
    return msgspec.defstruct(
        f"{gesture.order.__name__}Arguments",
        [_field(each) for each in fields],
        frozen=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": gesture.does},
    )


def _field(field: msgspec.structs.FieldInfo) -> tuple[str, object] | tuple[str, object, object]:
    if field.required:
        return field.encode_name, field.type
    default = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    return field.encode_name, field.type, default


BODIES = {each.name: body_of(each) for each in GESTURES}
