"""Frames said to many at once: encoded, and framed for the wire, once however many hear them."""

from websockets.frames import Frame, Opcode


def framed(text: bytes) -> bytes:
    """One unfragmented, unmasked text frame (RFC 6455 §5.2)."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


class Spoken:
    """One frame or several, in order: as `texts` for who frames by itself, or as bytes of the wire."""

    __slots__ = ("texts", "wire")

    def __init__(self, texts: tuple[bytes, ...]) -> None:
        self.texts = texts
        self.wire = b"".join([framed(text) for text in texts])
