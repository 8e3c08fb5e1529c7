"""Accounts for the first of a call list, with random passwords told once."""

from amphi.actions.load import LoadedAmphi
from amphi.actions.sign_ins import give_password
from amphi.http.sign_ins import SignIns
from amphi.live.ports import Violated
from amphi.live_store.connection import Store
from amphi.live_store.sign_ins import SignIns as Remembered
from amphi.records.database import Database
from amphi.records.finding import email_of
from amphi.records.freezing import rows
from amphi.records.offer_reads import call_list
from amphi.rules.ids import PersonId


async def sign_ins(database: Database, store: Store, amphi: LoadedAmphi, count: int) -> list[str]:
    """A line for each of the first `count` interns."""
    signed_in = SignIns(database, Remembered(store))
    async with database.connection() as connection:
        facts = (await rows(connection, amphi.id)).facts
        lines = await call_list(connection, amphi.id, full_names=True)
    names = {line.entry: f"{line.first_name} {line.last_name} ({amphi.code})" for line in lines}
    first = facts.entries[:count]
    return [await _sign_in(database, signed_in, names[each.id], each.person) for each in first]


async def _sign_in(database: Database, signed_in: SignIns, who: str, person: PersonId) -> str:
    async with database.connection() as connection:
        email = await email_of(connection, person)
    if email is None:
        return f"{who} n'a pas d'adresse, donc pas de compte."
    try:
        async with database.transaction() as connection:
            given = await give_password(connection, person, email)
    except Violated:
        return f"{who} n'a pas de compte ici : {email} est déjà l'adresse d'un autre."
    await signed_in.forget(*given.ended)
    return f"{who} se connecte avec {email} et {given.password}"
