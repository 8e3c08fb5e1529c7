"""Errors planted in a real record: each is what a broken amphitheatre would have left behind."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loadtests.history.record import Note

RECORDED = Path(__file__).parent / "recorded"
Json = dict[str, Any]


class Story:
    """A record and its journal, as plain values that may be changed."""

    def __init__(self, name: str) -> None:
        self.notes = _lines(RECORDED / f"{name}.jsonl")
        self.journal = _lines(RECORDED / f"{name}.journal")

    @property
    def read(self) -> list[Note]:
        return [Note(**note) for note in copy.deepcopy(self.notes)]

    @property
    def texts(self) -> list[str]:
        return [json.dumps(line) for line in self.journal]

    # --- finding ---

    def line(self, kind: str, **fields: Any) -> Json:
        events = (line["event"] for line in self.journal if line["event"]["kind"] == kind)
        return next(event for event in events if fields.items() <= event.items())

    def sent(self, post: str, last: bool = False) -> Json:
        """The choice of a post that somebody sent."""
        found = [n for n in self.notes if n["what"] == "sent" and n["frame"].get("post") == post]
        return found[-1 if last else 0]

    def heard(self, kind: str, **fields: Any) -> Json:
        return next(
            note
            for note in self.notes
            if note["what"] == "heard"
            and note["frame"]["type"] == kind
            and fields.items() <= note["frame"].items()
        )

    def answer(self, asked: Json) -> Json:
        frames = (n for n in self.notes if n["what"] == "heard" and n["frame"].get("id"))
        return next(note for note in frames if note["frame"]["id"] == asked["frame"]["id"])

    def events(self) -> list[Json]:
        """The event frames that were heard."""
        return [n for n in self.notes if n["what"] == "heard" and n["frame"]["type"] == "event"]

    def after(self, note: Json, frame: Json) -> None:
        """The same page hears one more frame."""
        self.notes.append({**note, "at": note["at"] + 1_000, "frame": frame})


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# --- the errors, by the finding that must tell them -----------------------------------------------


def lost(story: Story) -> None:
    """An acknowledged choice is not in the journal."""
    event = story.line("PostChosen", post="P2")
    event.update(kind="NoticePosted", id="n", text="", to="")


def taken_twice(story: Story) -> None:
    """Two hold one post."""
    story.line("PostChosen", post="P2")["post"] = "P1"


def served_twice(story: Story) -> None:
    """One holds two posts."""
    story.line("PostChosen", post="P2")["entry"] = story.line("PostChosen", post="P1")["entry"]


def two_answers(story: Story) -> None:
    """The same command is accepted in two places."""
    answer = story.answer(story.sent("P1"))
    story.after(answer, {**answer["frame"], "seq": answer["frame"]["seq"] + 2})


def taken_back(story: Story) -> None:
    """Accepted, then refused."""
    answer = story.answer(story.sent("P1"))
    story.after(answer, {**answer["frame"], "type": "refused", "code": "post_filled", "facts": {}})


def out_of_order(story: Story) -> None:
    """Asked when its own line had been seen by everybody."""
    asked = story.sent("P1")
    asked["at"] = story.answer(asked)["at"] - 1


def wrongly_accepted(story: Story) -> None:
    """Somebody chose in a turn that was another's."""
    started = story.line("TurnStarted", turn=story.sent("P2")["frame"]["turn"])
    started["entry"] = story.line("TurnStarted", turn=story.sent("P3")["frame"]["turn"])["entry"]


def wrongly_refused(story: Story) -> None:
    """The reason given is not the reason."""
    answer = story.heard("refused", code="post_filled")
    answer["frame"]["code"] = "not_your_turn"


def refused_what_was_free(story: Story) -> None:
    """A post that nobody has taken is called filled."""
    asked = story.sent("P2", last=True)
    asked["frame"]["post"] = "P3"


def refused_as_late(story: Story) -> None:
    """A fault of the machinery told as lateness: the turn never was over."""
    answer = story.heard("refused", code="not_your_turn")
    answer["frame"]["code"] = "turn_expired"


