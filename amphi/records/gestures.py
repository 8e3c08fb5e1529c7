"""Who did what, newest first: operators' gestures in live amphis and their acts elsewhere, as one list.

The gestures stand in the journals of offers, the acts in the audit; here they are only read.
"""

from typing import Any, Literal

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    String,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.ext.asyncio import AsyncConnection

from amphi.records.tables.amphis import amphis, call_list_entries
from amphi.records.tables.audit import audit
from amphi.records.tables.campaigns import campaigns, offers
from amphi.records.tables.imports import imports
from amphi.records.tables.interns import interns
from amphi.records.tables.journal import journal
from amphi.records.tables.people import operators, persons
from amphi.records.tables.rankings import call_lists, perimeters, ranking_runs
from amphi.records.territories import rankings_of
from amphi.rules.ids import AmphiId, EntryId, Millis, PostNumber

Source = Literal["amphi", "console"]

# Whole lists that an event freezes: nobody reads them in a line.
_LONG = cast(array(["facts", "posts", "entries", "influenced"]), ARRAY(Text))


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `who`: a person's id, or the command line; `name`: of that operator, if there is one.

    `what`: the kind of the event, or the word of the audit; `whom`: the intern, the colleague, the
    perimeter or the file it concerns.
    """

    at: Millis
    source: Source
    number: int
    who: str
    name: str | None
    what: str
    code: str | None
    whom: str | None
    facts: dict[str, Any]
    why: str


class Within(msgspec.Struct, frozen=True):
    """Of one territory; of one amphi (and its offer) when `amphi` is given."""

    territory: str
    amphi: AmphiId | None = None


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Of a line in the list."""

    at: Millis
    source: Source
    number: int


class TurnTaken(msgspec.Struct, frozen=True, kw_only=True):
    """How a turn ended: with a post or without. `charged_ms`: the time that counted."""

    seq: int
    entry: EntryId
    post: PostNumber | None
    reason: str | None
    charged_ms: Millis


async def done(
    connection: AsyncConnection, within: Within, *, before: Place | None, limit: int
) -> list[Done]:
    """The newest first, behind the line at `before`."""
    lines = union_all(_gestures(within), _acts(within)).subquery()
    line = lines.c
    names = func.concat(persons.c.first_name, " ", persons.c.last_name)
    colleague = operators.alias("colleague")
    whom = case(
        (persons.c.id.is_not(None), names),
        (colleague.c.person != line.who, colleague.c.name),
        else_=func.coalesce(perimeters.c.name, imports.c.file),
    )
    run = func.coalesce(call_lists.c.run, line.subject)
    intern = func.coalesce(call_list_entries.c.person, interns.c.person)
    query = (
        select(lines, operators.c.name, amphis.c.code)
        .add_columns(whom.label("whom"))
        .outerjoin(operators, operators.c.person == line.who)
        .outerjoin(colleague, colleague.c.person == line.subject)
        .outerjoin(amphis, amphis.c.id == line.subject)
        .outerjoin(call_list_entries, call_list_entries.c.id == line.entry)
        .outerjoin(interns, interns.c.person == line.subject)
        .outerjoin(persons, persons.c.id == intern)
        .outerjoin(call_lists, call_lists.c.id == line.subject)
        .outerjoin(ranking_runs, ranking_runs.c.id == run)
        .outerjoin(
            perimeters, perimeters.c.id == func.coalesce(ranking_runs.c.perimeter, line.subject)
        )
        .outerjoin(imports, imports.c.id == line.subject)
        .order_by(line.at.desc(), line.source.desc(), line.number.desc())
        .limit(limit)
    )
    if before is not None:
        last = tuple_(*map(literal, msgspec.structs.astuple(before)))
        query = query.where(tuple_(line.at, line.source, line.number) < last)
    return [_done(row) for row in (await connection.execute(query)).mappings()]


def _done(row: Any) -> Done:
    fields = {name: row[name] for name in Done.__struct_fields__}
    facts = fields["facts"]
    return Done(**fields | {"facts": facts if isinstance(facts, dict) else {"after": facts}})


