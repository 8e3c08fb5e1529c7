"""Shared frames: each heard once by each, in order, merged, in slices, past the slow."""

import asyncio
import json
from itertools import pairwise

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.uri import parse_uri

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.fan_out import REMEMBERED, SLICE, Everybody, FanOut
from amphi.gateway.listener import Listener, Listeners
from amphi.gateway.messages.server import Pong
from amphi.gateway.parts import SPECTATOR
from amphi.gateway.resume import ANYBODY
from amphi.gateway.spoken import Spoken, framed
from amphi.rules.ids import AmphiId

AMPHI = AmphiId("a")


class Ear:
    """Keeps what it hears, and in how many pieces."""

    def __init__(self) -> None:
        self.ready = True
        self.texts: list[bytes] = []
        self.pieces: list[Spoken] = []

    def say(self, text: bytes) -> None:
        self.texts.append(text)

    def hear(self, spoken: Spoken) -> None:
        self.pieces.append(spoken)
        self.texts += spoken.texts

    def close(self, code: CloseCode) -> None:
        raise AssertionError(code)


class Hall:
    """Listeners before a fan-out."""

    def __init__(self, listeners: int) -> None:
        self.listeners = Listeners()
        self.anew: list[Listener] = []
        self.fan_out = FanOut(self.listeners, lambda listener, _: self.anew.append(listener))
        self.ears = [Ear() for _ in range(listeners)]
        self.all = [Listener(AMPHI, ANYBODY, None, ear, 0.0) for ear in self.ears]
        for listener in self.all:
            self.listeners.seat(listener, SPECTATOR)
            listener.follows(self.fan_out.end, self.fan_out.catch_up)

    def post(self, *texts: bytes) -> None:
        for text in texts:
            self.fan_out.post(Everybody(text))

    def told(self) -> int:
        """In how many slices."""
        return sum(1 for _ in self.fan_out.round(0.0))


def test_each_hears_everything_once_and_in_order() -> None:
    hall = Hall(3)
    hall.post(b"1")
    hall.told()
    hall.post(b"2")
    hall.told()
    hall.told()
    assert [ear.texts for ear in hall.ears] == [[b"1", b"2"]] * 3


def test_what_comes_together_is_one_piece_made_once_for_all() -> None:
    hall = Hall(3)
    hall.post(b"1", b"2")
    hall.told()
    pieces = {id(piece) for ear in hall.ears for piece in ear.pieces}
    assert len(pieces) == 1
    assert hall.ears[0].pieces[0].wire is hall.ears[2].pieces[0].wire


def test_what_comes_during_a_fan_out_reaches_those_ahead_in_the_same_piece() -> None:
    hall = Hall(SLICE + 1)
    hall.post(b"1")
    slices = hall.fan_out.round(0.0)
    next(slices)
    hall.post(b"2")
    next(slices)
    assert hall.ears[0].texts == [b"1"]
    assert [piece.texts for piece in hall.ears[SLICE].pieces] == [(b"1", b"2")]
    hall.told()
    assert hall.ears[0].texts == [b"1", b"2"]


def test_others_have_their_say_between_slices_and_nobody_is_always_first() -> None:
    hall = Hall(3 * SLICE)
    firsts = []
    for n in range(3):
        hall.post(b"%d" % n)
        slices = hall.fan_out.round(0.0)
        next(slices)
        firsts.append([len(ear.texts) == n + 1 for ear in hall.ears].index(True))
        assert sum(1 for _ in slices) == 2
    assert sorted(firsts) == [0, SLICE, 2 * SLICE]


def test_what_is_said_to_one_alone_comes_behind_what_was_said_to_all() -> None:
    hall = Hall(2)
    hall.post(b'{"n":1}')
    hall.all[0].say(Pong(t=1, now=""))
    assert [json.loads(text).get("type") for text in hall.ears[0].texts] == [None, "pong"]
    assert hall.ears[1].texts == []
    hall.told()
    assert len(hall.ears[0].texts) == 2
    assert hall.ears[1].texts == [b'{"n":1}']


def test_a_slow_reader_is_passed_over_and_hears_later_what_it_missed() -> None:
    hall = Hall(2)
    hall.ears[0].ready = False
    for n in range(3):
        hall.post(b"%d" % n)
        hall.told()
    assert (hall.ears[0].texts, hall.ears[1].texts) == ([], [b"0", b"1", b"2"])
    hall.ears[0].ready = True
    assert hall.fan_out.catch_up(hall.all[0])
    assert [piece.texts for piece in hall.ears[0].pieces] == [(b"0", b"1", b"2")]


def test_who_is_too_far_behind_takes_a_fresh_view() -> None:
    hall = Hall(2)
    hall.ears[0].ready = False
    for n in range(REMEMBERED + 1):
        hall.post(b"%d" % n)
        hall.told()
    assert not hall.fan_out.catch_up(hall.all[0])
    hall.ears[0].ready = True
    hall.told()
    assert (hall.anew, hall.ears[0].texts) == ([hall.all[0]], [])


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_framed_text_is_what_the_library_reads(size: int) -> None:
    text = "é".encode() * (size // 2) + b"x" * (size % 2)
    client = ClientProtocol(parse_uri("ws://x/"), state=State.OPEN, max_size=None)
    client.receive_data(framed(text) * 2)
    heard = client.events_received()
    assert [each.data for each in heard if isinstance(each, Frame)] == [text, text]


async def test_of_all_rooms_one_slice_at_a_time_is_told_and_each_has_its_turn() -> None:
    floor, halls = asyncio.Lock(), [Hall(3 * SLICE), Hall(3 * SLICE)]
    running = [asyncio.create_task(hall.fan_out.run(lambda: 0.0, floor)) for hall in halls]
    for hall in halls:
        hall.post(b"1")
    seen = [heard(halls)]
    while seen[-1] != [3 * SLICE, 3 * SLICE]:
        await asyncio.sleep(0)
        seen.append(heard(halls))
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    steps = [sum(after) - sum(before) for before, after in pairwise(seen)]
    assert max(steps) == SLICE
    assert max(abs(one - other) for one, other in seen) == SLICE


def heard(halls: list[Hall]) -> list[int]:
    """How many listeners of each."""
    return [sum(bool(ear.texts) for ear in hall.ears) for hall in halls]
