"""What a demonstration says once everything runs: addresses, sign-ins, how to come in."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from amphi.actions.sign_in_links import operator_of, sign_in_link
from amphi.actions.sign_ins import give_password
from amphi.cli.casting import Production
from amphi.http.sign_ins import SignIns
from amphi.live_store.sign_in_links import SignInLinks
from amphi.live_store.sign_ins import SignIns as Remembered
from amphi.records.finding import email_of
from amphi.rules.ids import PersonId
from amphi.wiring import Stores

AGENT = "Agent de la démonstration"
# Colleagues who choose before each person who signs in: time to read, and not all three at once.
WATCHED = (4, 12, 20)


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
        f"Les courriels : {place.site}/demo/mails (gardés dans {place.data / 'mails'})",
    ]
    lines += [
        f"Amphithéâtre {made.row.code}, {made.row.group}, {made.row.interns} interne(s) : "
        f"{place.site}/amphis/{made.row.id}"
        for made in productions
    ]
    lines += [
        f"{each.name} ({each.amphi}) se connecte avec {each.email} et {each.password}"
        for each in await sign_ins(held, productions, place.data / "sign-ins.json")
    ]
    links = await _operator_links(held, productions, place.console)
    lines += [f"Agent de l'ARS, entrée unique : {link}" for link in links]
    return [*lines, f"D'autres entrées : python3 -m amphi ticket --help (--data {place.data})"]


async def sign_ins(held: Stores, productions: Sequence[Production], kept: Path) -> list[SignIn]:
    """Of the first start, or made now for a few who choose by themselves."""
    known = _read(kept)
    if known is None:
        known = [await _sign_in(held, *each) for each in zip(productions, WATCHED, strict=False)]
        _write(kept, known)
    return known


def _read(kept: Path) -> list[SignIn] | None:
    return msgspec.json.decode(kept.read_bytes(), type=list[SignIn]) if kept.exists() else None


def _write(kept: Path, made: list[SignIn]) -> None:
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(made))


def seats(made: Production, known: Sequence[SignIn]) -> frozenset[str]:
    """The lines of an amphi that are left to people: those whose sign-ins are printed."""
    names = {each.name for each in known if each.amphi == made.row.code}
    return frozenset(part.entry for part in made.stage.parts if part.name in names)


async def _sign_in(held: Stores, made: Production, watched: int) -> SignIn:
    """Somebody who comes in person, after some colleagues whose choices can be watched."""
    comes = [each for each in made.stage.parts if each.comes and each.as_ == "intern"]
    part = comes[min(watched, len(comes) - 1)]
    person = PersonId(part.person)
    async with held.database.transaction() as connection:
        email = await email_of(connection, person) or f"{person}@internes.example"
        given = await give_password(connection, person, email)
    await SignIns(held.database, Remembered(held.redis)).forget(*given.ended)
    return SignIn(part.name, made.row.code, email, given.password)


async def _operator_links(
    held: Stores, productions: Sequence[Production], console: str
) -> list[str]:
    """One for each territory: an agent sees the amphis of the own one."""
    links, territories = SignInLinks(held.redis), {made.row.territory for made in productions}
    async with held.database.transaction() as connection:
        return [
            await sign_in_link(
                connection, links, await operator_of(connection, AGENT, territory), console
            )
            for territory in sorted(territories)
        ]
