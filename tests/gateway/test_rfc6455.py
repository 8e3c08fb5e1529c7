"""Conformance: what RFC 6455 asks of a server, by both paths (§ = its section)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from amphi.gateway.close_codes import CloseCode
from tests.gateway import rfc6455 as rfc
from tests.gateway.house import House, by_the_fast_path
from tests.gateway.rfc6455 import BINARY, CLOSE, CONT, PING, PONG, TEXT, Wire, close, frame, wire

HELLO = b'{"type":"hello"}'
SAID = b'{"type":"ping","t":7}'
FAR = rfc.unmasked_head(TEXT, 1 << 40, masked=True) + b"\x00\x00\x00\x00"  # a tebibyte is announced


@asynccontextmanager
async def inside(open_house: House) -> AsyncIterator[Wire]:
    """Has said hello and been welcomed."""
    async with wire(open_house.address, f"/ws/amphis/{open_house.theatre.amphi}") as link:
        link.say(frame(TEXT, HELLO))
        assert json.loads((await link.hear_until(TEXT)).data)["type"] == "welcome"
        yield link


@asynccontextmanager
async def named(case: str) -> AsyncIterator[None]:
    """A failure says which case it was."""
    try:
        yield
    except Exception as failure:
        failure.add_note(case)
        raise


async def answered(link: Wire) -> None:
    frame_ = json.loads((await link.hear_until(TEXT)).data)
    while frame_["type"] != "pong":
        frame_ = json.loads((await link.hear_until(TEXT)).data)
    assert frame_["t"] == 7


# --- what is right ----------------------------------------------------------

RIGHT: dict[str, list[bytes]] = {
    "§5.4 one frame": [frame(TEXT, SAID)],
    "§5.4 two fragments": [frame(TEXT, SAID[:5], fin=False), frame(CONT, SAID[5:])],
    "§5.4 a fragment for each byte": [
        frame(TEXT, SAID[:1], fin=False),
        *(frame(CONT, SAID[n : n + 1], fin=False) for n in range(1, len(SAID))),
        frame(CONT),
    ],
    "§5.4 an empty first fragment": [frame(TEXT, fin=False), frame(CONT, SAID)],
    "§5.4 control frames between fragments": [
        *(frame(TEXT, SAID[:5], fin=False), frame(PING, b"in between"), frame(PONG)),
        frame(CONT, SAID[5:]),
    ],
    "§5.2 an extended length": [frame(TEXT, SAID + b" " * 200)],
    "§5.5.3 a pong that nobody asked for": [frame(PONG, b"unasked"), frame(TEXT, SAID)],
    "§8.1 characters of two, three and four bytes": [
        frame(TEXT, '{"type":"ping","t":7,"é":"€ 𝄞"}'.encode())
    ],
    "§8.1 a character cut in two by a fragment": [
        frame(TEXT, b'{"type":"ping","t":7,"x":"\xc3', fin=False),
        frame(CONT, b'\xa9"}'),
    ],
}


async def test_a_message_is_understood_however_it_is_cut(open_house: House) -> None:
    for name, frames in RIGHT.items():
        whole = b"".join(frames)
        for size in (len(whole), 1):
            async with named(name), inside(open_house) as link:
                for at in range(0, len(whole), size):
                    link.say(whole[at : at + size])
                    await asyncio.sleep(0)
                await answered(link)


async def test_a_ping_is_answered_by_a_pong_with_the_same_data(open_house: House) -> None:
    async with inside(open_house) as link:
        for data in (b"", b"\x00\xff", b"x" * 125):
            link.say(frame(PING, data))
            assert (await link.hear_until(PONG)).data == data


# --- what is wrong: its close code (§7.4.1) ---------------------------------

WRONG: dict[str, tuple[bytes, int]] = {
    "§5.1 unmasked": (rfc.unmasked_head(TEXT, len(SAID)) + SAID, 1002),
    "§5.2 reserved bit 1": (frame(TEXT, SAID, rsv=4), 1002),
    "§5.2 reserved bit 2": (frame(TEXT, SAID, rsv=2), 1002),
    "§5.2 reserved bit 3": (frame(TEXT, SAID, rsv=1), 1002),
    **{f"§5.2 reserved opcode {n}": (frame(n), 1002) for n in (3, 7, 11, 15)},
    "§5.4 a continuation of nothing": (frame(CONT, SAID), 1002),
    "§5.4 a message within a message": (frame(TEXT, b"{", fin=False) + frame(TEXT, SAID), 1002),
    "§5.5 a control frame in fragments": (frame(PING, fin=False), 1002),
    "§5.5 a ping of 126 bytes": (frame(PING, b"x" * 126), 1002),
    "§5.5.1 a close of one byte": (frame(CLOSE, b"\x03"), 1002),
    "§5.5.1 a reason that is no UTF-8": (close(1000, b"\xff"), 1007),
    **{f"§7.4 code {n}": (close(n), 1002) for n in (0, 999, 1004, 1005, 1006, 1015, 2999)},
    "§8.1 an overlong character": (frame(TEXT, b"\xc0\xaf"), 1007),
    "§8.1 a surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "§8.1 beyond Unicode": (frame(TEXT, b"\xf4\x90\x80\x80"), 1007),
    "§8.1 the end is missing": (frame(TEXT, b'{"\xe2\x82'), 1007),
    "§8.1 wrong over two fragments": (frame(TEXT, b"\xc3", fin=False) + frame(CONT, b"("), 1007),
}


async def test_a_wrong_frame_fails_the_connection_with_its_code(open_house: House) -> None:
    for name, (said, code) in WRONG.items():
        async with named(name), inside(open_house) as link:
            link.say(said + frame(TEXT, SAID))  # §7.1.7: not processed any more
            assert (await link.hear_until(CLOSE)).code == code
            assert await link.hear() is None


OURS: dict[str, tuple[bytes, str]] = {
    "binary": (frame(BINARY, SAID), "not_text"),
    "too much at once": (frame(TEXT, b"x" * 5_000), "too_big"),
    "too much in fragments": (
        frame(TEXT, b"x" * 3_000, fin=False) + frame(CONT, b"x" * 3_000),
        "too_big",
    ),
}


async def test_what_is_ours_to_refuse_is_told_and_closed(open_house: House) -> None:
    for name, (said, why) in OURS.items():
        async with named(name), inside(open_house) as link:
            link.say(said)
            assert json.loads((await link.hear_until(TEXT)).data)["facts"]["why"] == why
            assert (await link.hear_until(CLOSE)).code == CloseCode.BAD_FRAME


async def test_a_length_beyond_all_measure_is_refused_before_it_comes(open_house: House) -> None:
    async with inside(open_house) as link:
        link.say(FAR)
        code = (await link.hear_until(CLOSE)).code
        assert code == (CloseCode.BAD_FRAME if by_the_fast_path() else 1009)
    async with inside(open_house) as link:
        link.say(b"\x81\xff" + b"\xff" * 8 + b"\x00" * 4)  # §5.2: the highest bit must be 0
        assert (await link.hear_until(CLOSE)).code in (CloseCode.BAD_FRAME, 1002, 1009)


# --- closing ----------------------------------------------------------------


async def test_a_close_is_echoed_and_then_the_server_ends(open_house: House) -> None:
    for code in (None, 1000, 1001, 1003, 1011, 3000, 4999):
        async with named(str(code)), inside(open_house) as link:
            link.say(close(code, b"" if code is None else "à bientôt".encode()))
            assert (await link.hear_until(CLOSE)).code == (code or 1005)
            assert await link.hear() is None


async def test_what_is_said_before_a_close_counts_and_what_is_said_after_does_not(
    open_house: House,
) -> None:
    async with inside(open_house) as link:
        link.say(frame(TEXT, SAID) + close(1000) + frame(TEXT, b"not JSON"))
        if by_the_fast_path():  # uvicorn lets nobody speak once it has read a close
            await answered(link)
        assert (await link.hear_until(CLOSE)).code == 1000
        assert await link.hear() is None


async def test_a_link_that_is_cut_leaves_nothing_behind(open_house: House) -> None:
    crowd = open_house.gateway._crowd
    for said in (b"", frame(TEXT, HELLO), frame(TEXT, HELLO)[:3], frame(TEXT, b"{", fin=False)):
        async with wire(open_house.address, f"/ws/amphis/{open_house.theatre.amphi}") as link:
            link.say(said)
            await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        while crowd._sockets:  # noqa: ASYNC110 - until the server has noticed
            await asyncio.sleep(0.02)


# --- the opening handshake (§4.2.1) -----------------------------------------

REFUSED: dict[str, tuple[dict[str, str | None], tuple[int, ...]]] = {
    "no key": ({"Sec_WebSocket_Key": None}, (400,)),
    "a key of 15 bytes": ({"Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAA"}, (400,)),
    "a key that is no base64": ({"Sec_WebSocket_Key": "?" * 24}, (400,)),
    "no version": ({"Sec_WebSocket_Version": None}, (400,)),
    "version 8": ({"Sec_WebSocket_Version": "8"}, (400, 426)),
    "POST": ({"method": "POST"}, (405,)),
    "no upgrade": ({"Upgrade": None}, (404, 426)),
    "another upgrade": ({"Upgrade": "h2c"}, (404, 426)),
    "no Connection": ({"Connection": None}, (400, 404, 426)),
}


async def test_a_wrong_handshake_is_refused_by_http(open_house: House) -> None:
    for name, (changes, statuses) in REFUSED.items():
        reader, writer = await asyncio.open_connection(*open_house.address)
        async with named(name):
            writer.write(rfc.request(f"/ws/amphis/{open_house.theatre.amphi}", **changes))
            status, headers = await rfc.answer(reader)
            assert status in statuses
            assert "sec-websocket-accept" not in headers
        writer.transport.abort()


async def test_a_handshake_may_come_in_pieces_and_its_names_in_any_case(open_house: House) -> None:
    whole = rfc.request(
        f"/ws/amphis/{open_house.theatre.amphi}",
        Connection="keep-alive, Upgrade",
        Upgrade="WebSocket",
        X_Odd="",
        Cookie="a=1; b=é",
    )
    whole = whole.replace(b"Sec-WebSocket-Version", b"SEC-WEBSOCKET-VERSION")
    for size in (len(whole), 7):
        reader, writer = await asyncio.open_connection(*open_house.address)
        for at in range(0, len(whole), size):
            writer.write(whole[at : at + size])
            await asyncio.sleep(0)
        assert (await rfc.answer(reader))[0] == 101
        link = Wire(reader, writer)
        link.say(frame(TEXT, HELLO))
        assert json.loads((await link.hear_until(TEXT)).data)["type"] == "welcome"
        writer.transport.abort()


async def test_no_extension_is_agreed_to(open_house: House) -> None:
    reader, writer = await asyncio.open_connection(*open_house.address)
    offered = {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"}
    writer.write(rfc.request(f"/ws/amphis/{open_house.theatre.amphi}", **offered))
    status, headers = await rfc.answer(reader)
    assert status == 101
    assert "sec-websocket-extensions" not in headers
    writer.close()


async def test_the_port_speaks_http_before_and_beside(open_house: House) -> None:
    reader, writer = await asyncio.open_connection(*open_house.address)
    writer.write(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await rfc.answer(reader))[0] == 404
    await reader.readexactly(len(b"Not Found"))
    writer.write(rfc.request(f"/ws/amphis/{open_house.theatre.amphi}"))  # the same connection
    assert (await rfc.answer(reader))[0] == 101
    writer.close()
