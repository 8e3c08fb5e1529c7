"""The table of gestures: every order of the rules has its button, its words, its document."""

from typing import Any

import msgspec
import pytest

from admin_api.gesture import ORDERS, Gesture
from admin_api.gestures import GESTURES
from amphi.live.orders import FROM_ROWS
from amphi.rules.choosing.events import Gesture as GestureEvent
from amphi.rules.choosing.facts import Post
from tests.http.house import House

UNJOURNALED = {"notice"}


def asked(gesture: Gesture) -> set[str]:
    return {field.name.partition(".")[0] for field in gesture.fields}


def test_every_gesture_of_the_rules_is_on_the_console_once() -> None:
    assert sorted(each.name for each in GESTURES) == sorted(ORDERS)


def test_no_shortcut_is_given_twice() -> None:
    keys = [each.key for each in GESTURES if each.key]
    assert len(keys) == len(set(keys))
    assert not {"f", "?"} & set(keys)


@pytest.mark.parametrize("gesture", GESTURES, ids=lambda each: each.name)
def test_a_gesture_asks_for_what_its_order_needs_and_nothing_it_does_not_know(
    gesture: Gesture,
) -> None:
    fields = msgspec.structs.fields(gesture.order)
    hidden = FROM_ROWS.get(gesture.name, ())
    needed = {each.name for each in fields if each.required} - {"reason", *hidden}
    assert needed <= asked(gesture) <= {each.name for each in fields} - set(hidden)


@pytest.mark.parametrize("gesture", GESTURES, ids=lambda each: each.name)
def test_a_reason_is_asked_wherever_it_is_journaled(gesture: Gesture) -> None:
    """ "all journaled with who, when, why" (live-rules.md §8); a notice says itself why."""
    assert ("reason" in asked(gesture) or "override" in asked(gesture)) == (
        gesture.name not in UNJOURNALED
    )
    assert "reason" in {field.name for field in msgspec.structs.fields(GestureEvent)}


@pytest.mark.parametrize("gesture", GESTURES, ids=lambda each: each.name)
def test_what_a_gesture_does_is_a_sentence(gesture: Gesture) -> None:
    assert gesture.does[0].isupper()
    assert gesture.does.endswith(".")
    assert gesture.phases


def test_a_post_added_has_the_fields_of_a_post() -> None:
    (adding,) = (each for each in GESTURES if each.name == "add_post")
    parts = {field.name.partition(".")[2] for field in adding.fields} - {""}
    assert parts == {field.name for field in msgspec.structs.fields(Post)}


async def test_the_document_tells_each_gestures_name_and_arguments(house: House) -> None:
    async with house.at_the_console() as client:
        spec: dict[str, Any] = (await client.get("/admin/api/openapi.json")).json()
    prefix = "/admin/api/amphis/{amphi}/commands/"
    told = {path.removeprefix(prefix): path for path in spec["paths"] if path.startswith(prefix)}
    assert set(told) == {each.name for each in GESTURES} | {"{name}"}
    operation = spec["paths"][told["add_time"]]["post"]
    assert operation["summary"].startswith("Ajouter du temps")
    body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = spec["components"]["schemas"][body.rpartition("/")[2]]
    assert schema["required"] == ["seconds"]
    assert set(schema["properties"]) == {"seconds", "reason", "turn"}
    assert schema["properties"]["seconds"]["maximum"] == 3600
