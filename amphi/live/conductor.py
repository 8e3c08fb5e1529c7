"""The conductor of one offer: one loop through which every command, deadline and presence passes.

    read the inbox → judge each letter → let time do its part → watch the gateways → beat

Nothing is told to anyone before it is on record. Whatever cannot be trusted freezes the offer
(`outage.py`); whoever was superseded stops at once, having written nothing.
"""

import asyncio

import structlog

from amphi.live.bench import Bench
from amphi.live.gateway_watch import GatewayWatch
from amphi.live.judging import Judge
from amphi.live.ledger import Ledger
from amphi.live.letters import (
    BeatLetter,
    CommandLetter,
    FarewellLetter,
    PresenceLetter,
    Received,
    SiblingLetter,
)
from amphi.live.notes import BeatNote, CommitNote, Note
from amphi.live.outage import OUTAGES, Moment, Outage, cause_of, least
from amphi.live.ports import (
    Charge,
    HigherTerm,
    JournalUnavailable,
    StoreUnavailable,
    Superseded,
)
from amphi.live.siblings import Siblings
from amphi.live.world import World
from amphi.rules.choosing import commands as c
from amphi.rules.choosing.clockwork import next_instant
from amphi.rules.ids import Millis
from amphi.rules.refusals import Refusal

BLOCK_MS = 200  # the longest wait for a letter: how often time, beats and presence are looked at
BEAT_MS = 1_000
RENEW_MS = 2_000
RENEWED_MS = 4_000  # "not renewed for 4 of its own seconds stops deciding"
STUCK_MS = 10_000  # a loop that does not come round is as good as dead: let another take over
STALLED_MS = 500  # "a stalled loop (> 500 ms) is never charged"
DRAINED = 500  # a read that brings fewer letters has reached the end

log = structlog.get_logger()


