"""The document describes what is really said: frames, events, views, refusals of nothing."""

import re
from typing import Any, get_args

import jsonschema  # type: ignore[import-untyped]
import pytest

from amphi.gateway.asyncapi import document
from amphi.gateway.messages import server
from amphi.gateway.messages.client import KINDS
from amphi.rules.choosing import events as e
from amphi.rules.choosing.commands import OperatorOrder
from amphi.rules.choosing.public import personal, visible
from amphi.rules.choosing.state import OfferState
from amphi.rules.choosing.views import Audience, view
from amphi.rules.choosing.you import you
from tests.gateway.test_room import VISITORS, Ear, a_room, enter
from tests.rules.choosing.playing import Play
from tests.rules.choosing.random_play import random_play
from tests.rules.choosing.story import whole_morning

Json = dict[str, Any]
COMPONENT_NAME = re.compile(r"^[\w.\-]+$")


@pytest.fixture(scope="module")
def doc() -> Json:
    return document()


@pytest.fixture(scope="module")
def mornings() -> list[Play]:
    return [whole_morning(), *(random_play(seed, steps=80) for seed in range(5))]


def validate(doc: Json, name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": doc["components"]}
    jsonschema.Draft202012Validator(schema).validate(value)


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {found for each in value for found in references(each)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own | {found for each in value.values() for found in references(each)}


def test_it_is_asyncapi_3_with_everything_it_refers_to(doc: Json) -> None:
    assert doc["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(doc["info"])
    for reference in references(doc):
        found = doc
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, dict)
    names = {*doc["components"]["schemas"], *doc["components"]["messages"]}
    assert all(COMPONENT_NAME.match(name) for name in names)


def test_every_schema_is_a_schema(doc: Json) -> None:
    for schema in doc["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_both_directions_have_every_frame(doc: Json) -> None:
    said = {str(kind.__struct_config__.tag) for kind in get_args(server.ServerFrame)} | {"you"}
    assert set(doc["components"]["messages"]) == set(KINDS) | said
    operations = doc["operations"]
    assert len(operations["hear"]["messages"]) == len(KINDS)
    assert len(operations["say"]["messages"]) == len(said)


def test_every_event_kind_and_every_gesture_is_there(doc: Json) -> None:
    schemas = doc["components"]["schemas"]
    for kind in get_args(e.AnyEvent):
        assert schemas[kind.__name__]["properties"]["kind"] == {"const": kind.__name__}
    for order in get_args(OperatorOrder):
        assert f"command_{order.__struct_config__.tag}" in schemas


def test_events_as_they_are_heard_fit(doc: Json, mornings: list[Play]) -> None:
    heard = set()
    for play in mornings:
        for recorded, after in steps(play):
            for event in told(recorded.event, after):
                validate(doc, event["kind"], event)
                heard.add(event["kind"])
    assert heard == {kind.__name__ for kind in get_args(e.AnyEvent)}


def steps(play: Play) -> list[tuple[e.Recorded, OfferState]]:
    room = a_room(OfferState(offer=play.state.offer))
    found = []
    for _, records in play.commits:
        for recorded in records:
            room.hear([recorded], recorded.at, 0.0)
            found.append((recorded, room.state))
    return found


def told(event: e.AnyEvent, after: OfferState) -> list[Json]:
    heard = [visible(event, after, amphi, a) for amphi in after.amphis for a in Audience]
    alone = personal(event)
    return [each for each in (*heard, alone[1] if alone else None) if each is not None]


def test_views_and_yous_as_they_are_fit(doc: Json, mornings: list[Play]) -> None:
    for play in mornings:
        for state in (*(before for before, _ in play.commits[::7]), play.state):
            for amphi in state.amphis.values():
                for audience in Audience:
                    validate(doc, "View", view(state, amphi.id, audience))
                for entry in amphi.entries:
                    validate(doc, "You", you(state, amphi.id, entry, play.presence))


def test_frames_as_they_are_sent_fit(doc: Json) -> None:
    names = {"welcome": "Welcome", "event": "Event", "you": "YouFrame", "presence": "Presence"}
    play = whole_morning()
    room = a_room(play.commits[4][0])
    (amphi, *_) = room.state.amphis
    ears: list[Ear] = []
    for who, wanted in VISITORS:
        entered = enter(room, amphi, who, wanted)
        ears += [entered[1]] if entered else []
    for _, records in play.commits[4:]:
        room.hear(records, records[-1].at, 0.0)
    frames = [frame for ear in ears for frame in ear.page.frames]
    for frame in frames[::5]:
        validate(doc, names.get(frame["type"], frame["type"].capitalize()), frame)
    assert {"welcome", "event", "you"} <= {frame["type"] for frame in frames}
