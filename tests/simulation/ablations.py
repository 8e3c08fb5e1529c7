"""What must not be left out: each ablation takes one thing away, and the simulation must see it.

An ablation is a switch of the simulated world, or one function of the core replaced for the length
of a run. The core itself knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from amphi.gateway import edition
from amphi.live import judging, ledger
from amphi.live.attendance import Attendance
from amphi.live.bench import Bench
from amphi.live.conductor import Conductor
from amphi.live.gateway_watch import GatewayWatch
from amphi.live.letters import CommandLetter
from amphi.live.notes import CommitNote
from amphi.live.outage import Moment, Outage
from amphi.live.ports import Batch, CommitUnknown
from amphi.rules.choosing import clockwork
from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.draft import Draft
from amphi.rules.choosing.evolve import fold
from amphi.rules.choosing.patches import merge_patch
from amphi.rules.choosing.state import Amphi
from amphi.rules.ids import Millis, OfferId
from tests.simulation.hard_days import (
    a_restart_that_nobody_saw,
    out_of_breath,
)
from tests.simulation.runs import Prepare, nothing
from tests.simulation.stage import Stage
from tests.simulation.store import VoicePort


class Ablation:
    """`switch` turns one of a run's world; `replaced` puts functions in place of the core's.

    `setting`: the world in which it shows, when it hardly ever does in the usual one; the core as it
    is must hold there too.
    """

    def __init__(
        self,
        switch: Prepare = nothing,
        *replaced: tuple[Any, str, Any],
        setting: Prepare = nothing,
    ) -> None:
        self.setting = setting
        self._switch = switch
        self._replaced = replaced

    def prepare(self, stage: Stage) -> None:
        """The world of a run in which something is taken away."""
        self.setting(stage)
        self._switch(stage)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """While one run, or many, are made."""
        kept = [(owner, name, vars(owner)[name]) for owner, name, _ in self._replaced]
        for owner, name, other in self._replaced:
            setattr(owner, name, other)
        try:
            yield
        finally:
            for owner, name, own in kept:
                setattr(owner, name, own)


# --- switches of the world ---


def _no_compare_and_set(stage: Stage) -> None:
    stage.postgres.switches.compare_and_set = False


def _nothing_unique(stage: Stage) -> None:
    stage.postgres.switches.unique = False


def _same_term(stage: Stage) -> None:
    stage.postgres.switches.raise_the_term = False


# --- one function of the core ---


def _not_looked_up(_judge: judging.Judge, _letter: CommandLetter) -> None:
    """In place of Judge._recorded: no command was ever accepted before."""


async def _append_blindly(
    self: ledger.Ledger, events: Any, now: Millis, result: Any = None, private: Any = None
) -> CommitNote:
    """In place of Ledger.append: a COMMIT that was cut is made again, on top of whatever is there."""
    while True:
        batch, note = self._batch(events, now, result, private or {})
        try:
            await self._journal.commit(batch)
        except CommitUnknown:
            records = await self._journal.read(self.offer, self.head.last_seq)
            if records:
                last = records[-1]
                self.state = fold(self.state, records)
                self.head = msgspec.structs.replace(
                    self.head, last_seq=last.seq, head_hash=last.hash
                )
            continue
        self._accept(batch, note)
        return note


async def _freeze_from_now(self: Conductor, cause: str, renewed: Moment) -> None:
    """In place of Conductor._freeze: what passed before the outage was noticed, and all of the
    outage until it is on record, is charged.
    """
    late = Moment(self._bench.now(), _Late(self._bench))
    await self._ride_out(_Uncredited(self._bench, cause, late, renewed))


class _Uncredited(Outage):
    """A journal found silent changes nothing."""

    async def _reach_the_journal(self) -> None:
        await self._mend_the_journal()


class _Late(dict[Any, Any]):
    """Charges as of the moment at which they are asked for."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench

    def get(self, turn: Any, default: Any = None) -> Any:
        return self._bench.charges(self._bench.now()).get(turn, default)


_miss_if_over, _instants = clockwork._miss_if_over, clockwork._instants


def _hasty(amphi: Amphi) -> Amphi:
    policy = msgspec.structs.replace(amphi.policy, grace_ms=0)
    return msgspec.structs.replace(amphi, policy=policy)


def _missed_at_the_deadline(draft: Draft, amphi: Amphi, read_at: Millis) -> None:
    """In place of clockwork._miss_if_over: nothing is tolerated."""
    _miss_if_over(draft, _hasty(amphi), read_at)


def _instants_of_the_hasty(amphi: Amphi, presence_known: bool) -> list[Millis]:
    """In place of clockwork._instants."""
    return _instants(_hasty(amphi), presence_known)


_hear_and_go_on = Conductor._hear_and_go_on


async def _expire_before_reading(self: Conductor) -> None:
    """In place of Conductor._hear_and_go_on: time is let pass on what was read in the lap before."""
    await self._let_time_pass(self._bench.now())
    await _hear_and_go_on(self)


