"""A figure, whether it is kept, and the words it is told in."""

from typing import Any, NamedTuple

from loadtests.swarm.tally import spread

Json = dict[str, Any]


class Figure(NamedTuple):
    """One line of the table. `found` is told to people, `figures` kept for machines."""

    what: str
    goal: str
    found: str
    kept: bool
    figures: Json


def told(figures: list[float], unit: str = "ms") -> str:
    """Median, 99th percentile and largest of so many."""
    found = spread(figures)
    return (
        f"p50 {found['p50']} {unit}, p99 {found['p99']} {unit}, "
        f"max {found['max']} {unit} (n = {found['n']})"
    )
