"""Which blow at which step: everything for the long run, a choice of it for every change."""

from collections.abc import Iterator

from tests.faults.blows import BLOWS
from tests.faults.steps import STEPS, Step

Pair = tuple[Step, str]


def everything() -> Iterator[Pair]:
    """All steps × all blows that can fall there."""
    for blow, falls in BLOWS.items():
        yield from ((step, blow) for step in STEPS if step in falls.steps)


# Every blow once, every step at least twice; the dear ones (a take-over, an outage) where they hurt.
SHORT: tuple[Pair, ...] = (
    ("written", "SIGKILL conductor"),
    ("known", "SIGSTOP conductor"),
    ("posted", "SIGKILL gateway"),
    ("published", "SIGSTOP gateway"),
    ("committed", "SIGKILL PostgreSQL"),
    ("decided", "SIGSTOP PostgreSQL"),
    ("known", "SIGKILL Valkey"),
    ("read", "SIGSTOP Valkey"),
    ("read", "FLUSHALL"),
    ("known", "FLUSHALL"),
    ("published", "CLIENT KILL"),
    ("written", "pg_terminate_backend"),
    ("committed", "reset"),
    ("posted", "reset"),
    ("committed", "silence PostgreSQL → conductor"),
    ("decided", "silence conductor → PostgreSQL"),
    ("known", "silence Redis → conductor"),
    ("posted", "silence conductor → Redis"),
    ("published", "silence Redis → gateway"),
    ("read", "delay"),
    ("written", "cut inside COMMIT"),
    ("written", "cut behind COMMIT"),
)
