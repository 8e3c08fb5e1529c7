"""The page's pure modules, imported by a real browser: patches, store, clock, delays, filters."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from amphi.http.static import assets
from tests.browser.conftest import PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.live_page import is_linked
from tests.browser.town import Town

Run = Callable[..., Awaitable[Any]]

# RFC 7396, appendix A: original, patch, result.
CASES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url) as founded:
        yield founded


@pytest_asyncio.fixture(loop_scope="session")
async def run(page_at: PageAt) -> Run:
    """`await run("store", "module => …", argument)` in a page of the site."""
    page = await page_at("/")

    async def running(module: str, script: str, argument: Any = None) -> Any:
        address = assets().address(f"live/{module}.js")
        whole = f"async ([address, argument]) => ({script})(await import(address), argument)"
        return await page.evaluate(whole, [address, argument])

    return running


async def test_patches_are_those_of_rfc_7396(run: Run) -> None:
    merge = "(m, cases) => cases.map(([target, patch]) => m.mergePatch(target, patch))"
    got = await run("merge_patch", merge, [[target, patch] for target, patch, _ in CASES])
    assert got == [result for _, _, result in CASES]


async def test_a_frame_out_of_order_is_a_gap_and_the_store_stays_as_it_was(run: Run) -> None:
    script = """(m) => {
        const store = new m.Store();
        const view = { phase: "RUNNING", entries: {}, posts: {}, late: [], sessions: [], notices: [] };
        store.hear({ type: "welcome", epoch: "e", seq: 4, now: "", role: "spectator", view, you: null });
        const frame = { type: "event", at: "", events: [], patch: { phase: "PAUSED" } };
        const gap = store.hear({ ...frame, from: 5, seq: 6 });
        const kept = store.view.phase;
        store.hear({ ...frame, from: 4, seq: 6 });
        return [gap, kept, store.view.phase, store.resume];
    }"""
    assert await run("store", script) == ["gap", "RUNNING", "PAUSED", {"epoch": "e", "seq": 6}]


async def test_what_a_choice_changed_is_named_so_that_nothing_else_is_drawn(run: Run) -> None:
    script = """(m) => {
        const store = new m.Store();
        const view = { phase: "RUNNING", entries: { a: "turn" }, posts: {}, turn: { entry: "a" } };
        store.hear({ type: "welcome", epoch: "e", seq: 4, now: "", role: "spectator", view, you: null });
        const patch = { entries: { a: "served", b: "turn" }, turn: { entry: "b" },
                        posts: { 1: { filled: true, by: ["a"] } } };
        const change = store.hear({ type: "event", from: 4, seq: 6, at: "", events: [], patch });
        return [[...change.entries], [...change.posts], change.fresh, change.touches("phase")];
    }"""
    entries, posts, fresh, phase = await run("store", script)
    assert (set(entries), posts, fresh, phase) == ({"a", "b"}, ["1"], False, False)


async def test_the_clock_is_the_conductors_whatever_the_wall_clock_says(run: Run) -> None:
    script = """(m) => {
        let local = 1000;
        const clock = new m.Clock(() => local);
        const sent = local;
        local += 40;
        clock.heard(sent, "2026-11-21T10:00:00.020Z");
        local += 5000;
        clock.heard(local - 900, "2031-01-01T00:00:00.000Z");
        Date.now = () => 0;
        const turn = { deadline: "2026-11-21T10:01:30.000Z", seconds: 90 };
        return [clock.left(turn), m.seconds(89_999), m.seconds(0), clock.left({ remaining_ms: 7000, seconds: 90 })];
    }"""
    left, full, over, held = await run("clock", script)
    assert left == pytest.approx(90_000 - 5_040, abs=1)
    assert (full, over, held) == (90, 0, 7000)


async def test_coming_back_waits_up_to_two_seconds_then_longer_up_to_thirty(run: Run) -> None:
    script = "(m) => [0, 1, 2, 3, 4, 9].map((attempt) => [m.delayMs(attempt, () => 1), m.delayMs(attempt, () => 0)])"
    longest = [2000, 4000, 8000, 16_000, 30_000, 30_000]
    assert await run("link", script) == [[each, 0] for each in longest]


async def test_an_unanswered_command_is_sent_again_with_the_same_id(run: Run) -> None:
    script = """async (m) => {
        const sent = [], timers = [];
        const later = (again, ms) => timers.push([again, ms]);
        const commands = new m.Commands((frame) => sent.push(frame), later, () => {});
        const answer = commands.ask({ type: "ready" });
        timers[0][0]();
        commands.again();
        commands.answered({ type: "accepted", id: sent[0].id, seq: 9 });
        commands.again();
        return [new Set(sent.map(({ id }) => id)).size, sent.length, timers[0][1], (await answer).seq];
    }"""
    assert await run("commands", script) == [1, 3, 3000, 9]


async def test_words_are_found_without_accents_case_or_ligatures(run: Run) -> None:
    script = "(m, words) => words.map(m.plain)"
    said = ["PITIÉ-SALPÊTRIÈRE (AP-HP)", "Cœur et  vaisseaux", "l’Œil d'Æsculape"]
    assert await run("offer", script, said) == [
        "pitie salpetriere ap hp",
        "coeur et vaisseaux",
        "l oeil d aesculape",
    ]


async def test_the_clock_is_spoken_at_60_30_and_10_seconds_only(run: Run) -> None:
    script = """(m) => {
        const announcer = new m.Announcer(document);
        const said = [];
        announcer.status = (sentence) => said.push(sentence);
        for (let left = 90; left >= 0; left -= 1) announcer.time("t1", left, String);
        for (let left = 25; left >= 0; left -= 5) announcer.time("t2", left, String);
        return said;
    }"""
    assert await run("announce", script) == ["60", "30", "10", "10"]


async def test_an_old_view_and_its_patches_make_the_fresh_view(town: Town, page_at: PageAt) -> None:
    await town.theatre.open()
    page = await page_at(town.live)
    await is_linked(page)
    await town.theatre.choose(1, "21870")
    await town.theatre.gesture("pause", reason="Une question.")
    await town.theatre.gesture("notice", text="Un message.", to="all")
    await town.theatre.gesture("resume")
    await town.theatre.choose(2, "21871")
    await expect(page.locator('amphi-queue li[data-word="served"]')).to_have_count(2)
    fresh = await page_at(town.live)
    await is_linked(fresh)
    # `main.js` keeps the page it starts out of reach: each part knows it.
    seen = "() => document.querySelector('amphi-queue').page.store.view"
    assert await page.evaluate(seen) == await fresh.evaluate(seen)


PICTURE = """(m, you) => m.situation({
  store: { role: you ? "intern" : null, you, view: { phase: "CATCH_UP" } },
  turn: null, ahead: 0, givenAway: false, word: () => "late", name: () => "",
}).text"""


async def test_before_the_welcome_nobody_is_called_a_spectator(run: Run) -> None:
    assert await run("situation", PICTURE, None) == "Connexion à l’amphithéâtre…"


async def test_a_latecomer_is_told_that_another_amphi_chooses_first(run: Run) -> None:
    said = await run("situation", PICTURE, {"entry": "e1"})
    assert said == "Vous êtes placé après le choix en cours dans un autre amphithéâtre."


BEFORE = """(m, sessions) => m.situation({
  store: { role: "intern", you: { entry: "e1" }, view: { phase: "OPEN", sessions } },
  turn: null, ahead: 3, givenAway: false, word: () => "waiting", name: () => "",
}).detail"""


async def test_before_a_session_its_planned_hour_is_said(run: Run) -> None:
    over = {"n": 1, "from": 1, "to": 4, "state": "ended", "starts_at": "2026-10-06T11:30:00.000Z"}
    planned = {**over, "n": 2, "from": 5, "to": 9, "state": "planned"}
    said = await run("situation", BEFORE, [over, planned])
    assert said == "La session 2 (rangs 5 à 9) est prévue le 6 octobre 2026 à 13:30."
    assert await run("situation", BEFORE, [over]) == ""
