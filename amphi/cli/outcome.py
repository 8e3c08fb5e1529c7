"""How a demonstration or a rehearsal ended, as protocol.md §5 wants it told."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from amphi.cli.at_hand import Addresses
from amphi.http.wording import counted as counted_in_words
from amphi.records.database import Connection
from amphi.records.offer_reads import assignments_of_offer
from amphi.records.reads import AmphiRow
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import OfferId


class Outcome(NamedTuple):
    """`absent`: unserved at close. `verify`: what the independent check says."""

    amphis: int
    interns: int
    assigned: int
    seconds: float
    verify: dict[str, Any]
    offer: OfferId | None = None

    @property
    def verified(self) -> bool:
        return bool(self.verify["ok"])

    def line(self) -> str:
        """One line of JSON."""
        told = {
            "amphis": self.amphis,
            "interns": self.interns,
            "assigned": self.assigned,
            "absent": self.interns - self.assigned,
            "seconds": round(self.seconds, 1),
            "verify": self.verify,
        }
        if self.offer is not None:
            told = {"offer": self.offer} | told
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    def sentence(self) -> str:
        """For people."""
        checked = (
            "vérifié : tout concorde" if self.verified else "LA VÉRIFICATION A TROUVÉ DES FAUTES"
        )
        counts = {
            "amphithéâtre": self.amphis,
            "interne": self.interns,
            "affecté": self.assigned,
            "absent": self.interns - self.assigned,
        }
        told = ", ".join(counted_in_words(count, word) for word, count in counts.items())
        return f"{told}, en {counted_in_words(round(self.seconds), 'seconde')} ; {checked}."


class Count(NamedTuple):
    interns: int
    assigned: int


async def counted(connection: Connection, rows: Sequence[AmphiRow]) -> Count:
    """How many are called in these amphis, and how many of them have a post."""
    amphis = {row.id for row in rows}
    assigned = 0
    for offer in {row.offer for row in rows}:
        made = await assignments_of_offer(connection, offer)
        assigned += sum(each.amphi in amphis for each in made)
    return Count(sum(row.interns for row in rows), assigned)


async def verified(addresses: Addresses, offer: OfferId | None = None) -> dict[str, Any]:
    """`amphi verify` as anybody would run it: a process of its own. Only `ok`, and what is wrong."""
    arguments = ["verify", *([] if offer is None else [offer]), "--json"]
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "amphi", *arguments),
        stdout=asyncio.subprocess.PIPE,
        env=dict(os.environ) | addresses.environment,
    )
    said, _ = await child.communicate()
    report: dict[str, Any] = json.loads(said.splitlines()[-1])
    wrong = {name: report[name] for name in ("problems", "refused") if report.get(name)}
    return {"ok": report["ok"]} | wrong


def all_closed(rows: Sequence[AmphiRow]) -> bool:
    """Nothing more is called."""
    return all(row.phase is Phase.CLOSED for row in rows)
