"""Who acts upon a ranking, and whether it is theirs: rights per territory on every row.

What belongs to another ARS is as unknown as what does not exist.
"""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from amphi.records.audit import COMMAND_LINE
from amphi.records.call_lists import CallListRow, one_call_list
from amphi.records.database import Connection
from amphi.records.interns import InternRow, one_intern
from amphi.records.job_reports import JobRow, one_job
from amphi.records.perimeters import (
    PerimeterRow,
    are_validated,
    have_started,
    known_disciplines,
    one_perimeter,
)
from amphi.records.ranking_runs import RunRow, one_run
from amphi.records.ranking_states import run_state
from amphi.rules.ids import Millis, PersonId
from amphi.rules.ranking.calendar import before, is_semester, number, numbered
from amphi.rules.ranking.final_ranking import Gesture
from amphi.rules.ranking.gate import Situation, choices_refusal
from amphi.rules.ranking.import_reading import today_in
from amphi.rules.ranking.perimeters import Profession, is_known
from amphi.rules.ranking.run import RankingRun
from amphi.rules.refusals import Refusal, Refused


class Actor(msgspec.Struct, frozen=True):
    """`who`: an operator's person, or COMMAND_LINE; `territory`: of their ARS."""

    who: str
    territory: str

    def gesture(self, why: str = "") -> Gesture:
        """Who, when, why."""
        return Gesture(PersonId(self.who), now(), why)


class OpenRun(msgspec.Struct, frozen=True):
    """A run, locked, and where it stands."""

    row: RunRow
    state: RankingRun


def now() -> Millis:
    """By this machine's clock: what people are told of when something was done."""
    return time.time_ns() // 1_000_000


def next_semester() -> str:
    """The one after the present one, by the calendar of those who choose: the last that is planned."""
    today = datetime.now(ZoneInfo("Europe/Paris"))
    return numbered(number(today_in(today.year, today.month).semester) + 1)


def on_the_command_line(territory: str) -> Actor:
    """Somebody who has the machine, not an account."""
    return Actor(COMMAND_LINE, territory)


async def own_perimeter(
    connection: Connection, actor: Actor, perimeter: str, *, lock: bool = False
) -> PerimeterRow:
    """Raises Refused `unknown_perimeter`."""
    row = await one_perimeter(connection, perimeter, lock=lock)
    if row is None or row.territory != actor.territory:
        raise Refused(Refusal("unknown_perimeter"))
    return row


async def own_run(connection: Connection, actor: Actor, run: str, *, lock: bool = False) -> RunRow:
    """Raises Refused `unknown_ranking`."""
    row = await one_run(connection, run, lock=lock)
    if row is None or row.territory != actor.territory:
        raise Refused(Refusal("unknown_ranking"))
    return row


async def own_call_list(connection: Connection, actor: Actor, call_list: str) -> CallListRow:
    """Raises Refused `unknown_call_list`."""
    row = await one_call_list(connection, call_list)
    if row is None or row.territory != actor.territory:
        raise Refused(Refusal("unknown_call_list"))
    return row


async def own_intern(
    connection: Connection, actor: Actor, person: str, *, lock: bool = False
) -> InternRow:
    """Raises Refused `no_such_intern`."""
    row = await one_intern(connection, PersonId(person), lock=lock)
    if row is None or row.territory != actor.territory:
        raise Refused(Refusal("no_such_intern"))
    return row


async def own_job(connection: Connection, actor: Actor, job: str) -> JobRow:
    """Raises Refused `unknown_job`."""
    row = await one_job(connection, job)
    if row is None or row.territory != actor.territory:
        raise Refused(Refusal("unknown_job"))
    return row


def a_semester(written: str) -> str:
    """Raises Refused `bad_semester`."""
    if not is_semester(written):
        raise Refused(Refusal("bad_semester"))
    return written


async def a_discipline(
    connection: Connection, territory: str, profession: Profession, written: str
) -> str:
    """One in which somebody may be ranked: who goes to a misspelt one is on nobody's list.

    Only medicine is divided into disciplines. Raises Refused `unknown_discipline`.
    """
    name = written.strip()
    if profession is Profession.MEDICINE:
        known = await known_disciplines(connection, territory, profession)
        if not is_known(name, known):
            raise Refused(Refusal("unknown_discipline", {"discipline": name[:200]}))
    return name


async def situation(
    connection: Connection, perimeter: str, semester: str, run: RankingRun | None = None
) -> Situation:
    """Where choices and ranking of a perimeter stand, for the gate (ranking.md §4)."""
    return Situation(
        present_choices_validated=await are_validated(connection, perimeter, before(semester)),
        next_choices_started=await have_started(connection, perimeter, semester),
        ranked_before=run is not None,
        unranked=0 if run is None else run.unranked,
        holes=0 if run is None else run.holes,
        late_movement=run is not None and run.late_movement,
    )


async def open_run(connection: Connection, actor: Actor, run: str) -> OpenRun:
    """For a gesture: locked until the end of the transaction.

    Raises Refused: `unknown_ranking`, `ranking_superseded`, `choices_not_validated`,
    `choices_started`.
    """
    row = await own_run(connection, actor, run, lock=True)
    if row.superseded_at is not None:
        raise Refused(Refusal("ranking_superseded"))
    refusal = choices_refusal(await situation(connection, row.perimeter, row.semester))
    if refusal is not None:
        raise Refused(refusal)
    return OpenRun(row, await run_state(connection, row))
