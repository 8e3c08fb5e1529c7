"""From a letter to an order: what no calendar or column can hold is `bad_command`, never a crash."""

from typing import Any

import pytest

from amphi.live.letters import CommandLetter
from amphi.live.orders import order_of
from amphi.rules.choosing.commands import Reschedule
from amphi.rules.ids import AmphiId, PersonId
from amphi.rules.refusals import Refusal

SESSION = {"n": 1, "from_rank": 1, "to_rank": 8, "starts_at": 1_791_270_000_000}


def rescheduling(**changes: Any) -> CommandLetter:
    return CommandLetter(
        id="1",
        person=PersonId("op"),
        role="operator",
        amphi=AmphiId("P01"),
        name="reschedule",
        args={"sessions": [SESSION | changes]},
        gateway="g",
    )


def test_sessions_may_be_moved() -> None:
    order = order_of(rescheduling(ends_at=None), None)
    assert isinstance(order, Reschedule)
    assert order.sessions[0].starts_at == SESSION["starts_at"]


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": 10**18},
        {"starts_at": 10**30},
        {"starts_at": -1},
        {"starts_at": 253_402_300_799_999},
        {"ends_at": 10**17},
        {"n": 10**15},
        {"to_rank": 10**15},
    ],
)
def test_a_session_beyond_all_calendars_is_a_bad_command(changes: dict[str, int]) -> None:
    refused = order_of(rescheduling(**changes), None)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.facts["name"]) == ("bad_command", "reschedule")
