"""The journal as a witness: a linear order that explains everything that clients sent and heard.

Real-time order between acknowledged operations, each answer right at its place, no acknowledged
choice lost, none taken twice, nobody's turn over before its time.
"""

from collections.abc import Iterable, Sequence

from loadtests.history import model, verdicts
from loadtests.history.bounds import Caused, Known
from loadtests.history.findings import Finding, Findings
from loadtests.history.freezes import Freezes
from loadtests.history.journal import Commits, Line, lines
from loadtests.history.operations import Operation, operations
from loadtests.history.record import Note
from loadtests.history.sightings import sightings

# The event without which an acceptance is empty. A gesture that is not named is not looked at.
EFFECTS: dict[str, tuple[str, ...]] = {
    "choose": ("PostChosen",),
    "choose_for": ("PostChosen",),
    "ready": ("LatecomerPlaced",),
    "help": ("FlagRaised", "FlagLowered"),
    "validate": ("AmphiValidated",),
    "publish": ("AmphiPublished",),
    "start": ("SessionStarted",),
    "pause": ("Paused",),
    "resume": ("Resumed",),
    "close": ("AmphiClosed",),
    "notice": ("NoticePosted",),
    "place": ("InternPlaced",),
    "exclude": ("InternExcluded",),
    "restore": ("InternRestored",),
    "set_absence": ("AbsenceSet",),
    "add_time": ("TurnChanged",),
    "restart_turn": ("TurnChanged",),
    "end_turn": ("TurnMissed",),
    "rectify": ("ChoiceRectified", "RectificationAsked"),
    "withdraw_post": ("PostWithdrawn",),
    "add_post": ("PostAdded",),
}


class History:
    """One offer's journal together with what its clients sent and heard."""

    def __init__(self, notes: Iterable[Note], journal: Sequence[Line]) -> None:
        amphis = {e.event["facts"]["id"] for e in journal if e.kind == "AmphiValidated"}
        self.journal = journal
        self.notes = sorted((n for n in notes if n.amphi in amphis), key=lambda note: note.at)
        self.operations = operations(self.notes)
        self.known = Known(self.notes)
        self.commits = Commits(journal, self._ends())
        self.caused = Caused(self.operations, self.commits)
        self.freezes = Freezes(self.notes)

    def _ends(self) -> set[int]:
        """Where commits end, as far as anybody was told."""
        heard = [n.frame for n in self.notes if n.what == "heard" and "seq" in n.frame]
        told = {frame["seq"] for frame in heard} | {frame.get("from", 0) for frame in heard}
        return {seq for seq in told if 0 <= seq <= len(self.journal)}

    def refused_between(self, operation: Operation, at: int) -> tuple[int, int]:
        """The places (after so many lines) at which a refusal heard at `at` may have been judged."""
        low = self.known.at(operation.sent)
        return low, self.caused.last_before(at, len(self.journal))


def check(notes: Iterable[Note], texts: Iterable[str], *, everybody: bool = True) -> list[Finding]:
    """Everything wrong, if anything is. `everybody`: nobody chose without being recorded."""
    history = History(notes, lines(texts))
    found = [*_answers(history), *_acceptances(history), *_places(history), *_seats(history)]
    found += [*_turns(history), *sightings(history.notes, history.journal)]
    if everybody:
        found += _unexplained(history)
    return found


# --- one answer for one id ---------------------------------------------------------------------


def _answers(history: History) -> Findings:
    """ "Sending the same `id` again answers the same thing": acceptances stand for ever."""
    for operation in history.operations:
        first = operation.acceptance
        if first is None:
            continue
        for answer in operation.answers:
            if answer.accepted and answer.seq != first.seq:
                yield Finding("two_answers", f"{operation}: {first.frame}, {answer.frame}")
            if not answer.accepted and answer.at > first.at:
                yield Finding("taken_back", f"{operation}: {first.frame}, {answer.frame}")


def _acceptances(history: History) -> Findings:
    for operation in history.operations:
        answer = operation.acceptance
        if answer is None:
            continue
        if answer.seq > len(history.journal) or not _effect(history, operation, answer.seq):
            yield Finding("lost", f"{operation} was accepted and is not there", answer.seq)
        if answer.seq <= history.known.at(operation.sent):
            yield Finding("out_of_order", f"{operation} was asked after its own line", answer.seq)


def _effect(history: History, operation: Operation, seq: int) -> bool:
    kinds = EFFECTS.get(operation.asks)
    commit = history.journal[history.commits.before(seq) : seq]
    return kinds is None or any(
        line.kind in kinds and _is_about(line, operation) for line in commit
    )


def _is_about(line: Line, operation: Operation) -> bool:
    if operation.asks != "choose":
        return line.event.get("amphi") in (operation.amphi, None)
    frame, event = operation.frame, line.event
    asked = (operation.person, operation.amphi, frame["turn"], frame["post"])
    return (event["person"], event["amphi"], event["turn"], event["post"]) == asked


# --- each answer right at its place -------------------------------------------------------------


