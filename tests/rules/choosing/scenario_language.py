"""The language of `scenarios/*.txt`: a setting, then steps and what they lead to.

    # DCI 10.3  A latecomer chooses right after the intern who is choosing.
    policy absent_clock SKIP
    here Ana Chloe
      choose Ana 21872          -> chosen Ana 21872, missed Bilal, turn Chloe 90

Unless the setting says otherwise: interns Ana, Bilal, Chloe and David in one session, four posts,
everybody present, the session started. What stands behind the arrow is every event, in order, as
far as it is written out; `nothing` when there is none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amphi.rules.choosing import events as e
from amphi.rules.choosing.events import Recorded
from amphi.rules.refusals import Refusal

FOLDER = Path(__file__).parent / "scenarios"


@dataclass
class Step:
    """One line: words, and what they shall lead to; `where` is for whoever reads a failure."""

    words: list[str]
    expected: list[str]
    where: str


@dataclass
class Scenario:
    """One `#` of a file: the setting in words, the steps."""

    title: str
    setting: list[list[str]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def scenarios() -> Iterator[Scenario]:
    """Every scenario of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield from read(path)


def read(path: Path) -> list[Scenario]:
    found: list[Scenario] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text, where = line.strip(), f"{path.name}:{number}"
        if text.startswith("#"):
            found.append(Scenario(f"{path.stem}: {text.lstrip('# ')}"))
        elif line.startswith(" "):
            found[-1].steps.append(_step(text, where))
        elif text:
            found[-1].setting.append(text.split())
    return found


def _step(text: str, where: str) -> Step:
    said, arrow, led_to = text.partition("->")
    if not arrow:
        raise ValueError(f"{where}: what does it lead to?")
    expected = [each.strip() for each in led_to.split(",")]
    return Step(said.split(), [] if expected == ["nothing"] else expected, where)


def agrees(told: list[str], expected: list[str]) -> bool:
    """Every event, in order; words left out at the end of an expectation are not looked at."""
    pairs = zip(told, expected, strict=False)
    same = all(said.split()[: len(words)] == words for said, words in _in_words(pairs))
    return len(told) == len(expected) and same


def _in_words(pairs: Any) -> Iterator[tuple[str, list[str]]]:
    return ((said, wanted.split()) for said, wanted in pairs)


# --- telling ----------------------------------------------------------------


def told(answer: tuple[Recorded, ...] | Refusal) -> list[str]:
    """What happened, in the words of the files."""
    if isinstance(answer, Refusal):
        return [f"refused {answer.code}"]
    return [_telling(recorded) for recorded in answer]


def _telling(recorded: Recorded) -> str:
    return " ".join(
        str(word) for word in TELLINGS[type(recorded.event)](recorded.event, recorded.at)
    )


def seconds(ms: int | None) -> str:
    return "-" if ms is None else f"{ms / 1000:g}"


def _left(deadline: int | None, remaining: int | None, now: int) -> str:
    return seconds(remaining if deadline is None else deadline - now)


Telling = Callable[[Any, int], list[Any]]


def _words(*names: str) -> Telling:
    """Words as they are, `.field` for a field of the event."""
    return lambda event, _: [
        getattr(event, name[1:]) if name.startswith(".") else name for name in names
    ]


TELLINGS: dict[type, Telling] = {
    e.AmphiValidated: _words("validated", ".amphi"),
    e.AmphiPublished: _words("published", ".amphi"),
    e.Rescheduled: _words("rescheduled"),
    e.OfferReplaced: _words("offer", ".version"),
    e.CallListReplaced: _words("list", ".version"),
    e.SessionStarted: _words("session", ".session", "started"),
    e.StartDelayed: lambda event, _: ["delayed", event.session, *event.red],
    e.SessionEnded: _words("session", ".session", "ended"),
    e.CatchUpStarted: _words("catch-up"),
    e.AmphiClosed: _words("closed"),
    e.Paused: lambda event, _: ["paused", seconds(event.remaining_ms)],
    e.Resumed: lambda event, at: ["resumed", _left(event.deadline, event.remaining_ms, at)],
    e.TurnStarted: lambda event, _: [
        *("turn", event.entry, event.seconds),
        *(["late"] if event.late else []),
    ],
    e.TurnAttended: _words("attended"),
    e.TurnChanged: lambda event, at: [
        *("time", _left(event.deadline, event.remaining_ms, at)),
        event.cause,
    ],
    e.TurnMissed: lambda event, _: ["missed", event.entry, event.reason, seconds(event.charged_ms)],
    e.LatecomerPlaced: _words("latecomer", ".entry"),
    e.LatecomerLeft: _words("left", ".entry"),
    e.InternPlaced: _words("placed", ".entry"),
    e.InternExcluded: _words("excluded", ".entry"),
    e.InternRestored: _words("restored", ".entry"),
    e.AbsenceSet: lambda event, _: ["absence", event.entry, "yes" if event.expected else "no"],
    e.ExtraTimeSet: _words("extra", ".entry", ".extra_seconds"),
    e.InternServedElsewhere: _words("elsewhere", ".entry"),
    e.PostChosen: _words("chosen", ".entry", ".post", ".by", ".choice_status"),
    e.RectificationAsked: _words("asked", ".entry", ".post"),
    e.ChoiceRectified: lambda event, _: ["rectified", event.entry, event.post, *event.influenced],
    e.PostWithdrawn: _words("withdrawn", ".post"),
    e.PostAdded: lambda event, _: ["added", event.post.number],
    e.Frozen: lambda event, _: ["frozen", *map(seconds, event.remaining.values())],
    e.Thawed: lambda event, at: ["thawed", *(seconds(d - at) for d in event.deadlines.values())],
    e.NoticePosted: _words("notice", ".to"),
    e.FlagRaised: _words("flag", ".entry"),
    e.FlagLowered: _words("flag-down", ".entry"),
    e.ChoiceStatusDecided: _words("status", ".entry", ".choice_status"),
    e.ProxyGranted: _words("granted", ".entry"),
    e.ProxyAccepted: _words("accepted", ".entry", ".holder"),
    e.ProxyCancelled: _words("cancelled", ".entry"),
}
