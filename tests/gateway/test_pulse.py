"""Frozen by the conductor's word, by the journal, or by silence."""

from amphi.gateway.messages.server import State
from amphi.gateway.pulse import ConductorClock, Pulse
from amphi.live.notes import StateNote


def test_three_seconds_of_silence_freeze_an_amphi_that_is_played() -> None:
    pulse = Pulse(at=0.0)
    pulse.heard(1.0)
    assert pulse.change(3.9, playing=True) is None
    assert pulse.change(4.0, playing=True) == State("frozen", "no_conductor")
    assert pulse.change(5.0, playing=True) is None
    pulse.heard(6.0)
    assert pulse.change(6.0, playing=True) == State("ok", "")


def test_silence_says_nothing_where_no_clock_runs() -> None:
    pulse = Pulse(at=0.0)
    assert pulse.change(60.0, playing=False) is None


def test_no_redis_is_named_as_the_cause() -> None:
    pulse = Pulse(at=0.0)
    pulse.store_lost = True
    assert pulse.change(3.0, playing=True) == State("frozen", "no_store")


def test_the_conductors_word_is_told_at_once_with_the_end_of_the_countdown() -> None:
    pulse = Pulse(at=0.0)
    pulse.said(StateNote("frozen", "postgres", thaw_at=1_791_270_000_000))
    told = pulse.change(0.1, playing=True)
    assert told == State("frozen", "postgres", "2026-10-06T07:00:00.000Z")
    assert pulse.frozen
    pulse.said(StateNote("ok", ""))
    assert pulse.change(0.2, playing=True) == State("ok", "")


def test_the_journal_says_so_too_to_a_room_that_was_opened_later() -> None:
    pulse = Pulse(at=0.0)
    pulse.recorded("redis")
    assert pulse.change(0.0, playing=True) == State("frozen", "redis")
    pulse.recorded("redis")
    assert pulse.change(0.0, playing=True) is None
    pulse.recorded(None)
    assert pulse.change(0.0, playing=True) == State("ok", "")


def test_the_conductors_clock_goes_on_between_beats() -> None:
    clock = ConductorClock(wall=1_000, at=10.0)
    assert clock.now(10.5) == 1_500
    clock.heard(900_000, 11.0)
    assert clock.now(11.25) == 900_250
