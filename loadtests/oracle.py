"""After the run: is the journal sound, and does it explain everything that clients heard?

The journal is asked for by the command line of the installation (`amphi verify`, `amphi journal`);
the check of the history is `loadtests/history`, which shares no line with the engine.
"""

import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from loadtests.history.record import Note, read
from loadtests.history.witness import check

MOST_TOLD = 10


def findings(command: Sequence[str], offer: str, record: Path) -> list[str]:
    """A sentence for everything wrong. `command`: `python -m amphi`, or how it is reached."""
    verified = _run([*command, "verify", offer, "--json"])
    told = json.loads(verified.stdout.splitlines()[-1]) if verified.stdout else {}
    found = [f"amphi verify : {each['sentence']}" for each in told.get("problems", [])]
    if verified.returncode and not found:
        found.append(f"amphi verify : état {verified.returncode}. {verified.stderr[-500:]}")
    texts = _run([*command, "journal", offer])
    if texts.returncode:
        return [*found, f"amphi journal : état {texts.returncode}. {texts.stderr[-500:]}"]
    return found + of_history(_notes(record), texts.stdout.splitlines())


def of_history(notes: Iterable[Note], texts: Sequence[str]) -> list[str]:
    """What the history says, told by its first findings. `everybody`: others may play as well."""
    persons = _persons(texts)
    named = [replace(note, person=persons.get(note.person, note.person)) for note in notes]
    try:
        wrong = check(named, texts, everybody=False)
    except (ValueError, KeyError) as broken:
        return [f"histoire : le journal ne peut pas être lu ({broken!r})."]
    told = [f"histoire : {each}" for each in wrong[:MOST_TOLD]]
    return told + ([f"histoire : {len(wrong)} fautes en tout."] if len(wrong) > MOST_TOLD else [])


def _persons(texts: Iterable[str]) -> dict[str, str]:
    """Entry → account: clients know themselves by their entry alone."""
    events = (json.loads(text)["event"] for text in texts if '"facts"' in text)
    return {
        entry["id"]: entry["person"]
        for event in events
        for entry in event.get("facts", {}).get("entries", [])
    }


def _notes(record: Path) -> list[Note]:
    return read(record.read_text(encoding="utf-8").splitlines()) if record.exists() else []


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
