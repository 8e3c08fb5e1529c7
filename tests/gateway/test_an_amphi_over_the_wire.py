"""A whole amphi over real sockets, PostgreSQL, Valkey and a conductor, by a client of protocol.md."""

from tests.gateway.house import House


async def test_an_operator_opens_interns_choose_a_spectator_sees_all(house: House) -> None:
    async with house.operator() as operator:
        for name in ("validate", "publish"):
            assert (await operator.command(name))["type"] == "accepted"
        async with (
            house.intern(1) as first,
            house.intern(2) as second,
            house.spectator() as anybody,
        ):
            assert (await operator.command("start"))["type"] == "accepted"
            await first.until_you(lambda you: bool(you.get("may_choose")))
            assert first.you is not None
            assert first.you["may_choose"]["P1"] == "ok"
            answer = await first.choose("P1")
            assert answer["type"] == "accepted"
            await first.until_you(lambda you: bool(you["assignment"]))
            assert first.you["assignment"]["post"] == "P1"
            await second.until_you(lambda you: bool(you.get("may_choose")))
            assert second.you is not None
            assert "P1" not in second.you["may_choose"]
            refused = await second.choose("P1")
            assert (refused["code"], refused["message"]) == (
                "post_filled",
                "Ce poste est déjà pourvu.",
            )
            await anybody.until_event("PostChosen")
            await anybody.until_view(lambda view: "P1" in view["posts"])
            assert anybody.view["posts"]["P1"]["filled"] is True
            assert anybody.you is None
            assert anybody.role == "spectator"
