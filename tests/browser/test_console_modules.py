"""The wall's pure modules, imported by a real browser: figures, drift, hours of Paris, arguments."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from amphi.http.static import assets
from tests.browser.conftest import PageAt
from tests.browser.hospital import Hospital, a_hospital
from tests.browser.town import Town

Run = Callable[..., Awaitable[Any]]

LINES = [{"entry": f"e{rank}", "call_rank": rank} for rank in range(1, 7)]
SESSION = {"n": 1, "from": 1, "to": 4, "state": "running", "starts_at": "2026-10-06T11:30:00.000Z"}
VIEW = {
    "session": 1,
    "sessions": [SESSION],
    "turn": {"entry": "e3"},
    "late": ["e1"],
    "entries": {"e1": "late", "e2": "served", "e3": "turn", "e5": "expected_absence"},
}
PLAN = "(m, [view, lines, facts]) => m.plan(view, lines, facts)"


@pytest_asyncio.fixture(loop_scope="session")
async def theatre(database_url: str, redis_url: str) -> AsyncIterator[Hospital]:
    async with a_hospital(database_url, redis_url) as founded:
        yield founded


@pytest_asyncio.fixture(loop_scope="session")
async def run(town: Town, page_at: PageAt) -> Run:
    """`await run("figures", "(module, argument) => …", argument)` in a page of the console."""
    page = await page_at(f"{town.console}/admin/sign-in", timezone_id="America/New_York")

    async def running(module: str, script: str, argument: Any = None) -> Any:
        address = assets().address(f"console/{module}.js")
        whole = f"async ([address, argument]) => ({script})(await import(address), argument)"
        return await page.evaluate(whole, [address, argument])

    return running


async def test_who_comes_next_is_who_has_the_turn_then_the_late_then_the_ranks(run: Run) -> None:
    got = await run("figures", "(m, [view, lines]) => m.upcoming(view, lines)", [VIEW, LINES])
    assert got == ["e3", "e1", "e4", "e6"]


async def test_the_counts_are_of_those_who_may_still_be_called(run: Run) -> None:
    script = "(m, [view, lines]) => m.counts(view, lines, new Set(['e1', 'e2', 'e6']))"
    got = await run("figures", script, [VIEW, LINES])
    assert got == {"coming": 4, "here": 2, "served": 1, "missed": 0, "all": 6}


@pytest.mark.parametrize(
    ("pace", "ends_at", "drift_s"),
    [
        (None, None, 600 + 20 + 180 - 360),  # 90 s for each of two, 20 s left of the turn
        ({"median_s": 30}, None, 600 + 20 + 60 - 360),
        ({"median_s": 10}, None, 600 + 10 + 20 - 360),  # nobody takes longer than usual
        (None, "2026-10-06T11:50:00.000Z", 600 + 20 + 180 - 1200),
    ],
)
async def test_the_drift_is_the_end_as_things_go_against_the_timetable(
    run: Run, pace: dict[str, int] | None, ends_at: str | None, drift_s: int
) -> None:
    """Ten minutes after the start; ranks of a later session do not count."""
    session = SESSION | ({"ends_at": ends_at} if ends_at else {})
    view = VIEW | {"pace": pace, "sessions": [session]}
    start = await run("paris", "(m, at) => Date.parse(at)", SESSION["starts_at"])
    facts = {"now": start + 600_000, "left": 20_000, "turnSeconds": 90}
    assert (await run("figures", PLAN, [view, LINES, facts]))["drift"] == drift_s * 1000


async def test_without_a_session_there_is_no_drift(run: Run) -> None:
    facts = {"now": 0, "left": 0, "turnSeconds": 90}
    assert await run("figures", PLAN, [VIEW | {"session": None}, LINES, facts]) is None


@pytest.mark.parametrize(
    ("utc", "paris"),
    [
        ("2026-10-06T11:30:00.000Z", "2026-10-06T13:30"),
        ("2026-12-06T11:30:00.000Z", "2026-12-06T12:30"),
        ("2026-03-29T00:59:00.000Z", "2026-03-29T01:59"),  # the last minute of winter
        ("2026-03-29T01:00:00.000Z", "2026-03-29T03:00"),  # the first of summer
        ("2026-10-25T01:30:00.000Z", "2026-10-25T02:30"),  # told twice that night: the later one
    ],
)
async def test_hours_are_those_of_paris_wherever_the_browser_is(
    run: Run, utc: str, paris: str
) -> None:
    assert await run("paris", "(m, at) => m.written(at)", utc) == paris
    back = await run("paris", "(m, text) => new Date(m.instantOf(text)).toISOString()", paris)
    assert back == utc


async def test_arguments_are_what_the_wire_wants(run: Run) -> None:
    """Numbers as numbers, yes as true, codes as a list, dots as nesting, empty ones left out."""
    fields = """
      <input data-arg="entry" data-kind="entry" value="e1">
      <input data-arg="seconds" data-kind="number" value="30" required>
      <select data-arg="expected" data-kind="json" required><option value="true">Oui</option></select>
      <input data-arg="post.number" data-kind="text" value=" 21870 " required>
      <input data-arg="post.groups" data-kind="codes" value="A, B;C">
      <input data-arg="reason" data-kind="text" value="  ">
    """
    script = """(m, fields) => {
      const form = document.createElement("form");
      form.innerHTML = fields;
      return m.argumentsOf(form);
    }"""
    assert await run("gesture_form", script, fields) == {
        "entry": "e1",
        "seconds": 30,
        "expected": True,
        "post": {"number": "21870", "groups": ["A", "B", "C"]},
    }


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (30_000, "à l’heure"),
        (-59_000, "à l’heure"),
        (61_000, "retard de 1 min 01"),
        (-754_000, "avance de 12 min"),
        (3_900_000, "retard de 1 h 05"),
    ],
)
async def test_the_drift_is_said_in_words(run: Run, ms: int, said: str) -> None:
    assert await run("words", "(m, ms) => m.drift(ms)", ms) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [("2026-10-06T06:00:00Z", "13:30"), ("2026-10-05T06:00:00Z", "mar. 6 oct. 13:30")],
)
async def test_another_day_is_said_with_the_hour(run: Run, now: str, said: str) -> None:
    script = "(m, [at, now]) => m.hour(Date.parse(at), Date.parse(now))"
    assert await run("paris", script, [SESSION["starts_at"], now]) == said
