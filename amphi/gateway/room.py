"""One offer in one gateway: the state folded from its journal, and everybody who listens to it.

Synchronous throughout: what needs waiting for is done by `follower.py`, `watch.py`, `postbox.py`.
"""

from collections.abc import Sequence

from amphi.gateway.close_codes import CloseCode
from amphi.gateway.closing_time import ClosingTime
from amphi.gateway.concerned import concerned, watchful
from amphi.gateway.edition import Commit, folded
from amphi.gateway.fan_out import Everybody, FanOut
from amphi.gateway.listener import Listener, Listeners
from amphi.gateway.mailing import Editions, changes_people
from amphi.gateway.messages import server
from amphi.gateway.messages.client import Seen
from amphi.gateway.parts import AUDIENCES, Part, People, may_watch
from amphi.gateway.pulse import ConductorClock, Pulse
from amphi.gateway.resume import Bearer, ResumeTokens
from amphi.gateway.roll import Roll
from amphi.gateway.yous import Yous, grantors
from amphi.rules.choosing.commands import Presence
from amphi.rules.choosing.events import Recorded
from amphi.rules.choosing.instants import iso
from amphi.rules.choosing.state import OfferState, Phase
from amphi.rules.ids import AmphiId, EntryId, Millis

PLAYING = (Phase.RUNNING, Phase.CATCH_UP)


