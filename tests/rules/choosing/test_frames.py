"""Old view + patch = fresh view, and nothing leaks: for every event kind, audience and amphi."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amphi.rules.choosing.evolve import evolve
from amphi.rules.choosing.ordinary_time import extra_ms
from amphi.rules.choosing.patches import apply_patch, merge_patch
from amphi.rules.choosing.public import visible
from amphi.rules.choosing.state import OfferState, RunningTurn
from amphi.rules.choosing.views import Audience, view
from amphi.rules.choosing.you import you
from amphi.rules.ids import AmphiId
from tests.rules.choosing.playing import Play
from tests.rules.choosing.random_play import AMPHIS, random_play
from tests.rules.choosing.story import FOR_A_SESSION, FOR_ONE, SECRET, whole_morning

OTHERS = (Audience.PUBLIC, Audience.PARTICIPANT)
Json = dict[str, Any]
seeds = st.integers(0, 2**32 - 1)
# Neither as a value nor as the name of a field.
NEVER_TOLD_TO_OTHERS = (
    "person-",
    "grant-",
    "SURNOMBRE",
    "surnombre",
    "choice_status",
    "extra",
    "charged",
    "budget",
    "operator_id",
    "flag",
    SECRET,
    FOR_ONE,
)


def frames(play: Play, amphi: AmphiId, audience: Audience) -> Iterator[tuple[Json, Json, Json]]:
    """Of each commit: the view before, the frame, the view after."""
    for before, records in play.commits:
        state, events = before, []
        for recorded in records:
            state = evolve(state, recorded)
            events.append(visible(recorded.event, state, amphi, audience))
        old, new = view(before, amphi, audience), view(state, amphi, audience)
        heard = [event for event in events if event is not None]
        yield old, {"events": heard, "patch": merge_patch(old, new)}, new


def check_patches(play: Play) -> None:
    for amphi in AMPHIS:
        for audience in Audience:
            for old, frame, new in frames(play, amphi, audience):
                assert apply_patch(old, frame["patch"]) == new


def check_leaks(play: Play) -> None:
    for amphi in AMPHIS:
        for audience in OTHERS:
            for _, frame, new in frames(play, amphi, audience):
                text = msgspec.json.encode([frame, new]).decode()
                told = [word for word in NEVER_TOLD_TO_OTHERS if word in text]
                assert not told, text
                assert audience is Audience.PARTICIPANT or FOR_A_SESSION not in text


def check_extra_time(state: OfferState) -> None:
    """Others' clock stands at the ordinary deadline, whatever has happened to the turn."""
    for amphi in state.amphis.values():
        for audience in OTHERS:
            shown = view(state, amphi.id, audience).get("turn")
            if shown is None or amphi.turn is None:
                assert amphi.turn is None
                continue
            assert shown["seconds"] == amphi.policy.turn_seconds
            if isinstance(amphi.turn, RunningTurn):
                longer = view(state, amphi.id, Audience.OPERATOR)["turn"]["deadline"]
                assert (shown["deadline"] < longer) == (extra_ms(amphi) > 0)


@pytest.fixture(scope="module")
def morning() -> Play:
    return whole_morning()


def test_old_view_and_patch_make_the_fresh_view_for_every_kind(morning: Play) -> None:
    check_patches(morning)


def test_frames_for_others_leak_nothing_for_any_kind(morning: Play) -> None:
    check_leaks(morning)


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_random_mornings_keep_views_and_patches_together(seed: int) -> None:
    play = random_play(seed)
    check_patches(play)
    check_leaks(play)
    for state in (*(before for before, _ in play.commits), play.state):
        check_extra_time(state)


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_everybody_has_a_you_at_any_moment(seed: int) -> None:
    play = random_play(seed)
    for amphi in play.state.amphis.values():
        for entry in amphi.entries:
            mine = you(play.state, amphi.id, entry, play.presence)
            assert (mine["turn"] is not None) == (
                amphi.turn is not None and amphi.turn.entry == entry
            )
            assert mine["soon"] is None or 0 <= mine["soon"] <= 4
            assert msgspec.json.decode(msgspec.json.encode(mine)) == mine
