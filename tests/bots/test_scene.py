"""What a client knows after each frame of protocol.md §1."""

import pytest

from amphi.bots.scene import Gap, Json, Scene, patched

WELCOME: Json = {
    "type": "welcome",
    "epoch": "e1",
    "seq": 812,
    "now": "2026-10-06T11:30:00.000Z",
    "role": "intern",
    "view": {"phase": "RUNNING", "entries": {"a": "served"}, "turn": {"id": "t1", "entry": "me"}},
    "you": {"entry": "me", "may_choose": {"1": "ok", "2": "post_reserved"}},
    "resume_token": "token-1",
}


def an_event(from_: int, seq: int, patch: Json) -> Json:
    events = [{"kind": "PostChosen", "v": 1, "seq": seq}]
    return {"type": "event", "from": from_, "seq": seq, "at": "", "events": events, "patch": patch}


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.take(WELCOME)
    return scene


def test_the_first_hello_asks_for_nothing_and_the_next_for_what_was_missed(scene: Scene) -> None:
    assert Scene().hello("proxy") == {
        "type": "hello",
        "resume": None,
        "as": "proxy",
        "resume_token": None,
    }
    assert scene.hello()["resume"] == {"epoch": "e1", "seq": 812}
    assert scene.hello()["resume_token"] == "token-1"


def test_my_turn_is_mine_while_i_may_choose(scene: Scene) -> None:
    assert scene.my_turn == "t1"
    assert scene.open_posts() == ["1"]
    scene.take({"type": "you", "entry": "me", "may_choose": None})
    assert scene.my_turn is None


def test_events_patch_the_view_and_are_told(scene: Scene) -> None:
    told = scene.take(an_event(812, 814, {"turn": None, "entries": {"me": "served"}}))
    assert [event["kind"] for event in told] == ["PostChosen"]
    assert scene.view == {"phase": "RUNNING", "entries": {"a": "served", "me": "served"}}
    assert scene.my_standing == "served"


def test_a_frame_that_does_not_follow_is_a_gap(scene: Scene) -> None:
    with pytest.raises(Gap):
        scene.take(an_event(813, 814, {}))


def test_a_frame_heard_twice_changes_nothing(scene: Scene) -> None:
    assert scene.take(an_event(800, 812, {"phase": "CLOSED"})) == []
    assert scene.phase == "RUNNING"


def test_resumed_brings_what_was_missed_in_order(scene: Scene) -> None:
    frames = [an_event(812, 813, {"phase": "PAUSED"}), an_event(813, 816, {"phase": "CLOSED"})]
    you = {"entry": "me", "assignment": {"post": "1", "seq": 813, "receipt": "r"}}
    resumed = {
        "type": "resumed",
        "epoch": "e1",
        "seq": 816,
        "now": "",
        "frames": frames,
        "you": you,
    }
    assert len(scene.take(resumed)) == 2
    assert (scene.phase, scene.seq, scene.served) == ("CLOSED", 816, True)


def test_a_welcome_later_on_replaces_everything(scene: Scene) -> None:
    scene.take(WELCOME | {"epoch": "e2", "seq": 3, "view": {"phase": "OPEN"}, "you": None})
    assert (scene.epoch, scene.seq, scene.view, scene.you) == ("e2", 3, {"phase": "OPEN"}, {})


def test_operators_know_who_is_here(scene: Scene) -> None:
    scene.take({"type": "presence", "here": ["a", "b"], "gone": []})
    scene.take({"type": "presence", "here": ["c"], "gone": ["a"]})
    assert scene.here == {"b", "c"}


def test_frozen_and_a_younger_token_are_kept(scene: Scene) -> None:
    scene.take({"type": "state", "state": "frozen", "cause": "store"})
    scene.take({"type": "pong", "t": 1, "now": "", "resume_token": "token-2"})
    assert (scene.state, scene.resume_token) == ("frozen", "token-2")


@pytest.mark.parametrize(
    ("old", "patch", "new"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a"], {"a": 1}, {"a": 1}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
    ],
)
def test_patches_are_those_of_rfc_7396(old: Json, patch: Json, new: Json) -> None:
    assert patched(old, patch) == new
