"""Who is connected, as the gateways report it; unknown after a take-over, and unknown is not absent.

A person is here when at least one gateway says so. A gateway that misses three beats is silent:
its people are still counted for a while, but nobody's clock may run on its account.
"""

from amphi.live.letters import PresenceLetter
from amphi.rules.choosing.commands import Presence
from amphi.rules.ids import Millis, PersonId

SILENT_AFTER_MS = 3_500  # three beats of a second, and half a one for the way
ASKING_MS = 1_500  # a gateway whose beat was lost with the store shows itself within that time


class Attendance:
    """The presence of one offer, kept by its conductor. All instants are the conductor's."""

    def __init__(self) -> None:
        self._people: dict[str, set[PersonId]] = {}
        self._heard: dict[str, Millis] = {}
        self._reported: set[str] = set()
        self._given_up: set[str] = set()
        self._asked_at: Millis = 0
        self.known = False

    # --- letters ---

    def beat(self, gateway: str, now: Millis) -> None:
        """Any letter of a gateway shows that it lives."""
        self._heard[gateway] = now

    def report(self, letter: PresenceLetter, now: Millis) -> None:
        """Who came and went; a full report replaces what was known of that gateway.

        A gateway's first letter is a full one too, so that whoever begins owes nothing.
        """
        self.beat(letter.gateway, now)
        people = set() if letter.full else self._people.get(letter.gateway, set())
        self._people[letter.gateway] = (people | set(letter.here)) - set(letter.gone)
        if letter.full:
            self._reported.add(letter.gateway)
            self._given_up.discard(letter.gateway)

    def forget(self, gateway: str) -> None:
        """An orderly stop: its people are gone."""
        self._people.pop(gateway, None)
        self._heard.pop(gateway, None)
        self._reported.discard(gateway)

    def give_up(self, gateway: str) -> None:
        """Silent for too long: its people are gone, unless it comes back with them."""
        self.forget(gateway)
        self._given_up.add(gateway)

    @property
    def returned(self) -> bool:
        """Whether a gateway that was given up is heard again; it does not know that it was."""
        return not self._given_up.isdisjoint(self._heard)

    # --- asking anew ---

    def ask(self, now: Millis) -> None:
        """Presence is unknown until every live gateway has reported in full."""
        self._asked_at, self.known = now, False
        self._people.clear()
        self._heard.clear()
        self._reported.clear()
        self._given_up.clear()

    def expect(self, live: frozenset[str], now: Millis) -> None:
        """Who lives, according to the store; the dead owe no report."""
        waited = now - self._asked_at >= ASKING_MS
        self.known = self.known or (waited and (live | set(self._heard)) <= self._reported)

    # --- what the conductor asks ---

    @property
    def presence(self) -> Presence:
        here = frozenset(person for people in self._people.values() for person in people)
        return Presence(here=here, known=self.known)

    def last_heard(self, person: PersonId, now: Millis) -> Millis | None:
        """When this person's gateways were last heard, if all are silent; None: all is well."""
        theirs = [gateway for gateway, people in self._people.items() if person in people]
        last = max((self._heard.get(gateway, now) for gateway in theirs), default=now)
        return last if now - last > SILENT_AFTER_MS else None

    def silent(self, now: Millis, for_ms: Millis) -> list[str]:
        """Gateways not heard of for that long."""
        return [each for each, at in self._heard.items() if now - at > for_ms]

    def excuse(self, now: Millis) -> None:
        """We were deaf ourselves: nobody's silence counts from before `now`."""
        self._heard = dict.fromkeys(self._heard, now)
