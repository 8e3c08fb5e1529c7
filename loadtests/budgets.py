"""Thresholds: what the figures of a run are held against, and what they set the exit status from."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

BUDGETS = Path(__file__).with_name("budgets.toml")
Budget = Mapping[str, float]


class Figures(Protocol):
    """Of one kind of request, as Locust keeps them. Milliseconds."""

    num_requests: int

    def get_response_time_percentile(self, percent: float) -> Any: ...


def budgets_of(scenario: str, path: Path = BUDGETS) -> dict[str, Any]:
    """The lines for everybody, and the scenario's own instead or besides."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return {**read.get("all", {}), **read.get(scenario, {})}


def exceeded(
    budgets: Mapping[str, Any], figures: Mapping[str, Figures], failures: float
) -> list[str]:
    """A French sentence for each budget that was not kept. `failures`: their share."""
    allowed = float(budgets.get("failures", 0.0))
    found = []
    if failures > allowed:
        found.append(f"{failures:.2%} des requêtes ont échoué, {allowed:.2%} admis.")
    found += lacking(budgets, figures)
    for name, budget in budgets.items():
        if isinstance(budget, dict):
            found += _of(name, budget, figures.get(name))
    return found


def lacking(budgets: Mapping[str, Any], figures: Mapping[str, Figures]) -> list[str]:
    """What has not happened often enough."""
    counted = {name: figures[name].num_requests if name in figures else 0 for name in budgets}
    return [
        f"{name} : {counted[name]} fois, au moins {budget['at_least']:.0f} attendues."
        for name, budget in budgets.items()
        if isinstance(budget, dict) and counted[name] < budget.get("at_least", 0)
    ]


def _of(name: str, budget: Budget, figures: Figures | None) -> Iterator[str]:
    if figures is None or not figures.num_requests:
        return
    for key, percent in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        found = figures.get_response_time_percentile(percent)
        if key in budget and found > budget[key]:
            yield f"{name} : {key} {found:.0f} ms, {budget[key]:.0f} ms admises."
