"""Frozen: when PostgreSQL, Redis or the conductor before cannot be trusted (live-rules.md §10).

"No time is charged, nobody is heard, nobody is late or absent because of it. `Frozen` and `Thawed`
are journaled once PostgreSQL answers, before anything else, with what the running turn gets back."
"""

from typing import NamedTuple

import structlog

from amphi.live.bench import BEFORE_ALL, Bench
from amphi.live.judging import Judge
from amphi.live.letters import CommandLetter, PresenceLetter, Received
from amphi.live.notes import Note, StateNote
from amphi.live.ports import (
    CommitUnknown,
    JournalUnavailable,
    StoreLost,
    StoreUnavailable,
    Superseded,
)
from amphi.rules.choosing import commands as c
from amphi.rules.ids import Millis, TurnId
from amphi.rules.refusals import Refusal

OUTAGES = (StoreUnavailable, StoreLost, JournalUnavailable, CommitUnknown)
TRY_AGAIN_MS = 250
SHORT_MS = 10_000  # "A freeze of up to 10 s ends at once when everything is well"

log = structlog.get_logger()


def cause_of(error: Exception) -> str:
    """What to call an outage: for people a sentence of fr.json, for machines this word."""
    if isinstance(error, StoreLost):
        return "redis_lost"
    return "redis" if isinstance(error, StoreUnavailable) else "postgres"


class Moment(NamedTuple):
    """An instant at which all was well, as far as it goes, and what every turn was charged then."""

    at: Millis
    charged: dict[TurnId, Millis]


def least(charged: dict[TurnId, Millis], other: dict[TurnId, Millis]) -> dict[TurnId, Millis]:
    """What both agree on at most."""
    return {turn: min(ms, other.get(turn, ms)) for turn, ms in charged.items()}


class Outage:
    """One freeze, from the last instant that could be trusted until the thaw.

    `renewed`: when PostgreSQL was last heard of, for certain.
    """

    def __init__(self, bench: Bench, cause: str, trusted: Moment, renewed: Moment) -> None:
        self._bench = bench
        self._cause = cause
        self.since, self._charged = trusted
        self._renewed = renewed
        self._told = False
        self._unpublished: list[Note] = []
        self.thaw_at: Millis | None = None

    async def ride_out(self, judge: Judge) -> None:
        """Until the journal and the store work again. Raises Superseded and HigherTerm."""
        log.info("clocks_stopped", offer=self._bench.offer, cause=self._cause)
        while not await self._mended():
            self._bench.alive_at = self._bench.now()
            await self._speak_while_frozen(judge)
            await self._bench.world.clock.sleep(TRY_AGAIN_MS)

    @property
    def is_over(self) -> bool:
        """Everything works; the countdown, if there was one, has run out."""
        return self.thaw_at is None or self._bench.now() >= self.thaw_at

    async def end(self) -> None:
        """The turns go on with what they had left. Only after `ride_out`."""
        credit = max(0, self._bench.now() - self.since)
        await self._bench.give(c.Thaw(credit_ms=credit))
        await self._bench.publish(StateNote(state="ok", cause=self._cause))
        self.thaw_at = None
        log.info("clocks_run", offer=self._bench.offer, cause=self._cause, credit_ms=credit)

    # --- mending ---

    async def _mended(self) -> bool:
        """Servers may go away again between any two of these."""
        try:
            await self._reach_the_journal()
            await self._mend_the_store()
            await self._bench.ask_for_presence(self._cause)
            await self._announce_the_thaw()
        except OUTAGES as still:
            log.debug("still_frozen", offer=self._bench.offer, why=repr(still))
            return False
        return True

    async def _reach_the_journal(self) -> None:
        """Silent as well, it may have been so since it was last heard of, before all this began."""
        try:
            await self._mend_the_journal()
        except (JournalUnavailable, CommitUnknown):
            if self._bench.state.frozen is None:
                self.since = min(self.since, self._renewed.at)
                before = least(self._bench.charges(self.since), self._renewed.charged)
                self._charged = least(self._charged, before)
            raise

    async def _mend_the_journal(self) -> None:
        """First what is known of the last commit, then the lease, then the freeze on record."""
        bench = self._bench
        settled = await bench.ledger.settle()
        if settled is not None:
            self._unpublished.append(settled)
            self._give_back_what_it_gave(settled.at)
        if not await bench.world.journal.renew(bench.ledger.head, bench.owner):
            raise Superseded(bench.offer)
        now = bench.now()
        events = bench.decide(c.Command("engine", c.Freeze(self._cause, self._charged)), now)
        if events and not isinstance(events, Refusal):
            note = await bench.ledger.append(events, now)
            self._unpublished.append(note)

    def _give_back_what_it_gave(self, settled_at: Millis) -> None:
        """A commit that counts after all may have given time: a stall forgiven, a turn restarted."""
        since_then = self._bench.charges(settled_at)
        self._charged = least(self._charged, since_then)

    async def _mend_the_store(self) -> None:
        """Written anew, always: an outage may have eaten the end of what was published."""
        bench = self._bench
        if await bench.world.voice.answered(bench.offer) is None:
            bench.cursor = BEFORE_ALL  # an inbox that was lost numbers its letters anew
        publication = bench.publication(*self._unpublished, hot=True)
        await bench.world.voice.rebuild(publication, bench.ledger.head.last_seq)
        self._unpublished.clear()

    async def _announce_the_thaw(self) -> None:
        """ "a longer one with an announced countdown of 10 s" """
        bench = self._bench
        if bench.state.frozen is None:
            return
        countdown = 0 if bench.now() - self.since <= SHORT_MS else self._countdown_ms()
        self.thaw_at = bench.now() + countdown
        if countdown:
            await bench.publish(StateNote(state="frozen", cause=self._cause, thaw_at=self.thaw_at))

    def _countdown_ms(self) -> Millis:
        amphis = self._bench.state.amphis.values()
        return max((a.policy.thaw_countdown_seconds * 1000 for a in amphis), default=0)

    # --- while frozen ---

    async def _speak_while_frozen(self, judge: Judge) -> None:
        """ "nobody is heard (`amphi_frozen`)" — as far as anything can still be said."""
        try:
            if not self._told:
                await self._bench.publish(StateNote(state="frozen", cause=self._cause))
                self._told = True
            if self._bench.ledger.unsettled is None:
                await self._refuse_letters(judge)
        except OUTAGES as silent:
            log.debug("cannot_speak", offer=self._bench.offer, why=repr(silent))

    async def _refuse_letters(self, judge: Judge) -> None:
        """Not while a commit is unknown: its command may have been accepted."""
        bench = self._bench
        received = await bench.world.mailbox.read(bench.offer, bench.cursor, 0)
        answers = [note for each in received for note in self._refuse(judge, each)]
        if received:
            bench.cursor = received[-1].at
            await bench.publish(*answers)

    def _refuse(self, judge: Judge, received: Received) -> list[Note]:
        letter = received.letter
        if isinstance(letter, PresenceLetter):
            self._bench.attendance.report(letter, self._bench.now())
        if not isinstance(letter, CommandLetter):
            return []
        return [judge.standing(letter) or judge.refuse(letter, Refusal("amphi_frozen"))]
