"""A frozen call list feeds an amphi, until session 1 starts (live-rules.md §1, ranking.md §5, §6)."""

import pytest

from amphi.actions import ranking
from amphi.actions.call_lists import Fed, feed_amphi, plan_sessions, planned
from amphi.actions.perimeters import validate_choices
from amphi.actions.preranking import prerank_now
from amphi.actions.ranking_access import Actor
from amphi.actions.readiness import lines_of
from amphi.records.freezing import rows
from amphi.records.people import NewProxy, insert_proxy
from amphi.records.reads import one_amphi, sessions
from amphi.records.session_plans import SessionPlan
from amphi.records.start_certificates import start_certificate
from amphi.rules.choosing.facts import AmphiFacts
from amphi.rules.ids import AmphiId
from amphi.rules.ranking.session_planner import Timetable
from tests.actions.test_movements import CANCELLED, moved
from tests.actions.test_ranking import refused
from tests.actions.ward import Ward, frozen
from tests.live.amphitheatre import Amphitheatre, conducted
from tests.records.interns_on_file import AGENT, SEMESTER

NINE = 1_800_000_000_000
BY_THREE = SessionPlan(starts_at=NINE, timetable=Timetable(session_size=3))


@pytest.fixture
async def hall(theatre: Amphitheatre, ward: Ward) -> Amphitheatre:
    """Of the semester that the ward is ranked for, without a call list yet."""
    async with theatre.database.transaction() as connection:
        await connection.exec_driver_sql(f"UPDATE campaigns SET semester = '{SEMESTER}'")
        await connection.exec_driver_sql("UPDATE amphis SET regime = 'OLD'")
        await connection.exec_driver_sql("DELETE FROM choice_sessions")
        await connection.exec_driver_sql("DELETE FROM call_list_entries")
    return theatre


async def a_list(ward: Ward) -> str:
    """Frozen and planned."""
    made = await frozen(ward)
    async with ward.transaction() as connection:
        await plan_sessions(connection, AGENT, made, BY_THREE)
    return made


async def fed(ward: Ward, hall: Amphitheatre, call_list: str) -> Fed:
    async with ward.transaction() as connection:
        return await feed_amphi(connection, AGENT, hall.amphi, call_list)


async def listed(ward: Ward, amphi: AmphiId) -> list[tuple[int, str]]:
    known = {id_: name for name, id_ in ward.people.items()}
    async with ward.database.connection() as connection:
        facts = (await rows(connection, amphi)).facts
    return [(each.call_rank, known[each.person]) for each in facts.entries]


async def frozen_anew(ward: Ward) -> str:
    async with ward.transaction() as connection:
        return await ranking.freeze(connection, AGENT, ward.run)


async def test_sessions_are_planned_from_a_frozen_list(ward: Ward) -> None:
    made = await a_list(ward)
    async with ward.database.connection() as connection:
        slots = await planned(connection, AGENT, made)
    assert [(each.from_rank, each.to_rank) for each in slots] == [(1, 3), (4, 4)]
    assert slots[0].starts_at == NINE
    assert slots[1].starts_at == slots[0].ends_at == NINE + 600_000


async def test_a_planned_amphi_is_fed_with_the_list_and_its_sessions(
    ward: Ward, hall: Amphitheatre
) -> None:
    done = await fed(ward, hall, await a_list(ward))
    assert (done.version, done.staged) == (1, False)
    assert await listed(ward, hall.amphi) == [(1, "ana"), (2, "bob"), (3, "zed"), (4, "yan")]
    async with ward.database.connection() as connection:
        shown = [(each.from_rank, each.to_rank) for each in await sessions(connection, hall.amphi)]
    assert shown == [(1, 3), (4, 4)]


async def test_a_newly_frozen_list_replaces_it_and_the_planner_follows(
    ward: Ward, hall: Amphitheatre
) -> None:
    first = await a_list(ward)
    await fed(ward, hall, first)
    before = {each.person: each.id for each in (await _facts(ward, hall)).entries}
    await moved(ward, "ana", CANCELLED)
    second = await frozen_anew(ward)
    assert await refused(fed(ward, hall, first)) == "list_replaced"
    done = await fed(ward, hall, second)
    assert (done.version, done.staged) == (2, False)
    assert await listed(ward, hall.amphi) == [(2, "bob"), (3, "zed"), (4, "yan")]
    after = {each.person: each.id for each in (await _facts(ward, hall)).entries}
    assert after.items() <= before.items()
    async with ward.database.connection() as connection:
        shown = [(each.from_rank, each.to_rank) for each in await sessions(connection, hall.amphi)]
    assert shown == [(1, 4)]


async def _facts(ward: Ward, hall: Amphitheatre) -> AmphiFacts:
    async with ward.database.connection() as connection:
        return (await rows(connection, hall.amphi)).facts


