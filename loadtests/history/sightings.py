"""What each page was shown: numbers without gaps, events that happened, views that agree."""

from collections.abc import Iterable, Sequence
from typing import Any

from loadtests.history import model
from loadtests.history.findings import Finding, Findings, Json
from loadtests.history.journal import Line
from loadtests.history.record import Note

# What everybody hears of, with the fields that say which one it is (protocol.md §1).
TOLD: dict[str, tuple[str, ...]] = {
    "PostChosen": ("turn", "entry", "post", "by"),
    "TurnStarted": ("turn", "entry", "seconds"),
    "TurnMissed": ("turn", "entry", "reason"),
    "SessionStarted": ("session",),
    "SessionEnded": ("session",),
    "CatchUpStarted": (),
    "AmphiClosed": (),
    "Frozen": (),
    "Thawed": (),
}


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


def sightings(notes: Iterable[Note], journal: Sequence[Line]) -> Findings:
    """Page by page, then all views together."""
    pages: dict[str, _Page] = {}
    for note in notes:
        if note.what == "heard":
            page = pages.setdefault(note.page, _Page(note.amphi, journal))
            yield from page.heard(note)
    yield from _views([view for page in pages.values() for view in page.views], journal)


class _Page:
    """What a page holds, over all its sockets in turn."""

    def __init__(self, amphi: str, journal: Sequence[Line]) -> None:
        self._amphi, self._journal = amphi, journal
        self.seq = -1
        self.view: Json = {}
        self.views: list[tuple[int, str, Json]] = []

    def heard(self, note: Note) -> Findings:
        kind, frame = note.frame.get("type"), note.frame
        if kind == "welcome":
            self.view, self.seq = frame["view"], frame["seq"]
            self._keep()
        elif kind == "resumed":
            for missed in frame["frames"]:
                yield from self._event(missed, note)
        elif kind == "event":
            yield from self._event(frame, note)

    def _keep(self) -> None:
        """To be compared with the fold: by number of lines."""
        self.views.append((self.seq, self._amphi, self.view))

    def _event(self, frame: Json, note: Note) -> Findings:
        who = note.page
        if frame["from"] != self.seq:
            yield Finding("gap", f"{who} saw {frame['from']} after {self.seq}", frame["seq"])
        if frame["seq"] > len(self._journal):
            yield Finding("invented", f"{who} was shown what never was", frame["seq"])
            return
        wanted = _told(self._journal[max(frame["from"], 0) : frame["seq"]], self._amphi)
        heard = [_essence(each) for each in frame["events"] if each["kind"] in TOLD]
        if wanted != heard:
            yield Finding("misreported", f"{who} heard {heard} of {wanted}", frame["seq"])
        self.seq, self.view = frame["seq"], merged(self.view, frame["patch"])
        self._keep()


def _told(happened: Sequence[Line], amphi: str) -> list[Json]:
    """What a page of the amphi must have heard."""
    about = (line for line in happened if line.event.get("amphi") in (amphi, None))
    return [_essence(line.event) for line in about if line.kind in TOLD]


def _essence(event: Json) -> Json:
    return {name: event.get(name) for name in ("kind", *TOLD[event["kind"]])}


def _views(views: list[tuple[int, str, Json]], journal: Sequence[Line]) -> Findings:
    """Every view anybody held, against the fold at that line."""
    views.sort(key=lambda each: each[0])
    state, place = model.nothing(), 0
    for seq, amphi, view in views:
        if not 0 <= seq <= len(journal):
            yield Finding("invented", "a view of lines that never were", seq)
            continue
        for line in journal[place:seq]:
            model.step(state, line)
        place = max(place, seq)
        if _of_the_view(view) != _of_the_model(state, amphi):
            shown, true = _of_the_view(view), _of_the_model(state, amphi)
            yield Finding("false_view", f"shown {shown}, true {true}", seq)


def _of_the_view(view: Json) -> Json:
    posts = (view.get("posts") or {}).items()
    turn = view.get("turn") or {}
    return {
        "phase": view["phase"],
        "turn": {"id": turn["id"], "entry": turn["entry"]} if turn else None,
        "taken": {number: sorted(post["by"]) for number, post in posts if post.get("by")},
    }


def _of_the_model(state: model.State, amphi: str) -> Json:
    mine = state["amphis"][amphi]
    holders = {
        number: sorted({post["standard"], *post["surnombre"]} - {None})
        for number, post in state["posts"].items()
    }
    return {
        "phase": mine["phase"],
        "turn": mine["turn"],
        "taken": {number: by for number, by in holders.items() if by},
    }
