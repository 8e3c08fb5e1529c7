"""What turns sockets into figures, and figures into a verdict; without a server."""

import json
import math
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from loadtests import budgets, enrolment
from loadtests.book import WHOLE_PAGES, Book
from loadtests.campaign import Morning, campaign, post_of
from loadtests.people import Ticket, shares
from loadtests.results import kept
from loadtests.results.figures import Figure
from loadtests.results.tap import Tap
from loadtests.scenarios import SCENARIOS
from loadtests.swarm import frames
from loadtests.swarm.tally import Heard, deliveries, quantile, spread


class Entry:
    """As much of Locust's as budgets look at."""

    def __init__(self, count: int, ms: float) -> None:
        self.num_requests, self._ms = count, ms

    def get_response_time_percentile(self, percent: float) -> float:
        return self._ms * percent


def test_a_budget_is_exceeded_by_time_by_failures_and_by_absence() -> None:
    limits = {"failures": 0.1, "WS choose": {"at_least": 2, "p50": 10, "p99": 40}}
    assert budgets.exceeded(limits, {"WS choose": Entry(2, 20)}, 0.1) == []
    assert len(budgets.exceeded(limits, {"WS choose": Entry(2, 100)}, 0.2)) == 3
    assert len(budgets.exceeded(limits, {"WS choose": Entry(1, 1)}, 0.0)) == 1
    assert len(budgets.exceeded(limits, {}, 0.0)) == 1


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_has_budgets(name: str) -> None:
    found = budgets.budgets_of(name)
    assert "failures" in found
    assert found["WS welcome"]["p99"] > found["WS welcome"]["p50"]


def test_tickets_are_dealt_out_once_each() -> None:
    tickets = [Ticket(f"t{n}", f"e{n}", n) for n in range(7)]
    dealt = shares(tickets, 3)
    assert [len(each) for each in dealt] == [3, 2, 2]
    assert sorted(ticket for share in dealt for ticket in share) == sorted(tickets)


def test_frames_are_taken_whole_and_the_rest_is_kept() -> None:
    long = b"x" * 70_000
    sent = b"\x81\x02hi" + b"\x89\x00" + b"\x81\x7f" + len(long).to_bytes(8) + long
    buffer, taken = bytearray(), []
    for start in range(0, len(sent), 999):
        buffer += sent[start : start + 999]
        taken += list(frames.taken(buffer))
    assert taken == [(frames.TEXT, b"hi"), (frames.PING, b""), (frames.TEXT, long)]
    assert buffer == b""
    assert frames.framed(b"a" * 200)[:2] == b"\x81\xfe"


def test_an_event_of_two_processes_is_one_delivery() -> None:
    one = Heard("a", 1, 2, 100.0, ("PostChosen",), first=10.0, last=10.5, count=3)
    two = Heard("a", 1, 2, 100.0, ("PostChosen",), first=9.9, last=10.7, count=4)
    (told,) = deliveries([one, two], wall_minus_monotonic=90.0)
    assert told.listeners == 7
    assert told.first_to_last_ms == pytest.approx(800)
    assert told.decided_to_last_ms == pytest.approx(700)


def test_quantiles_are_figures_that_occurred() -> None:
    assert [quantile([3, 1, 2, 4], q) for q in (0.25, 0.5, 0.99)] == [1, 2, 4]
    assert math.isnan(quantile([], 0.5))
    assert spread([1.04, 2.0])["max"] == 2.0


def test_a_load_file_has_a_post_for_every_rank() -> None:
    made = campaign(Morning("X", 4500))
    posts = {post["number"] for post in made["offer"]["posts"]}
    assert {post_of(rank) for rank in range(1, 4501)} <= posts
    sessions = made["amphis"][0]["sessions"]
    assert [(each["from_rank"], each["to_rank"]) for each in sessions] == [
        (1, 2000), (2001, 4000), (4001, 4500),
    ]  # fmt: skip


def test_the_code_of_a_phone_is_the_one_of_rfc_6238() -> None:
    """Appendix B, SHA-1, the last six of eight digits."""
    secret = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert enrolment.code(secret, 59) == "287082"
    assert enrolment.code(secret, 1111111109) == "081804"
    with pytest.raises(LookupError):
        enrolment.form("<html></html>")


def test_a_tap_counts_what_is_asked_and_changes_nothing() -> None:
    """Between a client and a server that says everything twice."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with Tap(f"postgresql://who@127.0.0.1:{port}/amphi").running() as tap:
            there = urlsplit(tap.url)
            assert (there.username, there.path) == ("who", "/amphi")
            with socket.create_connection((there.hostname, there.port), 10) as client:
                accepted, _ = server.accept()
                client.sendall(b"abc")
                with accepted:
                    assert accepted.recv(3, socket.MSG_WAITALL) == b"abc"
                    accepted.sendall(b"abcabc")
                    assert client.recv(6, socket.MSG_WAITALL) == b"abcabc"
            assert tap.asked == 3


def test_what_was_measured_is_kept_and_written_as_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT", tmp_path / "kept" / "results.json")
    monkeypatch.setattr(kept, "PAGE", tmp_path / "RESULTS.md")
    found = Figure("opening rush", "≤ 5 s", "4.2 s", kept=True, figures={"seconds": 4.2})
    late = Figure("timers", "≤ 250 ms", "300 ms", kept=False, figures={})
    kept.keep("rush", [found], load=0.5, seconds=20)
    kept.keep("timers", [late], load=0.7, seconds=20)
    assert kept.read()["rush"]["figures"][0]["figures"] == {"seconds": 4.2}
    kept.write(["timers", "rush", "not measured"])
    page = (tmp_path / "RESULTS.md").read_text()
    assert "| timers | ≤ 250 ms | 300 ms | **no** | `timers` |" in page
    assert page.index("timers") < page.index("opening rush")
    assert page.count("Machine: ") == 1


def test_pages_of_two_processes_are_two_pages() -> None:
    """Each process calls its first spectator by the same name."""
    pages = set()
    for _ in range(2):
        book = Book()
        book.page("spectator-0", "a").note("heard", {"type": "event"})
        pages |= {json.loads(line)["page"] for line in book.take()}
        assert book.take() == []
    assert len(pages) == 2


def test_of_most_pages_only_what_they_asked_is_noted() -> None:
    book = Book()
    leaves = [book.page(f"e{n}", "a") for n in range(WHOLE_PAGES + 1)]
    for leaf in leaves:
        leaf.note("heard", {"type": "event"})
        leaf.note("sent", {"type": "choose"})
    noted = [json.loads(line) for line in book.take()]
    assert sum(each["frame"]["type"] == "event" for each in noted) == WHOLE_PAGES
    assert sum(each["frame"]["type"] == "choose" for each in noted) == WHOLE_PAGES + 1


def test_a_run_that_begins_again_has_whole_pages_again() -> None:
    book = Book()
    assert [book.page("e", "a").whole for _ in range(WHOLE_PAGES + 1)][-2:] == [True, False]
    book.again()
    assert [book.page("e", "a").whole for _ in range(WHOLE_PAGES + 1)][-2:] == [True, False]
