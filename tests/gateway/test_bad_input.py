"""Whatever a client sends: a named refusal with a French sentence, never a close without a code."""

from typing import Any

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.protocol import MOST_RECEIVED
from tests.gateway.house import House, by_the_fast_path
from tests.wire.client import Client


async def last_words(client: Client) -> tuple[int, str, str]:
    code = await client.until_closed()
    error = client.errors[-1]
    assert error["message"]
    return code, error["code"], error["facts"]["why"]


BAD_FRAMES: dict[str, tuple[str | bytes, ...]] = {
    "not_json": ("pas du JSON", "[]", '{"type":1}'),
    "unknown_type": ('{"type":"dance"}',),
    "wrong_fields": ('{"type":"choose","id":"1"}',),
    "too_big": tuple(
        '{"type":"ping","t":1,"more":"' + "x" * size + '"}' for size in (5_000, 100_000, 1_000_000)
    ),
    "hello_twice": ('{"type":"hello"}',),
    "not_text": (b"\x00\x01",),
}


async def test_a_bad_frame_is_told_and_closed_with_4400(open_house: House) -> None:
    for why, frames in BAD_FRAMES.items():
        for frame in frames:
            async with open_house.spectator() as client:
                await client.socket.send(frame)
                assert await last_words(client) == (CloseCode.BAD_FRAME, "bad_frame", why)


async def test_a_frame_beyond_all_measure_is_closed_with_a_code(open_house: House) -> None:
    async with open_house.spectator() as client:
        await client.socket.send("x" * (MOST_RECEIVED + 1))
        code = await client.until_closed()
        assert code == (CloseCode.BAD_FRAME if by_the_fast_path() else 1009)


async def test_eleven_frames_at_once_are_too_fast(open_house: House) -> None:
    async with open_house.spectator() as client:
        for t in range(11):
            await client.say({"type": "ping", "t": t})
        assert await last_words(client) == (CloseCode.TOO_FAST, "too_fast", "too_fast")


async def test_nothing_before_hello(open_house: House) -> None:
    async with open_house.knocks() as client:
        await client.say({"type": "ping", "t": 1})
        assert await last_words(client) == (CloseCode.BAD_FRAME, "bad_frame", "hello_first")


async def code_of(client: Client, **frame: Any) -> str:
    answer = await client.ask(dict(frame))
    assert answer["type"] == "refused"
    assert answer["message"]
    return str(answer["code"])


async def test_what_the_rules_refuse_has_its_code_and_its_sentence(open_house: House) -> None:
    async with open_house.intern(1) as first, open_house.intern(2) as second:
        turn = first.view["turn"]["id"]
        assert await code_of(second, type="choose", turn=turn, post="P1") == "not_your_turn"
        assert await code_of(first, type="choose", turn="old", post="P1") == "not_your_turn"
        assert await code_of(first, type="choose", turn=turn, post="P99") == "unknown_post"
        assert await code_of(first, type="ready") == "not_missed"
        assert (await first.choose("P1", turn))["type"] == "accepted"
        assert await code_of(first, type="choose", turn=turn, post="P2") == "already_served"
        await second.until_view(lambda view: view["turn"]["id"] != turn)
        assert (await second.choose("P1"))["code"] == "post_filled"


async def test_a_stale_turn_is_named(open_house: House) -> None:
    async with open_house.operator() as operator, open_house.intern(1) as first:
        turn = first.view["turn"]["id"]
        await operator.command("end_turn", reason="Essai")
        assert await code_of(first, type="choose", turn=turn, post="P1") == "turn_expired"


async def test_the_same_id_answers_the_same_and_another_body_is_refused(open_house: House) -> None:
    async with open_house.intern(1) as first:
        turn = first.view["turn"]["id"]
        accepted = await first.choose("P1", turn, "same")
        assert (await first.choose("P1", turn, "same")) == accepted
        assert (await first.choose("P2", turn, "same"))["code"] == "id_reused"
        await first.until_you(lambda you: bool(you["assignment"]))
        assert first.you is not None
        assert first.you["assignment"]["post"] == "P1"


async def test_who_is_nobody_and_who_is_no_operator_are_told_so(open_house: House) -> None:
    async with open_house.spectator() as anybody, open_house.intern(1) as first:
        assert await code_of(anybody, type="ready") == "not_in_amphi"
        assert (await first.command("pause", reason="x"))["code"] == "not_an_operator"
        assert (await first.command("accept_proxy", proxy="x"))["code"] == "not_an_operator"


async def test_an_operators_unknown_name_or_arguments_are_a_bad_command(open_house: House) -> None:
    async with open_house.operator() as operator:
        assert (await operator.command("fly"))["code"] == "bad_command"
        assert (await operator.command("tick", read_at=1))["code"] == "bad_command"
        assert (await operator.command("accept_proxy", proxy="x"))["code"] == "bad_command"
        assert (await operator.command("add_time", seconds="many"))["code"] == "bad_command"
        nested = {"name": "pause", "args": {"x": [[[{"y": 1e300}]]]}}
        assert await code_of(operator, type="command", **nested) == "bad_command"
