"""What a swarm has heard and how late: per process, then put together."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Heard:
    """One event frame in one process: how many sockets had it, the first and the last of them.

    Instants are the machine's monotonic seconds; `at` is the server's instant as a Unix time.
    """

    amphi: str
    since: int
    seq: int
    at: float
    kinds: tuple[str, ...]
    first: float
    last: float
    count: int = 0


@dataclass
class Tally:
    """Since the last report. Milliseconds, except `heard`."""

    heard: list[Heard] = field(default_factory=list)
    greeted_ms: list[float] = field(default_factory=list)
    acknowledged_ms: list[float] = field(default_factory=list)
    timers_late_ms: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    greetings: Counter[str] = field(default_factory=Counter)
    gaps: int = 0

    @property
    def acknowledged_count(self) -> int:
        return len(self.acknowledged_ms)

    def take(self, other: "Tally") -> None:
        """Another process's."""
        self.heard += other.heard
        self.greeted_ms += other.greeted_ms
        self.acknowledged_ms += other.acknowledged_ms
        self.timers_late_ms += other.timers_late_ms
        self.refused += other.refused
        self.closed += other.closed
        self.greetings += other.greetings
        self.gaps += other.gaps


@dataclass(frozen=True)
class Delivery:
    """One event over all processes. Milliseconds."""

    amphi: str
    seq: int
    kinds: tuple[str, ...]
    listeners: int
    first: float
    first_to_last_ms: float
    decided_to_last_ms: float


def deliveries(heard: Iterable[Heard], wall_minus_monotonic: float) -> list[Delivery]:
    """The frames of one event, of all audiences and processes, put together."""
    events: dict[tuple[str, int], list[Heard]] = {}
    for each in heard:
        events.setdefault((each.amphi, each.seq), []).append(each)
    return [_delivery(frames, wall_minus_monotonic) for frames in events.values()]


def _delivery(frames: Sequence[Heard], wall_minus_monotonic: float) -> Delivery:
    one = frames[0]
    first, last = min(each.first for each in frames), max(each.last for each in frames)
    return Delivery(
        amphi=one.amphi,
        seq=one.seq,
        kinds=one.kinds,
        listeners=sum(each.count for each in frames),
        first=first,
        first_to_last_ms=(last - first) * 1000,
        decided_to_last_ms=(last + wall_minus_monotonic - one.at) * 1000,
    )


def quantile(figures: Sequence[float], q: float) -> float:
    """The smallest figure that at least `q` of them do not exceed; nan when there are none."""
    if not figures:
        return math.nan
    return sorted(figures)[max(0, math.ceil(q * len(figures)) - 1)]


def spread(figures: Sequence[float]) -> dict[str, float | int]:
    """`n`, median, 99th percentile, largest, to a tenth."""
    named = {"p50": quantile(figures, 0.5), "p99": quantile(figures, 0.99)}
    most = max(figures, default=math.nan)
    return {"n": len(figures)} | {k: round(v, 1) for k, v in (named | {"max": most}).items()}


def unix(iso: str) -> float:
    """An instant of the wire, `2026-10-06T11:30:00.000Z`, as a Unix time."""
    return datetime.fromisoformat(iso).timestamp()
