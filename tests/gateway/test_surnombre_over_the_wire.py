"""The table of live-rules.md §5 on surnombre, and rectification by two agents, over real sockets."""

from typing import Any

from amphi.rules.ids import PersonId
from tests.gateway.house import House
from tests.wire.client import Client
from tests.wire.morning import chosen, given, refused, turn_of

VALIDANT, NON_VALIDANT = "SURNOMBRE_VALIDANT", "SURNOMBRE_NON_VALIDANT"
ANOTHER = PersonId("operator-2")


async def prepared(house: House, **statuses: str) -> None:
    """Open, with these ranks' types of choice decided (`r2="SURNOMBRE_VALIDANT"`)."""
    async with house.operator() as operator:
        for name in ("validate", "publish"):
            await given(operator, name)
        for rank, status in statuses.items():
            entry = house.theatre.entries[int(rank[1:]) - 1]
            decided: dict[str, Any] = {"entry": entry, "accepted": True, "choice_status": status}
            await given(operator, "decide_status_request", **decided)


async def seats(client: Client, post: str, holders: list[str]) -> None:
    """Hears until these have chosen the post, in this order."""
    await client.until_view(
        lambda view: view["posts"].get(post, {}).get("by", []) == holders, patience=30
    )


async def test_row_1_a_validant_ranked_behind_the_holder_is_refused(house: House) -> None:
    await prepared(house, r2=VALIDANT)
    entries = house.theatre.entries
    async with house.operator() as operator, house.intern(1) as first, house.intern(2) as second:
        await given(operator, "start")
        await chosen(first, entries[0], "P1")
        assert await refused(second, entries[1], "P1") == "surnombre_not_allowed"


async def test_row_2_a_validant_takes_a_free_post_and_the_seat_stays_open(house: House) -> None:
    await prepared(house, r1=VALIDANT)
    entries = house.theatre.entries
    async with house.operator() as operator, house.intern(1) as first, house.intern(2) as second:
        await given(operator, "start")
        await chosen(first, entries[0], "P1")
        await operator.until_view(lambda view: "P1" in view["posts"])
        assert not operator.view["posts"]["P1"]["filled"]
        await turn_of(second, entries[1])
        await second.until_you(lambda you: bool(you["may_choose"]))
        assert second.you is not None
        assert second.you["may_choose"]["P1"] == "ok"
        await chosen(second, entries[1], "P1")
        await seats(operator, "P1", [entries[0], entries[1]])
        assert operator.view["posts"]["P1"]["filled"]
        assert operator.view["posts"]["P1"]["surnombre"] == [entries[0]]


async def test_row_3_a_validant_who_comes_back_ranks_before_the_holder(house: House) -> None:
    await prepared(house, r3=VALIDANT)
    entries = house.theatre.entries
    async with (
        house.operator() as operator,
        house.intern(3) as third,
        house.intern(4) as fourth,
    ):
        await given(operator, "start")
        for rank in (1, 2, 3):
            await turn_of(operator, entries[rank - 1])
            await given(operator, "end_turn", reason="Essai")
        await chosen(fourth, entries[3], "P1")
        await operator.until_view(lambda view: view["phase"] == "CATCH_UP")
        assert (await third.ask({"type": "ready"}))["type"] == "accepted"
        await chosen(third, entries[2], "P1")
        await seats(operator, "P1", [entries[3], entries[2]])


async def test_rows_4_and_5_a_non_validant_may_take_any_post(house: House) -> None:
    await prepared(house, r2=NON_VALIDANT, r3=NON_VALIDANT)
    entries = house.theatre.entries
    async with (
        house.operator() as operator,
        house.intern(1) as first,
        house.intern(2) as second,
        house.intern(3) as third,
    ):
        await given(operator, "start")
        await chosen(first, entries[0], "P1")
        await chosen(second, entries[1], "P1")
        await chosen(third, entries[2], "P2")
        await seats(operator, "P1", [entries[0], entries[1]])
        await seats(operator, "P2", [entries[2]])
        assert not operator.view["posts"]["P2"]["filled"]


async def test_row_6_a_reservation_binds_a_validant_of_another_des(house: House) -> None:
    await prepared(house, r1=VALIDANT)
    entries = house.theatre.entries
    post = {"number": "R1", "des": "X", "service": "S9", "reserved_for": ["X"]}
    async with house.operator() as operator, house.intern(1) as first:
        await given(operator, "start")
        await given(operator, "pause", reason="Un poste de plus")
        await given(operator, "add_post", post=post, reason="Un poste de plus")
        await given(operator, "resume")
        await first.until_view(lambda view: view["phase"] == "RUNNING")
        assert await refused(first, entries[0], "R1") == "post_reserved"
        await first.until_you(lambda you: bool(you["may_choose"]))
        assert first.you is not None
        assert first.you["may_choose"]["R1"] == "post_reserved"


async def test_a_choice_is_rectified_with_a_second_agents_approval(house: House) -> None:
    """ "operator with the right, a reason, a second operator's approval; the first one stays" (§7)"""
    await prepared(house)
    entries = house.theatre.entries
    async with (
        house.operator() as operator,
        house.person(ANOTHER, "operator") as another,
        house.intern(1) as first,
        house.intern(2) as second,
        house.spectator() as anybody,
    ):
        await given(operator, "start")
        await chosen(first, entries[0], "P1")
        await chosen(second, entries[1], "P2")
        asked = {"entry": entries[0], "reason": "Jugement"}
        assert (await operator.command("rectify", post="P2", **asked))["code"] == "post_filled"
        await given(operator, "rectify", post="P3", **asked)
        await another.until_view(lambda view: bool(view["rectifications"]))
        (waiting,) = another.view["rectifications"]
        own = await operator.command("approve_rectification", id=waiting["id"])
        assert own["code"] == "second_operator_needed"
        await given(another, "approve_rectification", id=waiting["id"])
        await first.until_you(lambda you: you["assignment"]["post"] == "P3")
        assert first.you is not None
        rectified = [e for e in first.events if e["kind"] == "ChoiceRectified"]
        await anybody.until_view(lambda view: "P3" in view["posts"])
        assert anybody.view["posts"]["P3"]["by"] == [entries[0]]
        assert "P1" not in anybody.view["posts"]
        assert anybody.view["entries"][entries[0]] == "served"
        assert [e["entry"] for e in rectified] == [entries[0]]
        assert "Jugement" not in str(anybody.frames)
        await another.until_view(lambda view: not view.get("rectifications"))
