"""The scenario files, played; together they speak of every refusal, every event and every policy."""

from typing import get_args

import pytest

from amphi.rules.choosing.events import AnyEvent
from amphi.rules.choosing.policy import AmphiPolicy
from amphi.rules.refusals import CHOOSING
from tests.rules.choosing.scenario_language import TELLINGS, Scenario, agrees, scenarios
from tests.rules.choosing.scenario_stage import Stage
from tests.rules.choosing.scenario_steps import played

ALL = list(scenarios())

# Not said by the rules: the engine answers so.
OF_THE_ENGINE = {"conductor_changed", "id_reused", "unavailable"}
# Policies of the engine and of `ahead` for display; the conductor's tests play them.
OF_THE_CONDUCTOR = {"thaw_countdown_seconds", "gateway_lost_seconds"}


@pytest.mark.parametrize("scenario", ALL, ids=[each.title for each in ALL])
def test_the_rules_play_it_as_written(scenario: Scenario) -> None:
    stage = Stage(scenario)
    for step in scenario.steps:
        told = played(stage, step)
        assert agrees(told, step.expected), f"{step.where}: {', '.join(told) or 'nothing'}"


def test_every_refusal_has_a_scenario() -> None:
    said = {word for each in ALL for step in each.steps for word in _refused(step.expected)}
    assert said == set(CHOOSING) - OF_THE_ENGINE


def _refused(expected: list[str]) -> list[str]:
    return [each.split()[1] for each in expected if each.startswith("refused ")]


def test_every_policy_has_a_scenario() -> None:
    told = {words[1] for each in ALL for words in each.setting if words[0] == "policy"}
    assert told == set(AmphiPolicy.__struct_fields__) - OF_THE_CONDUCTOR


def test_every_kind_of_event_can_be_told() -> None:
    assert set(TELLINGS) == set(get_args(AnyEvent))
