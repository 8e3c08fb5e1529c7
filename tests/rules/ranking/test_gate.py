"""ranking.md §4 "Gate"; R §1, §3."""

from typing import Any

import msgspec
import pytest

from amphi.rules.ranking.gate import (
    Situation,
    choices_refusal,
    must_run_again,
    preranking_refusal,
)
from amphi.rules.refusals import Refusal

OPEN = Situation(present_choices_validated=True, next_choices_started=False)


def situation(**changes: Any) -> Situation:
    return msgspec.structs.replace(OPEN, **changes)


def test_between_the_choices_of_two_semesters_it_is_allowed() -> None:
    assert choices_refusal(OPEN) is None
    assert preranking_refusal(OPEN) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"present_choices_validated": False}, "choices_not_validated"),
        ({"next_choices_started": True}, "choices_started"),
        ({"next_choices_started": True, "ranked_before": True, "holes": 1}, "choices_started"),
        ({"ranked_before": True}, "ranking_complete"),
    ],
)
def test_out_of_its_time_it_is_refused_by_name(changes: dict[str, Any], code: str) -> None:
    assert preranking_refusal(situation(**changes)) == Refusal(code)


@pytest.mark.parametrize("why", [{"unranked": 2}, {"holes": 1}, {"late_movement": True}])
def test_it_may_run_again_when_something_is_incomplete_or_has_moved(why: dict[str, Any]) -> None:
    assert preranking_refusal(situation(ranked_before=True, **why)) is None


def test_it_must_run_again_while_somebody_is_unranked() -> None:
    assert must_run_again(situation(ranked_before=True, unranked=1))
    assert not must_run_again(situation(ranked_before=True, holes=1))
    assert not must_run_again(situation(unranked=1))
