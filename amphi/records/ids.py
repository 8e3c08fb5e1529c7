"""New ids: opaque, short, safe in an address, a file name and a Redis key."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no pair that reads alike: 0 o, 1 l i, u v
LENGTH = 13  # 64 bits


def new_id() -> str:
    """13 letters and digits, about 64 random bits; never starts like an option of the command line."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