def _places(history: History) -> Findings:
    """Walk the journal once; at each place judge who may have been judged there."""
    asked = [each for each in history.operations if each.asks == "choose"]
    accepted = {each.acceptance.seq: each for each in asked if each.acceptance is not None}
    before = {history.commits.before(seq): each for seq, each in accepted.items()}
    unjudged = [_Refusal(history, each, n) for each in asked for n in range(len(each.answers))]
    waiting = sorted((each for each in unjudged if each.judged), key=lambda each: each.low)
    opened: list[_Refusal] = []
    state = model.nothing()
    for place in range(len(history.journal) + 1):
        if place:
            model.step(state, history.journal[place - 1])
        if place in before:
            yield from _rightly_accepted(state, before[place])
        while waiting and waiting[0].low <= place:
            opened.append(waiting.pop(0))
        opened = [each for each in opened if not each.is_right_at(state)]
        yield from (each.wrong() for each in opened if each.high <= place)
        opened = [each for each in opened if each.high > place]
    yield from (each.wrong() for each in waiting)


def _rightly_accepted(state: model.State, operation: Operation) -> Findings:
    code = verdicts.of_choosing(state, operation.amphi, operation.person, operation.frame)
    if code is not None:
        seq = operation.acceptance.seq if operation.acceptance else None
        yield Finding("wrongly_accepted", f"{operation} should have been refused {code}", seq)


class _Refusal:
    """One refusal of a choice, and the places at which it may have been right."""

    def __init__(self, history: History, operation: Operation, number: int) -> None:
        answer = operation.answers[number]
        self._operation, self._code = operation, answer.code
        self.low, self.high = history.refused_between(operation, answer.at)
        frozen = answer.code == "amphi_frozen"
        excused = frozen and history.freezes.between(operation.sent, answer.at)
        reused = answer.code == "id_reused" and operation.answers[0] is not answer
        free = answer.code in verdicts.OF_THE_MACHINERY - {"amphi_frozen", "id_reused"}
        self.judged = not (answer.accepted or excused or free or reused)

    def is_right_at(self, state: model.State) -> bool:
        operation = self._operation
        code = verdicts.of_choosing(state, operation.amphi, operation.person, operation.frame)
        return code == self._code

    def wrong(self) -> Finding:
        places = f"nowhere between lines {self.low} and {self.high}"
        return Finding("wrongly_refused", f"{self._operation}: {self._code} is right {places}")


# --- choices and turns as such ------------------------------------------------------------------


def _seats(history: History) -> Findings:
    """ "Nothing taken twice": no second standard choice of one post, no second choice of one person."""
    state = model.nothing()
    for line in history.journal:
        if line.kind == "PostChosen":
            yield from _taken_before(state, line)
        model.step(state, line)


def _taken_before(state: model.State, line: Line) -> Findings:
    event = line.event
    holder = state["posts"][event["post"]]["standard"]
    if event["choice_status"] == "STANDARD" and holder is not None:
        yield Finding("taken_twice", f"{event['post']} was {holder}'s already", line.seq)
    if state["amphis"][event["amphi"]]["entries"][event["entry"]]["served"]:
        yield Finding("served_twice", f"{event['entry']} had a post already", line.seq)


def _unexplained(history: History) -> Findings:
    """A choice that nobody sent, or that somebody saw before it was sent."""
    asked = {
        (each.person, each.frame["turn"], each.frame["post"]): each.sent
        for each in reversed(history.operations)
        if each.asks == "choose"
    }
    for line in history.journal:
        if line.kind != "PostChosen" or line.event["by"] == "operator":
            continue
        event = line.event
        sent = asked.get((event["person"], event["turn"], event["post"]))
        if sent is None:
            yield Finding("unexplained", f"nobody asked for {event['post']}", line.seq)
        elif line.seq <= history.known.at(sent):
            yield Finding("foreseen", f"{event['post']} was seen taken before", line.seq)


def _turns(history: History) -> Findings:
    """By the clients' clock, which no conductor can set: time that nobody can have had."""
    starts = {e.event["turn"]: e for e in history.journal if e.kind == "TurnStarted"}
    for line in history.journal:
        start = starts.get(line.event.get("turn") or "")
        if start is not None and line.kind in ("TurnMissed", "PostChosen"):
            lasted = _at_most(history, start, line)
            if lasted is not None:
                yield from _impossible(start, line, lasted)


def _at_most(history: History, start: Line, end: Line) -> float | None:
    """Milliseconds from before the turn can have begun until somebody knew of its end."""
    began, told = history.caused.not_before(start.seq), history.known.first_told(end.seq)
    return None if began is None or told is None else (told - began) / 1e6


def _impossible(start: Line, end: Line, lasted: float) -> Findings:
    charged = end.event.get("charged_ms") or 0
    missed = end.kind == "TurnMissed" and end.event["reason"] == "timeout"
    if missed and not end.event.get("operator") and lasted < 1000 * start.event["seconds"]:
        yield Finding("missed_early", f"{lasted:.0f} ms of a turn", end.seq)
    elif charged > lasted + 1:  # the conductor counts in whole milliseconds
        yield Finding("overcharged", f"{charged} ms of {lasted:.0f}", end.seq)