class Room:
    """What is known of one offer, told to each as far as it concerns them.

    `at` is everywhere the process's monotonic second.
    """

    def __init__(
        self,
        epoch: str,
        state: OfferState,
        clock: ConductorClock,
        pulse: Pulse,
        tokens: ResumeTokens,
    ) -> None:
        self.epoch, self.state = epoch, state
        self.clock, self.pulse = clock, pulse
        self.listeners = Listeners()
        self.fan_out = FanOut(self.listeners, self._anew)
        self.presence = Presence()
        self.yous = Yous()
        self._tokens = tokens
        self._roll = Roll()
        self._editions = Editions()
        self._people: dict[AmphiId, People] = {}
        self._closing_time = ClosingTime()
        self.pulse.recorded(self._frozen_cause())

    @property
    def playing(self) -> bool:
        """Whether silence means that a clock stands still."""
        return any(amphi.phase in PLAYING for amphi in self.state.amphis.values())

    # --- who listens --------------------------------------------------------

    def enter(
        self, listener: Listener, seen: Seen | None, bearer: Bearer | None, at: float
    ) -> bool:
        """Let in with what was missed, or a fresh view. False: the amphi is not there for them."""
        part = self._part(listener)
        if not may_watch(self.state, listener.amphi, part):
            return False
        held = AUDIENCES[bearer.role] if bearer is not None else part.audience
        self._seat(listener, part)
        if seen is None or held != part.audience or not self._resume(listener, seen, at):
            self._welcome(listener, at)
        return True

    def leave(self, listener: Listener) -> None:
        """The socket is closed."""
        self.listeners.leave(listener)

    def catch_up(self, listener: Listener, at: float) -> None:
        """A slow reader is ready again: what it missed, or a fresh view."""
        if listener in self.listeners and not self.fan_out.catch_up(listener):
            self._anew(listener, at)

    def token(self, listener: Listener) -> str:
        """Good for ten minutes from now."""
        bearer = Bearer(who=listener.who, amphi=listener.amphi, role=listener.part.role)
        return self._tokens.issue(bearer)

    def _part(self, listener: Listener) -> Part:
        people = self._people.get(listener.amphi)
        if people is None:
            people = People(self.state.amphis.get(listener.amphi))
            self._people[listener.amphi] = people
        return people.part(listener.who, listener.wanted)

    def _seat(self, listener: Listener, part: Part) -> None:
        """What was said before is in the view, or in the frames, that follow."""
        self.listeners.seat(listener, part)
        listener.follows(self.fan_out.end, self.fan_out.catch_up)

    def _anew(self, listener: Listener, at: float) -> None:
        self._seat(listener, listener.part)
        self._welcome(listener, at)

    def _welcome(self, listener: Listener, at: float) -> None:
        edition = self._editions.of(listener.amphi, listener.part, self.state)
        listener.say(
            server.Welcome(
                epoch=self.epoch,
                seq=edition.seq,
                now=self.now(at),
                role=listener.part.role,
                view=edition.view,
                you=self._own(listener),
                resume_token=self.token(listener),
            )
        )
        self._and_then(listener)

    def _resume(self, listener: Listener, seen: Seen, at: float) -> bool:
        edition = self._editions.of(listener.amphi, listener.part, self.state)
        frames = edition.missed(seen.seq) if seen.epoch == self.epoch else None
        if frames is None:
            return False
        listener.say(
            server.Resumed(
                epoch=self.epoch,
                seq=edition.seq,
                now=self.now(at),
                role=listener.part.role,
                frames=frames,
                you=self._own(listener),
                resume_token=self.token(listener),
            )
        )
        self._and_then(listener)
        return True

    def _own(self, listener: Listener) -> server.You | None:
        entry = listener.part.entry
        if entry is None:
            return None
        you = self.yous.of(self.state, listener.amphi, entry, self.presence)
        listener.you = server.encoded_you(you)
        return you

    def _and_then(self, listener: Listener) -> None:
        """What is told outside the numbers, to somebody who has just come."""
        if self.pulse.frozen:
            listener.say(self.pulse.told)
        if listener.part.role == "operator":
            listener.say(self._roll.full(listener.amphi))

    # --- what happens -------------------------------------------------------

    def now(self, at: float) -> str:
        """The conductor's clock."""
        return iso(self.clock.now(at))

    def hear(self, records: Sequence[Recorded], instant: Millis, at: float) -> None:
        """One commit, whose records follow the state's `seq`."""
        commit = folded(self.state, records, instant)
        self.state = commit.after
        self._tell_events(commit)
        if changes_people(commit.records):
            self._people.clear()
            self._recast(at)
        self._tell_yous(concerned(commit.before, commit.after, commit.records, self.presence))
        self.pulse.recorded(self._frozen_cause())
        self.tell_state(at)

    def restart(self, epoch: str, state: OfferState, at: float) -> None:
        """The journal has another lineage, or was read anew: everybody takes a fresh view."""
        self.epoch, self.state = epoch, state
        self._editions = Editions()
        self._people.clear()
        self.pulse.recorded(self._frozen_cause())
        self._recast(at, everybody=True)

    def tell_state(self, at: float) -> None:
        """Frozen or well again, when that is news (live-rules.md §10)."""
        news = self.pulse.change(at, playing=self.playing)
        if news is not None:
            self.fan_out.post(Everybody(server.encoded(news)))

    def learn(self, grants: frozenset[str], emails: dict[str, str]) -> None:
        """What records answered about the holders of `grants`."""
        self.yous.learn(grants, emails)
        self._tell_yous(set(grantors(self.state, grants)))

    def present(self, presence: Presence) -> None:
        """Who is here, over all gateways: at most twice a second."""
        before, self.presence = self.presence, presence
        differences = self._roll.differences(self.state, presence)
        for operator in self.listeners.operators():
            if operator.amphi in differences:
                operator.say(differences[operator.amphi])
        self._tell_yous(watchful(self.state, before) | watchful(self.state, presence))

    def close_the_closed(self, at: float) -> None:
        """4410, some time after an amphi closed."""
        self._closing_time.check(self.state, self.listeners, at)

    def _frozen_cause(self) -> str | None:
        return None if self.state.frozen is None else self.state.frozen.cause

    def _tell_events(self, commit: Commit) -> None:
        self.fan_out.post(self._editions.advance(commit))

    def _tell_yous(self, entries: set[EntryId]) -> None:
        for entry in entries:
            listeners = self.listeners.of_entry(entry)
            if listeners:
                you = self.yous.of(self.state, listeners[0].amphi, entry, self.presence)
                text = server.encoded_you(you)
                for listener in listeners:
                    listener.say_you(text)

    def _recast(self, at: float, *, everybody: bool = False) -> None:
        """Whoever's part has changed takes a fresh view, or leaves."""
        for listener in self.listeners:
            part = self._part(listener)
            if part == listener.part and not everybody:
                continue
            self.fan_out.catch_up(listener)
            if may_watch(self.state, listener.amphi, part):
                self._seat(listener, part)
                self._welcome(listener, at)
            else:
                listener.ear.close(CloseCode.NOT_ALLOWED)
