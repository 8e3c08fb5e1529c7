"""Honest journals, played by the rules, and the tools to doctor them: plain lines in, evidence out."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from amphi.rules.choosing import commands as c
from amphi.rules.choosing.facts import AmphiFacts, ChoiceStatus
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.ids import DesCode, EntryId, PostNumber, ServiceNumber
from amphi.rules.refusals import Refusal
from amphi.verify.chain import BEFORE_THE_FIRST, canonical, hash_of
from amphi.verify.evidence import Evidence, HeadRow, Row
from amphi.verify.expected import EXPECTED
from amphi.verify.replay import replay
from tests.rules.choosing.builders import (
    AMPHI,
    OFFER,
    OPERATOR,
    a_post,
    a_session,
    an_amphi,
    an_intern,
)
from tests.rules.choosing.playing import Play

Json = dict[str, Any]
Doctor = Callable[[list[Json]], None]
CAMPAIGN = "campaign-1"
SHEET = {"establishment": "BEAUJON", "finess": "", "service": "PHARMACIE"}
SECOND = "person-second-operator"


def morning() -> list[Json]:
    """Lines {term, at, event}: absence, a latecomer, pause, freeze, time added, rectification."""
    play = Play()
    for step in (_open, _first_session, _second_session, _put_right):
        step(play)
    return [
        {"term": 1, "at": record.at, "event": json.loads(msgspec.json.encode(record.event))}
        for _, records in play.commits
        for record in records
    ]


def facts() -> AmphiFacts:
    interns = [an_intern(rank) for rank in (1, 2)]
    interns += [an_intern(3, extra_seconds=10), an_intern(4)]
    interns += [an_intern(5, choice_status=ChoiceStatus.SURNOMBRE_VALIDANT), an_intern(6)]
    sessions = (a_session(1, 1, 4), a_session(2, 5, 6))
    return an_amphi(*interns, sessions=sessions, policy=AmphiPolicy(max_returns=1))


def _open(play: Play) -> None:
    service = ServiceNumber("S")
    posts = [a_post(f"P{n}") for n in (1, 2, 3, 4)]
    posts += [a_post(f"P{n}", service=service) for n in (5, 6)]
    posts += [a_post("R1", reserved_for=(DesCode("X"),)), a_post("G1", groups=("CHIRURGIE",))]
    said(play.operator(c.Validate(facts=facts(), posts=tuple(posts))))
    said(play.operator(c.Publish()))
    for rank in (1, 3, 4, 5, 6):
        play.here.add(an_intern(rank).person)
    said(play.operator(c.Start()))


def _first_session(play: Play) -> None:
    choose(play, "P1")
    play.wait(91_000)  # nobody came for e2
    play.wait(5_000)
    play.arrive("person-e2")
    said(play.operator(c.Pause("une question")))
    play.now += 60_000
    said(play.operator(c.Resume()))
    choose(play, "P2")  # e3, then e2 as a latecomer, then e4
    choose(play, "P3")
    choose(play, "P4")


def _second_session(play: Play) -> None:
    said(play.operator(c.Start()))
    turn = play.amphi.turn
    assert turn is not None
    play.now += 4_000
    said(play.engine(c.Freeze("postgresql", {turn.id: 4_000})))
    play.now += 20_000
    said(play.engine(c.Thaw(20_000)))
    said(play.operator(c.AddTime(30)))
    choose(play, "P5")
    choose(play, "P6")


def _put_right(play: Play) -> None:
    said(play.operator(c.Rectify(EntryId("e6"), "jugement", PostNumber("P5"))))
    asked = play.amphi.rectifications[0].id
    second = an_intern(9, person=SECOND).person
    said(play.operator(c.ApproveRectification(asked), person=second))
    said(play.operator(c.Close()))


def choose(play: Play, post: str) -> None:
    """Whoever has the turn takes `post` after two seconds."""
    play.now += 2_000
    turn = play.amphi.turn
    assert turn is not None
    person = play.amphi.entries[turn.entry].facts.person
    said(play.intern(person, c.Choose(turn.id, PostNumber(post))))


def said(answer: Any) -> None:
    assert not isinstance(answer, Refusal), answer


# --- from lines to evidence -------------------------------------------------


def evidence_of(lines: list[Json], offer: str = OFFER) -> Evidence:
    """Every table as it would stand had these lines been committed: chain intact, rows in step.

    Rows are what the check itself expects: that these are the real ones is shown on a real database.
    """
    rows = chained(offer, lines)
    found = replay(offer, rows)
    tables: dict[str, list[Json]] = {
        table: list(made(found.offer, CAMPAIGN)) for table, made in EXPECTED.items()
    }
    tables["posts"] = [{**SHEET, **row} for row in tables["posts"]]
    return Evidence(
        offer=offer,
        campaign=CAMPAIGN,
        rows=rows,
        head=HeadRow(rows[-1].term, rows[-1].seq, rows[-1].hash),
        tables={**tables, "status_requests": [], "command_results": _results(offer, lines)},
    )


def chained(offer: str, lines: list[Json]) -> list[Row]:
    rows: list[Row] = []
    before = BEFORE_THE_FIRST
    for seq, line in enumerate(lines, start=1):
        text = line.get("text") or canonical({"offer": offer, "seq": seq, **line})
        rows.append(Row(seq, line["term"], line["at"], before, hash_of(before, text), text))
        before = rows[-1].hash
    return rows


def _results(offer: str, lines: list[Json]) -> list[Json]:
    """An acceptance for every line that somebody asked for."""
    return [
        {"offer": offer, "person": person, "id": f"command-{seq}", "seq": seq}
        for seq, line in enumerate(lines, start=1)
        if (person := _who(line["event"])) is not None
    ]


def _who(event: Json) -> str | None:
    """Flags and proxies of these mornings are the interns' own."""
    if event["kind"] in ("FlagRaised", "FlagLowered", "ProxyGranted", "ProxyCancelled"):
        return event.get("operator") or f"person-{event['entry']}"
    found: str | None = event.get("operator") or event.get("person") or event.get("holder")
    return found


