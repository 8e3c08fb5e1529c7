"""Accounts with random passwords for a few people of a demonstration."""

import secrets

import msgspec
from argon2 import PasswordHasher

from amphi.records.accounts import account_of, insert_account, set_password
from amphi.records.database import Connection
from amphi.rules.ids import PersonId


class Given(msgspec.Struct, frozen=True):
    """`ended`: sign-ins with the former password, by their hashes, for caches to forget."""

    password: str
    ended: list[str]


async def give_password(connection: Connection, person: PersonId, email: str) -> Given:
    """A new one, told once: only its argon2id hash is kept. Makes the account when there is none.

    Raises Violated when the address is the account of somebody else.
    """
    password = secrets.token_urlsafe(12)
    hashed = PasswordHasher().hash(password)
    account = await account_of(connection, email)
    if account is not None and account.person == person:
        return Given(password, await set_password(connection, person, hashed))
    await insert_account(connection, person, email, hashed)
    return Given(password, [])