class Conductor:
    """One term at one offer, from the lease to its end."""

    def __init__(self, world: World, ledger: Ledger, owner: str, taken_over_at: str) -> None:
        self._bench = Bench(world, ledger, owner)
        self._judge = Judge(self._bench, taken_over_at)
        self._gateways = GatewayWatch(self._bench)
        self._siblings = Siblings(self._bench)
        self._outage: Outage | None = None
        self._stopping = False
        self._journal_works = True
        now = self._bench.now()
        self._trusted_at = self._heard_at = self._beat_at = now
        self._renewed = Moment(now, {})

    def stop(self) -> None:
        """After the present lap the lease is released, and another may go on at once."""
        self._stopping = True

    async def run(self) -> None:
        """Until stopped or superseded."""
        lease = asyncio.create_task(self._keep_the_lease())
        try:
            await self._take_over()
            while not self._stopping:
                await self._lap()
                if lease.done():
                    lease.result()
        except (Superseded, HigherTerm) as superseded:
            log.warning("superseded", offer=self._bench.offer, why=repr(superseded))
        finally:
            lease.cancel()
            await asyncio.wait([lease])
            await self._hand_over()

    # --- the beginning and the end of a term ---

    async def _take_over(self) -> None:
        """ "a new conductor goes on from there; if that is lost too, the turn starts afresh" """
        bench, charge = self._bench, await self._last_charge()
        known = {} if charge is None else charge.charged
        since = bench.now() if charge is None else charge.since(bench.now())
        then = Moment(since, known)
        await self._ride_out(Outage(bench, "conductor_changed", then, renewed=then))

    async def _last_charge(self) -> Charge | None:
        """Waited for as long as Redis is away: nothing can go on without it anyway."""
        bench = self._bench
        while True:
            try:
                charge = await bench.world.voice.charged(bench.offer)
                bench.cursor = await bench.world.voice.answered(bench.offer) or bench.cursor
            except StoreUnavailable:
                bench.alive_at = bench.now()
                await bench.world.clock.sleep(BLOCK_MS)
            else:
                return charge

    async def _hand_over(self) -> None:
        """The last charge on record, then the lease: no turn is lost by an orderly stop."""
        bench = self._bench
        try:
            if self._stopping and self._outage is None and not self._stands_in_a_stall():
                await self._beat()
            await bench.world.journal.release(bench.ledger.head, bench.owner)
        except (*OUTAGES, HigherTerm) as error:
            log.warning("not_handed_over", offer=bench.offer, why=repr(error))

    def _stands_in_a_stall(self) -> bool:
        """A stall that no reading has forgiven yet: nobody is charged for it, or given up."""
        return self._bench.now() - self._heard_at - BLOCK_MS > STALLED_MS

    async def _keep_the_lease(self) -> None:
        """Every 2 s as long as the loop comes round; the end of this task is the end of the term."""
        bench = self._bench
        while True:
            renewed = self._renewed
            try:
                if bench.now() - self._bench.alive_at > STUCK_MS:
                    raise Superseded(f"{bench.offer}: stuck, and no longer to be trusted")
                if not await bench.world.journal.renew(bench.ledger.head, bench.owner):
                    raise Superseded(bench.offer)
                if self._journal_works:  # else a lap is still to hear of the failure before
                    self._renewed = self._now()
                await bench.world.clock.sleep(RENEW_MS)
            except JournalUnavailable:
                # Silent since then, whatever was mended while this was on its way.
                self._journal_works, self._renewed = False, renewed
                await bench.world.clock.sleep(BLOCK_MS)

    # --- a lap ---

    async def _lap(self) -> None:
        self._bench.alive_at = self._bench.now()
        renewed = self._renewed  # renewed meanwhile, it says nothing of what failed before
        try:
            self._check_the_lease()
            await self._hear_and_go_on()
            self._trusted_at = self._heard_at if self._stands_in_a_stall() else self._bench.now()
        except OUTAGES as error:
            await self._freeze(cause_of(error), renewed)

    def _check_the_lease(self) -> None:
        """ "a conductor not renewed for 4 of its own seconds stops deciding" """
        if not self._journal_works or self._bench.now() - self._renewed.at > RENEWED_MS:
            raise JournalUnavailable("the lease was not renewed in time")

    async def _freeze(self, cause: str, renewed: Moment) -> None:
        """Time stands still from the last instant that could be trusted, in the intern's favour.

        Everything was well at the end of the last good lap; PostgreSQL may be silent since longer,
        though an order was recorded meanwhile, as soon as it was back.
        """
        is_silence = cause == "postgres"
        trusted = min(self._trusted_at, renewed.at) if is_silence else self._trusted_at
        since = trusted if self._outage is None else min(trusted, self._outage.since)
        charged = self._bench.charges(since)
        known = least(charged, renewed.charged) if is_silence else charged
        await self._ride_out(Outage(self._bench, cause, Moment(since, known), renewed))

    async def _ride_out(self, outage: Outage) -> None:
        self._outage = outage
        await outage.ride_out(self._judge)
        self._trusted_at = self._heard_at = self._bench.now()
        self._renewed, self._journal_works = self._now(), True

    def _now(self) -> Moment:
        now = self._bench.now()
        return Moment(now, self._bench.charges(now))

    async def _hear_and_go_on(self) -> None:
        await self._thaw_when_due()
        started, instant = self._bench.now(), self._next_instant()
        wait = BLOCK_MS if instant is None else max(0, min(BLOCK_MS, instant - started))
        bench = self._bench
        received = await bench.world.mailbox.read(bench.offer, bench.cursor, wait)
        await self._forgive_a_stall(wait)
        for each in received:
            await self._handle(each)
            await self._forgive_a_stall(0)
        if len(received) < DRAINED:
            await self._let_time_pass(started)
        await self._siblings.look_now_and_then()
        if self._stands_in_a_stall():  # gateways would seem silent, and turns used up
            return
        await self._gateways.watch()
        if bench.now() - self._beat_at >= BEAT_MS:
            await self._beat()

    async def _thaw_when_due(self) -> None:
        """Before anybody is heard, or they would be refused for an outage that is over."""
        if self._outage is not None and self._outage.is_over:
            await self._beat()  # or a take-over would charge again what the freeze gave back
            await self._outage.end()
            self._outage, self._gateways.news = None, True

    def _next_instant(self) -> Millis | None:
        if self._outage is not None and self._outage.thaw_at is not None:
            return self._outage.thaw_at
        bench = self._bench
        return next_instant(bench.state, presence_known=bench.attendance.known)

    async def _forgive_a_stall(self, wait: Millis) -> None:
        """From one read or letter to the next there should be little but the wait: more is a stall.

        Once more when forgiving took as long: but a PostgreSQL that is slow must not hold up letters.
        """
        if await self._forgave(wait):
            await self._forgave(0)

    async def _forgave(self, wait: Millis) -> bool:
        bench, before = self._bench, self._heard_at
        self._heard_at = bench.now()
        stalled = self._heard_at - before - wait
        if stalled <= STALLED_MS:
            return False
        log.warning("stalled", offer=bench.offer, ms=stalled)
        bench.attendance.excuse(self._heard_at)
        await bench.give(c.CreditTurns(credit_ms=stalled))
        return True

    async def _let_time_pass(self, read_at: Millis) -> None:
        """The inbox was read to its end by a read issued at `read_at`."""
        bench = self._bench
        instant = next_instant(bench.state, presence_known=bench.attendance.known)
        due = instant is not None and instant <= read_at
        if due or self._gateways.news:
            self._gateways.news = False
            await bench.give(c.Tick(read_at=read_at))

    # --- letters ---

    async def _handle(self, received: Received) -> None:
        """The cursor moves only when the letter is dealt with."""
        letter, bench = received.letter, self._bench
        notes: list[Note] = []
        if isinstance(letter, CommandLetter):
            notes = await self._answer(letter, received.at)
        elif isinstance(letter, PresenceLetter):
            bench.attendance.report(letter, bench.now())
            self._gateways.news = True
        elif isinstance(letter, BeatLetter):
            bench.attendance.beat(letter.gateway, bench.now())
        elif isinstance(letter, FarewellLetter):
            bench.attendance.forget(letter.gateway)
            self._gateways.news = True
        elif isinstance(letter, SiblingLetter):
            self._siblings.look_soon()
        else:
            log.error("unreadable_letter", offer=bench.offer, at=received.at)
        bench.cursor = received.at
        if notes:
            await self._tell(notes)

    async def _answer(self, letter: CommandLetter, at: str) -> list[Note]:
        """A letter that meets a bug is refused, or every conductor after us would fall over it."""
        try:
            return await self._judge.answer(letter, at)
        except (*OUTAGES, Superseded, HigherTerm):
            raise
        except Exception:
            log.exception("letter_failed", offer=self._bench.offer, at=at, name=letter.name)
            refusal = Refusal("unavailable")
            return [self._judge.standing(letter) or self._judge.refuse(letter, refusal)]

    async def _tell(self, notes: list[Note]) -> None:
        commits = [note for note in notes if isinstance(note, CommitNote)]
        await self._bench.publish(*notes, hot=bool(commits))
        self._siblings.heed(commits)

    async def _beat(self) -> None:
        """The charged time and the clock; how far the inbox is answered; who lives."""
        bench, now = self._bench, self._bench.now()
        charge = Charge(bench.term, bench.charges(now), now)
        await bench.world.voice.charge(bench.offer, charge, BeatNote(now=now, term=bench.term))
        await bench.publish()
        if not bench.attendance.known:
            bench.attendance.expect(await bench.world.voice.live_gateways(bench.offer), now)
            self._gateways.news = True
        self._beat_at = now