async def warned(ward: Ward, hall: Amphitheatre) -> bool:
    async with ward.database.connection() as connection:
        amphi = await one_amphi(connection, hall.amphi)
        assert amphi is not None
        return "call_list_outdated" in [each.code for each in await lines_of(connection, amphi)]


async def test_an_amphi_whose_list_is_no_longer_what_the_ranking_says_is_warned_of(
    ward: Ward, hall: Amphitheatre
) -> None:
    """Whoever is cancelled stays on the list that the amphi has until it takes a new one."""
    assert not await warned(ward, hall)
    await fed(ward, hall, await a_list(ward))
    assert not await warned(ward, hall)
    await moved(ward, "ana", CANCELLED)
    assert await warned(ward, hall)
    second = await frozen_anew(ward)
    assert await warned(ward, hall)
    await fed(ward, hall, second)
    assert not await warned(ward, hall)
    async with ward.transaction() as connection:
        await prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
    assert await warned(ward, hall)
    async with ward.transaction() as connection:
        await connection.exec_driver_sql("UPDATE amphis SET phase = 'RUNNING'")
    assert not await warned(ward, hall)


async def test_once_validated_the_conductor_writes_the_new_list_and_the_start_keeps_its_version(
    ward: Ward, hall: Amphitheatre
) -> None:
    first = await a_list(ward)
    await fed(ward, hall, first)
    async with conducted(hall):
        for name in ("validate", "publish"):
            assert (await hall.gesture(name)).code is None
        await _asked_and_granted(ward, hall)
        await moved(ward, "bob", CANCELLED)
        second = await frozen_anew(ward)
        done = await fed(ward, hall, second)
        assert (done.version, done.staged) == (2, True)
        assert len(await listed(ward, hall.amphi)) == 4  # not before it is journaled
        assert (await hall.gesture("replace_call_list", reason="démission")).code is None
        assert await listed(ward, hall.amphi) == [(1, "ana"), (3, "zed"), (4, "yan")]
        assert await _held(ward) == ["zed"]
        async with ward.database.connection() as connection:
            assert await start_certificate(connection, hall.amphi) is None
        assert (await hall.gesture("start")).code is None
    async with ward.database.connection() as connection:
        certificate = await start_certificate(connection, hall.amphi)
    assert certificate is not None
    assert (certificate.amphi_version, certificate.call_list) == (2, second)
    assert certificate.list_version == 3
    assert len(certificate.receipt) == 64
    await _nothing_changes_any_more(ward, hall, second)


async def _asked_and_granted(ward: Ward, hall: Amphitheatre) -> None:
    """Bob and Zed have somebody to choose for them, and Bob asks for another type of choice."""
    async with ward.transaction() as connection:
        campaign = (await connection.exec_driver_sql("SELECT id FROM campaigns")).scalar_one()
        facts = (await rows(connection, hall.amphi)).facts
        mine = {each.person: each.id for each in facts.entries}
        for name in ("bob", "zed"):
            new = NewProxy(email=f"{name}@proches.example")
            await insert_proxy(connection, campaign, mine[ward.people[name]], new)
        await connection.exec_driver_sql(
            "INSERT INTO status_requests (id, entry, choice_status) "
            f"VALUES ('r1', '{mine[ward.people['bob']]}', 'SURNOMBRE_VALIDANT')"
        )


async def _held(ward: Ward) -> list[str]:
    async with ward.database.connection() as connection:
        found = await connection.exec_driver_sql(
            "SELECT split_part(holder_email, '@', 1) FROM proxies ORDER BY 1"
        )
        left = await connection.exec_driver_sql("SELECT count(*) FROM status_requests")
        assert left.scalar_one() == 0
        return list(found.scalars())


async def _nothing_changes_any_more(ward: Ward, hall: Amphitheatre, call_list: str) -> None:
    assert await refused(fed(ward, hall, call_list)) == "choices_started"
    async with ward.transaction() as connection:
        assert await refused(ranking.freeze(connection, AGENT, ward.run)) == "choices_started"
        again = prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
        assert await refused(again) == "choices_started"
        closing = validate_choices(connection, AGENT, ward.perimeter, SEMESTER)
        assert await refused(closing) == "amphis_not_closed"


async def test_only_a_planned_frozen_list_of_the_same_semester_and_ars_feeds_an_amphi(
    ward: Ward, hall: Amphitheatre
) -> None:
    made = await frozen(ward)
    assert await refused(fed(ward, hall, made)) == "sessions_not_planned"
    async with ward.transaction() as connection:
        foreign = Actor("x", "Bretagne")
        assert await refused(feed_amphi(connection, foreign, hall.amphi, made)) == (
            "unknown_call_list"
        )
        assert await refused(feed_amphi(connection, AGENT, "nowhere", made)) == "unknown_amphi"
        await plan_sessions(connection, AGENT, made, BY_THREE)
        await ranking.reopen(connection, AGENT, ward.run, "x")
        provisional = await ranking.publish(connection, AGENT, ward.run)
    assert await refused(fed(ward, hall, provisional)) == "list_not_frozen"
    async with ward.transaction() as connection:
        await connection.exec_driver_sql("UPDATE campaigns SET semester = '2027-11'")
    assert await refused(fed(ward, hall, made)) == "amphi_elsewhere"


