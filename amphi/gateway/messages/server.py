"""Server → client: every frame we send, one page (protocol.md §1).

Instants are ISO 8601 UTC with milliseconds. A field that is null may as well be absent.
"""

from typing import Any, Literal

import msgspec

Role = Literal["spectator", "intern", "proxy", "operator"]
ErrorCode = Literal["bad_frame", "too_fast"]
View = dict[str, Any] | msgspec.Raw  # Raw: encoded once, for all who ask at the same `seq`
You = dict[str, Any] | msgspec.Raw


class Frame(msgspec.Struct, frozen=True, tag_field="type"):
    """One JSON object; `type` says which. New fields may be added: ignore what you do not know."""


class Welcome(Frame, frozen=True, tag="welcome"):
    """A fresh view: forget what you held. May also come later on, when the lineage or your role changes."""

    epoch: str
    seq: int
    now: str
    role: Role
    view: View
    you: You | None
    resume_token: str


class Resumed(Frame, frozen=True, tag="resumed"):
    """What you missed, in order."""

    epoch: str
    seq: int
    now: str
    role: Role
    frames: list[msgspec.Raw]
    you: You | None
    resume_token: str


class Event(Frame, frozen=True, tag="event"):
    """One commit; `from` is the `seq` of the frame before, `patch` an RFC 7396 patch of the view."""

    from_: int = msgspec.field(name="from")
    seq: int
    at: str
    events: list[dict[str, Any]]
    patch: dict[str, Any]


class Presence(Frame, frozen=True, tag="presence"):
    """Operators: entries whose chooser came and went; the full list after welcome, then differences."""

    here: list[str]
    gone: list[str]


class Accepted(Frame, frozen=True, tag="accepted"):
    id: str
    seq: int


class Refused(Frame, frozen=True, tag="refused"):
    id: str
    code: str
    message: str
    facts: dict[str, Any]


class State(Frame, frozen=True, tag="state"):
    """Unnumbered, told at once (live-rules.md §10). `thaw_at`: the end of an announced countdown."""

    state: Literal["frozen", "ok"]
    cause: str
    thaw_at: str | None = None


class Pong(Frame, frozen=True, tag="pong"):
    """`now` is the conductor's clock. `resume_token`: a younger one, when the last is 5 min old."""

    t: int | float
    now: str
    resume_token: str | msgspec.UnsetType = msgspec.UNSET


class Error(Frame, frozen=True, tag="error"):
    """Precedes 4400 and 4429. `facts.why` names the fault."""

    code: ErrorCode
    message: str
    facts: dict[str, Any]


ServerFrame = (
    Welcome | Resumed | Event | Presence | Accepted | Refused | State | Pong | Error
)  # and "you", whose fields are those of rules.choosing.you

_encoder = msgspec.json.Encoder()


def encoded(frame: Frame) -> bytes:
    """The frame as it goes out: the UTF-8 of one text message."""
    return _encoder.encode(frame)


def raw(value: dict[str, Any]) -> msgspec.Raw:
    """Encoded once, put into several frames."""
    return msgspec.Raw(_encoder.encode(value))


def encoded_you(you: dict[str, Any]) -> bytes:
    """`{"type":"you",…}`: what concerns one entry alone."""
    return _encoder.encode({"type": "you", **you})
