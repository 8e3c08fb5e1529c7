"""The Lua scripts of `lua/`: each a file, known to Redis by its SHA-1."""

import hashlib
from functools import cache
from importlib import resources
from typing import Self

import msgspec


class Script(msgspec.Struct, frozen=True):
    """What one script says and the hash EVALSHA calls it by."""

    text: str
    sha: str

    @classmethod
    @cache
    def named(cls, name: str) -> Self:
        """`lua/<name>.lua`."""
        text = (resources.files(__package__) / "lua" / f"{name}.lua").read_text("utf-8")
        return cls(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())
