"""A command letter and its answer: recorded acceptances stand, refusals are judged again."""

from collections import OrderedDict

import msgspec

from amphi.live.bench import Bench
from amphi.live.letters import CommandLetter
from amphi.live.notes import AnswerNote, Note
from amphi.live.orders import FROM_ROWS, body_of, order_of
from amphi.live.ports import CommandKey, Result, Violated
from amphi.rules.choosing.commands import AnyOrder, Command
from amphi.rules.choosing.events import AnyEvent
from amphi.rules.ids import Millis
from amphi.rules.refusals import Refusal

MOMENT_MS = 2_000  # shorter than the 3 s after which clients send again
REFUSALS_KEPT = 1_000


class _Refused(msgspec.Struct, frozen=True):
    body: str
    answer: AnswerNote
    at: Millis


def is_behind(at: str, other: str) -> bool:
    """Whether inbox id `at` is not after `other`."""
    return _place(at) <= _place(other)


def _place(at: str) -> tuple[int, int]:
    first, _, second = at.partition("-")
    return int(first), int(second or 0)


class Judge:
    """`taken_over_at`: the newest letter when this conductor's term began."""

    def __init__(self, bench: Bench, taken_over_at: str) -> None:
        self._bench = bench
        self._taken_over_at = taken_over_at
        self._too_old: set[CommandKey] = set()  # refused once as such, so refused when sent again
        self._refused: OrderedDict[CommandKey, _Refused] = OrderedDict()

    async def answer(self, letter: CommandLetter, at: str) -> list[Note]:
        """What to tell: the commit, if there is one, and the answer. On record when this returns."""
        standing = self.standing(letter)
        if standing is not None:
            return [standing]
        if self._is_older_than_the_term(letter, at):
            return [self.refuse(letter, Refusal("conductor_changed"))]
        order = await self._order(letter)
        if isinstance(order, Refusal):
            return [self.refuse(letter, order)]
        return await self._carry_out(letter, order)

    def standing(self, letter: CommandLetter) -> AnswerNote | None:
        """The answer given before. "acceptances are stored, refusals are judged again": but not
        within a moment, or a letter that a gateway sent twice would be refused and then accepted.
        """
        return self._recorded(letter) or self._refused_just_now(letter)

    def refuse(self, letter: CommandLetter, refusal: Refusal) -> AnswerNote:
        """The answer that carries a refusal, remembered for a moment."""
        answer = AnswerNote(
            person=letter.person, id=letter.id, code=refusal.code, facts=refusal.facts
        )
        key = _key(letter)
        self._refused[key] = _Refused(body_of(letter), answer, self._bench.now())
        self._refused.move_to_end(key)
        while len(self._refused) > REFUSALS_KEPT:
            self._refused.popitem(last=False)
        return answer

    def _refused_just_now(self, letter: CommandLetter) -> AnswerNote | None:
        before = self._refused.get(_key(letter))
        if before is None or self._bench.now() - before.at > MOMENT_MS:
            return None
        return before.answer if before.body == body_of(letter) else None

    def _recorded(self, letter: CommandLetter) -> AnswerNote | None:
        """ "Sending the same `id` again answers the same thing; the same id with another body is
        refused `id_reused`" (protocol.md §1)"""
        result = self._bench.ledger.results.get(_key(letter))
        if result is None:
            return None
        if result.body != body_of(letter):
            return self.refuse(letter, Refusal("id_reused"))
        return AnswerNote(person=letter.person, id=letter.id, seq=result.seq)

    def _is_older_than_the_term(self, letter: CommandLetter, at: str) -> bool:
        """ "After a take-over, operators' gestures older than it are refused `conductor_changed`" """
        key = _key(letter)
        if letter.role == "operator" and is_behind(at, self._taken_over_at):
            self._too_old.add(key)
        return key in self._too_old

    async def _order(self, letter: CommandLetter) -> AnyOrder | Refusal:
        rows = None
        if letter.role == "operator" and letter.name in FROM_ROWS:
            rows = await self._bench.world.journal.rows(letter.amphi)
        return order_of(letter, rows)

    async def _carry_out(self, letter: CommandLetter, order: AnyOrder) -> list[Note]:
        now = self._bench.now()
        command = Command(letter.role, order, letter.amphi, letter.person)
        decided = self._bench.decide(command, now)
        if isinstance(decided, Refusal):
            return [self.refuse(letter, decided)]
        try:
            return await self._record(letter, decided, now)
        except Violated as violated:
            return [self.refuse(letter, Refusal(violated.code, violated.facts))]

    async def _record(
        self, letter: CommandLetter, events: tuple[AnyEvent, ...], now: Millis
    ) -> list[Note]:
        result = Result(_key(letter), body_of(letter), seq=0)
        ledger = self._bench.ledger
        note = await ledger.append(events, now, result, letter.private)
        return [note, AnswerNote(person=letter.person, id=letter.id, seq=note.seq)]


def _key(letter: CommandLetter) -> CommandKey:
    return CommandKey(letter.person, letter.id)
