"""The amphi that an address names, or a refusal."""

import re

from amphi.records.database import Connection
from amphi.records.reads import AmphiRow, one_amphi
from amphi.rules.ids import AmphiId
from amphi.rules.refusals import Refusal, Refused

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def unknown_amphi(name: str) -> Refused:
    """What to raise; a name as long as an address may be is not repeated."""
    return Refused(Refusal("unknown_amphi", {"amphi": name[:64]}))


async def amphi_at(connection: Connection, name: str) -> AmphiRow:
    """By its id. Raises Refused `unknown_amphi`."""
    row = await one_amphi(connection, AmphiId(name)) if _ID.fullmatch(name) else None
    if row is None:
        raise unknown_amphi(name)
    return row
