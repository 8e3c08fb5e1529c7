"""The ranking pages over HTTP: rights per territory, every gesture out of its time, without scripts."""

import html

import httpx2
import pytest

from amphi.actions import contesting, ranking
from amphi.actions.movements import Move, move
from amphi.actions.preranking import prerank_now
from amphi.http.sentences import sentence
from amphi.records.tables.rankings import ranking_runs
from amphi.rules.ranking.movements import MovementKind
from amphi.rules.refusals import Refusal
from tests.actions.ward import Ward, a_ward, frozen
from tests.http.house import House
from tests.records.interns_on_file import AGENT, SEMESTER, an_intern, on_file
from tests.site.reading_pages import AS_A_BROWSER, rows, visit, words

PAGES = "/admin/ranking"


@pytest.fixture
async def ranked(house: House) -> Ward:
    """Of the same ARS as the house's agents."""
    return await a_ward(house.theatre.database)


async def sent(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    """A form, as a browser sends it."""
    return await client.post(f"{PAGES}{path}", data=fields, headers=AS_A_BROWSER)


def says(answer: httpx2.Response, code: str, **facts: object) -> bool:
    """Whether the page tells that refusal."""
    return sentence(Refusal(code, facts)) in html.unescape(answer.text)


async def test_what_belongs_to_another_ars_does_not_exist(house: House, ranked: Ward) -> None:
    call_list, run = await frozen(ranked), f"/runs/{ranked.run}"
    person = ranked.people["ana"]
    gets = (
        f"/perimeters/{ranked.perimeter}",
        *(run, f"{run}/ties/3", f"{run}/interns/{person}"),
        *(f"/lists/{call_list}", f"/lists/{call_list}/call-list.pdf"),
    )
    posts = (
        *(f"/perimeters/{ranked.perimeter}/{what}" for what in ("preranking", "validation")),
        *(f"{run}/{what}" for what in ("ties/3", "validate", "swap", "publish", "freeze")),
        *(f"{run}/{what}" for what in ("back", "reopen", "open-contests", "close-contests")),
        *(f"{run}/answer", f"/lists/{call_list}/sessions"),
    )
    async with house.operator(territory="Bretagne") as stranger:
        assert "Psychiatrie" not in await visit(stranger, PAGES)
        for path in gets:
            await visit(stranger, f"{PAGES}{path}", 404)
        for path in posts:
            fields = {"semester": SEMESTER, "starts_at": "2026-12-01T13:30", "why": "x"}
            assert (await sent(stranger, path, **fields)).status_code == 404, path
    async with house.at_the_console() as nobody:
        for path in ("", *gets, "/imports", "/quarantine"):
            answer = await nobody.get(f"{PAGES}{path}", headers=AS_A_BROWSER)
            assert answer.status_code == 401, path


@pytest.mark.parametrize(
    ("gesture", "code"),
    [
        ("back", "nothing_to_reopen"),
        ("swap", "ties_not_validated"),
        ("publish", "ties_not_validated"),
        ("open-contests", "ties_not_validated"),
        ("close-contests", "contest_closed"),
        ("answer", "contest_closed"),
        ("freeze", "ties_not_validated"),
        ("reopen", "nothing_to_reopen"),
    ],
)
async def test_a_gesture_before_its_time_is_refused_by_name(
    house: House, ranked: Ward, gesture: str, code: str
) -> None:
    async with house.operator() as agent:
        fields = {"why": "essai", "call_rank": "1", "contest": "c", "text": "t", "accepted": "yes"}
        answer = await sent(agent, f"/runs/{ranked.run}/{gesture}", **fields)
        assert answer.status_code == 409
        assert says(answer, code)
        unknown = await sent(agent, f"/runs/{ranked.run}/explode", **fields)
        assert unknown.status_code == 404


async def test_ties_left_and_a_frozen_list_are_refused_by_name(house: House, ranked: Ward) -> None:
    async with house.operator() as agent:
        early = await sent(agent, f"/runs/{ranked.run}/validate")
        assert (early.status_code, says(early, "ties_left", left=1)) == (409, True)
        await frozen(ranked)
        late = await sent(agent, f"/runs/{ranked.run}/swap", call_rank="1", why="trop tard")
        assert (late.status_code, says(late, "ranking_frozen")) == (409, True)
        again = await sent(agent, f"/perimeters/{ranked.perimeter}/preranking", semester=SEMESTER)
        assert (again.status_code, says(again, "ranking_complete")) == (409, True)
        wrong = await sent(agent, f"/perimeters/{ranked.perimeter}/preranking", semester="hier")
        assert wrong.status_code == 422


async def test_a_swap_needs_a_reason_and_keeps_it_for_the_next(house: House, ranked: Ward) -> None:
    await ranked.validated()
    async with house.operator() as agent:
        path = f"/runs/{ranked.run}/swap"
        without = await sent(agent, path, call_rank="1", why=" ")
        assert says(without, "reason_needed")
        done = await sent(agent, path, call_rank="1", why="Erreur & co")
        assert done.status_code == 303
        html_ = await visit(agent, done.headers["location"])
        assert 'value="Erreur &amp; co"' in html_
        assert [row[1] for row in rows(html_)[1:3]] == ["BOB Zoé", "ANA Zoé"]


async def test_a_swapped_line_says_so_until_it_is_swapped_back(house: House, ranked: Ward) -> None:
    await ranked.validated()
    run = f"/admin/ranking/runs/{ranked.run}"
    explained = f"{run}/interns/{ranked.people['ana']}"
    async with house.operator() as agent:
        swap = {"call_rank": "1", "why": "Erreur de saisie"}
        assert (await agent.post(f"{run}/swap", data=swap)).status_code == 303
        marked = [row[1] for row in rows(await visit(agent, run)) if "Échangé" in row]
        assert marked == ["BOB Zoé", "ANA Zoé"]
        page = words(await visit(agent, explained))
        assert "par un échange" in page, page
        assert (await agent.post(f"{run}/swap", data=swap)).status_code == 303
        assert "Échangé" not in words(await visit(agent, run))
        assert "par un échange" not in words(await visit(agent, explained))


async def test_a_group_is_ordered_without_scripts_and_nothing_is_kept_until_it_is_sent(
    house: House, ranked: Ward
) -> None:
    path = f"/runs/{ranked.run}/ties/3"
    zed, yan = ranked.ids("zed", "yan")
    async with house.operator() as agent:
        page = await visit(agent, f"{PAGES}{path}")
        assert f'name="order" value="{zed} {yan}"' in page
        moved = await sent(agent, path, order=f"{zed} {yan}", move="up 1")
        assert f'name="order" value="{yan} {zed}"' in moved.text
        beyond = await sent(agent, path, order=f"{zed} {yan}", move="down 1")
        assert f'name="order" value="{zed} {yan}"' in beyond.text
        assert f'name="order" value="{zed} {yan}"' in await visit(agent, f"{PAGES}{path}")
        short = await sent(agent, path, order=zed)
        assert (short.status_code, says(short, "tie_order_incomplete", rank=3)) == (422, True)
        kept = await sent(agent, path, order=f"{yan} {zed}")
        assert kept.status_code == 303
        assert f'name="order" value="{yan} {zed}"' in await visit(agent, f"{PAGES}{path}")
        await visit(agent, f"{PAGES}/runs/{ranked.run}/ties/1", 404)


async def test_unranked_interns_come_first_with_the_reason(house: House, ranked: Ward) -> None:
    async with ranked.transaction() as connection:
        await on_file(connection, [an_intern("wim", None)])
        await connection.execute(
            ranking_runs.update().where(ranking_runs.c.id == ranked.run).values(late_movement=True)
        )
        again = await prerank_now(connection, AGENT, ranked.perimeter, SEMESTER)
        await ranking.validate_ties(connection, AGENT, again.run)
    async with house.operator() as agent:
        page = await visit(agent, f"{PAGES}/runs/{again.run}")
        assert words(page).index("WIM Zoé") < words(page).index("ANA Zoé")
        assert "Non classé : le rang RIN manque." in words(page)
        assert "Publier la liste provisoire" not in words(page)
        refused = await sent(agent, f"/runs/{again.run}/publish")
        assert says(refused, "unranked_left", left=1)
        old = await visit(agent, f"{PAGES}/runs/{ranked.run}")
        assert "Ce classement a été remplacé" in words(old)
        assert says(await sent(agent, f"/runs/{ranked.run}/validate"), "ranking_superseded")


async def test_sessions_are_planned_by_hand_or_refused_by_name(house: House, ranked: Ward) -> None:
    call_list = await frozen(ranked)
    path = f"/lists/{call_list}/sessions"
    async with house.operator() as agent:
        nothing = await sent(agent, path)
        assert (nothing.status_code, says(nothing, "start_needed")) == (422, True)
        for ranks in ("2, 2", "3", "deux"):
            wrong = await sent(agent, path, starts_at="2026-12-01T13:30", last_ranks=ranks)
            assert says(wrong, "sessions_not_a_partition"), ranks
        zero = await sent(agent, path, starts_at="2026-12-01T13:30", session_size="0")
        assert says(zero, "bad_timetable")
        done = await sent(agent, path, starts_at="2026-12-01T13:30", last_ranks="1; 4")
        assert done.status_code == 303
        page = await visit(agent, f"{PAGES}/lists/{call_list}")
        assert rows(page)[0] == [
            "1",
            "1 à 1",
            *("01/12/2026 13:30", "01/12/2026 13:40"),
            "01/12/2026 13:31",
        ]
        assert rows(page)[1][:3] == ["2", "2 à 4", "01/12/2026 13:40"]


async def test_a_perimeter_exists_once(house: House, ranked: Ward) -> None:
    async with house.operator() as agent:
        again = await sent(agent, "/perimeters", name="Psychiatrie", profession="medicine")
        assert (again.status_code, says(again, "perimeter_exists")) == (409, True)
        none = await sent(agent, "/perimeters", name="  ", profession="medicine")
        assert says(none, "name_needed")
        odd = await sent(agent, "/perimeters", name="X", profession="magic")
        assert odd.status_code in {400, 422}
        group = await sent(
            agent, "/perimeters", name="Chirurgie", profession="medicine", disciplines="A\n\nB"
        )
        assert group.status_code == 303
        assert "Chirurgie" in await visit(agent, PAGES)


async def test_a_contest_carried_into_a_ranking_done_anew_waits_for_its_list(
    house: House, ranked: Ward
) -> None:
    """With the name of whoever filed it, though gone from the ranking since."""
    await ranked.validated()
    async with ranked.transaction() as connection:
        await ranking.publish(connection, AGENT, ranked.run)
        await contesting.open_contests(connection, AGENT, ranked.run)
        await contesting.file_contest(connection, ranked.people["ana"], ranked.run, "Je pars.")
        gone = Move(kind=MovementKind.CANCELLATION, why="Démission")
        await move(connection, AGENT, ranked.people["ana"], gone)
        anew = await prerank_now(connection, AGENT, ranked.perimeter, SEMESTER)
    async with house.operator() as agent:
        page = words(await visit(agent, f"/admin/ranking/runs/{anew.run}"))
        assert "ANA Zoé" in page
        assert "Vous y répondrez une fois la liste de ce classement publiée" in page
        assert "Réclamations (" not in words(
            await visit(agent, f"/admin/ranking/runs/{ranked.run}")
        )