def _gestures(within: Within) -> Select[Any]:
    """Events that an operator caused: `operator`, or `person` who chose for somebody."""
    event = journal.c.body["event"]
    chose_for = case((event["by"].astext == "operator", event["person"].astext))
    who = func.coalesce(event["operator"].astext, chose_for)
    return select(
        journal.c.at.label("at"),
        literal("amphi", String).label("source"),
        journal.c.seq.label("number"),
        who.label("who"),
        journal.c.kind.label("what"),
        event["amphi"].astext.label("subject"),
        event["entry"].astext.label("entry"),
        event.op("-", return_type=JSONB)(_LONG).label("facts"),
        _why(event).label("why"),
    ).where(who.is_not(None), *_of_an_offer(within, event["amphi"].astext))


def _why(event: ColumnElement[Any]) -> ColumnElement[str]:
    """What the operator gave; of a missed turn, and of an approval, `reason` is something else."""
    approval = func.nullif(event["approval"].astext, "")
    return case(
        (journal.c.kind == "TurnMissed", func.coalesce(event["why"].astext, "")),
        else_=func.coalesce(approval, event["reason"].astext, ""),
    )


def _of_an_offer(within: Within, amphi: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    if within.amphi is None:
        return [journal.c.offer.in_(_offers(within.territory))]
    mine = select(amphis.c.offer).where(amphis.c.id == within.amphi)
    return [journal.c.offer.in_(mine), or_(amphi == within.amphi, amphi.is_(None))]


def _acts(within: Within) -> Select[Any]:
    return select(
        cast(func.extract("epoch", audit.c.at) * 1000, BigInteger).label("at"),
        literal("console", String).label("source"),
        audit.c.id.label("number"),
        audit.c.who.label("who"),
        audit.c.what.label("what"),
        audit.c.subject.label("subject"),
        cast(null(), Text).label("entry"),
        func.coalesce(audit.c.after, audit.c.before).label("facts"),
        audit.c.why.label("why"),
    ).where(_in_the_audit(within))


def _in_the_audit(within: Within) -> ColumnElement[bool]:
    if within.amphi is not None:
        offer = select(amphis.c.offer).where(amphis.c.id == within.amphi).scalar_subquery()
        return or_(audit.c.subject == within.amphi, audit.c.subject == offer)
    agents = select(operators.c.person).where(operators.c.territory == within.territory)
    theirs = _offers(within.territory)
    halls = select(amphis.c.id).where(amphis.c.offer.in_(theirs))
    subjects = (
        audit.c.subject.in_(each) for each in (theirs, halls, agents, rankings_of(within.territory))
    )
    return or_(*subjects, audit.c.who.in_(agents))


def _offers(territory: str) -> Select[Any]:
    return (
        select(offers.c.id)
        .join(campaigns, campaigns.c.id == offers.c.campaign)
        .where(campaigns.c.territory == territory)
    )


async def turns_taken(connection: AsyncConnection, amphi: AmphiId, limit: int) -> list[TurnTaken]:
    """The last turns of an amphi, newest first, with what each was charged."""
    event = journal.c.body["event"]
    offer = select(amphis.c.offer).where(amphis.c.id == amphi).scalar_subquery()
    query = (
        select(journal.c.seq, event.label("event"))
        .where(journal.c.offer == offer, journal.c.kind.in_(("PostChosen", "TurnMissed")))
        .where(event["amphi"].astext == amphi, event["charged_ms"].astext.is_not(None))
        .order_by(journal.c.seq.desc())
        .limit(limit)
    )
    return [_turn(row.seq, row.event) for row in await connection.execute(query)]


def _turn(seq: int, event: dict[str, Any]) -> TurnTaken:
    return TurnTaken(
        seq=seq,
        entry=EntryId(event["entry"]),
        post=event.get("post"),
        reason=event.get("reason") if "post" not in event else None,
        charged_ms=event["charged_ms"],
    )
