"""Every figure with its inputs, its formula, its result; a French sentence for each."""

from fractions import Fraction

import msgspec
import pytest

from amphi.http.sentences import ranking_sentence, sentences
from amphi.rules.ids import PersonId
from amphi.rules.ranking.adjusted_rank import Adjustment
from amphi.rules.ranking.exams import Exam, RankKind
from amphi.rules.ranking.explaining import (
    STEPS,
    Step,
    explain,
    explain_interrank,
    explain_unranked,
    plain,
)
from amphi.rules.ranking.interranking import Method, interrank
from amphi.rules.ranking.local_rank import REASONS, FedBy, LocalStanding, Reason
from amphi.rules.ranking.placing import places
from amphi.rules.ranking.preranking import Placed, Preranking, prerank
from tests.rules.ranking.builders import (
    SURGERY,
    THORACIC,
    VISCERAL,
    a_member,
    entering,
    own,
    semesters,
    with_a_tie,
)
from tests.rules.ranking.test_interranking import THE_EXAMPLE

FED = LocalStanding(466, 614, FedBy(RankKind.RIN, 4012, "Endocrinologie"))


def only(*placed: Placed, policy: Adjustment = Adjustment.DCI) -> tuple[Step, ...]:
    preranking = prerank(placed, policy)
    return explain(preranking, preranking.lines[0])


def of(steps: tuple[Step, ...], code: str) -> Step:
    (step,) = (each for each in steps if each.code == code)
    return step


def everything_explained() -> list[tuple[Step, ...]]:
    """Explanations in which every step of the computation stands somewhere."""
    tied = with_a_tie()
    group = prerank(places(SURGERY, [a_member("Lea", VISCERAL, THORACIC)]))
    late = own("Late", (80, 100), cohort=2018, elapsed=8, semesters=semesters(6))
    fresh = own("Fresh", (1, 120))
    counted = (
        msgspec.structs.replace(each, theoretical_size=msgspec.UNSET) for each in (late, fresh)
    )
    local = prerank(counted, Adjustment.IMOTEP)
    return [
        *(explain(tied, line) for line in tied.lines),
        *(explain(group, line) for line in group.lines),
        *(explain(local, line) for line in local.lines),
        only(own("Fed", standing=FED, in_phase=semesters(2))),
        only(entering("Eve", (1, 2), exam=Exam.FOREIGN)),
        *(explain_interrank(each) for each in interrank(THE_EXAMPLE, Method.RIN)),
        *(explain_interrank(each) for each in interrank(THE_EXAMPLE, Method.RI3)),
    ]


def test_helene_is_told_every_figure() -> None:
    steps = only(entering("Hélène", (466, 614)))
    assert [step.code for step in steps] == [
        "local_rank_given",
        "seniority",
        "theoretical_cohort",
        "size_given",
        "adjusted",
        "exam_first",
        "place_entering",
        "rank_alone",
    ]
    adjusted = of(steps, "adjusted")
    assert (adjusted.formula, adjusted.figure) == ("466 / 614 × 10 = 2330/307", "7.58")
    sentence = ranking_sentence(adjusted.code, adjusted.facts)
    assert "466 / 614 × 10, soit 7,58" in sentence


def test_the_national_rank_behind_a_local_rank_is_told() -> None:
    step = only(own("Fed", standing=FED))[0]
    sentence = ranking_sentence(step.code, step.facts)
    assert sentence == "Rang local : 466 sur 614 dans la promotion 2019, d'après le rang RIN 4012."


def test_research_is_told_as_spent_and_as_counted() -> None:
    step = of(only(own("Ana", elapsed=9, semesters=semesters(3, 1, 6))), "seniority")
    assert (step.formula, step.figure) == ("3 + 1 + 4 = 8", "8")
    assert "recherche 4 (sur 6" in ranking_sentence(step.code, step.facts)


def test_a_late_cohort_is_told_with_its_formula() -> None:
    step = of(only(own("Ana", elapsed=6, semesters=semesters(2))), "theoretical_cohort")
    assert (step.formula, step.figure) == ("2019 + max(0, ⌊(6 - 2) / 2⌋) = 2021", "2021")
    assert step.facts["late"] == 2


def test_under_imotep_the_own_cohort_keeps_the_local_rank() -> None:
    steps = only(own("Pierre", (98, 157)), policy=Adjustment.IMOTEP)
    assert [step.code for step in steps[3:5]] == ["size_not_needed", "adjusted_kept"]
    assert steps[4].figure == "98.00"


def test_a_tie_names_the_others() -> None:
    tied = with_a_tie()
    step = explain(tied, tied.lines[1])[-1]
    assert step.code == "rank_tied"
    assert step.facts["others"] == "Zoé ZED"
    assert step.figure == "2"


def test_who_is_unranked_is_told_as_far_as_it_goes_and_why() -> None:
    lines = own("A", standing=Reason("national_rank_missing", {"kind": "RI3"})), own("B", size=0)
    without_rank, without_size = map(explain_unranked, prerank(lines).unranked)
    assert [step.code for step in without_rank][-1] == "national_rank_missing"
    last = without_rank[-1]
    assert ranking_sentence(last.code, last.facts) == "Non classé : le rang RI3 manque."
    assert [step.code for step in without_size] == [
        "local_rank_given",
        "seniority",
        "theoretical_cohort",
        "theoretical_size_zero",
    ]


def test_the_rule_of_three_is_told_with_its_formula() -> None:
    steps = explain_interrank(interrank(THE_EXAMPLE, Method.RI3)[3])
    assert [step.code for step in steps] == ["mark", "rule_of_three", "interrank_alone"]
    assert (steps[1].formula, steps[1].figure) == ("2 × 7 / 3 = 14/3", "4.6667")


def test_every_step_occurs_and_every_sentence_can_be_said() -> None:
    said = {step.code for steps in everything_explained() for step in steps}
    assert said == STEPS
    for steps in everything_explained():
        for step in steps:
            assert ranking_sentence(step.code, step.facts)[-1] in ".…"


def test_every_step_and_reason_has_a_french_sentence_and_every_sentence_a_code() -> None:
    assert set(sentences().ranking) == STEPS | REASONS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(425), "425"),
        (Fraction(25, 2), "12.5"),
        (Fraction(100), "100"),
        (Fraction(2330, 307), "2330/307"),
    ],
)
def test_an_exact_figure_is_a_decimal_where_four_places_are_enough(
    value: Fraction, shown: str
) -> None:
    assert plain(value) == shown


def test_a_preranking_can_be_stored_and_read_again_as_it_is() -> None:
    tied = with_a_tie()
    assert msgspec.json.decode(msgspec.json.encode(tied), type=Preranking) == tied
    assert tied.lines[0].intern.id == PersonId("ana")
