"""Passwords: argon2id, outside the event loop, a few at a time."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

AT_ONCE = 2  # each takes 64 MiB and a core for some 50 ms: sockets must not wait for a rush


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the parameters of RFC 9106's low-memory profile


@cache
def _nobody() -> str:
    """What is checked when there is no account, so that it takes as long."""
    return _hasher().hash("nobody has this password")


class Passwords:
    """One per process."""

    def __init__(self) -> None:
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """What is stored."""
        async with self._at_once:
            return await asyncio.to_thread(_hasher().hash, password)

    async def right(self, password: str, stored: str | None) -> bool:
        """Takes the same time whoever exists ("same body, status and time", quality.md)."""
        async with self._at_once:
            fits = await asyncio.to_thread(_fits, password, stored or _nobody())
        return fits and stored is not None


def _fits(password: str, stored: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
