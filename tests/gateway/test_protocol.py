"""What one client may say, when, how much and how fast; each fault has its name."""

import json
from itertools import count
from typing import Any

import pytest

from amphi.gateway.close_codes import REASONS, CloseCode
from amphi.gateway.messages.client import Choose, Hello, OperatorCommand, Ping, Seen
from amphi.gateway.protocol import MAX_FRAME_BYTES, SENTENCES, Close, Protocol

HELLO = '{"type":"hello"}'


def greeted() -> Protocol:
    protocol = Protocol(opened_at=0.0)
    assert isinstance(protocol.heard(HELLO, 0.0), Hello)
    return protocol


def why(heard: object) -> tuple[CloseCode, str]:
    assert isinstance(heard, Close)
    assert heard.error is not None
    assert heard.error.message == SENTENCES[heard.error.facts["why"]]
    return heard.code, heard.error.facts["why"]


def sized(size: int) -> str:
    frame = json.dumps({"type": "help", "id": "a", "more": ""})
    return frame.replace('""', '"' + "x" * (size - len(frame)) + '"')


def test_hello_comes_first_with_what_was_seen_and_the_role_wanted() -> None:
    frame = {"type": "hello", "resume": {"epoch": "e", "seq": 812}, "as": "proxy"}
    heard = Protocol(0.0).heard(json.dumps(frame), 0.1)
    assert heard == Hello(resume=Seen("e", 812), as_="proxy")


def test_nothing_else_comes_before_hello() -> None:
    heard = Protocol(0.0).heard('{"type":"ping","t":1}', 0.0)
    assert why(heard) == (CloseCode.BAD_FRAME, "hello_first")


def test_hello_comes_once() -> None:
    assert why(greeted().heard(HELLO, 1.0)) == (CloseCode.BAD_FRAME, "hello_twice")


def test_no_hello_within_five_seconds_is_4408() -> None:
    protocol = Protocol(opened_at=10.0)
    assert protocol.overdue(14.9) is None
    assert protocol.overdue(15.0) == Close(CloseCode.NO_HELLO)
    assert greeted().overdue(100.0) is None


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ("hello", "not_json"),
        ("", "not_json"),
        ("[]", "not_json"),
        ('"ping"', "not_json"),
        ("{}", "not_json"),
        ('{"type":7}', "not_json"),
        ('{"type":"ping","t":1', "not_json"),
        ('{"type":"notice","id":"a","text":"\\u0000"}', "not_json"),
        ('{"type":"command","id":"a","name":"x","args":{"x":"\\ud800"}}', "not_json"),
        (f'{{"type":"ping","t":{"[" * 2000}{"]" * 2000}}}', "not_json"),
        ('{"type":"dance"}', "unknown_type"),
        ('{"type":"choose","id":"a","turn":"t"}', "wrong_fields"),
        ('{"type":"choose","id":"a","turn":"t","post":7}', "wrong_fields"),
        ('{"type":"choose","id":"un espace","turn":"t","post":"1"}', "wrong_fields"),
        ('{"type":"ready","id":""}', "wrong_fields"),
        ('{"type":"ping","t":"now"}', "wrong_fields"),
        (f'{{"type":"ping","t":{"9" * 400}}}', "wrong_fields"),
        ('{"type":"command","id":"a","name":"pause","args":[]}', "wrong_fields"),
        (b'{"type":"help","id":"a"}', "not_text"),
        (sized(MAX_FRAME_BYTES + 1), "too_big"),
        ('{"type":"help","id":"' + "é" * 2100 + '"}', "too_big"),
    ],
)
def test_a_bad_frame_is_named(frame: str | bytes, fault: str) -> None:
    assert why(greeted().heard(frame, 1.0)) == (CloseCode.BAD_FRAME, fault)


@pytest.mark.parametrize(
    ("frame", "understood"),
    [
        ('{"type":"ping","t":12.5}', Ping(12.5)),
        ('{"type":"choose","id":"a","turn":"t","post":"1"}', Choose("a", "t", "1")),
        ('{"type":"choose","id":"a","turn":"t","post":"1","new":1}', Choose("a", "t", "1")),
        ('{"type":"command","id":"a","name":"pause"}', OperatorCommand("a", "pause", {})),
        (
            '{"type":"command","id":"a","name":"fly","args":{"x":[1]}}',
            OperatorCommand("a", "fly", {"x": [1]}),
        ),
    ],
)
def test_a_good_frame_is_understood(frame: str, understood: Any) -> None:
    assert greeted().heard(frame, 1.0) == understood


def test_a_frame_of_exactly_4_kib_passes() -> None:
    assert not isinstance(greeted().heard(sized(MAX_FRAME_BYTES), 1.0), Close)


def test_the_eleventh_frame_within_a_second_is_too_fast() -> None:
    protocol = Protocol(0.0)
    protocol.heard(HELLO, 0.0)
    for n in range(1, 10):
        assert isinstance(protocol.heard('{"type":"ping","t":1}', n / 100), Ping)
    assert why(protocol.heard('{"type":"ping","t":1}', 0.89)) == (CloseCode.TOO_FAST, "too_fast")


def test_ten_frames_a_second_may_go_on_for_ever() -> None:
    protocol = greeted()
    ticks = (n / 10 for n in count(1))
    for _, at in zip(range(200), ticks, strict=False):
        assert isinstance(protocol.heard('{"type":"ping","t":1}', at), Ping)


def test_every_close_code_says_why_and_whether_to_come_back() -> None:
    assert set(REASONS) == set(CloseCode)
    back = {code for code in CloseCode if code.come_back}
    assert back == {CloseCode.RESTART, CloseCode.UNAVAILABLE, CloseCode.TOO_SLOW}
