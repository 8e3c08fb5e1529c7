"""The independent checker: looks at every commit before anybody hears of it (live-rules.md §9).

The journal is judged by `amphi.verify`, with its own fold; beside it stands what the simulation
knows and no journal tells: who was really there, when a letter really arrived, what stood still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote, CommitNote
from amphi.live.ports import Batch, CommandKey
from amphi.rules.ids import OfferId, PersonId
from amphi.verify import order
from amphi.verify.evidence import Line
from amphi.verify.replay import Replay
from tests.simulation import truth
from tests.simulation.redis_box import Place, Writing, place_of
from tests.simulation.states import States, served_twice

if TYPE_CHECKING:
    from tests.simulation.stage import Stage

TOLERANCE_MS = 450
THERE_SECONDS = 2.5  # a person connected for so long is known to be there
WELL_SECONDS = 2.2  # … by a gateway and a Redis that have been well for so long

Json = dict[str, Any]


class Running:
    """A turn as the witness follows it: when it began, when its clock really stood still."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.held: list[truth.Span] = []
        self.since: float | None = None

    def hold(self, now: float) -> None:
        if self.since is None:
            self.since = now

    def release(self, now: float) -> None:
        if self.since is not None:
            self.held.append((self.since, now))
            self.since = None


class Writer:
    """The process that writes an offer's journal, since when, and who did before."""

    def __init__(self, name: str, term: int, since: float, former: Writer | None) -> None:
        self.name, self.term, self.since, self.former = name, term, since, former


