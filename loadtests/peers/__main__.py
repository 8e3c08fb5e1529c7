"""`python -m loadtests.peers`: installs what is missing, measures, writes table and picture.

Rounds are kept in the folder as they end: a run that was stopped goes on where it was.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from loadtests.ground import ROOT, a_ground
from loadtests.peers.contestant import CROWD_CORE, Contestant, Texts, on_core
from loadtests.peers.crowd import Json
from loadtests.peers.install import HERE, Installed, install
from loadtests.peers.measure import Work, measured
from loadtests.peers.others import others
from loadtests.peers.ours import Ours, Theatre
from loadtests.peers.picture import picture
from loadtests.peers.report import Conditions, lines, page, put_into
from loadtests.peers.valkey import Valkey


class Record:
    """What has been measured, in the folder."""

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self._file = folder / "rounds.json"
        kept = {} if fresh or not self._file.exists() else json.loads(self._file.read_text())
        self.rounds: list[Json] = kept.get("rounds", [])
        self.texts: list[str] = kept.get("texts", [])

    def knows(self, number: int, server: str) -> bool:
        return any((each["round"], each["server"]) == (number, server) for each in self.rounds)

    def add(self, number: int, figures: Json) -> None:
        load = os.getloadavg()[0]
        self.rounds.append(figures | {"round": number, "load": load})
        self._save()

    def keep_texts(self, texts: Texts) -> None:
        self.texts = list(texts)
        self._save()

    def _save(self) -> None:
        self._file.write_text(json.dumps({"rounds": self.rounds, "texts": self.texts}))


def main() -> int:
    options = _options()
    installed = install(options.folder.resolve())
    record = Record(installed.folder, fresh=options.fresh)
    work = Work(events=options.events, mix_s=options.mix_seconds)
    on_core(0, CROWD_CORE)
    ground_folder = Path(tempfile.mkdtemp(prefix="amphi-peers-"))
    try:
        with a_ground(ground_folder) as ground, Valkey(ground.environment["REDIS_URL"]) as valkey:
            theatre = Theatre(ground, valkey)
            record.keep_texts(Ours(theatre).texts())
            contestants = _contestants(theatre, installed, Texts(*record.texts), options.only)
            _play(contestants, record, installed, work, options.rounds)
            complaints = ground.complaints()
    finally:
        shutil.rmtree(ground_folder, ignore_errors=True)
    _write(record, options.rounds)
    for complaint, times in complaints.items():
        sys.stderr.write(f"{times} × {complaint}\n")
    return 1 if complaints else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m loadtests.peers", description=__doc__)
    kept = Path(tempfile.gettempdir()) / "amphi-peers"
    parser.add_argument("--folder", type=Path, default=kept, help="peers and rounds are kept there")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=30, help="told to everybody, for each size")
    parser.add_argument("--mix-seconds", type=float, default=8.0)
    parser.add_argument("--only", action="append", help="this server (may be repeated)")
    parser.add_argument("--fresh", action="store_true", help="forget the rounds that are kept")
    return parser.parse_args()


def _contestants(
    theatre: Theatre, installed: Installed, texts: Texts, only: list[str] | None
) -> list[Contestant]:
    redis_url = theatre.ground.environment["REDIS_URL"]
    plain = Ours(theatre, "Amphi, plain path", AMPHI_GATEWAY="plain")
    made: list[Contestant] = [Ours(theatre), plain, *others(installed, texts, redis_url)]
    return [each for each in made if not only or each.name in only]


def _play(
    contestants: list[Contestant], record: Record, installed: Installed, work: Work, rounds: int
) -> None:
    """Each round begins with another, so that no one is always behind the same neighbour."""
    for number in range(rounds):
        first = number % len(contestants)
        for contestant in contestants[first:] + contestants[:first]:
            if record.knows(number, contestant.name):
                continue
            began = time.monotonic()
            figures = measured(contestant, installed, work)
            record.add(number, figures)
            _say(number, figures, time.monotonic() - began)


def _say(number: int, figures: Json, seconds: float) -> None:
    brief = {name: _brief(value) for name, value in figures.items()}
    sys.stderr.write(f"round {number + 1}, {seconds:.0f} s: {json.dumps(brief)}\n")


def _brief(value: object) -> object:
    if isinstance(value, list):
        return round(sorted(value)[len(value) // 2], 1)
    return round(value, 2) if isinstance(value, float) else value


def _write(record: Record, rounds: int) -> None:
    made = lines(record.rounds)
    conditions = Conditions(
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        rounds=rounds,
        load=_span(each["load"] for each in record.rounds),
        welcome_bytes=len(record.texts[0].encode()),
        event_bytes=max(each.get("event_bytes", 0) for each in record.rounds),
    )
    text = page(made, conditions)
    (HERE / "RESULTS.md").write_text(text)
    (HERE / "peers.svg").write_text(picture(made))
    put_into(ROOT / "README.md", made, conditions)
    sys.stdout.write(text)


def _span(loads: Iterable[float]) -> str:
    every = sorted(loads)
    return f"{every[0]:.1f} to {every[-1]:.1f}"


if __name__ == "__main__":
    sys.exit(main())
