"""What a demonstration says once everything runs: addresses, sign-ins, how to come in."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from amphi.actions.sign_ins import give_password
from amphi.actions.tickets import the_operator
from amphi.cli.casting import Production, ticket_office
from amphi.live_store.tickets import Tickets
from amphi.records.finding import email_of
from amphi.rules.ids import PersonId
from amphi.wiring import Stores

SIGN_INS = 3


class SignIn(msgspec.Struct, frozen=True):
    """Kept in the data folder, for the eyes of its owner: a second start tells it again."""

    name: str
    amphi: str
    email: str
    password: str


class Place(NamedTuple):
    """Where guests come: the site, the console, and what they must name on the command line."""

    site: str
    console: str
    data: Path


async def welcome(held: Stores, productions: Sequence[Production], place: Place) -> list[str]:
    """The lines to print."""
    lines = [
        f"Le site est prêt : {place.site}",
        f"La console des agents : {place.console}",
        f"Les courriels sont gardés dans {place.data / 'mails'}.",
    ]
    lines += [
        f"Amphithéâtre {made.row.code}, {made.row.group}, {made.row.interns} interne(s) : "
        f"{made.stage.addresses[0]}/ws/amphis/{made.row.id}"
        for made in productions
    ]
    lines += [
        f"{each.name} ({each.amphi}) se connecte avec {each.email} et {each.password}"
        for each in await sign_ins(held, productions, place.data / "sign-ins.json")
    ]
    lines += [f"Agent, entrée unique : {link}" for link in await _operator_links(held, productions)]
    return [*lines, f"D'autres entrées : python3 -m amphi ticket --help (--data {place.data})"]


async def sign_ins(held: Stores, productions: Sequence[Production], kept: Path) -> list[SignIn]:
    """Of the first start, or made now for a few who choose by themselves."""
    known = _read(kept)
    if known is None:
        known = [await _sign_in(held, each) for each in productions[:SIGN_INS]]
        _write(kept, known)
    return known


def _read(kept: Path) -> list[SignIn] | None:
    return msgspec.json.decode(kept.read_bytes(), type=list[SignIn]) if kept.exists() else None


def _write(kept: Path, made: list[SignIn]) -> None:
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(made))


async def _sign_in(held: Stores, made: Production) -> SignIn:
    """The first of the call list who comes in person."""
    part = next(each for each in made.stage.parts if each.comes and each.as_ == "intern")
    person = PersonId(part.person)
    async with held.database.transaction() as connection:
        email = await email_of(connection, person) or f"{person}@internes.example"
        password = await give_password(connection, person, email)
    return SignIn(part.name, made.row.code, email, password)


async def _operator_links(held: Stores, productions: Sequence[Production]) -> list[str]:
    """One use each, ten minutes (protocol.md §1)."""
    async with held.database.transaction() as connection:
        operator = await the_operator(connection)
    ticket = ticket_office(Tickets(held.redis))
    return [
        f"{made.stage.addresses[0]}/ws/amphis/{made.row.id}"
        f"?ticket={await ticket(made.row.id, operator, True)}"  # noqa: FBT003 - a port's own order
        for made in productions
    ]
