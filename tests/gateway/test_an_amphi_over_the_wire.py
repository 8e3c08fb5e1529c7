"""A whole amphi over real sockets, PostgreSQL, Valkey and a conductor, by a client of protocol.md."""

from typing import Any

from amphi.live.letters import CommandLetter
from amphi.records.people import insert_person
from amphi.rules.ids import PersonId
from tests.gateway.house import House
from tests.wire.client import Client

ADDRESS = "mandataire@example.org"


async def granted(house: House, rank: int, holder: PersonId) -> None:
    """As over HTTP: the address goes beside the command, the holder follows the mailed link."""
    theatre = house.theatre
    letter = CommandLetter(
        id=f"grant-of-{rank}",
        person=theatre.persons[rank - 1],
        role="intern",
        amphi=theatre.amphi,
        name="grant_proxy",
        args={"proxy": f"proxy-{rank}"},
        gateway="http",
        private={"holder_email": ADDRESS},
    )
    answer = await theatre.feed.ask(theatre.offer, letter)
    assert answer is not None
    assert answer.code is None
    accepted = await theatre.ask(holder, "intern", "accept_proxy", {"proxy": f"proxy-{rank}"})
    assert accepted.code is None


async def my_turn(client: Client) -> dict[str, Any]:
    await client.until_you(lambda you: bool(you.get("may_choose")), patience=20)
    assert client.you is not None
    return client.you


async def given(operator: Client, *names: str, **args: Any) -> None:
    for name in names:
        answer = await operator.command(name, **args)
        assert answer["type"] == "accepted", answer


async def test_an_operator_opens_interns_choose_a_spectator_sees_all(house: House) -> None:
    async with house.operator() as operator:
        await given(operator, "validate", "publish")
        async with (
            house.intern(1) as first,
            house.intern(2) as second,
            house.spectator() as anybody,
        ):
            await given(operator, "start")
            assert (await my_turn(first))["may_choose"]["P1"] == "ok"
            assert (await first.choose("P1"))["type"] == "accepted"
            await first.until_you(lambda you: bool(you["assignment"]))
            assert first.you is not None
            assert first.you["assignment"]["post"] == "P1"
            assert "P1" not in (await my_turn(second))["may_choose"]
            refused = await second.choose("P1")
            assert (refused["code"], refused["message"]) == (
                "post_filled",
                "Ce poste est déjà pourvu.",
            )
            await anybody.until_view(lambda view: "P1" in view["posts"])
            assert anybody.view["posts"]["P1"]["filled"] is True
            assert (anybody.you, anybody.role) == (None, "spectator")
            assert {"PostChosen", "TurnStarted"} <= {e["kind"] for e in anybody.events}


async def test_everybody_is_served_with_a_proxy_a_pause_and_a_notice(open_house: House) -> None:
    """Rank 4 holds the proxy of rank 2: one account, two roles."""
    house, entries = open_house, open_house.theatre.entries
    holder = house.theatre.persons[3]
    async with house.operator() as operator, house.intern(1) as first, house.intern(2) as second:
        await granted(house, 2, holder)
        await second.until_you(lambda you: bool(you["proxy"]))
        await second.until_you(lambda you: you["proxy"]["state"] == "accepted")
        await second.until_you(lambda you: you["proxy"]["holder"] == ADDRESS)
        async with (
            house.person(holder) as fourth,
            house.person(holder, **{"as": "proxy"}) as proxy,
            house.intern(3) as third,
        ):
            assert (fourth.role, proxy.role) == ("intern", "proxy")
            assert fourth.you is not None
            assert proxy.you is not None
            assert (fourth.you["entry"], proxy.you["entry"]) == (entries[3], entries[1])
            await my_turn(first)
            await given(operator, "pause", reason="Essai")
            assert (await first.choose("P1"))["code"] == "amphi_paused"
            await given(operator, "resume")
            await first.until_view(lambda view: view["phase"] == "RUNNING")
            assert (await first.choose("P1"))["type"] == "accepted"
            await my_turn(proxy)
            await my_turn(second)
            assert (await second.choose("P2"))["code"] == "proxy_holds_the_choice"
            assert (await proxy.choose("P2"))["type"] == "accepted"
            await given(operator, "notice", text="Pour vous", to=f"entry:{entries[2]}")
            await third.until_you(lambda you: bool(you["notices"]))
            await my_turn(third)
            assert (await third.choose("P3"))["type"] == "accepted"
            await my_turn(fourth)
            assert (await fourth.choose("P4"))["type"] == "accepted"
            await given(operator, "close")
            await fourth.until_view(lambda view: view["phase"] == "CLOSED")
            assert (await fourth.ask({"type": "ready"}))["code"] == "amphi_closed"
            heard = {e["kind"] for e in third.events if "Pour vous" in str(e)}
            assert heard == {"NoticePosted"}
            assert "Pour vous" not in str(fourth.frames)
    async with house.spectator() as late:
        assert late.view["phase"] == "CLOSED"
        assert set(late.view["entries"].values()) == {"served"}


async def test_who_becomes_a_proxy_holder_is_given_that_view_at_once(house: House) -> None:
    """A signed-in person of no entry watches; then accepts a grant; then it is cancelled."""
    async with house.operator() as operator:
        await given(operator, "validate", "publish")
        stranger = await a_stranger(house)
        async with house.person(stranger) as client:
            assert client.role == "spectator"
            await granted(house, 1, stranger)
            await client.until(lambda frame: frame["type"] == "welcome")
            assert client.role == "proxy"
            assert client.you is not None
            assert client.you["entry"] == house.theatre.entries[0]
            await given(operator, "cancel_proxy", entry=house.theatre.entries[0])
            await client.until(lambda frame: frame["type"] == "welcome")
            spectator = client.frames[-1]
            assert (spectator["role"], spectator["you"]) == ("spectator", None)


async def a_stranger(house: House) -> PersonId:
    async with house.theatre.database.transaction() as connection:
        return await insert_person(connection, "Ida", "BELL", ADDRESS)


async def test_what_concerns_one_alone_is_told_to_that_one(open_house: House) -> None:
    async with (
        open_house.operator() as operator,
        open_house.intern(3) as third,
        open_house.intern(4) as fourth,
        open_house.spectator() as anybody,
    ):
        assert (await third.ask({"type": "help"}))["type"] == "accepted"
        await third.until_you(lambda you: bool(you["flag"]))
        entry = open_house.theatre.entries[2]
        await operator.until_view(lambda view: entry in view["flags"])
        await given(operator, "lower_flag", entry=entry)
        await third.until_you(lambda you: not you["flag"])
        await anybody.until_view(lambda _: anybody.seq == third.seq)
        await fourth.until_view(lambda _: fourth.seq == third.seq)
        assert [e["kind"] for e in third.events] == ["FlagRaised", "FlagLowered"]
        assert fourth.events == anybody.events == []
        assert "flag" not in str([frame for frame in anybody.frames if frame["type"] == "event"])