def _always_known(self: Attendance) -> Presence:
    """In place of Attendance.presence: who has not been reported is not there."""
    here = frozenset(person for people in self._people.values() for person in people)
    return Presence(here=here, known=True)


async def _told_before(
    self: ledger.Ledger, events: Any, now: Millis, result: Any = None, private: Any = None
) -> CommitNote:
    """In place of Ledger.append: a COMMIT that was cut is taken for one that was made."""
    batch, note = self._batch(events, now, result, private or {})
    with suppress(CommitUnknown):
        await self._journal.commit(batch)
    self._accept(batch, note)
    return note


def _no_stall(_self: Conductor, _wait: Millis) -> Any:
    """In place of Conductor._forgive_a_stall."""
    return _nothing()


async def _nothing() -> None:
    """Nothing is forgiven."""


# --- faults that the core once had: what the simulation has found, it must find again ---


def _forgotten_at_once(self: GatewayWatch, now: Millis, _for_ms: Millis) -> None:
    """In place of GatewayWatch._give_up_the_silent: before a single beat was missed."""
    for gateway in self._bench.attendance.silent(now, 300):
        self._bench.attendance.give_up(gateway)
        self.news = True


async def _freeze_from_the_renewal(self: Conductor, cause: str, _renewed: Moment) -> None:
    """In place of Conductor._freeze: a renewal that came after the failure is believed."""
    since = self._renewed.at if cause == "postgres" else self._trusted_at
    since = since if self._outage is None else min(since, self._outage.since)
    trusted = Moment(since, self._bench.charges(since))
    await self._ride_out(Outage(self._bench, cause, trusted, self._renewed))


def _nothing_known(_self: VoicePort, _offer: OfferId) -> int:
    """In place of VoicePort.known: that Redis has lost its end is noticed by the next commit alone."""
    return 0


def _patch_without_posts(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """In place of edition.merge_patch: who holds what is left out."""
    return {name: value for name, value in merge_patch(old, new).items() if name != "posts"}


_accept = ledger.Ledger._accept


def _accept_without_the_last(self: ledger.Ledger, batch: Batch, note: CommitNote) -> None:
    """In place of Ledger._accept: what a conductor goes on with is not what it has written."""
    before = self.state
    _accept(self, batch, note)
    seats = {**self.state.seats, **before.seats}
    self.state = msgspec.structs.replace(self.state, seats=seats)


async def _ask_when_mended(self: Outage, judge: judging.Judge) -> None:
    """In place of Outage.ride_out: servers that go away again right then end the conductor."""
    announce, self._announce_the_thaw = self._announce_the_thaw, _nothing  # type: ignore[method-assign]
    while not await self._mended():
        await self._speak_while_frozen(judge)
        await self._bench.world.clock.sleep(250)
    await self._bench.ask_for_presence("again")
    await announce()


def _waits_for_absence(self: Conductor) -> Millis | None:
    """In place of Conductor._next_instant: an absence is waited for while nobody can be absent."""
    return clockwork.next_instant(self._bench.state)


ABLATIONS: dict[str, Ablation] = {
    "without compare-and-set": Ablation(_no_compare_and_set),
    "without the command-id look-up": Ablation(
        nothing, (judging.Judge, "_recorded", _not_looked_up)
    ),
    "with blind retry": Ablation(nothing, (ledger.Ledger, "append", _append_blindly)),
    "with hopeful commits": Ablation(nothing, (ledger.Ledger, "append", _told_before)),
    "without the uniqueness check": Ablation(_nothing_unique),
    "without crediting outages": Ablation(nothing, (Conductor, "_freeze", _freeze_from_now)),
    "without crediting stalls": Ablation(nothing, (Conductor, "_forgive_a_stall", _no_stall)),
    "without the grace rule": Ablation(
        nothing,
        (clockwork, "_miss_if_over", _missed_at_the_deadline),
        (clockwork, "_instants", _instants_of_the_hasty),
    ),
    "without the term": Ablation(_same_term),
    "without draining the inbox": Ablation(
        nothing, (Conductor, "_hear_and_go_on", _expire_before_reading)
    ),
    "with unknown taken for absent": Ablation(
        nothing, (Attendance, "presence", property(_always_known))
    ),
    "with gateways forgotten at once": Ablation(
        nothing, (GatewayWatch, "_give_up_the_silent", _forgotten_at_once)
    ),
    "with a late renewal believed": Ablation(
        nothing, (Conductor, "_freeze", _freeze_from_the_renewal), setting=out_of_breath
    ),
    "with a lost end that is not missed": Ablation(
        nothing, (VoicePort, "known", _nothing_known), setting=a_restart_that_nobody_saw
    ),
    "with a patch that lacks the posts": Ablation(
        nothing, (edition, "merge_patch", _patch_without_posts)
    ),
    "with a conductor that forgets": Ablation(
        nothing, (ledger.Ledger, "_accept", _accept_without_the_last)
    ),
    "with servers that go once": Ablation(nothing, (Outage, "ride_out", _ask_when_mended)),
    "with absence waited for in vain": Ablation(
        nothing, (Conductor, "_next_instant", _waits_for_absence)
    ),
}
