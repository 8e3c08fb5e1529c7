"""What operators do to a ranking run (ranking.md §4, §5): load, ask the rules, record, leave a trace.

Each is one transaction of the caller's, under a lock on the run. All raise Refused: what
`ranking_access.open_run` raises, and the rules' own refusals (`rules.ranking.run_gestures`).
"""

from collections.abc import Sequence
from typing import Any

from amphi.actions.ranking_access import Actor, OpenRun, open_run
from amphi.records.audit import Act, record
from amphi.records.call_lists import insert_call_list, shows_what_is
from amphi.records.database import Connection
from amphi.records.ranking_states import save_state
from amphi.rules.ids import PersonId
from amphi.rules.ranking import run_gestures as gestures
from amphi.rules.ranking.run import RankingRun, Stage
from amphi.rules.refusals import Refusal, Refused


async def treat_ties(
    connection: Connection, actor: Actor, run: str, rank: int, order: Sequence[PersonId]
) -> RankingRun:
    """One group of ex aequo in the operator's order; may be done again until all is validated."""
    opened = await open_run(connection, actor, run)
    after = gestures.treat_ties(opened.state, rank, order)
    known = opened.state.breaks.groups.get(rank)
    before = [] if known is None else [line.intern.id for line in known.lines]
    trace = {"rank": rank, "order": list(order)}
    act = _act(actor, opened, "ties_treated", {"rank": rank, "order": before}, trace)
    return await saved(connection, opened, after, act)


async def validate_ties(connection: Connection, actor: Actor, run: str) -> RankingRun:
    """Every intern then has a unique call rank."""
    opened = await open_run(connection, actor, run)
    after = gestures.validate_ties(opened.state)
    return await saved(connection, opened, after, _act(actor, opened, "ties_validated"))


async def back_to_ties(connection: Connection, actor: Actor, run: str, why: str) -> RankingRun:
    """Undoes the validation, and the swaps with it."""
    opened = await open_run(connection, actor, run)
    after = gestures.back_to_ties(opened.state, actor.gesture(why))
    return await saved(connection, opened, after, _act(actor, opened, "ties_reopened", why=why))


async def swap(
    connection: Connection, actor: Actor, run: str, call_rank: int, why: str
) -> RankingRun:
    """The line of that call rank and the one below it change places."""
    opened = await open_run(connection, actor, run)
    swapped = gestures.swap(opened.state, call_rank, actor.gesture(why))
    if isinstance(swapped, Refusal):
        raise Refused(swapped)
    before, after = (_by_rank(each) for each in (swapped.swap.before, swapped.swap.after))
    act = _act(actor, opened, "ranks_swapped", before, after, why)
    return await saved(connection, opened, swapped.run, act)


def _by_rank(ranks: dict[int, PersonId]) -> dict[str, str]:
    """JSON has no whole numbers as names."""
    return {str(rank): person for rank, person in ranks.items()}


async def publish(connection: Connection, actor: Actor, run: str) -> str:
    """A provisional version of the call list: its id.

    Raises Refused `list_already_published` too: whoever clicks twice makes no second version.
    """
    opened = await open_run(connection, actor, run)
    if opened.state.stage is Stage.PROVISIONAL and await shows_what_is(connection, run):
        raise Refused(Refusal("list_already_published"))
    act = _act(actor, opened, "list_published")
    await saved(connection, opened, gestures.publish(opened.state), act)
    return await insert_call_list(connection, run, "provisional", actor.who)


async def freeze(connection: Connection, actor: Actor, run: str) -> str:
    """A frozen version of the call list: its id."""
    opened = await open_run(connection, actor, run)
    act = _act(actor, opened, "list_frozen")
    await saved(connection, opened, gestures.freeze(opened.state), act)
    return await insert_call_list(connection, run, "frozen", actor.who)


async def reopen(connection: Connection, actor: Actor, run: str, why: str) -> RankingRun:
    """One stage back, for a correction; lists made stay on record."""
    opened = await open_run(connection, actor, run)
    after = gestures.reopen(opened.state, actor.gesture(why))
    return await saved(connection, opened, after, _act(actor, opened, "list_reopened", why=why))


async def saved(
    connection: Connection, opened: OpenRun, after: RankingRun | Refusal, act: Act
) -> RankingRun:
    """The new state with its trace in the audit. Raises Refused."""
    if isinstance(after, Refusal):
        raise Refused(after)
    await save_state(connection, opened.row, opened.state, after)
    await record(connection, act)
    return after


def _act(
    actor: Actor, opened: OpenRun, what: str, before: Any = None, after: Any = None, why: str = ""
) -> Act:
    subject = opened.row.id
    return Act(who=actor.who, what=what, subject=subject, before=before, after=after, why=why)
