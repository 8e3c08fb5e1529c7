"""Runs by seed: one, or many, with what came of them."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from amphi.live import supervisor
from tests.simulation.stage import Stage, Violation
from tests.simulation.virtual_loop import Stuck, VirtualLoop

LOOK_MS = 700

Prepare = Callable[[Stage], None]

# A bug that the core catches and logs is a violation all the same.
_BUGS = ("letter_failed", "conductor_failed", "unreadable_letter", "room_failed")


@dataclass(frozen=True)
class Outcome:
    """`violation`: the check that failed, None when all is well; `digest`: the hash of the trace."""

    seed: int
    violation: str | None
    what: str
    digest: str
    events: int
    choices: int
    seconds: float  # of the run's own time
    lines: tuple[str, ...] = ()


def nothing(_stage: Stage) -> None:
    """The core as it is."""


def run(seed: int, prepare: Prepare = nothing, *, keep: bool = False) -> Outcome:
    """One run; the same seed is the same run. `keep`: with its whole trace."""
    loop = VirtualLoop()
    stages: list[Stage] = []
    _bugs.clear()
    violation, what = None, ""
    try:
        loop.run(_played(seed, loop, prepare, stages))
    except Violation as found:
        violation, what = found.check, str(found.args[1])
    except Stuck as stuck:
        violation, what = "stuck", str(stuck)
    if violation is None and _bugs:
        violation, what = "bug", _bugs[0]
    stage = stages[0]
    return Outcome(
        seed=seed,
        violation=violation,
        what=what,
        digest=stage.digest(),
        events=sum(row.last_seq for row in stage.postgres.offers.values()),
        choices=stage.witness.chosen,
        seconds=loop.time(),
        lines=tuple(stage.lines) if keep else (),
    )


async def _played(seed: int, loop: VirtualLoop, prepare: Prepare, stages: list[Stage]) -> None:
    stage = Stage(seed, loop, prepare)
    stages.append(stage)
    await stage.play()


class Total:
    """Many runs together; `digest` covers every trace, in the order of the seeds."""

    def __init__(self) -> None:
        self.runs = self.events = self.choices = 0
        self.seconds = 0.0
        self.failures: list[Outcome] = []
        self._hash = hashlib.sha256()

    def add(self, outcome: Outcome) -> None:
        self.runs += 1
        self.events += outcome.events
        self.choices += outcome.choices
        self.seconds += outcome.seconds
        self._hash.update(f"{outcome.seed} {outcome.digest}\n".encode())
        if outcome.violation is not None:
            self.failures.append(outcome)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def told(self, took: float, commit: str) -> str:
        """For a terminal, and for RECORD.md."""
        faults = "aucune violation" if not self.failures else f"{len(self.failures)} violation(s)"
        return (
            f"{self.runs} graines, {self.events} événements, {self.choices} choix, "
            f"{self.seconds / 3600:.1f} h simulées : {faults}.\n"
            f"Trace {self.digest}\n"
            f"Durée {took:.0f} s ({took / max(1, self.runs) * 1000:.1f} ms par graine)"
            + (f", version {commit}." if commit else ".")
        )


# --- what the core logs ---

_bugs: list[str] = []


@contextmanager
def listening() -> Iterator[None]:
    """The core's log, silent but for bugs; as it was afterwards.

    Supervisors look for free offers less often than they do: half of a run would be their looking.
    """
    before, often = structlog.get_config(), supervisor.LOOK_MS
    supervisor.LOOK_MS = LOOK_MS
    structlog.configure(
        processors=[_note_bugs], wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR)
    )
    try:
        yield
    finally:
        structlog.configure(**before)
        supervisor.LOOK_MS = often


def _note_bugs(_logger: Any, _method: str, event: Any) -> Any:
    if event["event"] in _BUGS:
        _bugs.append(f"{event['event']}: {event.get('exc_info')!r}")
    raise structlog.DropEvent
