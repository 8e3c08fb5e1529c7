"""The list of amphis, one amphi, its offer, its call list (DCI §7-9)."""

from typing import Any

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from amphi.http import answers
from amphi.http.answers import Page, cursor_of, place_of, stamp, stamp_or_none
from amphi.http.found import amphi_at
from amphi.http.names import shown
from amphi.http.reading import query
from amphi.live.ports import StoreUnavailable
from amphi.records.mine import EntryRow, entries_held_by, entries_of
from amphi.records.offer_reads import PostRow, call_list, posts_of
from amphi.records.reads import AmphiRow, SessionRow, list_amphis, sessions
from amphi.rules.choosing.state import Phase
from amphi.rules.ids import EntryId
from amphi.rules.refusals import Refusal, Refused
from amphi.site import wire
from amphi.site.call_list_files import asked_for, call_list_file
from amphi.site.services import Services

BEFORE_OPENING = (Phase.PLANNED, Phase.VALIDATED)
LONGEST_QUEUE = 5_000

log = structlog.get_logger()
_encode = msgspec.json.encode


class Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the list of amphis; `amphi` is a code."""

    campaign: str | None = None
    regime: str | None = None
    group: str | None = None
    amphi: str | None = None
    limit: answers.Limit = 100
    cursor: str | None = None


class Amphis:
    """Handlers; what they need is `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def listed(self, request: Request) -> Response:
        """All amphis, those not yet validated with provisional hours at most."""
        asked = query(request, Filters)
        async with self._services.database.connection() as connection:
            rows = await list_amphis(connection, campaign=asked.campaign, regime=asked.regime)
        wanted = [row for row in rows if _fits(row, asked)]
        behind = place_of(asked.cursor, int) if asked.cursor else 0
        some = wanted[behind : behind + asked.limit]
        more = behind + asked.limit < len(wanted)
        cursor = cursor_of(behind + asked.limit) if more else None
        return answers.json(Page([_amphi(row, wire.Amphi) for row in some], cursor))

    async def one(self, request: Request) -> Response:
        """Phase, sessions, planned times, my place when signed in."""
        visitor = await self._services.visitors.who(request)
        async with self._services.database.connection() as connection:
            row = await amphi_at(connection, request.path_params["amphi"])
            planned = await sessions(connection, row.id)
            mine = [] if visitor is None else await entries_of(connection, visitor.person)
            held = [] if visitor is None else await entries_held_by(connection, visitor.person)
        lines = [("intern", each) for each in mine] + [("proxy", each) for each in held]
        here = [(role, line) for role, line in lines if line.amphi == row.id]
        frozen, ahead = await self._now(row, here)
        return answers.json(
            _amphi(
                row,
                wire.AmphiInFull,
                frozen=frozen,
                sessions=[_session(each) for each in planned],
                places=[_standing(role, line, ahead.get(line.entry)) for role, line in here],
            )
        )

    async def _now(
        self, row: AmphiRow, here: list[tuple[str, EntryRow]]
    ) -> tuple[bool, dict[EntryId, int]]:
        """From the hot state: whether time stands still, and how many are ahead of whom."""
        try:
            card = (await self._services.hot.amphis(row.offer)).get(row.id, {})
            queue = await self._queue(row) if here else []
        except StoreUnavailable as away:
            log.warning("hot_state_unknown", amphi=row.id, why=repr(away))
            return False, {}
        return bool(card.get("frozen")), ahead_of_each(queue, card)

    async def _queue(self, row: AmphiRow) -> list[EntryId]:
        return await self._services.hot.queue(row.offer, row.id, LONGEST_QUEUE)

    async def posts(self, request: Request) -> Response:
        """The offer, from OPEN on (live-rules.md §1); asked for again it costs 304 and no bytes."""
        return answers.kept(request, await self._lately(request, "posts", self._posts))

    async def call_list(self, request: Request) -> Response:
        """Who chooses, in order, from OPEN on; "(.pdf .csv .xlsx by Accept)" (protocol.md §2)."""
        if (file := asked_for(request)) is not None:
            return await call_list_file(self._services, request.path_params["amphi"], file)
        return answers.kept(request, await self._lately(request, "call list", self._call_list))

    async def _lately(self, request: Request, what: str, make: Any) -> bytes:
        amphi = request.path_params["amphi"]
        return await self._services.lately.of((what, amphi), lambda: make(amphi))

    async def _posts(self, amphi: str) -> bytes:
        async with self._services.database.connection() as connection:
            row = _opened(await amphi_at(connection, amphi))
            posts = await posts_of(connection, row.offer)
        return _encode(Page([_post(each, row) for each in posts], None))

    async def _call_list(self, amphi: str) -> bytes:
        async with self._services.database.connection() as connection:
            row = _opened(await amphi_at(connection, amphi))
            lines = await call_list(connection, row.id, full_names=True)
        full = self._services.full_names
        return _encode(
            Page(
                [
                    wire.Line(
                        line.entry,
                        line.call_rank,
                        *shown(line.first_name, line.last_name, full=full),
                        line.des,
                        line.expected_absence,
                    )
                    for line in lines
                ],
                None,
            )
        )


def _fits(row: AmphiRow, asked: Filters) -> bool:
    return asked.group in (None, row.group) and asked.amphi in (None, row.code)


def _opened(row: AmphiRow) -> AmphiRow:
    if row.phase in BEFORE_OPENING:
        raise Refused(Refusal("amphi_not_open"))
    return row


def _amphi(row: AmphiRow, kind: type[wire.Amphi], **more: Any) -> wire.Amphi:
    names = wire.Amphi.__struct_fields__
    instants = {"opens_at": stamp_or_none(row.opens_at), "starts_at": stamp_or_none(row.starts_at)}
    return kind(**{name: getattr(row, name) for name in names} | instants | more)


def _session(row: SessionRow) -> wire.ChoiceSession:
    return wire.ChoiceSession(
        row.n,
        row.from_rank,
        row.to_rank,
        stamp(row.starts_at),
        stamp_or_none(row.ends_at),
        row.state,
    )


def ahead_of_each(queue: list[EntryId], card: dict[str, Any]) -> dict[EntryId, int]:
    """By entry: those before it in its own amphi, and in others of the offer (live-rules.md §11)."""
    elsewhere = int(card.get("before", 0))
    return {
        entry: first + (0 if entry == card.get("turn") else elsewhere)
        for first, entry in enumerate(queue)
    }


def _standing(role: str, line: EntryRow, ahead: int | None) -> wire.Standing:
    return wire.Standing(role, line.entry, line.call_rank, line.session, ahead)


def _post(row: PostRow, amphi: AmphiRow) -> wire.Post:
    fits_regime = not row.regimes or amphi.regime in row.regimes
    fits_group = not row.groups or amphi.group in row.groups
    return wire.Post(**msgspec.structs.asdict(row), open_to_amphi=fits_regime and fits_group)
