"""Frames from a grammar: the protocol's own, with one thing or another wrong; the same for a seed."""

import json
import struct
from collections.abc import Callable
from random import Random
from typing import Any

Json = dict[str, Any]
NUMBERS: list[Any] = [0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 1e308, -0.0, 1e-320]
TEXTS = [
    "",
    " ",
    "\0",
    "é" * 40,
    "\ud800",
    "𝔸",
    "\u202e",
    "x" * 300,
    "../../etc",
    "' OR 1=1 --",
    "%00",
]
ODD: list[Any] = [None, True, False, [], {}, [[]], {"": None}, *NUMBERS, *TEXTS]
NAMES = [
    "pause",
    "resume",
    "notice",
    "add_time",
    "restart_turn",
    "end_turn",
    "place",
    "exclude",
    "restore",
    "set_absence",
    "choose_for",
    "withdraw_post",
    "add_post",
    "close",
    "start",
    "validate",
    "publish",
    "reschedule",
    "rectify",
    "lower_flag",
    "decide_status_request",
    "replace_offer",
    "replace_call_list",
    "tick",
    "fly",
    "grant_proxy",
    "accept_proxy",
]


class Grammar:
    """`turn`, `entries`, `posts`: what is really there, so that some of it is right."""

    def __init__(self, chance: Random, turn: str, entries: list[str]) -> None:
        self._chance, self._turn, self._entries = chance, turn, entries
        self._ids = [f"id-{n}" for n in range(4)]

    # --- the protocol's own ---------------------------------------------------

    def legal(self) -> Json:
        """A frame that fits the protocol, whatever its place."""
        make: Callable[[], Json] = self._chance.choice(
            [self.hello, self._choose, self._ready, self._help, self._ping, self._command]
        )
        return make()

    def hello(self) -> Json:
        resumes: list[Any] = [None, {"epoch": "x", "seq": 3}, {"epoch": "", "seq": -1}]
        return {
            "type": "hello",
            "resume": self._chance.choice(resumes),
            "as": self._chance.choice([None, "intern", "proxy"]),
            "resume_token": self._chance.choice([None, None, None, "", "a.b.c"]),
        }

    def _choose(self) -> Json:
        post = self._chance.choice(["P1", "P2", "P3", "P99", ""])
        turn = self._chance.choice([self._turn, "old", ""])
        return {"type": "choose", "id": self._id(), "turn": turn, "post": post}

    def _ready(self) -> Json:
        return {"type": "ready", "id": self._id()}

    def _help(self) -> Json:
        return {"type": "help", "id": self._id()}

    def _ping(self) -> Json:
        return {"type": "ping", "t": self._chance.choice([0, 1.5, 2**53, -1])}

    def _command(self) -> Json:
        args: Json = {
            "reason": self._odd("Essai"),
            "entry": self._odd(self._chance.choice(self._entries)),
            "post": self._odd("P1"),
            "seconds": self._odd(10),
            "text": self._odd("Bonjour"),
            "to": self._odd("all"),
            "expected": self._odd("oui"),
        }
        kept = self._chance.sample(sorted(args), self._chance.randint(0, 4))
        name = self._chance.choice(NAMES)
        return {
            "type": "command",
            "id": self._id(),
            "name": name,
            "args": {key: args[key] for key in kept},
        }

    def _id(self) -> str:
        """One of few: the same id comes again, with the same body and with another."""
        return self._chance.choice(self._ids)

    def _odd(self, usual: Any) -> Any:
        return usual if self._chance.random() < 0.7 else self._chance.choice(ODD)

    # --- what is wrong with it -------------------------------------------------

    def broken(self) -> str | bytes:
        """A frame with something wrong, or something that never was one."""
        make: Callable[[], str | bytes] = self._chance.choice(
            [self._without, self._other, self._more, self._deep, self._cut, self._noise]
        )
        return make()

    def _without(self) -> str:
        frame = self.legal()
        del frame[self._chance.choice(sorted(frame))]
        return text(frame)

    def _other(self) -> str:
        frame = self.legal()
        frame[self._chance.choice(sorted(frame))] = self._chance.choice(ODD)
        return text(frame)

    def _more(self) -> str:
        return text(self.legal() | {self._chance.choice(TEXTS): self._chance.choice(ODD)})

    def _deep(self) -> str:
        depth = self._chance.choice([50, 500, 1900])
        return '{"type":"ping","t":' + "[" * depth + "]" * depth + "}"

    def _cut(self) -> str:
        whole = text(self.legal())
        return whole[: self._chance.randrange(len(whole))]

    def _noise(self) -> str | bytes:
        size = self._chance.choice([0, 1, 125, 126, 4096, 4097, 70_000])
        if self._chance.random() < 0.5:
            return self._chance.randbytes(size)
        return "".join(self._chance.choice('{}[]",:0e-\\u') for _ in range(min(size, 4200)))


def text(frame: Json) -> str:
    """As JSON; lone surrogates are escaped, which JSON allows."""
    return json.dumps(frame)


def raw(chance: Random) -> bytes:
    """Bytes after the handshake that RFC 6455 forbids, or that are nearly right."""
    first = chance.choice([0x81, 0x82, 0x80, 0x01, 0x88, 0x89, 0x8A, 0x83, 0x8B, 0xC1, 0xF1, 0x09])
    payload = chance.randbytes(chance.choice([0, 1, 2, 5, 125, 126]))
    if first == 0x88 and len(payload) >= 2:
        payload = struct.pack(">H", chance.choice([0, 999, 1000, 1005, 1006, 3000, 65535])) + b"x"
    masked = 0x80 if chance.random() < 0.8 else 0
    mask = b"\0\0\0\0" if masked else b""
    length = chance.choice([len(payload), len(payload), 127])
    if length == 127:
        return bytes([first, masked | 127]) + chance.randbytes(8) + mask + payload
    if length == 126:
        return bytes([first, masked | 126]) + struct.pack(">H", len(payload)) + mask + payload
    return bytes([first, masked | length]) + mask + payload
