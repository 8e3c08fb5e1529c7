"""Why a socket was closed (protocol.md §1), and whether its client comes back by itself."""

from enum import IntEnum


class CloseCode(IntEnum):
    """4400 to 4429: do not come back by yourself. The others: come back, with resume."""

    RESTART = 1012
    TOO_SLOW = 4008
    BAD_FRAME = 4400
    SIGN_IN = 4401
    NOT_ALLOWED = 4403
    NO_HELLO = 4408
    REPLACED = 4409
    AMPHI_CLOSED = 4410
    TOO_FAST = 4429
    UNAVAILABLE = 4503

    @property
    def come_back(self) -> bool:
        """After a random delay up to 2 s, doubling to 30 s."""
        return self in COME_BACK


COME_BACK = frozenset({CloseCode.RESTART, CloseCode.TOO_SLOW, CloseCode.UNAVAILABLE})

REASONS: dict[CloseCode, str] = {
    CloseCode.RESTART: "restart",
    CloseCode.TOO_SLOW: "too slow a reader",
    CloseCode.BAD_FRAME: "bad frame",
    CloseCode.SIGN_IN: "sign in",
    CloseCode.NOT_ALLOWED: "not allowed",
    CloseCode.NO_HELLO: "no hello",
    CloseCode.REPLACED: "replaced",
    CloseCode.AMPHI_CLOSED: "amphi closed",
    CloseCode.TOO_FAST: "too fast",
    CloseCode.UNAVAILABLE: "unavailable",
}
