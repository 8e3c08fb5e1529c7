"""The hash chain: each line's hash covers its canonical text and the hash before it."""

import hashlib

import msgspec

from amphi.rules.choosing.events import AnyEvent, Recorded
from amphi.rules.ids import Millis, OfferId

BEFORE_THE_FIRST = "0" * 64


class Line(msgspec.Struct, frozen=True):
    """What the canonical text holds: keys sorted at every depth, no spaces, UTF-8."""

    offer: OfferId
    seq: int
    term: int
    at: Millis
    event: AnyEvent


_canonical = msgspec.json.Encoder(order="sorted")


def text_of(line: Line) -> str:
    """The canonical text of a journal line."""
    return _canonical.encode(line).decode()


def hash_of(previous: str, text: str) -> str:
    """SHA-256, in hex, of the previous hash, a newline and the text."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def recorded(previous: str, line: Line) -> tuple[Recorded, str]:
    """The event as recorded, with its hash, and its canonical text."""
    text = text_of(line)
    return Recorded(seq=line.seq, at=line.at, hash=hash_of(previous, text), event=line.event), text
