"""The readiness list of an amphi: red lines block a start, the others warn (live-rules.md §1)."""

from typing import Any, Literal

import msgspec

from amphi.records.database import Connection
from amphi.records.feeding import is_outdated
from amphi.records.freezing import rows
from amphi.records.health import is_conducted
from amphi.records.mails import waiting
from amphi.records.perimeters import NOT_STARTED
from amphi.records.reads import AmphiRow
from amphi.records.territories import undecided
from amphi.rules.choosing.events import AmphiValidated, Recorded
from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.facts import AmphiFacts, Post
from amphi.rules.choosing.readiness import red_lines
from amphi.rules.choosing.state import OfferState
from amphi.rules.ranking.minimum_offer import minimum_offer


class Line(msgspec.Struct, frozen=True):
    """What is wrong; `facts` fill its sentence (fr.json, `readiness`)."""

    code: str
    level: Literal["red", "warn"]
    facts: dict[str, Any] = {}


async def lines_of(connection: Connection, amphi: AmphiRow) -> list[Line]:
    """Of the rows as `validate` would freeze them now; empty: ready."""
    frozen = await rows(connection, amphi.id)
    return [
        *(Line(code, "red") for code in red_rows(amphi, frozen.facts)),
        *([] if await is_conducted(connection, amphi.offer) else [Line("no_conductor", "red")]),
        *_posts_and_ranks(frozen.facts, frozen.posts),
        *([Line("call_list_outdated", "warn")] if await _outdated(connection, amphi) else []),
        *await _undecided(connection, amphi),
        *await _mails(connection),
    ]


def red_rows(amphi: AmphiRow, facts: AmphiFacts) -> list[str]:
    """ "Red: duplicate or missing ranks, unranked interns, sessions that are no partition" """
    validated = Recorded(0, 0, "", AmphiValidated(amphi=amphi.id, facts=facts, posts=None))
    return red_lines(evolve(OfferState(amphi.offer), validated).amphis[amphi.id])


def _posts_and_ranks(facts: AmphiFacts, posts: tuple[Post, ...]) -> list[Line]:
    choosing = sum(1 for entry in facts.entries if not entry.expected_absence)
    proposed = sum(1 for post in posts if _proposed(post, facts))
    found = []
    if proposed < (minimum := minimum_offer(choosing, facts.group)):
        counts = {"posts": proposed, "interns": choosing, "minimum": minimum}
        found.append(Line("posts_below_minimum", "warn", counts))
    ranks = {entry.call_rank for entry in facts.entries}
    if holes := sorted(set(range(1, max(ranks, default=0))) - ranks):
        shown = ", ".join(map(str, holes[:10])) + ("…" if len(holes) > 10 else "")
        found.append(Line("missing_ranks", "warn", {"ranks": shown}))
    return found


def _proposed(post: Post, facts: AmphiFacts) -> bool:
    fits_regime = not post.regimes or facts.regime in post.regimes
    return fits_regime and (not post.groups or facts.group in post.groups)


async def _outdated(connection: Connection, amphi: AmphiRow) -> bool:
    """ "A frozen list can be replaced by a newly frozen one until session 1 starts" (ranking.md §5)"""
    return amphi.phase in NOT_STARTED and await is_outdated(connection, amphi.id)


async def _undecided(connection: Connection, amphi: AmphiRow) -> list[Line]:
    """ "status requests decided, proxies accepted" (experience.md)"""
    left = await undecided(connection, amphi.id)
    counts = {"status_requests_undecided": left.status_requests, "proxies_pending": left.proxies}
    return _counted(counts)


async def _mails(connection: Connection) -> list[Line]:
    """ "mails sent": of the whole installation."""
    states = await waiting(connection)
    return _counted(
        {"mails_failed": states.get("failed", 0), "mails_waiting": states.get("queued", 0)}
    )


def _counted(counts: dict[str, int]) -> list[Line]:
    return [Line(code, "warn", {"number": many}) for code, many in counts.items() if many]
