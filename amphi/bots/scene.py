"""What one client knows: the frames it heard, folded (protocol.md §1). No sockets here."""

from typing import Any

Json = dict[str, Any]


class Gap(Exception):
    """A frame does not follow the one before: reconnect with resume."""


class Scene:
    """`view` and `you` as last told; `epoch` and `seq` say how far the client has heard."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.seq = 0
        self.role = "spectator"
        self.view: Json = {}
        self.you: Json = {}
        self.state = "ok"
        self.here: set[str] = set()  # operators: whose chooser is connected
        self.resume_token: str | None = None

    def hello(self, as_: str | None = None) -> Json:
        """The first frame; asks for what was missed when something was heard before."""
        resume = None if self.epoch is None else {"epoch": self.epoch, "seq": self.seq}
        return {"type": "hello", "resume": resume, "as": as_, "resume_token": self.resume_token}

    def take(self, frame: Json) -> list[Json]:
        """Folds one frame in; the events it tells. Raises Gap."""
        match frame["type"]:
            case "welcome":
                return self._welcome(frame)
            case "resumed":
                return self._resumed(frame)
            case "event":
                return self._event(frame)
            case "you":
                self.you = {name: value for name, value in frame.items() if name != "type"}
            case "state":
                self.state = frame["state"]
            case "presence":
                self.here = self.here - {*frame["gone"]} | {*frame["here"]}
            case _:
                self._younger_token(frame)
        return []

    def _welcome(self, frame: Json) -> list[Json]:
        self.epoch, self.seq = frame["epoch"], frame["seq"]
        self.role = frame["role"]
        self.view, self.you = frame["view"], frame.get("you") or {}
        self._younger_token(frame)
        return []

    def _resumed(self, frame: Json) -> list[Json]:
        events = [event for each in frame["frames"] for event in self._event(each)]
        self.epoch, self.seq = frame["epoch"], frame["seq"]
        self.you = frame.get("you") or {}
        self._younger_token(frame)
        return events

    def _event(self, frame: Json) -> list[Json]:
        if frame["seq"] <= self.seq:
            return []
        if frame["from"] != self.seq:
            raise Gap(f"{frame['from']} does not follow {self.seq}")
        self.view = patched(self.view, frame.get("patch") or {})
        self.seq = frame["seq"]
        events: list[Json] = frame["events"]
        return events

    def _younger_token(self, frame: Json) -> None:
        self.resume_token = frame.get("resume_token") or self.resume_token

    @property
    def phase(self) -> str:
        return str(self.view.get("phase", "PLANNED"))

    @property
    def turn(self) -> Json | None:
        """The turn of whoever has it."""
        turn: Json | None = self.view.get("turn")
        return turn

    @property
    def my_turn(self) -> str | None:
        """The id of my turn while I may choose in it."""
        turn = self.turn
        mine = turn is not None and turn["entry"] == self.you.get("entry")
        return str(turn["id"]) if turn and mine and self.you.get("may_choose") else None

    @property
    def my_standing(self) -> str:
        """`waiting`, or what the view says of me."""
        return str((self.view.get("entries") or {}).get(self.you.get("entry"), "waiting"))

    @property
    def served(self) -> bool:
        return bool(self.you.get("assignment"))

    def open_posts(self) -> list[str]:
        """What I may take now."""
        may = self.you.get("may_choose") or {}
        return [number for number, answer in may.items() if answer == "ok"]


def patched(old: Any, patch: Any) -> Any:
    """RFC 7396: null removes, objects merge, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    new = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            new.pop(name, None)
        else:
            new[name] = patched(new.get(name), value)
    return new