def refused_in_the_past(story: Story) -> None:
    """Right once, but long before it was asked: the answer of a state that had been left."""
    asked = story.sent("P1")
    answer = story.answer(asked)
    again = {**asked["frame"], "id": "again"}
    sent = {**asked, "at": story.answer(story.sent("P2"))["at"] + 10_000, "frame": again}
    story.notes.append(sent)
    refusal = {"type": "refused", "id": "again", "code": "post_filled", "facts": {}}
    story.notes.append({**answer, "at": sent["at"] + 10_000, "frame": refusal})


def frozen_for_no_reason(story: Story) -> None:
    """`amphi_frozen` when nothing was."""
    story.notes = [note for note in story.notes if note["frame"].get("type") != "state"]
    story.heard("refused", code="post_filled")["frame"]["code"] = "amphi_frozen"


def unexplained(story: Story) -> None:
    """A choice that nobody asked for."""
    command = story.sent("P2")["frame"]["id"]
    story.notes = [note for note in story.notes if note["frame"].get("id") != command]


def foreseen(story: Story) -> None:
    """A choice was seen before anybody asked for it, and never answered."""
    asked = story.sent("P1")
    answer = story.answer(asked)
    asked["at"] = answer["at"] - 1
    story.notes.remove(answer)


def gap(story: Story) -> None:
    """A page was not shown a commit, and shown the next."""
    shows = ("welcome", "resumed", "event")
    shown = [n for n in story.notes if n["what"] == "heard" and n["frame"]["type"] in shows]
    for note in shown:
        later = [n for n in shown if n["page"] == note["page"] and n["at"] > note["at"]]
        if note["frame"]["type"] == "event" and later and later[0]["frame"]["type"] == "event":
            story.notes.remove(note)
            return


def misreported(story: Story) -> None:
    """One page was told of another post than the others."""
    events = [each for note in story.events() for each in note["frame"]["events"]]
    next(each for each in events if each["kind"] == "PostChosen")["post"] = "P9"


def withheld(story: Story) -> None:
    """One page was not told what everybody hears."""
    frame = next(n["frame"] for n in story.events() if len(n["frame"]["events"]) > 1)
    frame["events"] = frame["events"][1:]


def false_view(story: Story) -> None:
    """A patch led to a view in which a post is still free."""
    frame = next(n["frame"] for n in story.events() if n["frame"]["patch"].get("posts"))
    del frame["patch"]["posts"]


def invented(story: Story) -> None:
    """A page was shown a commit that never was: of a conductor that lost its lease, perhaps."""
    last = story.events()[-1]
    seq = len(story.journal)
    more = {"from": seq, "seq": seq + 1, "events": [], "patch": {}}
    story.after(last, {**last["frame"], **more})


def missed_early(story: Story) -> None:
    """A turn of twelve seconds that was over at once, by the clock of who watched."""
    chosen = story.line("PostChosen", post="P3")
    missed = {"kind": "TurnMissed", "reason": "timeout", "charged_ms": 12_000, "operator": None}
    for event in (chosen, *_heard_of(story, chosen)):
        for name in ("by", "post", "person", "choice_status"):
            event.pop(name, None)
        event.update(missed)


def overcharged(story: Story) -> None:
    """A turn was charged more than the time between its beginning and its end."""
    story.line("PostChosen", post="P2")["charged_ms"] = 11_900


def _heard_of(story: Story, event: Json) -> list[Json]:
    heard = [each for note in story.events() for each in note["frame"]["events"]]
    return [each for each in heard if each.get("turn") == event["turn"] and "post" in each]


PLANTED: dict[Callable[[Story], None], str] = {
    **{
        plant: plant.__name__
        for plant in (lost, taken_twice, served_twice, two_answers, taken_back, out_of_order)
    },
    **{plant: plant.__name__ for plant in (wrongly_accepted, wrongly_refused, unexplained)},
    **{plant: plant.__name__ for plant in (foreseen, gap, misreported, false_view, invented)},
    **{plant: plant.__name__ for plant in (missed_early, overcharged)},
    withheld: "misreported",
    refused_what_was_free: "wrongly_refused",
    refused_as_late: "wrongly_refused",
    refused_in_the_past: "wrongly_refused",
    frozen_for_no_reason: "wrongly_refused",
}
