"""Without a witness: is there any linear order of a short history that the rules allow?

The search of Wing and Gong with memory: from each state every operation that nothing unfinished
precedes may come next. A turn may be over by itself between any two operations; an operation that
was never answered may have had its effect or not. For amphis in which nobody comes back late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from loadtests.history.operations import Operation, operations
from loadtests.history.record import Note

FOR_EVER = 1 << 62
JUDGED = frozenset({"post_filled", "already_served", "not_your_turn", "turn_expired"})


@dataclass(frozen=True, slots=True)
class Call:
    """A choice and what became of it: "accepted", a code, or None when nobody ever knew.

    `whose`: the entry whose turn it names, None when it was nobody's.
    """

    entry: str
    whose: str | None
    post: str
    start: int
    end: int
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Amphi:
    """Who was served with what, who missed the turn, who has it: an index into the call list."""

    taken: frozenset[tuple[str, str]]
    missed: frozenset[str]
    turn: int


def calls(notes: Iterable[Note], entries: dict[str, str]) -> list[Call]:
    """The choices of a record; `entries`: each person's line of the call list.

    Refusals for other reasons (frozen, paused, …) change nothing and are left out. Whose turn a
    frame names is known from the events that pages heard.
    """
    notes = list(notes)
    turns = dict(_turns(notes))
    asked = (each for each in operations(notes) if _counts(each))
    return [_call(each, entries[each.person], turns) for each in asked]


def _turns(notes: Iterable[Note]) -> Iterator[tuple[str, str]]:
    """Every turn that anybody was shown, with its holder."""
    for note in notes:
        view = note.frame.get("view") or {}
        if view.get("turn"):
            yield view["turn"]["id"], view["turn"]["entry"]
        for frame in (note.frame, *note.frame.get("frames", [])):
            for event in frame.get("events", []):
                if event["kind"] == "TurnStarted":
                    yield event["turn"], event["entry"]


def _counts(operation: Operation) -> bool:
    final = operation.answers[-1] if operation.answers else None
    return operation.asks == "choose" and (final is None or final.accepted or final.code in JUDGED)


def _call(operation: Operation, entry: str, turns: dict[str, str]) -> Call:
    post, whose = str(operation.frame["post"]), turns.get(operation.frame["turn"])
    start, answers = operation.sent, operation.answers
    if operation.acceptance is not None:
        return Call(entry, whose, post, start, operation.acceptance.at, "accepted")
    if not answers:
        return Call(entry, whose, post, start, FOR_EVER, None)
    return Call(entry, whose, post, start, answers[-1].at, answers[-1].code)


def order_of(history: Sequence[Call], ranks: Sequence[str]) -> list[Call] | None:
    """A linear order that explains the history; None: there is none. `ranks`: who calls when."""
    return _Search(history, ranks).run()


class _Search:
    """Depth first; what was tried once in one state is not tried again."""

    def __init__(self, history: Sequence[Call], ranks: Sequence[str]) -> None:
        self._history = sorted(history, key=lambda call: call.start)
        self._ranks = ranks
        self._seen: set[tuple[int, Amphi]] = set()

    def run(self) -> list[Call] | None:
        wanted = sum(1 << n for n, call in enumerate(self._history) if call.outcome is not None)
        return self._from(0, Amphi(frozenset(), frozenset(), 0), wanted)

    def _from(self, done: int, amphi: Amphi, wanted: int) -> list[Call] | None:
        if done & wanted == wanted:
            return []
        if (done, amphi) in self._seen:
            return None
        self._seen.add((done, amphi))
        for number in self._next(done):
            call = self._history[number]
            after = _after(amphi, call, self._ranks)
            rest = None if after is None else self._from(done | 1 << number, after, wanted)
            if rest is not None:
                return [call, *rest]
        missed = _miss(amphi, self._ranks)
        return None if missed is None else self._from(done, missed, wanted)

    def _next(self, done: int) -> Iterator[int]:
        """Those that began before every unfinished one had ended."""
        open_ = [n for n in range(len(self._history)) if not done >> n & 1]
        first_end = min(self._history[n].end for n in open_)
        return (n for n in open_ if self._history[n].start <= first_end)


def _after(amphi: Amphi, call: Call, ranks: Sequence[str]) -> Amphi | None:
    """The state behind the call; None: it could not have had this outcome here."""
    code = _verdict(amphi, call, ranks)
    if code is None and call.outcome in ("accepted", None):
        return Amphi(amphi.taken | {(call.entry, call.post)}, amphi.missed, amphi.turn + 1)
    return amphi if code == call.outcome else None


def _verdict(amphi: Amphi, call: Call, ranks: Sequence[str]) -> str | None:
    if any(entry == call.entry for entry, _ in amphi.taken):
        return "already_served"
    current = ranks[amphi.turn] if amphi.turn < len(ranks) else None
    if not current == call.entry == call.whose:
        mine = call.whose == call.entry and call.entry in amphi.missed
        return "turn_expired" if mine else "not_your_turn"
    return "post_filled" if any(post == call.post for _, post in amphi.taken) else None


def _miss(amphi: Amphi, ranks: Sequence[str]) -> Amphi | None:
    if amphi.turn >= len(ranks):
        return None
    return Amphi(amphi.taken, amphi.missed | {ranks[amphi.turn]}, amphi.turn + 1)
