"""Commits in our feed, as a conductor writes them: half a morning's choices, made up beforehand.

Only the gateway is measured: no conductor runs, so its beats are written here too.
"""

import json
import threading
import time
from typing import Any, Self

from loadtests.campaign import post_of
from loadtests.ground import Amphi
from loadtests.peers.crowd import Event
from loadtests.peers.valkey import Valkey, resp

Json = dict[str, Any]
BEAT_S = 1.0
CHOOSING_MS = 4_000
BEAT = """
for _, key in ipairs(KEYS) do
  local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1][1]
  redis.call('XADD', key, string.match(last, '^%d+') .. '-*', 'note', ARGV[1])
end
return #KEYS
"""
KEEP = """
for _, key in ipairs(KEYS) do redis.call('COPY', key, key .. ':kept', 'REPLACE') end
return #KEYS
"""
PUT_BACK = """
for _, key in ipairs(KEYS) do redis.call('COPY', key .. ':kept', key, 'REPLACE') end
return #KEYS
"""


def feed_of(amphi: Amphi) -> str:
    return f"amphi:{{{amphi.offer}}}:feed"


class Course:
    """One amphi's choices, each by the intern who has the turn, in the order of the call list."""

    def __init__(self, amphi: Amphi, notes: list[Json]) -> None:
        self._amphi = amphi
        records = [each for note in notes if note["note"] == "commit" for each in note["records"]]
        facts = records[0]["event"]["facts"]
        self._entries = facts["entries"]
        self._turn = next(
            each["event"]["turn"]
            for each in reversed(records)
            if each["event"]["kind"] == "TurnStarted"
        )
        self._seq: int = records[-1]["seq"]
        self._rank = 0
        self._at = time.time_ns() // 1_000_000

    def event(self, group: int) -> Event:
        """The next choice, and the turn that follows it: one commit."""
        since, self._seq = self._seq, self._seq + 2
        self._at += CHOOSING_MS
        note = {
            "note": "commit",
            "since": since,
            "seq": self._seq,
            "at": self._at,
            "term": 1,
            "records": [self._chosen(since + 1), self._turn_started(since + 2)],
        }
        words = (feed_of(self._amphi), "MAXLEN", "~", "5000", f"{self._seq}-0", "note")
        return Event(group, self._seq, resp("XADD", *words, json.dumps(note)))

    def _chosen(self, seq: int) -> Json:
        entry, self._rank = self._entries[self._rank], self._rank + 1
        chosen = {
            "kind": "PostChosen",
            "turn": self._turn,
            "entry": entry["id"],
            "post": post_of(self._rank),
            "by": "intern",
            "person": entry["person"],
            "choice_status": "STANDARD",
            "charged_ms": CHOOSING_MS,
        }
        return self._recorded(seq, chosen)

    def _turn_started(self, seq: int) -> Json:
        self._turn = f"{self._amphi.id}-t{seq}"
        started = {
            "kind": "TurnStarted",
            "turn": self._turn,
            "entry": self._entries[self._rank]["id"],
            "deadline": self._at + 90_000,
            "seconds": 90,
            "late": False,
            "returning": False,
            "attended": True,
        }
        return self._recorded(seq, started)

    def _recorded(self, seq: int, event: Json) -> Json:
        amphi = {"v": 1, "amphi": self._amphi.id}
        return {"seq": seq, "at": self._at, "hash": f"{seq:064x}", "event": event | amphi}


class Beats:
    """Each second, in every feed, for as long as the block lasts."""

    def __init__(self, url: str, amphis: list[Amphi]) -> None:
        self._url, self._keys = url, [feed_of(each) for each in amphis]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        with Valkey(self._url) as valkey:
            while not self._stop.wait(BEAT_S):
                note = {"note": "beat", "now": time.time_ns() // 1_000_000, "term": 1}
                over_all(valkey, BEAT, self._keys, json.dumps(note))


def over_all(valkey: Valkey, script: str, keys: list[str], *words: str) -> None:
    """A script over these feeds."""
    valkey.call("EVAL", script, str(len(keys)), *keys, *words)