async def test_a_plan_that_cannot_be_is_refused(ward: Ward) -> None:
    made = await frozen(ward)
    async with ward.transaction() as connection:
        nothing = SessionPlan(starts_at=NINE, timetable=Timetable(session_size=0))
        assert await refused(plan_sessions(connection, AGENT, made, nothing)) == "bad_timetable"
        short = SessionPlan(starts_at=NINE, last_ranks=(2, 3))
        assert await refused(plan_sessions(connection, AGENT, made, short)) == (
            "sessions_not_a_partition"
        )
        bounds = SessionPlan(starts_at=NINE, last_ranks=(1, 4))
        slots = await plan_sessions(connection, AGENT, made, bounds)
    assert [(each.from_rank, each.to_rank) for each in slots] == [(1, 1), (2, 4)]


async def another_amphi(hall: Amphitheatre, phase: str) -> None:
    """Of the same campaign, with a list from a file: no ranking feeds it."""
    async with hall.database.transaction() as connection:
        await connection.exec_driver_sql(
            'INSERT INTO amphis (id, offer, position, code, "group", regime, phase, policy) '
            "SELECT 'other', offer, position + 1, 'Z9', 'Autre', regime, $1, policy FROM amphis",
            (phase,),
        )


@pytest.mark.parametrize(("phase", "ended"), [("CLOSED", 1), ("CATCH_UP", 0)])
async def test_an_amphi_that_no_ranking_feeds_holds_the_campaign_until_it_is_closed(
    ward: Ward, hall: Amphitheatre, phase: str, ended: int
) -> None:
    await fed(ward, hall, await a_list(ward))
    async with ward.transaction() as connection:
        await connection.exec_driver_sql("UPDATE amphis SET phase = 'CLOSED'")
    await another_amphi(hall, phase)
    async with ward.transaction() as connection:
        done = await validate_choices(connection, AGENT, ward.perimeter, SEMESTER, unserved=4)
    assert len(done.ended) == ended


async def test_choices_held_elsewhere_are_over_and_their_ranking_with_them(ward: Ward) -> None:
    await moved(ward, "ana", CANCELLED)
    async with ward.transaction() as connection:
        await validate_choices(connection, AGENT, ward.perimeter, SEMESTER, why="tenus à l'ARS")
        again = prerank_now(connection, AGENT, ward.perimeter, SEMESTER)
        assert await refused(again) == "choices_started"
        order = ranking.treat_ties(connection, AGENT, ward.run, 3, ward.ids("yan", "zed"))
        assert await refused(order) == "choices_started"
    assert await moved(ward, "bob", CANCELLED) == []


async def test_choices_held_elsewhere_are_validated_with_a_reason_and_once(ward: Ward) -> None:
    async with ward.transaction() as connection:
        silent = validate_choices(connection, AGENT, ward.perimeter, "2026-05")
        assert await refused(silent) == "reason_needed"
        done = await validate_choices(
            connection, AGENT, ward.perimeter, "2026-05", why="tenus à l'ARS"
        )
        many = validate_choices(
            connection, AGENT, ward.perimeter, "2025-11", unserved=2, why="tenus à l'ARS"
        )
        assert await refused(many) == "unserved_left"
    assert (done.unserved, done.ended) == (0, ())


async def test_the_last_perimeter_ends_the_campaign(ward: Ward, hall: Amphitheatre) -> None:
    await fed(ward, hall, await a_list(ward))
    async with ward.transaction() as connection:
        await connection.exec_driver_sql("UPDATE amphis SET phase = 'CLOSED'")
        await connection.exec_driver_sql("UPDATE interns SET choice_status = 'SURNOMBRE_VALIDANT'")
        left = validate_choices(connection, AGENT, ward.perimeter, SEMESTER)
        assert await refused(left) == "unserved_left"
        done = await validate_choices(connection, AGENT, ward.perimeter, SEMESTER, unserved=4)
        ended = await connection.exec_driver_sql("SELECT ended_at IS NOT NULL FROM campaigns")
        statuses = await connection.exec_driver_sql("SELECT DISTINCT choice_status FROM interns")
        assert ended.scalar_one() is True
        assert statuses.scalars().all() == ["STANDARD"]
    assert (done.unserved, len(done.ended)) == (4, 1)
