"""Client → server: every frame we understand, one page (protocol.md §1)."""

from typing import Annotated, Any, Literal

import msgspec

CommandId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]  # a uuid, usually
Token = Annotated[str, msgspec.Meta(max_length=1024)]
ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
SafeInteger = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class Frame(msgspec.Struct, frozen=True, tag_field="type"):
    """One JSON object; `type` says which. Unknown fields are ignored: clients may be newer."""


class Seen(msgspec.Struct, frozen=True):
    """The last frame a client saw, by lineage of the journal and number."""

    epoch: Annotated[str, msgspec.Meta(max_length=128)]
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Hello(Frame, frozen=True, tag="hello"):
    """First frame, within 5 s. `as`: which of my two roles the page shows."""

    resume: Seen | None = None
    as_: Literal["intern", "proxy"] | None = msgspec.field(name="as", default=None)
    resume_token: Token | None = None


class Choose(Frame, frozen=True, tag="choose"):
    id: CommandId
    turn: ShortText
    post: ShortText


class Ready(Frame, frozen=True, tag="ready"):
    """Back in the queue after a timeout: « Je suis prêt »."""

    id: CommandId


class Help(Frame, frozen=True, tag="help"):
    """Raises or lowers my flag on the operators' wall."""

    id: CommandId


class Ping(Frame, frozen=True, tag="ping"):
    """`t`: the client's own milliseconds, given back unread."""

    t: SafeInteger | float


class OperatorCommand(Frame, frozen=True, tag="command"):
    """Operators only; `name` and `args` as in live-rules.md §8, judged by the conductor."""

    id: CommandId
    name: ShortText
    args: dict[str, Any] = {}


Sent = Choose | Ready | Help | OperatorCommand
ClientFrame = Hello | Ping | Sent

KINDS: dict[str, type[ClientFrame]] = {
    "hello": Hello,
    "choose": Choose,
    "ready": Ready,
    "help": Help,
    "ping": Ping,
    "command": OperatorCommand,
}
