"""The simulation can see: take one thing away from the core or its servers, and a seed fails."""

import pytest

from tests.simulation.ablations import ABLATIONS
from tests.simulation.runs import listening, run

SEEDS = 5_000

# What fails first, or one of several things that are as true.
SEEN = {
    "without compare-and-set": {"zombie_wrote", "seq_gap", "chain_broken"},
    "without the command-id look-up": {"accepted_then_refused", "taken_twice"},
    "with blind retry": {"taken_twice", "accepted_then_refused", "freeze_twice", "served_twice"},
    "without the uniqueness check": {"served_in_two_offers"},
    "without crediting outages": {"outage_charged"},
    "without the grace rule": {"missed_early", "received_and_missed"},
    "without draining the inbox": {"received_and_missed", "missed_while_there"},
    "with unknown taken for absent": {"missed_while_there", "left_while_there"},
}


# Where the search begins for those that take long to find, as RECORD.md has them.
NEAR = {
    "with gateways forgotten at once": 300,
    "without draining the inbox": 1_650,
    "with a late renewal believed": 850,
    "without compare-and-set": 300,
    "with hopeful commits": 160,
}


@pytest.mark.parametrize("name", ABLATIONS)
def test_what_is_taken_away_is_missed(name: str) -> None:
    ablation = ABLATIONS[name]
    with listening(), ablation.in_force():
        near = NEAR.get(name, 0)
        seeds = (*range(near, SEEDS), *range(near))
        runs = (run(seed, ablation.prepare) for seed in seeds)
        found = next((each for each in runs if each.violation is not None), None)
    assert found is not None, f"{name} is not seen within {SEEDS} seeds"
    assert found.violation in SEEN.get(name, {found.violation}), found.what
    assert run_as_it_is(found.seed) is None, "the core itself holds on that seed"


def run_as_it_is(seed: int) -> str | None:
    with listening():
        return run(seed).violation
