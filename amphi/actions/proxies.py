"""A proxy granted, accepted, cancelled (DCI §6): the grant goes through the mailbox, like a choice."""

import hashlib
import secrets

import msgspec

from amphi.actions.asking import Posted, ask
from amphi.actions.gestures import Asks, a_letter
from amphi.records.accounts import Account, account_of, insert_account, set_password
from amphi.records.database import Connection
from amphi.records.finding import intern_with_email
from amphi.records.mine import OfferedGrant, offered_grant
from amphi.records.people import insert_person
from amphi.records.reads import AmphiRow
from amphi.rules.accounts import is_email, password_refusal
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import PersonId
from amphi.rules.refusals import Refusal, Refused


class Holder(msgspec.Struct, frozen=True):
    """Whom the intern trusts, as the intern types it (DCI §6.1)."""

    email: str
    phone: str = ""
    first_name: str = ""
    last_name: str = ""


class Who(msgspec.Struct, frozen=True):
    """Who makes the gesture, and under which id (the same again is answered the same)."""

    person: PersonId
    command: str


async def grant(asks: Asks, amphi: AmphiRow, who: Who, holder: Holder) -> Posted:
    """Raises Refused: `bad_email`, `amphi_not_validated`, and the conductor's own.

    Before its first event a conductor knows nobody of an amphi: it would say `not_in_amphi`.
    """
    if amphi.phase is Phase.PLANNED:
        raise Refused(Refusal("amphi_not_validated"))
    if not is_email(holder.email):
        raise Refused(Refusal("bad_email", {"value": holder.email}))
    letter = a_letter(
        amphi.id,
        "grant_proxy",
        who.person,
        role="intern",
        args={"proxy": _id_of_grant(amphi, who)},
        private={f"holder_{name}": value for name, value in msgspec.to_builtins(holder).items()},
    )
    return await ask(asks, amphi.offer, msgspec.structs.replace(letter, id=who.command))


def _id_of_grant(amphi: AmphiRow, who: Who) -> str:
    """It follows from the command's, so that the same command asks for the same."""
    return hashlib.sha256(f"{amphi.id} {who.person} {who.command}".encode()).hexdigest()[:26]


async def cancel(asks: Asks, amphi: AmphiRow, who: Who) -> Posted:
    """ "Cancelling (any time, also during the turn) gives the choice back" (live-rules.md §6)"""
    letter = a_letter(amphi.id, "cancel_proxy", who.person, role="intern")
    return await ask(asks, amphi.offer, msgspec.structs.replace(letter, id=who.command))


# --- the holder's side ------------------------------------------------------


class Invited(msgspec.Struct, frozen=True):
    """`account` None: the holder is new here, and needs a password."""

    grant: OfferedGrant
    account: Account | None

    @property
    def needs_password(self) -> bool:
        return self.account is None or self.account.password_hash is None


async def invited(connection: Connection, proxy: str, email: str) -> Invited:
    """Whom the mailed link was sent to. Raises Refused: `unknown_link` when the grant is no more."""
    found = await offered_grant(connection, proxy)
    if found is None or found.holder_email != email or found.state in ("cancelled", "ended"):
        raise Refused(Refusal("unknown_link"))
    return Invited(found, await account_of(connection, email))


def new_password_refusal(invited: Invited, password: str) -> Refusal | None:
    """None when the holder has a password already: the one typed is then nobody's business."""
    if not invited.needs_password:
        return None
    given = invited.grant
    return password_refusal(
        password, given.holder_email, given.holder_first_name, given.holder_last_name
    )


class Settled(msgspec.Struct, frozen=True):
    """The holder has an account; `ended`: sign-ins that the new password has ended, by their hashes."""

    person: PersonId
    ended: list[str]


async def settle_holder(
    connection: Connection, invited: Invited, password_hash: str | None
) -> Settled:
    """The holder's person, with an account: an intern's own when the address is one's.

    "The holder may be an intern of the same amphi: one account, two roles" (live-rules.md §6)
    """
    account, given = invited.account, invited.grant
    if account is not None:
        if password_hash is None:
            return Settled(account.person, [])
        ended = await set_password(connection, account.person, password_hash)
        return Settled(account.person, ended)
    person = await intern_with_email(connection, given.campaign, given.holder_email)
    person = person or await insert_person(
        connection, given.holder_first_name, given.holder_last_name, given.holder_email
    )
    await insert_account(connection, person, given.holder_email, password_hash)
    return Settled(person, [])


async def accept(asks: Asks, invited: Invited, proxy: str, holder: PersonId) -> Posted:
    """Raises Refused with the conductor's refusal (`proxy_already_accepted`, `no_proxy` …)."""
    letter = a_letter(
        invited.grant.amphi, "accept_proxy", holder, role="intern", args={"proxy": proxy}
    )
    named = msgspec.structs.replace(letter, id=f"accept-{secrets.token_urlsafe(12)}")
    return await ask(asks, invited.grant.offer, named)
