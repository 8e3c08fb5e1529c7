"""The demonstration's call lists: interns on file, ranked, ties broken, contested, frozen, fed to amphis."""

from collections.abc import Mapping

import msgspec

from amphi.actions import contesting, ranking
from amphi.actions.call_lists import feed_amphi, plan_sessions
from amphi.actions.load import grant_proxy, load
from amphi.actions.perimeters import NewPerimeter, found_perimeter, validate_choices
from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import Actor, on_the_command_line, open_run
from amphi.demonstration.training import (
    DISCIPLINES,
    exam_of,
    interns_of,
    profession_of,
    trainees,
)
from amphi.records.audit import Act
from amphi.records.campaigns import name_entries
from amphi.records.database import Connection
from amphi.records.interns import exam_ids, insert_interns
from amphi.records.session_plans import SessionPlan
from amphi.rules.campaign_file import AmphiLine, CampaignFile, InternLine
from amphi.rules.ids import AmphiId, PersonId
from amphi.rules.ranking.calendar import before
from amphi.rules.ranking.run import RankingRun
from amphi.rules.ranking.run_gestures import treat_ties, validate_ties
from amphi.rules.ranking.session_planner import Timetable
from amphi.rules.refusals import Refusal

WHY = "Campagne de démonstration"
GROUPS = {
    "PHARMACIE": "Pharmacie",
    "PSYCHIATRIE": "Psychiatrie",
    "SANTE PUBLIQUE": "Santé publique",
    "SPECIALITES CHIRURGICALES": "Spécialités chirurgicales",
}
RANKS_PER_SESSION = 30

People = Mapping[PersonId, InternLine]


async def found(connection: Connection, file: CampaignFile, seed: int = 2026) -> None:
    """The campaign of one file; its call lists are not the file's, but come from a ranking.

    An amphi without sessions is left for an operator: its interns are on file, and not ranked yet.
    """
    bare = (msgspec.structs.replace(each, interns=(), sessions=()) for each in file.amphis)
    loaded = await load(connection, msgspec.structs.replace(file, amphis=tuple(bare)))
    actor = on_the_command_line(file.territory)
    for amphi, made in zip(file.amphis, loaded.amphis, strict=True):
        perimeter = await _perimeter(connection, actor, amphi, file.semester)
        people = await _on_file(connection, actor, amphi, file.semester, seed)
        if amphi.sessions:
            call_list = await _frozen(connection, actor, perimeter, file.semester)
            await _fed(connection, actor, amphi, made.id, call_list)
            await _told(connection, loaded.campaign, made.id, people)


def unranked(file: CampaignFile) -> CampaignFile:
    """The same, left for an operator."""
    amphis = (msgspec.structs.replace(each, sessions=()) for each in file.amphis)
    return msgspec.structs.replace(file, amphis=tuple(amphis))


async def _perimeter(connection: Connection, actor: Actor, amphi: AmphiLine, semester: str) -> str:
    """The present semester's choices were held before there was Amphi."""
    named = {DISCIPLINES[each.des] for each in amphi.interns if each.des in DISCIPLINES}
    new = NewPerimeter(
        name=GROUPS.get(amphi.group, amphi.group),
        profession=profession_of(amphi),
        regime=amphi.regime,
        disciplines=tuple(sorted(named)),
    )
    row = await found_perimeter(connection, actor, new)
    await validate_choices(connection, actor, row.id, before(semester), why=WHY)
    return row.id


async def _on_file(
    connection: Connection, actor: Actor, amphi: AmphiLine, semester: str, seed: int
) -> People:
    people = trainees(amphi, semester, seed)
    profession = profession_of(amphi)
    exams = await exam_ids(connection, {exam_of(profession, each) for each in people})
    new = list(interns_of(amphi, people, semester, exams))
    ids = await insert_interns(connection, actor.territory, new)
    return {id_: each.line for id_, each in zip(ids, people, strict=True)}


async def _frozen(connection: Connection, actor: Actor, perimeter: str, semester: str) -> str:
    """A contest window in which nobody contests anything."""
    run = (await prerank_now(connection, actor, perimeter, semester)).run
    await _ties_broken(connection, actor, run)
    await ranking.publish(connection, actor, run)
    await contesting.open_contests(connection, actor, run)
    await contesting.close_contests(connection, actor, run)
    return await ranking.freeze(connection, actor, run)


async def _ties_broken(connection: Connection, actor: Actor, run: str) -> None:
    """Every group as suggested, and validated: all at once, since there may be hundreds."""
    opened = await open_run(connection, actor, run)
    state: RankingRun | Refusal = opened.state
    for rank, group in opened.state.breaks.groups.items():
        if isinstance(state, RankingRun):
            state = treat_ties(state, rank, [line.intern.id for line in group.suggested])
    after = validate_ties(state) if isinstance(state, RankingRun) else state
    await ranking.saved(
        connection, opened, after, Act(who=actor.who, what="ties_validated", subject=run)
    )


async def _fed(
    connection: Connection, actor: Actor, amphi: AmphiLine, made: AmphiId, call_list: str
) -> None:
    """Sessions by thirty, as if everybody took the whole time."""
    seconds = amphi.policy.turn_seconds
    timetable = Timetable(
        planned_seconds=max(60, seconds), session_size=RANKS_PER_SESSION, turn_seconds=seconds
    )
    plan = SessionPlan(starts_at=amphi.sessions[0].starts_at, timetable=timetable)
    await plan_sessions(connection, actor, call_list, plan)
    await feed_amphi(connection, actor, made, call_list)


async def _told(connection: Connection, campaign: str, made: AmphiId, people: People) -> None:
    """The names that the command line calls them by, and who chooses for whom."""
    names = {person: line.id for person, line in people.items()}
    entries = await name_entries(connection, made, names)
    for person, line in people.items():
        if line.proxy is not None:
            await grant_proxy(connection, campaign, entries[person], line.proxy)