# --- from tables to doctored ones -------------------------------------------


def row_changed(found: Evidence, table: str, index: int, **changes: Any) -> Evidence:
    """One row of another table says something else."""
    rows = [dict(row) for row in found.tables[table]]
    rows[index].update(changes)
    return with_rows(found, table, rows)


def row_dropped(found: Evidence, table: str, index: int = 0) -> Evidence:
    rows = list(found.tables[table])
    del rows[index]
    return with_rows(found, table, rows)


def row_added(found: Evidence, table: str, **changes: Any) -> Evidence:
    """A copy of the table's first row, with these changes."""
    return with_rows(found, table, [*found.tables[table], {**found.tables[table][0], **changes}])


def with_rows(found: Evidence, table: str, rows: list[Any]) -> Evidence:
    return replace(found, tables={**found.tables, table: rows})


# --- doctoring --------------------------------------------------------------


def at(lines: list[Json], kind: str, n: int = 0) -> int:
    """Where the n-th line of a kind stands."""
    return [i for i, line in enumerate(lines) if line["event"]["kind"] == kind][n]


def event(lines: list[Json], kind: str, n: int = 0) -> Json:
    found: Json = lines[at(lines, kind, n)]["event"]
    return found


def put(lines: list[Json], index: int, kind: str, /, **fields: Any) -> None:
    """One more line before `index`, at the instant of the line that stood there."""
    said = {"v": 1, "amphi": AMPHI, "operator": OPERATOR, "reason": "", **fields, "kind": kind}
    lines.insert(index, {"term": 1, "at": lines[index]["at"], "event": said})


def delay(lines: list[Json], index: int, ms: int) -> None:
    """The line at `index` and all behind it happened later (or, below zero, earlier)."""
    for line in lines[index:]:
        line["at"] += ms


def rows_changed(found: Evidence, index: int, **changes: Any) -> Evidence:
    rows = list(found.rows)
    rows[index] = replace(rows[index], **changes)
    return replace(found, rows=rows)