class Witness:
    """One per run, for all offers."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.replays = {offer: Replay(offer) for offer in stage.cast.amphis}
        self._turns: dict[str, Running] = {}
        self._writers: dict[OfferId, Writer] = {}
        self._letters: dict[str, Json] = {}
        self._delivered: dict[tuple[OfferId, str], str] = {}
        self._answered: dict[tuple[OfferId, str], dict[tuple[str, str], float]] = {}
        self._deciding: CommandKey | None = None
        self.states = States(stage)
        self.chosen = 0

    # --- commits ---

    def written(self, owner: str, batch: Batch) -> None:
        """Called with the rows in place."""
        offer, replay = batch.offer, self.replays[batch.offer]
        former = self._writers.get(offer)
        if former is None or (former.name, former.term) != (owner, batch.term):
            self._writers[offer] = Writer(owner, batch.term, self._stage.now(), former)
        row = self._stage.postgres.offers[offer]
        if row.owner not in (owner, None):
            self._fail("zombie_wrote", offer, f"{owner}, although {row.owner} has taken over")
        self._deciding = None if batch.result is None else batch.result.key
        if batch.result is not None and batch.result.key in row.results:
            self._fail("taken_twice", offer, repr(batch.result.key))
        for stored in row.rows[-len(batch.entries) :]:
            before = {name: amphi["turn"] for name, amphi in replay.offer["amphis"].items()}
            lines = len(replay.lines)
            replay.read(stored)
            if replay.problems:
                self._fail(replay.problems[0].check, offer, replay.problems[0].sentence)
            if len(replay.lines) > lines:
                self._consider(owner, offer, replay.lines[-1], before)
        for check, facts in order.settled(replay.offer):
            self._fail(check, offer, repr(facts))
        self._as_a_whole(offer)
        self._stage.trace(f"commit {offer} {row.last_seq} {row.head_hash[:12]} {owner}")

    def _as_a_whole(self, offer: OfferId) -> None:
        """ "One live assignment per campaign, over all amphis and offers"; any snapshot is as good."""
        if served := served_twice(self.replays):
            self._fail("served_in_two_offers", offer, served)
        if wrong := self.states.written(offer):
            self._fail("snapshot_differs", offer, wrong)

    def _consider(self, owner: str, offer: OfferId, line: Line, before: dict[str, Any]) -> None:
        now, event = self._stage.now(), line.event
        at = self._stage.conducting[owner].process.clock.true(line.at)
        match line.kind:
            case "TurnStarted":
                self._turns[event["turn"]] = Running(at)
            case "Frozen":
                self._frozen(owner, offer, event, now)
            case "Thawed":
                self._each_turn(offer, now, hold=False)
            case "Paused" | "Resumed" | "TurnChanged":
                self._held(offer, event, now)
            case "TurnMissed":
                turn = before.get(event["amphi"])
                self._missed(owner, offer, line, turn)
                self._charged(owner, offer, event, at)
            case "PostChosen":
                self.chosen += 1
                self._charged(owner, offer, event, at)
            case "LatecomerLeft":
                self._really_gone(owner, offer, event, "left_while_there")

    # --- time (§9.7, §9.11) ---

    def _frozen(self, owner: str, offer: OfferId, event: Json, now: float) -> None:
        stage = self._stage
        spans = truth.noticed(stage.conducting[owner], event["cause"], now)
        former = self._writers[offer].former
        if former is not None and event["cause"] == "conductor_changed":
            spans += truth.gone(stage.conducting[former.name].process, former.since, now)
        for turn in self._running(offer):
            self._turns[turn["id"]].held += spans
        self._each_turn(offer, now, hold=True)

    def _running(self, offer: OfferId) -> list[Json]:
        amphis = self.replays[offer].offer["amphis"].values()
        return [amphi["turn"] for amphi in amphis if amphi["turn"] is not None]

    def _each_turn(self, offer: OfferId, now: float, *, hold: bool) -> None:
        for turn in self._running(offer):
            self._follow(turn, now)
            if hold:
                self._turns[turn["id"]].hold(now)

    def _held(self, offer: OfferId, event: Json, now: float) -> None:
        turn = self.replays[offer].offer["amphis"][event["amphi"]]["turn"]
        if turn is not None:
            self._follow(turn, now)

    def _follow(self, turn: Json, now: float) -> None:
        running = self._turns[turn["id"]]
        if turn["holds"]:
            running.hold(now)
        else:
            running.release(now)

    def _charged(self, owner: str, offer: OfferId, event: Json, at: float) -> None:
        """Never more than the time that really passed while nothing stood still."""
        running, ms = self._turns.get(event["turn"] or ""), event["charged_ms"]
        if running is None or ms is None:
            return
        running.release(at)
        process, since = self._stage.conducting[owner].process, self._writers[offer].since
        spans = [*running.held, *truth.stalled(process, since, at)]
        passed = at - running.began - truth.length(spans, running.began, at)
        if ms > passed * 1000 + TOLERANCE_MS:
            self._fail("outage_charged", offer, f"{event['turn']}: {ms} ms, {passed * 1000:.0f} ms")

    # --- people (§9.3, §9.11) ---

    def _missed(self, owner: str, offer: OfferId, line: Line, turn: Json | None) -> None:
        event = line.event
        if event["reason"] == "absent":
            self._really_gone(owner, offer, event, "missed_while_there")
        if event["reason"] != "ended_by_operator" and turn is not None:
            self._nothing_unread(owner, offer, line, turn)

    def _really_gone(self, owner: str, offer: OfferId, event: Json, what: str) -> None:
        entry = self.replays[offer].offer["amphis"][event["amphi"]]["entries"][event["entry"]]
        proxy = entry["proxy"]
        person = entry["person"] if proxy is None else proxy["holder"]
        if person is not None and self._was_there(offer, person, self._decided_at(owner, offer)):
            self._fail(what, offer, f"{event['entry']}, {person} is connected")

    def _decided_at(self, owner: str, offer: OfferId) -> float:
        """When its COMMIT was sent, if it hung. The inbox is the order of things: a conductor that
        stood still decides a letter as of when it came, whoever came behind it meanwhile."""
        box, key = self._stage.store.boxes[offer], self._deciding
        done = place_of(box.answered or "0-0")
        came = [
            at
            for place, at, received in box.inbox
            if isinstance(received.letter, CommandLetter)
            and place > done
            and key == CommandKey(received.letter.person, received.letter.id)
            and truth.stood_still(self._stage.conducting[owner].process, at)
        ]
        hung = self._stage.postgres.hung_since
        return min(came, default=self._stage.now() if hung is None else hung)

    def _was_there(self, offer: OfferId, person: PersonId, at: float) -> bool:
        """Without a break, by a gateway and a Redis that were well."""
        stage, someone = self._stage, self._stage.persons.get(person)
        if someone is None or at - stage.store.lost_at < WELL_SECONDS:
            return False
        return any(
            socket.offer == offer
            and at - socket.since > THERE_SECONDS
            and stage.well_since(socket.gateway, at - WELL_SECONDS)
            for socket in someone.sockets.values()
        )

    def heard(self, person: PersonId, command: str, turn: str) -> None:
        """A choice that a page has handed in."""
        self._letters[command] = {"person": person, "turn": turn}

    def delivered(self, offer: OfferId, process: str, last: str) -> None:
        self._delivered[offer, process] = last

    def _nothing_unread(self, owner: str, offer: OfferId, line: Line, turn: Json) -> None:
        """ "Before it lets a turn expire the conductor reads the inbox to its end" """
        stage = self._stage
        clock = stage.conducting[owner].process.clock
        policy = self.replays[offer].offer["amphis"][line.event["amphi"]]["policy"]
        for place, arrived, received in stage.store.boxes[offer].inbox:
            command = getattr(received.letter, "id", "")
            known = self._letters.get(command)
            if known is None or known["turn"] != turn["id"]:
                continue
            if self._was_read(offer, owner, place):
                continue
            if self._was_told(offer, (known["person"], command), place, arrived):
                continue
            if turn["deadline"] is not None and clock.at(arrived) < _over_at(turn, policy):
                self._fail("received_and_missed", offer, f"{turn['id']}: {received.at}")

    def _was_read(self, offer: OfferId, process: str, place: Place) -> bool:
        return place <= place_of(self._delivered.get((offer, process), "0-0"))

    def _was_told(self, offer: OfferId, asked: tuple[str, str], place: Place, at: float) -> bool:
        """Read and answered by a conductor before us: a refusal is an answer too."""
        return any(
            of == offer and told.get(asked, -1.0) >= at and self._was_read(offer, process, place)
            for (of, process), told in self._answered.items()
        )

    # --- what is told ---

    def said(self, offer: OfferId, writing: Writing) -> None:
        """Nothing before it is on record; an acceptance on record is never answered otherwise."""
        row = self._stage.postgres.offers[offer]
        if row.owner not in (writing.writer, None) and writing.term >= row.term:
            self._fail("zombie_spoke", offer, f"{writing.writer} under {row.owner}'s term")
        if wrong := self.states.told(offer, writing.writer):
            self._fail("states_differ", offer, wrong)
        for note in writing.notes:
            if isinstance(note, CommitNote) and note.seq > row.last_seq:
                self._fail("told_too_early", offer, f"line {note.seq}")
            if isinstance(note, AnswerNote):
                told = self._answered.setdefault((offer, writing.writer), {})
                told[note.person, note.id] = self._stage.now()
                self._answer(offer, note)

    def _answer(self, offer: OfferId, note: AnswerNote) -> None:
        results = self._stage.postgres.offers[offer].results
        found = [r for k, r in results.items() if (k.person, k.id) == (note.person, note.id)]
        if note.seq is not None and [r.seq for r in found] != [note.seq]:
            self._fail("told_too_early", offer, f"{note.id} is not on record")
        if note.code not in (None, "id_reused") and found:
            self._fail("accepted_then_refused", offer, f"{note.id}: {note.code}")
        if note.code == "unavailable":
            self._fail("unavailable", offer, f"{note.id}: {note.facts}")
        self._stage.trace(f"answer {note.person} {note.id} {note.seq} {note.code}")

    def _fail(self, check: str, offer: str, what: str) -> None:
        self._stage.fail(check, f"{offer}, {self._stage.now():.3f} s: {what}")


def _over_at(turn: Json, policy: Json) -> int:
    """Deadline and grace; sooner while nobody has come, if the policy says so (live-rules.md §2)."""
    word, _, seconds = str(policy["absent_clock"]).partition(" ")
    if word == "FULL" or turn["attended"]:
        return int(turn["deadline"]) + int(policy["grace_ms"])
    return int(turn["deadline"]) - int(turn["budget"]) + int(seconds or 0) * 1000
